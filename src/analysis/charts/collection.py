"""The collection in charts and tables: fates of records, fields, years, papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts import headings
from analysis.charts.figure import Figure, Table
from analysis.charts.links import paper_link
from analysis.charts.style import INK, is_narrow
from analysis.common.wording import count_of, listed, percent
from analysis.findings.rows import rows_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_FILL, _OUTLINE = "#56B4E9", "#555555"


def plot_coverage(ax: Axes, table: pd.DataFrame) -> Axes:
    """Draw ``findings.collection.field_coverage``: one bar a field, its frame being all papers."""
    for y, row in enumerate(rows_of(table)):
        ax.barh(y, 1, height=0.62, facecolor="none", edgecolor="#BBBBBB", lw=0.6)
        ax.barh(y, row.share, height=0.62, facecolor=_FILL, edgecolor=_OUTLINE, lw=0.6)
        text = "none" if not row.papers else f"{row.papers:,} ({percent(row.share)})"
        ax.text(1.02, y, text, va="center", fontsize=7.5)
    ax.set_yticks(range(len(table)), list(table["field"]))
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set_xlim(0, 1.35 if is_narrow(ax) else 1.18)
    ax.set_xticks([])
    ax.tick_params(axis="y", length=0)
    ax.spines[:].set_visible(False)
    return ax


def coverage_figure(table: pd.DataFrame) -> Figure:
    """How many papers have each field."""
    of = int(table["of"].max()) if len(table) else 0
    missing = list(table.loc[table["papers"] == 0, "field"])
    partly = [f"{row.field} ({row.papers:,})" for row in rows_of(table) if 0 < row.papers < row.of]
    complete = list(table.loc[table["papers"] == table["of"], "field"]) if of else []
    detail = f"Every paper has: {listed(complete)}. Some have: {listed(partly)}. None has: {listed(missing)}."
    return Figure(
        plot_coverage, table, name="coverage", heading=headings.field_coverage(table), detail=detail,
        subtitle=f"For how many of the {count_of(of, 'paper')} each field is known; the frame stands for all papers.",
        height=0.2 + 0.24 * len(table),
        instead="" if of else "There is no paper, so there are no fields to show.",
    )  # fmt: skip


def plot_years(ax: Axes, table: pd.DataFrame) -> Axes:
    """Draw ``findings.collection.papers_by_year``: all papers as outlines, those that use the term filled."""
    years = table["year"].to_numpy()
    ax.bar(years, table["papers"], width=0.8, facecolor="white", edgecolor=_OUTLINE, lw=0.7, label="all papers")
    ax.bar(
        years, table["using"], width=0.8, facecolor=_FILL, edgecolor=_OUTLINE, lw=0.7, hatch="//", label="use the term"
    )
    if len(table) <= (8 if is_narrow(ax) else 20):
        ax.set_xticks(years)
        for year, papers, using in rows_of(table[["year", "papers", "using"]]):
            label = f"{using:,}/\n{papers:,}" if is_narrow(ax) and papers > 99 else f"{using:,}/{papers:,}"
            ax.text(year, papers, label, ha="center", va="bottom", fontsize=6.5, color=INK)
    else:
        ax.locator_params(axis="x", integer=True)
    ax.set_xlim(years.min() - 0.8, years.max() + 0.8)
    ax.locator_params(axis="y", integer=True)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    ax.set_ylabel("papers")
    ax.legend(loc="upper left", bbox_to_anchor=(0, 1.24), ncol=2, borderaxespad=0)
    return ax


def years_figure(table: pd.DataFrame) -> Figure:
    """Papers by year; says so when no paper has a year."""
    dated, using = int(table["papers"].sum()), int(table["using"].sum())
    detail = ""
    if dated:
        peak = table.iloc[int(table["papers"].to_numpy().argmax())]
        detail = (
            f"Years {table['year'].min()} to {table['year'].max()}; {using:,} of {count_of(dated, 'paper')} use the "
            f"term. Most papers are of {int(peak['year'])} ({int(peak['papers']):,})."
        )
    return Figure(
        plot_years, table, name="papers-by-year", heading=headings.papers_by_year(table), detail=detail, height=2.2,
        subtitle=f"Papers of each year, and those that use the term: {using:,} of the {dated:,} with a year.",
        notes="Two numbers on a bar are the papers that use the term and all papers of that year.",
        selections={"using": {"year": "year"}},
        instead="" if dated else "No paper has a year, so nothing can be shown over time.",
    )  # fmt: skip


def fates_table(table: pd.DataFrame) -> Table:
    """``findings.collection.record_fates`` under a heading."""
    return Table(
        table,
        name="record-fates",
        heading=headings.record_fates(table),
        subtitle="Records and other stretches of the sources by status and reason.",
        instead="The audit is empty: nothing was read.",
    )


def papers_table(table: pd.DataFrame) -> Table:
    """``findings.collection.paper_list`` under a heading."""
    return Table(
        table,
        name="papers",
        heading=headings.paper_list(table),
        subtitle="Papers of the collection with their mentions, most mentions first.",
        instead="There is no paper.",
        links={"paper_id": paper_link},
        selections={"mentions": {"paper": "paper_id"}},
        rows=30,
    )
