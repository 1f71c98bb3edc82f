"""What any method has to beat: one cluster, the most frequent sense, collocations alone, stock BERTopic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from analysis.inventory.inventory import CUE_KINDS

STOCK_LEAST = 20  # rows below which BERTopic's stock UMAP and HDBSCAN cannot run


def most_frequent(labels: Sequence[str]) -> str:
    """The most frequent of these labels, ties by name. Told from the very labels judged, it is the best of its kind."""
    counts = Counter(labels)
    return min(counts, key=lambda label: (-counts[label], label))


def by_collocation(cues: np.ndarray, senses: Sequence[str], otherwise: str) -> np.ndarray:
    """The sense that most of a mention's fired cues speak for ("one sense per collocation", Yarowsky 1993).

    ``cues`` is what ``cue_matrix`` gives for ``senses``: shape (n, kinds * senses). Among equals the sense with the
    cue of the earlier kind (modifier, head, verb, context) wins; a mention without cue gets ``otherwise``.
    """
    fired = cues.reshape(len(cues), len(CUE_KINDS), len(senses)) > 0
    earlier = 0.5 ** np.arange(1, len(CUE_KINDS) + 1)  # together less than one cue
    votes = fired.sum(axis=1) + (fired * earlier[:, None]).sum(axis=1)
    best = np.array(list(senses), dtype=object)[votes.argmax(axis=1)]
    return np.where(fired.any(axis=(1, 2)), best, otherwise)


def stock_bertopic(documents: Sequence[str], vectors: np.ndarray, *, seed: int = 0) -> np.ndarray | None:
    """Topics by BERTopic as it comes (Grootendorst 2022), on given vectors: int of shape (n,), -1 for outliers.

    ``vectors`` has shape (n, d). The settings are the library's own but for UMAP's random state, which is ``seed``, so
    that the result can be had again; ``documents`` only name the topics. Returns None for fewer than STOCK_LEAST rows,
    on which it cannot run.
    """
    if len(vectors) < STOCK_LEAST:
        return None
    from bertopic import BERTopic
    from umap import UMAP

    stock = {"n_neighbors": 15, "n_components": 5, "min_dist": 0.0, "metric": "cosine", "low_memory": False}
    reduce = UMAP(**stock, random_state=seed, n_jobs=1)
    topics, _ = BERTopic(embedding_model=None, umap_model=reduce).fit_transform(list(documents), np.asarray(vectors))
    return np.asarray(topics)
