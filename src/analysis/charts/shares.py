"""Sense shares as a dot plot, and how many senses they are in effect as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.charts import headings
from analysis.charts.figure import Figure, Table
from analysis.charts.markers import shape_of
from analysis.charts.style import INK, edged, fold, is_narrow, uncrowded
from analysis.common.prose import between, share_of
from analysis.common.wording import count_of, listed, percent
from analysis.findings.reviewed import REVIEWED
from analysis.findings.shares import ranked
from analysis.inventory.palette import GREY, Palette

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes


def plot_shares(ax: Axes, table: pd.DataFrame, palette: Palette) -> Axes:
    """Draw ``findings.shares.sense_shares``: estimates with intervals by papers and by mentions, largest on top.

    A filled marker is the share of papers, a hollow one that of mentions, a tick the share as read, before the
    classifier's errors are allowed for. Counts stand at the right. Senses without a mention are left out.
    """
    narrow = is_narrow(ax)
    senses = list(ranked(table, palette.no_sense)["sense"])
    carries_error = bool((table["error"] != "papers").any())
    for row, sense in enumerate(senses):
        look = palette[sense]
        counts = []
        for unit, shift, size in (("papers", -0.17, 6.0), ("mentions", 0.17, 5.0)):
            line = table[(table["sense"] == sense) & (table["unit"] == unit)].iloc[0]
            y, colour = row + shift, look.colour
            width = 2.2 if unit == "papers" else 1.1
            ax.plot([line["low"], line["high"]], [y, y], color=colour, lw=width, zorder=2, path_effects=edged(width))
            ax.plot(
                [line["estimate"]], [y], marker=shape_of(look.marker), ls="", ms=size, mec=INK, mew=0.6, zorder=4,
                mfc=colour if unit == "papers" else "white", clip_on=False,
            )  # fmt: skip
            if carries_error:
                ax.plot([line["share"]], [y], "|", ms=6, mec=INK, mew=1.1, zorder=3, clip_on=False)
            counts.append(f"{int(line['count']):,}")
        ax.text(1.02, row, " / ".join(counts), transform=ax.get_yaxis_transform(), va="center", fontsize=7)
    ax.set_yticks(range(len(senses)), [fold(palette[s].name, 18 if narrow else 34) for s in senses])
    ax.set_ylim(len(senses) - 0.45, -0.55)
    ax.set_xlim(0, min(1.0, max(0.05, 1.04 * float(table[["high", "share"]].max().max()))))
    ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    ax.grid(axis="x")
    ax.tick_params(axis="y", length=0, pad=6)
    ax.spines["left"].set_visible(False)
    ax.text(
        1.02,
        1.0,
        "papers /\nmentions",
        transform=ax.transAxes,
        va="bottom",
        fontsize=7,
        color="#555555",
        linespacing=1.1,
    )
    papers, mentions = (int(table.loc[table["unit"] == unit, "of"].max()) for unit in ("papers", "mentions"))
    _key(ax, papers, mentions, carries_error, narrow)
    ax.set_xlabel("share, with 95% interval")
    return ax


def _key(ax: Axes, papers: int, mentions: int, ticks: bool, narrow: bool) -> None:
    from matplotlib.lines import Line2D

    entries = [
        Line2D([], [], color=GREY, lw=2.2, marker="o", mfc=GREY, mec=INK, mew=0.6, label=f"of {papers:,} papers"),
        Line2D(
            [], [], color=GREY, lw=1.1, marker="o", mfc="white", mec=INK, mew=0.6, label=f"of {mentions:,} mentions"
        ),
    ]
    if ticks:
        entries.append(Line2D([], [], color=INK, lw=0, marker="|", mew=1.1, ms=6, label="as read"))
    ax.legend(
        handles=entries, loc="lower right", bbox_to_anchor=(0.99, 1), ncol=1 if narrow else 3, borderaxespad=0.2,
        handlelength=1.8, columnspacing=1.2, labelspacing=0.3,
    )  # fmt: skip


def shares_figure(table: pd.DataFrame, palette: Palette, *, name: str = "sense-shares", level: str = "sense") -> Figure:
    """The share dot plot under its heading; says so when there is no mention. ``level`` is what a row is called."""
    drawn, more = uncrowded(table, "count", palette.no_sense)
    found = list(ranked(drawn, palette.no_sense)["sense"])
    absent = [palette[sense].name for sense in palette if sense not in {*ranked(table)["sense"], *palette.no_sense}]
    papers, mentions = (int(table.loc[table["unit"] == unit, "of"].max()) for unit in ("papers", "mentions"))
    carries_error = bool((table["error"] != "papers").any())
    reviewed = table.loc[table["error"] == REVIEWED, "unit"].eq("mentions").any()
    spread = (
        "A tick marks the share as read. A marker is that with known labels in the place of readings. Intervals cover "
        "the choice of papers (bootstrap) and the classifier's errors, as held-out labels showed them, not the errors "
        "of these labels themselves."
        if carries_error
        else "Intervals cover the choice of papers only (bootstrap). For these senses there are no held-out labels, so "
        "how often the labels are wrong is not known."
    )
    if reviewed:
        spread = f"Of papers: {spread} Of mentions: estimates rest on mentions that were drawn at random and reviewed."
    notes = (
        f"A paper counts for every {level} it uses. {spread}"
        + (f" No mention is read as: {listed(absent)}." if absent else "")
        + more
    )
    both = (
        f"the {count_of(papers, 'paper')} with a mention (filled) and of the {count_of(mentions, 'mention')} (hollow)"
    )
    return Figure(
        plot_shares, table, name=name, heading=headings.sense_shares(table, palette, level),
        subtitle=f"Share of {both} in each {level}, with 95% intervals{'; ticks: as read' if carries_error else ''}.",
        notes=notes, detail=say_shares(table, palette),
        selections={"count": {"sense": "sense"}},
        height=0.9 + 0.34 * len(found), column_height=1.3 + 0.36 * len(found),
        options={"palette": palette}, drawn=drawn,
        instead="" if mentions else "There is no mention, so there are no shares to show.",
    )  # fmt: skip


def say_shares(table: pd.DataFrame, palette: Palette, *, most: int = 3) -> str:
    """The finding in words: the commonest senses by papers, with counts and intervals."""
    rows = table[table["unit"] == "papers"].set_index("sense")
    ordered = ranked(table, palette.no_sense)["sense"]
    senses = [sense for sense in ordered if sense not in palette.no_sense][:most]
    if not senses:
        return ""
    parts = []
    for sense in senses:
        row: Any = rows.loc[sense]
        estimate = "" if row["error"] == "papers" else f"estimate {percent(row['estimate'])}, "
        counted = share_of(int(row["count"]), int(row["of"]))
        parts.append(f"{palette[sense].name} in {counted} of the papers ({estimate}{between(row['low'], row['high'])})")
    return f"Commonest senses: {listed(parts, mark='; ')}."


def ambiguity_table(answers: Sequence[Mapping[str, float | int | str]]) -> Table:
    """How many senses each term has in effect, one row for each of ``findings.compare.ambiguity``'s answers."""
    import pandas as pd

    table = pd.DataFrame(answers)
    return Table(
        table.rename(columns={"effective": "effective as read"}),
        name="ambiguity",
        heading=headings.ambiguity(table),
        subtitle="Entropy of the senses of a word in bits, and the effective number of senses with its 95% interval.",
        notes="For induced senses the interval covers the choice of papers only; how many groups there are is the "
        "method's choice, too.",
    )
