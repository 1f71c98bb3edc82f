"""Every mention is found at its exact place, with the sentence and the grammar around it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest

from analysis import BadInput, find_mentions, load_papers
from analysis.common.tables import make_table
from analysis.inventory.inventory import family_of
from analysis.mentions.find import _keep_mentions_whole, _mentioning, find_excluded


def papers(**texts: str) -> pd.DataFrame:
    return make_table("papers", [{"paper_id": "p1", **texts}])


def test_places_are_code_points_also_after_an_emoji() -> None:
    # "😀" is one code point, two UTF-16 units and four bytes; "é" here is two code points (e and a combining accent)
    title, abstract = "😀 Bias", "🧪🧪 cafe\u0301: we see bias."
    found = find_mentions(papers(title=title, abstract=abstract))
    assert found[["mention_id", "field", "start", "end", "surface"]].values.tolist() == [
        ["p1#title:2", "title", 2, 6, "Bias"],
        ["p1#abstract:17", "abstract", 17, 21, "bias"],
    ]
    assert abstract[17:21] == "bias"


def test_the_sentence_is_verbatim_and_its_start_counts_in_the_field() -> None:
    text = "We begin here.  Gender bias,\nhowever, stays. Then we end."
    row = find_mentions(papers(abstract=text)).iloc[0]
    assert row["sentence"] == "Gender bias,\nhowever, stays."
    assert row["sentence_start"] == 16
    assert text[row["sentence_start"] :].startswith(row["sentence"])
    assert (row["left"], row["right"]) == (text[:23], text[27:])


def test_grammar_around_a_mention() -> None:
    rows = find_mentions(
        papers(abstract="We study relative position bias in transformers. The bias term is learned by descent.")
    )
    assert rows["modifier"].tolist() == ["relative position", ""]
    assert rows["head"].tolist() == ["", "term"]
    assert rows["verb"].tolist()[0] == "study"


def test_a_sentence_bound_never_cuts_a_mention() -> None:
    rows = find_mentions(papers(abstract="It is de-\nbiased. We use de-biasing! De-bias it."))
    assert rows["surface"].tolist() == ["de-\nbiased", "de-biasing", "De-bias"]
    assert all(row.surface == row.sentence[row.start - row.sentence_start : row.end - row.sentence_start]
               for row in rows.itertuples())  # fmt: skip
    text = "It is de-biasing. So."  # as if the splitter had seen a sentence begin in the word
    assert _keep_mentions_whole([0, 9, 18, 21], family_of("bias"), text) == [(0, 18), (18, 21)]
    assert _keep_mentions_whole([0, 6, 21], family_of("bias"), text) == [(0, 6), (6, 21)]


def test_order_is_that_of_papers_and_text() -> None:
    table = make_table(
        "papers",
        [
            {"paper_id": "b", "title": "Bias", "abstract": "Bias and biases. More bias."},
            {"paper_id": "a", "title": "", "abstract": "No such word."},
            {"paper_id": "c", "title": "", "abstract": "Unbiased."},
        ],
    )
    assert find_mentions(table)["mention_id"].tolist() == [
        "b#title:0", "b#abstract:0", "b#abstract:9", "b#abstract:22", "c#abstract:0",
    ]  # fmt: skip


def test_no_mention_gives_an_empty_table_with_its_columns() -> None:
    found = find_mentions(papers(title="Tobias", abstract=""))
    assert len(found) == 0
    assert found["start"].dtype == "int64"


def test_excluded_words_are_listed_with_their_context() -> None:
    row = find_excluded(papers(title="By Tobias X", abstract="symbiosis")).iloc[0]
    assert (row["field"], row["start"], row["end"], row["surface"]) == ("title", 3, 9, "Tobias")
    assert (row["reason"], row["context"]) == ("given name", "By Tobias X")


def test_letters_of_a_link_stay_out_where_a_sentence_ends_inside_it() -> None:
    text = "Code is at https://x.org/a.bias and more. The bias of it."
    assert find_mentions(papers(abstract=text))["start"].tolist() == [46]
    assert find_mentions(papers(title="https://x.org/bias")).empty


def test_places_in_the_record_as_it_was_read() -> None:
    read = json.dumps({"title": "<b>Bias</b> term", "abstract": "Gender bias stays &amp; bias grows."})
    table = papers(title="Bias term", abstract="Gender bias stays & bias grows. Bias.").assign(as_read=read)
    found = find_mentions(table)
    assert found[["start", "raw_start", "raw_end"]].astype(object).values.tolist() == [
        [0, 3, 7], [7, 7, 11], [20, 24, 28], [32, pd.NA, pd.NA],
    ]  # fmt: skip
    assert str(found["raw_start"].dtype) == str(found["raw_end"].dtype) == "Int64"


@pytest.mark.parametrize("columns", [["as_read"], []])
def test_a_text_that_was_not_changed_has_the_same_places(columns: list[str]) -> None:
    found = find_mentions(papers(abstract="A bias.").drop(columns=columns))
    assert found[["raw_start", "raw_end"]].values.tolist() == [[2, 6]]


def test_places_as_read_fit_the_records_of_ten_disciplines(shared: Path) -> None:
    """In each of 908 records, 230 of them cleaned, the letters of every mention stand where it says."""
    path = shared / "corpora" / "disciplines.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = {record["id"]: record for record in map(json.loads, lines)}
    table = load_papers(path).papers
    family, count = family_of("bias"), 0
    for text in _mentioning(table, family):
        for match, place in text.found:
            assert place is not None
            assert records[text.paper_id][text.field][slice(*place)] == match.group()
            count += 1
    assert count > 1600


def test_a_missing_column_is_named() -> None:
    with pytest.raises(BadInput, match="abstract"):
        find_mentions(papers().drop(columns="abstract"))


def labelled(shared: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(shared / "annotations" / name, dtype={"paper_id": str})


def texts_of(shared: Path, name: str, wanted: set[str]) -> pd.DataFrame:
    with gzip.open(shared / "corpora" / name, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines if line.split('"', 4)[3] in wanted]  # {"id": "...", ...
    assert {record["id"] for record in records} == wanted
    return make_table("papers", [{**r, "paper_id": r["id"]} for r in records])


def test_all_labelled_places_are_mentions(shared: Path) -> None:
    """The 1,894 labels were placed by reading the texts: each must be a mention, to the character.

    Two of them are letters of a link and are left out since links are.
    """
    family, count, linked = family_of("bias"), 0, []
    for labels, corpus in (
        (labelled(shared, "bias_mentions.csv"), "arxiv_2025_2026.jsonl.gz"),
        (labelled(shared, "other_fields.csv"), "other_fields.jsonl.gz"),
    ):
        papers = texts_of(shared, corpus, set(labels["paper_id"])).set_index("paper_id")
        for label in labels.itertuples():
            text = papers.loc[label.paper_id, label.field]
            place = (label.start, label.end, label.surface)
            if place in {(m.start(), m.end(), m.group()) for m in family.find(text)}:
                count += 1
            else:
                assert (*place, "part of a URL") in family.find_excluded(text)
                linked.append(label.paper_id)
    assert (count, linked) == (1892, ["2512.08606", "2605.31404"])


def test_labelled_mentions_of_other_fields_are_found_whole_in_their_sentences(shared: Path) -> None:
    labels = labelled(shared, "other_fields.csv")
    found = find_mentions(texts_of(shared, "other_fields.jsonl.gz", set(labels["paper_id"])))
    both = labels.merge(found, on=["paper_id", "field", "start", "end", "surface"])
    assert len(both) == len(labels) == 394
    for row in both.itertuples():
        assert row.sentence[row.start - row.sentence_start : row.end - row.sentence_start] == row.surface
