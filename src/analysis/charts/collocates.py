"""Words that tell the senses apart: one small panel per sense."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts import headings
from analysis.charts.figure import Figure
from analysis.charts.markers import shape_of
from analysis.charts.panels import columns_of, panels, title
from analysis.charts.style import INK, edged, fold, is_narrow, shorten, uncrowded
from analysis.common.wording import listed
from analysis.findings.rows import rows_of
from analysis.inventory.palette import Palette

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_ROW, _PANEL = 0.135, 0.42  # inches: one word, and what a panel needs besides


def plot_collocates(ax: Axes, table: pd.DataFrame, palette: Palette, *, top: int = 8) -> Axes:
    """Draw ``findings.collocates.distinguishing_collocates``: log-odds with 95 % intervals, surest on top.

    The number behind a word counts the papers that have it near that sense; where a marker is hollow, the interval
    holds 0. Returns ``ax``, whose place is divided into the panels.
    """
    narrow = is_narrow(ax)
    senses = palette.order(table["sense"])
    columns, most = _columns(len(senses), narrow), _most(table, top)
    for panel, sense in zip(panels(ax, len(senses), columns, sharex=True), senses, strict=True):
        look = palette[sense]
        words = table[table["sense"] == sense].head(top)
        for y, word in enumerate(rows_of(words)):
            panel.plot([word.low, word.high], [y, y], color=look.colour, lw=1.4, path_effects=edged(1.4), zorder=2)
            fill = look.colour if word.low > 0 else "white"
            panel.plot(
                [word.log_odds], [y], marker=shape_of(look.marker), ls="", ms=4.5, mfc=fill, mec=INK, mew=0.5, zorder=3
            )
        panel.set_yticks(range(len(words)), [f"{shorten(w.word, 18)} {w.papers:,}" for w in rows_of(words)])
        panel.set_ylim(most - 0.4, -0.6)
        panel.axvline(0, color="#888888", lw=0.6, zorder=1)
        title(panel, look.name, (48 if narrow else 90) // columns, size=7 if narrow else 8, loc="right")
        panel.tick_params(axis="y", length=0, pad=1, labelsize=7)
        panel.tick_params(axis="x", labelsize=7)
        panel.spines["left"].set_visible(False)
    label = "log-odds of the word near this sense against all others, with 95% interval"
    ax.figure.supxlabel(fold(label, 48 if narrow else 99), fontsize=8)
    return ax


def _most(table: pd.DataFrame, top: int) -> int:
    """The words of the longest panel."""
    return min(top, int(table["sense"].value_counts().max())) if len(table) else 0


def _columns(n: int, narrow: bool) -> int:
    return 2 if narrow else columns_of(n, 3, 4)


def collocates_figure(table: pd.DataFrame, palette: Palette, *, top: int = 8) -> Figure:
    """The small panels of distinguishing words under their heading; says so when no sense has enough papers."""
    drawn, more = uncrowded(table, "papers", palette.no_sense)
    senses = palette.order(drawn["sense"])
    most = int(table["sense"].value_counts().max()) if len(table) else 0
    whole = f"; up to {most} in the table and on the cards" if most > top else ""

    shown = drawn.groupby("sense", sort=False).head(top)
    doubtful = int((shown["low"] <= 0).sum())
    chance = (
        f" Hollow markers ({doubtful:,} of {len(shown):,} words): the interval holds 0, so the word may stand there by "
        "chance."
        if doubtful
        else ""
    )

    def height(narrow: bool) -> float:
        return 0.35 + -(-len(senses) // _columns(len(senses), narrow)) * (_PANEL + _ROW * _most(drawn, top))

    notes = (
        f"At most {top} words per sense{whole}, the surest on top; each stands within ten words of the mention, and "
        "each paper counts it once. Log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn "
        f"2008). Senses found in a single paper have no panel.{chance}{more}"
    )
    return Figure(
        plot_collocates, table, name="collocates", heading=headings.distinguishing_collocates(table, palette),
        subtitle="Words near each sense more than near the others: log-odds with 95% interval, and number of papers.",
        notes=notes, detail=say_collocates(table, palette),
        height=height(narrow=False), column_height=height(narrow=True), options={"palette": palette, "top": top},
        drawn=drawn,
        instead="" if senses else "No sense has a word that two of its papers share, so no words can tell senses "
        "apart.",
    )  # fmt: skip


def say_collocates(table: pd.DataFrame, palette: Palette, *, most: int = 3) -> str:
    """The finding in words: the strongest words of each sense, of those that hardly stand there by chance."""
    table = table[table["low"] > 0]
    parts = [
        f"{palette[sense].name}: {', '.join(table.loc[table['sense'] == sense, 'word'].head(most))}"
        for sense in palette.order(table["sense"])
    ]
    return f"{listed(parts, mark='; ')}." if parts else ""
