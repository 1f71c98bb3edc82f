"""Every mention is found at its exact place, with the sentence and the grammar around it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from labelled import Labelled

from analysis import BadInput, find_mentions, load_papers
from analysis.common.tables import make_table
from analysis.inventory.inventory import family_of
from analysis.mentions import grammar
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


@pytest.mark.parametrize(("corpus", "least"), [("written", 15), ("ten disciplines", 1600)])
def test_places_as_read_fit_the_records(corpus: str, least: int, data: Path, request: pytest.FixtureRequest) -> None:
    """In each record, cleaned or not, the letters of every mention stand where it says; 230 of the 908 are cleaned."""
    if corpus == "written":
        path = data / "labelled" / "written.jsonl"
    else:
        path = request.getfixturevalue("shared") / "corpora" / "disciplines.jsonl.gz"
    records = {record["id"]: record for record in records_of(path)}
    family, count = family_of("bias"), 0
    for text in _mentioning(load_papers(path).papers, family):
        for match, place in text.found:
            assert place is not None
            assert records[text.paper_id][text.field][slice(*place)] == match.group()
            count += 1
    assert count >= least


def test_a_missing_column_is_named() -> None:
    with pytest.raises(BadInput, match="abstract"):
        find_mentions(papers().drop(columns="abstract"))


def records_of(path: Path) -> list[dict[str, Any]]:
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as lines:
        return [json.loads(line) for line in lines]


def read_labels(labelled: Labelled) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The labels, and the papers they are of, as they stand in their file."""
    labels = pd.concat([pd.read_csv(path, dtype={"paper_id": str}) for path in labelled.labels], ignore_index=True)
    wanted = set(labels["paper_id"])
    records = [r for path in labelled.corpora for r in records_of(path) if r["id"] in wanted]
    return labels, make_table("papers", [{**record, "paper_id": record["id"]} for record in records])


def test_all_labelled_places_are_mentions(labelled: Labelled) -> None:
    """The labels were placed by reading the texts: each must be a mention, to the character, unless it is in a link."""
    family, linked = family_of("bias"), []
    labels, papers = read_labels(labelled)
    papers = papers.set_index("paper_id")
    for label in labels.itertuples():
        text = papers.loc[label.paper_id, label.field]
        place = (label.start, label.end, label.surface)
        if place not in {(m.start(), m.end(), m.group()) for m in family.find(text)}:
            assert (*place, "part of a URL") in family.find_excluded(text)
            linked.append(label.paper_id)
    assert linked == labelled.linked


def test_labelled_mentions_are_found_whole_in_their_sentences(labelled: Labelled) -> None:
    labels, papers = read_labels(labelled)
    found = find_mentions(papers)
    both = labels.merge(found, on=["paper_id", "field", "start", "end", "surface"])
    assert len(both) == len(labels) - len(labelled.linked)
    for row in both.itertuples():
        assert row.sentence[row.start - row.sentence_start : row.end - row.sentence_start] == row.surface


@pytest.mark.long
def test_many_sentences_are_read_by_processes_to_the_same_table(monkeypatch: pytest.MonkeyPatch) -> None:
    bundled = load_papers().papers
    alone = find_mentions(bundled)
    monkeypatch.setattr(grammar, "MANY", 1)
    monkeypatch.setattr(grammar, "CHUNK", grammar.BATCH // 2)
    monkeypatch.setattr(grammar, "cores", lambda: 2)
    pd.testing.assert_frame_equal(find_mentions(bundled), alone)
