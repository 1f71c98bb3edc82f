"""The pages as readers meet them: accessible, silent, offline, usable with mouse and keyboard, at any width."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from small_study import FORMULA, HOSTILE, MENTIONS, PAPERS, make_study

from analysis.report import render_report

pytestmark = pytest.mark.browser

PAGES = ("index.html", "03_senses.html", "mentions.html", "evidence.html", "map.html", "one-file.html")
FIGURE = """
import pandas as pd
from analysis.charts.figure import Figure
def plot(ax, table):
    ax.barh(table["sense"], table["n"])
    return ax
Figure(plot, pd.DataFrame({"sense": ["<script>alert(1)</script>", "b"], "n": [3, 2]}), name="shares",
       heading='<script>alert(1)</script> & "x"', subtitle="<b>", notes="<i>", detail='"><script>alert(1)</script>')
"""
LINES = """
import pandas as pd
from analysis.charts.links import mention_link
from analysis.inventory.palette import palette_of
from analysis.charts.text import concordance
from analysis.charts.figure import Table
from analysis.inventory.inventory import load_inventory
senses = ("social", "skew", "data", "inductive")
lines = pd.DataFrame([
    {"mention_id": f"p{i}#abstract:4", "sense": senses[i % 4], "left": "The ", "surface": "bias",
     "right": f" of model {i} " + "goes on " * 20} for i in range(300)
])
"""


def write(folder: Path, name: str, *cells: str) -> Path:
    parameters = 'SOURCES = ()\nTERM = "bias"\nSTUDY = None'
    node = new_notebook(
        cells=[new_markdown_cell(cells[0]), new_code_cell(parameters, metadata={"tags": ["parameters"]})]
    )
    node.cells += [new_code_cell(cell) for cell in cells[1:]]
    nbformat.write(node, folder / f"{name}.ipynb")
    return folder / f"{name}.ipynb"


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    study = make_study(folder / "study", PAPERS, MENTIONS)
    books = [
        write(
            folder, "report", "# Senses\n\nSee [](#shares).\n\n## A\n\n[x](mentions.html#sense=social)\n\n## B", FIGURE
        ),
        write(folder, "03_senses", "# Third\n\n## A\n\n## B", FIGURE, "print('long ' * 99)", "{'a': 1}"),
    ]
    render_report(study, folder / "out", notebooks=books, title=HOSTILE, one_file=True)
    return folder / "out"


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten thousand mentions, 300 of them as lines and as rows of a table."""
    folder = tmp_path_factory.mktemp("large")
    senses = ("social", "skew", "data", "inductive")
    papers = [
        {
            "paper_id": f"p{i}",
            "title": f"Paper {i}",
            "abstract": "The bias of a model " + "goes on " * 20,
            "year": 2000 + i % 25,
        }
        for i in range(10_000)
    ]
    mentions = [(f"p{i}", "abstract", 4, papers[i]["abstract"], senses[i % 4], 0.5, "measure") for i in range(10_000)]
    study = make_study(folder / "study", papers, mentions)
    from io import BytesIO

    import numpy as np

    from analysis.common.kept import keep

    np.save(places := BytesIO(), np.random.default_rng(0).integers(0, 1000, size=(10_000, 2)))
    keep(folder / "study" / "map.npy", study.manifest["stages"]["vectors"]["key"][:16], places.getvalue())
    table = 'Table(lines, name="lines", heading="Lines", subtitle="All.", links={"mention_id": mention_link})'
    book = write(folder, "report", "# Many", f"{LINES}concordance(lines, palette_of(load_inventory()))", table)
    render_report(study, folder / "out", notebooks=[book], one_file=True)
    return folder / "out"


