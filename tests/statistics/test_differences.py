"""Differences of shares: reference values, what is in both collections, and many looked at once."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from analysis.statistics.differences import counts, differences
from analysis.statistics.intervals import interval, simultaneous

NONE = counts([0], 0)


def test_one_difference_has_the_interval_of_two_proportions():
    """60 of 100 against 40 of 100: by Agresti and Caffo (2000) 61/102 - 41/102 +- 1.96 standard errors."""
    found = differences(counts([60], 100), counts([40], 100), NONE)
    p, q = 61 / 102, 41 / 102
    half = norm.ppf(0.975) * np.sqrt(p * (1 - p) / 102 + q * (1 - q) / 102)
    assert found.difference[0] == pytest.approx(0.2)
    assert found.low[0] == pytest.approx(p - q - half, abs=0.006)
    assert found.high[0] == pytest.approx(p - q + half, abs=0.006)
    assert found.clear[0]


def test_a_collection_does_not_differ_from_itself():
    found = differences(counts([0, 0], 0), counts([0, 0], 0), counts([20, 5], 50))
    assert found.difference.tolist() == found.low.tolist() == found.high.tolist() == [0, 0]
    assert not found.clear.any()


def test_papers_of_both_sides_add_no_doubt_of_their_own():
    """Half of each side in common: the variance of the difference is that of the papers that only one side has.

    40 papers a side, 20 in both, half with the thing everywhere: 2 * 0.5 ** 2 * (0.25 / 20), against 2 * 0.25 / 40.
    """
    apart = differences(counts([20], 40), counts([20], 40), NONE)
    common = differences(counts([10], 20), counts([10], 20), counts([10], 20))
    wide, narrow = (found.high[0] - found.low[0] for found in (apart, common))
    assert narrow / wide == pytest.approx(np.sqrt((0.25 / 20 / 4) / (0.25 / 40)), rel=0.04)


def test_one_of_few_papers_is_no_finding():
    few = differences(counts([29], 29), counts([0], 200), NONE)
    enough = differences(counts([30], 30), counts([0], 200), NONE)
    assert few.low[0] > 0.5 and not few.clear[0]
    assert enough.clear[0]


def test_a_side_without_papers_has_no_difference():
    found = differences(counts([3, 1], 5), counts([0, 0], 0), counts([0, 0], 0))
    assert np.isnan([found.difference, found.low, found.high]).all() and not found.clear.any()


def test_intervals_hold_together():
    """Of independent normal columns 95 % of draws lie within all: each interval is at 0.95 ** (1 / n) (Sidak 1967)."""
    values = np.random.default_rng(0).normal(size=(40_000, 8))
    low, high = simultaneous(values)
    assert ((values >= low) & (values <= high)).all(axis=1).mean() == pytest.approx(0.95, abs=0.001)
    assert high == pytest.approx(np.full(8, norm.ppf((1 + 0.95 ** (1 / 8)) / 2)), abs=0.1)
    alone = simultaneous(values[:, :1])
    assert np.concatenate(alone) == pytest.approx(np.concatenate(interval(values[:, :1])), abs=0.01)


@pytest.mark.long
def test_chance_is_rarely_called_a_finding():
    """Thirteen shares alike on both sides: a family with a clear difference comes up in at most 5 % of collections."""
    rng = np.random.default_rng(1)
    shares = np.linspace(0.02, 0.4, 13)
    nothing = counts(np.zeros(13), 0)
    found = [
        differences(counts(rng.binomial(60, shares), 60), counts(rng.binomial(100, shares), 100), nothing).clear.any()
        for _ in range(60)
    ]
    assert np.mean(found) <= 0.1  # 0.05, and what 60 collections leave open
