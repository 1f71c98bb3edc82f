"""Small multiples: the place of one chart divided into panels, and the titles that fit above them."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def columns_of(n: int, *candidates: int) -> int:
    """The first of the candidate numbers of columns that leaves no panel alone in the last row; else the first one."""
    return next((columns for columns in candidates if n % columns != 1), candidates[0])


def panels(ax: Axes, n: int, columns: int, *, sharex: bool = False, share_rows: bool = False) -> list[Any]:
    """Divide the place of ``ax`` into ``n`` small panels, row by row; ``ax`` itself becomes an empty frame.

    ``sharex`` gives all panels one x axis, ``share_rows`` those of a row one y axis.
    """
    ax.set_axis_off()
    spec = ax.get_subplotspec()
    assert spec is not None
    grid = spec.subgridspec(-(-n // columns), columns)
    made: list[Any] = []
    for i in range(n):
        row, column = divmod(i, columns)
        made.append(
            ax.figure.add_subplot(
                grid[row, column], sharex=made[0] if sharex and i else None,
                sharey=made[row * columns] if share_rows and column else None,
            )
        )  # fmt: skip
    return made


def title(panel: Axes, text: str, width: int, *, size: float, loc: Literal["left", "right"] = "left") -> None:
    """Head a panel with ``text``, folded to at most three lines of ``width`` characters."""
    lines = wrap(text, width, max_lines=3, placeholder="\u2026")
    panel.set_title("\n".join(lines), fontsize=size, fontweight="bold", pad=3, linespacing=1.05, loc=loc)
