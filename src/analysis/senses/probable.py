"""Probabilities -> senses: the most probable label of each mention, the runner-up, and the senses table they make.

Here it is decided, too, below which confidence a reading is unsure, and that its parent is then said in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from analysis.common.tables import make_table

if TYPE_CHECKING:
    import pandas as pd

    from analysis.inventory.inventory import Inventory

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


def by_parent(probabilities: np.ndarray, labels: Sequence[str], inventory: Inventory) -> dict[str, Any]:
    """The columns ``parent`` and ``parent_confidence`` of the senses table: the most probable parent of each row.

    ``probabilities``, (n, labels), are summed by parent; of equally probable ones the first in the order of labels
    wins. Labels that are no sense are their own parent. Nothing is known where the inventory has no parents.
    """
    if not inventory.parents:
        return {}
    parents = [inventory.parent_of(label) for label in labels]
    names = list(dict.fromkeys(parents))
    member = np.array([[parent == name for name in names] for parent in parents], dtype=float)
    best = best_of(probabilities @ member, names)
    return {"parent": best.label, "parent_confidence": best.confidence}


class Said(NamedTuple):
    """What is said of a reading: the id of a sense or a parent, its confidence (0 to 1), whether that is too low."""

    label: str
    confidence: float
    unsure: bool


def said_of(reading: Mapping[Any, Any] | pd.Series) -> Said:
    """What a report says of a reading, a row of the senses table: where it is unsure of the sense and sure of the
    parent, the parent, else the sense.

    A parent is sure from the confidence on from which a sense is.
    """
    sense, parent = str(reading["sense"]), str(reading.get("parent", ""))
    if not reading["abstained"]:
        return Said(sense, float(reading["confidence"]), False)
    if parent and (sure := float(reading["parent_confidence"])) >= ABSTAIN_BELOW:
        return Said(parent, sure, False)
    return Said(sense, float(reading["confidence"]), True)


def at_parents(senses: pd.DataFrame, inventory: Inventory) -> pd.DataFrame:
    """The senses table with parents in the place of senses, as ``inventory.of_parents()`` knows them.

    Where a table does not say the parent, it is that of the sense, at least as sure as the sense is.
    """
    known = senses["parent"] != ""
    parent = senses["parent"].where(known, senses["sense"].map(inventory.parent_of).astype("str"))
    confidence = senses["parent_confidence"].where(known, senses["confidence"])
    runner_up = senses["runner_up"].map(lambda sense: inventory.parent_of(sense) if sense else "").astype("str")
    coarse = senses.assign(
        sense=parent,
        confidence=confidence,
        runner_up=runner_up.mask(runner_up == parent, ""),
        abstained=confidence < ABSTAIN_BELOW,
    )
    return make_table("senses", coarse.drop(columns=["parent", "parent_confidence"]))


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
