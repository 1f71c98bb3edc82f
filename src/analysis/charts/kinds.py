"""The kinds that papers name in each sense, as dots with intervals or, for few papers, as bars that count."""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby
from typing import TYPE_CHECKING

from analysis.charts.figure import Figure
from analysis.charts.headings import capital
from analysis.charts.markers import shape_of
from analysis.charts.style import INK, edged, is_narrow, shorten
from analysis.common.prose import between, spread
from analysis.common.wording import count_of, listed, percent
from analysis.findings.kinds_of_senses import ENOUGH, FEW
from analysis.findings.rows import rows_of
from analysis.inventory.inventory import NO_SENSE
from analysis.inventory.palette import Palette

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

SENSES, KINDS = 8, 5  # senses drawn, and kinds of each: more would be a table
_ROW = 0.165  # inches


def most_named(table: pd.DataFrame, no_sense: Collection[str] = NO_SENSE) -> pd.DataFrame:
    """The rows of ``findings.kinds_by_sense`` that are drawn: the commonest kinds of the largest senses."""
    least = FEW if (table["of"] >= ENOUGH).any() else 1
    clear = table[~table["sense"].isin(no_sense) & (table["papers"] >= least)]
    sizes = clear.groupby("sense")["of"].first().sort_index().sort_values(ascending=False, kind="stable")
    first = clear[clear["sense"].isin(sizes.index[:SENSES])].sort_values(
        ["papers", "mentions", "kind"], ascending=[False, False, True], kind="stable"
    )
    return table.loc[sorted(first.groupby("sense").head(KINDS).index)]


def plot_kinds(ax: Axes, table: pd.DataFrame, palette: Palette) -> Axes:
    """Draw ``most_named``: a block of rows for each sense, headed by its name and its number of papers.

    With intervals a dot is the share of the sense's papers that name the kind, a tick the share as read; without any, a
    bar counts papers. The number of papers stands at the right. A bracket joins kinds of one family.
    """
    narrow, shares = is_narrow(ax), bool(table["low"].notna().any())
    corrected = shares and bool((table["error"] != "papers").any())
    across = ax.get_yaxis_transform()
    labels, ticks, y = [], [], 0.0
    for sense, block in groupby(rows_of(table), key=lambda row: row.sense):
        rows, look = list(block), palette[sense]
        of = f"{rows[0].of:,}" if narrow else count_of(rows[0].of, "paper")  # a column has no room for the word
        head = f"{shorten(look.name, 26 if narrow else 60)} ({of})"
        ax.text(0.02 if narrow else 0, y, head, transform=across, va="center", fontsize=7.5, fontweight="bold")
        ax.plot([-0.025], [y], marker=shape_of(look.marker), ls="", transform=across, ms=5, mfc=look.colour, mec=INK,
                mew=0.5, clip_on=False)  # fmt: skip
        for family, kin in groupby(rows, key=lambda row: row.family):
            members = list(kin)
            for number, row in enumerate(members, 1):
                at = y + number
                if shares:
                    if row.low == row.low:
                        ax.plot([row.low, row.high], [at, at], color=look.colour, lw=1.6, path_effects=edged(1.6))
                    fill = look.colour if row.low == row.low else "white"
                    ax.plot([row.estimate], [at], marker=shape_of(look.marker), ls="", ms=5, mfc=fill, mec=INK,
                            mew=0.5, zorder=3, clip_on=False)  # fmt: skip
                    if corrected and row.low == row.low:
                        ax.plot([row.share], [at], "|", ms=5, mec=INK, mew=1.0, zorder=4, clip_on=False)
                else:
                    ax.barh(at, row.papers, height=0.6, facecolor=look.colour, edgecolor=INK, lw=0.5)
                ax.text(1.02, at, f"{row.papers:,}", transform=across, va="center", fontsize=7)
                ticks.append(at)
                labels.append(shorten(row.kind, 22 if narrow else 38))
            if len(members) > 1:
                _bracket(ax, y + 1, y + len(members), 1.15 if narrow else 1.07, "" if narrow else str(family))
            y += len(members)
        y += 1.5
    ax.set_yticks(ticks, labels)
    ax.set_ylim(y - 0.9, -0.8)
    _scale(ax, table, shares)
    ax.tick_params(axis="y", length=0, labelsize=7)
    ax.spines["left"].set_visible(False)
    ax.text(1.02, -0.75, "papers", transform=across, va="bottom", fontsize=7, color="#555555")
    return ax


