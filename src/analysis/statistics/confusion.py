"""How the classifier errs: held-out mentions counted by what they are, as what they were read, and how surely."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.inventory.inventory import NO_SENSE
from analysis.statistics.misreading import Misreadings, Units, misreadings

if TYPE_CHECKING:
    import pandas as pd

BANDS = (0.0, 0.5, 0.8, 0.95)  # lower ends of the bands of confidence, each with enough held-out mentions
ALIKE, APART = "alike", "apart"  # papers whose mentions all have one sense, and the others


class Confusion(NamedTuple):
    """What held-out readings turned out to be.

    ``senses`` counts the mentions of a paper that were read in one sense, which are right or wrong together, as one
    unit; ``papers`` those papers with two mentions or more, as ``ALIKE`` or ``APART``, in the band of their least
    confidence. ``labels`` are the mentions themselves (mention_id, surface, label, label_stance): those that a
    collection holds are known there.
    """

    senses: Misreadings
    papers: Misreadings
    labels: pd.DataFrame | None = None

    def labels_of(self, readings: pd.DataFrame) -> pd.DataFrame:
        """Label and label_stance of each reading, in its row; missing where the mention is not among the labels."""
        if self.labels is None:
            return readings[[]].reindex(columns=["label", "label_stance"])
        keys = ["mention_id", "surface"]
        return readings[keys].merge(self.labels, on=keys, how="left", validate="m:1").set_index(readings.index)


def as_known(readings: pd.DataFrame, order: Sequence[str], confusion: Confusion | None) -> pd.DataFrame:
    """The readings, with the labels of those that are among the labels of the ``confusion`` in their place.

    What people reviewed keeps its sense. The column ``known`` is added: whether a mention is reviewed or labelled.
    """
    reviewed = readings["reviewed"].to_numpy(dtype=bool)
    if confusion is None or confusion.labels is None:
        return readings.assign(known=reviewed)
    label = confusion.labels_of(readings)["label"]
    labelled = label.isin(list(order)).to_numpy() & ~reviewed
    return readings.assign(sense=readings["sense"].mask(labelled, label), known=reviewed | labelled)


def count_confusion(held_out: pd.DataFrame, order: Sequence[str]) -> Confusion:
    """Count mentions with their true sense (label) and the one assigned (sense); needs paper_id and confidence, too.

    Where there is a column research (field of research, "" if not known), it is also learned how fields vary, by what
    is in sense_left_out (as read by a reader that saw nothing of the field) or, where that is no sense, in sense.
    """
    inside = held_out[held_out["label"].isin(list(order)) & held_out["sense"].isin(list(order))]
    if "research" not in inside:
        inside = inside.assign(research="")
    elsewhere = inside
    if "sense_left_out" in inside:
        known = inside["sense_left_out"].isin(list(order))
        elsewhere = inside.assign(sense=inside["sense_left_out"].where(known, inside["sense"]))
    senses, papers = (
        misreadings(of(inside), labels, len(BANDS), left_out=of(elsewhere), shifts=shifts)
        for of, labels, shifts in (
            (partial(sense_units, order=order), list(order), True),
            (_paper_units, [ALIKE, APART], False),
        )
    )
    return Confusion(senses, papers)


def sense_units(held_out: pd.DataFrame, order: Sequence[str]) -> Units:
    """The mentions of each paper that were read in one sense as one unit; its true sense is the commonest label."""
    position = {sense: i for i, sense in enumerate(order)}
    alike = held_out.groupby(["paper_id", "sense", "label"])["label"].transform("size")
    table = held_out.assign(band=bands(held_out), n=alike)
    first = table.sort_values("n", ascending=False, kind="stable").drop_duplicates(["paper_id", "sense"]).sort_index()
    true, assigned = (first[column].map(position).to_numpy(dtype=int) for column in ("label", "sense"))
    return Units(true, assigned, first["band"].to_numpy(dtype=int), first["research"].fillna("").to_numpy())


def _paper_units(held_out: pd.DataFrame) -> Units:
    """Papers with two mentions or more: 0 is alike, 1 is apart."""
    papers = held_out.groupby("paper_id", sort=False)
    several = (papers.size() > 1).to_numpy()
    read, least = (values[several] for values in read_as(held_out))
    true = (papers["label"].nunique() > 1).to_numpy()[several]
    return Units(true.astype(int), read.astype(int), least, papers["research"].first().fillna("").to_numpy()[several])


def read_as(readings: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Of each paper, in order of appearance: whether its mentions were read apart, and the band of the least sure."""
    papers = readings.groupby("paper_id", sort=False)
    least = papers["confidence"].min().to_numpy(dtype=float)
    return (papers["sense"].nunique() > 1).to_numpy(), np.digitize(least, BANDS[1:])


def bands(readings: pd.DataFrame) -> np.ndarray:
    """The band of confidence, an index into ``BANDS``, of each reading.

    It is that of the mean confidence of the paper's mentions with the same sense, since these are right or wrong
    together. Needs paper_id, sense and confidence.
    """
    mean = readings.groupby(["paper_id", "sense"], sort=False)["confidence"].transform("mean")
    return np.asarray(np.digitize(mean.to_numpy(dtype=float), BANDS[1:]))


def confusion_matrix(true: Iterable[str], assigned: Iterable[str], order: Sequence[str]) -> pd.DataFrame:
    """Count held-out mentions: true senses as index, assigned ones as columns, both in ``order``."""
    import pandas as pd

    pairs = pd.crosstab(pd.Series(list(true), name="true"), pd.Series(list(assigned), name="assigned"))
    return pairs.reindex(index=list(order), columns=list(order), fill_value=0)


class Mixed(NamedTuple):
    """Held-out papers with two labelled mentions or more: all, those that mix senses by label, as read, and by both."""

    of: int
    labelled: int
    read: int
    both: int


def mixing_as_labelled(held_out: pd.DataFrame, *, no_sense: Collection[str] = NO_SENSE) -> Mixed:
    """How many held-out papers mix senses by their labels, and how many of them as read; ``no_sense`` is none."""
    readings = held_out[held_out.groupby("paper_id")["label"].transform("size") > 1]
    label, sense = (
        readings[column].mask(readings[column].isin(no_sense)).groupby(readings["paper_id"]).nunique() > 1
        for column in ("label", "sense")
    )
    return Mixed(len(label), int(label.sum()), int(sense.sum()), int((label & sense).sum()))
