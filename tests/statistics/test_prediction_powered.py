"""Shares from a reviewed sample: no error of the machine biases them, and few reviews never pretend to be many."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.statistics.prediction_powered import Reviewed, count_reviewed

MANY = 1e12  # so many mentions that the sample is no part of them worth speaking of


def one(sizes: tuple[float, float], answered: tuple[int, int], hits: tuple[int, int], skipped=(0, 0)) -> Reviewed:
    """What a sample says of one sense: of mentions not read so, of mentions read so."""
    return Reviewed(*(np.array([pair], dtype=float) for pair in (sizes, answered, hits, skipped)))


def test_the_estimate_is_that_of_ppi_with_the_best_weight_of_the_readings():
    """Four of ten mentions are read so. Of four reviewed ones two are read so, one of them rightly, and none is missed:
    reviewed y = 1, 0, 0, 0 and read f = 1, 1, 0, 0, so cov(y, f) = 0.125, var(f) = 0.25, lambda = 0.5, and
    lambda * 0.4 + mean(y - lambda * f) = 0.2 + 0.25 - 0.25 = 0.2."""
    assert one((6, 4), (2, 2), (0, 1)).shares().estimate == pytest.approx([0.2])


def test_none_of_fifty_leaves_seven_percent_open():
    """Wilson's upper limit of none of 50: z2 / (50 + z2) with z2 = 3.8415."""
    low, high = (end[0] for end in one((MANY, 0), (50, 0), (0, 0)).shares()[1:])
    assert (low, high) == (0, pytest.approx(0.07135, abs=1e-5))


def test_what_was_drawn_from_few_says_more():
    """Ten of twenty are worth 10 * 19 / 10 = 19 of many; Wilson's limits of 9.5 of 19 are 0.5 -+ 0.20505."""
    found = one((20, 0), (10, 0), (5, 0)).shares()
    assert (found.low[0], found.high[0]) == (pytest.approx(0.29495, abs=1e-5), pytest.approx(0.70505, abs=1e-5))


def test_a_collection_that_was_reviewed_whole_leaves_nothing_open():
    found = one((6, 4), (6, 4), (1, 3)).shares()
    assert [end[0] for end in found] == pytest.approx([0.4, 0.4, 0.4])


def test_the_limits_of_two_parts_add_up_in_squares():
    """Half the mentions are read so. Wilson's 5 of 10 is 0.23659 to 0.76341, 0 of 10 ends at 0.27753; the share is
    0.25, down by 0.5 * 0.26341 and up by half the root of 0.26341 ** 2 + 0.27753 ** 2 = 0.19132."""
    found = one((MANY, MANY), (10, 10), (0, 5)).shares()
    assert [end[0] for end in found] == pytest.approx([0.25, 0.25 - 0.13170, 0.25 + 0.19132], abs=2e-5)


def test_a_skipped_mention_may_have_the_sense_or_not():
    """One of three, and one skipped: the limits are the lower one of 1 of 4 and the upper one of 2 of 4."""
    found = one((MANY, 0), (3, 0), (1, 0), (1, 0)).shares()
    assert [end[0] for end in found] == pytest.approx([1 / 3, 0.04559, 0.84996], abs=1e-4)


def test_where_no_reading_was_reviewed_all_of_them_are_open():
    """A tenth is read so and none of it was reviewed: the machine's word stands, and the limits allow none of it."""
    found = one((90, 10), (90, 0), (0, 0)).shares()
    assert [end[0] for end in found] == pytest.approx([0.1, 0.0, 0.1])


def test_more_of_the_same_narrows_and_all_of_it_ends():
    now = one((500, 100), (40, 10), (2, 9))
    widths = [float(found.high[0] - found.low[0]) for found in (now.shares(), now.with_more(50).shares())]
    assert widths[1] < widths[0]
    assert now.with_more(50).answered[0] == pytest.approx([40 + 50 * 460 / 550, 10 + 50 * 90 / 550])
    every = (500 * 2 / 40 + 100 * 9 / 10) / 600
    assert [end[0] for end in now.with_more(550).shares()] == pytest.approx([every] * 3)


def test_a_sample_is_counted_sense_by_sense():
    """Five mentions, four of the sample, one of these without an answer; the third is read in no sense of these."""
    read, truth = np.array([0, 0, -1, 1, 1]), np.array([0, 1, 1, -1, 1])
    found = count_reviewed(read, truth, np.array([True, True, True, True, False]), 2)
    assert found.sizes.tolist() == [[3, 2], [3, 2]]
    assert found.answered.tolist() == [[1, 2], [3, 0]]
    assert found.hits.tolist() == [[0, 1], [2, 0]]
    assert found.skipped.tolist() == [[1, 0], [0, 1]]


def test_no_mention_has_no_share():
    nothing = count_reviewed(np.array([], dtype=int), np.array([], dtype=int), np.array([], dtype=bool), 2)
    assert np.isnan(nothing.shares().estimate).all()
