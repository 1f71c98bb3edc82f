"""Senses over the years as small multiples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts.collocates import panels
from analysis.charts.style import INK, Palette, edged, is_narrow, percent, shorten
from analysis.figures import Figure
from analysis.findings.sentences import count_of, listed
from analysis.findings.time import FEW
from analysis.senses.inventory import UNCLEAR

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_PANEL = 1.05  # inches


def plot_sense_years(ax: Axes, table: pd.DataFrame, trends: pd.DataFrame, palette: Palette) -> Axes:
    """Draw ``findings.time.sense_by_year``: a panel a sense, its share of each year's papers with intervals.

    All panels share both axes. Years with few papers have hollow markers and no line to them. Where ``trends`` finds a
    change, the panel's title has an arrow. Under the lowest panels stands how many papers the years have.
    """
    narrow = is_narrow(ax)
    senses = palette.order(table["sense"])
    directions = dict(zip(trends["sense"], trends["direction"], strict=True))
    top = min(1.0, 1.1 * float(table.loc[~table["few"], "high"].max() if (~table["few"]).any() else table["high"].max()))
    years = sorted(set(table["year"]))
    made = panels(ax, len(senses), 2 if narrow else 4, sharex=True, sharey=True)
    for number, (panel, sense) in enumerate(zip(made, senses, strict=True)):
        look, rows = palette[sense], table[table["sense"] == sense]
        many = rows[~rows["few"]]
        panel.fill_between(many["year"], many["low"], many["high"], color=look.colour, alpha=0.25, lw=0)
        panel.plot(many["year"], many["share"], color=look.colour, lw=1.3, path_effects=edged(1.3))
        for row in rows.itertuples():
            face = "white" if row.few else look.colour
            panel.plot([row.year], [row.share], look.marker, ms=4, mfc=face, mec=INK, mew=0.5, clip_on=True)
            if row.few:
                panel.plot([row.year] * 2, [row.low, row.high], color=look.colour, lw=0.6)
        arrow = {"rises": " \u2197", "falls": " \u2198"}.get(directions.get(sense, ""), "")
        panel.set_title(shorten(look.name, 21 if narrow else 22) + arrow, fontweight="bold", fontsize=7, pad=2)
        panel.set_ylim(0, top)
        panel.set_xlim(years[0] - 0.5, years[-1] + 0.5)
        panel.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
        panel.grid(axis="y")
        panel.tick_params(labelsize=6.5, labelleft=number % (2 if narrow else 4) == 0)
        if len(years) <= 4:
            panel.set_xticks(years)
        else:
            panel.locator_params(axis="x", integer=True, nbins=4)
    return ax


def sense_years_figure(table: pd.DataFrame, trends: pd.DataFrame, palette: Palette) -> Figure:
    """The small multiples with their caption; says so when there are not two years to compare."""
    years = table["year"].nunique()
    senses = table["sense"].nunique()
    of = table.drop_duplicates("year")
    sizes = listed([f"{row.year}: {row.of:,}" for row in of.itertuples()], most=12)
    caption = (
        f"Share of each year's papers that use each sense, with Wilson 95% intervals. Papers with a mention: {sizes}. "
        f"Years with fewer than {FEW} papers have hollow markers. Arrows mark a change that holds after adjusting for all "
        "senses (Cochran-Armitage test, Holm)."
    )
    instead = ""
    if not years:
        instead = "No paper with a mention has a year, so nothing can be shown over time."
    elif years == 1:
        instead = f"All dated papers are of one year ({int(table['year'].iloc[0])}), so there is no change to show."
    return Figure(
        plot_sense_years, table, name="senses-over-years", caption=caption, alt=say_trends(trends, palette),
        height=0.2 + _PANEL * -(-senses // 4), column_height=0.2 + _PANEL * -(-senses // 2),
        options={"trends": trends, "palette": palette}, instead=instead,
    )  # fmt: skip


def say_trends(trends: pd.DataFrame, palette: Palette) -> str:
    """The finding in words: which senses rise and which fall, and by how much a year."""
    clear = trends[(trends["direction"] != "no clear change") & (trends["sense"] != UNCLEAR)]
    if clear.empty:
        return f"Over {count_of(int(trends['years'].max()) if len(trends) else 0, 'year')}, no sense changes clearly."
    parts = [
        f"{palette[row.sense].name} {row.direction} by {percent(abs(row.slope), 1)} of papers a year "
        f"(adjusted p {'below 0.001' if row.p_adjusted < 0.001 else f'= {row.p_adjusted:.3f}'})"
        for row in clear.itertuples()
    ]
    return f"{listed(parts, mark='; ')}."
