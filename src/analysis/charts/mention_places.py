"""The map of the mentions for print: one small panel per sense, all other mentions in grey behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts import headings
from analysis.charts.figure import Figure
from analysis.charts.headings import capital
from analysis.charts.markers import shape_of
from analysis.charts.panels import columns_of, panels, title
from analysis.charts.style import COLUMN, FAINT, INK, PAGE, is_narrow, shorten, uncrowded
from analysis.common.wording import count_of
from analysis.findings.layout import LIKE, MANY
from analysis.inventory.palette import GREY, Palette
from analysis.vectors.embed import MADE_OF

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_GROUND = "#E6E6E6"  # of the other mentions: paler than any sense's colour, in print without colour, too


def plot_map(ax: Axes, table: pd.DataFrame, palette: Palette) -> Axes:
    """Draw ``findings.layout.placed``: each panel has all mentions in their places, those of its sense on top, marked.

    As on a screen, y grows downwards: the panels and the interactive map show the same picture.
    """
    narrow = is_narrow(ax)
    senses = palette.order(table["sense"].dropna())
    size = max(2.0, min(14.0, 1200 / len(table)))
    for panel, sense in zip(panels(ax, len(senses), _columns(len(senses), narrow)), senses, strict=True):
        look, own = palette[sense], table["sense"] == sense
        large = max(size, min(12.0, 1500 / own.sum()))
        edge = 0.35 if own.sum() < 500 else 0.1  # pale colours need it; those of a common sense would be a dark blot
        panel.scatter(table.loc[~own, "x"], table.loc[~own, "y"], s=size * 0.5, color=_GROUND, lw=0, rasterized=True)
        colour = INK if look.colour == GREY else look.colour  # on a grey ground
        x, y, shape = table.loc[own, "x"], table.loc[own, "y"], shape_of(look.marker)
        panel.scatter(x, y, s=large, marker=shape, c=colour, lw=edge, edgecolor=INK, rasterized=True)
        name = f"{shorten(look.name, 40)} ({int(own.sum()):,})"
        title(panel, name, 18 if narrow else 21, size=6 if narrow else 6.5)
        panel.set_xticks([])
        panel.set_yticks([])
        panel.set_aspect("equal", adjustable="datalim")
        panel.invert_yaxis()
        panel.spines[:].set_visible(True)
        panel.spines[:].set_color(FAINT)
    return ax


def _columns(n: int, narrow: bool) -> int:
    return columns_of(n, 3, 2) if narrow else columns_of(n, 4, 5, 3)


def _height(n: int, *, narrow: bool) -> float:
    columns = _columns(n, narrow)
    return 0.1 + (0.32 + (COLUMN if narrow else PAGE) / columns) * -(-n // columns)


def map_figure(table: pd.DataFrame, palette: Palette) -> Figure:
    """The panels under their heading; says so when there are too few mentions for a map."""
    kept, more = uncrowded(table.assign(n=1), "n", palette.no_sense)
    drawn = table.assign(sense=table["sense"].where(table["sense"].isin(set(kept["sense"])), None))
    senses = drawn["sense"].nunique()
    sampled = (
        f" (of a random {MANY:,}; each other mention stands between the {LIKE} of these that it is most like)"
        if len(table) > MANY
        else ""
    )
    notes = (
        f"The places come from a t-SNE of {MADE_OF}{sampled}. The classifier's opinion has no part in it. The mentions "
        "of one paper share its title, so they lie near each other, too; a neighbour is therefore the nearest mention "
        "of another paper. A rare sense has larger marks. Only nearness has a meaning; the axes and the distances "
        f"between far clusters have none.{more}"
    )
    counts = table["sense"].value_counts()
    largest = palette.order(counts.index[counts == counts.max()])[0] if len(table) else ""
    return Figure(
        plot_map, table, name="mention-map", options={"palette": palette}, drawn=drawn,
        heading=headings.mention_map(table),
        subtitle=f"{capital(count_of(len(table), 'mention'))}: near ones stand in similar contexts; each panel marks "
        "one sense.",
        notes=notes,
        detail=f"Map of {count_of(len(table), 'mention')} in {count_of(senses, 'panel')}, one per sense; most mentions "
        f"are of {palette[largest].name} ({int(counts.max()) if len(table) else 0:,}).",
        height=_height(senses, narrow=False), column_height=_height(senses, narrow=True),
        instead="" if len(table) >= 5 else f"A map needs at least five mentions; this study has {len(table)}.",
    )  # fmt: skip
