"""Charts of the primer: what a demonstration made, drawn from its table, in the colour of the sense that it shows.

A table has one column for each thing that is compared; its index is named after the axis along which they run, and
its columns are named after what is measured. The first column is drawn in the sense's colour, the others in dark
strokes and hollow marks, so that a print without colour tells them apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.charts.figure import Figure
from analysis.charts.markers import shape_of
from analysis.charts.style import FAINT, INK, edged, fold, is_narrow
from analysis.inventory import load_inventory, palette_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes

    from analysis.inventory.palette import Look

ROWS = 12  # of the table under a chart; a report offers all of them
_STROKES = ("-", "--", ":", "-.")


def lines(sense: str, table: pd.DataFrame, heading: str, subtitle: str, notes: str = "") -> Figure:
    """A line for each column of ``table`` along its index."""
    return _figure(plot_lines, sense, table, heading, subtitle, notes, height=2.6)


def bars(sense: str, table: pd.DataFrame, heading: str, subtitle: str, notes: str = "") -> Figure:
    """A dot on a stem from zero for each cell of ``table`` that is not empty, a row of the chart for each row."""
    return _figure(plot_bars, sense, table, heading, subtitle, notes, height=0.8 + 0.26 * len(table))


def points(sense: str, table: pd.DataFrame, heading: str, subtitle: str, notes: str = "") -> Figure:
    """A point for each row: the first two columns are its place, the third says whether it is filled."""
    return _figure(plot_points, sense, table, heading, subtitle, notes, height=3.0)


def curves(
    sense: str,
    drawn: Mapping[str, pd.DataFrame],
    points: Mapping[str, pd.Series],
    heading: str,
    subtitle: str,
    notes: str = "",
    *,
    within: float,
) -> Figure:
    """Curves of three kinds, and points of two kinds: by kind a table with a column for each curve, and heights by x.

    The third kind is what is true; ``within`` is how near to a point a curve passes, in the unit of the heights.
    """
    import pandas as pd

    parts = [curves.melt(ignore_index=False, var_name="number", value_name="y") for curves in drawn.values()]
    parts += [heights.to_frame("y").assign(number=0) for heights in points.values()]
    table = pd.concat(parts, keys=[*drawn, *points], names=["kind", "x"]).reset_index()
    return _figure(plot_curves, sense, table, heading, subtitle, notes, height=2.9, within=within)


def plot_lines(ax: Axes, table: pd.DataFrame, look: Look) -> Axes:
    """Draw each column as a line with a stroke of its own."""
    for (name, values), stroke in zip(table.items(), _STROKES, strict=False):
        first = name == table.columns[0]
        width, colour = (2.2, look.colour) if first else (1.3, INK)
        effects: Any = edged(width) if first else None
        ax.plot(table.index, values, stroke, color=colour, lw=width, label=name, path_effects=effects)
    ax.set(xlabel=table.index.name, ylabel=fold(str(table.columns.name), 34))
    ax.xaxis.set_major_formatter("{x:,g}")
    ax.grid(axis="y")
    _key(ax, table.shape[1])
    return ax


def plot_bars(ax: Axes, table: pd.DataFrame, look: Look) -> Axes:
    """Draw each cell as a dot on a stem from zero: the first column filled, the second hollow, below it if need be."""
    rows = np.arange(len(table))[::-1]
    apart = 0.28 if table.shape[1] > 1 and table.notna().all(axis=None) else 0  # else two marks could be one
    for number, (name, values) in enumerate(table.items()):
        fill, edge, marker = (look.colour, INK, shape_of(look.marker)) if number == 0 else ("white", INK, "o")
        places = rows + apart * (0.5 - number)
        ax.hlines(places, 0, values, color=FAINT, lw=2.5, zorder=1)
        ax.plot(values, places, marker=marker, ms=7, mfc=fill, mec=edge, mew=0.8, ls="none", label=name, zorder=3)
    ax.axvline(0, color=INK, lw=0.8)
    ax.set_yticks(rows, [fold(str(row), 22 if is_narrow(ax) else 44) for row in table.index])
    ax.set(xlabel=fold(str(table.columns.name), 36 if is_narrow(ax) else 90), ylim=(-0.6, len(table) - 0.4))
    ax.grid(axis="x")
    _key(ax, table.shape[1])
    return ax


def plot_points(ax: Axes, table: pd.DataFrame, look: Look) -> Axes:
    """Draw the rows whose third column is true as filled marks, the others as faint hollow ones."""
    across, up, filled = table.columns
    own, others = table[table[filled]], table[~table[filled]]
    ax.plot(others[across], others[up], "o", ms=3.2, mfc="white", mec="#555555", mew=0.7, label=f"not {filled}")
    shape = shape_of(look.marker)
    ax.plot(own[across], own[up], marker=shape, ls="", ms=4, mfc=look.colour, mec=INK, mew=0.4, label=filled)
    ax.set(xlabel=across, ylabel=up)
    _key(ax, 2)
    return ax


def plot_curves(ax: Axes, table: pd.DataFrame, look: Look, within: float) -> Axes:
    """Draw the first kind in the sense's colour, the second dashed, the truth thick, points with bars of ``within``."""
    first, second, truth, seen, unseen = table["kind"].unique()
    for kind, colour, stroke, width in (
        (second, INK, (0, (4, 2)), 0.6), (first, look.colour, "-", 1.2), (truth, INK, "-", 2.8),
    ):  # fmt: skip
        for number, curve in table[table["kind"] == kind].groupby("number"):
            label = kind if number == 0 else None
            ax.plot(curve["x"], curve["y"], ls=stroke, color=colour, lw=width, label=label)
    for kind, marker, fill in ((seen, "o", "white"), (unseen, "D", INK)):
        own = table[table["kind"] == kind]
        ax.errorbar(
            own["x"], own["y"], within, fmt=marker, ms=7, mfc=fill, mec=INK, mew=1.5, ecolor=INK, elinewidth=1.5,
            capsize=5, label=f"{kind}, ±{within}", zorder=4,
        )  # fmt: skip
    ax.set(xlabel="x", ylabel="y")
    _key(ax, 5)
    return ax


def _key(ax: Axes, entries: int) -> None:
    """What the strokes and marks mean, above the chart; nothing where there is one."""
    if entries > 1:
        columns = 1 if is_narrow(ax) else entries
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, borderaxespad=0.2, handlelength=2.6)


def _figure(
    plot: Any, sense: str, table: pd.DataFrame, heading: str, subtitle: str, notes: str, *, height: float,
    **options: float,
) -> Figure:  # fmt: skip
    look = palette_of(load_inventory())[sense]
    whole = table.reset_index() if table.index.name else table  # the table behind the figure shows no index
    return Figure(
        plot, whole, name=f"{sense}-at-work", heading=heading, subtitle=subtitle, notes=notes, detail=subtitle,
        height=height, column_height=height + 0.5, options={"look": look, **options}, drawn=table, rows=ROWS,
    )  # fmt: skip
