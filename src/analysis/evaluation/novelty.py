"""Would a sense that nobody wrote down be discovered? Leave one out of inventory and training, and look for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from analysis.inventory.inventory import CUE_KINDS, Inventory
from analysis.senses.assign import Heads, assign_senses, shipped_heads
from analysis.senses.head import Features, fit_head
from analysis.senses.labelled import Training, certainty

if TYPE_CHECKING:
    import pandas as pd

PRECISE = 0.5  # of what is flagged, the share that has the sense, on average over senses
SHARE = 0.1  # of the mentions, for a sense that is left out of a collection drawn for it


class Gold(NamedTuple):
    """Mentions whose sense is known: a mentions table of n rows, their vectors, and the true sense of each."""

    mentions: pd.DataFrame
    vectors: np.ndarray
    senses: np.ndarray

    def take(self, rows: np.ndarray) -> Gold:
        """Some of them."""
        return Gold(self.mentions.iloc[rows].reset_index(drop=True), self.vectors[rows], self.senses[rows])


def tuning_senses(inventory: Inventory) -> tuple[str, ...]:
    """Every second sense, from the first on: those that ``fit_weights`` may see. The others test what it fitted."""
    return inventory.ids[::2]


def recover_senses(
    gold: Gold,
    training: Training,
    inventory: Inventory,
    *,
    left_out: Sequence[Collection[str]] | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """How well does ``novel`` find mentions of senses that neither inventory nor training knows?

    ``training`` holds labels of *other* papers, its cues those of ``inventory``. Each of ``left_out`` names senses to
    leave out together; by default none, and then by itself each sense that ``gold`` has. Returns one row for each:
    ``sense`` (what was left out), ``mentions`` (of that), ``flagged`` (mentions in novel topics), ``topics`` (novel
    ones), ``precision`` (of the flagged, the share that has the sense), ``recall`` (of its mentions, the share
    flagged), ``best_topic`` (the highest share of the sense in a novel topic), ``tuned`` ("yes" where one is among
    ``tuning_senses``, else "no"). ``tenth_precision`` and ``tenth_recall`` are the same for mentions drawn so that a
    tenth has the sense (``drawn``), since precision depends on that share. Undefined shares are NaN. No scores are
    used: the encoder that gives them was trained on every sense.
    """
    import pandas as pd

    if left_out is None:
        left_out = [(), *((sense,) for sense in inventory.ids if (gold.senses == sense).any())]
    rows = []
    for senses in left_out:
        heads = head_without(training, inventory, *senses)
        row = _recovered(gold, training, inventory, senses, heads, seed)
        tenth = dict.fromkeys(("precision", "recall"), np.nan)
        if senses:
            part = gold.take(drawn(gold.senses, senses, seed=seed))
            tenth = _recovered(part, training, inventory, senses, heads, seed)
        tuned = "" if not senses else "yes" if set(senses) & set(tuning_senses(inventory)) else "no"
        rows.append(row | {"tuned": tuned} | {f"tenth_{of}": tenth[of] for of in ("precision", "recall")})
    return pd.DataFrame(rows)


class Fitted(NamedTuple):
    """What ``fit_weights`` found: a weight for each sign, the intercept, and from which log-odds on all is flagged."""

    weights: np.ndarray
    intercept: float
    strange: float


def fit_weights(gold: Gold, training: Training, inventory: Inventory, *, seed: int = 0) -> Fitted:
    """The weights of the signs that no sense explains a mention: those of a logistic regression.

    It tells mentions of a sense that was left out from the others, one of ``tuning_senses`` after the other, among all
    mentions and where a tenth has the sense. In each of these cases both kinds count alike. All is flagged from the
    lowest log-odds (in tenths, above 0) from which on, among all mentions, mean precision is at least ``PRECISE``.
    """
    from sklearn.linear_model import LogisticRegression

    cases = list(_cases(gold, training, inventory, seed))
    signs, new = np.vstack([signs for signs, _ in cases]), np.concatenate([own for _, own in cases])
    counts = np.concatenate([np.where(own, 0.5 / own.mean(), 0.5 / (~own).mean()) / len(own) for _, own in cases])
    scale = signs.std(axis=0)
    model = LogisticRegression().fit(signs / scale, new, sample_weight=counts * len(new) / counts.sum())
    strange = precise_from(
        [(model.decision_function(signs / scale), own) for signs, own in cases if len(own) == len(gold.senses)]
    )
    return Fitted(model.coef_[0] / scale, float(model.intercept_[0]), strange)


def precise_from(cases: Sequence[tuple[np.ndarray, np.ndarray]]) -> float:
    """The lowest log-odds, in tenths above 0, above which mean precision over the cases is at least ``PRECISE``.

    Each case has the log-odds of mentions and whether they are of the sense looked for, both (n,). Where nothing lies
    above, precision is 0. Infinite where no log-odds will do.
    """
    for tried in np.arange(100) / 10:
        precision = [own[odds > tried].mean() if (odds > tried).any() else 0.0 for odds, own in cases]
        if np.mean(precision) >= PRECISE:
            return float(tried)
    return float("inf")


def _cases(gold: Gold, training: Training, inventory: Inventory, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The signs of mentions with a sense left out, and which of them have it."""
    from analysis.topics.model import cued_as_read, signs_beside

    for sense in tuning_senses(inventory):
        if not (gold.senses == sense).any():
            continue
        heads, known = head_without(training, inventory, sense), inventory.without(sense)
        labelled = _without(training, [sense]).features
        for part in (gold, gold.take(drawn(gold.senses, [sense], seed=seed))):
            read = assign_senses(part.mentions, part.vectors, known, heads=heads)
            cued = cued_as_read(part.mentions, read, known)
            _, signs = signs_beside(labelled, part.mentions, part.vectors, read, cued, seed=seed)
            yield signs, part.senses == sense


