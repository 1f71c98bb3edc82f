"""Scanning keeps the papers that loading would keep, and accounts for every record."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis import BadInput, load_papers, read_table
from analysis.cli import main
from analysis.mentions import scan
from analysis.mentions.find import mentioning

PAPERS = [
    {"id": "a", "title": "On bias", "abstract": "Nothing."},
    {"id": "b", "title": "On trees", "abstract": "They grow."},
    {"id": "c", "title": "BIASED coins", "abstract": "\u201cUnbiased\u201d ones, too."},
    {"id": "d", "title": "Tobias", "abstract": "A symbiosis of http://bias.org/x."},
    {"id": "e", "title": "Debias- ing", "abstract": "We de-\nbias."},
    {"id": "a", "title": "Another bias", "abstract": "With an id that came before."},
]
LINES = [json.dumps(paper, ensure_ascii=False) for paper in PAPERS]


def together(parts: list[scan.Scanned]) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    papers, audits = (
        pd.concat(tables, ignore_index=True) for tables in zip(*((p[0], p[1]) for p in parts), strict=True)
    )
    return papers, audits, sum(part.without for part in parts)


def test_lines_are_kept_as_if_all_were_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["", LINES[0], " \t", *LINES[1:4], '{"title": "A bias that ends', "", *LINES[4:], "", ""]
    (tmp_path / "x.jsonl").write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    whole = mentioning(load_papers(tmp_path / "x.jsonl", keep_duplicates=True).papers)
    assert whole["paper_id"].tolist() == ["a", "c", "e", "a~2"]
    for block, stretch in ((7, 1), (150, 1), (4 << 20, 1_000)):
        monkeypatch.setattr("analysis.collection.readers.json_records._BLOCK", block)
        monkeypatch.setattr("analysis.collection.readers.json_records._STRETCH", stretch)
        papers, audit, without = together(list(scan.scan_papers(tmp_path / "x.jsonl")))
        assert papers["paper_id"].tolist() == ["a", "c", "e", "a"]
        pd.testing.assert_frame_equal(papers.drop(columns="paper_id"), whole.drop(columns="paper_id"))
        # The places count lines that are not blank.
        assert audit[["record", "status"]].to_numpy().tolist() == [
            ["1", "kept"], ["3", "kept"], ["5", "unreadable"], ["6", "kept"], ["7", "kept"]
        ]  # fmt: skip
        assert without == 2


def test_processes_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.jsonl").write_text("\n".join(LINES * 30), "utf-8")
    monkeypatch.setattr("analysis.collection.readers.json_records._STRETCH", 25)
    one = together(list(scan.scan_papers(tmp_path / "x.jsonl")))
    monkeypatch.setattr(scan, "LARGE", 1)
    many = together(list(scan.scan_papers(tmp_path / "x.jsonl")))
    assert len(one[0]) == 4 * 30 and one[2] == many[2] == 2 * 30
    for table, same in zip(one[:2], many[:2], strict=True):
        pd.testing.assert_frame_equal(table, same)


def test_workers_are_given_one_stretch_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.jsonl").write_text("\n".join(LINES * 30), "utf-8")
    monkeypatch.setattr("analysis.collection.readers.json_records._BLOCK", 500)
    monkeypatch.setattr("analysis.collection.readers.json_records._STRETCH", 5)
    read = []
    lines_with = scan.lines_with
    monkeypatch.setattr(scan, "lines_with", lambda *given: (read.append(1) or lines for lines in lines_with(*given)))

    class Workers:
        @staticmethod
        def map(work, parts):
            return map(work, parts)

    parts = scan.scan_papers(tmp_path / "x.jsonl", cluster=Workers())
    first = next(parts)
    assert len(read) == 1 and len(first.papers) < 30
    papers, _, without = together([first, *parts])
    assert (len(papers), without) == (4 * 30, 2 * 30)


def test_several_papers_on_a_line_and_other_formats(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(f"{LINES[1]}\n[{LINES[0]}, {LINES[1]}]\n{LINES[2]}\n", "utf-8")
    papers, audit, without = together(list(scan.scan_papers(tmp_path / "x.jsonl")))
    assert (papers["record"].tolist(), without) == (["2", "3"], 2)
    (tmp_path / "y.csv").write_text("title,abstract\nOn bias,One.\nOn trees,Two.\n", "utf-8")
    papers, audit, without = together(list(scan.scan_papers(tmp_path / "y.csv")))
    assert (papers["title"].tolist(), audit["record"].tolist(), without) == (["On bias"], ["1"], 1)


def test_another_term_in_other_letters(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(json.dumps({"title": "Über naïveté", "abstract": "Naïveté."}) + "\n" + LINES[0])
    papers, _, without = together(list(scan.scan_papers(tmp_path / "x.jsonl", term="naïveté")))
    assert (len(papers), without) == (1, 1)


def test_the_command_accounts_for_every_record(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.jsonl").write_text("\n".join([*LINES, '{"title": "bias'] * 2), "utf-8")
    words = ["load", str(tmp_path / "x.jsonl"), "--mentioning", "bias", "--out"]
    assert main([*words, str(tmp_path / "out.parquet"), "--audit", str(tmp_path / "audit.csv")]) == 0
    assert "8 kept, 2 unreadable, 4 without the term" in capsys.readouterr().out
    audit = read_table(tmp_path / "audit.csv", "audit")
    assert audit["status"].value_counts().to_dict() == {"kept": 8, "unreadable": 2, "without the term": 1}
    assert audit["reason"].tolist()[-1] == "4 records"
    papers = load_papers(tmp_path / "out.parquet").papers
    assert len(papers) == 8 and papers["paper_id"].is_unique
    assert main([*words, str(tmp_path / "out.csv")]) == 2
    assert "use .parquet" in capsys.readouterr().err
    assert main([*words, str(tmp_path / "out.parquet"), "--duplicates", str(tmp_path / "d.csv")]) == 2
    assert "not merged" in capsys.readouterr().err


def test_a_file_of_no_papers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("nothing of a paper")
    with pytest.raises(BadInput, match=r"x\.txt"):
        list(scan.scan_papers(tmp_path / "x.txt"))
