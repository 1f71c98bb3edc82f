"""Words that are no mention are shown in whole words."""

from __future__ import annotations

from analysis.findings.words import left_out
from analysis.mentions import CONTEXT
from analysis.tables import make_table


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
