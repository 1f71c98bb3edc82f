"""Tables keep what they are given: types, ids, lists, signs that spreadsheets would run; files are whole or old."""

from __future__ import annotations

import errno
import os
from collections import namedtuple
from pathlib import Path

import pandas as pd
import pytest

from analysis import BadInput, read_table, write_table
from analysis.common.tables import SCHEMAS, Rows, check_table, make_table, replacing

ODD = [
    "=1+1", "+1", "-1", "@x", "\tx", "'=x", "'", "a; b", 'say "so", twice', "two\nlines", "two\rlines", "\rx", " ", "",
    "naïve 😀", "plain",
]  # fmt: skip


def test_absent_columns_get_their_empty_value() -> None:
    table = make_table("papers", [{"paper_id": "2502.10010", "year": 2025}, {"paper_id": "x"}])
    assert list(table.columns) == list(SCHEMAS["papers"])
    assert table["paper_id"].tolist() == ["2502.10010", "x"]
    assert table["title"].tolist() == ["", ""]
    assert table["authors"].tolist() == [[], []]
    assert table["year"].isna().tolist() == [False, True]
    assert str(table["year"].dtype) == "Int64"


def test_lists_of_a_table_are_its_own_and_texts_are_texts() -> None:
    authors = ["Ada", 1815]
    table = make_table("papers", [{"paper_id": "a", "title": "T", "authors": authors}, {"paper_id": 7, "title": None}])
    authors.append("Bo")
    assert table["authors"].tolist() == [["Ada", "1815"], []]
    assert table["paper_id"].tolist() == ["a", "7"]
    assert table["title"].tolist() == ["T", ""]
    assert {str(table[column].dtype) for column in ("paper_id", "title", "venue")} == {"str"}


def test_rows_added_one_by_one_are_the_table_made_at_once() -> None:
    Row = namedtuple("Row", ["title", *(column for column in SCHEMAS["papers"] if column != "title")])
    empty = dict.fromkeys(SCHEMAS["papers"], "") | {"authors": None, "keywords": None, "subjects": ["a"], "year": None}
    rows = [
        empty | {"paper_id": str(k), "title": f"Títle {k}", "year": 2000 + k % 9 if k % 7 else None}
        for k in range(5000)
    ]
    growing = Rows("papers")
    for row in rows:
        growing.add(Row(**row))
    assert len(growing) == 5000
    pd.testing.assert_frame_equal(growing.table(), make_table("papers", rows))
    pd.testing.assert_frame_equal(Rows("papers").table(), make_table("papers"))


def test_an_unknown_table_is_an_error() -> None:
    with pytest.raises(KeyError):
        make_table("nonsense")


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_what_is_written_is_read_back(tmp_path: Path, ending: str) -> None:
    table = make_table(
        "papers",
        [
            {"paper_id": text or "empty", "title": text, "authors": ["Ada, A.", "Bo"], "year": 1999 + i if i else None}
            for i, text in enumerate(ODD)
        ],
    )
    path = tmp_path / f"papers.{ending}"
    write_table(table, path)
    pd.testing.assert_frame_equal(read_table(path, "papers"), table)


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_numbers_and_flags_keep_their_types(tmp_path: Path, ending: str) -> None:
    table = make_table(
        "senses",
        [
            {"mention_id": "1#title:0", "sense": "social", "confidence": 0.1 + 0.2, "abstained": True, "topic": -1},
            {"mention_id": "2#title:0", "sense": "data", "confidence": 1.0, "reviewed": True, "topic": 3},
        ],
    )
    path = tmp_path / f"senses.{ending}"
    write_table(table, path)
    back = read_table(path, "senses")
    assert back.dtypes.tolist() == table.dtypes.tolist()
    assert back["confidence"].round(12).tolist() == [0.3, 1.0]
    assert back[["abstained", "reviewed", "topic"]].values.tolist() == [[True, False, -1], [False, True, 3]]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_an_empty_table_has_its_header(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"mentions.{ending}"
    write_table(make_table("mentions"), path)
    back = read_table(path, "mentions")
    assert len(back) == 0
    assert list(back.columns) == list(SCHEMAS["mentions"])


def test_no_cell_of_a_csv_is_a_formula(tmp_path: Path) -> None:
    write_table(pd.DataFrame({"text": ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)"]}), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == "text\n'=HYPERLINK(1)\n'+1\n'-1\n'@SUM(1)\n"


def test_other_endings_and_absent_or_broken_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"'\.pdf'; use \.csv, .* or \.docx$"):
        write_table(pd.DataFrame(), tmp_path / "t.pdf")
    with pytest.raises(BadInput, match="no such file"):
        read_table(tmp_path / "absent.csv")
    (tmp_path / "broken.parquet").write_bytes(b"not parquet")
    with pytest.raises(BadInput, match=r"broken\.parquet: not a readable table"):
        read_table(tmp_path / "broken.parquet")
    (tmp_path / "broken.jsonl").write_text("{")
    with pytest.raises(BadInput, match="not a readable table"):
        read_table(tmp_path / "broken.jsonl")


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("old")
    with pytest.raises(RuntimeError), replacing(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["t.csv"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="choose another place"):
        write_table(pd.DataFrame({"a": [1]}), tmp_path / "file" / "t.csv")


def test_missing_columns_are_named_together() -> None:
    with pytest.raises(BadInput, match="the papers table lacks the columns title, abstract"):
        check_table(pd.DataFrame({"paper_id": []}), "papers", needs=("paper_id", "title", "abstract"))


def test_a_full_disk_is_one_line_and_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("old")
    with pytest.raises(BadInput, match=r"t\.csv: cannot be written \(No space left on device\)"), replacing(path):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert [p.name for p in tmp_path.iterdir()] == ["t.csv"] and path.read_text() == "old"


@pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody remove an open file")
def test_what_a_killed_run_left_goes_and_what_another_run_writes_stays(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.delenv("BIAS_SENSES_QUIET", raising=False)
    path = tmp_path / "t.csv"
    (tmp_path / ".t.abcd1234.unfinished.csv").write_text("left")
    (tmp_path / ".t.original.csv").write_text("mine")
    with replacing(path) as one:
        one.write_text("1")
        with replacing(path) as two:
            two.write_text("2")
        assert one.read_text() == "1"
    assert capsys.readouterr().err == f"bias-senses: {path}: removed what an interrupted run left beside it\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == [".t.original.csv", "t.csv"] and path.read_text() == "1"
