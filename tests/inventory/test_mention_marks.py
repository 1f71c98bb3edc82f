"""A mention in its sentence, cut out and marked."""

from __future__ import annotations

from html import escape

from analysis.inventory.marks import Cut, cut_at_marks, cut_at_mention, unmark


def test_a_mention_is_cut_out_of_its_sentence_wherever_that_starts():
    row = {"sentence": "A bias term.", "sentence_start": 40, "start": 42, "end": 46}
    assert cut_at_mention(row) == ("A ", "bias", " term.")


def test_marking_and_cutting_at_marks_undo_each_other():
    text = cut_at_mention({"sentence": "A bias term.", "sentence_start": 0, "start": 2, "end": 6}).marked()
    assert text == "A [[bias]] term."
    assert cut_at_marks(text) == ("A ", "bias", " term.")
    assert unmark(text) == ("A bias term.", 2, 6)


def test_a_text_without_marks_is_not_cut():
    assert cut_at_marks("A bias term.") is None


def test_every_part_is_escaped_and_the_marks_are_not():
    assert Cut("<", "&", ">").marked("<mark>", "</mark>", escape) == "&lt;<mark>&amp;</mark>&gt;"
