"""Names for induced senses: the words that set each apart from the others, by BERTopic's class-based TF-IDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from analysis.inventory.family import Family

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

    Returns for each cluster up to TERMS words or phrases, the most characteristic first: c-TF-IDF of a cluster's
    sentences against those of the others, the term's own family left out, each word under one cluster only.
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
    """Of each cluster's words those that it uses more often than the others do; a phrase displaces its words."""
    rates = []
    for k in range(len(candidates)):
        words = [word for i in np.flatnonzero(labels == k) for word in set(analyse(documents[i]))]
        size = max(1, int((labels == k).sum()))
        count: dict[str, int] = {}
        for word in words:
            count[word] = count.get(word, 0) + 1
        rates.append({word: n / size for word, n in count.items()})
    named = []
    for k, words in enumerate(candidates):
        kept: list[str] = []
        for word in words:
            others = max((rate.get(word, 0.0) for j, rate in enumerate(rates) if j != k), default=0.0)
            taken = any(set(word.split()) & set(other.split()) for other in kept)
            if word != _WORDLESS and not taken and rates[k].get(word, 0.0) > others:
                kept.append(word)
        named.append(kept[:TERMS])
    return named
