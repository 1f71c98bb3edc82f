"""Sense by stance as a heat map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts.style import Palette, fold, ink_on, is_narrow, percent, uncrowded
from analysis.figures import Figure
from analysis.findings.rows import rows_of
from analysis.findings.sentences import count_of, listed, share_of
from analysis.findings.stance import FEW, STRONG

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_DOES = {"mitigate": "fought", "measure": "measured", "exploit": "used on purpose", "mention": "merely mentioned"}


def plot_stance(ax: Axes, table: pd.DataFrame, palette: Palette) -> Axes:
    """Draw ``findings.stance.stance_by_sense``: cells shaded by the residual, with the share and count written in.

    Orange cells hold more mentions than independence would give, violet ones fewer; triangles up and down repeat that
    for print without colour, where the residual is beyond +-2 and the sense has at least ``FEW`` mentions.
    """
    import seaborn as sns
    from matplotlib import colormaps

    narrow = is_narrow(ax)
    senses, stances = list(dict.fromkeys(table["sense"])), list(dict.fromkeys(table["stance"]))
    residual = table.pivot(index="sense", columns="stance", values="residual").loc[senses, stances]
    cells = table.set_index(["sense", "stance"])
    limit = max(STRONG, float(cells["residual"].abs().quantile(0.8)))  # a few huge ones must not pale the rest
    colours = colormaps["PuOr_r"].with_extremes(bad="white")
    sns.heatmap(
        residual, ax=ax, cmap=colours, vmin=-limit, vmax=limit, linewidths=1.2, linecolor="white", annot=False,
        cbar_kws={
            "label": "Pearson residual", "shrink": 0.6, "pad": 0.02, "extend": "both",
            "location": "bottom" if narrow else "right",
        },
    )  # fmt: skip
    for i, sense in enumerate(senses):
        for j, stance in enumerate(stances):
            cell = cells.loc[(sense, stance)]
            value = float(cell["residual"])
            strong = abs(value) >= STRONG and cell["of"] >= FEW
            sign = "" if not strong else " \u25b2" if value > 0 else " \u25bc"
            count = int(cell["count"])
            text = f"{percent(cell['share'])}{sign}" + ("" if narrow else f"  ({count:,})")
            shade = colours((max(-limit, min(limit, value)) / limit + 1) / 2)
            ax.text(
                j + 0.5, i + 0.5, text if count else f"0{sign}", ha="center", va="center",
                fontsize=6.5 if narrow else 7.5, color=ink_on(shade[:3]), fontweight="bold" if strong else "normal",
            )  # fmt: skip
    totals = table.groupby("sense")["count"].sum()
    names = [f"{fold(palette[s].name, 17 if narrow else 30)} ({totals[s]:,})" for s in senses]
    ax.set_yticks([i + 0.5 for i in range(len(senses))], names, rotation=0)
    ax.set_xticks([j + 0.5 for j in range(len(stances))], stances, rotation=40 if narrow else 0,
                  ha="left" if narrow else "center", rotation_mode="anchor")  # fmt: skip
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.set_xlabel("")
    ax.set_ylabel("")
    return ax


def stance_figure(table: pd.DataFrame, palette: Palette, *, reliability: tuple[int, int] | None = None) -> Figure:
    """The heat map of sense by stance with its caption; says so when no mention has a stance.

    ``reliability`` is ``(right, of)``: how many held-out stances the classifier read as their label says.
    """
    drawn, more = uncrowded(table, "count")
    senses = drawn["sense"].nunique()
    mentions = int(table["count"].sum())
    caption = (
        f"What authors do with each sense, over {count_of(mentions, 'mention')} that have a stance. Cells give the "
        "share of the sense's mentions (counts in brackets); shading is the Pearson residual against independence of "
        f"sense and stance, with \u25b2 or \u25bc where it is beyond \u00b1{STRONG:.0f} and the sense has at least "
        f"{FEW} mentions. Mentions of one paper are not independent, so residuals rank cells rather than test them. "
        f"Senses and stances are as labelled{_agreement(reliability)}.{more}"
    )
    return Figure(
        plot_stance, table, name="sense-by-stance", caption=caption, alt=say_stance(table, palette),
        height=0.7 + 0.32 * senses, column_height=0.8 + 0.36 * senses, options={"palette": palette}, drawn=drawn,
        instead="" if mentions else "No mention has a stance; stances are only known where labels tell them, as for "
        "the term bias.",
    )  # fmt: skip


def _agreement(reliability: tuple[int, int] | None) -> str:
    if reliability is None:
        return ", and how often the stance is wrong is not known here"
    return f"; on held-out mentions the stance agrees with the label of a language model in {share_of(*reliability)}"


def say_stance(table: pd.DataFrame, palette: Palette, *, most: int = 3) -> str:
    """The finding in words: the cells that stand out most, of senses with at least ``FEW`` mentions."""
    strong = table[(table["residual"] >= STRONG) & (table["of"] >= FEW)]
    if strong.empty:
        return "No sense stands out by its stance."
    told = strong.sort_values(["residual", "sense"], ascending=[False, True]).head(most)
    parts = [
        f"{palette[row.sense].name} is {_DOES.get(row.stance, row.stance)} in {row.hits:,} of {row.of:,} mentions "
        f"({row.expected:.1f} expected)"
        for row in rows_of(told.rename(columns={"count": "hits"}))
    ]
    return f"{listed(parts, mark='; ')}."