def drawn(gold: np.ndarray, senses: Collection[str], *, share: float = SHARE, seed: int = 0) -> np.ndarray:
    """Rows, in order, of as many mentions as can be had if ``share`` of them have one of ``senses``: int (m,)."""
    rng = np.random.default_rng(seed)
    own, others = (np.flatnonzero(np.isin(gold.astype(str), list(senses)) == has) for has in (True, False))
    n = min(len(own), round(len(others) * share / (1 - share)))
    m = min(len(others), round(n * (1 - share) / share))
    return np.sort(np.r_[rng.choice(own, n, replace=False), rng.choice(others, m, replace=False)])


def head_without(training: Training, inventory: Inventory, *senses: str) -> Heads:
    """Heads trained without some senses: without their mentions and the columns of their cues, and without scores."""
    width = len(inventory.ids)
    columns = [k * width + inventory.ids.index(sense) for k in range(len(CUE_KINDS)) for sense in senses]
    kept = _without(training, senses)
    features = Features(kept.features.vectors, np.delete(kept.features.cues, columns, axis=1), kept.features.words)
    head = fit_head(features, kept.labels["sense"].tolist(), weights=certainty(kept.labels))
    return Heads(replace(head, temperature=shipped_heads(scores=False).sense.temperature), None)


def _without(training: Training, senses: Collection[str]) -> Training:
    kept = np.flatnonzero(~training.labels["sense"].isin(list(senses)).to_numpy())
    return Training(training.labels.iloc[kept].reset_index(drop=True), training.features.take(kept))


def _recovered(
    gold: Gold, training: Training, inventory: Inventory, senses: Collection[str], heads: Heads, seed: int
) -> dict[str, Any]:
    from analysis.topics.model import model_topics

    for sense in senses:
        inventory = inventory.without(sense)
    read = assign_senses(gold.mentions, gold.vectors, inventory, heads=heads)
    labelled = _without(training, senses).features
    found = model_topics(gold.mentions, gold.vectors, read, labelled=labelled, inventory=inventory, seed=seed)
    flagged, own = found.mentions["novel"].to_numpy(), np.isin(gold.senses.astype(str), list(senses))
    topic = found.mentions["topic"].to_numpy()
    both = int((flagged & own).sum())
    return {
        "sense": ", ".join(senses),
        "mentions": int(own.sum()),
        "flagged": int(flagged.sum()),
        "topics": int(found.topics["novel"].sum()),
        "precision": both / flagged.sum() if flagged.any() and senses else np.nan,
        "recall": both / own.sum() if own.any() else np.nan,
        "best_topic": max((float(own[topic == t].mean()) for t in set(topic[flagged]) if senses), default=np.nan),
    }
