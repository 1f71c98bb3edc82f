"""Baselines do what their names say."""

from __future__ import annotations

import numpy as np

from analysis.evaluation.baselines import by_collocation, most_frequent, stock_bertopic


def test_the_most_frequent_sense_and_ties_by_name() -> None:
    assert most_frequent(["b", "a", "b", "c"]) == "b"
    assert most_frequent(["b", "a"]) == "a"


def test_a_collocation_speaks_for_its_sense() -> None:
    # Columns: (modifier, head, verb, context) x (x, y).
    cues = np.array(
        [
            [1, 0, 0, 0, 0, 0, 0, 0],  # a modifier for x
            [1, 0, 0, 1, 0, 0, 0, 1],  # a modifier for x; a head and a context for y: two against one
            [0, 0, 0, 1, 1, 0, 0, 0],  # a head for y, a verb for x: the head is nearer
            [0, 0, 0, 0, 0, 0, 0, 0],  # nothing
        ],
        dtype=np.float32,
    )
    assert by_collocation(cues, ["x", "y"], "z").tolist() == ["x", "y", "y", "z"]


def test_stock_bertopic_says_when_there_is_too_little_to_run_on() -> None:
    assert stock_bertopic(["a"] * 5, np.eye(5)) is None


def test_stock_bertopic_tells_two_heaps_apart_and_does_so_again() -> None:
    rng = np.random.default_rng(0)
    heaps = np.repeat(np.eye(2, 16), 40, axis=0) + rng.normal(0, 0.02, (80, 16))
    words = ["red apple"] * 40 + ["blue whale"] * 40
    one, two = stock_bertopic(words, heaps), stock_bertopic(words, heaps)
    assert (one == two).all()
    assert not set(one[:40]) & set(one[40:]) - {-1}
