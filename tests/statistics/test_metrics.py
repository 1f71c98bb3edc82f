"""Figures of merit against published examples, scikit-learn, and sums done by hand."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.statistics import metrics

# Bagga and Baldwin (1998): three chains of five, two and five mentions, and two responses to them.
KEY = [1, 1, 1, 1, 1, 2, 2, 3, 3, 3, 3, 3]
FIRST = ["a"] * 5 + ["b"] * 7
SECOND = ["a"] * 5 + ["b"] * 2 + ["a"] * 5


def test_bcubed_gives_the_published_values_of_bagga_and_baldwin() -> None:
    precision, recall, f = metrics.bcubed(metrics.contingency(KEY, FIRST))
    assert precision == pytest.approx(16 / 21)  # 76 %
    assert recall == pytest.approx(1)
    assert f == pytest.approx(32 / 37)
    precision, recall, _ = metrics.bcubed(metrics.contingency(KEY, SECOND))
    assert precision == pytest.approx(7 / 12)  # 58 %
    assert recall == pytest.approx(1)


def test_bcubed_of_a_mention_in_no_cluster_is_that_of_a_cluster_of_its_own() -> None:
    # Labels a a b b; clusters: {1, 2}, and two outliers. Precision 1; recall (1 + 1 + 1/2 + 1/2) / 4.
    table = metrics.contingency(["a", "a", "b", "b"], [0, 0, -1, -1], outlier=-1)
    assert metrics.bcubed(table) == pytest.approx((1, 0.75, 6 / 7))
    alone = metrics.contingency(["a", "a", "b", "b"], [0, 0, 1, 2])
    for figure in (metrics.bcubed, metrics.v_measure, metrics.adjusted_rand):
        assert figure(table) == pytest.approx(figure(alone))


@pytest.mark.parametrize("seed", range(5))
def test_v_measure_and_rand_agree_with_scikit_learn(seed: int) -> None:
    from sklearn.metrics import adjusted_rand_score, v_measure_score

    rng = np.random.default_rng(seed)
    true, found = rng.integers(0, 4, 60), rng.integers(0, 6, 60)
    found = np.where(rng.random(60) < 0.5, true, found)
    table = metrics.contingency(true, found)
    assert metrics.v_measure(table) == pytest.approx(v_measure_score(true, found))
    assert metrics.adjusted_rand(table) == pytest.approx(adjusted_rand_score(true, found))


def test_one_cluster_for_all_has_no_information() -> None:
    table = metrics.contingency(KEY, [0] * 12)
    assert metrics.v_measure(table) == 0
    assert metrics.adjusted_rand(table) == 0
    precision, recall, _ = metrics.bcubed(table)
    assert (precision, recall) == pytest.approx((54 / 144, 1))  # (25 + 4 + 25) / 12 / 12


def test_a_row_of_weight_two_is_two_rows() -> None:
    from sklearn.metrics import adjusted_rand_score, v_measure_score

    true, found, times = [0, 0, 1, 1, 2], [5, 5, 5, 6, 6], [2, 1, 3, 0, 2]
    table = metrics.contingency(true, found, times)
    long = (
        [x for x, n in zip(true, times, strict=True) for _ in range(n)],
        [x for x, n in zip(found, times, strict=True) for _ in range(n)],
    )
    assert metrics.v_measure(table) == pytest.approx(v_measure_score(*long))
    assert metrics.adjusted_rand(table) == pytest.approx(adjusted_rand_score(*long))
    assert metrics.bcubed(table) == pytest.approx(metrics.bcubed(metrics.contingency(*long)))


def test_class_scores_agree_with_scikit_learn() -> None:
    from sklearn.metrics import precision_recall_fscore_support

    rng = np.random.default_rng(1)
    true, read = rng.choice(list("abc"), 80), rng.choice(list("abcx"), 80)
    expected = precision_recall_fscore_support(true, read, labels=list("abc"))[:3]
    counts = metrics.confusion(true, read, list("abc"))
    np.testing.assert_allclose(metrics.class_scores(counts), np.array(expected).T)
    assert metrics.macro_f1(counts) == pytest.approx(expected[2].mean())


def test_macro_f1_leaves_out_a_class_that_has_no_row() -> None:
    counts = metrics.confusion(["a", "a", "b"], ["a", "c", "b"], ["a", "b", "c"])
    # a: precision 1, recall 1/2, F1 2/3; b: 1; c has no row.
    assert metrics.macro_f1(counts) == pytest.approx(5 / 6)
    np.testing.assert_allclose(metrics.class_scores(counts)[2], [0, np.nan, np.nan])  # read once, and wrongly


def test_clusters_are_named_so_that_most_rows_fit() -> None:
    true = ["x"] * 5 + ["y"] * 4
    found = [0] * 3 + [1] * 2 + [0] * 1 + [1] * 1 + [2] * 2
    # 0 = x, 2 = y puts 5 rows right; 0 = x, 1 = y only 4; 1 = x, 0 = y 3.
    assert metrics.name_clusters(true, found) == {0: "x", 2: "y"}


def test_a_perfect_forecast_in_two_bins_has_no_calibration_error_but_chance() -> None:
    # Bin one: confidence 0.5, right 2 of 4. Bin two: confidence 0.9, right 3 of 4.
    right = [1, 1, 0, 0, 1, 1, 1, 0]
    confidence = [0.5] * 4 + [0.9] * 4
    # Kumar et al.: 1/2 (0 - 0.25/3) + 1/2 (0.15^2 - 0.1875/3) = -0.041667 - 0.02
    assert metrics.squared_calibration_error(right, confidence, bins=2) == pytest.approx(-0.0616667, abs=1e-6)
    assert metrics.calibration_error(right, confidence, bins=2) == 0


def test_an_overconfident_forecast_is_seen() -> None:
    right, confidence = np.arange(1000) % 2, np.full(1000, 0.9)
    # One bin: 0.4^2 less 0.25 / 999.
    assert metrics.squared_calibration_error(right, confidence) == pytest.approx(0.16 - 0.25 / 999)
    assert metrics.confidence_gap(right, confidence) == pytest.approx(0.4)


def test_the_correction_takes_away_what_chance_adds() -> None:
    rng = np.random.default_rng(0)
    squared, plain = [], []
    for _ in range(200):
        confidence = rng.uniform(0.3, 1, 300)
        right = rng.random(300) < confidence
        squared.append(metrics.squared_calibration_error(right, confidence))
        table = metrics.reliability(right, confidence)
        plain.append((table["n"] * (table["confidence"] - table["accuracy"]) ** 2).sum() / 300)
    assert abs(np.mean(squared)) < 0.001
    assert np.mean(plain) > 0.005


def test_accuracy_at_a_coverage_takes_the_surest_first_and_shares_ties_out() -> None:
    right, confidence = [1, 1, 0, 1, 0], [0.9, 0.8, 0.7, 0.6, 0.5]
    assert metrics.selective_accuracy(right, confidence, coverage=0.4) == pytest.approx(1)
    assert metrics.selective_accuracy(right, confidence, coverage=0.6) == pytest.approx(2 / 3)
    assert metrics.selective_accuracy(right, confidence, coverage=1) == pytest.approx(3 / 5)
    # Four rows equally sure, half of them right: whichever two are taken, one of them is right on average.
    assert metrics.selective_accuracy([1, 1, 0, 0], [0.6] * 4, coverage=0.5) == pytest.approx(0.5)
    covered, good = metrics.risk_coverage([1, 0, 1, 1], [0.9, 0.9, 0.5, 0.4])
    assert covered == pytest.approx([0.5, 0.75, 1])
    assert good == pytest.approx([0.5, 2 / 3, 3 / 4])
