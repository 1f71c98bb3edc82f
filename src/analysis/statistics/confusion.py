"""How the classifier errs: held-out mentions counted by what they are, as what they were read, and how surely."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.inventory.inventory import NO_SENSE

if TYPE_CHECKING:
    import pandas as pd

BANDS = (0.0, 0.5, 0.8, 0.95)  # lower ends of the bands of confidence, each with enough held-out mentions
ALIKE, APART = "alike", "apart"  # papers whose mentions all have one sense, and the others


class Confusion(NamedTuple):
    """Counts of held-out mentions and papers, tables of pandas.

    ``alike`` counts the mentions of papers whose true senses are all the same, ``apart`` those of the others: true
    senses as index, as columns the pairs of assigned sense and band of confidence. ``papers`` counts the papers with
    two mentions or more: index ``ALIKE`` and ``APART`` by their true senses, columns the pairs of the same by the
    assigned ones and the band of the least confidence. ``labels`` are the mentions themselves (mention_id,
    surface, label, label_stance): those that a collection holds are known there.
    """

    alike: pd.DataFrame
    apart: pd.DataFrame
    papers: pd.DataFrame
    labels: pd.DataFrame | None = None

    def labels_of(self, readings: pd.DataFrame) -> pd.DataFrame:
        """Label and label_stance of each reading, in its row; missing where the mention is not among the labels."""
        if self.labels is None:
            return readings[[]].reindex(columns=["label", "label_stance"])
        keys = ["mention_id", "surface"]
        return readings[keys].merge(self.labels, on=keys, how="left", validate="m:1").set_index(readings.index)


def count_confusion(held_out: pd.DataFrame, order: Sequence[str]) -> Confusion:
    """Count mentions with their true sense (label) and the one assigned (sense); needs paper_id and confidence, too."""
    import pandas as pd

    apart = held_out.groupby("paper_id")["label"].transform("nunique").to_numpy() > 1
    band = bands(held_out)
    alike_counts, apart_counts = (
        confusion_matrix(held_out["label"][rows], held_out["sense"][rows], order, band=band[rows])
        for rows in (~apart, apart)
    )
    papers = held_out.groupby("paper_id", sort=False)
    several = (papers.size() > 1).to_numpy()
    true = np.where(papers["label"].nunique() > 1, APART, ALIKE)[several]
    read, least = (values[several] for values in read_as(held_out))
    counts = pd.crosstab(true, [np.where(read, APART, ALIKE), least])
    columns = pd.MultiIndex.from_product([[ALIKE, APART], range(len(BANDS))])
    return Confusion(alike_counts, apart_counts, counts.reindex(index=[ALIKE, APART], columns=columns, fill_value=0))


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


def confusion_matrix(
    true: Iterable[str], assigned: Iterable[str], order: Sequence[str], *, band: Iterable[int] | None = None
) -> pd.DataFrame:
    """Count held-out mentions: true senses as index, assigned ones as columns, both in ``order``.

    With ``band``, the ``bands`` of the readings, there is a column for each assigned sense and band, as pairs.
    """
    import pandas as pd

    rows = pd.Series(list(true), name="true")
    columns: list[pd.Series] = [pd.Series(list(assigned), name="assigned")]
    if band is not None:
        columns.append(pd.Series(list(band), name="band"))
    pairs = pd.crosstab(rows, columns)
    every = pd.MultiIndex.from_product([list(order), range(len(BANDS))], names=["assigned", "band"])
    return pairs.reindex(index=list(order), columns=list(order) if band is None else every, fill_value=0)


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
