"""Forms are counted as they read, and words that are no mention are shown in whole words."""

from __future__ import annotations

from analysis.common.tables import make_table
from analysis.findings.words import forms, left_out, neighbours
from analysis.mentions.find import CONTEXT


def test_contexts_lose_parts_of_words_where_they_were_cut():
    text = "abcdefghi " * 12 + "Tobias says " + "abcdefghi " * 12
    start = text.index("Tobias")
    cut = text[start - CONTEXT : start + 6 + CONTEXT]
    whole = "Tobias was here"
    rows = [
        {"paper_id": "a", "field": "abstract", "start": start, "end": start + 6, "surface": "Tobias", "context": cut},
        {"paper_id": "b", "field": "title", "start": 0, "end": 6, "surface": "tobias", "context": whole},
    ]
    table = left_out(make_table("excluded", [{**row, "reason": "given name"} for row in rows])).set_index("surface")
    # 80 characters before: eight whole words of nine letters and a blank, the first of which may have lost its start;
    # 80 after: " says " and seven words of ten, then four letters of the next
    assert table.loc["Tobias", "context"] == f"… {'abcdefghi ' * 7}Tobias says {'abcdefghi ' * 7}…"
    assert table.loc["tobias", "context"] == whole


def test_markup_and_case_make_no_other_form():
    rows = [("a", "Debiasing"), ("b", "\\underline{D}ebiasing"), ("b", "${D}$ebiasing"), ("c", "bias")]
    table = forms(make_table("mentions", [{"paper_id": p, "surface": s, "mention_id": "x"} for p, s in rows]))
    assert table[["form", "mentions", "papers"]].to_numpy().tolist() == [["debiasing", 3, 2], ["bias", 1, 1]]


def test_a_modifier_of_several_words_counts_by_the_one_next_to_the_mention():
    said = ["inductive", "strong inductive", "gender", ""]
    rows = [{"mention_id": str(i), "paper_id": "a", "modifier": words} for i, words in enumerate(said)]
    table = neighbours(make_table("mentions", rows))
    assert table[["relation", "word", "mentions", "papers", "of"]].to_numpy().tolist() == [
        ["modifier", "inductive", 2, 1, 3],
        ["modifier", "gender", 1, 1, 3],
    ]
