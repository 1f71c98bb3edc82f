"""A retracted paper carries its mark wherever a study names it."""

from __future__ import annotations

import json

import pytest
from small_study import MENTIONS, PAPERS, make_study

from analysis import charts, findings
from analysis.charts.style import shorten
from analysis.findings.summary import answer_collection
from analysis.report.evidence_page import evidence_csv
from analysis.report.page_data import page_data
from analysis.study.study import Study

MARK = "[retracted]"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    first = PAPERS[0] | {"title": "Gender bias in texts", "extra": '{"is_retracted": true}'}
    mentions = [("2502.10010", "title", 7, "Gender bias in texts", "social", 0.9, "mitigate"), *MENTIONS[1:]]
    return make_study(tmp_path_factory.mktemp("retracted") / "study", [first, PAPERS[1]], mentions)


def test_titles_of_a_study_carry_the_mark_and_places_in_them_hold(study: Study) -> None:
    row = study.readings.iloc[0]
    assert row["title"] == f"Gender bias in texts {MARK}"
    assert row["title"][row["start"] : row["end"]] == "bias"
    assert study.papers.loc[0, "title"] == "Gender bias in texts"
    assert not study.readings.loc[study.readings["paper_id"] == "p2", "title"].str.contains("retracted").any()


def test_tables_and_pages_carry_it(study: Study) -> None:
    evidence = findings.evidence(study)
    own = evidence[evidence["paper_id"] == "2502.10010"]
    assert set(own["citation"]) == {f"Ames et al. 2024 {MARK}"}
    assert MARK in findings.paper_list(study).set_index("paper_id").loc["2502.10010", "title"]
    assert MARK in page_data(study).papers[0].title
    assert f"Ames et al. 2024 {MARK}".encode() in evidence_csv(study)
    for shown in (
        charts.reference_list(study.papers, study), charts.paper_card("2502.10010", study),
        charts.annotated_paper("2502.10010", study), charts.paper_list(findings.paper_list(study), study),
    ):  # fmt: skip
        assert MARK in str(shown._repr_mimebundle_())


def test_the_collection_says_how_many(study: Study) -> None:
    told = findings.answer_collection(study).text
    assert "1 paper is retracted; \u201c[retracted]\u201d stands behind its title." in told
    assert "Live services" not in told


def test_the_collection_says_what_services_filled(study: Study) -> None:
    origin = {"by": "openalex", "record": "W1", "on": "2026-01-31"}
    cells = {"year": origin | {"matched": "doi"}, "venue": origin | {"matched": "title 0.97"}}
    filled = study.papers.assign(extra=[json.dumps({"enriched": cells}), ""])
    told = answer_collection(filled, study.audit, study.readings).text
    assert (
        "Live services filled 2 cells that the sources left empty. 1 of these rests on a title alone, a guess." in told
    )


def test_a_label_that_is_cut_keeps_the_mark() -> None:
    assert shorten(f"Ames and Berg and Cole 2024 {MARK}", 16) == f"Ames and Berg\u2026 {MARK}"
    assert shorten(f"Ames 2024 {MARK}", 16) == f"Ames 2024 {MARK}"