@pytest.mark.parametrize("look", [{}, {"width": 390}, {"color_scheme": "dark"}], ids=["wide", "phone", "dark"])
@pytest.mark.parametrize(
    ("which", "name"), [*(("report", n) for n in PAGES), ("large", "index.html"), ("large", "mentions.html")]
)
def test_axe_finds_no_violation_and_nothing_overflows(request, watch, axe, which, name, look):
    page = watch(**look).open(request.getfixturevalue(which) / name)
    for details in page.query_selector_all("details"):
        details.evaluate("element => { element.open = true }")
    page.evaluate(axe)
    found = page.evaluate("async () => (await axe.run()).violations")
    assert [(v["id"], v["help"], [n["html"][:150] for n in v["nodes"]]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= look.get("width", 1280)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_prints_without_tools_and_shows_its_pictures(report, watch, name):
    text_width = 612  # CSS pixels, of A4 within the margins; if anything is wider, Chromium prints all of it smaller
    page = watch(width=text_width).open(report / name)
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= text_width
    assert not page.is_visible("nav[aria-label=Pages]")
    assert page.is_visible("h1")


def until(page, condition: str) -> None:
    """Wait for a condition in the page, asked from outside: the pages forbid what playwright waits with."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {condition}")


def test_a_link_to_a_mention_shows_and_focuses_it(report, watch):
    page = watch().open(report / "mentions.html", "m-p2-abstract-66")
    assert page.evaluate("document.activeElement.id") == "m-p2-abstract-66"
    assert page.inner_text("tr.target mark") == "bias"


QUOTED = """
from analysis.common.prose import Fact, Passage, Prose, sentence
quotes = [Passage("<b>The</b> ", "bias", f" of {i} goes on. " * 6, "<script>alert(1)</script>") for i in range(3)]
facts = [Fact(f"{n} papers", f"mentions.html#sense={n}", tuple(quotes[:n]), "1 more paper") for n in (2, 3)]
Prose([sentence("Of all, ", facts[0], " and ", facts[1], ".")])
"""


@pytest.fixture(scope="session")
def quoted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with two numbers that have sentences behind them."""
    folder = tmp_path_factory.mktemp("quoted")
    study = make_study(folder / "study", PAPERS, MENTIONS)
    render_report(study, folder / "out", notebooks=[write(folder, "report", "# Quoted", QUOTED)], one_file=True)
    return folder / "out"


def shown_quotes(page) -> list[str]:
    return [element.inner_text() for element in page.query_selector_all(".quotes:popover-open")]


@pytest.mark.parametrize("name", ["index.html", "one-file.html"])
def test_a_number_shows_its_sentences_on_hover_and_focus_and_escape_closes_them(quoted, watch, axe, name):
    page = watch().open(quoted / name)
    first, second = page.query_selector_all("a.fact[aria-describedby]")
    assert shown_quotes(page) == [] and page.is_hidden(".quotes") and not first.get_attribute("title")
    first.hover()
    (text,) = shown_quotes(page)
    assert text.count("\u201c<b>The</b> bias of") == 2 and text.endswith("and 1 more paper")
    page.hover(".quotes:popover-open")  # it stays under the pointer
    page.wait_for_timeout(400)
    assert len(shown_quotes(page)) == 1
    page.evaluate(axe)
    found = page.evaluate("async () => (await axe.run()).violations")
    assert [(v["id"], [n["html"][:150] for n in v["nodes"]]) for v in found] == []
    page.keyboard.press("Escape")
    assert shown_quotes(page) == []
    page.mouse.move(0, 0)
    second.focus()
    (text,) = shown_quotes(page)
    assert text.count("\u201c<b>The</b> bias of") == 3
    page.keyboard.press("Escape")
    assert shown_quotes(page) == [] and page.evaluate("document.activeElement.textContent") == "3 papers"
    page.keyboard.press("Shift+Tab")
    assert len(shown_quotes(page)) == 1
    page.emulate_media(media="print")
    assert not page.is_visible(".quotes")


def test_the_first_tap_shows_the_sentences_and_the_second_leads_to_them(quoted, watch):
    page = watch(width=390, has_touch=True).open(quoted / "index.html")
    fact = page.query_selector("a.fact[aria-describedby]")
    fact.tap()
    assert len(shown_quotes(page)) == 1 and page.url.endswith("index.html")
    box = page.query_selector(".quotes:popover-open").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    page.touchscreen.tap(200, 700)
    assert shown_quotes(page) == []
    fact.tap()
    fact.tap()
    page.wait_for_url("**/mentions.html#sense=2")


def test_without_scripts_the_sentences_are_the_links_title(quoted, watch):
    page = watch(java_script_enabled=False).open(quoted / "index.html")
    fact = page.query_selector("a.fact[aria-describedby]")
    assert fact.get_attribute("title").count("\u201c<b>The</b> bias of") == 2 and page.is_hidden(".quotes")


def test_the_concordance_filters_sorts_and_downloads(report, watch):
    page = watch(accept_downloads=True).open(report / "mentions.html", "sense=social")
    assert page.inner_text("#c-count") == "2 of 5 mentions in 1 of 2 papers"
    page.select_option("#c-sense", "")
    page.fill("#c-q", "HYPERLINK")
    page.wait_for_selector("#c-rows tr:only-child")
    assert page.evaluate("location.hash") == "#q=HYPERLINK"
    with page.expect_download() as waiting:
        page.click("#c-download")
    rows = list(csv.reader(io.StringIO(Path(waiting.value.path()).read_text("utf-8-sig"))))
    assert rows[1][2] == "'=cmd() and sets" and rows[1][6] == f"'{FORMULA} is said."
    page.click("#c-reset")
    page.focus("th[data-key=confidence] button")
    page.keyboard.press("Enter")
    assert page.get_attribute("th[data-key=confidence]", "aria-sort") == "descending"
    values = [float(cell.inner_text().split()[0]) for cell in page.query_selector_all("td[data-label=Confidence]")]
    assert values == [0.99, 0.97, 0.9, 0.41, 0.3]
    assert page.inner_text("#c-rows tr:first-child td:first-child").startswith("A bias term helps.")


def test_a_link_may_select_several_stances_mixed_papers_and_one_paper(report, watch):
    page = watch().open(report / "mentions.html", "stance=mitigate&stance=measure")
    assert page.inner_text("#c-count") == "3 of 5 mentions in 2 papers"
    assert page.inner_text("#c-stance option:checked") == "fought or measured"
    page.select_option("#c-mixed", "1")  # "unclear" is no sense, so the second paper has one
    until(page, "location.hash === '#stance=mitigate&stance=measure&mixed=1'")
    assert page.inner_text("#c-count") == "2 of 5 mentions in 1 of 2 papers"
    page.click("#c-reset")
    assert page.inner_text("#c-count") == "5 mentions in 2 papers"
    assert page.input_value("#c-stance") == page.input_value("#c-mixed") == ""

    page.goto((report / "mentions.html").as_uri() + "#paper=p2&sense=skew")
    assert page.inner_text("#c-count") == "1 of 5 mentions in 1 of 2 papers"
    page.click("text=Only the paper “=cmd() and sets”")
    assert page.evaluate("location.hash") == "#sense=skew"
    assert not page.is_visible("#c-only")


def test_turning_pages_keeps_the_focus_and_shows_the_start_of_the_page(large, watch):
    page = watch().open(large / "mentions.html")
    for key, count in (
        ("Next", "51 to 100, page 2"),
        ("Last", "9,951 to 10,000, page 200"),
        ("Next", "9,951 to 10,000, page 200"),
    ):
        page.focus(f"#c-pages button:text-is('{key}')")
        page.keyboard.press("Enter")
        assert page.inner_text("#c-count") == f"10,000 mentions in 10,000 papers; here {count} of 200"
        assert page.evaluate("document.activeElement.textContent") == key
        assert 0 <= page.locator("#c-count").bounding_box()["y"] < 100
        assert page.locator("#c-pages button:focus").bounding_box()["y"] < 900
    page.fill("#c-page", "7")
    page.keyboard.press("Enter")
    assert page.inner_text("#c-count").endswith("here 301 to 350, page 7 of 200")
    page.fill("#c-page", "999")
    page.keyboard.press("Enter")
    assert page.input_value("#c-page") == "200"


def test_the_way_back_leads_to_the_same_page_in_the_same_order(large, watch):
    page = watch().open(large / "mentions.html", "stance=measure")
    page.click("th[data-key=paper] button")
    page.click("#c-pages button:text-is('Next')")
    shown, first = page.inner_text("#c-count"), page.inner_text("#c-rows tr:first-child")
    assert page.evaluate("location.hash") == "#stance=measure&sort=paper+ascending&page=2"
    page.click("#c-rows tr:nth-child(3) a.here")
    until(page, "location.hash.startsWith('#m-')")
    assert page.inner_text("#c-count") == shown  # the mention is among those chosen, so the choice stays
    page.go_back()
    until(page, "location.hash.startsWith('#stance')")
    assert (page.inner_text("#c-count"), page.inner_text("#c-rows tr:first-child")) == (shown, first)


def test_words_in_quotation_marks_are_a_phrase(report, watch):
    page = watch().open(report / "mentions.html", "q=term bias")
    both = page.inner_text("#c-count")
    page.fill("#c-q", "\u201cbias term\u201d")
    until(page, "location.hash.includes('bias')")
    assert both == page.inner_text("#c-count") == "1 of 5 mentions in 1 of 2 papers"
    page.fill("#c-q", '"term bias"')
    until(page, "!document.querySelector('#c-none').hidden")


def test_a_search_without_result_says_so_and_how_to_go_on(report, watch):
    page = watch().open(report / "mentions.html", "q=zebra")
    assert page.inner_text("#c-count") == "0 of 5 mentions in 0 of 2 papers"
    assert "No mention fits this selection." in page.inner_text("#c-none")
    assert not page.is_visible("#c-table")
    page.click("text=Show all mentions")
    assert page.inner_text("#c-count") == "5 mentions in 2 papers"
    assert page.is_visible("#c-table") and not page.is_visible("#c-none")


def test_on_a_phone_a_choice_sorts_and_nothing_hidden_takes_the_focus(report, watch):
    page = watch(width=390).open(report / "mentions.html")
    page.select_option("#c-sort", label="Confidence, descending")
    until(page, "document.querySelector('#c-rows td[data-label=Confidence]').textContent.startsWith('0.99')")
    page.focus("#c-sort")
    for _ in range(6):  # behind the form come a link and the first rows
        page.keyboard.press("Tab")
        box = page.locator(":focus").bounding_box()
        assert box["width"] > 1 and box["height"] > 1


def test_without_scripts_the_table_is_there(report, watch):
    page = watch(java_script_enabled=False).open(report / "mentions.html", "m-p2-abstract-66")
    assert len(page.query_selector_all("#c-rows tr")) == 5
    assert not page.is_visible("#c-form")


def test_the_map_is_usable_by_keyboard_and_shows_text_as_text(report, watch):
    page = watch().open(report / "map.html")
    page.focus("#v-canvas")
    seen = set()
    for key in ("ArrowRight", *["ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown"] * 4):
        page.keyboard.press(key)
        seen.add(page.inner_text("#v-card blockquote"))
    assert len(seen) >= 3
    assert any("<" in text for text in seen) or HOSTILE in page.inner_text("body")
    chosen = page.inner_text("#v-card blockquote")
    page.keyboard.press("Enter")
    page.wait_for_url("**/mentions.html#m-*")
    assert page.evaluate("document.activeElement.id").startswith("m-")
    page.go_back()
    assert page.inner_text("#v-card blockquote") == chosen
    assert page.evaluate("document.activeElement.id") == "v-canvas"


def test_in_one_file_the_way_back_from_a_mention_leads_to_the_map(report, watch):
    page = watch().open(report / "one-file.html")
    page.focus("#v-canvas")
    page.keyboard.press("ArrowRight")
    chosen = page.inner_text("#v-card blockquote")
    page.click("#v-card >> text=In the concordance")
    until(page, "document.activeElement.id.startsWith('m-')")
    page.go_back()
    until(page, "document.activeElement.id === 'v-canvas'")
    assert page.inner_text("#v-card blockquote") == chosen


def test_a_tap_on_the_map_shows_the_mention_and_its_text(report, watch):
    page = watch(width=390, has_touch=True).open(report / "map.html")
    page.fill("#v-q", "gender")
    page.focus("#v-canvas")
    for key in ("ArrowRight", *"+++++++++", "ArrowRight", "Escape"):  # the one mention, large, in the middle, let go
        page.keyboard.press(key)
    assert page.inner_text("#v-card") == "No mention chosen."
    page.locator("#v-canvas").tap()
    assert page.inner_text("#v-card blockquote") == "We reduce gender bias."
    assert page.evaluate("location.hash") == "#v-m-2502.10010-abstract-17"
    until(page, "document.querySelector('#v-card').getBoundingClientRect().bottom <= innerHeight")


def test_the_map_filters_and_answers_the_mouse(report, watch):
    page = watch().open(report / "map.html")
    page.click("#v-none")
    assert page.inner_text("#v-count") == "0 of 5 mentions shown"
    page.check("input[name=sense] >> nth=0")
    assert page.inner_text("#v-count") == "2 of 5 mentions shown"
    page.fill("#v-q", "gender")
    assert page.inner_text("#v-count") == "1 of 5 mentions shown"
    box = page.query_selector("#v-canvas").bounding_box()
    places = ((x, y) for x in range(10, int(box["width"]), 24) for y in range(10, int(box["height"]), 24))
    for x, y in places:  # sweep until the one point answers
        page.mouse.move(box["x"] + x, box["y"] + y)
        if page.query_selector("#v-card blockquote"):
            break
    assert page.inner_text("#v-card blockquote") == "We reduce gender bias."


def work(page) -> float:
    """Seconds of processor time that the page's process has used so far."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    return metrics["ProcessTime"]


def pace(page) -> float:
    """How slow this machine is now: the work of a fixed sum, 1 where it takes 0.28 s. The bounds below are for that."""
    before = work(page)
    page.evaluate(
        "() => { const values = new Float64Array(2e6); let x = 1;"
        "for (let i = 0; i < values.length; i++) values[i] = x = (x * 16807) % 2147483647;"
        "return values.sort()[7]; }"
    )
    return (work(page) - before) / 0.28


def test_ten_thousand_mentions_stay_smooth(large, watch):
    page = watch().page
    page.goto((large / "mentions.html").as_uri())
    loaded = work(page)
    page.click("th[data-key=paper] button")
    sorted_by = work(page) - loaded
    slow = pace(page)
    assert loaded < slow, f"{loaded:.2f} s of work to load, pace {slow:.2f}"
    assert sorted_by < 0.5 * slow, f"{sorted_by:.2f} s of work to sort, pace {slow:.2f}"
    assert page.inner_text("#c-count") == "10,000 mentions in 10,000 papers; here 1 to 50, page 1 of 200"
    page.goto((large / "mentions.html").as_uri() + "#m-p9999-abstract-4")
    page.wait_for_selector("#m-p9999-abstract-4.target")


def test_the_map_of_ten_thousand_mentions_zooms_smoothly(large, watch):
    page = watch().page
    page.goto((large / "map.html").as_uri())
    # The map is drawn when it comes into view; that first drawing belongs to the loading, not to a step.
    page.locator("#v-canvas").scroll_into_view_if_needed()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.wait_for_timeout(200)
    loaded = work(page)
    slow = pace(page)
    assert loaded < slow, f"{loaded:.2f} s of work to load, pace {slow:.2f}"
    before = work(page)
    for _ in range(10):  # a click and the picture it brings; the driver's own clicks work for as long as they wait
        page.evaluate("() => document.querySelector('#v-in').click()")
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    zoomed = (work(page) - before) / 10
    assert zoomed < 0.1 * slow, f"{1000 * zoomed:.0f} ms of work per step, pace {slow:.2f}"
    assert (large / "one-file.html").stat().st_size < 15e6


def test_evidence_is_filtered_and_each_cell_opens_its_abstract(report, watch, axe):
    page = watch().open(report / "evidence.html")
    assert page.inner_text("#e-count") == "3 rows in 2 papers"
    page.select_option("#e-sense", "social")
    page.wait_for_selector("#e-rows tr:nth-child(1):last-child")
    assert page.evaluate("location.hash") == "#e-sense=social"
    page.click("#e-rows tr a >> nth=0")  # the paper's name
    assert page.is_visible("#e-card")
    assert "We reduce gender bias social." in page.inner_text("#e-abstract")
    assert page.locator("#e-abstract .mention").count() == 2
    page.evaluate(axe)
    assert page.evaluate("async () => (await axe.run()).violations") == []
    page.keyboard.press("Escape")
    assert not page.is_visible("#e-card")
    assert page.evaluate("location.hash") == "#e-sense=social"
    page.click("#e-form button[type=reset]")
    page.wait_for_selector("#e-rows tr:nth-child(3):last-child")


def test_an_address_opens_a_paper_at_its_words(report, watch):
    page = watch().open(report / "evidence.html", "e-paper=2502.10010&at=abstract:10-16")
    assert page.inner_text("#e-abstract .sought") == "gender"
    page.click("#e-close")
    assert page.evaluate("document.querySelectorAll('#e-rows tr').length") == 3


def test_evidence_in_one_file_leaves_the_concordance_alone(report, watch):
    page = watch().open(report / "one-file.html", "e-paper=2502.10010")
    assert page.is_visible("#e-card")
    page.keyboard.press("Escape")
    page.goto((report / "one-file.html").as_uri() + "#sense=social")
    page.locator("#c-count", has_text="2 of 5 mentions").wait_for()
    assert not page.is_visible("#e-card")
