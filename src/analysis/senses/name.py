"""Names for induced senses: the words that set each apart from the others, by BERTopic's class-based TF-IDF."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from analysis.inventory.family import Family
from analysis.statistics.association import surplus_p

if TYPE_CHECKING:
    import pandas as pd

TERMS = 8
_CANDIDATES = 60
_WORD = r"(?u)\b[^\W\d_][\w'-]+\b"
_WORDLESS = "wordless"  # stands for a sentence that has no word beside the term


class Clusterer(Protocol):
    """What BERTopic asks of a clusterer; ``labels_`` count from 0, the largest cluster, without gaps."""

    labels_: np.ndarray

    def fit(self, vectors: np.ndarray, y: object = None) -> Any:
        """Find ``labels_``."""


def name_clusters(mentions: pd.DataFrame, vectors: np.ndarray, family: Family, clusters: Clusterer) -> list[list[str]]:
    """Run BERTopic (Grootendorst 2022) with ``clusters`` on mention vectors, and name what it finds.

    Returns for each cluster up to TERMS words or phrases: the best by c-TF-IDF of a cluster's sentences against those
    of the others, the term's own family left out, each word under one cluster only. Those come first whose surplus is
    least probable by chance (Fisher's exact test).
    """
    from bertopic import BERTopic
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.vectorizers import ClassTfidfTransformer
    from sklearn.feature_extraction.text import CountVectorizer

    vectorizer = CountVectorizer(stop_words="english", token_pattern=_WORD, ngram_range=(1, 2))
    analyse = vectorizer.build_analyzer()
    documents = [text if analyse(text) else _WORDLESS for text in _documents(mentions, family)]
    if len({word for document in documents for word in analyse(document)}) < 2 or len(documents) < 2:
        clusters.fit(vectors)
        return [[] for _ in range(int(clusters.labels_.max()) + 1)]
    model = BERTopic(
        embedding_model=None,
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=clusters,
        vectorizer_model=vectorizer,
        ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=True),
        top_n_words=_CANDIDATES,
        calculate_probabilities=False,
        verbose=False,
    )
    model.fit(documents, embeddings=vectors)
    # BERTopic numbers clusters by size in its own way: each is found again by its first member.
    first = [int(np.flatnonzero(clusters.labels_ == k)[0]) for k in range(int(clusters.labels_.max()) + 1)]
    candidates = [[w for w, weight in model.get_topic(model.topics_[i]) if w and weight > 0] for i in first]
    return _apart(candidates, documents, clusters.labels_, analyse)


def _documents(mentions: pd.DataFrame, family: Family) -> list[str]:
    """Each sentence without the term's family; what stands in a grammatical relation to the term counts twice."""
    return [
        family.pattern.sub(" ", f"{sentence} . {modifier} . {head}").strip()
        for sentence, modifier, head in zip(mentions["sentence"], mentions["modifier"], mentions["head"], strict=True)
    ]


def _apart(candidates: list[list[str]], documents: list[str], labels: np.ndarray, analyse: Any) -> list[list[str]]:
    """Of each cluster's words those that it uses more often than any other does, the surest first; a phrase displaces
    its words."""
    uses = [
        Counter(word for i in np.flatnonzero(labels == k) for word in set(analyse(documents[i])))
        for k in range(len(candidates))
    ]
    sizes = np.bincount(labels, minlength=len(candidates))
    named = []
    for k, words in enumerate(candidates):
        counts = np.array([[use[word] for use in uses] for word in words], dtype=int).reshape(len(words), len(uses))
        rates = counts / np.maximum(sizes, 1)
        others = np.delete(rates, k, axis=1).max(axis=1, initial=0.0)
        mine = counts[:, k]
        chance = _chance(mine, counts.sum(axis=1) - mine, int(sizes[k]), int(sizes.sum() - sizes[k]))
        kept: list[str] = []
        for i in np.argsort(chance, kind="stable"):
            taken = any(set(words[i].split()) & set(other.split()) for other in kept)
            if words[i] != _WORDLESS and not taken and rates[i, k] > others[i]:
                kept.append(words[i])
        named.append(kept[:TERMS])
    return named


def _chance(mine: np.ndarray, rest: np.ndarray, size: int, others: int) -> np.ndarray:
    """How probable so many are by chance alone; without another cluster, the fewer the likelier."""
    return surplus_p(mine, rest, size, others) if len(mine) and others else -mine.astype(float)
