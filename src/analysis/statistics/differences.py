"""How sure the difference of two shares is, of many at once, where some papers may be in both collections.

What two collections hold is divided in three: papers that only the one has, papers that only the other has, and papers
of both. A share is put together from the parts that its collection has, and each part is drawn from what its papers
leave open, the posterior of a proportion under Jeffreys' prior (for differences see Agresti and Min 2005, Biometrics
61). Papers of both are drawn once for both sides, so what they add to both cancels: a collection does not differ from
itself. How many papers are in both is taken as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.statistics.intervals import ENOUGH, simultaneous

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

AGAIN = 20_000  # draws at least: the interval of one difference among forty ends at the 12th of these


class Counts(NamedTuple):
    """In each replicate of the labels how many papers of a part have each thing, and of how many: (draws, things)."""

    hits: np.ndarray
    of: np.ndarray


class Differences(NamedTuple):
    """Shares on both sides, their difference (one - two) and its interval, each one number per thing.

    ``low`` and ``high`` hold for all things together in 95 % of cases. ``clear``: the interval leaves out zero, and
    both sides have ``ENOUGH`` papers, which is the licence to call the difference a finding.
    """

    one: np.ndarray
    two: np.ndarray
    difference: np.ndarray
    low: np.ndarray
    high: np.ndarray
    clear: np.ndarray


def counts(hits: ArrayLike, of: ArrayLike) -> Counts:
    """Counts without replicates, ``hits`` one number per thing."""
    hit = np.atleast_2d(np.asarray(hits, dtype=float))
    return Counts(hit, np.broadcast_to(np.asarray(of, dtype=float), hit.shape))


def differences(
    one: Counts, two: Counts, both: Counts, *, about: tuple[np.ndarray, np.ndarray] | None = None, seed: int = 0
) -> Differences:
    """The differences of two collections: ``one`` and ``two`` count the papers that only the one has, ``both`` those of
    both. All have the same shape, (draws, things). The shares are means over replicates or, where they are given, those
    that the intervals are ``about``. NaN where a side has no paper.
    """
    size_one, size_two = one.of + both.of, two.of + both.of
    shares = [_share(own.hits + both.hits, size) for own, size in ((one, size_one), (two, size_two))]
    means = [share.mean(axis=0) for share in shares]
    estimate_one, estimate_two = means if about is None else about
    difference = estimate_one - estimate_two
    known = (size_one > 0).all(axis=0) & (size_two > 0).all(axis=0)
    low, high = np.full(len(known), np.nan), np.full(len(known), np.nan)
    if known.any():
        parts = [Counts(part.hits[:, known], part.of[:, known]) for part in (one, two, both)]
        moved = (difference - (means[0] - means[1]))[known]
        low[known], high[known] = simultaneous(np.clip(_drawn(parts, seed) + moved, -1, 1))
    low, high = np.fmin(low, difference), np.fmax(high, difference)
    enough = (size_one.min(axis=0) >= ENOUGH) & (size_two.min(axis=0) >= ENOUGH)
    low, high = np.where(known, low, np.nan), np.where(known, high, np.nan)
    return Differences(estimate_one, estimate_two, difference, low, high, enough & ((low > 0) | (high < 0)))


def _share(hits: np.ndarray, of: np.ndarray) -> np.ndarray:
    return np.where(of > 0, hits / np.maximum(of, 1), np.nan)


def _drawn(parts: list[Counts], seed: int) -> np.ndarray:
    """Differences drawn from the posteriors of the parts, (``AGAIN`` or more, things): each replicate equally often."""
    rng = np.random.default_rng(seed)
    draws, things = parts[0].hits.shape
    shape = (-(-AGAIN // draws), draws, things)
    one, two, both = (part.of * rng.beta(part.hits + 0.5, part.of - part.hits + 0.5, shape) for part in parts)
    drawn = (one + both) / (parts[0].of + parts[2].of) - (two + both) / (parts[1].of + parts[2].of)
    return drawn.reshape(-1, things)
