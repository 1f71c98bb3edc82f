"""How the reader of a study errs: the error model that belongs to who read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.inventory.inventory import NO_SENSE, load_inventory
from analysis.senses.reader import EXTENDED
from analysis.statistics.confusion import count_confusion, mixing_as_labelled
from analysis.statistics.stances import stance_confusion, stances_as_labelled

if TYPE_CHECKING:
    import pandas as pd

    from analysis.inventory.inventory import Inventory
    from analysis.senses.reader import Reading
    from analysis.statistics.bootstrap import Estimate
    from analysis.statistics.confusion import Confusion, Mixed
    from analysis.statistics.misreading import Misreadings


@dataclass(frozen=True)
class ErrorModel:
    """The errors of a reader about senses and stances, as intervals carry them; None where they are not known.

    ``held_out`` are the mentions that they are counted on: paper_id, label and label_stance beside sense, confidence,
    stance and stance_confidence of a reader that had not learned from the mention's paper.
    """

    held_out: pd.DataFrame | None = None
    senses: Confusion | None = None
    stances: Misreadings | None = None
    no_sense: tuple[str, ...] = NO_SENSE

    @property
    def accuracy(self) -> Estimate | None:
        """Share of the held-out mentions that were read as labelled, with its interval over redrawn papers."""
        if self.held_out is None:
            return None
        from analysis.statistics.bootstrap import intervals
        from analysis.statistics.metrics import accuracy

        right = (self.held_out["sense"] == self.held_out["label"]).to_numpy()
        every = np.ones(len(right))
        found = intervals(lambda weights: {"": accuracy(right, every if weights is None else weights)},
                          self.held_out["paper_id"])  # fmt: skip
        return found[""]

    @property
    def stances_as_labelled(self) -> tuple[int, int] | None:
        """``(right, of)``: how many held-out stances were read as labelled; None where that is not known."""
        return None if self.held_out is None or self.stances is None else stances_as_labelled(self.held_out)

    @property
    def mixing_as_labelled(self) -> Mixed | None:
        """How many held-out papers mix senses by their labels and as read; None where that is not known."""
        return None if self.held_out is None else mixing_as_labelled(self.held_out, no_sense=self.no_sense)


def error_model_of(
    reading: Reading, held_out: pd.DataFrame, inventory: Inventory, *, coarse: bool = False
) -> ErrorModel:
    """The error model of a reading, whose senses are those of ``inventory`` now.

    ``held_out`` are the user's labels beside a reading that did not know them (the table of that name). They count
    beside the shipped labels if the reader learned from these, else alone. Senses that reviews renamed or merged are
    counted under their new names. Where they are parents (``coarse``), the parents that were read are counted or, if
    those are not known, those of the senses that were read. Empty where a sense of the inventory has no held-out label,
    but for the shipped senses that no labelled paper has: readings in these count as right.
    """
    rows = _beside_shipped(reading, held_out) if reading.learned_shipped else held_out
    if coarse and "parent" in rows:
        known = rows["parent"].fillna("") != ""
        rows = rows.assign(
            sense=rows["sense"].mask(known, rows["parent"]),
            confidence=rows["confidence"].mask(known, rows["parent_confidence"]),
        )
    if coarse and "parent_left_out" in rows:
        rows = rows.assign(sense_left_out=rows["parent_left_out"])
    named = [column for column in ("label", "sense", "sense_left_out") if column in rows]
    rows = rows.assign(**{column: rows[column].fillna("").map(inventory.current) for column in named})
    rows = rows[(rows["label"] != "") & (rows["sense"] != "")].reset_index(drop=True)
    untold = set(inventory.ids) - set(rows["label"])
    if reading.learned_shipped:
        untold -= set(load_inventory().ids)
    if untold or not len(rows):
        return ErrorModel()
    stances = tuple(inventory.stances)
    senses = count_confusion(rows, inventory.order)._replace(
        labels=rows[["mention_id", "surface", "label", "label_stance"]]
    )
    has_stances = bool((rows["label_stance"].isin(stances) & rows["stance"].isin(stances)).any())
    told = stance_confusion(rows, stances) if has_stances else None
    return ErrorModel(rows, senses, told, inventory.no_sense)


def _beside_shipped(reading: Reading, held_out: pd.DataFrame) -> pd.DataFrame:
    """The shipped labels as read out of fold and the user's as read before the heads were taught them.

    The user's label of a mention displaces the shipped one. Their other mentions of shipped papers are left out: the
    heads had learned from these papers.
    """
    import pandas as pd

    from analysis.senses.held_out import shipped_readings

    shipped = shipped_readings(scores=reading.scores)
    ids = shipped["paper_id"] + "#" + shipped["field"] + ":" + shipped["start"].astype(str)
    shipped = shipped.assign(mention_id=ids)
    if reading.by != EXTENDED or not len(held_out):
        return shipped
    given = held_out.set_index("mention_id")
    for column in ("label", "label_stance"):
        known = ids.map(given[column]).fillna("")
        shipped[column] = known.where(known != "", shipped[column])
    own = held_out[~held_out["paper_id"].isin(set(shipped["paper_id"]))]
    return pd.concat([shipped, own], ignore_index=True)
