"""Small multiples: no panel stands alone where another number of columns helps, no title runs into its neighbour."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure as Canvas
from matplotlib.markers import MarkerStyle

from analysis.charts.markers import shape_of
from analysis.charts.mention_places import plot_map
from analysis.charts.panels import columns_of, panels, title
from analysis.charts.style import INK, PAGE
from analysis.charts.years import plot_sense_years, sense_years_figure
from analysis.findings.layout import placed
from analysis.findings.time import trends
from analysis.inventory.inventory import MARKERS, load_inventory
from analysis.inventory.palette import GREY, Look, palette_of

PALETTE = palette_of(load_inventory())


def drawn(plot, *arguments):
    """The panels that ``plot`` draws on a page."""
    canvas = Canvas(figsize=(PAGE, 3))
    plot(canvas.add_subplot(), *arguments)
    return canvas.axes[1:]


@pytest.mark.parametrize(("n", "columns"), [(13, 5), (12, 4), (9, 5), (5, 5), (7, 4), (1, 4), (61, 4)])
def test_the_last_row_has_company(n, columns):
    assert columns_of(n, 4, 5, 3) == columns  # 61 = 1 modulo 4, 5 and 3: nothing helps


def test_panels_of_a_row_share_its_scale():
    canvas = Canvas()
    one, two, three = panels(canvas.add_subplot(), 3, 2, share_rows=True)
    one.set_ylim(0, 7)
    three.set_ylim(0, 3)
    assert [panel.get_ylim()[1] for panel in (one, two, three)] == [7, 7, 3]


def test_titles_are_folded_to_three_lines_at_most():
    panel = Canvas().add_subplot()
    title(panel, "Physical, sensor or instrument bias (117)", 21, size=7)
    assert panel.get_title("left") == "Physical, sensor or\ninstrument bias (117)"
    title(panel, "one two three four", 6, size=7, loc="right")
    assert panel.get_title("right") == "one\ntwo\nthree\u2026"


def test_the_map_lies_as_on_the_screen_and_unclear_shows_on_grey():
    readings = pd.DataFrame({"mention_id": ["a", "b"], "sense": ["social", "unclear"], "confidence": 0.9})
    social, unclear = drawn(plot_map, placed(readings, np.array([[0, 0], [1000, 1000]])), PALETTE)
    bottom, top = social.get_ylim()
    assert bottom > top  # the interactive map draws on a canvas, whose y grows downwards
    others, own = unclear.collections
    assert to_hex(own.get_facecolor()[0]) == INK and to_hex(others.get_facecolor()[0]) > GREY  # dark on pale


@pytest.mark.filterwarnings("error")
def test_the_map_marks_what_is_no_sense_like_the_senses():
    readings = pd.DataFrame({"mention_id": list("abc"), "sense": ["social", "other", "unclear"], "confidence": 0.9})
    panels = drawn(plot_map, placed(readings, np.array([[0, 0], [500, 0], [1000, 1000]])), PALETTE)
    assert [to_hex(panel.collections[1].get_edgecolor()[0]) for panel in panels] == [INK] * 3


def test_every_mark_has_an_inside_so_that_full_and_hollow_ones_differ():
    marks = {*MARKERS, Look("").marker, *(look.marker for look in PALETTE.values())}
    assert {"+", "x"} < marks  # of what is no sense
    assert all(MarkerStyle(shape_of(mark)).is_filled() for mark in marks)


def by_year(counts):
    """A table of ``sense_by_year`` from {sense: {year: (papers, of)}}; intervals of 0.01 to either side."""
    return pd.DataFrame(
        [
            {"sense": sense, "year": year, "papers": n, "of": of, "share": n / of, "estimate": n / of,
             "low": n / of - 0.01, "high": n / of + 0.01, "few": of < 10, "error": "papers"}
            for sense, years in counts.items()
            for year, (n, of) in years.items()
        ]
    )  # fmt: skip


def test_the_commonest_sense_comes_first_and_a_row_of_rare_ones_has_a_scale_of_its_own():
    common, rare = {2024: (50, 100), 2025: (60, 100)}, {2024: (4, 100), 2025: (5, 100)}
    table = by_year({"social": rare, **dict.fromkeys(("data", "skew", "media", "shortcut"), common), "unclear": rare})
    made = drawn(plot_sense_years, table, trends(table), PALETTE)
    assert [panel.get_title("left") for panel in made[-2:]] == ["Social bias", "Unclear"]
    # rows of four and two: the highest ends of their intervals are 0.61 and 0.06
    assert [panel.get_ylim()[1] for panel in made] == pytest.approx([1.08 * 0.61] * 4 + [1.08 * 0.06] * 2)


def test_the_notes_say_which_years_are_not_or_hardly_drawn():
    table = by_year({"social": {2019: (1, 2), 2021: (9, 30), 2022: (1, 3), 2023: (9, 40), 2026: (1, 4)}})
    notes = sense_years_figure(table, trends(table), PALETTE).notes
    assert "The years before 2021 and after 2023 have fewer than 10 papers each; they are in the table" in notes
    assert "A small hollow dot without an interval is a year with fewer than 10 papers" in notes
    whole = table[table["year"].isin([2021, 2023])]
    assert "fewer than" not in sense_years_figure(whole, trends(whole), PALETTE).notes


@pytest.mark.filterwarnings("error")
def test_years_of_few_papers_alone_are_drawn_in_their_panels():
    table = by_year({sense: {1999: (1, 2), 2020: (1, 3)} for sense in list(PALETTE)[:4]})
    figure = sense_years_figure(table, trends(table), PALETTE)
    assert figure.render().startswith(b"<?xml")
