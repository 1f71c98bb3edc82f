"""Intervals redraw papers, not mentions."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.statistics.bootstrap import intervals, paper_draws
from analysis.statistics.metrics import accuracy


def test_mentions_of_a_paper_are_drawn_together_and_as_many_papers_as_there_are() -> None:
    papers = ["p", "p", "q", "r", "r", "r"]
    for weights in paper_draws(papers, draws=50):
        assert weights[0] == weights[1]
        assert weights[3] == weights[4] == weights[5]
        assert weights[0] + weights[2] + weights[3] == 3


def test_the_interval_is_that_of_a_proportion_when_each_paper_has_one_mention() -> None:
    right = np.arange(400) % 4 > 0  # 75 %, standard error sqrt(0.75 * 0.25 / 400) = 0.02165
    found = intervals(lambda w: {"a": accuracy(right, w)}, np.arange(400), draws=2000)["a"]
    assert found.value == 0.75
    assert found.low == pytest.approx(0.75 - 1.96 * 0.02165, abs=0.006)
    assert found.high == pytest.approx(0.75 + 1.96 * 0.02165, abs=0.006)


def test_mentions_that_stand_or_fall_together_make_the_interval_wider() -> None:
    right = np.repeat(np.arange(40) % 4 > 0, 10)

    def measure(weights: np.ndarray | None) -> dict[str, float]:
        return {"a": accuracy(right, weights)}

    together = intervals(measure, np.repeat(np.arange(40), 10))["a"]
    apart = intervals(measure, np.arange(400))["a"]
    assert together.high - together.low > 2.5 * (apart.high - apart.low)  # sqrt(10) = 3.2 times


def test_same_seed_same_interval() -> None:
    right = np.arange(50) % 3 > 0
    one, two = (intervals(lambda w: {"a": accuracy(right, w)}, np.arange(50), draws=99, seed=4) for _ in range(2))
    assert one == two


def test_what_cannot_be_measured_is_no_number() -> None:
    found = intervals(lambda w: {"a": float("nan")}, ["p", "q"], draws=5)["a"]
    assert np.isnan(found).all()


def test_a_recentred_figure_lies_in_the_middle_of_its_replicates() -> None:
    noise = np.linspace(-1, 1, 30)

    def measure(weights: np.ndarray | None) -> dict[str, float]:
        return {"square": float(np.average(noise, weights=weights) ** 2)}  # 0, and above it in every replicate

    plain = intervals(measure, np.arange(30))["square"]
    moved = intervals(measure, np.arange(30), recentre=["square"])["square"]
    assert plain.value == moved.value == pytest.approx(0)
    assert moved.low < 0 < moved.high < plain.high
    assert moved.high - moved.low == pytest.approx(plain.high - plain.low)  # moved, not stretched
