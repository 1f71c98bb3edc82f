"""Scores in context: each mention is read at its own tokens, in long abstracts, too; other terms are not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import find_mentions
from analysis.common import cores
from analysis.common.tables import make_table
from analysis.inventory.inventory import load_inventory
from analysis.vectors import context
from analysis.vectors.batches import batches
from analysis.vectors.context import (
    LEAST,
    MAX_TOKENS,
    Passage,
    Scored,
    log_probabilities,
    narrowed,
    passages,
    read_in_context,
)
from analysis.vectors.embed import embed_mentions, load_tokenizer

SENSES, STANCES = ("data", "parameter", "physical", "social", "unclear", "skew"), ("fight", "use")


def papers(*rows: tuple[str, str]) -> pd.DataFrame:
    return make_table("papers", [{"paper_id": f"p{i}", "title": t, "abstract": a} for i, (t, a) in enumerate(rows)])


def words_at(table: pd.DataFrame, mentions: pd.DataFrame) -> dict[int, list[str]]:
    """The tokens that stand for each mention."""
    tokenizer = load_tokenizer()
    return {
        row: [tokenizer.id_to_token(i) for i in passage.ids[first:end]]
        for passage in passages(mentions, table, tokenizer)
        for row, first, end in passage.mentions
    }


def test_mentions_of_title_and_abstract_stand_in_one_passage_at_their_tokens() -> None:
    table = papers(("Bias in hiring", "We debias scores. Unbiased ones remain."))
    mentions = find_mentions(table)
    assert words_at(table, mentions) == {0: ["bias"], 1: ["de", "##bia", "##s"], 2: ["un", "##bia", "##sed"]}
    assert len(list(passages(mentions, table, load_tokenizer()))) == 1


def test_a_long_abstract_is_read_in_parts_that_hold_all_its_mentions() -> None:
    table = papers(("Trees", "The bias here. " + "Trees grow. " * 200 + "The biases there."))
    mentions = find_mentions(table)
    read = list(passages(mentions, table, load_tokenizer()))
    assert [[row for row, _, _ in passage.mentions] for passage in read] == [[0], [1]]
    assert all(len(passage.ids) <= MAX_TOKENS for passage in read)
    assert words_at(table, mentions) == {0: ["bias"], 1: ["bias", "##es"]}


def test_a_mention_behind_the_cut_of_a_long_title_is_still_read() -> None:
    table = papers(("Trees grow " * 60 + "bias", "Nothing more."))
    assert list(words_at(table, find_mentions(table))) == [0]


def test_each_mention_gets_the_mean_of_what_is_said_at_its_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for the encoder prefers, at token number t, the sense number t; ties share."""

    class Counting:
        def run(self, _names: list[str], inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
            rows, tokens = inputs["states"].shape[:2]
            said = np.zeros((rows, tokens, len(SENSES) + len(STANCES)), np.float32)
            for token in range(min(tokens, len(SENSES))):
                said[:, token, token] = 6.0
            return [said]

    monkeypatch.setattr(context, "_session", lambda: (Counting(), Scored(SENSES, STANCES), load_tokenizer()))
    # [CLS] bias [SEP] the bias . [SEP]: the title's mention is token 1, the abstract's token 4
    table = papers(("Bias", "The bias."), ("Bias", "Nothing."))
    scores = read_in_context(find_mentions(table), table)
    assert list(scores.columns) == ["mention_id", *SENSES, *STANCES]
    assert scores["mention_id"].tolist() == ["p0#title:0", "p0#abstract:4", "p1#title:0"]
    assert scores[list(SENSES)].idxmax(axis=1).tolist() == [SENSES[1], SENSES[4], SENSES[1]]
    sure = 6 - np.log(np.exp(6) + len(SENSES) - 1)
    np.testing.assert_allclose(scores[list(SENSES)].max(axis=1), sure, atol=1e-5)
    np.testing.assert_allclose(scores[list(STANCES)], -np.log(len(STANCES)), atol=1e-6)


def test_mentions_of_another_term_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "_session", lambda: pytest.fail("the encoder does not know this term"))
    table = papers(("Attention", "Attention is all you need."))
    mentions = find_mentions(table, "attention")
    assert list(read_in_context(mentions, table).columns) == ["mention_id"]
    assert len(read_in_context(mentions, table)) == 2
    assert read_in_context(mentions.iloc[:0], table).shape == (0, 1)


