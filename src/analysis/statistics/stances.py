"""How sure a stance is: the classifier errs about stances, too, and not about every sense alike.

The true stance behind an assigned one is drawn as ``analysis.statistics.intervals`` draws the true sense, given that
sense: what authors do with a bias term is not what they do with a stereotype.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.inventory.inventory import load_inventory
from analysis.statistics.confusion import BANDS
from analysis.statistics.imputation import STEPS
from analysis.statistics.intervals import replicates

if TYPE_CHECKING:
    import pandas as pd

    from analysis.statistics.confusion import Confusion

NONE = -1  # a mention without a stance
POOLED = 20.0  # held-out mentions that the rates over all senses are worth beside a sense's own


def stances_of(stances: Sequence[str] | None) -> tuple[str, ...]:
    """The stances asked for; those of the shipped inventory where none are named."""
    return tuple(load_inventory().stances if stances is None else stances)


def stance_confusion(
    held_out: pd.DataFrame, order: Sequence[str], stances: Sequence[str] | None = None
) -> pd.DataFrame:
    """Count held-out mentions by what they are and how their stance was read.

    ``held_out`` needs paper_id, label, label_stance (both true), sense, stance, stance_confidence (as read). Returns
    counts: index the pairs of true sense and true stance, columns the pairs of assigned stance and band of its
    confidence (an index into ``BANDS``). Mentions whose true stance is not known are left out.
    """
    import pandas as pd

    stances = stances_of(stances)
    known = held_out[held_out["label_stance"].isin(list(stances)) & held_out["stance"].isin(list(stances))]
    pairs = pd.crosstab(
        [known["label"].to_numpy(), known["label_stance"].to_numpy()],
        [known["stance"].to_numpy(), stance_bands(known)],
    )
    return pairs.reindex(index=_product(order, stances), columns=_product(stances, range(len(BANDS))), fill_value=0)


def _product(one: Iterable[object], two: Iterable[object]) -> pd.MultiIndex:
    import pandas as pd

    return pd.MultiIndex.from_product([list(one), list(two)])


def stance_bands(readings: pd.DataFrame) -> np.ndarray:
    """The band of each stance's confidence, an index into ``BANDS``."""
    return np.asarray(np.digitize(readings["stance_confidence"].to_numpy(dtype=float), BANDS[1:]))


def stance_replicates(
    readings: pd.DataFrame,
    order: Sequence[str],
    *,
    confusion: Confusion | None = None,
    stance_confusion: pd.DataFrame | None = None,
    stances: Sequence[str] | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield plausible versions of the readings as ``(weights, senses, stances)``, each one number per mention.

    Weights and senses are those of ``replicates``; stances are an index into ``stances`` (see ``stances_of``), ``NONE``
    where the mention has none. ``readings`` needs stance and stance_confidence, too. Without ``stance_confusion``, as
    made by the function of that name, stances are taken as they are.

    In each replicate the rates P(assigned | sense, stance) come from the Dirichlet posterior of the sense's own counts
    and, worth ``POOLED`` of them, of those over all senses; the stances' shares within each sense from theirs (prior:
    as in the evaluation, worth one mention a stance); the stance from Bayes' rule, given the sense drawn. The unit is
    the mention: unlike senses, stances are seldom wrong together (correlation within a paper 0.2, for senses 0.6).
    What is reviewed and certain (confidence 1) keeps its stance, what is among the labels of the ``confusion`` has that
    of its label.
    """
    stances = stances_of(stances)
    position = {stance: i for i, stance in enumerate(stances)}
    assigned = readings["stance"].map(position).fillna(NONE).to_numpy(dtype=int)
    again = replicates(readings, order, confusion=confusion, draws=draws, seed=seed)
    if stance_confusion is None or (assigned == NONE).all():
        for weights, senses in again:
            yield weights, senses, assigned
        return
    k, t, width = len(order), len(stances), len(BANDS)
    table = stance_confusion.reindex(
        index=_product(order, stances), columns=_product(stances, range(width)), fill_value=0
    )
    counts = table.to_numpy(dtype=float).reshape(k, t, t * width)
    sure = (readings["reviewed"] & (readings["stance_confidence"] >= 1)).to_numpy(dtype=bool) | (assigned == NONE)
    if confusion is not None:
        label = confusion.labels_of(readings)["label_stance"].map(position).fillna(NONE).to_numpy(dtype=int)
        labelled = (label != NONE) & ~sure
        assigned, sure = np.where(labelled, label, assigned), sure | labelled
    read = np.where(assigned == NONE, 0, assigned * width + stance_bands(readings))
    rng = np.random.default_rng(seed + 1)
    shares = np.full((k, t), 1 / t)
    prior = t * (counts.sum(axis=2) + 1) / (counts.sum(axis=(1, 2)) + t)[:, None]
    for weights, senses in again:
        rates = _draw_rates(counts, rng)
        units = np.bincount(senses * t * width + read, weights * ~sure, minlength=k * t * width)
        units = units.astype(int).reshape(k, t * width)
        for _ in range(STEPS):
            behind = _true_stance(rates, shares)
            shares = _normal(rng.standard_gamma(prior + rng.multinomial(units, behind).sum(axis=1)))
        cumulative = np.cumsum(_true_stance(rates, shares), axis=2)
        drawn = (rng.random(len(read))[:, None] > cumulative[senses, read]).sum(axis=1).clip(max=t - 1)
        yield weights, senses, np.where(sure, assigned, drawn)


def _draw_rates(counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One draw of P(assigned and band | sense, stance), shape (K senses, T stances, columns)."""
    pooled = _normal(counts.sum(axis=0) + 1 / counts.shape[2])
    return _normal(rng.standard_gamma(counts + POOLED * pooled))


def _true_stance(rates: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """P(stance | sense, assigned and band) by Bayes' rule, shape (K senses, columns, T stances)."""
    return _normal((rates * shares[:, :, None]).transpose(0, 2, 1))


def _normal(values: np.ndarray) -> np.ndarray:
    """Values that add up to 1 along the last axis."""
    safe = np.maximum(values, 1e-300)
    return np.asarray(safe / safe.sum(axis=-1, keepdims=True))


def stances_as_labelled(held_out: pd.DataFrame) -> tuple[int, int]:
    """``(right, of)``: how many of the labelled stances were read so in held-out papers."""
    labelled = held_out[held_out["label_stance"] != ""]
    return int((labelled["stance"] == labelled["label_stance"]).sum()), len(labelled)
