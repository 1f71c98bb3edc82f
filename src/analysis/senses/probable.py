"""Probabilities -> senses: the most probable label of each mention, the runner-up, and the senses table they make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from analysis.common.tables import make_table

if TYPE_CHECKING:
    import pandas as pd

ABSTAIN_BELOW = 0.5  # confidence under which a reading is marked as unsure


class Best(NamedTuple):
    """Of each row: the most probable label, its probability (float64), the next label ("" where there is only one)."""

    label: np.ndarray
    confidence: np.ndarray
    runner_up: np.ndarray | str


def best_of(probabilities: np.ndarray, labels: Sequence[str], *, ranked_by: np.ndarray | None = None) -> Best:
    """The best label of each row of ``probabilities``, (n, labels); of equal ones the first.

    ``ranked_by``, of the same shape, decides the order in the place of the probabilities.
    """
    names = np.array(list(labels), dtype=object)
    order = np.argsort(-(probabilities if ranked_by is None else ranked_by), axis=1, kind="stable")
    first = order[:, 0]
    confidence = probabilities[np.arange(len(order)), first].astype("float64")
    return Best(names[first], confidence, names[order[:, 1]] if len(names) > 1 else "")


def senses_table(mentions: pd.DataFrame, best: Best, **more: Any) -> pd.DataFrame:
    """The senses table of ``mentions``, without topics and reviews; ``more`` are further columns of it."""
    import pandas as pd

    columns = {
        "mention_id": mentions["mention_id"].to_numpy(),
        "sense": best.label,
        "confidence": best.confidence,
        "runner_up": best.runner_up,
        "abstained": best.confidence < ABSTAIN_BELOW,
        "topic": -1,
        **more,
    }
    return make_table("senses", pd.DataFrame(columns))
