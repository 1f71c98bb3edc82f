"""Entities: decoding by hand on small numbers, and what a span is sure of."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.evidence.entities import likeliest, log_odds, spans_of, whole_brackets, whole_words

NONE, BEGIN_0, INSIDE_0, BEGIN_1, INSIDE_1 = range(5)


def tags(*rows: dict[int, float]) -> np.ndarray:
    """Log-probabilities of five tags; what is not given is next to impossible."""
    return np.log([[row.get(tag, 1e-9) for tag in range(5)] for row in rows])


def test_an_inside_follows_only_its_own_kind() -> None:
    # Word by word, begin of kind 0 then inside of kind 1 would be likeliest (0.6 * 0.5), which is not allowed. Allowed:
    # begin and inside of kind 0 (0.6 * 0.3 = 0.18), begin alone (0.6 * 0.2 = 0.12), none (0.4 * 0.2).
    said = tags({BEGIN_0: 0.6, NONE: 0.4}, {INSIDE_1: 0.5, INSIDE_0: 0.3, NONE: 0.2})
    assert likeliest(said) == [BEGIN_0, INSIDE_0]
    assert spans_of(said) == [(0, 2, 0)]


def test_a_sentence_does_not_begin_inside() -> None:
    assert likeliest(tags({INSIDE_0: 0.9, BEGIN_0: 0.1})) == [BEGIN_0]


def test_entities_side_by_side_stay_two() -> None:
    said = tags({BEGIN_0: 1}, {BEGIN_0: 1}, {INSIDE_0: 1}, {BEGIN_1: 1}, {NONE: 1})
    assert spans_of(said) == [(0, 1, 0), (1, 3, 0), (3, 4, 1)]


def test_no_words_no_entities() -> None:
    assert spans_of(np.zeros((0, 5))) == []


def test_log_odds_are_finite_at_both_ends() -> None:
    assert log_odds(0.8) == pytest.approx(np.log(4))
    assert np.isfinite([log_odds(0.0), log_odds(1.0)]).all()


@pytest.mark.parametrize(
    ("text", "first", "end", "kept"),
    [
        ("models ( LLMs ) learn", 0, 3, "models ( LLMs )"),
        ("models ( LLMs of today ) learn", 0, 3, "models"),
        ("( 2 ) parsing is", 0, 4, "parsing"),
        ("LLMs ) learn fast", 0, 3, "learn"),
        ("F ( x ) and G", 0, 4, "F ( x )"),
        ("F ( x ( y ) is", 0, 5, "F"),
        ("( 2 ) is", 0, 3, ""),
        ("plain words here", 0, 2, "plain words"),
    ],
)
def test_brackets_of_an_entity_come_in_pairs(text: str, first: int, end: int, kept: str) -> None:
    words = text.split()
    a, b = whole_brackets(words, first, end)
    assert " ".join(words[a:b]) == kept


@pytest.mark.parametrize(
    ("text", "marked", "kept"),
    [
        ("of machine learning-enabled systems", "machine learning-", "machine learning-enabled"),
        ("we propose BA-LoRA, which", "BA", "BA-LoRA"),
        ("types: (G)eneralizations and", "eneralizations", ""),
        ("the parsing of trees", "the parsing of", "parsing"),
        ("CLIP's features", "CLIP's", "CLIP"),
        ("on Stable Diffusion 1.4.", "Stable Diffusion 1", "Stable Diffusion 1.4"),
        ("unwise words", "wise", ""),
        ("it is . Then", ".", ""),
    ],
)
def test_a_span_begins_and_ends_at_words(text: str, marked: str, kept: str) -> None:
    at = text.index(marked)
    start, end = whole_words(text, at, at + len(marked))
    assert text[start:end] == kept
