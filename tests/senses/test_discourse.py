"""One sense per discourse, as a soft prior: what the other mentions of a paper change, worked out by hand."""

import numpy as np
import pytest

from analysis.senses.discourse import agree_within_papers

EVEN = [0.5, 0.5]


def test_a_lone_mention_stays_as_it_is():
    found = agree_within_papers(np.log([[0.9, 0.1], [0.2, 0.8]]), ["a", "b"], EVEN, scores=True)
    np.testing.assert_allclose(np.exp(found), [[0.9, 0.1], [0.2, 0.8]])


def test_two_mentions_draw_each_other_nearer():
    found = agree_within_papers(np.log([[0.9, 0.1], [0.1, 0.9]]), ["a", "a"], EVEN, scores=True)
    # The other: (0.1 + 0.3 * 0.5) / 1.3 = 0.1923 and 0.8077; usual: 0.5. So the log-odds of 9, which are 2.197, change
    # by 0.5 * (ln(0.2123 / 0.52) - ln(0.8277 / 0.52)) = -0.680.
    assert found[0, 0] - found[0, 1] == pytest.approx(1.517, abs=0.001)
    assert found[1, 0] - found[1, 1] == pytest.approx(-1.517, abs=0.001)


def test_without_scores_they_do_so_more():
    found = agree_within_papers(np.log([[0.9, 0.1], [0.1, 0.9]]), ["a", "a"], EVEN, scores=False)
    assert found[0, 0] - found[0, 1] == pytest.approx(2.197 - 0.8 * 1.361, abs=0.001)


def test_no_mention_is_none():
    assert agree_within_papers(np.zeros((0, 2)), [], EVEN, scores=True).shape == (0, 2)
