"""Results of one measure in one unit side by side, a strip for each measure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts.figure import Figure
from analysis.charts.headings import capital
from analysis.charts.panels import panels, title
from analysis.charts.style import INK, is_narrow, shorten
from analysis.common.wording import count_of, listed
from analysis.findings.comparable import FEW
from analysis.findings.rows import rows_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

MEASURES, RESULTS = 4, 14  # drawn at most, and results of each
_ROW, _PANEL = 0.17, 0.55  # inches


def first_measures(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``findings.comparable_quantities`` that are drawn: the measures of most papers."""
    groups = table[["measure", "unit"]].drop_duplicates().head(MEASURES)
    return table.merge(groups, on=["measure", "unit"]).groupby(["measure", "unit"], sort=False).head(RESULTS)


def plot_comparable(ax: Axes, table: pd.DataFrame) -> Axes:
    """Draw ``first_measures``: a panel a measure, a row a result, labelled with its paper and what it was found on.

    A line is a range. Each panel has its own scale.
    """
    narrow = is_narrow(ax)
    groups = [rows_of(rows) for _, rows in table.groupby(["measure", "unit"], sort=False)]
    most = max(map(len, groups))
    for panel, rows in zip(panels(ax, len(groups), 1), groups, strict=True):
        for y, row in enumerate(rows):
            ranges = row.value_to == row.value_to
            last = max(row.value, row.value_to) if ranges else row.value
            ends = [row.value, row.value_to] if ranges else [last]
            panel.plot(ends, [y] * len(ends), "-o", color="#555555", ms=4.5, mfc="#BBBBBB", mec=INK, mew=0.5)
            text = f"{row.value:g}\u2013{row.value_to:g}" if ranges else f"{row.value:g}"
            panel.annotate(text, (last, y), (6, 0), textcoords="offset points", va="center", fontsize=6.5)
        half = 16 if narrow else 32
        labels = [": ".join(shorten(part, half) for part in (row.label, row.of) if part) for row in rows]
        panel.set_yticks(range(len(rows)), labels)
        panel.set_ylim(most - 0.4, -0.6)
        panel.margins(x=0.12)
        panel.grid(axis="x")
        panel.tick_params(axis="y", length=0, labelsize=7)
        unit = f" ({rows[0].unit})" if rows[0].unit else ""
        title(panel, f"{rows[0].measure}{unit}", 40 if narrow else 90, size=8)
    return ax


def comparable_figure(table: pd.DataFrame) -> Figure:
    """The strips with their caption; says so when no measure can be compared."""
    drawn = first_measures(table) if len(table) else table
    sizes = [len(rows) for _, rows in drawn.groupby(["measure", "unit"], sort=False)]
    more = len(table[["measure", "unit"]].drop_duplicates()) - len(sizes)
    height = 0.1 + len(sizes) * (_PANEL + _ROW * max(sizes, default=0))
    left = f" {count_of(more, 'more measure')} in the table alone." if more else ""
    subtitle = (
        f"Results claimed in the abstracts, side by side where measure and unit are the same in at least {FEW} papers, "
        f"with the paper and on what it was found. At most {RESULTS} per measure, the largest first.{left}"
    )
    notes = (
        "Data and settings of the papers differ, so a larger number is not a better method. Each panel has its own "
        "scale. A line is a range."
    )
    return Figure(
        plot_comparable, table, name="comparable-results", heading=head_comparable(table), subtitle=subtitle,
        notes=notes, detail=say_comparable(table),
        height=height, column_height=height, selections={"value": {"paper": "paper_id"}}, drawn=drawn,
        instead="" if sizes else f"No measure is reported in the same unit by {FEW} papers, so no results are set side "
        "by side.",
    )  # fmt: skip


def head_comparable(table: pd.DataFrame) -> str:
    """The finding in one line: which measure most papers report in the same unit."""
    if table.empty:
        return "No results can be compared"
    row = table.sort_values("papers", ascending=False, kind="stable").iloc[0]
    return f"{capital(row['measure'])} is reported alike in {count_of(int(row['papers']), 'paper')}"


def say_comparable(table: pd.DataFrame, *, most: int = 3) -> str:
    """The finding in words: which measures can be compared, and between what their results lie."""
    if table.empty:
        return "No results can be compared."
    parts = []
    for (measure, unit), rows in list(table.groupby(["measure", "unit"], sort=False))[:most]:
        sign = unit if unit in ("%", "") else f" {unit}"
        low, high = float(rows["value"].min()), float(rows["value"].max())
        span = f"{low:g} to {high:g}{sign}" if low < high else f"{low:g}{sign}"
        parts.append(f"{measure} in {count_of(int(rows['papers'].iloc[0]), 'paper')} ({span})")
    return f"Measured alike in several papers: {listed(parts, mark='; ')}."
