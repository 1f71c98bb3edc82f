"""Sense by stance as a heat map."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from analysis.charts import headings
from analysis.charts.figure import Figure
from analysis.charts.style import fold, ink_on, is_narrow, uncrowded
from analysis.common.prose import between, share_of
from analysis.common.wording import listed, percent, span
from analysis.findings.rows import rows_of
from analysis.findings.stance import FEW
from analysis.inventory.palette import Palette

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_LEAST = 2.0  # residuals up to which shades are pale at least


def plot_stance(ax: Axes, table: pd.DataFrame, palette: Palette) -> Axes:
    """Draw ``findings.stance.stance_by_sense``: cells shaded by the residual, with estimate and interval written in.

    Orange cells hold more mentions than independence would give, violet ones fewer; filled triangles up and down mark
    the cells whose interval leaves out the share in all other senses together. Hollow ones tell, for print without
    colour, the direction of the other shades, save the palest.
    """
    import seaborn as sns
    from matplotlib import colormaps

    narrow = is_narrow(ax)
    senses, stances = list(dict.fromkeys(table["sense"])), list(dict.fromkeys(table["stance"]))
    residual = table.pivot(index="sense", columns="stance", values="residual").loc[senses, stances]
    cells = table.set_index(["sense", "stance"])
    limit = max(_LEAST, float(cells["residual"].abs().quantile(0.8)))  # a few huge ones must not pale the rest
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
            sign = _sign(value / limit, float(cell["estimate"] - cell["elsewhere"]), clear=bool(cell["clear"]))
            shade = colours((max(-limit, min(limit, value)) / limit + 1) / 2)
            lines = [(f"{percent(cell['estimate'])}{sign}", 0.34, 7.5)]
            if not isnan(cell["estimate"]):
                lines.append((span(cell["low"], cell["high"]), 0.73, 6.0))
            for text, shift, size in lines:
                ax.text(
                    j + 0.5, i + shift, text, ha="center", va="center", fontsize=size - narrow, color=ink_on(shade[:3]),
                    fontweight="bold" if cell["clear"] and size > 7 else "normal",
                )  # fmt: skip
    totals = table.groupby("sense")["of"].first()
    names = [f"{fold(palette[s].name, 17 if narrow else 30)} ({totals[s]:,})" for s in senses]
    ax.set_yticks([i + 0.5 for i in range(len(senses))], names, rotation=0)
    names = [palette.past.get(stance, stance) for stance in stances]
    ax.set_xticks([j + 0.5 for j in range(len(stances))], names, rotation=40 if narrow else 0,
                  ha="left" if narrow else "center", rotation_mode="anchor")  # fmt: skip
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.set_xlabel("")
    ax.set_ylabel("")
    return ax


def _sign(shade: float, difference: float, *, clear: bool) -> str:
    if clear:
        return " \u25b2" if difference > 0 else " \u25bc"
    return " \u25b3" if shade > 0.25 else " \u25bd" if shade < -0.25 else ""


def stance_figure(table: pd.DataFrame, palette: Palette, *, reliability: tuple[int, int] | None = None) -> Figure:
    """The heat map of sense by stance under its heading; says so when no mention has a stance.

    ``reliability`` is ``(right, of)``: how many held-out stances the classifier read as their label says.
    """
    drawn, more = uncrowded(table, "count", palette.no_sense)
    senses = drawn["sense"].nunique()
    mentions = int(table["count"].sum())
    carries_error = bool((table["error"] != "papers").any())
    given = (
        "Cells give the share, with known labels in the place of readings, and its interval, which covers the "
        "classifier's errors about sense and stance and the choice of papers. The table has the shares as read, too."
        if carries_error
        else "Cells give the share as read and its interval, which covers the choice of papers only."
    )
    if drawn["estimate"].isna().any():
        given += " n/a: all mentions that were read as this sense are known to be of another."
    notes = (
        f"{given}{_agreement(reliability)} \u25b2 and \u25bc mark intervals that leave out the stance's "
        f"share in all other senses together, if the sense has at least {FEW} mentions in at least {FEW} papers. "
        "Shading is the Pearson residual of the counts as read against independence of sense and stance; "
        f"\u25b3 and \u25bd mark other cells above or below expectation, save the palest.{more}"
    )
    return Figure(
        plot_stance, table, name="sense-by-stance", heading=headings.stance_by_sense(table, palette),
        subtitle=f"What authors do with each sense: share of its mentions, of {mentions:,} with a stance, with 95% "
        "interval.",
        notes=notes, detail=say_stance(table, palette),
        selections={"count": {"sense": "sense", "stance": "stance"}},
        height=0.8 + 0.34 * senses, column_height=1.2 + 0.36 * senses, options={"palette": palette}, drawn=drawn,
        instead="" if mentions else "No mention has a stance. Stances are read only where labels teach them, as for "
        "the term bias.",
    )  # fmt: skip


def _agreement(reliability: tuple[int, int] | None) -> str:
    if reliability is None:
        return " How often the stance is wrong is not known here."
    return f" On held-out mentions the stance read agrees with a language model's label in {share_of(*reliability)}."


def say_stance(table: pd.DataFrame, palette: Palette, *, most: int = 3) -> str:
    """The finding in words: the cells that surely hold more than the stance's share in the other senses."""
    strong = table[table["clear"] & (table["estimate"] > table["elsewhere"])]
    if strong.empty:
        return ""
    strongest = strong.sort_values(["residual", "sense"], ascending=[False, True]).head(most)
    parts = [
        f"{palette[row.sense].name} is {palette.past.get(row.stance, row.stance)} in {percent(row.estimate)} of its "
        f"mentions ({between(row.low, row.high)}; in other senses {percent(row.elsewhere)})"
        for row in rows_of(strongest)
    ]
    return f"{listed(parts, mark='; ')}."
