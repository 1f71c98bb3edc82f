"""Senses over the years as small multiples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts.collocates import panels
from analysis.charts.style import INK, Palette, edged, is_narrow, percent, shorten, uncrowded
from analysis.figures import Figure
from analysis.findings.rows import rows_of
from analysis.findings.sentences import count_of, listed, spread
from analysis.findings.time import FEW
from analysis.senses.inventory import UNCLEAR

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_PANEL = 1.05  # inches


def plot_sense_years(ax: Axes, table: pd.DataFrame, trends: pd.DataFrame, palette: Palette) -> Axes:
    """Draw ``findings.time.sense_by_year``: a panel a sense, its share of each year's papers with intervals.

    All panels share both axes. Lines join neighbouring years only; years with few papers are small hollow dots without
    an interval. Where ``trends`` finds a change, the panel's title has an arrow.
    """
    narrow = is_narrow(ax)
    columns = 2 if narrow else 4
    senses = palette.order(table["sense"])
    directions = dict(zip(trends["sense"], trends["direction"], strict=True))
    certain = table[~table["few"]] if (~table["few"]).any() else table
    first, last = int(table["year"].min()), int(table["year"].max())
    made = panels(ax, len(senses), columns, sharex=True, sharey=True)
    for number, (panel, sense) in enumerate(zip(made, senses, strict=True)):
        look, rows = palette[sense], table[table["sense"] == sense]
        many, few = rows[~rows["few"]], rows[rows["few"]]
        panel.plot(few["year"], few["estimate"], "o", ms=2, mfc="white", mec="#888888", mew=0.5, zorder=1)
        line = many.set_index("year")["estimate"].reindex(range(first, last + 1))
        panel.plot(line.index, line, color=look.colour, lw=1.2, path_effects=edged(1.2), zorder=3)
        panel.vlines(
            many["year"], many["low"], many["high"], color=look.colour, lw=1.0, path_effects=edged(1.0), zorder=2
        )
        panel.plot(many["year"], many["estimate"], look.marker, ms=4, mfc=look.colour, mec=INK, mew=0.5, zorder=4)
        arrow = {"rises": " \u2197", "falls": " \u2198"}.get(directions.get(sense, ""), "")
        panel.set_title(shorten(look.name, 21 if narrow else 22) + arrow, fontweight="bold", fontsize=7, pad=2)
        panel.set_ylim(0, min(1.0, 1.08 * float(certain["high"].max())))
        panel.set_xlim(first - 0.5, last + 0.5)
        panel.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
        panel.grid(axis="y")
        panel.tick_params(labelsize=6.5, labelleft=number % columns == 0, labelbottom=number >= len(senses) - columns)
        if last - first <= 4:
            panel.set_xticks(range(first, last + 1))
        else:
            panel.locator_params(axis="x", integer=True, nbins=4)
    return ax


def sense_years_figure(table: pd.DataFrame, trends: pd.DataFrame, palette: Palette) -> Figure:
    """The small multiples with their caption; says so when there are not two years to compare."""
    years = table["year"].nunique()
    drawn, more = uncrowded(table, "papers")
    many = drawn.loc[~drawn["few"], "year"]
    early_or_late = ""
    if many.nunique() > 1 and not table["year"].between(many.min(), many.max()).all():
        drawn = drawn[drawn["year"].between(many.min(), many.max())]
        early_or_late = " Before the first and after the last year with more, they are in the table alone."
    senses = drawn["sense"].nunique()
    of = table.drop_duplicates("year")
    sizes = listed([f"{row.year}: {row.of:,}" for row in rows_of(of)], most=12)
    told = spread(table["error"].iloc[0]) if years else ""
    caption = (
        f"Share of each year's papers that use each sense. Papers with a mention: {sizes}. "
        f"Years with fewer than {FEW} papers are hollow dots.{early_or_late} {told} Arrows "
        "mark a change of the shares as labelled that holds after adjusting for all senses (Cochran-Armitage test, "
        f"Holm); it may be a change of what was collected rather than of the field.{more}"
    )
    instead = ""
    if not years:
        instead = "No paper with a mention has a year, so nothing can be shown over time."
    elif years == 1:
        instead = f"All dated papers are of one year ({int(table['year'].iloc[0])}), so there is no change to show."
    return Figure(
        plot_sense_years, table, name="senses-over-years", caption=caption, alt=say_trends(trends, palette),
        height=0.2 + _PANEL * -(-senses // 4), column_height=0.2 + _PANEL * -(-senses // 2),
        options={"trends": trends, "palette": palette}, drawn=drawn, instead=instead,
    )  # fmt: skip


def say_trends(trends: pd.DataFrame, palette: Palette) -> str:
    """The finding in words: which senses rise and which fall, and by how much a year."""
    clear = trends[(trends["direction"] != "no clear change") & (trends["sense"] != UNCLEAR)]
    if clear.empty:
        return f"Over {count_of(int(trends['years'].max()) if len(trends) else 0, 'year')}, no sense changes clearly."
    parts = [
        f"{palette[row.sense].name} {row.direction} by {percent(abs(row.slope))} of papers a year "
        f"(adjusted p {'below 0.001' if row.p_adjusted < 0.001 else f'= {row.p_adjusted:.3f}'})"
        for row in rows_of(clear)
    ]
    return f"{listed(parts, mark='; ')}."
