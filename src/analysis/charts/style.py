"""How charts look: the sizes, the type, and the colour and marker that each sense keeps everywhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from analysis.collection.retracted import split_mark
from analysis.common.errors import BadInput
from analysis.inventory.inventory import NO_SENSE

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


MOST = 12  # senses in a chart; an inventory may have more, and induced ones often are more
# Inches: one column of a two-column page, and the full text width. They fit the pages of IEEE (3.5 and 7.16 inches),
# Nature (89 and 183 mm) and Elsevier (90 and 190 mm).
COLUMN, PAGE = 3.35, 7.0
INK, FAINT = "#222222", "#D9D9D9"

# Matplotlib settings of every chart. DejaVu Sans travels with matplotlib, so letters are the same on every machine;
# text becomes outlines, so an SVG shows the same in every browser; the salt makes SVG ids the same in every run.
RC: Any = {
    "font.family": "DejaVu Sans", "font.size": 8, "axes.titlesize": 8, "axes.labelsize": 8, "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5, "legend.fontsize": 7.5, "text.color": INK, "axes.labelcolor": INK, "xtick.color": INK,
    "ytick.color": INK, "axes.edgecolor": "#666666", "axes.linewidth": 0.6, "axes.spines.top": False,
    "axes.spines.right": False, "axes.titlelocation": "left", "axes.axisbelow": True, "grid.color": FAINT,
    "grid.linewidth": 0.5, "lines.linewidth": 1.2, "hatch.linewidth": 0.5, "legend.frameon": False,
    "figure.facecolor": "white", "savefig.facecolor": "white", "svg.fonttype": "path", "svg.hashsalt": "senses",
    "pdf.fonttype": 42, "xtick.major.width": 0.6, "ytick.major.width": 0.6,
    "text.parse_math": False,  # a title may hold dollar signs
}  # fmt: skip


def uncrowded(
    table: pd.DataFrame,
    weight: str,
    no_sense: Collection[str] = NO_SENSE,
    *,
    columns: Sequence[str] = ("sense",),
) -> tuple[pd.DataFrame, str]:
    """The rows of the ``MOST`` commonest senses (and of ``no_sense``), and what a caption says of the others.

    ``weight`` is the column that tells how common the senses in ``columns`` are. With few senses all rows are kept.
    """
    import pandas as pd

    totals = pd.concat([table.groupby(column)[weight].sum() for column in columns]).groupby(level=0).sum()
    clear = totals[~totals.index.isin(no_sense) & (totals > 0)].sort_index().sort_values(ascending=False, kind="stable")
    left = list(clear.index[MOST:])
    if not left:
        return table, ""
    kept = table[~table[list(columns)].isin(left).any(axis=1)]
    return kept, f" {len(left):,} more {'sense is' if len(left) == 1 else 'senses are'} in the table alone."


def is_narrow(ax: Axes) -> bool:
    """Whether the figure around ``ax`` is about one column wide, so that labels must be short."""
    figure = ax.get_figure(root=True)
    return figure is not None and float(figure.get_figwidth()) < 5


def in_inches(width: float | str) -> float:
    """The width of a figure; raises ``BadInput`` for one that is neither "column" nor "page" nor of 2 to 20 inches."""
    named = {"column": COLUMN, "page": PAGE}.get(str(width))
    if named is not None:
        return named
    if not isinstance(width, (int, float)) or not 2 <= width <= 20:
        raise BadInput(f'width {width!r}: give "column", "page" or inches from 2 to 20')
    return float(width)


def edged(width: float) -> list[Any]:
    """Path effects that give a coloured line of ``width`` points a thin dark edge, so that pale colours still show."""
    from matplotlib.patheffects import Normal, Stroke

    return [Stroke(linewidth=width + 0.8, foreground="#555555"), Normal()]


def fold(text: str, width: int) -> str:
    """Break a label into lines of about ``width`` characters."""
    return "\n".join(wrap(text, width)) or text


def shorten(text: str, width: int) -> str:
    """Cut a label to ``width`` characters, at a word where possible, with an ellipsis for what is left out.

    The mark of a retracted paper is never cut; it stands behind the label.
    """
    text, mark = split_mark(text)
    if len(text) > width:
        cut = text[: width - 1]
        text = (cut[: cut.rfind(" ")] if cut.rfind(" ") > width // 2 else cut).rstrip(" .,;:-") + "\u2026"
    return f"{text} {mark}" if mark else text


def ink_on(colour: Any) -> str:
    """Black or white, whichever contrasts more with ``colour`` (WCAG relative luminance)."""
    from seaborn.utils import relative_luminance

    return "black" if (relative_luminance(colour) + 0.05) ** 2 > 1.05 * 0.05 else "white"
