"""Labels that say how sure they are: probabilities over candidate senses, as text in a labels file and as numbers.

A reader who hesitates between two senses writes "skew 0.70 shortcut 0.30" in the column ``probabilities``; one who does
not leaves it empty, and all of the probability is with ``sense``. A head learns from a hesitant label as from several
labels, each of which counts as much as it is probable. Readers hesitate more than they differ: where one gave a sense
0.6 to 0.7, a second reader gave the same sense first in 90 of 100 cases. So what they wrote is sharpened.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.common.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd


SHARPNESS = 2.0  # power of the probabilities; 1 to 4 were tried on the mentions that two readers read, 2 to 3 fit best


class Candidates(NamedTuple):
    """Every candidate of every labelled mention: row of the label, the candidate's name, its probability."""

    rows: np.ndarray
    names: list[str]
    weights: np.ndarray


def candidates(labels: pd.DataFrame, column: str = "sense") -> Candidates:
    """The candidates of labels (columns ``column`` and, for senses, ``probabilities``), in the order of the rows.

    Rows without label are left out; stances have one candidate each. Raises ``BadInput`` for a text that is no list of
    senses with probabilities.
    """
    names = labels[column].tolist()
    told = labels["probabilities"].tolist() if column == "sense" and "probabilities" in labels else [""] * len(names)
    found = [
        (row, sense, weight)
        for row, (name, text) in enumerate(zip(names, told, strict=True))
        if name
        for sense, weight in (_read(text) if text else ((name, 1.0),))
    ]
    rows, senses, weights = zip(*found, strict=True) if found else ((), (), ())
    return Candidates(np.array(rows, dtype=int), list(senses), np.array(weights, dtype=float))


def as_matrix(labels: pd.DataFrame, names: Sequence[str], column: str = "sense") -> np.ndarray:
    """The probabilities of each label as float32 of shape (n, names); rows of zeros have no label."""
    at = {name: i for i, name in enumerate(names)}
    found = candidates(labels, column)
    out = np.zeros((len(labels), len(names)), np.float32)
    columns = np.array([at[name] for name in found.names], dtype=int)
    np.add.at(out, (found.rows, columns), found.weights)
    return out


def _read(text: str) -> list[tuple[str, float]]:
    words = text.split()
    try:
        weights = [float(word) for word in words[1::2]]
    except ValueError:
        weights = []
    if len(words) != 2 * len(weights) or not weights or min(weights) <= 0:
        raise BadInput(f"probabilities: {text!r} is not written as 'skew 0.7 shortcut 0.3'")
    weights = [weight**SHARPNESS for weight in weights]
    total = sum(weights)
    return [(sense, weight / total) for sense, weight in zip(words[::2], weights, strict=True)]
