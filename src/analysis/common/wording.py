"""How numbers read in a sentence: counts with their noun, lists, shares and intervals, each rounded by one rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def count_of(n: int, noun: str, plural: str = "") -> str:
    """``1 paper``, ``2 papers``, ``no papers``; thousands with a comma."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {plural or noun + 's'}" if n else f"no {plural or noun + 's'}"


def listed(items: Sequence[str], *, most: int = 0, mark: str = ", ") -> str:
    """``a``, ``a and b``, ``a, b and c``; with ``most``, what goes beyond it is counted: ``a, b and 3 more``."""
    shown = list(items)
    if most and len(shown) > most:
        shown = [*shown[:most], f"{len(shown) - most:,} more"]
    return shown[0] if len(shown) == 1 else f"{mark.join(shown[:-1])} and {shown[-1]}" if shown else "none"


def size_of(n_bytes: int) -> str:
    """``512 bytes``, ``2 KB``, ``1.4 MB``: the size of a file, a KB being 1,000 bytes."""
    if n_bytes < 1000:
        return f"{n_bytes} bytes"
    return f"{n_bytes / 1000:,.0f} KB" if n_bytes < 999_500 else f"{n_bytes / 1e6:,.1f} MB"


def in_sentence(name: str) -> str:
    """A name as it stands within a sentence: ``Social bias`` as ``social bias``; ``LLM bias`` and ``A/B test`` stay."""
    first = name.split(maxsplit=1)[0] if name.strip() else ""
    return name[0].lower() + name[1:] if first[1:].islower() and first.replace("-", "").isalpha() else name


def percent(share: float) -> str:
    """``0.123`` as ``12%``, below ten percent with a decimal: ``2.1%``; NaN is ``n/a``.

    What would wrongly round to nothing or to all is ``<0.1%`` or ``>99%``.
    """
    if share != share:
        return "n/a"
    if 0 < share <= 0.0005:
        return "<0.1%"
    if 0.995 <= share < 1:
        return ">99%"
    return f"{100 * share:.1f}%" if 0 < share < 0.0995 else f"{100 * share:.0f}%"


def points(difference: float) -> str:
    """A difference of shares in percentage points, without its sign: ``12``, below ten with a decimal: ``2.1``."""
    value = abs(100 * difference)
    return "less than 0.1" if 0 < value < 0.05 else f"{value:.1f}" if 0 < value < 9.95 else f"{value:.0f}"


def span(low: float, high: float) -> str:
    """An interval of shares for a narrow place, in percent without the sign: ``2.1\u201312``, ``57 to >99``."""
    ends = [percent(end).replace("%", "") for end in (low, high)]
    return (" to " if ends[1].startswith(">") else "\u2013").join(ends)  # a dash and > would look like an arrow


def probability(value: float) -> str:
    """A confidence with two decimals; what would wrongly round to certainty is ``>0.99``."""
    return ">0.99" if value >= 0.995 else f"{value:.2f}"


def show(value: Any, *, year: bool = False) -> str:
    """A cell as text: numbers with thousands commas as in the prose, save a ``year``; lists joined, missing ones empty.

    Truth is yes or no. Floats have three decimals, from 1,000 on none; what these would round to nothing is <0.001.
    """
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value))
    if value is None or str(value) == "<NA>" or value != value:  # pandas' NA is equal to nothing, nor unequal
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and abs(value) < 1000:
        if 0 < abs(value) < 0.0005:
            return "<0.001" if value > 0 else ">\u22120.001"
        return f"{value:.3f}"
    if isinstance(value, (int, float)):
        return f"{value:.0f}" if year else f"{value:,.0f}"
    return str(value)
