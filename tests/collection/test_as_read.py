"""Places in a cleaned text are found again in the text as it was read."""

from __future__ import annotations

import re

import pytest

from analysis.collection.as_read import differing, filled, places_as_read, texts_as_read


def places(text: str, read: str, *surfaces: str) -> list[str | None]:
    """What stands in ``read`` at the places of ``surfaces`` in ``text``, each after the one before."""
    spans, at = [], 0
    for surface in surfaces:
        at = text.index(surface, at)
        spans.append((at, at := at + len(surface)))
    return [place and f"{place[0]}:{read[slice(*place)]}" for place in places_as_read(text, read, spans)]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "read", "surface", "place"),
    [
        ("a bias", "  a bias ", "bias", "4:bias"),
        ("a & bias", "a &amp; bias", "bias", "8:bias"),
        ("A Bias term", "A {B}ias term", "Bias", "3:B}ias"),
        ("the Bias of", "the <i>B</i>ias of", "Bias", "7:B</i>ias"),
        ("is debiased now", "is de-\n  biased now", "debiased", "3:de-\n  biased"),
        ("is bias now", "is bi\u00adas now", "bias", "3:bi\u00adas"),
        ("language model", "language~model", "language model", "0:language~model"),
        ("the \u00e0 bias", "the a\u0300 bias", "\u00e0", "4:a\u0300"),
        ("uses c++ here", "uses\tc++ here", "c++", "5:c++"),
    ],
)
def test_a_place_goes_from_the_first_letter_to_the_last(text: str, read: str, surface: str, place: str) -> None:
    assert places(text, read, surface) == [place]


def test_the_same_word_in_what_was_cut_is_not_taken_for_it() -> None:
    read = "(c) 2019 Bias Society. BIAS: Bias is bad. More bias. (c) 2019 The Bias Society. All rights reserved"
    text = "Bias is bad. More bias."
    assert places(text, read, "Bias", "bias") == [f"{read.index('Bias is')}:Bias", f"{read.index('bias. (c)')}:bias"]


def test_letters_that_are_gone_have_no_place() -> None:
    assert places("a bias and a bias", "a b&iacute;as and a bias", "bias", "bias") == [None, "20:bias"]
    assert places("a bias", "", "bias") == [None]


def test_a_long_text_is_followed_to_its_end() -> None:
    words = [f"word{i * i % 977} bias" for i in range(4_000)]
    read = " ".join(f"<b>{word}</b>" if i % 7 == 0 else word for i, word in enumerate(words))
    text = " ".join(words)
    spans, truth = ([found.span() for found in re.finditer("bias", each)] for each in (text, read))
    assert places_as_read(text, read, spans) == truth


def test_only_texts_that_differ_are_kept() -> None:
    assert differing({"title": "A", "abstract": "B", "venue": "C"}, {"title": "A", "abstract": "B", "venue": "D"}) == ""
    column = differing({"title": "A ", "abstract": "None"}, {"title": "A", "abstract": ""})
    assert texts_as_read(column) == {"title": "A "}
    assert texts_as_read(filled(column, "abstract")) == {"title": "A ", "abstract": ""}
