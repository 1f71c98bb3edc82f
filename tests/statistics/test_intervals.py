"""Intervals: what they carry, and that what is certain stays so."""

from __future__ import annotations

import numpy as np
import pytest
from small_readings import make_confusion

from analysis.common.errors import BadInput
from analysis.statistics.confusion import count_confusion
from analysis.statistics.intervals import interval, papers_with, replicates, shares_of, surely_above, wilson

ORDER = ["one", "two"]
# what is read as either is as likely the other; no paper has two mentions
BLIND = [(1, "one", "one"), (2, "one", "two"), (3, "two", "one"), (4, "two", "two")]


def test_a_sure_reading_is_not_held_to_the_errors_of_doubtful_ones(readings):
    # Of what is surely read as "one" all is right, of what is doubtfully read so half: by the count all of it is right,
    # by what explains the readings, half of it. The replicates lie evenly from the one to 1.25 times the other.
    known = make_confusion(
        [(1, "one", "one", 0.99), (2, "one", "one", 0.99), (3, "one", "one", 0.3), (4, "two", "one", 0.3),
         (5, "two", "two", 0.99), (6, "two", "two", 0.99)],
        ORDER,
        times=1000,
    )  # fmt: skip
    table = readings(
        *[{"paper_id": f"s{i}", "sense": "one", "confidence": 0.99} for i in range(200)],
        *[{"paper_id": f"d{i}", "sense": "one", "confidence": 0.3} for i in range(200)],
        *[{"paper_id": f"t{i}", "sense": "two", "confidence": 0.99} for i in range(200)],
    )
    right = [(labels[:200] == 0).mean() for _, labels in replicates(table, ORDER, confusion=known, draws=40)]
    doubtful = [(labels[200:400] == 0).mean() for _, labels in replicates(table, ORDER, confusion=known, draws=40)]
    assert np.mean(right) > 0.99
    assert np.mean(doubtful) == pytest.approx(1 - 0.625 * 0.5, abs=0.06)


def test_without_confusion_labels_stay_and_papers_are_drawn(readings):
    table = readings(("a", "one"), ("a", "two"), ("b", "one"))
    for weights, labels in replicates(table, ORDER, draws=50):
        assert labels.tolist() == [0, 1, 0]
        assert weights[0] == weights[1]  # one paper is drawn as a whole
        assert weights[0] + weights[2] == 2  # two papers are drawn


def test_perfect_classifier_changes_nothing(readings):
    table = readings(("a", "one"), ("b", "two"))
    perfect = make_confusion([(1, "one", "one"), (2, "two", "two")], ORDER, times=100_000)
    changed = sum(labels.tolist() != [0, 1] for _, labels in replicates(table, ORDER, confusion=perfect, draws=200))
    assert changed == 0


def test_replicates_reach_from_the_count_to_the_share_that_a_known_confusion_tells(readings):
    # Half the mentions are truly "one"; 0.9 of these and 0.2 of the others are assigned "one": 0.55 in all.
    table = readings(*[(f"p{i}", "one" if i < 550 else "two") for i in range(1000)])
    read = [("one", "one")] * 9 + [("one", "two")] + [("two", "one")] * 2 + [("two", "two")] * 8
    known = make_confusion([(i, label, sense) for i, (label, sense) in enumerate(read)], ORDER, times=10_000)
    shares = [
        float((weights * (labels == 0)).sum() / weights.sum())
        for weights, labels in replicates(table, ORDER, confusion=known, draws=1000)
    ]
    low, high = interval(np.array(shares))
    assert np.mean(shares) == pytest.approx(0.55 - 0.625 * 0.05, abs=0.01)
    # Papers drawn anew have a variance of 0.25 / 1000, what the readings leave open about 0.125 / 1000 (of those read
    # as "one" 0.45 / 0.55 are, of the others 0.05 / 0.45), and an even mix from 0.55 to 0.4875 has 0.0625 ** 2 / 12.
    assert high - low == pytest.approx(3.92 * np.sqrt(0.25e-3 + 0.125e-3 + 0.0625**2 / 12), abs=0.015)


def test_reviewed_mentions_keep_their_label(readings):
    table = readings({"paper_id": "a", "sense": "one", "reviewed": True}, ("b", "one"))
    useless = make_confusion(BLIND, ORDER, times=50)
    drawn = [labels.tolist() for _, labels in replicates(table, ORDER, confusion=useless, draws=100)]
    assert {first for first, _ in drawn} == {0}
    assert {second for _, second in drawn} == {0, 1}


