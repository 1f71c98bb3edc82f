"""Any table as a workbook or for a manuscript: whole, typed or rounded, and nothing in it is markup or a formula."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from openpyxl import load_workbook

from analysis import BadInput, write_table
from analysis.common import documents
from analysis.common.tables import ENDINGS

HOSTILE = "=1+1|<b>x</b> [a](b) `c` & 5% d_e {f} ~ ^ # $g \\input{h}\x07\nnew"
SHARES = pd.DataFrame(
    {
        "sense": ["social", "a & b"],
        "share": [0.25, 1 / 3],
        "papers": pd.array([1200, None], dtype="Int64"),
        "year": [2021, 2022],
        "kinds": [["x", "y"], []],
        "sure": [True, False],
    }
)


def rows_of(path: Path) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in Document(str(path)).tables[0].rows]


def test_latex_has_booktabs_rules_a_caption_and_numbers_at_the_right(tmp_path: Path) -> None:
    write_table(SHARES, tmp_path / "my shares.tex", title="Shares of 5%")
    text = (tmp_path / "my shares.tex").read_text("utf-8")
    assert r"\begin{longtable}{lrrrll}" in text
    assert r"\caption{Shares of 5\%} \label{tab:my-shares}" in text
    assert [rule in text for rule in (r"\toprule", r"\midrule", r"\bottomrule")] == [True] * 3
    assert r"social & 0.250 & 1,200 & 2021 & x; y & yes \\" in text
    assert r"a \& b & 0.333 &  & 2022 &  & no \\" in text
    assert "landscape" not in text.partition("\n")[2]


def test_a_long_text_folds_and_several_turn_the_page(tmp_path: Path) -> None:
    write_table(pd.DataFrame({"text": ["word " * 40], "n": [1]}), tmp_path / "t.tex")
    text = (tmp_path / "t.tex").read_text("utf-8")
    assert text.count(r"p{\dimexpr") == 2 and r"\begin{landscape}" not in text
    write_table(pd.DataFrame({"text": ["word " * 40], "more": ["word " * 40], "n": [1]}), tmp_path / "t.tex")
    text = (tmp_path / "t.tex").read_text("utf-8")
    assert text.count(r"\begin{landscape}") == text.count(r"\end{landscape}") == 1
    shares = [float(share) for share in re.findall(r"\\dimexpr([\d.]+)\\linewidth", text)]
    assert len(shares) == 3 and sum(shares) == pytest.approx(1, abs=1e-3) and shares[0] == shares[1] > shares[2]


def test_markdown_is_a_pipe_table(tmp_path: Path) -> None:
    write_table(SHARES.iloc[:, :4], tmp_path / "t.md", title="Shares")
    assert (tmp_path / "t.md").read_text("utf-8").splitlines() == [
        "**Shares**",
        "",
        "| sense | share | papers | year |",
        "|---|--:|--:|--:|",
        "| social | 0.250 | 1,200 | 2021 |",
        "| a &amp; b | 0.333 |  | 2022 |",
    ]


def test_a_workbook_holds_the_values_themselves(tmp_path: Path) -> None:
    write_table(SHARES, tmp_path / "shares.xlsx")
    sheet = load_workbook(tmp_path / "shares.xlsx").active
    rows = list(sheet.values)
    assert rows[0] == tuple(SHARES.columns)
    assert rows[1] == ("social", 0.25, 1200, 2021, "x; y", True)
    assert rows[2][:4] == ("a & b", pytest.approx(1 / 3), None, 2022) and rows[2][5] is False
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("shares", "A2", "A1:F3")


def test_a_document_has_title_header_and_rows(tmp_path: Path) -> None:
    write_table(SHARES, tmp_path / "t.docx", title="Shares")
    document = Document(str(tmp_path / "t.docx"))
    assert document.paragraphs[0].text == "Shares"
    assert document.sections[0].orientation == WD_ORIENT.PORTRAIT
    assert rows_of(tmp_path / "t.docx") == [
        ["sense", "share", "papers", "year", "kinds", "sure"],
        ["social", "0.250", "1,200", "2021", "x; y", "yes"],
        ["a & b", "0.333", "", "2022", "", "no"],
    ]
    assert document.tables[0].rows[0]._tr.xpath("./w:trPr/w:tblHeader")


def test_nothing_in_a_table_is_markup_or_a_formula(tmp_path: Path) -> None:
    frame = pd.DataFrame({"=evil_|": [HOSTILE], "b": ["*"]})
    for ending in ENDINGS:
        write_table(frame, tmp_path / f"t{ending}", title=HOSTILE)
    sheet = load_workbook(tmp_path / "t.xlsx").active
    assert [(cell.value, cell.data_type) for row in sheet.iter_rows() for cell in row] == [
        ("=evil_|", "s"), ("b", "s"), (HOSTILE.replace("\x07", ""), "s"), ("*", "s"),
    ]  # fmt: skip
    lines = (tmp_path / "t.md").read_text("utf-8").splitlines()
    assert [len(re.findall(r"(?<!\\)\|", line)) for line in lines] == [0, 0, 3, 3, 3]
    assert not any(re.search(r"<|(?<!\\)[\[\]`_{}#~^$]", line) for line in lines)
    text = (tmp_path / "t.tex").read_text("utf-8")
    assert r"\textbackslash{}input\{h\}" in text and not re.search(r"\\input|(?<!\\)[$#~^]", text)
    assert rows_of(tmp_path / "t.docx")[1][0] == " ".join(HOSTILE.replace("\x07", "").split())


@pytest.mark.parametrize("ending", [".xlsx", ".tex", ".md", ".docx"])
def test_the_same_table_makes_the_same_bytes_and_no_rows_make_a_header(
    tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"t{ending}"
    write_table(SHARES, path)
    one = path.read_bytes()
    monkeypatch.setattr("time.time", lambda: 2e9)
    write_table(SHARES, path)
    assert path.read_bytes() == one
    write_table(SHARES.iloc[:0], path)
    inside = zipfile.ZipFile(path) if ending in (".xlsx", ".docx") else None
    header = [inside.read(name) for name in inside.namelist()] if inside else [path.read_bytes()]
    assert any(b"sense" in part for part in header) and not any(b"social" in part for part in header)
    write_table(pd.DataFrame(), path)
    assert path.stat().st_size


def test_what_a_sheet_has_no_room_for_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.xlsx"
    with pytest.raises(
        BadInput, match=r"t.xlsx: a cell of Excel holds 32,767 characters and a text has 40,000; use \.csv"
    ):
        write_table(pd.DataFrame({"a": ["x" * 40_000]}), path)
    monkeypatch.setattr(documents, "MOST_ROWS", 1)
    with pytest.raises(BadInput, match=r"a sheet of Excel holds 1 rows and the table has 2; use \.csv"):
        write_table(SHARES, path)
    assert not list(tmp_path.iterdir())
    write_table(pd.DataFrame({"a": [float("nan")], "b": [float("inf")]}), path)
    assert list(load_workbook(path).active.values)[1] == (None, "inf")
