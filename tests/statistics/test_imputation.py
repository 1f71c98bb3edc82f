"""True senses behind readings: what the draws keep and change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from small_readings import make_confusion

from analysis.statistics.imputation import Imputer

ORDER = ["one", "two"]


def draws(table: pd.DataFrame, confusion: object, times: int = 300) -> np.ndarray:
    """Senses drawn, shape (times, mentions)."""
    imputer, rng = Imputer(table, ORDER, confusion), np.random.default_rng(0)
    return np.array([imputer.draw(rng) for _ in range(times)])


def test_papers_read_alike_are_apart_up_to_as_often_as_held_out_ones(readings):
    # six held-out papers were read alike, all with the same certainty, and one was apart; readings tell no more here.
    # By the count none is apart, so on the mean half of one in six is.
    held = [(f"h{i}", ORDER[i % 2], ORDER[i % 2]) for i in range(5) for _ in range(2)]
    held += [("h5", "one", "one"), ("h5", "two", "one")]
    table = readings(*[(f"p{i}", "one") for i in range(100) for _ in range(3)])
    found = draws(table, make_confusion(held, ORDER, times=1000), 1000).reshape(1000, 100, 3)
    apart = (found != found[:, :, :1]).any(axis=2)
    assert apart.mean() == pytest.approx(1 / 12, abs=0.02)
    assert np.quantile(apart.mean(axis=1), [0.05, 0.95]) == pytest.approx([0, 1 / 6], abs=0.07)


def test_papers_read_apart_are_between_all_apart_and_as_often_as_held_out_ones(readings):
    # three held-out papers were read apart, one of them was; all others were read alike and were so
    held = [(f"h{i}", "one", sense) for i in range(2) for sense in ORDER]
    held += [("h2", "one", "one"), ("h2", "two", "two")]
    held += [(f"g{i}", sense, sense) for i in range(6) for sense in (ORDER[i % 2],) * 2]
    table = readings(*[(f"p{i}", sense) for i in range(300) for sense in ORDER],
                     *[(f"q{i}", ORDER[i % 2]) for i in range(600) for _ in range(2)])  # fmt: skip
    found = draws(table, make_confusion(held, ORDER, times=1000), 300)
    apart = found[:, ::2] != found[:, 1::2]
    assert apart[:, :300].mean() == pytest.approx(2 / 3, abs=0.06)
    assert apart[:, 300:].mean() < 0.01


def test_papers_apart_have_two_senses_and_keep_those_that_are_known(readings):
    # every held-out paper was apart, though all were read alike, and the reading of a mention told nothing
    order = ["one", "two", "three"]
    held = [(f"{a}{b}{read}", label, read) for a, b in (order[:2], order[1:], order[::2])
            for label in (a, b) for read in order]  # fmt: skip
    mixed = [{"paper_id": "q", "sense": sense, "reviewed": True} for sense in order[:2]]
    table = readings(*[(f"p{i}", order[i % 3]) for i in range(30) for _ in range(5)], *mixed, ("q", "three"))
    imputer, rng = Imputer(table, order, make_confusion(held, order, times=100)), np.random.default_rng(0)
    found = np.array([imputer.draw(rng) for _ in range(300)])
    senses = [len(set(paper)) for drawn in found[:, :150].reshape(300, 30, 5) for paper in drawn]
    assert max(senses) == 2 and np.mean(senses) == pytest.approx(1.5, abs=0.1)  # between none and all
    assert {tuple(drawn[150:152]) for drawn in found} == {(0, 1)}


def test_reviewed_mentions_stay_and_the_rest_of_their_paper_leans_on_them(readings):
    # held-out papers were read apart and were alike all the same: by these the open mention is what the other is, by
    # the count it is what was read
    held = [(f"{sense}{i}", sense, read) for sense in ORDER for i in range(2) for read in ORDER]
    table = readings({"paper_id": "p", "sense": "two", "reviewed": True}, ("p", "one"), ("q", "one"))
    found = draws(table, make_confusion(held, ORDER, times=1000))
    assert set(found[:, 0]) == {1}
    assert found[:, 1].mean() > found[:, 2].mean() + 0.2
    assert set(found[:, 2]) == {0, 1}


def test_labels_stand_for_the_mentions_that_have_them(readings):
    labels = pd.DataFrame(
        [("p#abstract:10", "bias", "two", "measure")], columns=["mention_id", "surface", "label", "label_stance"]
    )
    perfect = make_confusion([(1, "one", "one"), (2, "two", "two")], ORDER, times=10_000)._replace(labels=labels)
    found = draws(readings(("p", "one"), ("q", "one")), perfect)
    assert found[:, 0].tolist() == [1] * len(found)
    assert found[:, 1].tolist() == [0] * len(found)
