"""The evidence table as a file: whole, readable, and nothing in it is run or breaks its format."""

import csv
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from evidence_tables import ORDER, Paper, fair_tables, tables
from openpyxl import load_workbook

from analysis.common.errors import BadInput
from analysis.common.tables import SCHEMAS, read_table
from analysis.findings.evidence_table import evidence
from analysis.report.evidence_files import ENDINGS, SHOWN, write_evidence

HOSTILE = "=HYPERLINK(1)|<script>x</script> [a](javascript:x) `b` & 5% _c_ {d} ~ ^ # $z \\input{/etc} \x07 bias"
NAMES = {"social": "Social & unfair", "inductive": "Inductive"}
KEYS = {"2502.10010": "2502.10010", "p": "p"}


@pytest.fixture
def fair():
    return evidence(**fair_tables(), order=ORDER)


@pytest.fixture
def hostile():
    paper = Paper("p", HOSTILE, f"{HOSTILE}. javascript:alert(1)")
    return evidence(
        **tables(
            [paper.mention("bias", "social", 0.9, "mitigate")],
            [paper.sentence(HOSTILE, "result")],
            quantities=[paper.quantity("javascript:alert(1)", "link", "javascript:alert(1)")],
            kinds=[paper.kind(HOSTILE, "social", HOSTILE)],
        ),
        order=ORDER,
    )


def written(table, folder, ending, **options):
    path = Path(folder) / f"table{ending}"
    assert write_evidence(table, path, names=NAMES, keys=KEYS, title="What papers say & more", **options) == sum(
        table["keep"]
    )
    return path


def docx_rows(path):
    return [[cell.text for cell in row.cells] for row in Document(path).tables[0].rows]


def test_every_format_has_every_row_and_says_what_is_empty(fair, tmp_path):
    heads = [heading for heading, _ in SHOWN.values()]
    social = [
        "Luo et al. 2024", "Social & unfair", "gender bias", "mitigate", "language models",
        "However, gender bias in language models remains a problem.", "FairTune", "BERT", "WinoBias",
        "accuracy; F1 score", "Gender bias falls by 12% and accuracy is 3.5 points higher.", "12%; 3.5 points; 0.81",
        "https://example.org/fairtune",
    ]  # fmt: skip
    rows = docx_rows(written(fair, tmp_path, ".docx"))
    assert rows[0] == heads
    assert rows[2] == social
    assert rows[1][1:5] == ["Inductive (unsure)", "none named", "exploit", "not said"]

    lines = written(fair, tmp_path, ".md").read_text("utf-8").splitlines()
    assert lines[2] == f"| {' | '.join(heads)} |"
    assert lines[5] == f"| {' | '.join(social)} |".replace("& unfair", "&amp; unfair")

    text = written(fair, tmp_path, ".tex").read_text("utf-8")
    row = [r"Luo et al. 2024 \cite{2502.10010}", r"Social \& unfair", *social[2:]]
    row[-1] = r"\url{https://example.org/fairtune}"
    assert " & ".join(row).replace("12%", r"12\%") + r" \\" in text.splitlines()
    assert "longtable" in text
    assert all(rule in text for rule in (r"\toprule", r"\midrule", r"\bottomrule", r"\label{tab:evidence}"))


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_spreadsheet_holds_all_columns_what_may_be_corrected_first(fair, tmp_path, ending):
    path = written(fair, tmp_path, ending)
    table = read_table(path) if ending == ".csv" else pd.read_excel(path, dtype=str, keep_default_na=False)
    assert list(table.columns[:3]) == ["keep", "citation", "sense"]
    assert sorted(table.columns) == sorted(SCHEMAS["evidence"])
    row = table.iloc[1]
    assert (row["keep"], row["unsure"], row["paper_id"], row["sense"]) == ("yes", "no", "2502.10010", "social")
    assert row["quantities"] == "12%; 3.5 points; 0.81"
    assert row["quantities_at"] == "abstract:180-183; abstract:200-210; abstract:235-239"
    assert table.iloc[0]["kinds"] == ""


def test_a_workbook_is_made_to_be_read(fair, tmp_path):
    sheet = load_workbook(written(fair, tmp_path, ".xlsx")).active
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, sheet.max_column).column_letter}3"
    columns = {cell.value: cell.column for cell in sheet[1]}
    link = sheet.cell(3, columns["links"])
    assert link.hyperlink.target == "https://example.org/fairtune"
    assert sheet.cell(3, columns["result"]).alignment.wrap_text
    assert sheet.column_dimensions[sheet.cell(1, columns["result"]).column_letter].width == 60