def test_a_form_that_the_encoder_does_not_know_has_zeros_which_say_nothing() -> None:
    table = papers(("Prejudice", "Gender bias in hiring."))
    scores = read_in_context(find_mentions(table, also=["prejudice"]), table).set_index("mention_id")
    assert (scores.loc["p0#title:0"] == 0).all()
    assert scores.loc["p0#abstract:7", "social"] > scores.loc["p0#abstract:7", "physical"]


def test_the_upper_layers_see_the_title_and_what_is_near_a_mention(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "AROUND", 1)
    #        [CLS] title SEP  1  2  3  4  5  6  7  8  9 SEP
    ids = [101, 7, 102, 11, 12, 13, 14, 15, 16, 17, 18, 19, 102]
    kept, passage = narrowed(Passage(ids, [(4, 6, 8), (5, 11, 12), (6, 1, 2)]))
    assert kept.tolist() == [0, 1, 2, 5, 6, 7, 8, 10, 11, 12]
    assert passage.ids == [101, 7, 102, 13, 14, 15, 16, 18, 19, 102]
    assert passage.mentions == [(4, 4, 6), (5, 8, 9), (6, 1, 2)]
    assert [passage.ids[first] for _, first, _ in passage.mentions] == [14, 19, 7]


def test_what_is_said_of_a_mention_does_not_depend_on_other_papers() -> None:
    table = papers(("Gender bias in hiring", "Nothing more."), ("A bias term " * 20, "The inductive bias. " * 30))
    alone = [table.iloc[[n]].reset_index(drop=True) for n in (0, 1)]
    one, two = (read_in_context(find_mentions(paper), paper) for paper in alone)
    both = read_in_context(find_mentions(table), table)
    pd.testing.assert_frame_equal(both, pd.concat([one, two], ignore_index=True), check_exact=True)


def test_log_probabilities_of_senses_and_stances_each_sum_to_one() -> None:
    said = log_probabilities(np.array([[0.0, np.log(3), 0.0, 0.0], [0.0, 50.0, 1.0, 1.0]]), 2)
    np.testing.assert_allclose(said[0], np.log([0.25, 0.75, 0.5, 0.5]), rtol=1e-6)
    np.testing.assert_allclose(said[1], [LEAST, 0, np.log(0.5), np.log(0.5)], atol=1e-6)


def test_batches_hold_every_passage_once_and_stay_in_bounds() -> None:
    made = batches([10, 300, 20, 100, 90, 5], tokens=300)
    assert sorted(i for batch in made for i in batch) == list(range(6))
    assert made[0] == [1]
    lengths = [10, 300, 20, 100, 90, 5]
    assert all(len(batch) * max(lengths[i] for i in batch) <= 300 for batch in made)


@pytest.mark.parametrize(
    ("title", "abstract", "sense"),
    [
        ("Hiring by Machine", "Résumé filters trained on past decisions show gender bias against women.", "social"),
        ("A Digital Neuron", "Each unit adds a bias term to the weighted sum of its inputs.", "parameter"),
        (
            "Drift of Cheap Gyroscopes",
            "The gyroscope bias drifts with temperature and is tracked by a filter.",
            "physical",
        ),
    ],
)
def test_the_shipped_encoder_tells_plain_cases_apart(title: str, abstract: str, sense: str) -> None:
    table = papers((title, abstract))
    scores = read_in_context(find_mentions(table), table)
    assert scores.loc[0, list(load_inventory().order)].astype(float).idxmax() == sense


def test_vectors_and_scores_are_the_same_bytes_on_any_number_of_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    table = papers(*((f"Bias {i}", "The bias of it. " * (1 + i % 5)) for i in range(20)))
    mentions = find_mentions(table)
    made = []
    for number in (1, 3):
        monkeypatch.setattr(cores, "cores", lambda number=number: number)
        made.append((embed_mentions(mentions, table).tobytes(), read_in_context(mentions, table)))
    assert made[0][0] == made[1][0]
    pd.testing.assert_frame_equal(made[0][1], made[1][1], check_exact=True)
