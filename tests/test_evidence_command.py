"""bias-senses evidence: out to a file, corrected by a person, and honoured on the next run."""

import csv

import pandas as pd
import pytest
from any_collection import kinds, study_of
from hypothesis import given, settings
from openpyxl import load_workbook

from analysis import findings, open_study, read_study
from analysis.cli import main
from analysis.common.errors import BadInput
from analysis.common.hashes import file_hash
from analysis.evidence.corrections import read_changes
from analysis.findings.evidence_table import LISTS, SINGLES
from analysis.report.evidence_files import ENDINGS, write_evidence
from analysis.report.facts import provenance

PAPERS = (
    '{"id": "2502.10010", "title": "FairTune: less gender bias", "year": 2024, "authors": ["Yun Luo", "B C", "D E"], '
    '"abstract": "Language models have gender bias. We propose FairTune, which fine-tunes BERT. '
    'Gender bias falls by 12%."}\n'
    '{"id": "2", "title": "Trees", "abstract": "We study the inductive bias of trees. Accuracy is 3% higher."}\n'
)


@pytest.fixture
def call(capsys, tmp_path, monkeypatch):
    """Run the command with the papers of this module in an empty folder; returns exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "papers.jsonl").write_text(PAPERS, "utf-8")

    def run(out, *arguments, study="bias.study"):
        code = main(["evidence", "papers.jsonl", "--out", out, "--study", study, *arguments])
        told, failed = capsys.readouterr()
        return code, told, [line for line in failed.splitlines() if " done in " not in line]

    return run


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def correct(path, paper_id, **cells):
    """Change cells of a workbook's row, by hand as it were."""
    workbook = load_workbook(path)
    sheet = workbook.active
    column = {cell.value: cell.column for cell in sheet[1]}
    (row,) = (row for row in range(2, sheet.max_row + 1) if sheet.cell(row, column["paper_id"]).value == paper_id)
    for name, value in cells.items():
        sheet.cell(row, column[name]).value = value
    workbook.save(path)
    return row


def test_a_corrected_table_beside_the_study_is_honoured(call, tmp_path):
    code, told, _ = call("evidence.xlsx")
    assert (code, told) == (0, "2 rows: evidence.xlsx\n")
    assert call("before.csv")[1] == "2 rows: before.csv\n"
    correct("evidence.xlsx", "2502.10010", own="FairTune 2", materials="BERT; my data")
    code, told, _ = call("after.csv")
    assert (code, told) == (0, "2 rows: after.csv; 2 corrected cells\n")
    before, after = rows_of("before.csv"), rows_of("after.csv")
    changed = {(b["paper_id"], name) for b, a in zip(before, after, strict=True) for name in b if b[name] != a[name]}
    beside = {"corrected", "own_at", "materials_at", "materials_name"}
    assert changed - {("2502.10010", name) for name in beside} == {("2502.10010", "own"), ("2502.10010", "materials")}
    (row,) = (row for row in after if row["paper_id"] == "2502.10010")
    assert (row["own"], row["materials"], row["corrected"]) == ("FairTune 2", "BERT; my data", "own; materials")

    study = read_study(tmp_path / "bias.study")
    assert study.manifest["evidence"] == file_hash(tmp_path / "evidence.xlsx")
    assert f"evidence: corrected by sha256 {study.manifest['evidence']}" in dict(provenance(study))["Parameters"]
    table = findings.evidence(study).set_index("paper_id")
    assert table.loc["2502.10010", "corrected"] == ["own", "materials"]
    assert study.only(["2"]).corrections.empty

    # written over itself, the file keeps what was corrected
    assert call("evidence.xlsx")[1] == "2 rows: evidence.xlsx; 2 corrected cells\n"
    assert call("again.csv")[1] == "2 rows: again.csv; 2 corrected cells\n"
    assert rows_of("again.csv") == after
    (tmp_path / "evidence.xlsx").unlink()
    assert call("without.csv")[0] == 0
    assert rows_of("without.csv") == before
    assert read_study(tmp_path / "bias.study").manifest["evidence"] == ""


def test_a_dropped_row_goes_and_stays_in_the_spreadsheet(call, tmp_path):
    call("evidence.xlsx")
    correct("evidence.xlsx", "2", keep="no")
    assert call("t.csv")[1] == "2 rows: t.csv; 1 dropped row\n"
    assert [row["keep"] for row in rows_of("t.csv") if row["paper_id"] == "2"] == ["no"]
    assert call("t.md")[1] == "1 row: t.md; 1 dropped row\n"
    assert findings.evidence(read_study(tmp_path / "bias.study"))["paper_id"].tolist() == ["2502.10010"]


