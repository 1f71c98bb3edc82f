"""Figures of merit: of labels against labels, of clusters against labels, of confidence against being right.

Every function takes ``weights``, how often each row counts, so that a bootstrap is a change of weights; a row of
weight 2 is two rows. Nothing here reads a file or knows what a sense is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

BINS = 15  # of equal mass, for calibration


# --- labels against labels -------------------------------------------------------------------------------------------


def confusion(
    true: ArrayLike, read: ArrayLike, classes: Sequence[object], weights: ArrayLike | None = None
) -> np.ndarray:
    """Count rows by true (down) and read (across) class: shape (K + 1, K + 1), the last for every other label."""
    import pandas as pd

    index, k = pd.Index(list(classes)), len(classes)
    rows, columns = (np.where((at := index.get_indexer(pd.Index(np.asarray(x)))) < 0, k, at) for x in (true, read))
    counts = np.bincount(rows * (k + 1) + columns, _weights(weights, len(rows)), (k + 1) ** 2)
    return np.asarray(counts.reshape(k + 1, k + 1))


def class_scores(counts: np.ndarray) -> np.ndarray:
    """Precision, recall and F1 of each class from ``confusion``: shape (K, 3); NaN where there is nothing to divide by.

    F1 of a class that was there and never read is 0; a class that was not there has none, since all that could be known
    of it is that it was read wrongly.
    """
    hits, read, true = np.diag(counts)[:-1], counts.sum(axis=0)[:-1], counts.sum(axis=1)[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        f1 = np.where(true > 0, 2 * hits / (read + true), np.nan)
        return np.stack([hits / read, hits / true, f1], axis=1)


def macro_f1(counts: np.ndarray) -> float:
    """Mean F1 over the classes of ``confusion`` that have a row."""
    known = class_scores(counts)[:, 2]
    known = known[~np.isnan(known)]
    return float(known.mean()) if len(known) else float("nan")


def accuracy(right: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Share of rows that are right."""
    hits = np.asarray(right, dtype=float)
    weight = _weights(weights, len(hits))
    return float(hits @ weight / weight.sum()) if weight.sum() else float("nan")


def name_clusters(true: ArrayLike, found: ArrayLike) -> dict[object, object]:
    """The best one-to-one naming of clusters by labels (Kuhn 1955); a cluster beyond the labels gets no name."""
    from scipy.optimize import linear_sum_assignment

    labels, rows = np.unique(np.asarray(true), return_inverse=True)
    clusters, columns = np.unique(np.asarray(found), return_inverse=True)
    counts = np.bincount(rows * len(clusters) + columns, minlength=len(labels) * len(clusters))
    pairs = linear_sum_assignment(-counts.reshape(len(labels), len(clusters)))
    return {clusters[j]: labels[i] for i, j in zip(*pairs, strict=True)}


# --- clusters against labels -----------------------------------------------------------------------------------------


class Contingency(NamedTuple):
    """``cells``: rows by label (down) and cluster (across); ``loose``: rows of each label that are in no cluster.

    A row in no cluster counts as a cluster of its own in every figure: it was put together with nothing.
    """

    cells: np.ndarray
    loose: np.ndarray


def contingency(
    true: ArrayLike, found: ArrayLike, weights: ArrayLike | None = None, outlier: object = None
) -> Contingency:
    """Count rows by label and cluster; ``outlier`` is the mark of rows in no cluster, such as BERTopic's -1."""
    labels, rows = np.unique(np.asarray(true), return_inverse=True)
    found = np.asarray(found)
    weight = _weights(weights, len(found))
    loose = np.zeros(len(found), bool) if outlier is None else found == outlier
    clusters, columns = np.unique(found, return_inverse=True)
    shape = len(labels), len(clusters)
    cells = np.bincount(rows * shape[1] + columns, weight * ~loose, shape[0] * shape[1]).reshape(shape)
    return Contingency(cells, np.bincount(rows, weight * loose, shape[0]))


def bcubed(table: Contingency) -> tuple[float, float, float]:
    """B-cubed precision, recall and their F (Bagga and Baldwin 1998), each row weighing the same."""
    sizes, of_label = table.cells.sum(axis=0), table.cells.sum(axis=1) + table.loose
    n = of_label.sum()
    if not n:
        return float("nan"), float("nan"), float("nan")
    precision = ((table.cells**2).sum(axis=0) / np.where(sizes, sizes, 1)).sum() + table.loose.sum()
    recall = (((table.cells**2).sum(axis=1) + table.loose) / np.where(of_label, of_label, 1)).sum()
    precision, recall = float(precision / n), float(recall / n)
    return precision, recall, 2 * precision * recall / (precision + recall)


def v_measure(table: Contingency) -> float:
    """V-measure (Rosenberg and Hirschberg 2007): harmonic mean of homogeneity and completeness."""
    n = table.cells.sum() + table.loose.sum()
    if not n:
        return float("nan")
    of_label, sizes = table.cells.sum(axis=1) + table.loose, table.cells.sum(axis=0)
    alone = table.loose.sum() / n * np.log(n)  # entropy of the rows that are each their own cluster
    labels, clusters = _entropy(of_label / n), _entropy(sizes / n) + alone
    joint = _entropy(table.cells / n) + alone
    shared = labels + clusters - joint
    homogeneity = shared / labels if labels > 0 else 1.0
    completeness = shared / clusters if clusters > 0 else 1.0
    total = homogeneity + completeness
    return float(2 * homogeneity * completeness / total) if total > 1e-12 else 0.0


