"""Train the shipped heads from the shipped labels (``make train``), and refit them with a user's own.

The labelled texts are their authors' and do not ship. What ships is what a head reads of them: the mention's vectors
(float16), what encoders that never saw its paper say of it in context, the cues that fired and the words beside it, so
that training and evaluation run again from a clean clone. ``analysis.senses.tune`` makes those features from the texts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.errors import BadInput
from analysis.resources import resource
from analysis.senses.assign import Heads
from analysis.senses.discourse import agree_within_papers
from analysis.senses.head import Features, Head, fit_head, fit_temperature, save_head, softmax
from analysis.vectors import SPACE

if TYPE_CHECKING:
    import pandas as pd

FOLDS = 5
CERTAINTY = {"high": 1.0, "medium": 0.8, "low": 0.5, "": 1.0}  # how much a label counts by its reader's own confidence


class Training(NamedTuple):
    """Labelled mentions, one row each, and what a head reads of them.

    The evidence in ``features`` is that of encoders which saw no mention of the same paper, ``left_out`` (n, senses +
    stances) that of encoders which saw none of its whole field of research.
    """

    labels: pd.DataFrame
    features: Features
    left_out: np.ndarray | None = None

    def with_field_left_out(self) -> Features:
        """The features with the evidence of encoders that saw none of each mention's field of research."""
        assert self.left_out is not None  # the shipped labels have it
        vectors = np.hstack([self.features.vectors[:, :SPACE], self.left_out])
        return Features(vectors, self.features.cues, self.features.words)


@cache
def shipped_training() -> Training:
    """The shipped labels with their features. Raises ``BadInput`` when they do not belong together."""
    import pandas as pd
    from safetensors.numpy import load_file

    folder = resource("data", "annotations")
    labels = pd.read_csv(folder / "training.csv", dtype={"paper_id": str}, keep_default_na=False)
    arrays = load_file(folder / "training.safetensors")
    if len(labels) != len(arrays["vectors"]):
        raise BadInput(f"{folder}: training.csv and training.safetensors differ in length; make them again (tune)")
    words = [row.split("|") if row else [] for row in labels.pop("words")]
    vectors, cues, evidence, left_out = (
        arrays[name].astype(np.float32) for name in ("vectors", "cues", "evidence", "left_out")
    )
    return Training(labels, Features(np.hstack([vectors, evidence]), cues, words), left_out)


def train_heads(training: Training) -> Heads:
    """Fit the sense head and the stance head; their temperatures come from held-out papers."""
    sense, stance = (_calibrated(training, column) for column in ("sense", "stance"))
    return Heads(sense, stance)


def out_of_fold(training: Training, column: str = "sense") -> tuple[np.ndarray, tuple[str, ...]]:
    """Calibrated probabilities of every labelled mention from heads that saw no mention of its paper.

    ``column`` is "sense" or "stance". Everything that ``assign_senses`` does is done here: the other labelled
    mentions of the paper inform each other (by their probabilities, never by their labels), and the temperature is
    the head's. Returns (n, labels) and the labels.
    """
    logits, names = _held_out_evidence(training, column)
    return softmax(logits / _temperature(training, column, logits, names)), names


def _calibrated(training: Training, column: str) -> Head:
    logits, names = _held_out_evidence(training, column)
    labels, known = training.labels, (training.labels[column] != "").to_numpy()
    rows = np.flatnonzero(known)
    head = fit_head(training.features.take(rows), labels[column].iloc[rows].tolist(), weights=certainty(labels)[rows])
    facts = {"mentions": int(is_real(labels)[rows].sum()), "papers": int(labels["paper_id"].iloc[rows].nunique())}
    return replace(head, temperature=_temperature(training, column, logits, names), facts=json.dumps(facts))


def _held_out_evidence(training: Training, column: str) -> tuple[np.ndarray, tuple[str, ...]]:
    labels = training.labels
    logits, names = held_out(training.features, labels[column].tolist(), certainty(labels), labels["paper_id"])
    if column == "sense":
        shares = [float((labels[column] == name).mean()) for name in names]
        logits = agree_within_papers(logits, labels["paper_id"].tolist(), shares)
    return logits, names


def _temperature(training: Training, column: str, logits: np.ndarray, names: tuple[str, ...]) -> float:
    rows = np.flatnonzero(is_real(training.labels))
    return fit_temperature(logits[rows], training.labels[column].iloc[rows].tolist(), names)


def is_real(labels: pd.DataFrame) -> np.ndarray:
    """Which rows are mentions found in papers; the sentences written for the project are no sample of use."""
    return ~labels["paper_id"].str.contains(":", regex=False).to_numpy()


def certainty(labels: pd.DataFrame) -> np.ndarray:
    """How much each label counts in training, by what its reader said of it."""
    return labels["confidence"].map(CERTAINTY).to_numpy(dtype=float)


def held_out(
    features: Features, labels: Sequence[str], weights: np.ndarray, groups: pd.Series
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Logits for each row from a head that saw no mention of the same paper: shape (n, labels), and the labels.

    A row with the label "" is not trained on.
    """
    names = tuple(sorted({label for label in labels if label}))
    out = np.full((len(labels), len(names)), -20.0, np.float32)
    fold = fold_of(groups)
    known = np.array(labels, dtype=object)
    for k in range(FOLDS):
        train, test = np.flatnonzero((fold != k) & (known != "")), np.flatnonzero(fold == k)
        head = fit_head(features.take(train), list(known[train]), weights=weights[train])
        columns = [names.index(label) for label in head.labels]
        out[np.ix_(test, np.array(columns))] = head.logits(features.take(test))
    return out, names


def fold_of(groups: pd.Series, folds: int = FOLDS) -> np.ndarray:
    """Fold 0 to ``folds`` - 1 of each row, by its paper, the same on every machine."""
    import zlib

    return np.array([zlib.crc32(str(group).encode()) % folds for group in groups])


def main() -> None:
    """Entry of ``python -m analysis.senses.train``."""
    import argparse

    argparse.ArgumentParser(description="Train the shipped heads.").parse_args()
    heads = train_heads(shipped_training())
    folder = resource("data", "annotations").parent / "models"
    for name, head in zip(("sense", "stance"), heads, strict=True):
        assert head is not None  # the shipped labels have both
        save_head(head, folder / f"{name}_head.safetensors")


if __name__ == "__main__":
    main()
