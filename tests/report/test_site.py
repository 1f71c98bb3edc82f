"""The report as a whole: every page, every link, every hostile word, the same bytes again."""

import csv
import hashlib
import io
import json
import re
from pathlib import Path
from urllib.parse import parse_qs, unquote

import nbformat
import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook
from small_study import FORMULA, HOSTILE, MENTIONS, PAPERS, make_study, write_notebook

from analysis.charts.figure import TABLE
from analysis.common.errors import BadInput, Incomplete
from analysis.findings.layout import SIDE, layout
from analysis.report import pdf, render_report
from analysis.report.page import Page
from analysis.report.page_data import as_json, by_line
from analysis.report.render import files_of

FIGURE = """
import pandas as pd
from analysis.charts.figure import Figure
def plot(ax, table):
    ax.barh(table["sense"], table["n"])
    return ax
Figure(plot, pd.DataFrame({"sense": ["<script>alert(1)</script>", "=cmd()"], "n": [3, 2]}), name="shares",
       heading='<script>alert(1)</script> & "x"', subtitle="<b>", notes="<i>", detail='"><script>alert(1)</script>')
"""
DAY = "1700000000"  # 2023-11-14
INTRO = "# Senses\n\nSee [](#shares), [all social](mentions.html#sense=social), [one](mentions.html#m-p2-abstract-66)."


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """One report that these tests read and leave as it is."""
    folder = tmp_path_factory.mktemp("report")
    study = make_study(folder / "study", PAPERS, MENTIONS)
    third = "# Third\n\n## A\n\n## B\n\n[back](report.ipynb#Senses) [elsewhere](04_relations.ipynb)"
    books = [
        write_notebook(folder, "03_senses", ("markdown", third), FIGURE),
        write_notebook(folder, "report", ("markdown", INTRO), FIGURE),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", DAY)
        render_report(study, folder / "out", notebooks=books, title=HOSTILE, author="A & <B>", one_file=True)
    return study, books, folder / "out"


def documents(out: Path) -> dict[str, BeautifulSoup]:
    return {path.name: BeautifulSoup(path.read_text("utf-8"), "html.parser") for path in out.glob("*.html")}


def test_the_whole_table_behind_a_figure_is_beside_the_page_as_csv_and_xlsx(rendered):
    _, _, out = rendered
    link, book = documents(out)["03_senses.html"].select("figure#shares .downloads a")[-2:]
    assert link.get_text() == "table behind Figure 3.1 (CSV, 46 bytes)"  # 8, 28 and 10
    assert (out / link["href"]).read_text("utf-8").splitlines() == [
        "sense,n", "<script>alert(1)</script>,3", "'=cmd(),2"
    ]  # fmt: skip
    assert re.fullmatch(r"table behind Figure 3\.1 \(XLSX, [\d,.]+ KB\)", book.get_text())
    cells = [[(cell.value, cell.data_type) for cell in row] for row in load_workbook(out / book["href"]).active]
    assert cells == [
        [("sense", "s"), ("n", "s")], [("<script>alert(1)</script>", "s"), (3, "n")], [("=cmd()", "s"), (2, "n")]
    ]  # fmt: skip
    assert not documents(out)["one-file.html"].select(".downloads")


def test_a_table_that_excel_has_no_room_for_is_csv_alone(monkeypatch):
    about = {TABLE: {"name": "shares", "numbers": ["n"]}}
    output = nbformat.v4.new_output("display_data", {TABLE: "sense,n\na,1\nb,2\n"}, metadata=about)
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=[output])])
    page = Page("Senses", "03_senses.html")
    assert [file.kind for file in files_of(book, page)] == ["CSV", "XLSX"]
    monkeypatch.setattr("analysis.common.documents.MOST_ROWS", 1)
    assert [file.kind for file in files_of(book, page)] == ["CSV"]


def test_a_figure_is_beside_the_page_as_svg_and_png(rendered):
    _, _, out = rendered
    svg, png, *_ = documents(out)["03_senses.html"].select("figure#shares .downloads a")
    assert re.fullmatch(r"Figure 3\.1 \(SVG, [\d,.]+ KB\)", svg.get_text())
    assert re.fullmatch(r"Figure 3\.1 \(PNG, [\d,.]+ KB\)", png.get_text())
    assert (out / svg["href"]).read_bytes().startswith(b"<?xml")
    assert (out / png["href"]).read_bytes().startswith(b"\x89PNG")
    assert f"{round((out / png['href']).stat().st_size / 1000):,} KB" in png.get_text()


def test_every_page_of_a_notebook_offers_it_as_it_was_run_without_outputs(rendered):
    study, _, out = rendered
    for page, book in (("index.html", "report.ipynb"), ("03_senses.html", "03_senses.ipynb")):
        link = documents(out)[page].select_one("main > .downloads a")
        assert link["href"] == f"notebooks/{book}" and link.get_text().startswith(f"{book} (")
        source = nbformat.read(out / link["href"], as_version=4)
        assert f"STUDY = {study.folder.name!r}" in source.cells[0].source  # and no folder of this machine
        assert not any(cell.get("outputs") or cell.get("execution_count") for cell in source.cells)
    for page in ("mentions.html", "map.html"):
        assert not documents(out)[page].select("main > .downloads")


