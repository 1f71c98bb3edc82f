"""The forms of the term, what was left out, and what stands beside the term: bars by grammatical relation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts import headings
from analysis.charts.figure import Figure, Table
from analysis.charts.panels import panels
from analysis.charts.style import is_narrow, shorten
from analysis.common.wording import listed
from analysis.findings.rows import rows_of
from analysis.findings.words import RELATIONS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def plot_neighbours(ax: Axes, table: pd.DataFrame, term: str) -> Axes:
    """Draw ``findings.words.neighbours``: one panel per relation, bars are mentions; the papers stand behind them.

    All panels have the same scale, so that bars of different relations can be compared, too.
    """
    relations = [r for r in RELATIONS if (table["relation"] == r).any()]
    narrow = is_narrow(ax)
    most = int(table.groupby("relation").size().max())
    for panel, relation in zip(panels(ax, len(relations), 1 if narrow else len(relations)), relations, strict=True):
        rows = table[table["relation"] == relation]
        panel.barh(range(len(rows)), rows["mentions"], height=0.7, facecolor="#CFE3F1", edgecolor="#555555", lw=0.6)
        for y, row in enumerate(rows_of(rows)):
            panel.text(row.mentions, y, f" {row.mentions:,} ({row.papers:,})", va="center", fontsize=6.5)
        panel.set_yticks(range(len(rows)), [shorten(word, 24) for word in rows["word"]])
        panel.set_ylim(most - 0.4, -0.6)
        panel.set_xlim(0, 1.3 * table["mentions"].max())
        panel.set_xticks([])
        panel.spines["bottom"].set_visible(False)
        panel.tick_params(axis="y", length=0, labelsize=7)
        title = {
            "modifier": f"before \u201c{term}\u201d",
            "head": f"after \u201c{term}\u201d",
            "verb": "governing verb",
        }
        panel.set_title(title[relation], fontweight="bold", pad=3)
    return ax


def neighbours_figure(table: pd.DataFrame, term: str) -> Figure:
    """The bars under their heading; says so when the parser found no neighbour."""
    first = [
        f"{relation}: {listed(list(table.loc[table['relation'] == relation, 'word'].head(3)))}"
        for relation in RELATIONS
        if (table["relation"] == relation).any()
    ]
    rows = int(table.groupby("relation").size().max()) if len(table) else 0
    return Figure(
        plot_neighbours, table, name="neighbours", options={"term": term},
        heading=headings.neighbours(table, term),
        subtitle="Mentions (and papers) with each word before the term, after it, and as the verb that governs it.",
        notes="Words before the term are the modifiers next to it; words after it are the nouns that it modifies. All "
        "bars have one scale.",
        detail=f"{listed(first, mark='; ')}." if first else "",
        height=0.4 + 0.19 * rows, column_height=(0.3 + 0.19 * rows) * max(1, len(first)),
        instead="" if len(table) else "No mention has a modifier, head or verb, so there are no neighbours to show.",
    )  # fmt: skip


def forms_table(table: pd.DataFrame) -> Table:
    """``findings.words.forms`` under a heading."""
    return Table(
        table,
        name="forms",
        heading=headings.forms(table),
        subtitle="Spellings of the term, case ignored.",
        instead="There is no mention, so there are no forms.",
    )


def left_out_table(table: pd.DataFrame) -> Table:
    """``findings.words.left_out`` under a heading."""
    return Table(
        table,
        name="left-out",
        heading=headings.left_out(table),
        subtitle="Words that contain the term's letters and are no mention of it.",
        instead="No word of these papers only contains the letters.",
        rows=30,
    )
