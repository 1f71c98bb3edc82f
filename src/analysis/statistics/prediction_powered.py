"""Shares of senses from a random sample that a person reviewed, with the machine's readings as predictions.

Prediction-powered inference (Angelopoulos, Bates, Fannjiang, Jordan and Zrnic 2023, Science 382; with a tuned weight
lambda for the predictions: Angelopoulos, Duchi and Zrnic 2023, PPI++) and design-based supervised learning (Egami,
Hinck, Stewart and Wei 2023) estimate a share as ``lambda * mean(read) + mean(reviewed - lambda * read)``: the first
mean is over all mentions, the second over the sample, so no error of the machine biases it. A reading is yes or no for
each sense, and with the best lambda this is the post-stratified estimator (Holt and Smith 1979): how many mentions were
read so, times how many of these were right, plus the others times how many of these were missed. So the interval is
that of a sum of two proportions (Zou and Donner 2008, MOVER) with Wilson's (1927) limits for each, which hold for few
mentions and where the sample shows no error (none of n leaves about 3.8 of n open). Each is corrected for the part of
the mentions that the sample is (Cochran 1977, 2.8): a collection that was reviewed whole leaves nothing open.

Mentions are drawn each by itself, so the interval holds however alike those of one paper are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analysis.statistics.intervals import Shares, wilson


@dataclass(frozen=True)
class Reviewed:
    """What a random sample says of each of k senses, as arrays (k, 2): mentions not read so, and mentions read so.

    ``sizes`` counts all mentions of the collection, ``answered`` those of the sample whose sense the reviewer gave,
    ``hits`` those to which the reviewer gave this sense, and ``skipped`` those of the sample without an answer.
    """

    sizes: np.ndarray
    answered: np.ndarray
    hits: np.ndarray
    skipped: np.ndarray

    def shares(self) -> Shares:
        """Each sense's share with its 95 % interval, arrays (k,); they need not add up to one.

        Where none of the mentions read so (or not so) was answered, the estimate takes the machine's word and the
        limits allow all. The lower limit supposes that no skipped mention has the sense, the upper one that all have:
        so they hold whatever a reviewer skips. NaN for a collection without mentions.
        """
        asked = self.answered + self.skipped
        low, _ = _limits(self.hits, asked, self.sizes)
        _, high = _limits(self.hits + self.skipped, asked, self.sizes)
        return Shares(_sum(self.sizes, self._rates), low, high)

    @property
    def _rates(self) -> np.ndarray:
        """How many of the answered have the sense, shape (k, 2); the machine's word where none is answered."""
        return np.where(self.answered > 0, self.hits / np.maximum(self.answered, 1), [0.0, 1.0])

    def with_more(self, more: float) -> Reviewed:
        """What ``more`` further mentions of the random order would add if they are like those so far."""
        taken = self.answered + self.skipped
        left = self.sizes - taken
        share = np.minimum(1.0, more / np.maximum(left.sum(axis=-1, keepdims=True), 1))
        added = left * share
        return replace(self, answered=self.answered + added, hits=self.hits + added * self._rates)


def count_reviewed(read: np.ndarray, truth: np.ndarray, sampled: np.ndarray, k: int) -> Reviewed:
    """Count a sample. ``read`` numbers the sense in which each of n mentions was read (-1: in none of these), ``truth``
    the sense that the reviewer gave (-1: none), ``sampled`` says which are of the sample; ``k`` senses.
    """
    so = read[:, None] == np.arange(k)
    given = (truth[:, None] == np.arange(k)) & sampled[:, None]

    def counted(which: np.ndarray) -> np.ndarray:
        chosen = np.broadcast_to(which if which.ndim == 2 else which[:, None], so.shape)
        return np.stack([(chosen & ~so).sum(axis=0), (chosen & so).sum(axis=0)], axis=1).astype(float)

    every = np.ones(len(read), dtype=bool)
    return Reviewed(counted(every), counted(sampled & (truth >= 0)), counted(given), counted(sampled & (truth < 0)))


def _limits(hits: np.ndarray, n: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The 95 % limits of the shares when ``hits`` of ``n`` of each part have the sense; parts of ``sizes`` mentions."""
    rate = np.where(n > 0, hits / np.maximum(n, 1e-9), [0.0, 1.0])
    worth = n * np.maximum(sizes - 1, 1) / np.maximum(sizes - n, 1e-9)  # a draw without replacement says more
    low, high = wilson(rate * worth, worth)
    low, high = (np.where(n > 0, found, end) for found, end in ((low, 0.0), (high, 1.0)))
    low, high = (np.where(n >= sizes - 1e-9, rate, found) for found in (low, high))
    whole = _sum(sizes, rate)
    below, above = (np.sqrt(_sum(sizes, (rate - end) ** 2, power=2)) for end in (low, high))
    return np.maximum(whole - below, 0.0), np.minimum(whole + above, 1.0)


def _sum(sizes: np.ndarray, values: np.ndarray, power: int = 1) -> np.ndarray:
    """The values of the two parts, weighted by their share of the mentions to this power."""
    total = sizes.sum(axis=-1, keepdims=True)
    weights = sizes / np.where(total > 0, total, np.nan)
    return np.asarray((weights**power * values).sum(axis=-1))
