"""What counts as a word: in any script, with LaTeX, with the marks that typing leaves."""

from __future__ import annotations

import pytest

from analysis.common.words import word_counts, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gender bias, in GPT-4: 42 of 2024-2025!", ["gender", "bias", "in", "gpt-4", "of"]),
        ("state\u2010of\u2011the-art isn\u2019t isn't", ["state-of-the-art", "isn't", "isn't"]),
        ("a -bias- 'quoted'", ["a", "bias", "quoted"]),
        ("e\u0301tat \u00e9tat", ["\u00e9tat", "\u00e9tat"]),  # an accent typed apart is the same letter
        ("\u0939\u093f\u0928\u094d\u0926\u0940 \u092d\u093e\u0937\u093e", ["\u0939\u093f\u0928\u094d\u0926\u0940",
                                                                     "\u092d\u093e\u0937\u093e"]),
        ("\u05e9\u05dc\u05d5\u05dd \u041f\u0440\u0438\u0432\u0435\u0442", ["\u05e9\u05dc\u05d5\u05dd",
                                                                       "\u043f\u0440\u0438\u0432\u0435\u0442"]),
        ("\u4e2d\u6587\u6807\u9898", ["\u4e2d\u6587\u6807\u9898"]),  # no spaces: one run
        (r"\textbf{strong} \frac{x}{y} \underline{D}ebiasing", ["strong", "x", "y", "debiasing"]),
        ("snake_case _under_ 3d 2nd", ["snake", "case", "under", "3d", "2nd"]),
        ("", []),
        ("12 % + 4", []),
    ],
)  # fmt: skip
def test_words(text, expected):
    assert words(text) == expected


def test_counts_are_of_tokens_of_texts_and_of_each_text():
    counts = word_counts(["Bias and bias.", "", "No bias"])
    assert counts.table.to_numpy().tolist() == [["and", 1, 1], ["bias", 3, 2], ["no", 1, 1]]
    assert counts.sizes == [3, 0, 2]
    assert word_counts([]).table.empty
