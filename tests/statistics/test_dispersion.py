"""Dispersion as Gries (2008) works it out: five parts of 9, 10, 10, 10 and 11 words with 1 to 5 of the thing."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.statistics.dispersion import gries_dp, gries_dp_norm, juilland_d

TIMES, SIZES = [1, 2, 3, 4, 5], [9, 10, 10, 10, 11]


def test_the_example_of_gries_2008():
    assert gries_dp(TIMES, SIZES) == pytest.approx(0.18)  # (0.1133 + 0.0667 + 0 + 0.0667 + 0.1133) / 2
    assert gries_dp_norm(TIMES, SIZES) == pytest.approx(0.18 / (1 - 9 / 50))
    assert juilland_d(TIMES, SIZES) == pytest.approx(0.785, abs=5e-4)
    assert juilland_d([0, 4, 3, 2, 1], [1] * 5) == pytest.approx(0.6464, abs=5e-5)  # Carroll (1970)


def test_even_and_uneven_ends():
    assert gries_dp([9, 10, 11], [9, 10, 11]) == pytest.approx(0)
    assert juilland_d([9, 10, 11], [9, 10, 11]) == pytest.approx(1)
    assert gries_dp_norm([0, 0, 7], [5, 5, 5]) == pytest.approx(1)
    assert juilland_d([0, 0, 7], [5, 5, 5]) == pytest.approx(0)
    assert juilland_d([0, 1], [24, 25]) >= 0


def test_what_cannot_be_spread_has_no_value():
    for measure in (gries_dp, gries_dp_norm, juilland_d):
        assert np.isnan(measure([3], [50]))  # one part
        assert np.isnan(measure([0, 0], [5, 5]))  # nothing
        assert np.isnan(measure([], []))
        assert np.isnan(measure([3, 0], [50, 0]))  # one part that holds a word
