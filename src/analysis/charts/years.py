"""Senses over the years as small multiples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts import headings
from analysis.charts.figure import Figure, Table
from analysis.charts.links import mention_link, paper_link, place_of
from analysis.charts.markers import shape_of
from analysis.charts.panels import columns_of, panels, title
from analysis.charts.style import INK, edged, is_narrow, uncrowded
from analysis.common.prose import spread
from analysis.common.wording import listed, percent
from analysis.findings.rows import rows_of
from analysis.findings.time import FEW, compared_years
from analysis.inventory.palette import Palette

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_PANEL = 1.25  # inches


def plot_sense_years(ax: Axes, table: pd.DataFrame, trends: pd.DataFrame, palette: Palette) -> Axes:
    """Draw ``findings.time.sense_by_year``: a panel a sense, its share of each year's papers with intervals.

    Panels go from the commonest sense to the rarest, so that those of a row are of a size and can share a y axis; all
    share the years. Lines join neighbouring years only; years with few papers are small hollow dots without an
    interval. Where ``trends`` finds a change, the panel's title has an arrow.
    """
    narrow = is_narrow(ax)
    senses = _ranked(table, palette)
    columns = _columns(len(senses), narrow)
    directions = dict(zip(trends["sense"], trends["direction"], strict=True))
    certain = table[~table["few"]] if (~table["few"]).any() else table
    first, last = int(table["year"].min()), int(table["year"].max())
    highest = certain.groupby("sense")["high"].max().reindex(senses, fill_value=0.0)
    made = panels(ax, len(senses), columns, sharex=True, share_rows=True)
    for number, (panel, sense) in enumerate(zip(made, senses, strict=True)):
        look, rows = palette[sense], table[table["sense"] == sense]
        many, few = rows[~rows["few"]], rows[rows["few"]]
        panel.plot(few["year"], few["estimate"], "o", ms=3, mfc="white", mec="#666666", mew=0.6, zorder=1)
        line = many.set_index("year")["estimate"].reindex(range(first, last + 1))
        panel.plot(line.index, line, color=look.colour, lw=1.2, path_effects=edged(1.2), zorder=3)
        panel.vlines(
            many["year"], many["low"], many["high"], color=look.colour, lw=1.0, path_effects=edged(1.0), zorder=2
        )
        shape = shape_of(look.marker)
        panel.plot(
            many["year"], many["estimate"], marker=shape, ls="", ms=4, mfc=look.colour, mec=INK, mew=0.5, zorder=4
        )
        arrow = {"rises": " \u2197", "falls": " \u2198"}.get(directions.get(sense, ""), "")
        title(panel, look.name + arrow, 26 if narrow else 20, size=7 if narrow else 6.5)
        row = number // columns * columns
        panel.set_ylim(0, min(1.0, 1.08 * float(highest.iloc[row : row + columns].max())))
        panel.set_xlim(first - 0.5, last + 0.5)
        panel.yaxis.set_major_formatter(lambda value, _: f"{100 * value:g}%")
        panel.locator_params(axis="y", nbins=4)
        panel.grid(axis="y")
        panel.tick_params(labelsize=6.5, labelleft=number % columns == 0, labelbottom=number >= len(senses) - columns)
        if last - first <= 4:
            panel.set_xticks(range(first, last + 1))
        else:
            panel.locator_params(axis="x", integer=True, nbins=4)
    return ax


def _ranked(table: pd.DataFrame, palette: Palette) -> list[str]:
    papers = (table["estimate"] * table["of"]).groupby(table["sense"]).sum()
    return sorted(papers.index, key=lambda sense: (sense in palette.no_sense, -papers[sense], sense))


def _columns(n: int, narrow: bool) -> int:
    return columns_of(n, 2, 3) if narrow else columns_of(n, 4, 5, 3)


def _height(n: int, *, narrow: bool) -> float:
    return 0.2 + _PANEL * -(-n // _columns(n, narrow))


def sense_years_figure(table: pd.DataFrame, trends: pd.DataFrame, palette: Palette) -> Figure:
    """The small multiples under their heading; says so when there are not two years to compare."""
    years = table["year"].nunique()
    drawn, more = uncrowded(compared_years(table), "papers", palette.no_sense)
    first, last = drawn["year"].min(), drawn["year"].max()
    beyond = {f"before {first}": table["year"] < first, f"after {last}": table["year"] > last}
    ends = [when for when, rows in beyond.items() if rows.any()]
    sparse = ""
    if ends:
        sparse += (
            f" The years {listed(ends)} have fewer than {FEW} papers each; they are in the table alone and not tested."
        )
    if drawn["few"].any():
        sparse += f" A small hollow dot without an interval is a year with fewer than {FEW} papers; the table has all."
    senses = drawn["sense"].nunique()
    of = table.drop_duplicates("year")
    sizes = listed([f"{row.year}: {row.of:,}" for row in rows_of(of)], most=12)
    covered = spread(table["error"].iloc[0]) if years else ""
    found = say_trends(trends, palette)
    notes = (
        "What was collected may have changed rather than the field. The commonest sense stands first. Each row of "
        f"panels has its own scale. Papers with a mention: {sizes}.{sparse} {covered} Arrows mark a "
        "change of the shares as read that holds after adjusting for all senses (Cochran-Armitage test, "
        f"Holm). {found}{more}"
    )
    instead = ""
    if not years:
        instead = "No paper with a mention has a year, so nothing can be shown over time."
    elif years == 1:
        instead = f"All dated papers are of one year ({int(table['year'].iloc[0])}), so there is no change to show."
    return Figure(
        plot_sense_years, table, name="senses-over-years", notes=notes, detail=found,
        heading=headings.sense_by_year(trends, first, last, palette),
        subtitle="Share of each year's papers that use each sense, with 95% intervals.",
        selections={"papers": {"sense": "sense", "year": "year"}},
        height=_height(senses, narrow=False), column_height=_height(senses, narrow=True),
        options={"trends": trends, "palette": palette}, drawn=drawn, instead=instead,
    )  # fmt: skip


def say_trends(trends: pd.DataFrame, palette: Palette) -> str:
    """The finding in words: which senses rise and which fall, and by how much a year."""
    clear = trends[trends["direction"] != "no clear change"]
    if clear.empty:
        return ""
    parts = [
        f"{palette[row.sense].name} {row.direction} by {percent(abs(row.slope))[:-1]} percentage points of the papers "
        "a year "
        f"(adjusted p {'below 0.001' if row.p_adjusted < 0.001 else f'= {row.p_adjusted:.3f}'})"
        for row in rows_of(clear)
    ]
    return f"{listed(parts, mark='; ')}."


def first_seen_table(table: pd.DataFrame, palette: Palette) -> Table:
    """``findings.time.first_seen`` under a heading."""
    return Table(
        table[["sense", "year", "papers", "of", "paper_id", "sentence", "mention_id"]],
        name="first-seen",
        heading=headings.first_seen(table, palette),
        subtitle="The first year in which this collection uses each sense, and a paper of it.",
        notes="Of several papers, the table names the one whose mention is read with most confidence. Papers counts "
        "those of that year that use the sense, of all of that year with a mention.",
        instead="No paper with a mention has a year, so it cannot be said which was first.",
        links={"mention_id": mention_link, "paper_id": paper_link},
        texts={"sense": palette.named, "mention_id": place_of},
        selections={"papers": {"sense": "sense", "year": "year"}},
    )