def adjusted_rand(table: Contingency) -> float:
    """Rand index over pairs of rows, adjusted for chance (Hubert and Arabie 1985)."""
    of_label, sizes = table.cells.sum(axis=1) + table.loose, table.cells.sum(axis=0)
    pairs = _pairs(of_label.sum())
    together, labels, clusters = _pairs(table.cells).sum(), _pairs(of_label).sum(), _pairs(sizes).sum()
    expected = labels * clusters / pairs if pairs else 0.0
    most = (labels + clusters) / 2
    return float((together - expected) / (most - expected)) if most != expected else 1.0


def _entropy(shares: np.ndarray) -> float:
    shares = shares[shares > 0]
    return float(-(shares * np.log(shares)).sum())


def _pairs(counts: np.ndarray) -> np.ndarray:
    return counts * (counts - 1) / 2


# --- confidence against being right ----------------------------------------------------------------------------------


def confidence_gap(right: ArrayLike, confidence: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Mean confidence less accuracy: above 0 is overconfident."""
    return accuracy(confidence, weights) - accuracy(right, weights)


def reliability(
    right: ArrayLike, confidence: ArrayLike, weights: ArrayLike | None = None, *, bins: int = BINS
) -> pd.DataFrame:
    """Rows in ``bins`` of equal mass by confidence: n, confidence (mean), accuracy. Equal confidences stay together."""
    import pandas as pd

    confidence, hits = np.asarray(confidence, dtype=float), np.asarray(right, dtype=float)
    weight = _weights(weights, len(hits))
    values, at = np.unique(confidence, return_inverse=True)
    mass = np.bincount(at, weight, len(values))
    middle = (np.cumsum(mass) - mass / 2) / max(mass.sum(), 1)
    bin_of = np.minimum((middle * bins).astype(int), bins - 1)[at]
    n, sure, good = (np.bincount(bin_of, weight * x, bins) for x in (np.ones(len(hits)), confidence, hits))
    kept = n > 0
    whole = n if weights is not None else n.astype(int)
    return pd.DataFrame({"n": whole[kept], "confidence": sure[kept] / n[kept], "accuracy": good[kept] / n[kept]})


def squared_calibration_error(
    right: ArrayLike, confidence: ArrayLike, weights: ArrayLike | None = None, *, bins: int = BINS
) -> float:
    """Mean squared distance of confidence and accuracy over bins, less what chance alone adds.

    The debiased estimator of Kumar, Liang and Ma (2019), "Verified Uncertainty Calibration"; unbiased, so it can fall
    below 0 where there is no error to be seen.
    """
    table = reliability(right, confidence, weights, bins=bins)
    n, hit = table["n"].to_numpy(), table["accuracy"].to_numpy()
    chance = np.where(n > 1, hit * (1 - hit) / np.maximum(n - 1, 1), 0)
    return float(n @ ((table["confidence"].to_numpy() - hit) ** 2 - chance) / n.sum())


def calibration_error(
    right: ArrayLike, confidence: ArrayLike, weights: ArrayLike | None = None, *, bins: int = BINS
) -> float:
    """Root of ``squared_calibration_error``, 0 where that is negative: at least the usual (mean absolute) ECE."""
    return root(squared_calibration_error(right, confidence, weights, bins=bins))


def root(squared: float) -> float:
    """Square root, 0 of what is below 0."""
    return float(np.sqrt(max(squared, 0.0)))


def risk_coverage(
    right: ArrayLike, confidence: ArrayLike, weights: ArrayLike | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Coverage and the accuracy on what is covered, from the surest rows on (El-Yaniv and Wiener 2010).

    One point for each distinct confidence: rows of the same confidence are answered together.
    """
    confidence, hits = np.asarray(confidence, dtype=float), np.asarray(right, dtype=float)
    weight = _weights(weights, len(hits))
    values, at = np.unique(-confidence, return_inverse=True)
    mass = np.cumsum(np.bincount(at, weight, len(values)))
    good = np.cumsum(np.bincount(at, weight * hits, len(values)))
    there = mass > 0
    return mass[there] / mass[-1], good[there] / mass[there]


def selective_accuracy(
    right: ArrayLike, confidence: ArrayLike, weights: ArrayLike | None = None, *, coverage: float = 0.7
) -> float:
    """Accuracy on the surest share ``coverage`` of rows; among equal confidences, what a random choice would give."""
    return at_coverage(*risk_coverage(right, confidence, weights), coverage)


def at_coverage(covered: np.ndarray, good: np.ndarray, coverage: float) -> float:
    """Accuracy at ``coverage`` on the curve that ``risk_coverage`` gives."""
    return float(np.interp(coverage, np.r_[0, covered], np.r_[0, good * covered]) / coverage)


def _weights(weights: ArrayLike | None, n: int) -> np.ndarray:
    return np.ones(n) if weights is None else np.asarray(weights, dtype=float)
