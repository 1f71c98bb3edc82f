"""True senses behind readings: Bayes' rule by hand, and what the draws keep and change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from small_readings import make_confusion

from analysis.statistics.imputation import Imputer, true_given_assigned

ORDER = ["one", "two"]


def draws(table: pd.DataFrame, confusion: object, times: int = 300) -> np.ndarray:
    """Senses drawn, shape (times, mentions)."""
    imputer, rng = Imputer(table, ORDER, confusion), np.random.default_rng(0)
    return np.array([imputer.draw(np.ones(len(table)), rng) for _ in range(times)])


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


def test_papers_read_alike_are_as_often_apart_as_held_out_ones(readings):
    # six held-out papers were read alike, all with the same certainty, and one was apart; readings tell no more here
    held = [(f"h{i}", ORDER[i % 2], ORDER[i % 2]) for i in range(5) for _ in range(2)]
    held += [("h5", "one", "one"), ("h5", "two", "one")]
    table = readings(*[(f"p{i}", "one") for i in range(100) for _ in range(3)])
    found = draws(table, make_confusion(held, ORDER, times=1000), 1000).reshape(1000, 100, 3)
    apart = (found != found[:, :, :1]).any(axis=2)
    assert apart.mean() == pytest.approx(1 / 6, abs=0.03)


def test_papers_read_apart_are_mostly_alike_where_held_out_ones_were(readings):
    # three held-out papers were read apart, one of them was; all others were read alike and were so
    held = [(f"h{i}", "one", sense) for i in range(2) for sense in ORDER]
    held += [("h2", "one", "one"), ("h2", "two", "two")]
    held += [(f"g{i}", sense, sense) for i in range(6) for sense in (ORDER[i % 2],) * 2]
    table = readings(*[(f"p{i}", sense) for i in range(300) for sense in ORDER],
                     *[(f"q{i}", ORDER[i % 2]) for i in range(600) for _ in range(2)])  # fmt: skip
    found = draws(table, make_confusion(held, ORDER, times=1000), 200)
    apart = found[:, ::2] != found[:, 1::2]
    assert apart[:, :300].mean() == pytest.approx(1 / 3, abs=0.05)
    assert apart[:, 300:].mean() < 0.01


def test_papers_apart_have_two_senses_and_keep_those_that_are_known(readings):
    # every held-out paper was apart, and the reading of a mention told nothing
    order = ["one", "two", "three"]
    held = [(f"{a}{b}{read}", label, read) for a, b in (order[:2], order[1:], order[::2])
            for label in (a, b) for read in order]  # fmt: skip
    mixed = [{"paper_id": "q", "sense": sense, "reviewed": True} for sense in order[:2]]
    table = readings(*[(f"p{i}", order[i % 3]) for i in range(30) for _ in range(5)], *mixed, ("q", "three"))
    imputer, rng = Imputer(table, order, make_confusion(held, order, times=100)), np.random.default_rng(0)
    found = np.array([imputer.draw(np.ones(len(table)), rng) for _ in range(100)])
    senses = [len(set(paper)) for drawn in found[:, :150].reshape(100, 30, 5) for paper in drawn]
    assert max(senses) == 2 and np.mean(senses) > 1.99
    assert {tuple(drawn[150:152]) for drawn in found} == {(0, 1)} and set(found[:, 152]) == {0, 1}


def test_reviewed_mentions_stay_and_the_rest_of_their_paper_leans_on_them(readings):
    # held-out papers were read apart and were alike all the same, and the readings do not tell which sense they have
    held = [(f"{sense}{i}", sense, read) for sense in ORDER for i in range(2) for read in ORDER]
    table = readings({"paper_id": "p", "sense": "two", "reviewed": True}, ("p", "one"), ("q", "one"))
    found = draws(table, make_confusion(held, ORDER, times=1000))
    assert set(found[:, 0]) == {1}
    assert found[:, 1].mean() > 0.9
    assert set(found[:, 2]) == {0, 1}


def test_labels_stand_for_the_mentions_that_have_them(readings):
    labels = pd.DataFrame(
        [("p#abstract:10", "bias", "two", "measure")], columns=["mention_id", "surface", "label", "label_stance"]
    )
    perfect = make_confusion([(1, "one", "one"), (2, "two", "two")], ORDER, times=10_000)._replace(labels=labels)
    found = draws(readings(("p", "one"), ("q", "one")), perfect)
    assert found[:, 0].tolist() == [1] * len(found)
    assert found[:, 1].tolist() == [0] * len(found)
