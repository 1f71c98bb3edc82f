"""What the mentions of the map are coloured by: a group for each mention, and how each group is drawn.

Every group has a colour and a marker of its own, so that the map reads without colour vision.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.inventory.inventory import MARKERS
from analysis.inventory.palette import GREY, Look, Palette, dealt
from analysis.senses.probable import ABSTAIN_BELOW

if TYPE_CHECKING:
    import pandas as pd

MOST_TOPICS = 12  # as many as there are colours; the mentions of all others are grey
MOST_YEARS = 8  # in more years than these, several years share a group
STEPS = (ABSTAIN_BELOW, 0.7, 0.9)  # of confidence


class Groups(NamedTuple):
    """``number`` has the group of each mention, int (n,); ``looks`` how each is drawn, only groups with a mention."""

    number: np.ndarray
    looks: list[Look]


def groups_by(column: str, readings: pd.DataFrame, palette: Palette) -> Groups:
    """The groups of ``readings`` by one of ``COLUMNS``, in their natural order."""
    return _GROUPINGS[column](readings, palette)


def _by_sense(readings: pd.DataFrame, palette: Palette) -> Groups:
    senses = palette.order(readings["sense"])
    return _numbered(readings["sense"], senses, [palette[sense] for sense in senses])


def _by_stance(readings: pd.DataFrame, palette: Palette) -> Groups:
    found = set(readings["stance"]) - {""}
    stances = [*(s for s in palette.past if s in found), *sorted(found - set(palette.past))]
    return _with_rest(readings["stance"], stances, dealt(palette.past.get(s, s) for s in stances), "No stance")


def _by_topic(readings: pd.DataFrame, palette: Palette) -> Groups:
    del palette
    inside = readings[readings["topic"] >= 0]
    counts = inside["topic"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    names = inside.drop_duplicates("topic").set_index("topic")["topic_label"]
    topics = list(counts.index[:MOST_TOPICS])
    looks = dealt(str(names[topic]) or f"Topic {topic}" for topic in topics)
    few = counts.index[MOST_TOPICS:]
    if len(few):  # their places and labels on the map tell them apart
        looks.append(Look(f"{len(few):,} smaller topics", GREY, MARKERS[MOST_TOPICS]))
    values = readings["topic"].where(~readings["topic"].isin(few), -2)
    return _with_rest(values, [*topics, *([-2] if len(few) else [])], looks, "No topic")


def _by_year(readings: pd.DataFrame, palette: Palette) -> Groups:
    del palette
    years = readings["year"].astype("Int64")
    known = sorted({int(year) for year in years.dropna()})
    width = 1 if len(known) <= MOST_YEARS else -(-(known[-1] - known[0] + 1) // MOST_YEARS)
    first = ((years - known[0]) // width * width + known[0]) if known else years
    starts = sorted({int(year) for year in first.dropna()})
    spans = [(start, min(start + width - 1, known[-1])) for start in starts]
    names = [str(start) if start == end else f"{start}\u2013{end}" for start, end in spans]
    return _with_rest(first, starts, _shaded(names), "No year")


def _by_confidence(readings: pd.DataFrame, palette: Palette) -> Groups:
    del palette
    edges = (0.0, *STEPS, 1.0)
    names = [f"{low:.1f} to {high:.1f}" for low, high in pairwise(edges)]
    names[0], names[-1] = f"Below {STEPS[0]:.1f} (unsure)", f"{STEPS[-1]:.1f} and above"
    step = np.searchsorted(STEPS, readings["confidence"].to_numpy(dtype=float), side="right")
    return _numbered(step, range(len(names)), _shaded(names))


_GROUPINGS = {
    "sense": _by_sense,
    "stance": _by_stance,
    "year": _by_year,
    "topic": _by_topic,
    "confidence": _by_confidence,
}
COLUMNS = tuple(_GROUPINGS)


def _shaded(names: Sequence[str]) -> list[Look]:
    """Looks for an order: from dark to light in cividis, which everybody sees as one (Nunez et al. 2018)."""
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    shades = colormaps["cividis"](np.linspace(0, 1, len(names)))
    return [Look(name, to_hex(shade), MARKERS[i]) for i, (name, shade) in enumerate(zip(names, shades, strict=True))]


def _with_rest(values: pd.Series, keys: Sequence[object], looks: list[Look], rest: str) -> Groups:
    """Groups of ``keys``, and a grey one, called ``rest``, of all values that are none of them."""
    marked = values.astype(object).where(values.isin(list(keys)), None)
    return _numbered(marked, [*keys, None], [*looks, Look(rest, GREY, "x")])


def _numbered(values: Sequence[object] | pd.Series | np.ndarray, keys: Sequence[object], looks: list[Look]) -> Groups:
    """The number of each value's key; keys that no mention has are left out."""
    found = list(values)
    there = set(found)
    kept = [(key, look) for key, look in zip(keys, looks, strict=True) if key in there]
    place = {key: i for i, (key, _) in enumerate(kept)}
    return Groups(np.array([place[value] for value in found], dtype=np.int64), [look for _, look in kept])
