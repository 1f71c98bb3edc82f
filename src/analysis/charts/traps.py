"""What a query brings in, sense by sense."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts import headings
from analysis.charts.figure import Figure, Table
from analysis.charts.markers import shape_of
from analysis.charts.style import INK, edged, fold, is_narrow, uncrowded
from analysis.common.prose import between, spread
from analysis.common.wording import count_of, listed, percent
from analysis.findings.rows import rows_of
from analysis.findings.traps import SUPPORT
from analysis.inventory.palette import Palette

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def plot_traps(ax: Axes, table: pd.DataFrame, palette: Palette) -> Axes:
    """Draw ``findings.traps.query_senses``: estimated share of the found papers with each sense, largest on top.

    A tick marks the share as read, where no label stands for a reading.
    """
    rows = _ranked(table, palette)
    carries_error = bool((rows["error"] != "papers").any())
    for y, row in enumerate(rows_of(rows)):
        look = palette[row.sense]
        ax.plot([row.low, row.high], [y, y], color=look.colour, lw=2, path_effects=edged(2), zorder=2)
        shape = shape_of(look.marker)
        ax.plot(
            [row.estimate], [y], marker=shape, ls="", ms=6, mfc=look.colour, mec=INK, mew=0.6, zorder=4, clip_on=False
        )
        if carries_error:
            ax.plot([row.share], [y], "|", ms=8, mec=INK, mew=1.1, zorder=3, clip_on=False)
        counts = f"{row.papers:,} (of {row.all_papers:,})"
        ax.text(1.02, y, counts, va="center", fontsize=7, transform=ax.get_yaxis_transform())
    ax.set_yticks(range(len(rows)), [fold(palette[s].name, 18 if is_narrow(ax) else 34) for s in rows["sense"]])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_xlim(0, min(1.0, 1.05 * float(rows[["high", "share"]].max().max())))
    ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    label = "share of the papers found, 95% interval" + ("; | as read" if carries_error else "")
    ax.set_xlabel(fold(label, 40 if is_narrow(ax) else 99))
    ax.grid(axis="x")
    ax.tick_params(axis="y", length=0, pad=6)
    ax.spines["left"].set_visible(False)
    return ax


def _ranked(table: pd.DataFrame, palette: Palette) -> pd.DataFrame:
    found = table[table["papers"] > 0]
    # Not by the whole table's column: pandas gives an empty frame the rows of what it is assigned.
    found = found.assign(last=found["sense"].isin(palette.no_sense))
    return found.sort_values(["last", "estimate", "sense"], ascending=[True, False, True])


def traps_figure(table: pd.DataFrame, query: str, palette: Palette) -> Figure:
    """What ``query`` brings in; says so when there is none or it finds no paper that uses the term."""
    of = int(table["of"].max()) if len(table) else 0
    hits = _ranked(table, palette)
    shares = [
        f"{palette[row.sense].name} in {percent(row.estimate)} ({between(row.low, row.high)})" for row in rows_of(hits)
    ]
    drawn, more = uncrowded(table, "papers", palette.no_sense)
    senses = int((drawn["papers"] > 0).sum())
    instead = f"The query {query} finds no paper that uses the term."
    if not query:
        instead = "No two papers that use the term share a phrase beside it, so there is no query to try."
    return Figure(
        plot_traps, table, name="search-traps", options={"palette": palette}, drawn=drawn,
        selections={"all_papers": {"sense": "sense"}},
        heading=headings.query_senses(table, query, palette),
        subtitle=f"Senses of the {count_of(of, 'paper')} that the query {query} finds in title or abstract.",
        notes="A paper counts for each of its senses. The number behind each line counts those read so, and the one in "
        f"brackets those of the whole collection. {spread(table['error'].iloc[0]) if of else ''}{more}",
        detail=f"The query {query} finds {count_of(of, 'paper')}: {listed(shares, mark='; ', most=5)}.",
        height=0.5 + 0.25 * senses, column_height=0.6 + 0.32 * senses,
        instead="" if len(hits) else instead,
    )  # fmt: skip


def candidates_table(table: pd.DataFrame, wanted: str, palette: Palette, *, share: float, corrected: bool) -> Table:
    """``findings.traps.candidate_terms`` under a heading.

    ``share`` is the wanted sense's among all papers with the term, ``corrected``: whether precision carries the errors.
    """
    errors = (
        "The 95% interval (low, high) of precision covers the choice of papers and the classifier's errors, as far as "
        "these vary over all papers."
        if corrected
        else "Precision is right / found; its 95% interval (low, high) covers the choice of papers only."
    )
    known = ""
    if (table["labelled"] > 0).any():
        known = (
            " Labelled counts the found papers with labelled mentions, whose labels stand for the readings in every "
            "estimate."
        )
    else:
        table = table.drop(columns="labelled")
    return Table(
        table, name="candidate-terms",
        instead=f"The collection is too small to say which words keep a sense: none stands in {SUPPORT} papers with "
        f"\u201c{palette[wanted].name}\u201d." if wanted else "No mention has a sense, so no word can keep one.",
        heading=headings.candidate_terms(table, wanted, share, palette),
        subtitle=f"Words to add to the search to keep the sense \u201c{palette[wanted].name}\u201d: papers that each "
        "finds, and those of them read with the sense (right).",
        notes=f"The words were chosen among many, so expect less of them on new papers.{known} {errors} Recall and the "
        "harmonic mean (f1) are as read. Sorted by the low end of precision, then by recall.",
    )  # fmt: skip
