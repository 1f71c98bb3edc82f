"""The map of the mentions for print: one small panel a sense, all other mentions in grey behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.charts.collocates import panels
from analysis.charts.style import FAINT, INK, Palette, is_narrow, shorten, uncrowded
from analysis.figures import Figure
from analysis.findings.sentences import count_of
from analysis.report.map import MANY

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.axes import Axes


def placed(readings: pd.DataFrame, places: np.ndarray) -> pd.DataFrame:
    """Readings with their place on the map: mention_id, sense, confidence, x, y. ``places`` has shape (n, 2)."""
    return readings[["mention_id", "sense", "confidence"]].reset_index(drop=True).assign(x=places[:, 0], y=places[:, 1])


def plot_map(ax: Axes, table: pd.DataFrame, palette: Palette) -> Axes:
    """Draw ``placed``: each panel has all mentions in the same places, those of its sense on top, marked."""
    narrow = is_narrow(ax)
    senses = palette.order(table["sense"].dropna())
    size = max(2.0, min(14.0, 1200 / len(table)))
    for panel, sense in zip(panels(ax, len(senses), 3 if narrow else 4), senses, strict=True):
        look, own = palette[sense], table["sense"] == sense
        rare = own.sum() < 500  # larger dots with edges; of a common sense they would be a dark blot
        large, edge = (max(size, min(12.0, 1500 / own.sum())), 0.2) if rare else (size, 0.0)
        panel.scatter(table.loc[~own, "x"], table.loc[~own, "y"], s=size * 0.5, color=FAINT, lw=0, rasterized=True)
        outline: dict[str, Any] = {"lw": 0.6} if look.marker == "x" else {"lw": edge, "edgecolor": INK}
        panel.scatter(
            table.loc[own, "x"], table.loc[own, "y"], s=large, marker=look.marker, c=look.colour, rasterized=True,
            **outline,
        )  # fmt: skip
        title = f"{shorten(look.name, 14 if narrow else 24)} ({int(own.sum()):,})"
        panel.set_title(title, fontsize=6 if narrow else 7, fontweight="bold", pad=2)
        panel.set_xticks([])
        panel.set_yticks([])
        panel.set_aspect("equal", adjustable="datalim")
        panel.spines[:].set_visible(True)
        panel.spines[:].set_color(FAINT)
    return ax


def map_figure(table: pd.DataFrame, palette: Palette) -> Figure:
    """The panels with their caption; says so when there are too few mentions for a map."""
    kept, more = uncrowded(table.assign(n=1), "n")
    drawn = table.assign(sense=table["sense"].where(table["sense"].isin(set(kept["sense"])), None))
    senses = drawn["sense"].nunique()
    sampled = f"; of {MANY:,} of them, the others amid those they are most like" if len(table) > MANY else ""
    caption = (
        f"Map of {count_of(len(table), 'mention')}: near ones are used in like contexts (t-SNE of the mentions' "
        f"vectors{sampled}). Each panel marks one sense, the others stay grey. Only nearness means something: neither "
        "the axes nor the distance between far clusters do."
        f"{more}"
    )
    counts = table["sense"].value_counts()
    largest = palette.order(counts.index[counts == counts.max()])[0] if len(table) else ""
    return Figure(
        plot_map, table, name="mention-map", caption=caption, options={"palette": palette}, drawn=drawn,
        alt=f"Map of {count_of(len(table), 'mention')} in {count_of(senses, 'panel')}, one a sense; most mentions are "
        "of "
        f"{palette[largest].name} ({int(counts.max()) if len(table) else 0:,}).",
        height=0.1 + 1.75 * -(-senses // 4), column_height=0.1 + 1.2 * -(-senses // 3),
        instead="" if len(table) >= 5 else f"A map needs at least five mentions; there are {len(table)}.",
    )  # fmt: skip
