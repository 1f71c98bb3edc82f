"""In a notebook a number unfolds the sentences behind it; nothing leads to a page that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from small_study import MENTIONS, PAPERS, make_study

from analysis import charts, findings
from analysis.common.display import IN_REPORT
from analysis.common.links import CONCORDANCE, mention_link, selection_link
from analysis.findings.behind import SHOWN, InPlace
from analysis.study.study import Study


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Study:
    return make_study(tmp_path_factory.mktemp("behind") / "study", PAPERS, MENTIONS)


def shown(address: str, study: Study, text: str = "2 papers") -> BeautifulSoup:
    return BeautifulSoup(InPlace(study.readings)(f'<p>In <a href="{address}">{text}</a>.</p>'), "html.parser")


def test_a_number_unfolds_its_sentences(study: Study) -> None:
    page = shown(selection_link(sense="social"), study)
    assert page.summary.get_text() == "2 papers" and not page.find("a", href=CONCORDANCE)
    assert [mark.get_text() for mark in page.select("li mark")] == ["bias", "bias"]
    assert "We reduce gender bias. (" in page.select("li")[1].get_text()
    assert page.select_one("li a")["href"] == "https://example.org/1"
    assert "<script" not in str(page)  # of a title that tries
    assert page.p is None and page.div.get_text().startswith("In 2 papers")  # a paragraph cannot hold a list


def test_code_gives_what_is_not_shown(study: Study) -> None:
    behind = InPlace(study.readings)
    for place, count in ((selection_link(sense="social"), 2), (selection_link(sense=["social", "skew"]), 3),
                         (selection_link(year=2024, stance="exploit"), 1), (selection_link(mixed=True), 3),
                         (selection_link(paper="p2"), 2), (selection_link(), len(MENTIONS))):  # fmt: skip
        own, code = behind.behind(place.partition("#")[2])
        again = eval(code, {"study": study, "findings": findings})  # the code that a reader would run
        assert own["mention_id"].tolist() == again["mention_id"].tolist() and len(own) == count


def test_many_sentences_are_counted(study: Study) -> None:
    import pandas as pd

    many = pd.concat([study.readings.assign(paper_id=f"n{i}") for i in range(3)], ignore_index=True)
    page = BeautifulSoup(InPlace(many)(f'<a href="{selection_link(sense="social")}">6</a>'), "html.parser")
    assert len(page.select("li")) == SHOWN
    assert f"{SHOWN} of 6 mentions; all: study.readings.query(" in page.get_text()


def test_a_single_mention_leads_to_its_paper_or_nowhere(study: Study) -> None:
    first, last = study.readings["mention_id"].iloc[[0, -1]]
    assert shown(mention_link(first), study).a["href"] == "https://example.org/1"
    assert shown(mention_link(last), study).a is None  # its address would run a script
    assert shown(selection_link(sense="absent"), study, "0").get_text() == "In 0."


@pytest.mark.parametrize("is_report", [False, True])
def test_every_display_of_a_study(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_report: bool
) -> None:
    if is_report:
        monkeypatch.setenv(IN_REPORT, "1")
    own = make_study(tmp_path / "study", PAPERS, MENTIONS)
    displays = [
        findings.key_findings(own), findings.answer_collection(own), charts.paper_list(findings.paper_list(own), own),
        charts.sense_shares(findings.sense_shares(own), own), charts.sense_cards(findings.sense_cards(own), own),
        charts.concordance(own.readings, own), charts.mixed_papers(findings.mixed_papers(own), own),
    ]  # fmt: skip
    for display in displays:
        bundle = display._repr_mimebundle_()
        html = (bundle if isinstance(bundle, dict) else bundle[0])["text/html"]
        assert (f'href="{CONCORDANCE}' in html) == is_report
        assert is_report or 'class="behind"' in html or display is displays[5]  # its lines are the mentions
