"""The flow of records, from what was read to the mentions, in the manner of PRISMA 2020."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from analysis.charts import headings
from analysis.charts.figure import Figure
from analysis.charts.style import INK, fold, is_narrow, shorten
from analysis.common.wording import count_of, listed
from analysis.findings.rows import rows_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_SOURCES = 3  # named in the first box; the others are counted

_ASIDE = {"unreadable": "unreadable", "duplicate": "merged as duplicates", "excluded": "excluded"}


def plot_flow(ax: Axes, table: pd.DataFrame, term: str) -> Axes:
    """Draw ``collection.flow.record_flow``: boxes down the left, what leaves at each step on the right.

    Every number stands in the table's rows for all sources (source ""), or is a difference of two of them.
    """
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

    n = _totals(table)
    narrow = is_narrow(ax)
    left_out = [f"{n[stage]:,} {fate}" for stage, fate in _ASIDE.items() if n[stage]]
    notes = [f"{n[stage]:,} {stage}" for stage in ("without abstract", "not in English") if n[stage]]
    steps = [
        (f"{count_of(n['read'], 'record')} read", _sources(table, narrow), "set aside:", left_out),
        (f"{count_of(n['kept'], 'paper')} kept", notes, "", []),
    ]
    if "with the term" in n:
        without = n["kept"] - n["with the term"]
        steps[1] = (*steps[1][:2], f"{count_of(without, 'paper')} without \u201c{shorten(term, 20)}\u201d", [])
        steps.append((f"{count_of(n['with the term'], 'paper')} with \u201c{shorten(term, 20)}\u201d", [], "", []))
        steps.append((count_of(n["mentions"], "mention"), [], "", []))
    ax.set_xlim(0, 1)
    ax.set_ylim(len(steps) - 0.45, -0.5)
    ax.set_axis_off()
    canvas = ax.get_figure(root=True)
    assert canvas is not None
    width, height = canvas.get_size_inches()
    squeezed = (len(steps) + 0.05) * width / height  # corners are round although the axes' units are not alike
    for y, (main, below, aside, lines) in enumerate(steps):
        ax.add_patch(FancyBboxPatch((0.01, y - 0.36), 0.5, 0.72, boxstyle="round,pad=0,rounding_size=0.02",
                                    mutation_aspect=squeezed, facecolor="#EAF2F8", edgecolor=INK, lw=0.8))  # fmt: skip
        place: dict[str, Any] = {"ha": "center", "va": "top" if below else "center"}
        top = y - 0.15 - 0.06 * (len(below) - 1) if below else y
        ax.text(0.26, top, main, fontweight="bold", fontsize=7.5 if narrow else 9, **place)
        if below:
            ax.text(0.26, top + 0.2, "\n".join(below), fontsize=6 if narrow else 7, linespacing=1.1, **place)
        if y + 1 < len(steps):
            ax.add_patch(FancyArrowPatch((0.26, y + 0.37), (0.26, y + 0.63), arrowstyle="-|>", mutation_scale=9, lw=0.9,
                                         color=INK, shrinkA=0, shrinkB=0))  # fmt: skip
            text = f"{aside} {listed(lines)}" if lines else "none set aside" if aside == "set aside:" else aside
            if text:
                ax.add_patch(FancyArrowPatch((0.26, y + 0.5), (0.57, y + 0.5), arrowstyle="-|>", mutation_scale=8,
                                             lw=0.7, color="#666666", shrinkA=0, shrinkB=0))  # fmt: skip
                ax.text(0.59, y + 0.5, fold(text, 26 if narrow else 44), va="center", fontsize=6.5 if narrow else 8)
    return ax


def _totals(table: pd.DataFrame) -> dict[str, int]:
    together = table[table["source"] == ""]
    return {str(stage): int(n) for stage, n in zip(together["stage"], together["n"], strict=True)}


def _sources(table: pd.DataFrame, narrow: bool) -> list[str]:
    """``from page.txt (21)`` a line, at most ``_SOURCES`` lines."""
    read = table[(table["stage"] == "read") & (table["source"] != "")]
    named = [f"{shorten(_name(row.source), 26 if narrow else 48)} ({row.n:,})" for row in rows_of(read)]
    return named if len(named) <= _SOURCES else [*named[: _SOURCES - 1], f"{len(named) - _SOURCES + 1:,} more sources"]


def _name(source: str) -> str:
    """A source without the folders of this machine."""
    return re.split(r"[/\\]", source)[-1] or source


def flow_figure(table: pd.DataFrame, term: str) -> Figure:
    """The flow diagram under its heading; says so when no record was read."""
    n = _totals(table)
    sources = int(table.loc[table["source"] != "", "source"].nunique())
    aside = listed([f"{n[stage]:,} {fate}" for stage, fate in _ASIDE.items() if n.get(stage)])
    using, mentions = n.get("with the term", 0), n.get("mentions", 0)
    detail = (
        f"From {count_of(sources, 'source')}, {n.get('kept', 0):,} records are kept (set aside: {aside}); {using:,} "
        f"{'uses' if using == 1 else 'use'} the term, in {count_of(mentions, 'mention')}."
    )
    return Figure(
        plot_flow, table.assign(source=table["source"].map(_name)),
        name="record-flow", heading=headings.record_flow(n, shorten(term, 40)), detail=detail,
        subtitle="What became of every record that was read.",
        notes="Drawn after PRISMA 2020. The table has the same numbers source by source.",
        height=4.0, column_height=3.6, options={"term": term},
        instead="" if n.get("read") else "No record was read, so there is no flow to show.",
    )  # fmt: skip
