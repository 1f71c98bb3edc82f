"""The shipped labels read by heads that saw no mention of the same paper: what every figure of the project rests on.

The labelled texts do not ship, but what a head reads of them does, so this runs from a clean clone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import softmax

from analysis.senses.assign import sense_probabilities, shipped_heads
from analysis.senses.folds import fold_of
from analysis.senses.head import Features, Head, fit_temperature
from analysis.senses.held_out import LEFT_OUT, READING, WITHOUT, research_fields
from analysis.senses.labelled import Training, is_real
from analysis.senses.probable import Best, best_of
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
    """Add ``sense_left_out``, ``confidence_left_out`` and ``stance_left_out``: the fields ``LEFT_OUT``, each read by an
    encoder and by heads that saw none of its group; "" and 0 elsewhere.

    ``readings`` are ``held_out_readings`` of ``training``. The sentences written for the project are trained on, and
    the temperature is that of the shipped heads.
    """
    labels, shipped = training.labels, shipped_heads(scores=bool(training.features.scored))
    real = is_real(labels)
    research = np.full(len(labels), "", dtype=object)
    research[real] = readings["research"].to_numpy(dtype=object)
    for column in ("sense", "stance"):
        known, read = (labels[column] != "").to_numpy(), np.full(len(labels), "", dtype=object)
        sure = np.zeros(len(labels))
        for group in LEFT_OUT:
            own = np.isin(research, group)
            head = fit_on(training, np.flatnonzero(~own & known), column)
            head = replace(head, temperature=getattr(shipped, column).temperature)
            test = np.flatnonzero(own)
            best = read_by(head, training.features.take(test), labels["paper_id"].iloc[test], column)
            read[test], sure[test] = best.label, best.confidence
        readings = readings.assign(**{f"{column}_left_out": read[real]})
        if column == "sense":
            readings = readings.assign(confidence_left_out=sure[real].round(4))
    return readings


def read_by(head: Head, features: Features, papers: pd.Series, column: str = "sense") -> Best:
    """What ``head`` reads in each row, as ``assign_senses`` does it."""
    logits = head.logits(features)
    if column == "sense":
        return best_of(sense_probabilities(head, logits, papers.tolist()), head.labels)
    return best_of(softmax(logits / head.temperature, axis=1), head.labels)


def _best(probabilities: np.ndarray, names: Sequence[str], column: str) -> dict[str, np.ndarray | str]:
    best = best_of(probabilities, names)
    sure = best.confidence.round(4)
    if column == "stance":
        return {"stance": best.label, "stance_confidence": sure}
    return {"sense": best.label, "confidence": sure, "runner_up": best.runner_up}
