"""Cards quote what the papers say, to the character."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from analysis.charts.cards import cards_html
from analysis.common.resources import resource
from analysis.evaluation import shipped_evaluation
from analysis.findings.cards import borderline_quote, main_stance, reliability_of, sense_cards, typical_quotes
from analysis.findings.collocates import distinguishing_collocates
from analysis.findings.shares import sense_shares
from analysis.findings.stance import stance_by_sense
from analysis.inventory.inventory import Inventory, Sense
from analysis.inventory.palette import palette_of


@pytest.fixture
def table(readings) -> pd.DataFrame:
    abstract = "Models show gender bias. A bias term helps. They keep social biases."
    spots = [("social", 19, 23, 0, 24, 0.9), ("parameter", 27, 31, 25, 43, 0.8), ("social", 61, 67, 44, 68, 0.6)]
    return readings(
        *[
            {"paper_id": paper, "sense": sense, "start": start, "end": end, "sentence_start": s,
             "sentence": abstract[s:e],
             "abstract": abstract, "surface": abstract[start:end], "confidence": confidence + add, "stance": "measure",
             "topic": 0, "topic_label": "gender, social", "novel": True, "abstained": confidence < 0.7,
             "runner_up": "skew"}
            for paper, add in (("a", 0.0), ("b", 0.05))
            for sense, start, end, s, e, confidence in spots
        ]
    )  # fmt: skip


INVENTORY = Inventory(
    "bias", (Sense("social", "Social bias", "Of groups."), Sense("parameter", "Bias term", "A term."))
)
ORDER = ["social", "parameter", "unclear"]


def test_cards(table):
    shares = sense_shares(table, ORDER, draws=10)
    cards = sense_cards(table, INVENTORY, shares, distinguishing_collocates(table, ORDER))
    assert [card.name for card in cards] == ["Social bias", "Bias term"]
    social = cards[0]
    assert (social.papers, social.of_papers, social.mentions, social.of_mentions) == (2, 2, 4, 6)
    assert social.topics == (("gender, social", 4),)
    assert (
        "<b>Finer topics, by mentions:</b> “gender, social” (4, may be novel)"
        in cards_html(cards, palette_of(INVENTORY)).html
    )
    assert social.stances == (("measure", 4),)
    assert social.confident == 0.5
    assert [quote.paper_id for quote in social.typical] == ["b", "a"]
    assert social.borderline is not None and social.borderline.confidence == 0.6


def test_a_card_tells_the_main_stance_with_its_interval(table):
    stances = stance_by_sense(table, ORDER)
    shares = sense_shares(table, ORDER, draws=10)
    card = sense_cards(table, INVENTORY, shares, distinguishing_collocates(table, ORDER), stances=stances)[0]
    row = stances.set_index(["sense", "stance"]).loc[("social", "measure")]
    assert card.main_stance == ("measure", 1.0, row["low"], row["high"])  # all four mentions are read so
    # two papers with two mentions each are worth 2 * 2 * 2 / 3 = 8 / 3: Beta(3.17, 0.5) has 2.5 % below 0.40
    assert row["low"] == pytest.approx(0.40, abs=0.06)
    assert main_stance("absent", stances) is None


def test_the_main_stance_is_the_first_that_is_listed_whatever_the_estimates():
    rows = [("social", "mention", 32, 0.4), ("social", "measure", 42, 0.3), ("social", "mitigate", 42, 0.2)]
    stances = pd.DataFrame(rows, columns=["sense", "stance", "count", "estimate"]).assign(low=0.1, high=0.5)
    assert main_stance("social", stances) == ("measure", 0.3, 0.1, 0.5)


def test_mentions_outside_any_topic_are_told(table):
    outside = table.assign(topic=[0, 0, -1] * 2)  # the second mention of social in each of two papers
    card = sense_cards(outside, INVENTORY, sense_shares(table, ORDER, draws=2), distinguishing_collocates(table, ORDER))
    assert "(2, may be novel); 2 in none</li>" in cards_html(card[:1], palette_of(INVENTORY)).html
    assert "in none" not in cards_html(card[1:], palette_of(INVENTORY)).html


def test_a_card_tells_agreement_and_stability(table):
    evaluation = shipped_evaluation()
    shares = sense_shares(table, ORDER, draws=10)
    words = distinguishing_collocates(table, ORDER)
    known = sense_cards(table, INVENTORY, shares, words, evaluation=evaluation)[0].reliability
    raw = json.loads(resource("data", "models", "evaluation.json").read_text())
    at = raw["senses"]["sense"].index("social")
    assert known is not None
    assert known.precision[0] == raw["senses"]["precision"][at]
    assert known.recall[1] == raw["senses"]["recall_low"][at]
    assert known.labelled == raw["senses"]["n"][at]
    assert 0 < known.found <= known.runs == 20
    assert sense_cards(table, INVENTORY, shares, words)[0].reliability is None
    assert reliability_of("no such sense", evaluation) is None


def test_quotes_are_verbatim(table):
    for row, quote in zip(table.itertuples(), (typical_quotes(table.iloc[[i]])[0] for i in range(6)), strict=True):
        assert quote.sentence in row.abstract
        assert quote.sentence[quote.start : quote.end] == row.surface


def test_typical_quotes_are_the_central_ones_of_the_sure(readings):
    table = readings(*[{"paper_id": p, "sense": "social", "confidence": 0.9} for p in "abcd"])
    vectors = np.array([[1, 0], [1, 0.3], [1, 0.1], [0, 1]], dtype=float)
    # the mean (0.75, 0.35) has slope 0.47: b with slope 0.3 is nearest, then c, then a; d stands across
    assert [quote.paper_id for quote in typical_quotes(table, vectors)] == ["b", "c", "a"]


def test_reviewed_mentions_are_no_borderline(readings):
    table = readings(
        {"paper_id": "a", "sense": "social", "confidence": 0.1, "reviewed": True},
        {"paper_id": "b", "sense": "social", "confidence": 0.2},
    )
    quote = borderline_quote(table, [])
    assert quote is not None and quote.paper_id == "b"
    assert borderline_quote(table.iloc[:1], []) is None


def test_no_mention_no_card(readings):
    empty = readings()
    assert (
        sense_cards(empty, INVENTORY, sense_shares(empty, ORDER, draws=2), distinguishing_collocates(empty, ORDER))
        == []
    )
