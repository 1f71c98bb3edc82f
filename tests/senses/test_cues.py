"""Cues: which patterns fire for a mention, and which words a head reads beside it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.inventory.inventory import inventory_of
from analysis.inventory.marks import unmark
from analysis.senses.cues import Cue, cue_matrix, example_mentions, find_cues, word_features

SMALL = inventory_of(
    {
        "term": "bias",
        "senses": [
            {
                "id": "skew", "definition": "d", "examples": ["A [[bias]] to the left.", "More [[biases]]."],
                "cues": {"modifier": ["position", "length"], "context": ["majority class"]},
            },
            {
                "id": "parameter", "definition": "d",
                "cues": {"modifier": ["relative position"], "head": ["term"], "verb": ["add"], "context": ["weight"]},
            },
        ],
    }
)  # fmt: skip


def mention(before: str, surface: str, after: str, **grammar: str) -> pd.DataFrame:
    """One mention in a sentence that begins at 100 of its field."""
    row = {
        "sentence": before + surface + after, "sentence_start": 100, "start": 100 + len(before),
        "end": 100 + len(before) + len(surface), "surface": surface, "field": "abstract",
        "modifier": "", "head": "", "verb": "", **grammar,
    }  # fmt: skip
    return pd.DataFrame([row])


def fired(*args: str, **grammar: str) -> list[Cue]:
    return find_cues(mention(*args, **grammar), SMALL)[0]


def test_a_modifier_fires_before_the_mention() -> None:
    assert fired("the position ", "bias", " here", modifier="position") == [Cue("skew", "modifier", "position")]


def test_the_longest_pattern_at_a_place_wins() -> None:
    assert fired("relative position ", "bias", "", modifier="relative position") == [
        Cue("parameter", "modifier", "relative position")
    ]
    assert fired("a learned relative position ", "bias", "", modifier="learned relative position") == [
        Cue("parameter", "modifier", "relative position")
    ]


def test_coordinated_modifiers_each_fire() -> None:
    cues = fired("for length and position ", "biases", " in judges", modifier="position")
    assert set(cues) == {Cue("skew", "modifier", "position"), Cue("skew", "modifier", "length")}


def test_a_hyphen_binds_like_a_modifier() -> None:
    assert fired("a position-", "biased", " judge") == [Cue("skew", "modifier", "position")]


def test_a_head_fires_after_the_mention_also_in_the_plural() -> None:
    assert fired("the ", "bias", " terms of it") == [Cue("parameter", "head", "term")]


def test_a_full_stop_parts_the_head_from_the_mention() -> None:
    assert fired("has a ", "bias", ". Term by term") == []


def test_verb_and_context_fire() -> None:
    assert fired("we add to the weights a ", "bias", ", not to majority classes", verb="add") == [
        Cue("parameter", "verb", "add"),
        Cue("parameter", "context", "weight"),
        Cue("skew", "context", "majority class"),
    ]


def test_words_inside_other_words_do_not_fire() -> None:
    assert fired("a composition ", "bias", " determination", modifier="composition") == []


def test_matrix_has_a_column_for_each_kind_and_sense() -> None:
    matrix = cue_matrix([[Cue("skew", "modifier", "x")], [], [Cue("parameter", "context", "y")]], SMALL.ids)
    # columns: modifier, head, verb, context, each for skew and parameter
    expected = np.zeros((3, 8), np.float32)
    expected[0, 0] = expected[2, 7] = 1
    np.testing.assert_array_equal(matrix, expected)
    assert matrix.dtype == np.float32


def test_words_beside_a_mention_are_features() -> None:
    row = mention("relative position ", "De-Biasing", " terms help", modifier="relative position", verb="help")
    features = set(word_features(row)[0])
    assert {
        "form=debiasing", "field=abstract", "verb=help", "modifier=position", "modifier=relative position",
        "next1=terms", "next2=help",
    } <= features  # fmt: skip
    assert not any(feature.endswith("=") for feature in features)


def test_the_mention_of_an_example_is_marked() -> None:
    assert unmark("A [[bias]] term.") == ("A bias term.", 2, 6)
    rows = example_mentions(SMALL)
    assert rows[["paper_id", "abstract", "sense", "start", "end"]].values.tolist() == [
        ["example:skew:1", "A bias to the left.", "skew", 2, 6],
        ["example:skew:2", "More biases.", "skew", 5, 11],
    ]


def test_no_mentions_no_cues() -> None:
    none = mention("", "bias", "").iloc[:0]
    assert find_cues(none, SMALL) == []
    assert word_features(none) == []


@pytest.mark.parametrize("end", ["", ".", " ...", "\n"])
def test_a_mention_at_either_end_of_its_sentence(end: str) -> None:
    assert fired("", "Bias", end) == []
