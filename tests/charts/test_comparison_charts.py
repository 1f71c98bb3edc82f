"""The charts of a comparison: drawn at both widths, with their finding as alternative text."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from analysis.charts.comparison import compare_kinds, compare_shares, compare_stances, plot_differences
from analysis.charts.style import COLUMN, PAGE
from analysis.inventory.inventory import load_inventory
from analysis.inventory.palette import palette_of

PALETTE = palette_of(load_inventory())
NUMBERS = ["papers_one", "papers_two", "of_one", "of_two", "estimate_one", "estimate_two", "difference", "low", "high",
           "clear"]  # fmt: skip
ROWS = [(30, 10, 40, 40, 0.75, 0.25, 0.5, 0.2, 0.7, True), (4, 5, 40, 40, 0.1, 0.125, -0.025, -0.2, 0.2, False)]


def table(**columns):
    return pd.DataFrame(ROWS, columns=NUMBERS).assign(**columns, error="papers")


def comparison(**tables):
    names = ("<i>A</i>", "B")
    return SimpleNamespace(
        names=names, using=(40, 40), few=False, palette=PALETTE, one=SimpleNamespace(term="bias"),
        in_place=lambda shown: shown, **tables,
    )  # fmt: skip


FIGURES = {
    "shares": lambda: compare_shares(comparison(shares=table(sense=["social", "unclear"]))),
    "kinds": lambda: compare_kinds(
        comparison(kinds=table(name=["<b>x</b> bias", "y"], papers_of_one=[["p"], []], papers_of_two=[[], ["q"]]))
    ),
    "stances": lambda: compare_stances(comparison(stances=table(sense="social", stance=["mitigate", "measure"]))),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name):
    figure = FIGURES[name]()
    assert figure.alt.startswith(figure.heading) and "by 50 percentage points in <i>A</i>" in figure.alt
    for width in (PAGE, COLUMN):
        assert figure.render("png", width=width) == figure.render("png", width=width)
    html = figure.to_html()
    assert "<i>A" not in html and "<b>x" not in html and "mentions-one.html#" in html
    assert "hold for all 2 rows together" in html


def test_what_is_clear_is_drawn_heavy_and_what_is_not_is_hollow():
    from matplotlib.figure import Figure

    ax = Figure(figsize=(PAGE, 3)).add_subplot()
    plot_differences(ax, table(row=["social", "skew"]), ("A", "B"), {}, PALETTE)
    _, left, right = ax.figure.axes
    intervals = [line for line in right.lines if len(line.get_xdata()) == 2 and line.get_linewidth() >= 1]
    assert [line.get_linewidth() for line in intervals] == [2.0, 1.0]
    assert list(intervals[0].get_xdata()) == [20, 70]
    dots = [line for line in left.lines if line.get_marker() not in ("None", "")]
    assert [line.get_markerfacecolor() for line in dots] == ["white", PALETTE["social"].colour, "white",
                                                            PALETTE["skew"].colour]  # fmt: skip
