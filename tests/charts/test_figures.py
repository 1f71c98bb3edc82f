"""Every chart: drawn at both widths, captioned, described, escaped, the same bytes each time; or it says why not."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.charts.collection import coverage_figure, years_figure
from analysis.charts.collocates import collocates_figure
from analysis.charts.figure import Figure, Table, table_html
from analysis.charts.flow import prisma_figure
from analysis.charts.groups import groups_figure
from analysis.charts.mention_places import map_figure
from analysis.charts.mixing import mixing_figure
from analysis.charts.shares import shares_figure
from analysis.charts.stance import stance_figure
from analysis.charts.style import COLUMN, PAGE
from analysis.charts.traps import traps_figure
from analysis.charts.tree import tree_figure
from analysis.charts.words import neighbours_figure
from analysis.charts.years import sense_years_figure
from analysis.common.errors import BadInput
from analysis.common.tables import make_table
from analysis.findings.collection import field_coverage, papers_by_year
from analysis.findings.collocates import distinguishing_collocates
from analysis.findings.groups import group_sizes, shares_by
from analysis.findings.layout import placed
from analysis.findings.mixing import mixed_papers, sense_pairs
from analysis.findings.prisma_report import prisma
from analysis.findings.shares import sense_shares
from analysis.findings.stance import stance_by_sense
from analysis.findings.time import sense_by_year, trends
from analysis.findings.traps import query_senses
from analysis.findings.tree import topic_tree
from analysis.findings.words import neighbours
from analysis.inventory.inventory import load_inventory
from analysis.inventory.palette import palette_of

PALETTE = palette_of(load_inventory())
ORDER = list(PALETTE)
FLOW = pd.DataFrame(
    [(stage, source, n) for stage, n in (("read", 9), ("unreadable", 1), ("duplicate", 2), ("excluded", 0), ("kept", 6),
                                         ("without abstract", 1), ("not in English", 0), ("with the term", 4),
                                         ("mentions", 11)) for source in ("a.csv", "")],
    columns=["stage", "source", "n"],
)  # fmt: skip


def flow_figure(flow: pd.DataFrame, term: str) -> Figure:
    return prisma_figure(prisma(flow, term), flow, term)


def papers_of(readings: pd.DataFrame) -> pd.DataFrame:
    return make_table("papers", readings.drop_duplicates("paper_id"))


FIGURES: dict[str, Callable[[pd.DataFrame], Figure]] = {
    "shares": lambda r: shares_figure(sense_shares(r, ORDER, draws=20), PALETTE),
    "stance": lambda r: stance_figure(stance_by_sense(r, ORDER), PALETTE),
    "mixing": lambda r: mixing_figure(sense_pairs(r, ORDER), mixed_papers(r), PALETTE, papers=r["paper_id"].nunique()),
    "collocates": lambda r: collocates_figure(distinguishing_collocates(r, ORDER), PALETTE),
    "years": lambda r: sense_years_figure(sense_by_year(r, ORDER), trends(sense_by_year(r, ORDER)), PALETTE),
    "groups": lambda r: groups_figure(shares_by(r, "venue", ORDER), group_sizes(r, "venue"), "venue", PALETTE),
    "tree": lambda r: tree_figure(topic_tree(r, np.eye(len(r), 8) + 1), PALETTE),
    "map": lambda r: map_figure(placed(r, np.arange(2 * len(r)).reshape(-1, 2)), PALETTE),
    "traps": lambda r: traps_figure(query_senses(papers_of(r), r, "bias", ORDER), "bias", PALETTE),
    "words": lambda r: neighbours_figure(neighbours(r), "bias"),
    "coverage": lambda r: coverage_figure(field_coverage(papers_of(r))),
    "papers by year": lambda r: years_figure(papers_by_year(papers_of(r), r)),
    "flow": lambda r: flow_figure(FLOW if len(r) else FLOW.iloc[:0], "<b>bias</b>"),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name, table):
    figure = FIGURES[name](table)
    assert not figure.instead
    assert figure.heading and not figure.heading.endswith(".") and figure.subtitle.endswith(".")
    assert figure.alt.startswith(f"{figure.heading}.")  # who does not see the chart is told the finding, too
    for width in (PAGE, COLUMN):
        svg = figure.render("svg", width=width)
        assert svg == figure.render("svg", width=width)
        root = ET.fromstring(svg)
        assert float(root.attrib["width"].removesuffix("pt")) == pytest.approx(72 * width)
        assert b"<dc:date>" not in svg
    html = figure.to_html()
    assert html.count("<figure ") == html.count("<figcaption>") == html.count("<details>") == 1
    assert html.count('<details class="notes">') == bool(figure.notes)
    assert html.index("<figcaption>") < html.index("<picture>")  # the finding comes first
    assert re.search(r'<img [^>]*alt="[^"]{10,}"', html)
    assert "<script" not in html and "<b>" not in html


@pytest.mark.parametrize("name", FIGURES)
def test_without_mentions_a_line_says_why(name, table):
    figure = FIGURES[name](table.iloc[:0])
    assert figure.instead.endswith(".")
    assert figure.to_html().startswith('<p class="not-shown"')
    with pytest.raises(BadInput, match=re.escape(figure.instead)):
        figure.render("svg")


def test_a_query_that_finds_no_paper_with_a_sense_is_a_sentence(table):
    query = 'bias AND "language model*"'  # no paper speaks of these
    figure = traps_figure(query_senses(papers_of(table), table, query, ORDER), query, PALETTE)
    assert figure.instead == f"The query {query} finds no paper that uses the term."
    assert figure.alt == f"The query {query} brings in no sense. The query {query} finds no papers: none."


def test_one_mention_does_not_stop_a_chart(table):
    for name, make in FIGURES.items():
        figure = make(table.iloc[:1])
        assert figure.to_html(), name


def test_saves_for_papers(tmp_path: Path, table):
    figure = FIGURES["shares"](table)
    for ending, start in (("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG")):
        one, two = (figure.save(tmp_path / f"{i}.{ending}", width=COLUMN).read_bytes() for i in (1, 2))
        assert one.startswith(start) and one == two
    with pytest.raises(BadInput, match="svg, pdf or png"):
        figure.save(tmp_path / "chart.gif")


def test_a_figure_is_as_wide_as_a_column_or_a_page_with_the_same_type(tmp_path: Path, table):
    figure = FIGURES["shares"](table)
    sizes = {}
    for width, inches in (("column", 3.35), ("page", 7.0), (5, 5.0)):
        svg = figure.save(tmp_path / "chart.svg", width=width).read_text("utf-8")
        assert float(re.search(r'width="([\d.]+)pt"', svg)[1]) == pytest.approx(72 * inches)
        png = figure.save(tmp_path / "chart.png", width=width).read_bytes()
        assert int.from_bytes(png[16:20], "big") == pytest.approx(300 * inches, abs=1)  # IHDR's width: 300 dots an inch
        pdf = figure.save(tmp_path / "chart.pdf", width=width).read_bytes()
        assert b"/FontFile2" in pdf and not re.search(rb"/(?:CreationDate|ModDate|Producer|Creator)\b", pdf)
        sizes[width] = set(re.findall(rb"/F\d+ (?:\d+ 0 R|[\d.]+ Tf)", pdf))
    assert sizes["column"] == sizes["page"]
    for wrong in ("broad", 0, 100):
        with pytest.raises(BadInput, match='give "column", "page" or inches from 2 to 20'):
            figure.save(tmp_path / "chart.svg", width=wrong)


def test_bytes_do_not_depend_on_the_process():
    code = (
        "import pandas as pd, sys; from analysis.charts.collection import years_figure;"
        "t = pd.DataFrame({'year': [2020, 2021], 'papers': [3, 4], 'using': [1, 2]});"
        "sys.stdout.buffer.write(years_figure(t).render('svg'))"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    here = years_figure(pd.DataFrame({"year": [2020, 2021], "papers": [3, 4], "using": [1, 2]})).render("svg")
    assert there == here


def test_pyplot_is_left_alone(table):
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    before = dict(mpl.rcParams)
    FIGURES["stance"](table).render("svg")
    assert plt.get_fignums() == []
    assert dict(mpl.rcParams) == before


def test_table_escapes_links_and_counts():
    frame = pd.DataFrame(
        {"paper_id": ["<i>", "b"], "url": ["javascript:alert(1)", "https://example.org"], "x": [1.5, None]}
    )
    html = Table(frame, name="t", heading="<b>", subtitle="<i>", links={"url": str}, rows=1).to_html()
    assert "&lt;i&gt;" in html and "<i>" not in html and "&lt;b&gt;" in html and "<b>" not in html
    assert 'href="javascript' not in html
    assert "The first 1 of 2 rows." in html
    assert 'href="https://example.org"' in Table(frame, name="t", heading="", subtitle="", links={"url": str}).to_html()
    assert Table(frame.iloc[:0], name="t", heading="", subtitle="", instead="None here.").to_html() == (
        '<p class="not-shown" id="t">None here.</p>'
    )


def test_a_count_leads_to_the_mentions_it_counts():
    frame = pd.DataFrame({"sense": ["social", "a&b"], "year": [2024, 2025], "mentions": [1234, 0]})
    table = Table(frame, name="t", heading="", subtitle="", selections={"mentions": {"sense": "sense", "year": "year"}})
    html = table.to_html()
    assert '<td class="number"><a href="mentions.html#sense=social&amp;year=2024">1,234</a></td>' in html
    assert '<td class="number">0</td>' in html  # none: nowhere to lead
    assert re.findall(r"<th[^>]*>([^<]*)</th>", html) == ["sense", "year", "mentions"]
    assert re.findall(r'<th[^>]*class="number"[^>]*>([^<]*)</th>', html) == ["year", "mentions"]


def test_numbers_in_tables_have_commas_as_in_the_prose_and_years_none():
    frame = pd.DataFrame(
        {"year": pd.array([2025, None], dtype="Int64"), "first_year": [1999.0, float("nan")], "papers": [1234567, 999],
         "mean": [1234.5, 0.25], "few": [True, False], "paper_id": ["2502", "1000"], "n": [1, 2]}
    )  # fmt: skip
    html = Table(frame, name="t", heading="", subtitle="", texts={"n": lambda n: f"row {n}"}).to_html()
    assert re.findall(r"<td[^>]*>([^<]*)</td>", html) == [
        "2025", "1999", "1,234,567", "1,234", "yes", "2502", "row 1",
        "", "", "999", "0.250", "no", "1000", "row 2",
    ]  # fmt: skip


def test_flow_names_no_folder_of_this_machine():
    table = FLOW.assign(source=FLOW["source"].replace("a.csv", "/home/me/a.csv"))
    figure = flow_figure(table, "bias")
    assert "a.csv, 9" in set(figure.table["n"]) and "/home" not in figure.to_html()


def test_years_with_few_papers_at_the_ends_are_in_the_table_alone(readings_over_years):
    by_year = sense_by_year(readings_over_years, ORDER)
    figure = sense_years_figure(by_year, trends(by_year), PALETTE)
    assert set(figure.drawn["year"]) == {2024, 2025}
    assert set(figure.table["year"]) == {2019, 2024, 2025}
    assert "in the table alone" in figure.notes


def test_a_missing_number_is_an_empty_cell():
    table = pd.DataFrame({"year": pd.array([2020, None], dtype="Int64")})
    assert re.findall("<td[^>]*>(.*?)</td>", table_html(table)) == ["2020", ""]