def test_dropped_rows_stay_in_spreadsheets_only(fair, tmp_path):
    fair.loc[0, "keep"] = False
    assert write_evidence(fair, tmp_path / "t.csv") == 2
    assert read_table(tmp_path / "t.csv")["keep"].tolist() == ["no", "yes"]
    assert len(docx_rows(written(fair, tmp_path, ".docx"))) == 2


def test_nothing_in_a_workbook_is_a_formula_or_a_link_to_a_script(hostile, tmp_path):
    sheet = load_workbook(written(hostile, tmp_path, ".xlsx")).active
    columns = {cell.value: cell.column for cell in sheet[1]}
    cell = sheet.cell(2, columns["result"])
    assert (cell.value, cell.data_type, cell.quotePrefix) == (HOSTILE.replace("\x07", ""), "s", True)
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)
    with written(hostile, tmp_path, ".csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not any(cell.startswith("=") for cell in cells)
    assert sum(cell.startswith("'=HYPERLINK") for cell in cells) == 5  # title, citation, result, kind and its name


def test_nothing_in_a_manuscript_is_markup(hostile, tmp_path):
    text = written(hostile, tmp_path, ".md").read_text("utf-8")
    row = text.splitlines()[-1]
    assert len(re.findall(r"(?<!\\)\|", row)) == len(SHOWN) + 1
    assert "<" not in row
    assert not re.search(r"(?<!\\)[\[\]`*_{}#~^$]", row)

    text = written(hostile, tmp_path, ".tex").read_text("utf-8")
    body = text[text.index(r"\endlastfoot") + 13 : text.index(r"\end{longtable}")].strip()
    assert body.endswith(r" \\")
    plain = re.sub(r"\\cite\{p\}|\\text\w+\{\}|\\[%&$#_{}]", "", body[:-3])
    assert plain.count("&") == len(SHOWN) - 1
    assert not re.search(r"[\\%$#_{}~^]", plain)

    (_, row) = docx_rows(written(hostile, tmp_path, ".docx"))
    assert row[10] == " ".join(HOSTILE.replace("\x07", "").split())


def test_latex_in_a_text_is_readable_in_a_manuscript(tmp_path):
    paper = Paper("p", "T", "The bias falls by 0.12\\% to $10^{-5}$.")
    found = tables([paper.mention("bias", "social")], [paper.sentence(paper.texts["abstract"], "result")])
    table = evidence(**found, order=ORDER)
    assert docx_rows(written(table, tmp_path, ".docx"))[1][10] == "The bias falls by 0.12% to 10\u207b\u2075."
    assert read_table(written(table, tmp_path, ".csv"))["result"][0] == paper.texts["abstract"]


def test_a_row_of_latex_never_begins_with_an_option(tmp_path):
    paper = Paper("p", "[Retracted] A bias")
    table = evidence(**tables([paper.mention("bias", "social")]), order=ORDER)
    assert r"{}[Retracted] A bias \cite{p} &" in written(table, tmp_path, ".tex").read_text("utf-8")


def test_a_document_is_landscape_and_repeats_its_header(fair, tmp_path):
    document = Document(written(fair, tmp_path, ".docx"))
    section = document.sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert section.page_width > section.page_height
    assert document.paragraphs[0].text == "What papers say & more"
    header = document.tables[0].rows[0]._tr
    assert header.xpath("./w:trPr/w:tblHeader")


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_table_makes_the_same_bytes_and_no_rows_make_a_header(fair, tmp_path, ending, monkeypatch):
    one = written(fair, tmp_path, ending).read_bytes()
    monkeypatch.setattr("time.time", lambda: 2e9)
    assert written(fair, tmp_path, ending).read_bytes() == one
    path = written(fair.iloc[:0], tmp_path, ending)
    assert path.stat().st_size > 0
    if ending in (".xlsx", ".docx"):
        assert zipfile.ZipFile(path).testzip() is None


def test_another_ending_is_refused(fair, tmp_path):
    with pytest.raises(BadInput, match=r"'\.pdf'; use \.xlsx, \.csv, \.tex, \.md or \.docx"):
        write_evidence(fair, tmp_path / "t.pdf")
    assert not list(tmp_path.iterdir())
