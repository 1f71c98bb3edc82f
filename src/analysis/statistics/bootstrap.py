"""Intervals by drawing the papers anew: mentions of one paper are right or wrong together, so papers are the unit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from analysis.statistics.intervals import interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

DRAWS = 1000
Name = TypeVar("Name", bound=Hashable)


class Estimate(NamedTuple):
    """A figure and its 95 % interval; NaN where it could not be measured."""

    value: float
    low: float
    high: float


def estimate(values: Sequence[float]) -> Estimate:
    """The mean of a statistic over replicates, with its 95 % interval; NaN without any."""
    drawn = np.asarray(values, dtype=float)
    low, high = interval(drawn)
    return Estimate(float(drawn.mean()) if len(drawn) else float("nan"), float(low), float(high))


def paper_draws(papers: ArrayLike, *, draws: int = DRAWS, seed: int = 0) -> Iterator[np.ndarray]:
    """Yield ``draws`` times how often each row counts when as many papers are drawn with replacement (Efron 1979).

    ``papers`` names the paper of each row.
    """
    _, paper = np.unique(np.asarray(papers), return_inverse=True)
    n = int(paper.max()) + 1 if len(paper) else 0
    rng = np.random.default_rng(seed)
    for _ in range(draws if n else 0):
        yield np.bincount(rng.integers(n, size=n), minlength=n)[paper].astype(float)


def intervals(
    measure: Callable[[np.ndarray | None], Mapping[Name, float]],
    papers: ArrayLike,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    recentre: Collection[Name] = (),
) -> dict[Name, Estimate]:
    """Each figure that ``measure(weights)`` gives, with the percentile interval over redrawn papers.

    ``measure(None)`` is the figure itself. Those named in ``recentre`` are moved so that the replicates' mean is the
    figure: a calibration error grows with the noise that resampling adds, and clusters of few rows look purer when
    some of their rows are drawn twice.
    """
    values = dict(measure(None))
    replicates = [list(measure(weights).values()) for weights in paper_draws(papers, draws=draws, seed=seed)]
    drawn = np.array(replicates, dtype=float).reshape(-1, len(values))
    for column, name in enumerate(values):
        if name in recentre and len(drawn):
            drawn[:, column] += values[name] - np.nanmean(drawn[:, column])
    spans = zip(values.items(), *interval(drawn), strict=True)
    return {name: Estimate(float(value), float(lowest), float(highest)) for (name, value), lowest, highest in spans}
