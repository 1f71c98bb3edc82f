"""What papers of each sense name, such as methods, as a matrix of dots with counts."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from analysis.charts.figure import Figure
from analysis.charts.headings import capital
from analysis.charts.style import INK, ink_on, is_narrow, shorten
from analysis.common.prose import between, spread
from analysis.common.wording import count_of, in_sentence, listed, percent
from analysis.findings.kinds_of_senses import ENOUGH, FEW
from analysis.findings.rows import rows_of
from analysis.inventory.inventory import NO_SENSE
from analysis.inventory.palette import Palette

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

NAMES, SENSES = 16, 10  # drawn at most
_ROW = 0.27  # inches


def most_met(table: pd.DataFrame, no_sense: Collection[str] = NO_SENSE) -> pd.DataFrame:
    """The cells of ``findings.named_with_sense`` that are drawn: the commonest names, the largest senses.

    Names that go clearly with a sense come before the others.
    """
    clear = table[~table["sense"].isin(no_sense)]
    names = clear.groupby("name").agg(
        clear=("clear", "any"), papers=("papers_in_all", "first")
    )  # fmt: skip
    names = names.sort_index().sort_values(["clear", "papers"], ascending=False, kind="stable").head(NAMES)
    senses = clear.groupby("sense")["of"].first().sort_index().sort_values(ascending=False, kind="stable")
    return clear[clear["name"].isin(names.index) & clear["sense"].isin(senses.index[:SENSES])]


def plot_companions(ax: Axes, table: pd.DataFrame, palette: Palette) -> Axes:
    """Draw ``most_met``: a row a name, a column a sense; the number counts papers that have both.

    Area and shade of a dot are the share of the sense's papers or, where there are no intervals, the papers. A triangle
    marks a share that is clearly above or below that in papers without the sense.
    """
    from matplotlib import colormaps

    narrow = is_narrow(ax)
    sizes = table.groupby("name")["papers_in_all"].first()
    names = sorted(sizes.index, key=lambda name: (-sizes[name], name))
    senses = palette.order(table["sense"])
    of = table.groupby("sense")["of"].first()
    weight = "estimate" if table["low"].notna().any() else "papers"
    most = float(table[weight].max())
    shades = colormaps["Greys"]
    for row in rows_of(table):
        x, y = senses.index(row.sense), names.index(row.name)
        part = getattr(row, weight) / most
        shade = shades(0.06 + 0.6 * part)
        ax.scatter(
            [x],
            [y],
            s=35 + 65 * part if narrow else 60 + 190 * part,
            color=shade,
            edgecolor="#666666",
            lw=0.5,
            zorder=2,
        )
        ax.text(x, y, f"{row.papers:,}", ha="center", va="center", fontsize=6.5, color=ink_on(shade[:3]), zorder=3)
        if row.clear:
            sign = "\u25b2" if row.low > row.elsewhere else "\u25bc"
            ax.text(
                x + 0.36, y - (0.33 if narrow else 0), sign, ha="center", va="center", fontsize=5.5, color=INK, zorder=3
            )
    ax.set_xticks(range(len(senses)), [f"{shorten(palette.tag(s), 14)} ({of[s]:,})" for s in senses],
                  rotation=90 if narrow else 30, ha="left" if not narrow else "center",
                  rotation_mode="default" if narrow else "anchor")  # fmt: skip
    ax.xaxis.tick_top()
    ax.set_yticks(range(len(names)), [f"{shorten(n, 24 if narrow else 44)} ({sizes[n]:,})" for n in names])
    ax.set_xlim(-0.6, len(senses) - 0.4)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(True)
    ax.tick_params(length=0, labelsize=7)
    ax.spines[:].set_visible(False)
    return ax


def companions_figure(table: pd.DataFrame, palette: Palette, kind: str) -> Figure:
    """The matrix of names of a ``kind`` with its caption; says so when no name is shared by enough papers."""
    drawn = most_met(table, palette.no_sense)
    names, senses = drawn["name"].nunique(), drawn["sense"].nunique()
    left = table["name"].nunique() - names
    more = f" {count_of(left, f'more {kind}')} in the table alone." if left else ""
    if drawn["low"].notna().any():
        intervals = (
            "Area and shade are the share of the sense's papers. \u25b2 and \u25bc mark a share whose interval leaves "
            "out the share in papers without the sense. "
            f"{spread(drawn['error'].iloc[0])}"
        )
    else:
        intervals = (
            f"No sense has {ENOUGH} papers with a name in {FEW} of them, so area and shade are papers, and the "
            "table lists these instead of intervals."
        )
    subtitle = (
        f"Papers of each sense (columns, in brackets all of that sense) that name a {kind} (rows, in brackets all "
        f"papers that name it).{more}"
    )
    return Figure(
        plot_companions, table, name=f"{kind}s-by-sense", heading=head_companions(table, palette, kind),
        subtitle=subtitle, notes=intervals, detail=say_companions(table, palette, kind),
        height=0.9 + _ROW * names, column_height=1.4 + _ROW * names, options={"palette": palette}, drawn=drawn,
        instead="" if senses else f"No {kind} is named in enough papers of a sense to be compared.",
    )  # fmt: skip


def head_companions(table: pd.DataFrame, palette: Palette, kind: str) -> str:
    """The finding in one line: which name goes most clearly with a sense, if one does."""
    strong = _strong(table, palette.no_sense)
    if strong.empty:
        return f"No {kind} goes clearly with one sense"
    row = rows_of(strong)[0]
    return f"{capital(row.name)} goes with {in_sentence(palette[row.sense].name)} more than with other senses"


def _strong(table: pd.DataFrame, no_sense: Collection[str]) -> pd.DataFrame:
    """The rows whose share is clearly above that of papers without the sense, the clearest first."""
    if table.empty:
        return table
    strong = table[table["clear"] & (table["estimate"] > table["elsewhere"]) & ~table["sense"].isin(no_sense)]
    above = strong.assign(above=strong["low"] - strong["elsewhere"])
    return above.sort_values(["above", "name"], ascending=[False, True], kind="stable")


def say_companions(table: pd.DataFrame, palette: Palette, kind: str, *, most: int = 3) -> str:
    """The finding in words: which names go clearly with a sense, else which are named most."""
    if table.empty:
        return f"No {kind} is shared by enough papers."
    strong = _strong(table, palette.no_sense)
    if strong.empty:
        top = table.drop_duplicates("name").head(most)
        named = [f"{row.name} ({count_of(row.papers_in_all, 'paper')})" for row in rows_of(top)]
        return f"No {kind} goes clearly with one sense; most often named: {listed(named)}."
    parts = [
        f"{row.name} with {palette[row.sense].name} ({percent(row.estimate)} of its papers, "
        f"{between(row.low, row.high)})"
        for row in rows_of(strong.head(most))
    ]
    return f"What goes with a sense more than with the others: {listed(parts, mark='; ')}."
