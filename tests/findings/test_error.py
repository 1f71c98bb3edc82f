"""Intervals: what they carry, and that what is certain stays so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import BadInput
from analysis.findings.error import (
    agreement,
    bands,
    confusion_matrix,
    interval,
    papers_with,
    replicates,
    true_given_assigned,
    wilson,
)

ORDER = ["one", "two"]


def test_bayes_rule():
    # P(assigned one | true one) = 0.9, P(assigned one | true two) = 0.2, shares 0.5 each:
    # P(true one | assigned one) = 0.45 / (0.45 + 0.10) = 9/11; P(true one | assigned two) = 0.05 / 0.45 = 1/9
    behind = true_given_assigned(np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([0.5, 0.5]))
    assert behind == pytest.approx(np.array([[9 / 11, 2 / 11], [1 / 9, 8 / 9]]))


def test_assigned_sense_that_nothing_explains_stays_itself():
    behind = true_given_assigned(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([0.5, 0.5]))
    assert behind[1].tolist() == [0.0, 1.0]


def test_bayes_rule_with_bands():
    # Columns: one doubtful, one sure, two doubtful, two sure. Who is truly "two" is never surely read as "one", so a
    # sure "one" is right; a doubtful one is 0.3 * 0.5 against 0.3 * 0.5; a doubtful "two" is 0.2 of 0.2 + 0.7.
    rates = np.array([[0.3, 0.5, 0.2, 0.0], [0.3, 0.0, 0.7, 0.0]])
    behind = true_given_assigned(rates, np.array([0.5, 0.5]))
    assert behind == pytest.approx(np.array([[0.5, 0.5], [1, 0], [2 / 9, 7 / 9], [0, 1]]))  # nobody was a sure "two"


def test_band_is_that_of_the_papers_mentions_together(readings):
    table = readings(
        {"paper_id": "a", "sense": "one", "confidence": 0.99},
        {"paper_id": "a", "sense": "one", "confidence": 0.71},  # mean 0.85: from 0.8 to 0.95
        {"paper_id": "a", "sense": "two", "confidence": 0.5},
        {"paper_id": "b", "sense": "one", "confidence": 0.49},
        {"paper_id": "c", "sense": "one", "confidence": 0.95},
    )
    assert bands(table).tolist() == [2, 2, 1, 0, 3]


def test_a_sure_reading_is_not_held_to_the_errors_of_doubtful_ones(readings):
    # of what is surely read as "one" all is right, of what is doubtfully read so half: flat, a quarter would be wrong
    known = confusion_matrix(
        ["one"] * 2000 + ["one"] * 1000 + ["two"] * 1000 + ["two"] * 2000,
        ["one"] * 4000 + ["two"] * 2000,
        ORDER,
        band=[3] * 2000 + [0] * 2000 + [3] * 2000,
    )
    table = readings(
        *[{"paper_id": f"s{i}", "sense": "one", "confidence": 0.99} for i in range(200)],
        *[{"paper_id": f"d{i}", "sense": "one", "confidence": 0.3} for i in range(200)],
        *[{"paper_id": f"t{i}", "sense": "two", "confidence": 0.99} for i in range(200)],
    )
    right = [(labels[:200] == 0).mean() for _, labels in replicates(table, ORDER, confusion=known, draws=40)]
    doubtful = [(labels[200:400] == 0).mean() for _, labels in replicates(table, ORDER, confusion=known, draws=40)]
    assert np.mean(right) > 0.99
    assert np.mean(doubtful) == pytest.approx(0.5, abs=0.1)


def test_agreement_counts_all_bands():
    table = confusion_matrix(["one", "one", "two"], ["one", "two", "two"], ORDER, band=[0, 3, 3])
    assert agreement(table) == (2, 3)
    assert agreement(confusion_matrix(["one", "one", "two"], ["one", "two", "two"], ORDER)) == (2, 3)


def test_without_confusion_labels_stay_and_papers_are_drawn(readings):
    table = readings(("a", "one"), ("a", "two"), ("b", "one"))
    for weights, labels in replicates(table, ORDER, draws=50):
        assert labels.tolist() == [0, 1, 0]
        assert weights[0] == weights[1]  # one paper is drawn as a whole
        assert weights[0] + weights[2] == 2  # two papers are drawn


def test_perfect_classifier_changes_nothing(readings):
    table = readings(("a", "one"), ("b", "two"))
    perfect = pd.DataFrame([[100_000, 0], [0, 100_000]], index=ORDER, columns=ORDER)
    changed = sum(labels.tolist() != [0, 1] for _, labels in replicates(table, ORDER, confusion=perfect, draws=200))
    assert changed == 0


def test_recovers_true_share_from_a_known_confusion(readings):
    # Half the mentions are truly "one"; 0.9 of these and 0.2 of the others are assigned "one": 0.55 in all.
    table = readings(*[(f"p{i}", "one" if i < 550 else "two") for i in range(1000)])
    known = pd.DataFrame([[90_000, 10_000], [20_000, 80_000]], index=ORDER, columns=ORDER)
    shares = [
        float((weights * (labels == 0)).sum() / weights.sum())
        for weights, labels in replicates(table, ORDER, confusion=known, draws=300)
    ]
    low, high = interval(np.array(shares))
    assert np.mean(shares) == pytest.approx(0.5, abs=0.02)
    # The binomial part alone would give +-0.031; the correction divides it by 0.7, which makes +-0.044.
    assert 0.06 < high - low < 0.12


def test_reviewed_mentions_keep_their_label(readings):
    table = readings({"paper_id": "a", "sense": "one", "reviewed": True}, ("b", "one"))
    useless = pd.DataFrame([[50, 50], [50, 50]], index=ORDER, columns=ORDER)
    drawn = [labels.tolist() for _, labels in replicates(table, ORDER, confusion=useless, draws=100)]
    assert {first for first, _ in drawn} == {0}
    assert {second for _, second in drawn} == {0, 1}


def test_mentions_of_one_paper_and_sense_err_together(readings):
    table = readings(("a", "one"), ("a", "one"), ("a", "one"))
    useless = pd.DataFrame([[50, 50], [50, 50]], index=ORDER, columns=ORDER)
    assert all(len(set(labels)) == 1 for _, labels in replicates(table, ORDER, confusion=useless, draws=100))


def test_same_seed_same_replicates(readings):
    table = readings(("a", "one"), ("b", "two"), ("c", "two"))
    counts = pd.DataFrame([[8, 2], [1, 9]], index=ORDER, columns=ORDER)
    one, two = ([labels.tolist() for _, labels in replicates(table, ORDER, confusion=counts, seed=4)] for _ in range(2))
    assert one == two


def test_unknown_sense_is_an_error_of_the_caller(readings):
    with pytest.raises(BadInput, match="'three' not among one, two"):
        next(replicates(readings(("a", "three")), ORDER))


def test_no_mention_no_replicate(readings):
    assert list(replicates(readings(), ORDER)) == []


def test_confusion_has_true_senses_down():
    table = confusion_matrix(["one", "one", "two"], ["one", "two", "two"], ["one", "two", "three"])
    assert table.loc["one"].tolist() == [1, 1, 0]
    assert table.loc["two"].tolist() == [0, 1, 0]
    assert table.loc["three"].tolist() == [0, 0, 0]


def test_papers_with_counts_each_paper_once():
    # paper 0 has sense 0 twice and sense 1 once, paper 1 has sense 1; paper 1 was drawn three times
    found = papers_with(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]), np.array([1.0, 1, 1, 3]), 2)
    assert found.tolist() == [1, 4]


def test_wilson_of_none_in_ten():
    low, high = wilson(np.array(0), np.array(10))
    assert float(low) == pytest.approx(0, abs=1e-12)
    assert float(high) == pytest.approx(0.2775, abs=1e-4)  # z^2 / (n + z^2) = 3.8415 / 13.8415


def test_interval_without_replicates_is_nan():
    low, high = interval(np.zeros((0, 2)))
    assert np.isnan(low).all() and np.isnan(high).all()


def test_intervals_cover_the_truth_where_it_is_known():
    """On shipped labels the head's readings give shares whose intervals hold the labels' shares about as often as said.

    Papers are split: one part makes the confusion matrix, 300 papers are the collection; without the correction the
    same intervals miss far too often. Bands of confidence keep that and bring the readings closer to the labels.
    """
    from analysis.evaluate.heldout import shipped_readings
    from analysis.findings.shares import sense_shares

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
        counts = confusion_matrix(rest["label"], rest["sense"], order, band=bands(rest))
        for name, confusion in (("corrected", counts), ("plain", None)):
            shares = sense_shares(held[here], order, confusion=confusion, draws=100)
            hits[name].append(float(truth.between(shares["low"], shares["high"]).mean()))
    assert np.mean(hits["corrected"]) > 0.9
    assert np.mean(hits["plain"]) < np.mean(hits["corrected"])
