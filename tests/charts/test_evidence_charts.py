"""The evidence table and a paper's card: every cell leads to its words, and no text breaks out of the page."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from small_study import HOSTILE, MENTIONS, PAPERS, make_study

from analysis import charts, findings
from analysis.charts import marked_paper as cards
from analysis.common.display import IN_REPORT
from analysis.common.links import evidence_link

ONE = "2502.10010"
ABSTRACT = PAPERS[0]["abstract"]  # We reduce gender bias. A bias term helps.


def place(words: str, text: str = ABSTRACT) -> dict[str, Any]:
    start = text.index(words)
    return {"paper_id": ONE, "field": "abstract", "start": start, "end": start + len(words)}


TABLES: dict[str, list[dict[str, Any]]] = {
    "sentences": [
        place("We reduce gender bias.") | {"role": "objective", "confidence": 0.9},
        place("A bias term helps.") | {"role": "result", "confidence": 0.8},
    ],
    "entities": [
        place("gender bias") | {"surface": "gender bias", "kind": "task", "name": HOSTILE, "confidence": 0.9},
        place("bias term") | {"surface": "bias term", "kind": "method", "name": "bias term", "confidence": 0.9},
    ],
    "quantities": [],
    "own_work": [],
}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return make_study(tmp_path_factory.mktemp("evidence") / "study", PAPERS, MENTIONS, **TABLES)


@pytest.fixture
def report(monkeypatch):
    monkeypatch.setenv(IN_REPORT, "1")


def page(shown) -> BeautifulSoup:
    return BeautifulSoup(shown._repr_mimebundle_()["text/html"], "html.parser")


def test_each_cell_leads_to_its_words(study, report):
    shown = page(charts.evidence(findings.evidence(study), study))
    links = {a.get_text(): a["href"] for a in shown.select("a.span")}
    assert links["A bias term helps."] == evidence_link(ONE, "abstract:23-41")
    assert ABSTRACT[23:41] == "A bias term helps."
    assert "script" not in {element.name for element in shown.find_all(True)}
    heads = [th.get_text() for th in shown.select("thead th")]
    assert heads == ["Paper", "Which bias", "What is done", "With what, on what", "What came of it"]


def test_a_summary_leaves_out_the_problem_and_what_was_used(study, report):
    shown = page(charts.evidence(findings.evidence(study), study, brief=True))
    assert [th.get_text() for th in shown.select("thead th")] == [
        "Paper", "Which bias", "What is done", "What came of it"
    ]  # fmt: skip
    assert "methods" not in shown.get_text()


def test_rows_beyond_the_first_are_counted(study, report):
    table = findings.evidence(study)
    doubled = table[table["sense"] == "social"].loc[lambda rows: rows.index.repeat(3)]
    assert "the first 2 of 3 papers" in page(charts.evidence(doubled, study, rows=2)).get_text()


def test_an_empty_table_says_so(study):
    shown = charts.evidence(findings.evidence(study).iloc[:0], study)
    assert "no evidence to show" in shown.text


def test_a_notebook_has_no_link_into_a_page_that_is_not_there(study, monkeypatch):
    monkeypatch.delenv(IN_REPORT, raising=False)
    shown = page(charts.evidence(findings.evidence(study), study))
    assert not shown.select('a[href^="evidence.html"]')
    assert shown.find("span", string="A bias term helps.")["title"] == "A bias term helps."


def test_a_card_marks_roles_names_and_mentions(study, report):
    shown = page(charts.paper_card(ONE, study))
    assert [small.get_text() for small in shown.select("small") if small.get_text() in ("objective", "result")] == [
        "objective", "result"
    ]  # fmt: skip
    assert [mark.get_text() for mark in shown.find_all("mark")] == ["bias", "bias", "bias"]
    assert shown.select_one(".annotated").get_text().count("social") == 2
    assert "script" not in {element.name for element in shown.find_all(True)}
    legend = [span.get_text() for span in shown.select("p span") if span.get_text() in (*cards.LINES, "number")]
    assert legend == [*cards.LINES, "number"]


def test_a_card_keeps_every_letter(study, report):
    shown = page(charts.paper_card(ONE, study))
    for small in shown.find_all(["small", "sub"]):
        small.decompose()
    assert shown.find_all("p")[-1].get_text() == ABSTRACT


def test_no_paper_no_card(study):
    assert "none is shown" in charts.paper_card("", study).text


def test_every_empty_part_says_so(study, report):
    row = findings.evidence(study).query("sense == 'skew'")  # of a paper in which nothing was marked
    shown = page(charts.evidence(row, study)).get_text(" ")
    for told in ("in not said", "own work none named", "problem not stated", "metrics none named", "links none given"):
        assert told in " ".join(shown.split())
