"""The measures on numbers worked out by hand or published; Conc 0.1.13 gives the same where it has the measure."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.statistics.association import (
    adjusted,
    log_dice,
    log_likelihood,
    log_ratio,
    mi3,
    mutual_information,
    surplus_p,
    t_score,
)

# "gender" twice near three mentions, four times in 22 words
GENDER = {"together": 2, "node": 3, "word": 4}


def test_measures_of_association():
    assert log_dice(**GENDER) == pytest.approx(13.192645)  # 14 + log2(4 / 7); Conc: 13.192645
    assert mutual_information(**GENDER, tokens=22) == pytest.approx(1.874469)  # log2(2 * 22 / 12); Conc: 1.874469
    assert mi3(**GENDER, tokens=22) == pytest.approx(3.874469)  # log2(8 * 22 / 12)
    assert t_score(**GENDER, tokens=22) == pytest.approx(1.028519)  # (2 - 12 / 22) / sqrt(2)
    assert log_dice(5, 5, 5) == 14  # its largest value: never one without the other


def test_log_likelihood_is_that_of_conc_and_of_ucrels_calculator():
    # E1 = 11 * 4 / 19, E2 = 8 * 4 / 19: 2 (2 ln(2 / 2.3158) + 2 ln(2 / 1.6842)); Conc: 0.100987
    assert log_likelihood(2, 2, 11, 8) == pytest.approx(0.100987, abs=1e-6)
    # four times in 22 words and in 100; Conc: 4.204281
    assert log_likelihood(4, 4, 22, 100) == pytest.approx(4.204281, abs=1e-6)
    assert log_likelihood(3, 0, 22, 100) == pytest.approx(10.277872, abs=1e-6)  # 6 ln(122 / 22)
    assert log_likelihood(5, 10, 100, 200) == pytest.approx(0)  # the same rate


def test_log_ratio_doubles_with_each_point_and_an_absent_word_counts_half():
    assert log_ratio(4, 4, 22, 100) == pytest.approx(2.184425)  # log2(100 / 22); Conc: 2.184425
    assert log_ratio(3, 0, 22, 100) == pytest.approx(4.769387)  # log2((3 / 22) / (0.5 / 100)); Conc: 4.769387
    assert log_ratio([2, 4], [1, 1], 10, 10).tolist() == [1, 2]


def test_surplus_p_is_fishers_exact_test():
    # 4 of 4 papers and 2 of 10: C(6, 4) / C(14, 4) = 15 / 1001
    assert surplus_p([4, 0], [2, 6], 4, 10) == pytest.approx([15 / 1001, 1.0])
    from scipy.stats import fisher_exact

    for one, two in ((1, 0), (3, 5), (9, 40)):
        expected = fisher_exact([[one, 10 - one], [two, 90 - two]], alternative="greater").pvalue
        assert surplus_p([one], [two], 10, 90) == pytest.approx([expected])


def test_adjusted_is_benjamini_and_hochbergs_step_up():
    # 4 tests: 0.01 * 4 / 1, 0.02 * 4 / 2, 0.03 * 4 / 3, 0.5
    assert adjusted([0.02, 0.5, 0.01, 0.03], 4) == pytest.approx([0.04, 0.5, 0.04, 0.04])
    # of 8 tests: 0.01 * 8 / 1, 0.02 * 8 / 2, 0.03 * 8 / 3, 0.5 * 8 / 4
    assert adjusted([0.02, 0.5, 0.01, 0.03], 8) == pytest.approx([0.08, 1, 0.08, 0.08])
    assert adjusted(np.array([]), 8).size == 0
