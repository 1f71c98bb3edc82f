"""How ambiguous a term is, and how many times as ambiguous as another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.inventory.inventory import NO_SENSE
from analysis.statistics.confusion import as_known
from analysis.statistics.intervals import interval, replicates

if TYPE_CHECKING:
    import pandas as pd

    from analysis.statistics.confusion import Confusion


def entropy(counts: np.ndarray) -> float:
    """Shannon entropy of counts, in bits; 0 for no counts. Miller and Madow's correction is not applied."""
    counts = np.asarray(counts, dtype=float)
    if counts.sum() <= 0:
        return 0.0
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum())


def ambiguity(
    readings: pd.DataFrame,
    order: Sequence[str],
    *,
    name: str = "",
    confusion: Confusion | None = None,
    draws: int = 1000,
    seed: int = 0,
    no_sense: Collection[str] = NO_SENSE,
) -> dict[str, float | int | str]:
    """How many senses a term has in effect: ``2 ** entropy`` of the shares of mentions (Hill 1973, order 1).

    A term with one sense has 1, a term with k equally common ones has k. ``no_sense`` is left out. Returns name,
    papers, mentions, senses (those that occur), entropy (bits) and effective number as read, estimate (the same with
    the labels in the place of the readings that have them), low and high (95 %, see
    ``analysis.statistics.intervals``). Rare senses go unseen in small collections, so compare collections of like size.
    """
    labels = _positions(readings, order)
    counts = np.bincount(labels, minlength=len(order)) * _clear(order, no_sense)
    drawn = _effective(readings, order, confusion, draws, seed, no_sense)
    low, high = interval(drawn)
    bits = entropy(counts)
    effective = 2**bits if counts.sum() else 0.0
    told = _positions(as_known(readings, order, confusion), order)
    known = np.bincount(told, minlength=len(order)) * _clear(order, no_sense)
    estimate = 2 ** entropy(known) if known.sum() else 0.0
    if len(drawn):  # papers drawn anew lose rare senses and never gain one, so they lie low
        low, high = np.minimum(low, estimate), np.maximum(high, estimate)
    return {
        "name": name, "papers": int(readings["paper_id"].nunique()), "mentions": int(counts.sum()),
        "senses": int((counts > 0).sum()), "entropy": bits, "effective": effective, "estimate": estimate,
        "low": float(low), "high": float(high),
    }  # fmt: skip


def compare_ambiguity(
    one: pd.DataFrame,
    order_one: Sequence[str],
    two: pd.DataFrame,
    order_two: Sequence[str],
    *,
    draws: int = 1000,
    seed: int = 0,
    no_sense_one: Collection[str] = NO_SENSE,
    no_sense_two: Collection[str] = NO_SENSE,
) -> dict[str, float]:
    """How many times as ambiguous one word is as another: the ratio of their effective numbers of senses.

    Returns ratio, low and high (95 %, papers drawn anew, independently for both; labels taken as they are). NaN where
    one of them has no mention with a clear sense.
    """
    effective = [
        2 ** entropy(np.bincount(_positions(readings, order), minlength=len(order)) * _clear(order, no_sense))
        if (~readings["sense"].isin(no_sense)).any()
        else float("nan")
        for readings, order, no_sense in ((one, order_one, no_sense_one), (two, order_two, no_sense_two))
    ]
    drawn = [
        _effective(one, order_one, None, draws, seed, no_sense_one),
        _effective(two, order_two, None, draws, seed + 1, no_sense_two),
    ]
    same = min(map(len, drawn))
    low, high = interval(drawn[0][:same] / drawn[1][:same])
    return {"ratio": effective[0] / effective[1], "low": float(low), "high": float(high)}


def _effective(
    readings: pd.DataFrame,
    order: Sequence[str],
    confusion: Confusion | None,
    draws: int,
    seed: int,
    no_sense: Collection[str],
) -> np.ndarray:
    """The effective number of senses in each replicate, shape (draws,)."""
    again = replicates(readings, order, confusion=confusion, draws=draws, seed=seed)
    clear = _clear(order, no_sense)
    return np.array(
        [2 ** entropy(np.bincount(labels, weights, minlength=len(order)) * clear) for weights, labels in again],
        dtype=float,
    )


def _clear(order: Sequence[str], no_sense: Collection[str]) -> np.ndarray:
    return np.array([sense not in no_sense for sense in order])


def _positions(readings: pd.DataFrame, order: Sequence[str]) -> np.ndarray:
    return readings["sense"].map({sense: i for i, sense in enumerate(order)}).to_numpy(dtype=int)
