"""The report of a comparison in a browser: accessible at any width, its numbers lead to the mentions of their side."""

from __future__ import annotations

from pathlib import Path

import pytest
from any_collection import STRANGE, Kind, study_of

from analysis.cli import main

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seventy papers with odd titles, divided into two years."""
    folder = tmp_path_factory.mktemp("compared")
    study = study_of(Kind(70, senses="thirteen", stances="none", titles=STRANGE, years=2), folder / "any.study")
    assert main(["compare", str(study.folder), "--by", "year", "2000", "2001", "--out", str(folder / "out")]) == 0
    return folder / "out"


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", ["index.html", "mentions-one.html", "mentions-two.html"])
def test_axe_finds_no_violation_and_nothing_overflows(compared, watch, axe, name, width):
    page = watch(width=width).open(compared / name)
    for details in page.query_selector_all("details"):
        details.evaluate("element => { element.open = true }")
    page.evaluate(axe)
    found = page.evaluate("async () => (await axe.run()).violations")
    assert [(v["id"], v["help"], [n["html"][:150] for n in v["nodes"]]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_number_leads_to_the_mentions_of_its_side(compared, watch):
    page = watch().open(compared / "index.html")
    link = page.query_selector('a[href^="mentions-two.html#sense="]')
    number = link.inner_text().split()[0]
    page.goto((compared / link.get_attribute("href").partition("#")[0]).as_uri() + "#" +
              link.get_attribute("href").partition("#")[2])  # fmt: skip
    assert page.inner_text("h1").endswith("in 2001")
    assert f"in {number} paper" in page.inner_text("#c-count") or f"{number} of 35 paper" in page.inner_text("#c-count")
