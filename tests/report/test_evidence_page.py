"""The page of all evidence holds the table, the papers and their marks as data that its script reads."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup
from small_study import FORMULA, MENTIONS, PAPERS, make_study

from analysis.common.links import parse_place
from analysis.report.evidence_page import evidence_csv, evidence_page
from analysis.report.page import Page


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    start = PAPERS[0]["abstract"].index("A bias term helps.")
    sentence = {"paper_id": "2502.10010", "field": "abstract", "start": start, "end": start + 18, "role": "result"}
    return make_study(tmp_path_factory.mktemp("page") / "study", PAPERS, MENTIONS, sentences=[sentence])


@pytest.fixture(scope="module")
def html(study) -> str:
    return evidence_page(study, Page("evidence.html", "All evidence", wide=True, extra={"csv": "1 KB"}))


def rows(columns):
    columns = {
        name: values if isinstance(values, list) else [values["of"][i] for i in values["which"]]
        for name, values in columns.items()
    }
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def test_every_cell_is_cut_from_its_paper(html):
    data = json.loads(BeautifulSoup(html, "html.parser").find(id="evidence-data").string)
    papers, table = rows(data["papers"]), rows(data["rows"])
    texts = {(row["paper"], data["senses"][row["sense"]]["id"]): [] for row in table}
    for cell in rows(data["cells"]):
        row = table[cell["row"]]
        text = papers[row["paper"]][cell["field"]][cell["start"] : cell["end"]]
        texts[row["paper"], data["senses"][row["sense"]]["id"]].append((cell["column"], text))
    assert ("result", "A bias term helps.") in texts[0, "parameter"]


def test_no_text_ends_the_script_or_runs_an_address(html):
    page = BeautifulSoup(html, "html.parser")
    assert "</script><b>" not in page.find(id="evidence-data").string.replace("\\u003c", "")
    data = json.loads(page.find(id="evidence-data").string)
    assert [paper["url"] for paper in rows(data["papers"])] == ["https://example.org/1", ""]


def test_marks_name_what_they_are(html):
    spans = rows(json.loads(BeautifulSoup(html, "html.parser").find(id="evidence-spans").string))
    assert {span["what"] for span in spans} == {"sentence", "mention"}
    assert [span["name"] for span in spans if span["what"] == "sentence"] == ["result"]
    assert len([span for span in spans if span["what"] == "mention"]) == len(MENTIONS)


def test_the_file_beside_it_is_safe_in_a_spreadsheet(study):
    text = evidence_csv(study).decode()
    assert text.startswith(("paper_id", "keep", "citation")) and f"\n{FORMULA}" not in text


@pytest.mark.parametrize(
    ("place", "parts"), [("abstract:12-40", ("abstract", 12, 40)), ("title:0-4", ("title", 0, 4)), ("", ("", 0, 0))]
)
def test_places(place, parts):
    assert parse_place(place) == parts
