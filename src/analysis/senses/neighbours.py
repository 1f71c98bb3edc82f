"""Which mentions are alike: a graph of nearest neighbours, for finding senses and for spreading a few labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.vectors.embed import PARTS, parts_of, unit

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

VIEW_WEIGHTS = (1.0, 1.5, 0.7)  # mention, sentence, title; chosen on pseudowords and nouns (benchmarks/any_term.py)
SMOOTHINGS, SMOOTHED_NEAREST, SMOOTHED_SHARE, SMOOTHED_MOST = 2, 8, 0.05, 50
FORM_PRIOR = 5  # mentions of a form before its own mean is believed


def views(vectors: np.ndarray, forms: Sequence[str]) -> list[np.ndarray]:
    """The parts of mention vectors, each centred and of unit length: one (n, WIDTH) array a part, absent ones left out.

    The mention's part says first of all which form it has (``interest``, ``interests``), which is no sense: the mean
    of each form is taken out of it, as far as the form is frequent. ``vectors`` is what ``embed_mentions`` gives.
    """
    parts = parts_of(vectors).astype(np.float32)
    found = []
    for number in range(len(PARTS)):
        part = parts[:, number]
        if not part.any():
            found.append(np.zeros((len(part), 0), np.float32))
            continue
        centred = part - part.mean(axis=0)
        if PARTS[number] == "mention":
            names = np.array([form.lower() for form in forms])
            for form in np.unique(names):
                rows = names == form
                centred[rows] -= centred[rows].mean(axis=0) * (rows.sum() / (rows.sum() + FORM_PRIOR))
        found.append(unit(centred))
    return found


def neighbour_graph(vectors: np.ndarray, forms: Sequence[str], nearest: int) -> csr_matrix:
    """Symmetric weights between mentions, (n, n): in each view the ``nearest`` neighbours, the views summed.

    Weights fall off with the distance, scaled by how far each mention's neighbours are (Zelnik-Manor and Perona 2004).
    """
    from scipy.sparse import csr_matrix

    n = len(vectors)
    graph = csr_matrix((n, n), dtype=np.float64)
    nearest = min(nearest, n - 1)
    for view, weight in zip(views(vectors, forms), VIEW_WEIGHTS, strict=True):
        if view.shape[1] and nearest > 0:
            graph = graph + weight * _of_view(view, nearest)
    return graph


def smoothed(vectors: np.ndarray, forms: Sequence[str]) -> np.ndarray:
    """The views side by side, (n, d), each mention's moved towards its neighbours': float32.

    A single sentence says little of its sense, its neighbourhood more (graph convolution without weights: Wu et al.
    2019). ``SMOOTHINGS`` times, each row becomes the mean of itself and its neighbours' weighted mean.
    """
    from scipy.sparse import diags

    if len(vectors) < 2:
        return np.hstack(views(vectors, forms))
    nearest = min(max(SMOOTHED_NEAREST, round(SMOOTHED_SHARE * len(forms))), SMOOTHED_MOST)
    graph = neighbour_graph(vectors, forms, nearest)
    step = (diags(1 / (np.asarray(graph.sum(axis=1)).ravel() + 1e-9)) @ graph).astype(np.float32)
    found = np.hstack(views(vectors, forms))
    for _ in range(SMOOTHINGS):
        found = (found + step @ found) / 2
    return np.asarray(found)


def _of_view(view: np.ndarray, nearest: int) -> csr_matrix:
    from scipy.sparse import csr_matrix
    from sklearn import config_context
    from sklearn.neighbors import NearestNeighbors

    n = len(view)
    with config_context(working_memory=64):  # MiB
        cosines, columns = NearestNeighbors(n_neighbors=nearest, metric="cosine").fit(view).kneighbors()
    distances = 2 * np.maximum(cosines.astype(np.float64), 0)  # the square of the distance between unit vectors
    reach = np.sqrt(distances.max(axis=1)) + 1e-6
    weights = np.exp(-distances / (reach[:, None] * reach[columns]))
    graph = csr_matrix((weights.ravel(), columns.ravel(), np.arange(0, n * nearest + 1, nearest)), shape=(n, n))
    return graph.maximum(graph.T)
