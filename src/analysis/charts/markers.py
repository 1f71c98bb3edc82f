"""The markers of the senses: as matplotlib takes them, and as SVG paths in a square from -1 to 1."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.path import Path

# Corners of the shapes that matplotlib lacks, y upwards: its own filled ones are fewer than the senses of "bias", and
# its two crosses are bare strokes, which have no inside to colour and no edge.
_OWN = {
    "+": (
        (-0.22, 1), (0.22, 1), (0.22, 0.22), (1, 0.22), (1, -0.22), (0.22, -0.22), (0.22, -1), (-0.22, -1),
        (-0.22, -0.22), (-1, -0.22), (-1, 0.22), (-0.22, 0.22),
    ),
    "x": (
        (-0.7, 1), (0, 0.3), (0.7, 1), (1, 0.7), (0.3, 0), (1, -0.7), (0.7, -1), (0, -0.3), (-0.7, -1), (-1, -0.7),
        (-0.3, 0), (-1, 0.7),
    ),
    "hourglass": ((-1, 1), (1, 1), (-1, -1), (1, -1)),
    "bowtie": ((-1, 1), (-1, -1), (1, 1), (1, -1)),
    "arrow": ((0, 1), (1, 0), (0.4, 0), (0.4, -1), (-0.4, -1), (-0.4, 0), (-1, 0)),
}  # fmt: skip


@cache
def shape_of(marker: str) -> str | Path:
    """The marker of a ``Look``, as the ``marker=`` of matplotlib's functions: all have an inside and an edge."""
    from matplotlib.path import Path

    return Path([*_OWN[marker], (0, 0)], closed=True) if marker in _OWN else marker


def marker_path(marker: str) -> str:
    """SVG path of the marker of a ``Look``, y downwards; a circle for one that is not known."""
    from matplotlib.markers import MarkerStyle
    from matplotlib.path import Path
    from matplotlib.transforms import Affine2D

    style = MarkerStyle(shape_of(marker) if marker in {*MarkerStyle.filled_markers, *_OWN} else "o")
    path = style.get_path().transformed(style.get_transform())
    scale = 1 / max(0.5, max(map(abs, path.get_extents().extents)))  # markers are a unit wide, the diamonds wider
    letters = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C", Path.CLOSEPOLY: "Z"}
    drawn = path.transformed(Affine2D().scale(scale, -scale)).iter_segments(simplify=False)
    return "".join(
        letters[code] + ("" if code == Path.CLOSEPOLY else " ".join(f"{number:g}" for number in points.round(3) + 0.0))
        for points, code in drawn
    )
