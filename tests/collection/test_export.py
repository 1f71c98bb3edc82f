"""Export: reference managers can read it, and what is loaded again is what was written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.collection.export import export_papers
from analysis.collection.note import note_of, restored
from analysis.collection.readers import read_source
from analysis.collection.readers.base import Record
from analysis.collection.sources import expand
from analysis.common.errors import BadInput
from analysis.common.escape import from_tex, to_tex
from analysis.common.tables import make_table, read_table

REFERENCE = {"ris": "x.ris", "bibtex": "x.bib", "csl-json": "x.json"}
TABLES = {"csv": "x.csv", "jsonl": "x.jsonl", "parquet": "x.parquet"}

PLAIN = {
    "paper_id": "2502.10010", "title": "Inductive bias of deep networks", "abstract": "We study bias. It helps.",
    "authors": ["Smith, Anna", "Lee Kim"], "year": 2025, "venue": "Journal of Bias", "doi": "10.1000/deep.1",
    "url": "https://arxiv.org/abs/2502.10010", "keywords": ["bias", "priors; beliefs"], "subjects": ["cs.LG"],
    "language": "en", "extra": '{"volume": "3", "VL": "7", "pmid": "12"}',
}  # fmt: skip
NASTY = {
    "paper_id": "nasty key, {with} things~2", "title": 'Bias \\ 50% of {A_B} & "C" $x^2$ #1 ~ <b>',
    "abstract": "First line.\n\nSecond\tline @article{x, y = {z}} \\textbf{bold} }{ ER  - \nTY  - JOUR",
    "authors": ["Müller, Jörg", "Barnes and Noble", "de la Cruz, A. {B}", "李, 明"], "year": 1999,
    "venue": "Proc. of \\LaTeX{} & Friends", "url": "https://example.org/a_b?x=1&y=%20#z", "keywords": ["a, b", "α–β"],
    "extra": '{"note": "he said \\"hi\\" \\\\ {", "list": [1, {"deep": null}]}',
}  # fmt: skip
BARE = {"paper_id": "bare", "title": "", "abstract": ""}


def papers(*rows: dict[str, Any]) -> pd.DataFrame:
    return make_table("papers", rows)


def reload(path: Path) -> list[dict[str, Any]]:
    """The records of a file as ``load_papers`` gets them, by our column names."""
    rows = []
    for source in expand(path):
        for item in read_source(source):
            assert isinstance(item, Record), item
            record = restored(item)
            assert record.markup == "verbatim", "the note was not found"
            rows.append(record.fields | {"extra": record.extra})
    return rows


def expected(row: dict[str, Any]) -> dict[str, Any]:
    whole = make_table("papers", [row]).to_dict("records")[0]
    whole["id"] = whole.pop("paper_id")
    extra = json.loads(whole.pop("extra") or "{}")
    kept = {name: value for name, value in whole.items() if name not in ("source", "record", "year") and value}
    return kept | ({"year": str(row["year"])} if row.get("year") else {}) | {"extra": extra}


def comparable(row: dict[str, Any]) -> dict[str, Any]:
    row = {name: value for name, value in row.items() if value or name == "extra"}
    return row | ({"year": str(row["year"])} if "year" in row else {})


@pytest.mark.parametrize("format", REFERENCE)
def test_all_columns_come_back(format: str, tmp_path: Path) -> None:
    path = tmp_path / REFERENCE[format]
    export_papers(papers(PLAIN, NASTY, BARE), path)
    assert [comparable(row) for row in reload(path)] == [expected(row) for row in (PLAIN, NASTY, BARE)]


@pytest.mark.parametrize("format", TABLES)
def test_tables_come_back(format: str, tmp_path: Path) -> None:
    table = papers(PLAIN, {**NASTY, "keywords": ["one"]}, BARE)
    export_papers(table, tmp_path / TABLES[format])
    back = read_table(tmp_path / TABLES[format], "papers")
    if format == "csv":  # a list's separator inside an item is the one thing that CSV cannot keep
        table = papers({**PLAIN, "keywords": ["bias", "priors", "beliefs"]}, {**NASTY, "keywords": ["one"]}, BARE)
    pd.testing.assert_frame_equal(back, table)


# Any text at all, with what the formats find hard drawn often.
TEXT = st.text(max_size=60) | st.lists(
    st.sampled_from(
        [*"{}\\\"'%&$#_^~@,=;<>- \n\t\r\x0b\x0c\u2028\u00a0é\u0301", "bias", "TY  - ", "ER  - ", " and ", "@a{"]
    ),
    max_size=12,
).map("".join)
NAME = st.text(min_size=1, max_size=20) | st.sampled_from(
    ["Smith, Anna", "A and B", "and", "others", "O'Brien, P.", "{NASA}"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXT, lambda inner: st.lists(inner, max_size=2), max_leaves=4
)
ROW = st.fixed_dictionaries(
    {
        "paper_id": st.text(min_size=1, max_size=20).map(str.strip).filter(bool), "title": TEXT, "abstract": TEXT,
        "authors": st.lists(NAME, max_size=3), "year": st.none() | st.integers(1500, 2099), "venue": TEXT,
        "url": TEXT, "keywords": st.lists(NAME, max_size=2), "subjects": st.lists(NAME, max_size=2),
        "language": st.sampled_from(["", "en", "de"]),
        "extra": st.dictionaries(
            st.sampled_from("volume pages ENTRYTYPE TY VL N1 type M2 note".split()) | st.text(max_size=5),
            JSON,
            max_size=4,
        ).map(lambda d: json.dumps(d) if d else ""),
    }
)  # fmt: skip


@pytest.mark.parametrize("format", REFERENCE)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, min_size=1, max_size=3))
def test_any_text_comes_back(format: str, tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    path = tmp_path / REFERENCE[format]
    export_papers(papers(*rows), path)
    assert [comparable(row) for row in reload(path)] == [expected(row) for row in rows]


@given(st.text())
def test_tex_is_escaped_and_read_again(text: str) -> None:
    assert from_tex(to_tex(text)) == text
    assert not re.search(r"(?<!\\)[{}]", to_tex(text).replace("{}", ""))


def test_the_escaped_text_is_what_tex_prints() -> None:
    assert to_tex("50% of A_B & {C}") == r"50\% of A\_B \& \{C\}"


# --- what the files say ----------------------------------------------------------------------------------------------

SENSES = make_table(
    "senses",
    [
        {"mention_id": "a#title:0", "sense": "inductive", "stance": "describe"},
        {"mention_id": "a#abstract:10", "sense": "social", "stance": "mitigate"},
        {"mention_id": "b#x#abstract:4", "sense": "social", "stance": ""},
        {"mention_id": "c#title:1", "sense": "statistical", "abstained": True},
    ],
)
THREE = [
    {"paper_id": "a", "title": "Inductive bias", "keywords": ["priors"]},
    {"paper_id": "b#x", "title": "Gender bias"},
    {"paper_id": "c", "title": "No idea"},
]


def test_ris_as_zotero_reads_it(tmp_path: Path) -> None:
    export_papers(papers(*THREE), tmp_path / "x.ris", senses=SENSES)
    lines = (tmp_path / "x.ris").read_text("utf-8").splitlines()
    first = lines[: lines.index("ER  - ")]
    assert first[0] == "TY  - JOUR"
    assert [line[6:] for line in first if line.startswith("KW")] == [
        "priors", "bias stance: describe", "bias stance: mitigate", "bias: inductive", "bias: social",
    ]  # fmt: skip
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines if line)


def test_rispy_reads_the_same(tmp_path: Path) -> None:
    import rispy

    export_papers(papers(PLAIN), tmp_path / "x.ris")
    (entry,) = rispy.loads((tmp_path / "x.ris").read_text("utf-8"))
    assert entry["title"] == PLAIN["title"]
    assert entry["authors"] == PLAIN["authors"]
    assert entry["volume"] == "7"


def test_bibtexparser_reads_the_same(tmp_path: Path) -> None:
    import bibtexparser

    export_papers(papers(PLAIN, NASTY, {**BARE, "paper_id": "2502.10010~2"}), tmp_path / "x.bib", senses=SENSES)
    library = bibtexparser.parse_string((tmp_path / "x.bib").read_text("utf-8"))
    assert not library.failed_blocks
    assert [entry.key for entry in library.entries] == ["2502.10010", "nasty-key-with-things-2", "2502.10010-2"]
    assert library.entries[0]["author"] == "Smith, Anna and Lee Kim"
    assert library.entries[0].entry_type == "article"


def test_bibtex_says_the_doi_as_it_is_and_keeps_a_name_together(tmp_path: Path) -> None:
    row = {**BARE, "authors": ["Doe, Ann", "Barnes and Noble"], "doi": "10.1007/978-3-319-46448-0_2"}
    export_papers(papers(row), tmp_path / "x.bib")
    text = (tmp_path / "x.bib").read_text("utf-8")
    assert "doi = {10.1007/978-3-319-46448-0_2}" in text
    assert "author = {Doe, Ann and {Barnes and Noble}}" in text


def test_csl_json_has_people_and_dates(tmp_path: Path) -> None:
    export_papers(papers(PLAIN), tmp_path / "x.json", format="csl-json")
    (item,) = json.loads((tmp_path / "x.json").read_text("utf-8"))
    assert item["author"] == [{"family": "Smith", "given": "Anna"}, {"literal": "Lee Kim"}]
    assert item["issued"] == {"date-parts": [[2025]]}
    assert item["type"] == "article-journal"


@pytest.mark.parametrize(("sense", "kept"), [("social", ["a", "b#x"]), ("inductive", ["a"]), (None, ["a", "b#x", "c"])])
def test_only_the_papers_of_a_sense(sense: str | None, kept: list[str], tmp_path: Path) -> None:
    assert export_papers(papers(*THREE), tmp_path / "x.csv", senses=SENSES, sense=sense) == len(kept)
    assert read_table(tmp_path / "x.csv", "papers")["paper_id"].tolist() == kept


def test_the_mentions_say_whose_they_are(tmp_path: Path) -> None:
    mentions = make_table("mentions", [{"mention_id": "m1", "paper_id": "c"}])
    senses = make_table("senses", [{"mention_id": "m1", "sense": "social"}])
    export_papers(papers(*THREE), tmp_path / "x.csv", mentions=mentions, senses=senses, sense="social")
    assert read_table(tmp_path / "x.csv", "papers")["paper_id"].tolist() == ["c"]


@pytest.mark.parametrize("format", REFERENCE)
def test_load_papers_finds_everything_again(format: str, tmp_path: Path) -> None:
    from analysis.collection.load import load_papers

    table = papers(PLAIN, {**NASTY, "abstract": " ".join(NASTY["abstract"].split())})  # loading joins lines
    export_papers(table, tmp_path / REFERENCE[format])
    back = load_papers(tmp_path / REFERENCE[format]).papers
    compared = ["paper_id", "title", "abstract", "authors", "year", "venue", "doi", "url", "keywords", "subjects"]
    pd.testing.assert_frame_equal(back[compared], table[compared])
    assert list(map(json.loads, back["extra"])) == list(map(json.loads, table["extra"]))


def test_keywords_can_be_left_alone(tmp_path: Path) -> None:
    export_papers(papers(*THREE), tmp_path / "x.jsonl", senses=SENSES, keywords=False)
    assert read_table(tmp_path / "x.jsonl", "papers")["keywords"].tolist() == [["priors"], [], []]
    export_papers(papers(*THREE), tmp_path / "x.jsonl", senses=SENSES)
    assert read_table(tmp_path / "x.jsonl", "papers")["keywords"].tolist()[1] == ["bias: social"]


def test_the_keywords_of_senses_do_not_come_back_as_keywords(tmp_path: Path) -> None:
    export_papers(papers(*THREE), tmp_path / "x.bib", senses=SENSES)
    assert reload(tmp_path / "x.bib")[0]["keywords"] == ["priors"]


def test_a_correction_in_the_reference_manager_is_kept(tmp_path: Path) -> None:
    export_papers(papers(PLAIN), tmp_path / "x.ris")
    text = (tmp_path / "x.ris").read_text("utf-8").replace("Inductive bias of deep", "Inductive biases of deep")
    (tmp_path / "x.ris").write_text(text, "utf-8")
    assert reload(tmp_path / "x.ris")[0]["title"] == "Inductive biases of deep networks"


def test_a_damaged_note_leaves_the_record_as_the_file_has_it() -> None:
    note = note_of(make_table("papers", [PLAIN]).to_dict("records")[0], {})
    record = Record({"title": "T"}, {"N1": note[:40]})
    assert restored(record) is record


@pytest.mark.parametrize(
    ("path", "options", "message"),
    [
        ("x.pdf", {}, "cannot tell the format"),
        ("x.csv", {"format": "endnote"}, "none of csv, jsonl"),
        ("x.csv", {"sense": "social"}, "only where the senses table"),
        ("x.csv", {"sense": "political", "senses": SENSES}, "there are: inductive, social"),
    ],
)
def test_wrong_calls_say_what_to_do(path: str, options: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=message):
        export_papers(papers(*THREE), tmp_path / path, **options)
    assert list(tmp_path.iterdir()) == []


def test_a_format_given_wins_over_the_ending(tmp_path: Path) -> None:
    export_papers(papers(PLAIN), tmp_path / "list.txt", format="csv")
    assert (tmp_path / "list.txt").read_text("utf-8").startswith("paper_id,title,")
    assert [p.name for p in tmp_path.iterdir()] == ["list.txt"]
