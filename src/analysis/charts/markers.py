"""The markers of the senses: as matplotlib takes them, and as SVG paths in a square from -1 to 1."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.path import Path

# matplotlib draws these two as bare strokes, which have no colour where only the inside of a path is coloured.
_THIN = {
    "+": "M-.14 -1H.14V-.14H1V.14H.14V1H-.14V.14H-1V-.14H-.14Z",
    "x": "M-.8 -1L0 -.2L.8 -1L1 -.8L.2 0L1 .8L.8 1L0 .2L-.8 1L-1 .8L-.2 0L-1 -.8Z",
}


# Corners of the shapes that matplotlib lacks, y upwards: its own filled ones are fewer than the senses of "bias".
_OWN = {
    "hourglass": ((-1, 1), (1, 1), (-1, -1), (1, -1)),
    "bowtie": ((-1, 1), (-1, -1), (1, 1), (1, -1)),
    "arrow": ((0, 1), (1, 0), (0.4, 0), (0.4, -1), (-0.4, -1), (-0.4, 0), (-1, 0)),
}


@cache
def shape_of(marker: str) -> str | Path:
    """A marker that an inventory may name, as the ``marker=`` of matplotlib's functions."""
    from matplotlib.path import Path

    return Path([*_OWN[marker], (0, 0)], closed=True) if marker in _OWN else marker


def marker_path(marker: str) -> str:
    """SVG path of a marker that an inventory may name, y downwards; a circle for one that is not known."""
    from matplotlib.markers import MarkerStyle
    from matplotlib.path import Path
    from matplotlib.transforms import Affine2D

    if marker in _THIN:
        return _THIN[marker]
    style = MarkerStyle(shape_of(marker) if marker in {*MarkerStyle.filled_markers, *_OWN} else "o")
    path = style.get_path().transformed(style.get_transform())
    scale = 1 / max(0.5, max(map(abs, path.get_extents().extents)))  # markers are a unit wide, the diamonds wider
    letters = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C", Path.CLOSEPOLY: "Z"}
    drawn = path.transformed(Affine2D().scale(scale, -scale)).iter_segments(simplify=False)
    return "".join(
        letters[code] + ("" if code == Path.CLOSEPOLY else " ".join(f"{number:g}" for number in points.round(3) + 0.0))
        for points, code in drawn
    )