def _bracket(ax: Axes, first: float, last: float, x: float, family: str) -> None:
    """A bracket behind the counts of the rows from ``first`` to ``last``, with the family's name."""
    across = ax.get_yaxis_transform()
    top, bottom = first - 0.25, last + 0.25
    ax.plot([x, x + 0.015, x + 0.015, x], [top, top, bottom, bottom], color="#555555", lw=0.7, transform=across,
            clip_on=False)  # fmt: skip
    ax.text(
        x + 0.025, (first + last) / 2, shorten(family, 26), transform=across, va="center", fontsize=6.5, color="#555555"
    )


def _scale(ax: Axes, table: pd.DataFrame, shares: bool) -> None:
    if shares:
        ax.set_xlim(0, min(1.0, max(0.05, 1.05 * float(table[["high", "share", "estimate"]].max().max()))))
        ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
        ax.set_xlabel("share of the sense's papers, with 95% interval")
    else:
        from matplotlib.ticker import MaxNLocator

        ax.set_xlim(0, max(1.0, 1.05 * float(table["papers"].max())))
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        ax.set_xlabel("papers")
    ax.grid(axis="x")


def kinds_figure(table: pd.DataFrame, palette: Palette, term: str) -> Figure:
    """The kinds by sense with their caption; says so when no mention names a kind."""
    drawn = most_named(table, palette.no_sense)
    shares = bool(drawn["low"].notna().any())
    senses, rows = drawn["sense"].nunique(), len(drawn)
    least = f", each in {FEW} papers or more" if (table["of"] >= ENOUGH).any() else ""
    drawing = (
        "Share of the sense's papers that name the kind. Hollow markers have no interval, since the sense has fewer "
        f"than {ENOUGH} papers. {spread(drawn['error'].iloc[0])}"
        if shares
        else f"Bars count papers; with fewer than {ENOUGH} papers of a sense an interval would say little. The table "
        "lists the papers."
    )
    years = " and their years" if table["first"].notna().any() else ""
    subtitle = f"Kinds of {term} that papers name, by sense."
    if rows < len(table):
        subtitle = (
            f"Kinds of {term} that papers name: of at most {SENSES} senses the {KINDS} commonest{least}. The table has "
            f"all {len(table):,} rows{years}."
        )
    notes = (
        f"{drawing} Case, plural, hyphens and British spelling are put together. A bracket joins kinds of one family, "
        "which are counted apart. A paper counts for every kind that it names."
    )
    return Figure(
        plot_kinds, table, name="kinds-by-sense", heading=head_kinds(table, palette), subtitle=subtitle, notes=notes,
        detail=say_kinds(table, palette),
        height=0.55 + _ROW * (rows + 1.5 * senses), column_height=0.6 + _ROW * (rows + 1.5 * senses),
        options={"palette": palette}, drawn=drawn,
        instead="" if rows else f"No kind of {term} is named often enough to be shown: the mentions stand without a "
        "word that says which.",
    )  # fmt: skip


def head_kinds(table: pd.DataFrame, palette: Palette) -> str:
    """The finding in one line: the kind that most papers name, besides those called like their sense."""
    own = {palette[sense].name.lower() for sense in set(table["sense"])}
    named = table[~table["kind"].str.lower().isin(own)].drop_duplicates("kind")
    papers = table.groupby("kind")["papers"].sum()
    counts = named["kind"].map(papers).tolist()
    most = max(counts, default=0)
    top = [kind for kind, n in zip(named["kind"], counts, strict=True) if n == most]
    if most < 2:
        return "No kind is named by more than one paper" if len(table) else "No kind is named"
    if len(top) > 1:
        return f"{capital(listed(top, most=3))} are each named by {most:,} papers, no kind by more"
    return f"{capital(top[0])} is the kind that most papers name ({most:,})"


def say_kinds(table: pd.DataFrame, palette: Palette, *, most: int = 3) -> str:
    """The finding in words: which kind the papers of the largest senses name most, besides one named like the sense."""
    drawn = most_named(table, palette.no_sense)
    if drawn.empty:
        return "No kind is named often enough to be told."
    parts = []
    sizes = drawn.groupby("sense")["of"].first().sort_values(ascending=False, kind="stable")
    for sense in list(sizes.index)[:most]:
        named = drawn[drawn["sense"] == sense].sort_values(["papers", "mentions"], ascending=False, kind="stable")
        own = rows_of(named)
        row = next((row for row in own if row.kind.lower() != palette[sense].name.lower()), own[0])
        told = f"{row.papers:,} of {count_of(row.of, 'paper')}"
        if row.low == row.low:
            told = f"{percent(row.estimate)}, {between(row.low, row.high)}"
        parts.append(f"{palette[sense].name}: {row.kind} ({told})")
    return f"Kinds named most. {'; '.join(parts)}."
