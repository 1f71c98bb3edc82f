"""The flow diagram of PRISMA 2020, with the boxes that there is something to say in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.charts import headings
from analysis.charts.figure import Figure
from analysis.charts.style import COLUMN, INK, PAGE, fold, is_narrow, shorten
from analysis.common.wording import count_of, listed
from analysis.findings.prisma_report import known_boxes

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes

_SOURCES = 3  # named in the first box; the others are counted
_PAD, _GAP = 0.11, 0.24  # inches around the text of a box, and between boxes
_TYPE = {False: (8, 0.145), True: (6.5, 0.118)}  # points, and inches a line, on a page and in a narrow column
_REMOVED = {
    "duplicates": "Duplicate records",
    "excluded_automatic": "Records marked as ineligible by automation tools",
    "excluded_other": "Records removed for other reasons",
}


def plot_prisma(ax: Axes, table: pd.DataFrame, notes: Mapping[str, int], term: str) -> Axes:
    """Draw ``findings.prisma_report.prisma``: boxes down the left, what leaves at each step on the right.

    Every number stands in the table, or in ``notes``: papers without abstract, in other languages, and mentions.
    """
    from matplotlib.patches import FancyArrowPatch, Rectangle

    narrow = is_narrow(ax)
    width = COLUMN if narrow else PAGE
    size, line = _TYPE[narrow]
    rows = _rows(table, notes, term, narrow)
    heights = [_height(row, line) for row in rows]
    ax.set_xlim(0, width)
    ax.set_ylim(sum(heights) + _GAP * (len(rows) - 1) + 0.02, -0.02)
    ax.set_axis_off()
    bar, left = 0.24, (0.49 if narrow else 0.47) * width
    middle = (bar + 0.08 + left) / 2

    def box(x: float, y: float, right: float, height: float, text: list[str], **look: Any) -> None:
        ax.add_patch(Rectangle((x, y), right - x, height, edgecolor=INK, **look))
        ax.text(x + 0.08, y + height / 2, "\n".join(text), va="center", fontsize=size, linespacing=1.25)

    top = 0.0
    for number, (row, height) in enumerate(zip(rows, heights, strict=True)):
        phase, main, aside = row
        ax.add_patch(Rectangle((0.01, top), bar - 0.01, height, facecolor="#D6E4F0", edgecolor="none"))
        ax.text(bar / 2, top + height / 2, phase, rotation=90, ha="center", va="center", fontsize=size - 0.5)
        own = phase == "Read"
        box(bar + 0.08, top, left, height, main, facecolor="#F4F4F4" if own else "white", lw=0.8,
            linestyle="--" if own else "-")  # fmt: skip
        arrow: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 7, "lw": 0.8, "color": INK}
        arrow |= {"shrinkA": 0, "shrinkB": 0}
        if aside:
            tall = len(aside) * line + 2 * _PAD
            start = top + (height - tall) / 2
            box(left + 0.26, start, width - 0.02, tall, aside, facecolor="white", lw=0.8)
            at = top + height / 2
            ax.add_patch(FancyArrowPatch((left, at), (left + 0.26, at), **arrow))
        top += height + _GAP
        if number + 1 < len(rows):
            ax.add_patch(FancyArrowPatch((middle, top - _GAP), (middle, top), **arrow))
    return ax


def _rows(
    table: pd.DataFrame, notes: Mapping[str, int], term: str, narrow: bool
) -> list[tuple[str, list[str], list[str]]]:
    """Each row of boxes: its phase, the lines of the box at the left, and of that at the right."""
    n = known_boxes(table)
    wide, aside_wide = (23, 24) if narrow else (44, 56)

    def lines(texts: list[str], at_most: int) -> list[str]:
        return [part for text in texts for part in fold(text, at_most).split("\n")]

    removed = ["Records removed before screening:"]
    for data, name in _REMOVED.items():
        reason = f" (no \u201c{shorten(term, 20)}\u201d in title or abstract)" if data == "excluded_automatic" else ""
        if data in n:
            removed.append(_counted(f"{name}{reason}", n[data]))
    found = [_counted("Records identified from databases", n["database_results"]) + ":", *_sources(table)]
    rows = [("Identification", lines(found, wide), lines(removed, aside_wide))]
    if "records_screened" in n:
        main = [_counted("Records screened", n["records_screened"])]
        main += [_counted(name, notes[name]) for name in ("without abstract", "not in English") if notes.get(name)]
        out = [_counted("Records excluded", n["records_excluded"])] if "records_excluded" in n else []
        read = _counted(f"Mentions of \u201c{shorten(term, 20)}\u201d", notes["mentions"])
        rows += [("Screening", lines(main, wide), lines(out, aside_wide)), ("Read", lines([read], wide), [])]
    return rows


def _counted(what: str, n: int) -> str:
    """``Records screened (n = 21)``; no line breaks within the brackets."""
    return f"{what} (n\u00a0=\u00a0{n:,})"


def _height(row: tuple[str, list[str], list[str]], line: float) -> float:
    phase, main, aside = row
    # what is written along the side needs its room, too
    return max(max(len(main), len(aside)) * line + 2 * _PAD, len(phase) * line * 0.47 + 0.1)


def _sources(table: pd.DataFrame) -> list[str]:
    """``page.txt (n = 21)`` a line, at most ``_SOURCES`` lines."""
    cell = str(table.loc[table["data"] == "database_specific_results", "n"].iloc[0])
    parts = [part.rpartition(", ") for part in cell.split("; ") if ", " in part]
    named = [_counted(shorten(name, 30), int(n)) for name, _, n in parts]
    return named if len(named) <= _SOURCES else [*named[: _SOURCES - 1], f"{len(named) - _SOURCES + 1:,} more sources"]


def prisma_figure(table: pd.DataFrame, flow: pd.DataFrame, term: str) -> Figure:
    """The flow diagram under its heading; says so when no record was read.

    ``table`` is ``findings.prisma_report.prisma`` made of ``flow``, ``collection.flow.record_flow``.
    """
    together = flow[flow["source"] == ""]
    n = {str(stage): int(count) for stage, count in zip(together["stage"], together["n"], strict=True)}
    known = known_boxes(table)
    sources = int(flow.loc[flow["source"] != "", "source"].nunique())
    aside = listed([f"{known[data]:,} {fate}" for data, fate in
                    (("duplicates", "merged as duplicates"), ("excluded_other", "removed for other reasons"))
                    if known.get(data)])  # fmt: skip
    kept, using, mentions = n.get("kept", 0), n.get("with the term", 0), n.get("mentions", 0)
    detail = (
        f"From {count_of(sources, 'source')}, {count_of(kept, 'record')} {'is' if kept == 1 else 'are'} kept "
        f"(set aside: {aside}); {using:,} {'uses' if using == 1 else 'use'} the term, in "
        f"{count_of(mentions, 'mention')}."
    )
    heights = {}
    for narrow, (_, line) in _TYPE.items():
        rows = _rows(table, n | {"mentions": mentions}, term, narrow) if n.get("read") else []
        heights[narrow] = sum(_height(row, line) for row in rows) + _GAP * max(len(rows) - 1, 0) + 0.15
    return Figure(
        plot_prisma, table,
        name="record-flow", heading=headings.record_flow(n, shorten(term, 40)), detail=detail,
        subtitle="What became of every record that was read, in the boxes of PRISMA 2020.",
        notes=(
            "Every source counts as a database. Papers without the term are removed by this tool; those with it are "
            "screened. What the tool cannot know, such as retrieval and assessment of full texts, has no box here and "
            "NA in the table. The table is the template of the R package PRISMA2020 and its web app (Haddaway et al. "
            "2022), which load its CSV."
        ),
        height=heights[False], column_height=heights[True],
        options={"notes": n | {"mentions": mentions}, "term": term},
        instead="" if n.get("read") else "No record was read, so there is no flow to show.",
    )  # fmt: skip
