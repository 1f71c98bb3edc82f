"""The true senses behind the readings of a collection, drawn from what held-out papers leave open.

Multiple imputation (Rubin 1987) in two layers: whether the mentions of a paper all have one sense, and which. A reader
that gives a paper one sense hides that it has two, and one that doubts gives two to a paper that has one; mentions
drawn each by itself, or all together, would say nothing of either.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.statistics.confusion import ALIKE, APART, BANDS, Confusion, as_known, bands, read_as
from analysis.statistics.misreading import mixes

if TYPE_CHECKING:
    import pandas as pd


class Imputer:
    """Draws of the true senses of readings.

    ``readings`` needs mention_id, paper_id, surface, sense, confidence and reviewed; senses are those of ``order``.
    What people reviewed keeps its sense, what is among the labels of the ``confusion`` has the sense of its label.
    """

    def __init__(self, readings: pd.DataFrame, order: Sequence[str], confusion: Confusion) -> None:
        import pandas as pd

        readings = as_known(readings, order, confusion)
        known = readings["known"].to_numpy(dtype=bool)
        self._sense = readings["sense"].map({sense: i for i, sense in enumerate(order)}).to_numpy(dtype=int)
        self._paper, ids = pd.factorize(readings["paper_id"])
        self._open = np.flatnonzero(~known)
        # the mentions of a paper that were read in one sense are a unit
        units = self._paper[self._open] * len(order) + self._sense[self._open]
        units, first, self._unit = np.unique(units, return_index=True, return_inverse=True)
        self._column = units % len(order) * len(BANDS) + bands(readings.iloc[self._open])[first]
        self._senses = mixes(confusion.senses, order, len(BANDS), self._counts(self._column, len(order)))
        knows = np.zeros((len(ids), len(order)), dtype=bool)
        knows[self._paper[known], self._sense[known]] = True
        self._known = np.where(knows.any(axis=1), knows.argmax(axis=1), -1)  # the one sense that is known of a paper
        has_open = np.bincount(self._paper[self._open], minlength=len(ids)) > 0
        self._size = np.bincount(self._paper, minlength=len(ids))
        self._asked = (self._size > 1) & has_open & (knows.sum(axis=1) < 2)
        self._apart, least = read_as(readings.assign(confidence=readings["confidence"].mask(known, 1.0)))
        self._kind = self._apart * len(BANDS) + least
        self._papers = mixes(confusion.papers, [ALIKE, APART], len(BANDS), self._counts(self._kind[self._asked], 2))
        self._in_order = np.argsort(self._paper, kind="stable")
        self._begins = np.cumsum(self._size) - self._size
        self._rank = np.empty(len(readings), dtype=int)  # of a mention in its paper
        self._rank[self._in_order] = np.arange(len(readings)) - np.repeat(self._begins, self._size)

    @staticmethod
    def _counts(columns: np.ndarray, k: int) -> np.ndarray:
        return np.bincount(columns, minlength=k * len(BANDS)).astype(float)

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Draw the true sense of each mention, an index into the order.

        Each replicate is of one mix and one field of research, as ``misreading.Mixes`` draws them. What was read in
        one sense has one. A paper whose mentions are alike has the sense that is known of it, or that of one of its
        mentions; one that is apart has the senses that were read, if those drawn are all one, and another sense from
        some mention on, if but one was read.
        """
        chances = self._senses.draw(rng)
        senses = self._sense.copy()
        senses[self._open] = choose(chances[self._column], rng)[self._unit]
        apart = self._asked & (rng.random(len(self._asked)) < self._papers.draw(rng)[self._kind, 1])
        one = np.where(
            self._known >= 0, self._known,
            senses[self._in_order[self._begins + (rng.random(len(apart)) * self._size).astype(int)]],
        )  # fmt: skip
        paper, alike = self._paper[self._open], self._asked & ~apart
        senses[self._open] = np.where(alike[paper], one[paper], senses[self._open])
        ordered = senses[self._in_order]
        same = np.minimum.reduceat(ordered, self._begins) == np.maximum.reduceat(ordered, self._begins)
        as_read = apart & self._apart & same
        senses[self._open] = np.where(as_read[paper], self._sense[self._open], senses[self._open])
        self._split(senses, apart & ~self._apart, chances, rng)
        return senses

    def _split(self, senses: np.ndarray, papers: np.ndarray, chances: np.ndarray, rng: np.random.Generator) -> None:
        """Give the mentions of these papers, all read alike, another sense from some mention on.

        What else such a reading may be is as likely as over all papers; where it was never anything else, all are.
        """
        begins = 1 + (rng.random(len(papers)) * (self._size - 1)).astype(int)
        units = np.zeros(len(self._column), dtype=bool)
        later = papers[self._paper[self._open]] & (self._rank[self._open] >= begins[self._paper[self._open]])
        units[self._unit[later]] = True
        at = np.flatnonzero(units)
        one = np.zeros(len(units), dtype=int)
        one[self._unit] = senses[self._open]
        other = chances[self._column[at]] + 1e-9
        other[np.arange(len(at)), one[at]] = 0
        one[at] = choose(other / np.maximum(other.sum(axis=1, keepdims=True), 1e-300), rng)
        senses[self._open[later]] = one[self._unit[later]]


def choose(chances: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One index for each row of probabilities."""
    below = rng.random(len(chances))[:, None] > np.cumsum(chances, axis=1)
    return np.asarray(below.sum(axis=1).clip(max=chances.shape[1] - 1))
