"""How ambiguous a word is, and beside another."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.findings.compare import ambiguity, compare_ambiguity, entropy

ORDER = ["one", "two", "three", "four", "unclear"]


def test_entropy():
    assert entropy(np.array([1, 1])) == 1.0
    assert entropy(np.array([2, 1, 1])) == 1.5
    assert entropy(np.array([5])) == 0.0
    assert entropy(np.array([])) == 0.0


def test_four_equal_senses_are_four(readings):
    table = readings(("a", "one"), ("b", "two"), ("c", "three"), ("d", "four"), ("e", "unclear"))
    found = ambiguity(table, ORDER, name="bias", draws=50)
    assert found["effective"] == found["estimate"] == pytest.approx(4.0)
    assert (found["senses"], found["mentions"], found["papers"]) == (4, 4, 5)
    assert 1 <= found["low"] <= found["high"] <= 4


def test_twice_as_many_equal_senses_are_twice_as_ambiguous(readings):
    four = readings(*[(f"p{i}-{sense}", sense) for sense in "abcd" for i in range(30)])
    two = readings(*[(f"q{i}-{sense}", sense) for sense in "xy" for i in range(30)])
    found = compare_ambiguity(four, list("abcd"), two, list("xy"))
    assert found["ratio"] == pytest.approx(2.0)
    assert 1.8 < found["low"] < found["high"] <= 2.1
    nothing = compare_ambiguity(four, list("abcd"), readings(), ["unclear"])
    assert np.isnan(nothing["ratio"]) and np.isnan(nothing["low"])


def test_the_interval_holds_the_value_it_is_of(readings):
    even = readings(*[(f"p{i}", sense) for i, sense in enumerate("abcd")])  # redrawn papers can only be less even
    found = ambiguity(even, list("abcd"))
    assert found["low"] < found["effective"] == pytest.approx(4.0) == found["high"]
