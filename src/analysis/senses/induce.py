"""Mentions and vectors -> senses nobody wrote down: induced from the mentions, named by their own phrases.

BERTopic is given the mention vectors and a clusterer of ours: normalised spectral clustering (Ng, Jordan and Weiss
2002) of the graph of nearest neighbours, in as many as give the best modularity (Newman 2006) on that graph. Modularity
prefers clusters of one size, so that it cuts a frequent sense in two: clusters that have nearly as many links between
them as chance would put there are joined again. When even the best modularity is as low as it gets inside one sense,
there is one sense.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.special import softmax

from analysis.common.tables import check_table, make_table
from analysis.inventory.family import Family
from analysis.inventory.marks import MARK_OPEN, cut_at_mention
from analysis.senses.name import name_clusters
from analysis.senses.neighbours import VIEW_WEIGHTS, neighbour_graph, views
from analysis.senses.phrases import Told, tell_groups
from analysis.senses.probable import best_of, senses_table
from analysis.vectors.embed import unit

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_matrix

LISTED = 12  # fewer mentions are no ground for telling senses apart
SAMPLE = 2_000  # senses are found among this many mentions; the rest join the nearest
MOST = 8  # senses looked for
NEAREST, NEAREST_SHARE = 10, 0.1  # neighbours: at least so many, at least that share of the mentions
ONE_SENSE = 0.2  # modularity that a cut through the mentions of a single sense reaches as well
# Clusters are one sense from this share on of the links that chance would put between them: in a large collection, and
# how it grows in a small one, where every mention is near every other. Chosen on nouns and pseudowords.
LINKED, LINKED_MORE, LINKED_MOST = 0.65, 20, 0.9
SHARPNESS = 3.0  # turns likeness to a sense's centre into probability; calibrated on pseudowords and nouns
ALONE = 0.9  # confidence where only one sense was found
PROTOTYPES = 5


class Induced(NamedTuple):
    """Induced senses: the inventory as plain data (``inventory_of`` reads it) and the senses table of the mentions."""

    inventory: dict[str, Any]
    read: pd.DataFrame


def induce_senses(mentions: pd.DataFrame, vectors: np.ndarray, family: Family, *, seed: int = 0) -> Induced:
    """Find the senses of a term among its mentions.

    ``mentions`` is a mentions table of n rows, ``vectors`` what ``embed_mentions`` made of it, ``family`` the term's
    word family. Senses are called sense-1, sense-2 ... from the most frequent on; each has a name and a description of
    its most characteristic phrases, verbs and words, and its most central sentences as examples. ``confidence`` is a
    softmax of the likeness to the senses' centres. Raises ``BadInput`` if a column is missing.
    """
    check_table(mentions, "mentions")
    if not len(mentions):
        return Induced({"term": family.term, "senses": []}, make_table("senses"))
    clusters = SenseClusters(mentions["surface"].tolist(), seed=seed)
    terms = name_clusters(mentions, vectors, family, clusters)
    likeness = clusters.likeness_
    told = tell_groups(mentions, clusters.labels_, terms, family.term)
    senses = [
        _sense(k, told[k], words, mentions, clusters.labels_ == k, likeness[:, k]) for k, words in enumerate(terms)
    ]
    return Induced({"term": family.term, "senses": senses}, _read(mentions, likeness))


class SenseClusters:
    """The clusterer that BERTopic is given: ``fit`` finds ``labels_``, from 0 (the largest) on.

    ``likeness_`` is the cosine of each mention to each cluster's centre, (n, clusters); the nearest centre decides at
    the edges, as it does for mentions outside the sample. ``count`` fixes the number of clusters.
    """

    def __init__(self, forms: Sequence[str], *, seed: int = 0, count: int | None = None) -> None:
        self.forms, self.seed, self.count = forms, seed, count

    def fit(self, vectors: np.ndarray, y: object = None) -> SenseClusters:
        """Cluster mention vectors, (n, 3 * WIDTH), whose surfaces are ``forms``."""
        found = find_clusters(vectors, self.forms, seed=self.seed, count=self.count)
        likeness = _likeness(vectors, self.forms, found)
        sizes = np.bincount(likeness.argmax(axis=1), minlength=likeness.shape[1])
        order = [k for k in np.argsort(-sizes, kind="stable") if sizes[k]]
        self.likeness_ = likeness[:, order]
        self.labels_ = self.likeness_.argmax(axis=1)
        return self


def find_clusters(vectors: np.ndarray, forms: Sequence[str], *, seed: int = 0, count: int | None = None) -> np.ndarray:
    """Cluster of each mention, from 0 on; -1 for mentions outside the sample when there are more than SAMPLE.

    ``forms`` are the mentions' surfaces; ``count`` fixes the number of clusters, which is else chosen by modularity and
    by the links between clusters.
    """
    _, first, where = np.unique(vectors, axis=0, return_index=True, return_inverse=True)
    if len(first) < LISTED:
        return np.zeros(len(vectors), dtype=int)
    rng = np.random.default_rng(seed)
    kept = np.sort(rng.choice(len(first), SAMPLE, replace=False)) if len(first) > SAMPLE else np.arange(len(first))
    rows = first[kept]
    graph = neighbour_graph(vectors[rows], [forms[i] for i in rows], max(NEAREST, round(NEAREST_SHARE * len(rows))))
    labels = _partition(graph, seed, count)
    of_distinct = np.full(len(first), -1)
    of_distinct[kept] = labels
    return of_distinct[where.ravel()]


def _partition(graph: csr_matrix, seed: int, count: int | None) -> np.ndarray:
    """The spectral cut of the graph with the best modularity, or the cut into ``count``."""
    from scipy.sparse import diags
    from scipy.sparse.linalg import eigsh
    from sklearn.cluster import KMeans

    degree = np.asarray(graph.sum(axis=1)).ravel() + 1e-9
    scale = diags(1 / np.sqrt(degree))
    most = min(MOST, graph.shape[0] - 2) if count is None else count
    start = np.random.default_rng(seed).random(graph.shape[0])
    values, axes = eigsh(scale @ graph @ scale, k=most, which="LA", v0=start)
    axes = axes[:, np.argsort(-values)]

    def cut(k: int) -> np.ndarray:
        return np.asarray(KMeans(k, n_init=10, random_state=seed).fit_predict(unit(axes[:, :k])))

    if count is not None:
        return cut(count)
    cuts = [cut(k) for k in range(2, most + 1)]
    scores = [_modularity(graph, degree, labels) for labels in cuts]
    best = int(np.argmax(scores))
    if scores[best] <= ONE_SENSE:
        return np.zeros(graph.shape[0], dtype=int)
    return _joined(graph, degree, cuts[best])


def _joined(graph: csr_matrix, degree: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The clusters, those joined, the most linked first, that are too much linked for two senses."""
    bound = min(LINKED_MOST, LINKED + LINKED_MORE / len(labels))
    while labels.max() > 0:
        member = np.eye(labels.max() + 1)[labels]
        size = degree @ member
        links = member.T @ (graph @ member) * degree.sum() / np.outer(size, size)
        np.fill_diagonal(links, 0.0)
        one, two = np.unravel_index(links.argmax(), links.shape)
        if links[one, two] < bound:
            break
        labels = np.unique(np.where(labels == two, one, labels), return_inverse=True)[1]
    return labels


