"""The shipped labels read by heads that saw no mention of the same paper: what every figure of the project rests on.

The labelled texts do not ship, but what a head reads of them does, so this runs from a clean clone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import softmax

from analysis.inventory.inventory import load_inventory
from analysis.senses.assign import sense_probabilities
from analysis.senses.folds import fold_of
from analysis.senses.head import Features, Head, fit_head, fit_temperature
from analysis.senses.held_out import LEFT_OUT, READING, WITHOUT, research_fields
from analysis.senses.labelled import CERTAINTY, Training, is_real
from analysis.senses.probable import best_of, by_parent
from analysis.training.train import out_of_fold

if TYPE_CHECKING:
    import pandas as pd

TEST_FOLD = 0


def held_out_readings(training: Training) -> pd.DataFrame:
    """Read each labelled mention out of fold: the columns of ``shipped_readings`` to stance_confidence.

    The temperature that calibrates a fold is fitted on the other folds.
    """
    import pandas as pd

    real = is_real(training.labels)
    labels = training.labels[real].reset_index(drop=True)
    fold = fold_of(labels["paper_id"])
    table = labels[["paper_id", "field", "start", "end", "surface"]].assign(
        label=labels["sense"],
        label_stance=labels["stance"],
        certainty=labels["confidence"],
        fold=fold,
        research=research_fields(labels["paper_id"]),
    )
    for column in ("sense", "stance"):
        probabilities, names = out_of_fold(training, column)
        sure = cross_calibrated(probabilities[real], labels[column].tolist(), names, fold)
        table = table.assign(**_best(sure, names, column))
        if column == "sense":
            table = table.assign(**_parents(sure, names))
    return pd.DataFrame(table)


def with_scores_left_out(training: Training, readings: pd.DataFrame) -> pd.DataFrame:
    """Add what heads read that were trained without scores; ``readings`` are ``held_out_readings`` of ``training``."""
    without = held_out_readings(training.without_scores())
    return readings.assign(**{f"{name}{WITHOUT}": without[name] for name in READING})


def cross_calibrated(
    probabilities: np.ndarray, labels: Sequence[str], names: Sequence[str], fold: np.ndarray
) -> np.ndarray:
    """Probabilities with the temperature of each fold fitted on the others, whatever temperature they came with."""
    logits = np.log(np.maximum(probabilities, 1e-12))
    out = np.zeros_like(logits)
    for k in np.unique(fold):
        others = np.flatnonzero(fold != k)
        temperature = fit_temperature(logits[others], [str(labels[int(i)]) for i in others], names)
        out[fold == k] = softmax(logits[fold == k] / temperature, axis=1)
    return out


def with_field_left_out(training: Training, readings: pd.DataFrame) -> pd.DataFrame:
    """Add ``sense_left_out``, ``parent_left_out`` and ``stance_left_out``: the fields ``LEFT_OUT``, each read by an
    encoder and by heads that saw none of it; "" elsewhere.

    ``readings`` are ``held_out_readings`` of ``training``. The sentences written for the project are trained on.
    """
    labels = training.labels
    research = np.full(len(labels), "", dtype=object)
    research[is_real(labels)] = readings["research"].to_numpy(dtype=object)
    unseen = training.with_field_left_out()
    weights = labels["confidence"].map(CERTAINTY).to_numpy(dtype=float)
    for column in ("sense", "stance"):
        known = labels[column].to_numpy(dtype=object)
        told = ("sense", "parent") if column == "sense" else (column,)
        read = {each: np.full(len(labels), "", dtype=object) for each in told}
        for name in LEFT_OUT:
            test = np.flatnonzero(research == name)
            train = np.flatnonzero((research != name) & (known != ""))
            head = fit_head(training.features.take(train), list(known[train]), weights=weights[train])
            for each, labelled in read.items():
                labelled[test] = read_by(head, unseen.take(test), labels["paper_id"].iloc[test], each)
        readings = readings.assign(**{f"{each}_left_out": own[is_real(labels)] for each, own in read.items()})
    return readings


def read_by(head: Head, features: Features, papers: pd.Series, column: str = "sense") -> np.ndarray:
    """The label that ``head`` reads in each row, as ``assign_senses`` does it: a sense, a stance, or a parent.

    Parents are those of the shipped inventory.
    """
    logits = head.logits(features)
    found = logits if column == "stance" else sense_probabilities(head, logits, papers.tolist())
    if column == "parent":
        return np.asarray(by_parent(found, head.labels, load_inventory())["parent"])
    return np.array(head.labels, dtype=object)[found.argmax(axis=1)]


def _parents(probabilities: np.ndarray, names: Sequence[str]) -> dict[str, np.ndarray]:
    read = by_parent(probabilities, names, load_inventory())
    return {"parent": read["parent"], "parent_confidence": read["parent_confidence"].round(4)}


def _best(probabilities: np.ndarray, names: Sequence[str], column: str) -> dict[str, np.ndarray | str]:
    best = best_of(probabilities, names)
    sure = best.confidence.round(4)
    if column == "stance":
        return {"stance": best.label, "stance_confidence": sure}
    return {"sense": best.label, "confidence": sure, "runner_up": best.runner_up}
