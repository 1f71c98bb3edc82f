"""The markers of the senses as SVG paths in a square from -1 to 1, named as matplotlib names them."""

from __future__ import annotations

from math import cos, pi, sin


def _polygon(corners: int, turn: float = 0.0) -> str:
    points = [(sin(turn + 2 * pi * i / corners), -cos(turn + 2 * pi * i / corners)) for i in range(corners)]
    return "M" + "L".join(f"{x:.3g} {y:.3g}" for x, y in points) + "Z"


def _star() -> str:
    points = [(r * sin(pi * i / 5), -r * cos(pi * i / 5)) for i, r in enumerate((1, 0.42) * 5)]
    return "M" + "L".join(f"{x:.3g} {y:.3g}" for x, y in points) + "Z"


def _circle(radius: float) -> str:
    return f"M{-radius:g} 0A{radius:g} {radius:g} 0 1 0 {radius:g} 0A{radius:g} {radius:g} 0 1 0 {-radius:g} 0Z"


_PLUS = "M-.33 -1H.33V-.33H1V.33H.33V1H-.33V.33H-1V-.33H-.33Z"
_CROSS = "M-.5 -1L0 -.5L.5 -1L1 -.5L.5 0L1 .5L.5 1L0 .5L-.5 1L-1 .5L-.5 0L-1 -.5Z"
# matplotlib draws these two as bare strokes: they must not be taken for the filled ones
_THIN_PLUS = "M-.14 -1H.14V-.14H1V.14H.14V1H-.14V.14H-1V-.14H-.14Z"
_THIN_CROSS = "M-.8 -1L0 -.2L.8 -1L1 -.8L.2 0L1 .8L.8 1L0 .2L-.8 1L-1 .8L-.2 0L-1 -.8Z"
_PATHS = {
    "o": _circle(0.85),
    ".": _circle(0.5),
    "s": "M-.8 -.8H.8V.8H-.8Z",
    "^": _polygon(3),
    "v": _polygon(3, pi),
    ">": _polygon(3, pi / 2),
    "<": _polygon(3, -pi / 2),
    "D": _polygon(4),
    "d": "M0 -1L.6 0L0 1L-.6 0Z",
    "p": _polygon(5),
    "h": _polygon(6),
    "H": _polygon(6, pi / 6),
    "8": _polygon(8, pi / 8),
    "*": _star(),
    "P": _PLUS,
    "+": _THIN_PLUS,
    "X": _CROSS,
    "x": _THIN_CROSS,
}


def marker_path(marker: str) -> str:
    """SVG path of a matplotlib marker, y downwards; a circle for one that is not known."""
    return _PATHS.get(marker, _PATHS["o"])
