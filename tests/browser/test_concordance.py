"""The concordance page as a concordancer: sorting and filtering by the words beside a mention, aligned lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_study import make_study
from test_pages import until

from analysis.common.words import words
from analysis.report.concordance import concordance_page
from analysis.report.page import Page

pytestmark = pytest.mark.browser

SENTENCES = (
    "Zeal and gender bias in models.",
    "An \u00e9tat bias in <b>data</b>.",
    "Racial bias of GPT-4's data.",
    "The bias-variance trade.",
    "bias alone",
)
TEXTS = (
    "Gender bias, in GPT-4: 42 of 2024-2025!", "state\u2010of\u2011the-art isn\u2019t", "e\u0301tat -x- 'y'",
    "\u0939\u093f\u0928\u094d\u0926\u0940 \u05e9\u05dc\u05d5\u05dd \u041f\u0440\u0438\u0432\u0435\u0442 \u4e2d\u6587",
    r"snake_case _under_ 3d \frac", "",
)  # fmt: skip


@pytest.fixture(scope="session")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lines")
    papers = [{"paper_id": f"p{i}", "title": f"Paper {i}", "abstract": text} for i, text in enumerate(SENTENCES)]
    mentions = [(f"p{i}", "abstract", text.index("bias"), text, "social", 0.9, "") for i, text in enumerate(SENTENCES)]
    study = make_study(folder / "study", papers, mentions)
    path = folder / "mentions.html"
    path.write_text(concordance_page(study, Page("mentions.html", "Concordance", wide=True)), "utf-8")
    return path


def shown(page) -> list[str]:
    return [cell.inner_text() for cell in page.query_selector_all("#c-rows td[data-label=Paper]")]


def test_sorting_by_the_words_beside_works_by_keyboard_and_stays_in_the_address(lines, watch):
    page = watch().open(lines)
    page.focus("#c-sort")
    page.keyboard.type("first word to the left")
    until(page, "location.hash === '#sort=L1+ascending'")
    # état, gender, Racial, The; a line without a word comes last
    assert shown(page) == ["Paper 1", "Paper 0", "Paper 2", "Paper 3", "Paper 4"]
    page.select_option("#c-sort", "R1 ascending")
    page.select_option("#c-then", "L1")
    until(page, "location.hash === '#then=L1&sort=R1+ascending'")
    assert shown(page) == [
        "Paper 4",
        "Paper 1",
        "Paper 0",
        "Paper 2",
        "Paper 3",
    ]  # alone, in (état, gender), of, variance
    page.goto("about:blank")
    page.goto(lines.as_uri() + "#then=L1&sort=R1+ascending")
    assert shown(page)[1:3] == ["Paper 1", "Paper 0"]
    assert page.input_value("#c-then") == "L1" and page.input_value("#c-sort") == "R1 ascending"


def test_words_farther_out_settle_ties(lines, watch):
    page = watch().open(lines, "sort=R1 ascending")
    assert shown(page)[1:3] == ["Paper 1", "Paper 0"]  # in data, in models


def test_filters_by_words_beside(lines, watch):
    page = watch().open(lines)
    page.fill("#c-left", "gender|racial")
    until(page, "location.hash === '#left=gender%7Cracial'")
    assert shown(page) == ["Paper 0", "Paper 2"]
    page.fill("#c-right", "data")
    until(page, "document.querySelectorAll('#c-rows tr').length === 1")
    assert page.inner_text("#c-count") == "1 of 5 mentions in 1 of 5 papers"
    page.select_option("#c-within", "1")
    until(page, "!document.querySelector('#c-none').hidden")
    page.click("#c-clear")
    assert len(shown(page)) == 5 and page.input_value("#c-left") == page.input_value("#c-within") == ""
    page.goto(lines.as_uri() + "#right=var*&within=all")
    assert shown(page) == ["Paper 3"]
    assert page.input_value("#c-right") == "var*"
    page.goto(lines.as_uri() + "#right=GPT\u20114\u2019s&within=all")
    assert shown(page) == ["Paper 2"]  # "GPT-4's" in the sentence


@pytest.mark.parametrize("look", [{}, {"width": 390}, {"color_scheme": "dark"}], ids=["wide", "phone", "dark"])
def test_aligned_lines_stand_one_below_the_other(lines, watch, axe, look):
    page = watch(**look).open(lines)
    page.select_option("#c-lines", "aligned")
    until(page, "location.hash === '#lines=aligned'")
    middles = [box["x"] + box["width"] / 2 for box in (m.bounding_box() for m in page.query_selector_all(".kwic mark"))]
    assert len(middles) == 5 and max(middles) - min(middles) < 2
    assert " ".join(page.inner_text(".kwic").split()) == "Zeal and gender bias in models."
    assert page.evaluate("document.documentElement.scrollWidth") <= look.get("width", 1280)
    page.evaluate(axe)
    found = page.evaluate("async () => (await axe.run()).violations")
    assert [(v["id"], [n["html"][:150] for n in v["nodes"]]) for v in found] == []


def test_the_page_and_the_tables_agree_on_what_a_word_is(lines, watch):
    page = watch().open(lines)
    assert [page.evaluate("text => wordsOf(text)", text) for text in TEXTS] == [words(text) for text in TEXTS]
