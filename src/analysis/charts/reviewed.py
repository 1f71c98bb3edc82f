"""The shares of senses by the mentions that a person reviewed at random, as a dot plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts import headings
from analysis.charts.figure import Figure
from analysis.charts.markers import shape_of
from analysis.charts.style import INK, edged, fold, is_narrow
from analysis.common.prose import between
from analysis.common.wording import count_of, listed, percent
from analysis.findings.reviewed import ENOUGH
from analysis.inventory.inventory import NO_SENSE
from analysis.inventory.palette import GREY, Palette

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def plot_reviewed(ax: Axes, table: pd.DataFrame, palette: Palette) -> Axes:
    """Draw ``findings.reviewed.reviewed_shares``: each sense's share of the mentions, the largest on top.

    A coloured line is the interval now, a thin grey one what it would be with ``more`` reviewed mentions, if the share
    stays in its middle. The number of reviewed mentions with the sense stands at the right.
    """
    rows = _ranked(table)
    for y, line in enumerate(rows.to_dict("records")):
        look = palette[line["sense"]]
        ax.plot([line["low"], line["high"]], [y, y], color=look.colour, lw=2.2, zorder=2, path_effects=edged(2.2))
        shape = shape_of(look.marker)
        ax.plot(
            [line["share"]], [y], marker=shape, ls="", ms=6, mec=INK, mew=0.6, mfc=look.colour, zorder=4, clip_on=False
        )
        if line["more"]:
            narrower = line["width_with_more"] / line["width"] if line["width"] else 1.0
            ends = [line["share"] + narrower * (line[end] - line["share"]) for end in ("low", "high")]
            ax.plot(ends, [y + 0.3] * 2, color=GREY, lw=1.1, zorder=2)
        ax.text(1.02, y, f"{int(line['hits']):,}", transform=ax.get_yaxis_transform(), va="center", fontsize=7)
    wide = 18 if is_narrow(ax) else 34
    ax.set_yticks(range(len(rows)), [fold(palette[sense].name, wide) for sense in rows["sense"]])
    ax.set_ylim(len(rows) - 0.45, -0.55)
    ax.set_xlim(0, min(1.0, max(0.05, 1.04 * float(rows["high"].max()))))
    ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    ax.grid(axis="x")
    ax.tick_params(axis="y", length=0, pad=6)
    ax.spines["left"].set_visible(False)
    ax.text(1.02, 1.0, "reviewed", transform=ax.transAxes, va="bottom", fontsize=7, color="#555555")
    ax.set_xlabel("share of the mentions, with 95% interval")
    return ax


def reviewed_figure(table: pd.DataFrame, palette: Palette) -> Figure:
    """The dot plot under its heading; says so when too few mentions are reviewed at random."""
    n = int(table["reviewed"].iloc[0]) if len(table) else 0
    enough = n >= ENOUGH
    subtitle, notes, heading, detail = "", "", "Too few mentions are reviewed at random", ""
    if enough:
        row = table.iloc[0]
        skipped, of, more = int(row["skipped"]), int(row["of"]), int(row["more"])
        heading = headings.reviewed_shares(table, palette)
        subtitle = f"Share of {count_of(of, 'mention')} in each sense by {n:,} that were drawn at random and reviewed."
        shown = {*_ranked(table)["sense"], *palette.no_sense}
        absent = [palette[s].name for s in table["sense"] if s not in shown]
        notes = (
            "Prediction-powered estimates: the readings of all mentions, corrected by the reviewed ones. Intervals are "
            "those of this collection, not of other papers."
            + (f" A grey line is the interval that {more:,} more mentions at random would leave." if more else "")
            + (f" {count_of(skipped, 'mention')} passed over: the intervals hold whatever they are." if skipped else "")
            + (f" Neither read nor reviewed in this sense: {listed(absent)}." if absent else "")
        )
        detail = "; ".join(
            f"{palette[line['sense']].name} {percent(line['share'])} ({between(line['low'], line['high'])})"
            for line in _ranked(table).head(3).to_dict("records")
        )
    rows = len(_ranked(table))
    return Figure(
        plot_reviewed, table, name="reviewed-shares", heading=heading, subtitle=subtitle, notes=notes,
        detail=detail and f"{detail}.", height=0.9 + 0.3 * rows, column_height=1.2 + 0.34 * rows,
        options={"palette": palette},
        instead="" if enough else f"With {ENOUGH} mentions reviewed at random, a chart of their shares stands here.",
    )  # fmt: skip


def _ranked(table: pd.DataFrame) -> pd.DataFrame:
    """The senses that some mention has or may well have, largest share first, ``no_sense`` last."""
    found = table[(table["hits"] > 0) | (table["share"] > 0)]
    found = found.assign(last=found["sense"].isin(NO_SENSE))
    return found.sort_values(["last", "share", "sense"], ascending=[True, False, True]).drop(columns="last")