def _modularity(graph: csr_matrix, degree: np.ndarray, labels: np.ndarray) -> float:
    """How much more weight lies inside the clusters than chance would put there (Newman 2006)."""
    member = np.eye(labels.max() + 1)[labels]
    total = degree.sum()
    inside = np.einsum("ik,ik->", member, graph @ member) / total
    return float(inside - ((degree @ member / total) ** 2).sum())


def _likeness(vectors: np.ndarray, forms: Sequence[str], found: np.ndarray) -> np.ndarray:
    """Cosine of each mention to each cluster's centre, (n, clusters)."""
    weighted = [view * weight for view, weight in zip(views(vectors, forms), VIEW_WEIGHTS, strict=True)]
    space = unit(np.hstack(weighted))
    centres = unit(np.stack([space[found == k].mean(axis=0) for k in range(found.max() + 1)]))
    return np.asarray(space @ centres.T)


def _read(mentions: pd.DataFrame, likeness: np.ndarray) -> pd.DataFrame:
    count = likeness.shape[1]
    probabilities = softmax(SHARPNESS * likeness, axis=1) if count > 1 else np.full(likeness.shape, ALONE)
    names = [f"sense-{k + 1}" for k in range(count)]
    return senses_table(mentions, best_of(probabilities, names, ranked_by=likeness))


def _sense(
    k: int, told: Told, terms: list[str], mentions: pd.DataFrame, members: np.ndarray, likeness: np.ndarray
) -> dict[str, Any]:
    """One sense of the inventory, in the shape of the YAML file; charts deal out its colour."""
    return {
        "id": f"sense-{k + 1}",
        "name": told.name,
        "definition": told.description,
        "cues": {"context": terms},
        "examples": _prototypes(mentions, np.flatnonzero(members), likeness),
    }


def _prototypes(mentions: pd.DataFrame, members: np.ndarray, likeness: np.ndarray) -> list[str]:
    """The most central sentences, each once, with the mention in marks."""
    marked: dict[str, str] = {}
    for i in members[np.argsort(-likeness[members], kind="stable")]:
        row = mentions.iloc[i]
        sentence = row["sentence"]
        if sentence in marked or MARK_OPEN in sentence:
            continue
        marked[sentence] = cut_at_mention(row).marked()
        if len(marked) == PROTOTYPES:
            break
    return list(marked.values())