def test_a_corrected_file_is_given_by_name_and_not_replaced_without(call):
    call("mine.xlsx")
    correct("mine.xlsx", "2", own="Mine")
    code, _, failed = call("mine.xlsx")
    assert code == 2
    assert failed == [
        "bias-senses: mine.xlsx: holds corrections; give it as --evidence mine.xlsx, or choose another file"
    ]
    assert call("mine.xlsx", "--evidence", "mine.xlsx")[1] == "2 rows: mine.xlsx; 1 corrected cell\n"


def test_what_cannot_be_used_is_one_line(call, tmp_path):
    code, _, failed = call("t.pdf")
    assert (code, len(failed)) == (2, 1)
    assert "use .xlsx, .csv, .tex, .md or .docx" in failed[0]
    assert not (tmp_path / "bias.study").exists()
    call("evidence.csv")
    call("evidence.xlsx", study="other/bias.study")
    code, _, failed = call("t.csv")
    assert (code, len(failed)) == (2, 1)
    assert "both may hold corrections" in failed[0]
    (tmp_path / "evidence.csv").unlink()
    row = correct("evidence.xlsx", "2", sense="data")
    code, _, failed = call("t.csv")
    assert code == 2
    assert failed == [
        f"bias-senses: evidence.xlsx: row {row}: sense was changed from 'inductive'; which sense a mention has is said "
        "in reviews.csv, not here"
    ]


def test_a_correction_of_a_row_that_is_no_more_is_told_and_kept_in_its_file(call):
    call("evidence.xlsx")
    row = correct("evidence.xlsx", "2", own="Mine")
    place = {"paper_id": "2", "field": "abstract", "start": 23, "end": 27, "surface": "bias"}
    pd.DataFrame([{"action": "label", **place, "sense": "data", "to": "", "stance": ""}]).to_csv("reviews.csv")
    assert call("t.csv")[1] == f"2 rows: t.csv; what was corrected in row {row} has no row any more\n"
    code, _, failed = call("evidence.xlsx")
    assert (code, len(failed)) == (2, 1)
    assert f"row {row} corrects what is no more" in failed[0]


def test_a_term_that_is_nowhere_leaves_only_headers(call):
    for name in ("t.csv", "t.xlsx", "t.tex", "t.md", "t.docx"):
        code, told, _ = call(name, "--term", "zeugma")
        assert code == 0
        assert told.endswith(f"no rows: {name}\n")


def test_every_cell_of_the_bundled_study_is_verbatim(seed_study):
    table = findings.evidence(seed_study)
    texts = seed_study.papers.set_index("paper_id")
    assert set(table["paper_id"]) == set(seed_study.readings.loc[seed_study.readings["sense"] != "unclear", "paper_id"])
    for row in table.to_dict("records"):
        for column in (*SINGLES, *LISTS):
            items = row[column] if column in LISTS else [row[column]] * bool(row[column])
            spans = [place.replace(":", "-").split("-") for place in row[f"{column}_at"]]
            assert [texts.loc[row["paper_id"], field][int(a) : int(b)] for field, a, b in spans] == items, row


@given(kinds())
@settings(max_examples=12)
def test_any_collection_has_its_evidence_in_every_format(tmp_path_factory, kind):
    folder = tmp_path_factory.mktemp("any")
    study = study_of(kind, folder / "any.study")
    table = findings.evidence(study)
    sure = study.readings[study.readings["sense"] != "unclear"]
    assert len(table) == len(sure[["paper_id", "sense"]].drop_duplicates())
    for ending in ENDINGS:
        assert write_evidence(table, folder / f"t{ending}") == len(table)
    for ending in (".csv", ".xlsx"):
        assert read_changes(folder / f"t{ending}") == []


def test_a_corrected_file_that_is_absent(tmp_path):
    (tmp_path / "papers.jsonl").write_text(PAPERS, "utf-8")
    with pytest.raises(BadInput, match=r"absent\.csv: cannot be read"):
        open_study(tmp_path / "papers.jsonl", folder=tmp_path / "bias.study", evidence=tmp_path / "absent.csv")
