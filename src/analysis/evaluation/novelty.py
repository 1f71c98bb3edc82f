"""Would a sense that nobody wrote down be discovered? Leave one out of inventory and training, and look for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.inventory.inventory import CUE_KINDS, Inventory
from analysis.senses.assign import Heads, assign_senses, shipped_heads
from analysis.senses.head import Features, fit_head
from analysis.senses.labelled import Training, certainty

if TYPE_CHECKING:
    import pandas as pd


def recover_senses(
    mentions: pd.DataFrame,
    vectors: np.ndarray,
    gold: Sequence[str],
    training: Training,
    inventory: Inventory,
    *,
    seed: int = 0,
) -> pd.DataFrame:
    """For each sense: how well does ``novel`` find its mentions when neither inventory nor training knows it?

    ``mentions`` is a mentions table of n rows, ``vectors`` what ``embed_mentions`` made of it, ``gold`` the true sense
    of each; ``training`` holds labels of *other* papers, its cues those of ``inventory``. Returns one row per sense,
    and a first one ("") with nothing left out: ``mentions`` (of that sense), ``flagged`` (mentions in novel topics),
    ``topics`` (novel ones), ``precision`` (of the flagged, the share that has the sense), ``recall`` (of its mentions,
    the share flagged), ``best_topic`` (the highest share of the sense in a novel topic). Undefined shares are NaN.
    No scores are used: the encoder that gives them was trained on every sense.
    """
    import pandas as pd

    rows = [
        _recovered(mentions, vectors, np.array(gold, dtype=object), training, inventory, sense, seed)
        for sense in ("", *inventory.ids)
    ]
    return pd.DataFrame(rows)


def head_without(training: Training, inventory: Inventory, sense: str) -> Heads:
    """Heads trained without a sense: without its mentions and the columns of its cues, and without scores.

    "" leaves no sense out.
    """
    features, labels = training.features.without_scores(), training.labels
    if sense:
        place, width = inventory.ids.index(sense), len(inventory.ids)
        cues = np.delete(features.cues, [k * width + place for k in range(len(CUE_KINDS))], axis=1)
        features = Features(features.vectors, cues, features.words)
    kept = np.flatnonzero((labels["sense"] != sense).to_numpy())
    known, weights = labels["sense"].iloc[kept].tolist(), certainty(labels)[kept]
    head = fit_head(features.take(kept), known, weights=weights)
    return Heads(replace(head, temperature=shipped_heads().sense.temperature), None)


def _recovered(
    mentions: pd.DataFrame,
    vectors: np.ndarray,
    gold: np.ndarray,
    training: Training,
    inventory: Inventory,
    sense: str,
    seed: int,
) -> dict[str, Any]:
    from analysis.topics.model import model_topics

    known = inventory.without(sense)
    read = assign_senses(mentions, vectors, known, heads=head_without(training, inventory, sense))
    labelled = training.features.vectors[(training.labels["sense"] != sense).to_numpy()]
    found = model_topics(mentions, vectors, read, labelled=labelled, seed=seed)
    flagged, own = found.mentions["novel"].to_numpy(), gold == sense
    topic = found.mentions["topic"].to_numpy()
    both = int((flagged & own).sum())
    return {
        "sense": sense,
        "mentions": int(own.sum()),
        "flagged": int(flagged.sum()),
        "topics": int(found.topics["novel"].sum()),
        "precision": both / flagged.sum() if flagged.any() and sense else np.nan,
        "recall": both / own.sum() if own.any() else np.nan,
        "best_topic": max((float(own[topic == t].mean()) for t in set(topic[flagged]) if sense), default=np.nan),
    }
