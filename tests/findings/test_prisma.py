"""The flow of records as PRISMA 2020 and its template have it, and the search as PRISMA-S asks for it."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from analysis import load_papers, write_table
from analysis.charts.figure import Figure
from analysis.charts.flow import prisma_figure
from analysis.charts.style import COLUMN, PAGE
from analysis.collection import record_flow
from analysis.collection.fetch import search_of
from analysis.findings.prisma_report import known_boxes, prisma, search_report, searches
from analysis.mentions.find import find_mentions
from analysis.study.steps import _inputs

# The names in the column "data" of the template that the R package PRISMA2020 ships (inst/extdata/PRISMA.csv).
TEMPLATE = """NA previous_studies previous_reports NA database_results database_specific_results register_results
register_specific_results NA website_results organisation_results citations_results duplicates excluded_automatic
excluded_other records_screened records_excluded dbr_sought_reports dbr_notretrieved_reports other_sought_reports
other_notretrieved_reports dbr_assessed dbr_excluded other_assessed other_excluded new_studies new_reports
total_studies total_reports identification screening included""".split()

RIS = """TY  - JOUR
TI  - Gender bias in hiring
AB  - We measure gender bias.
DO  - 10.1000/a
ER  -
TY  - JOUR
TI  - Trees of the north
AB  - They grow slowly.
ER  -
"""
BIB = """@article{a, title={Gender bias in hiring}, abstract={We measure gender bias.}, doi={10.1000/a}}
@article{b, title={The bias term}, abstract={Only the bias term is tuned.}}
"""


@pytest.fixture(scope="module")
def flow(tmp_path_factory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("exports")
    (folder / "one.ris").write_text(RIS)
    (folder / "two; 'x'.bib").write_text(BIB)
    found = load_papers(folder / "one.ris", folder / "two; 'x'.bib")
    return record_flow(found, find_mentions(found.papers))


def as_r_reads_it(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_record_is_in_one_box(flow) -> None:
    n = known_boxes(prisma(flow, "bias"))
    # four records: one duplicate, one without the term, two papers that use it
    assert n == {
        "database_results": 4, "duplicates": 1, "excluded_automatic": 1, "excluded_other": 0, "records_screened": 2,
    }  # fmt: skip
    removed = n["duplicates"] + n["excluded_automatic"] + n["excluded_other"]
    assert n["database_results"] == removed + n["records_screened"]


def test_the_csv_is_the_template(flow, tmp_path: Path) -> None:
    write_table(prisma(flow, "bi'as; <x>"), tmp_path / "prisma.csv")
    rows = as_r_reads_it(tmp_path / "prisma.csv")
    assert list(rows[0]) == ["data", "node", "box", "description", "boxtext", "tooltips", "url", "n"]
    assert [row["data"] for row in rows][: len(TEMPLATE)] == TEMPLATE
    by_name = {row["data"]: row for row in rows}
    assert {data for data, row in by_name.items() if row["n"] == "NA"} == {
        data for data in by_name
        if re.match("previous|register|website|organisation|citations|dbr|other|new|total|records_excluded", data)
    }  # fmt: skip
    # the package splits this cell at semicolons, and each part at its first comma
    parts = [part.split(",") for part in by_name["database_specific_results"]["n"].split(";")]
    assert [(name.strip(), int(n)) for name, n in parts] == [("one.ris", 2), ("two x .bib", 2)]
    assert by_name["excluded_automatic"]["boxtext"].endswith("(no bi as x in title or abstract)")
    # the package finds a row by a pattern, and takes the first: each must be found by its own name alone
    for data in by_name:
        pattern = data + "$" if data in ("total_studies", "total_reports") else data
        assert data == "NA" or [row["data"] for row in rows if re.search(pattern, row["data"])] == [data]


def test_a_person_who_left_papers_out_is_in_the_numbers(flow) -> None:
    assert known_boxes(prisma(flow, "bias", screened_out=1))["records_excluded"] == 1
    assert "records_excluded" not in known_boxes(prisma(flow, "bias"))


def drawn(figure: Figure, width: float) -> str:
    """The words of a chart, as they stand in its boxes."""
    from matplotlib.figure import Figure as Canvas

    axes = Canvas(figsize=(width, 4)).add_subplot()
    figure.plot(axes, figure.drawn, **figure.options)
    return " ".join(" ".join(text.get_text().split()) for text in axes.texts).replace("\u00a0", " ")


@pytest.mark.parametrize("width", [PAGE, COLUMN])
def test_the_diagram_has_the_boxes_that_there_is_something_to_say_in(flow, width: float) -> None:
    figure = prisma_figure(prisma(flow, "bias", screened_out=1), flow, "bias")
    words = drawn(figure, width)
    for told in (
        "Records identified from databases (n = 4):", "one.ris (n = 2)", "Duplicate records (n = 1)",
        "automation tools (no “bias” in title or abstract) (n = 1)", "Records removed for other reasons (n = 0)",
        "Records screened (n = 2)", "Records excluded (n = 1)", "Mentions of “bias” (n = 4)",
    ):  # fmt: skip
        assert told in words
    assert "retriev" not in words and "eligibility" not in words and "Included" not in words
    assert "Records excluded" not in drawn(prisma_figure(prisma(flow, "bias"), flow, "bias"), width)
    assert figure.render("svg", width=width) == figure.render("svg", width=width)


def test_one_record_is_told_as_one(tmp_path: Path) -> None:
    (tmp_path / "one.bib").write_text(BIB.splitlines()[0])
    found = load_papers(tmp_path / "one.bib")
    flow = record_flow(found, find_mentions(found.papers))
    told = prisma_figure(prisma(flow, "bias"), flow, "bias").alt
    assert "From 1 source, 1 record is kept (set aside: none); 1 uses the term, in 2 mentions." in told


def test_without_a_record_there_is_no_diagram(flow) -> None:
    figure = prisma_figure(prisma(flow.iloc[:0], "bias"), flow.iloc[:0], "bias")
    assert figure.instead == "No record was read, so there is no flow to show."


STATE = {
    "service": "arxiv", "query": 'abs:"inductive bias"', "ids_sha256": "", "started": "2026-03-01T10:00:00+00:00",
    "updated": "2026-03-04T10:00:00+00:00", "papers": 120, "cursor": "120", "complete": False, "missing": {},
}  # fmt: skip
NO_DUPLICATES = pd.DataFrame({"paper_id": [], "decision": []}, dtype="str")


def test_a_fetched_file_tells_its_search(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("")
    assert search_of(tmp_path / "a.jsonl") == {}
    (tmp_path / "a.jsonl.provenance.json").write_text(json.dumps(STATE))
    found = search_of(tmp_path / "a.jsonl")
    assert found == {
        "service": "arxiv", "query": 'abs:"inductive bias"', "started": "2026-03-01T10:00:00+00:00",
        "updated": "2026-03-04T10:00:00+00:00", "complete": False, "ids": 0,
    }  # fmt: skip
    row = searches([{"source": "a.jsonl", "records": 120, "search": found}]).to_dict("records")[0]
    assert row == {
        "source": "a.jsonl", "records": 120, "database": "arXiv", "platform": "arXiv API",
        "query": 'abs:"inductive bias"', "started": "2026-03-01", "ended": "2026-03-04", "whole": "no",
    }  # fmt: skip
    assert _inputs([tmp_path / "a.jsonl"])[0]["search"] == found  # so a study has it in its manifest
    (tmp_path / "a.jsonl.provenance.json").write_text("[1]")
    assert search_of(tmp_path / "a.jsonl") == {}


def test_the_record_of_a_search_is_no_source_of_papers(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"paper_id": "1", "title": "A bias", "abstract": "x"}\n')
    (tmp_path / "a.jsonl.provenance.json").write_text(json.dumps(STATE))
    for where in (tmp_path, tmp_path / "*.json*"):
        assert set(load_papers(where).audit["source"]) == {str(tmp_path / "a.jsonl")}


def test_the_search_in_words_says_what_is_known_and_what_is_not() -> None:
    by_ids = {"service": "openalex", "query": "", "ids": 12, "started": "2026-03-01", "updated": "2026-03-01"}
    table = searches(
        [
            {"source": "a.jsonl", "records": 120, "search": STATE},
            {"source": "b.jsonl", "records": 11, "search": by_ids | {"complete": True}},
            {"source": "/home/me/scopus.csv", "records": 1},
        ]
    )
    gone = pd.DataFrame({"paper_id": ["x", "y"], "decision": ["", "split"]})
    told = search_report(table, duplicates=gone).text
    assert told.startswith(
        'arXiv was searched through the arXiv API from 2026-03-01 to 2026-03-04 with the query \u201cabs:"inductive '
        'bias"\u201d; 120 records came of it. That fetch from arXiv ended before the service had no more. OpenAlex was '
        "asked for 12 ids through the OpenAlex API on 2026-03-01; 11 records came of it. 1 record came from 1 exported "
        "file: scopus.csv (1). The file does not say which database and platform was searched, with which query, on "
        "which date and within which limits: [to be filled in]."
    )
    assert "In all, 132 records were read." in told
    assert "merged 1 duplicate record." in told and "A person decided 1 pair of records." in told
    assert told.endswith("or peer review of the search: [to be filled in].")
    assert "/home" not in told


def test_a_query_may_read_like_a_count_of_ids() -> None:
    table = searches([{"source": "a.jsonl", "records": 3, "search": STATE | {"query": "words looked up"}}])
    assert "with the query \u201cwords looked up\u201d" in search_report(table, duplicates=NO_DUPLICATES).text


def test_files_alone_have_no_limits_of_a_fetch_and_duplicates_may_stay() -> None:
    table = searches([{"source": f"{k}.ris", "records": 2} for k in range(7)])
    told = search_report(table, duplicates=NO_DUPLICATES, merged=False).text
    assert (
        "14 records came from 7 exported files: 0.ris (2), 1.ris (2), 2.ris (2), 3.ris (2), 4.ris (2) and 2 more."
        in told
    )
    assert "limits of date, language" not in told and "Duplicates were left apart." in told
    assert "In all, no records were read." in search_report(searches([]), duplicates=NO_DUPLICATES).text
