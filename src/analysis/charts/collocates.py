"""Words that tell the senses apart: one small panel a sense."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.charts.style import INK, Palette, edged, fold, is_narrow, shorten, uncrowded
from analysis.figures import Figure
from analysis.findings.rows import rows_of
from analysis.findings.sentences import listed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_ROW, _PANEL = 0.135, 0.42  # inches: one word, and what a panel needs besides


def panels(ax: Axes, n: int, columns: int, *, sharex: bool = False, sharey: bool = False) -> list[Any]:
    """Divide the place of ``ax`` into ``n`` small panels, row by row; ``ax`` itself becomes an empty frame."""
    ax.set_axis_off()
    spec = ax.get_subplotspec()
    assert spec is not None
    grid = spec.subgridspec(-(-n // columns), columns)
    made: list[Any] = []
    for i in range(n):
        first = made[0] if made else None
        made.append(
            ax.figure.add_subplot(
                grid[divmod(i, columns)], sharex=first if sharex else None, sharey=first if sharey else None
            )
        )
    return made


def plot_collocates(ax: Axes, table: pd.DataFrame, palette: Palette, *, top: int = 8) -> Axes:
    """Draw ``findings.collocates.distinguishing_collocates``: log-odds with 95 % intervals, strongest on top.

    The number behind a word counts the papers that have it near that sense. Returns ``ax``, whose place is divided
    into the panels.
    """
    narrow = is_narrow(ax)
    senses = palette.order(table["sense"])
    for panel, sense in zip(panels(ax, len(senses), _columns(narrow), sharex=True), senses, strict=True):
        look = palette[sense]
        words = table[table["sense"] == sense].head(top)
        for y, word in enumerate(rows_of(words)):
            panel.plot([word.low, word.high], [y, y], color=look.colour, lw=1.4, path_effects=edged(1.4), zorder=2)
            panel.plot([word.log_odds], [y], look.marker, ms=4.5, mfc=look.colour, mec=INK, mew=0.5, zorder=3)
        panel.set_yticks(range(len(words)), [f"{shorten(w.word, 18)} {w.papers:,}" for w in rows_of(words)])
        panel.set_ylim(top - 0.4, -0.6)
        panel.axvline(0, color="#888888", lw=0.6, zorder=1)
        panel.set_title(
            shorten(look.name, 14 if narrow else 30), fontweight="bold", fontsize=6.5 if narrow else 8, pad=3
        )
        panel.tick_params(axis="y", length=0, pad=1, labelsize=7)
        panel.tick_params(axis="x", labelsize=7)
        panel.spines["left"].set_visible(False)
    label = "log-odds of the word near this sense against all others, 95% interval"
    ax.figure.supxlabel(fold(label, 48 if narrow else 99), fontsize=8)
    return ax


def _columns(narrow: bool) -> int:
    return 2 if narrow else 3


def collocates_figure(table: pd.DataFrame, palette: Palette, *, top: int = 8) -> Figure:
    """The small panels of distinguishing words with their caption; says so when no sense has enough papers."""
    drawn, more = uncrowded(table, "papers")
    senses = palette.order(drawn["sense"])

    def height(columns: int) -> float:
        return 0.35 + -(-len(senses) // columns) * (_PANEL + _ROW * top)

    caption = (
        f"Words within ten words of the mention that tell each sense from all others (at most {top} a sense): log-odds "
        "ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008), counting a word once a paper. "
        "The number counts papers. Senses found in a single paper have no panel."
        f"{more}"
    )
    return Figure(
        plot_collocates, table, name="collocates", caption=caption, alt=say_collocates(table, palette),
        height=height(_columns(False)), column_height=height(_columns(True)), options={"palette": palette, "top": top},
        drawn=drawn,
        instead="" if senses else "No sense has a word that two of its papers share, so no words can tell senses "
        "apart.",
    )  # fmt: skip


def say_collocates(table: pd.DataFrame, palette: Palette, *, most: int = 3) -> str:
    """The finding in words: the strongest words of each sense."""
    parts = [
        f"{palette[sense].name}: {', '.join(table.loc[table['sense'] == sense, 'word'].head(most))}"
        for sense in palette.order(table["sense"])
    ]
    return f"Words that tell the senses apart. {listed(parts, mark='; ')}." if parts else "No word tells senses apart."
