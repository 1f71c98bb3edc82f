"""The shipped labels read by heads that saw no mention of the same paper: what every figure of the project rests on.

The labelled texts do not ship, but what a head reads of them does, so this runs from a clean clone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import softmax

from analysis.inventory.inventory import load_inventory
from analysis.senses.assign import sense_probabilities, shipped_heads
from analysis.senses.folds import fold_of
from analysis.senses.head import Features, Head, fit_temperature
from analysis.senses.held_out import LEFT_OUT, READING, WITHOUT, research_fields
from analysis.senses.labelled import Training, is_real
from analysis.senses.probable import best_of, by_parent
from analysis.training.train import fit_on, out_of_fold

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
    """Add what is read of the fields ``LEFT_OUT`` by an encoder and by heads that saw none of their group: the columns
    sense, confidence, parent, parent_confidence, stance and stance_confidence with the ending ``_left_out``; "" and 0
    for other fields.

    ``readings`` are ``held_out_readings`` of ``training``. The sentences written for the project are trained on, and
    the temperature is that of the shipped heads.
    """
    labels, shipped = training.labels, shipped_heads(scores=bool(training.features.scored))
    real = is_real(labels)
    research = np.full(len(labels), "", dtype=object)
    research[real] = readings["research"].to_numpy(dtype=object)
    for column in ("sense", "stance"):
        known = (labels[column] != "").to_numpy()
        read: dict[str, np.ndarray] = {}
        for group in LEFT_OUT:
            test = np.flatnonzero(np.isin(research, group))
            head = fit_on(training, np.flatnonzero(~np.isin(research, group) & known), column)
            head = replace(head, temperature=getattr(shipped, column).temperature)
            sure = probabilities_by(head, training.features.take(test), labels["paper_id"].iloc[test], column)
            own = _best(sure, head.labels, column) | (_parents(sure, head.labels) if column == "sense" else {})
            for name, values in own.items():
                empty = np.zeros(len(labels)) if name.endswith("confidence") else np.full(len(labels), "", dtype=object)
                read.setdefault(name, empty)[test] = values
        read.pop("runner_up", None)
        readings = readings.assign(**{f"{name}_left_out": values[real] for name, values in read.items()})
    return readings


def probabilities_by(head: Head, features: Features, papers: pd.Series, column: str = "sense") -> np.ndarray:
    """The probability of each label in each row, (n, labels), as ``assign_senses`` makes it of a head."""
    logits = head.logits(features)
    if column == "sense":
        return sense_probabilities(head, logits, papers.tolist())
    return np.asarray(softmax(logits / head.temperature, axis=1))


def _parents(probabilities: np.ndarray, names: Sequence[str]) -> dict[str, np.ndarray]:
    read = by_parent(probabilities, names, load_inventory())
    return {"parent": read["parent"], "parent_confidence": read["parent_confidence"].round(4)}


def _best(probabilities: np.ndarray, names: Sequence[str], column: str) -> dict[str, np.ndarray | str]:
    best = best_of(probabilities, names)
    sure = best.confidence.round(4)
    if column == "stance":
        return {"stance": best.label, "stance_confidence": sure}
    return {"sense": best.label, "confidence": sure, "runner_up": best.runner_up}