def test_a_link_to_a_notebook_that_the_report_lacks_is_plain_text(rendered):
    _, _, out = rendered
    paragraph = documents(out)["03_senses.html"].find(string=re.compile("elsewhere")).find_parent("p")
    assert [link.get_text() for link in paragraph.find_all("a")] == ["back"]


def contents(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_the_report_has_every_page_and_loads_nothing(rendered):
    _, _, out = rendered
    names = {"index.html", "03_senses.html", "mentions.html", "map.html", "mentions.csv", "one-file.html"}
    names |= {"tables", "figures", "notebooks", "evidence.html", "evidence.csv", "manifest-sha256.txt", ".lock"}
    assert {path.name for path in out.iterdir()} == names
    for page in documents(out).values():
        for element in page.find_all(["script", "link", "img", "iframe", "source"]):
            address = element.get("src") or element.get("srcset") or element.get("href") or ""
            assert address == "" or address.startswith("data:")
        assert len(page.find_all("h1")) == 1 and page.main and page.html["lang"] == "en"


def test_one_line_under_the_title_tells_papers_term_and_date(rendered):
    page = documents(rendered[2])["index.html"]
    assert page.h1.find_next_sibling() is page.select_one(".titleblock")
    assert [p.get_text() for p in page.select(".titleblock p")] == [
        "A & <B>", "2 papers \u00b7 \u201cbias\u201d \u00b7 2023-11-14"
    ]  # fmt: skip
    assert not documents(rendered[2])["03_senses.html"].select(".titleblock, .facts")


def test_the_details_at_the_end_say_what_it_takes_to_make_the_report_again(rendered):
    page = documents(rendered[2])["index.html"]
    assert page.select_one(".facts").find_previous("h2").get_text() == "Details of this run"
    assert not page.select_one(".facts").find_next("figure")
    facts = {d.dt.get_text(): d.dd.get_text() for d in page.select(".facts div")}
    assert facts["Collection"] == "papers.jsonl"
    assert facts["Papers"] == "2, of which 2 use the term"
    assert facts["Mentions"] == "5"
    assert facts["Date"] == "2023-11-14"
    source = rendered[0].folder.parent / "papers.jsonl"
    assert facts["Inputs"] == f"papers.jsonl  sha256 {hashlib.sha256(source.read_bytes()).hexdigest()}"
    assert facts["Parameters"].splitlines() == [
        "also: none", "columns: as named", "duplicates: merged", "evidence: as read", "inventory: shipped",
        "labels: none", "reviews: none",
        "seed: 0",
    ]  # fmt: skip
    assert page.select_one(".author").get_text() == "A & <B>"
    assert page.h1.get_text() == HOSTILE


def test_every_link_of_every_page_leads_somewhere(rendered):
    out = rendered[2]
    pages = documents(out)
    data = json.loads(pages["mentions.html"].find(id="mentions-data").string)
    senses = {sense["id"] for sense in data["senses"]}
    for name, page in pages.items():
        links = [a["href"] for a in page.find_all("a", href=True)]
        assert links
        for href in links:
            if href.startswith(("https://", "http://")):
                continue
            address, _, fragment = href.partition("#")
            target = pages[address or name] if (address or name).endswith(".html") else None
            if target is None:
                assert (out / address).is_file()
            elif "=" in fragment:
                assert parse_qs(fragment)["sense"][0] in senses
            elif fragment:
                assert target.find(id=unquote(fragment)), (name, href)


def test_the_concordance_knows_which_papers_mix_senses(rendered):
    data = json.loads(documents(rendered[2])["mentions.html"].find(id="mentions-data").string)
    # social and parameter in the first; unclear, which is no sense, and skew in the second
    assert dict(zip(data["papers"]["id"], data["papers"]["mixed"], strict=True)) == {"2502.10010": 1, "p2": 0}


def test_hostile_text_shows_as_text_on_every_page(rendered):
    for name, page in documents(rendered[2]).items():
        for script in page.find_all("script"):
            if script.get("type") == "application/json":
                json.loads(script.string)
            else:
                assert "alert(1)" not in script.get_text(), name
        for element in page.find_all(True):
            assert not [a for a in element.attrs if a.startswith("on")]
            assert "javascript:" not in str(element.get("href", ""))
    page = documents(rendered[2])["mentions.html"]
    assert HOSTILE in page.get_text()
    rows = page.select("#c-rows tr")
    assert rows[4].td.get_text().startswith("The </script><b>bias</b> of it.")
    assert [m.get_text() for m in page.select("#c-rows mark")] == ["bias"] * 5


def test_the_csv_runs_no_formula(rendered):
    cells = [c for row in csv.reader(io.StringIO((rendered[2] / "mentions.csv").read_text("utf-8"))) for c in row]
    assert "'=cmd() and sets" in cells
    assert f"'{FORMULA} is said." in cells
    assert not [c for c in cells if c[:1] in ("=", "+", "-", "@")]


def test_the_same_study_gives_the_same_bytes_anywhere(rendered, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY)
    study, books, out = rendered
    before = contents(out)
    again, there = make_study(tmp_path / "moved" / "study", PAPERS, MENTIONS), tmp_path / "elsewhere" / "again"
    render_report(again, there, notebooks=books, title=HOSTILE, author="A & <B>", one_file=True)
    assert contents(there) == before
    folders = [str(folder).encode() for folder in (study.folder.parent, tmp_path)]
    assert not [name for name, content in before.items() if any(folder in content for folder in folders)]


def test_one_file_holds_every_page_with_unique_ids(rendered):
    page = documents(rendered[2])["one-file.html"]
    ids = [e["id"] for e in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert [s["id"] for s in page.select("section")] == [
        "page-03_senses",
        "page-evidence",
        "page-mentions",
        "page-map",
    ]
    assert [c.get_text().split(".")[0] for c in page.select("figcaption .number")] == [
        "Figure 1",
        "Figure 3",
        "Figure M",
    ]
    assert page.find(string=re.compile("all social")).parent["href"] == "#sense=social"
    back = page.find("a", string="back")["href"]  # to the first page's title
    assert page.find(id=back.removeprefix("#")) is page.h1


def test_a_users_template_replaces_what_it_names(study, notebook, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "page.css").write_text("body { color: rebeccapurple }")
    book = notebook("only", ("markdown", "# Only"), parameters=None)
    out = render_report(study, tmp_path / "out", notebooks=[book], template=mine).parent
    for name in ("index.html", "mentions.html", "map.html"):
        assert "rebeccapurple" in (out / name).read_text()


@pytest.mark.parametrize("names", [("a", "b/a"), ("mentions",)])
def test_pages_that_would_replace_each_other_are_refused(study, tmp_path, names):
    with pytest.raises(BadInput, match="its page would replace another one"):
        render_report(study, tmp_path / "out", notebooks=[tmp_path / f"{name}.ipynb" for name in names])
    assert not (tmp_path / "out").exists()


def test_json_in_a_script_cannot_end_it():
    text = as_json(["</script><!--", "&amp;"])
    assert not set("<>&") & set(text)
    assert json.loads(text) == ["</script><!--", "&amp;"]


def test_by_lines():
    assert [by_line(a) for a in ([], ["A"], ["A", "B"], ["A", "B", "C"])] == ["", "A", "A and B", "A et al."]


@pytest.mark.parametrize("n", [0, 1, 4, 5, 40])
def test_the_map_places_any_number_of_mentions(n):
    import numpy as np

    vectors = np.random.default_rng(1).normal(size=(n, 8)).astype("float32")
    places = layout(vectors)
    assert places.shape == (n, 2)
    assert ((places >= 0) & (places <= SIDE)).all()
    assert (places == layout(vectors)).all()


def test_a_study_without_mentions_still_makes_its_pages(tmp_path, notebook):
    study = make_study(tmp_path / "study", PAPERS, [])
    out = render_report(study, tmp_path / "out", notebooks=[notebook("only", ("markdown", "# Only"))]).parent
    assert "0 mentions" in (out / "mentions.html").read_text()
    assert (out / "map.html").is_file()


def test_a_report_is_written_although_a_cell_fails(study, notebook, tmp_path):
    cells = (
        ("markdown", "# Only"),
        "class Odd(Exception): ...\nOdd.__name__ = '<b>Odd'",
        "raise Odd('said')",
        "'after'",
    )
    log = study.folder / "report.log"
    with pytest.raises(Incomplete) as caught:
        render_report(study, tmp_path / "out", notebooks=[notebook("only", *cells)])
    index = tmp_path / "out" / "index.html"
    told = str(caught.value)
    assert told.startswith(f"{index} is written, but a part of it failed: only.ipynb, cell 4: <b>Odd: said; ")
    assert told.endswith(f" with {log}") and "\n" not in told
    trace = log.read_text("utf-8")
    assert trace.startswith("only.ipynb, cell 4: <b>Odd: said\n") and "raise Odd('said')" in trace
    page = documents(tmp_path / "out")["index.html"]
    (box,) = page.select(".failed")
    assert box.get_text().startswith("This part could not be made (<b>Odd).") and not box.b
    assert box.a["href"].endswith("/issues")
    assert "Traceback" not in page.get_text() and "'after'" in page.get_text()
    assert (tmp_path / "out" / "map.html").is_file()

    render_report(study, tmp_path / "out", notebooks=[notebook("only", cells[0], cells[-1])])
    assert not log.exists()


def test_without_a_browser_the_pdf_is_one_clear_line(monkeypatch):
    monkeypatch.setattr(pdf.shutil, "which", lambda name: None)
    monkeypatch.setattr(pdf, "_MAC", ())
    with pytest.raises(BadInput, match="no Chromium or Chrome on this system"):
        pdf.print_pdf("<p>x")


def test_the_pdfs_dates_are_the_reports():
    made = b"<</CreationDate (D:20261123024501+00'00')\n/ModDate (D:20261123024501+00'00')>>"
    assert pdf._dated(made, "2023-11-14") == made.replace(b"20261123024501", b"20231114000000")
