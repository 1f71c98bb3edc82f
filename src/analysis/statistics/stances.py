"""How sure a stance is: the classifier errs about stances, too.

The true stance behind an assigned one is drawn as ``analysis.statistics.imputation`` draws the true sense, apart for
the mentions that were read in each sense: what authors do with a bias term is not what they do with a stereotype.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.inventory.inventory import load_inventory
from analysis.statistics.confusion import BANDS
from analysis.statistics.imputation import choose
from analysis.statistics.intervals import replicates
from analysis.statistics.misreading import Misreadings, Units, misreadings, mixes

if TYPE_CHECKING:
    import pandas as pd

    from analysis.statistics.confusion import Confusion

NONE = -1  # a mention without a stance


def stances_of(stances: Sequence[str] | None) -> tuple[str, ...]:
    """The stances asked for; those of the shipped inventory where none are named."""
    return tuple(load_inventory().stances if stances is None else stances)


def stance_confusion(held_out: pd.DataFrame, stances: Sequence[str] | None = None) -> Misreadings:
    """Count held-out mentions by their stance and how it was read.

    ``held_out`` needs label_stance (true), sense, stance and stance_confidence (as read). How much the mentions of a
    sense, in a field of research (column research) where that is known, vary beside the others is learned, too, by what
    is in stance_left_out or, where that is none, in stance. Mentions whose true stance is not known are left out.
    """
    stances = stances_of(stances)
    known = held_out[held_out["label_stance"].isin(list(stances)) & held_out["stance"].isin(list(stances))]
    if "research" in known:
        known = known.assign(sense=known["research"].fillna("") + ": " + known["sense"])
    elsewhere = known
    if "stance_left_out" in known:
        left_out = known["stance_left_out"].isin(list(stances))
        elsewhere = known.assign(stance=known["stance_left_out"].where(left_out, known["stance"]))
    units, left = (_units(rows, stances) for rows in (known, elsewhere))
    return misreadings(units, stances, len(BANDS), left_out=left)


def _units(readings: pd.DataFrame, stances: Sequence[str]) -> Units:
    true, assigned = (
        readings[column].map({stance: i for i, stance in enumerate(stances)}).to_numpy(dtype=int)
        for column in ("label_stance", "stance")
    )
    return Units(true, assigned, stance_bands(readings), readings["sense"].to_numpy())


def stance_bands(readings: pd.DataFrame) -> np.ndarray:
    """The band of each stance's confidence, an index into ``BANDS``."""
    return np.asarray(np.digitize(readings["stance_confidence"].to_numpy(dtype=float), BANDS[1:]))


def known_stances(
    readings: pd.DataFrame, stances: Sequence[str], confusion: Confusion | None
) -> tuple[np.ndarray, np.ndarray]:
    """The stance of each mention, an index into ``stances`` or ``NONE``, and whether it is known, if so the right one.

    What is reviewed and certain (confidence 1) keeps its stance, what is among the labels of the ``confusion`` has that
    of its label; a mention without a stance has none.
    """
    position = {stance: i for i, stance in enumerate(stances)}
    assigned = readings["stance"].map(position).fillna(NONE).to_numpy(dtype=int)
    sure = (readings["reviewed"] & (readings["stance_confidence"] >= 1)).to_numpy(dtype=bool) | (assigned == NONE)
    if confusion is not None:
        label = confusion.labels_of(readings)["label_stance"].map(position).fillna(NONE).to_numpy(dtype=int)
        labelled = (label != NONE) & ~sure
        assigned, sure = np.where(labelled, label, assigned), sure | labelled
    return assigned, sure


def stance_replicates(
    readings: pd.DataFrame,
    order: Sequence[str],
    *,
    confusion: Confusion | None = None,
    stance_confusion: Misreadings | None = None,
    stances: Sequence[str] | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield plausible versions of the readings as ``(weights, senses, stances)``, each one number per mention.

    Weights and senses are those of ``replicates``; stances are an index into ``stances`` (see ``stances_of``), ``NONE``
    where the mention has none. ``readings`` needs stance and stance_confidence, too. Without ``stance_confusion``, as
    made by the function of that name, stances are taken as they are.

    A replicate's chances are those of ``misreading.Mixes``, for the mentions read in each sense by themselves. The unit
    is the mention: unlike senses, stances are seldom wrong together (correlation within a paper 0.2, for senses 0.6).
    What is known (``known_stances``) stays.
    """
    stances = stances_of(stances)
    again = replicates(readings, order, confusion=confusion, draws=draws, seed=seed)
    if stance_confusion is None or not readings["stance"].isin(stances).any():
        assigned = known_stances(readings, stances, None)[0]
        for weights, senses in again:
            yield weights, senses, assigned
        return
    assigned, sure = known_stances(readings, stances, confusion)
    at = np.flatnonzero(~sure)
    column = assigned[at] * len(BANDS) + stance_bands(readings)[at]
    found, sense = np.unique(readings["sense"].to_numpy(dtype=str)[at], return_inverse=True)
    every = len(stances) * len(BANDS)
    open_ones = [
        mixes(stance_confusion, stances, len(BANDS), np.bincount(column[sense == i], minlength=every).astype(float))
        for i in range(len(found))
    ]
    rng = np.random.default_rng(seed + 1)
    for weights, senses in again:
        drawn = assigned.copy()
        if len(at):
            chances = np.stack([each.draw(rng) for each in open_ones])
            drawn[at] = choose(chances[sense, column], rng)
        yield weights, senses, drawn


def stances_as_labelled(held_out: pd.DataFrame) -> tuple[int, int]:
    """``(right, of)``: how many of the labelled stances were read so in held-out papers."""
    labelled = held_out[held_out["label_stance"] != ""]
    return int((labelled["stance"] == labelled["label_stance"]).sum()), len(labelled)
