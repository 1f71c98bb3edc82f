"""Senses by venue or subject as a heat map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts import headings
from analysis.charts.figure import Figure
from analysis.charts.style import ink_on, is_narrow, shorten, uncrowded
from analysis.common.prose import share_of, spread
from analysis.common.wording import listed, percent, span
from analysis.findings.groups import FEW
from analysis.inventory.palette import Palette

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def plot_groups(ax: Axes, table: pd.DataFrame, palette: Palette) -> Axes:
    """Draw ``findings.groups.shares_by``: rows are groups (with their papers), columns senses.

    Cells give the estimate and, where there is room for it, the interval below.
    """
    from matplotlib import colormaps

    narrow = is_narrow(ax)
    groups, senses = list(dict.fromkeys(table["group"])), palette.order(table["sense"])
    cells, low, high = (
        table.pivot(index="group", columns="sense", values=value).loc[groups, senses].to_numpy(dtype=float)
        for value in ("estimate", "low", "high")
    )
    most = max(0.01, float(cells.max()))
    shades = colormaps["Greys"]
    ax.imshow(0.75 * cells / most, cmap=shades, vmin=0, vmax=1, aspect="auto")
    for i in range(len(groups)):
        for j in range(len(senses)):
            ink = ink_on(shades(0.75 * cells[i, j] / most)[:3])
            share = percent(cells[i, j])
            share = share.rstrip("%").replace("<0", "<") if narrow else share  # three characters fill a cell
            for text, shift, size in (
                ((share, 0, 6),) if narrow else ((share, -0.17, 7), (span(low[i, j], high[i, j]), 0.22, 5.5))
            ):
                ax.text(j, i + shift, text, ha="center", va="center", fontsize=size, color=ink)
    of = dict(zip(table["group"], table["of"], strict=True))
    ax.set_yticks(range(len(groups)), [f"{shorten(g, 16 if narrow else 34)} ({of[g]:,})" for g in groups])
    ax.set_xticks(range(len(senses)), [shorten(palette.tag(s), 14) for s in senses], rotation=90 if narrow else 30,
                  ha="center" if narrow else "left", rotation_mode="default" if narrow else "anchor")  # fmt: skip
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def groups_figure(table: pd.DataFrame, sizes: pd.Series, what: str, palette: Palette, *, least: int = FEW) -> Figure:
    """Senses by ``what`` ("venue") under a heading; says so when no group has enough papers.

    ``sizes`` is ``findings.groups.group_sizes``'s, of all groups, also those that are not in the table.
    """
    groups, enough = table["group"].nunique(), int((sizes >= least).sum())
    which = f"the {groups:,} largest of the {enough:,}" if groups < enough else "all"
    instead = ""
    if sizes.empty:
        instead = f"No paper with a mention names a {what}, so there is nothing to compare."
    elif not groups:
        instead = f"No {what} has {least} papers with a mention, so there is nothing to compare."
    drawn, more = uncrowded(table, "papers", palette.no_sense)
    leaders = []
    for group, rows in table.groupby("group", sort=False):
        row = rows.iloc[int(rows["share"].to_numpy().argmax())]
        leaders.append(f"{group}: {palette[row['sense']].name} {share_of(int(row['papers']), int(row['of']))}")
    return Figure(
        plot_groups, table, name=f"senses-by-{what}", options={"palette": palette}, drawn=drawn,
        heading=headings.shares_by(table, what, palette),
        subtitle=f"Percentage of each {what}'s papers that use each sense, with 95% interval.",
        notes=f"The number of papers with a mention stands in brackets. Drawn: {which} with at least {least} such "
        "papers. On a narrow page the intervals are left to the table. The heading is tested as read (Fisher's exact "
        f"test of each cell, Holm). {spread(table['error'].iloc[0]) if groups else ''}{more}",
        detail=f"Commonest sense by {what}. {listed(leaders, mark='; ')}." if leaders else "",
        height=0.6 + 0.34 * groups, column_height=0.9 + 0.24 * groups,
        instead=instead,
    )  # fmt: skip
