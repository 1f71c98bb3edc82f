"""Agreement of two readers, against values worked out by hand and against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from analysis.statistics.agreement import cohen_kappa, kappa_with_interval, proportion, with_more

# 50 units: both say yes 20 times and no 15 times, a alone says yes 5 times, b alone 10 times.
A = ["yes"] * 25 + ["no"] * 25
B = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15


def test_kappa_by_hand():
    """Observed 35/50 = 0.7; by chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5; so (0.7 - 0.5) / (1 - 0.5) = 0.4."""
    assert cohen_kappa(A, B) == pytest.approx(0.4)
    assert cohen_kappa(["a", "b"], ["b", "a"]) == pytest.approx(-1)
    assert cohen_kappa(["a", "b"], ["a", "b"]) == pytest.approx(1)


def test_kappa_with_weights_is_that_of_repeated_units():
    weights = np.array([2, 0, 1, 3])
    a, b = ["x", "y", "z", "x"], ["x", "x", "z", "y"]
    assert cohen_kappa(a, b, weights) == pytest.approx(cohen_kappa(list("xxzxxx"), list("xxzyyy")))


def test_kappa_is_scikit_learns():
    rng = np.random.default_rng(1)
    a, b = rng.choice(list("abcd"), 80).tolist(), rng.choice(list("abcd"), 80).tolist()
    assert cohen_kappa(a, b) == pytest.approx(cohen_kappa_score(a, b))


def test_kappa_says_nothing_where_nothing_varies():
    assert np.isnan(cohen_kappa([], []))
    assert np.isnan(cohen_kappa(["a", "a"], ["a", "a"]))


def test_the_interval_redraws_papers():
    papers = [str(i) for i in range(50)]
    found = kappa_with_interval(A, B, papers)
    # the usual large-sample error is sqrt(0.7 * 0.3 / 50) / 0.5 = 0.130: 0.146 to 0.654
    assert found.value == pytest.approx(0.4)
    assert found.low == pytest.approx(0.146, abs=0.05) and found.high == pytest.approx(0.654, abs=0.05)
    clustered = kappa_with_interval(A, B, [str(i // 5) for i in range(50)])  # disagreements share papers
    assert clustered.high - clustered.low > found.high - found.low


def test_no_interval_where_redrawing_tells_none():
    assert np.isnan(kappa_with_interval(A, B, ["1", "2", "3", "4"] * 12 + ["1", "2"]).low)
    assert np.isnan(kappa_with_interval(A, A, [str(i) for i in range(50)]).low)


def test_the_interval_that_more_of_the_same_would_leave():
    """30 of 40 by Wilson: centre (0.75 + 3.8415/80) / (1 + 3.8415/40) = 0.7281, half width 0.1300."""
    part = proportion([True] * 15 + [False] * 5)
    assert with_more(part, 20) == pytest.approx((0.5981, 0.8581), abs=1e-4)
    assert proportion([False] * 3).low == 0 and proportion([True] * 3).high == 1
    assert with_more(part, 0) == pytest.approx((part.low, part.high))
    assert all(np.isnan(with_more(proportion([]), 20)))