def test_mentions_of_one_paper_and_sense_err_together_where_no_paper_was_seen_to_mix(readings):
    table = readings(("a", "one"), ("a", "one"), ("a", "one"))
    useless = make_confusion(BLIND, ORDER, times=50)
    assert all(len(set(labels)) == 1 for _, labels in replicates(table, ORDER, confusion=useless, draws=100))


def test_same_seed_same_replicates(readings):
    table = readings(("a", "one"), ("b", "two"), ("c", "two"))
    counts = make_confusion(BLIND, ORDER)
    one, two = ([labels.tolist() for _, labels in replicates(table, ORDER, confusion=counts, seed=4)] for _ in range(2))
    assert one == two


def test_unknown_sense_is_an_error_of_the_caller(readings):
    with pytest.raises(BadInput, match="'three' not among one, two"):
        next(replicates(readings(("a", "three")), ORDER))


def test_no_mention_no_replicate(readings):
    assert list(replicates(readings(), ORDER)) == []


def test_papers_with_counts_each_paper_once():
    # paper 0 has sense 0 twice and sense 1 once, paper 1 has sense 1; paper 1 was drawn three times
    found = papers_with(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]), np.array([1.0, 1, 1, 3]), 2)
    assert found.tolist() == [1, 4]


def test_wilson_of_none_in_ten():
    low, high = wilson(np.array(0), np.array(10))
    assert float(low) == pytest.approx(0, abs=1e-12)
    assert float(high) == pytest.approx(0.2775, abs=1e-4)  # z^2 / (n + z^2) = 3.8415 / 13.8415


def test_a_share_that_may_be_none_reaches_to_none():
    # one of 20 papers has it, but in 4 % of the replicates none, more than the 2.5 % that an interval leaves out
    for without, reaches in ((4, True), (2, False)):
        hits = np.array([0] * without + [1] * (100 - without))
        assert (shares_of(hits, np.array(20)).low == 0) == reaches
        assert (shares_of(20 - hits, np.array(20)).high == 1) == reaches
        assert 0.1 < shares_of(hits, np.array(20)).high < 0.3


def test_interval_without_replicates_is_nan():
    low, high = interval(np.zeros((0, 2)))
    assert np.isnan(low).all() and np.isnan(high).all()


@pytest.mark.filterwarnings("error")
def test_replicates_in_which_a_quantity_is_not_defined_count_for_nothing():
    low, high = interval(np.array([[np.nan, 0.2], [np.nan, np.nan], [np.nan, 0.4]]), level=1)
    assert np.isnan([low[0], high[0]]).all()
    assert (low[1], high[1]) == (0.2, 0.4)
    assert np.isnan(interval(np.array([np.nan, np.nan]))).all()


def test_intervals_cover_the_truth_where_it_is_known():
    """On shipped labels the head's readings give shares whose intervals hold the labels' shares about as often as said.

    Papers are split: one part makes the confusion matrix, 300 papers are the collection; without the correction the
    same intervals miss far too often. Bands of confidence keep that and bring the readings closer to the labels.
    """
    from analysis.findings.shares import sense_shares
    from analysis.senses.held_out import shipped_readings

    held = shipped_readings().assign(reviewed=False)
    order = sorted(set(held["label"]))
    truth = sense_shares(held.assign(sense=held["label"]), order, draws=0)["share"]
    papers = np.array(sorted(set(held["paper_id"])))
    rng = np.random.default_rng(0)
    hits: dict[str, list[float]] = {"corrected": [], "plain": []}
    for _ in range(6):
        chosen = set(rng.choice(papers, 300, replace=False))
        here = held["paper_id"].isin(chosen)
        rest = held[~here]
        counts = count_confusion(rest, order)
        for name, confusion in (("corrected", counts), ("plain", None)):
            shares = sense_shares(held[here], order, confusion=confusion, draws=100)
            hits[name].append(float(truth.between(shares["low"], shares["high"]).mean()))
    assert np.mean(hits["corrected"]) > 0.9
    assert np.mean(hits["plain"]) < np.mean(hits["corrected"])


def test_an_interval_is_surely_above_where_it_does_not_meet_the_other():
    above = surely_above(np.array([0.5, 0.2, 0.1]), np.array([0.9, 0.5, 0.15]))
    # 0.5 to 0.9 touches 0.2 to 0.5, which is not enough; both lie above 0.1 to 0.15
    assert above.tolist() == [[False, False, True], [False, False, True], [False, False, False]]
    assert not surely_above(np.array([0.5, np.nan]), np.array([0.9, np.nan])).any()
