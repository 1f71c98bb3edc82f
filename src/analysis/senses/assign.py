"""Mentions and vectors -> senses: the head's reading of each mention, its confidence, runner-up and stance."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from analysis.resources import resource
from analysis.senses.cues import cue_matrix, find_cues, word_features
from analysis.senses.discourse import agree_within_papers
from analysis.senses.head import Features, Head, load_head, softmax
from analysis.senses.inventory import Inventory, load_inventory
from analysis.tables import check_table, make_table

if TYPE_CHECKING:
    import pandas as pd

ABSTAIN_BELOW = 0.5


class Heads(NamedTuple):
    """The two heads of an inventory: one for senses, one for stances (None where no labels say anything of stance)."""

    sense: Head
    stance: Head | None


@cache
def shipped_heads() -> Heads:
    """The heads trained on the labels in data/annotations, for the shipped inventory."""
    return Heads(
        load_head(resource("data", "models", "sense_head.safetensors")),
        load_head(resource("data", "models", "stance_head.safetensors")),
    )


def assign_senses(
    mentions: pd.DataFrame,
    vectors: np.ndarray,
    inventory: Inventory | None = None,
    *,
    heads: Heads | None = None,
) -> pd.DataFrame:
    """Give each mention its most probable sense, the confidence in it, a runner-up and a stance.

    ``mentions`` is a mentions table of n rows, ``vectors`` what ``embed_mentions`` made of it. Without ``inventory``
    the shipped one for "bias" is taken, without ``heads`` the heads that belong to the inventory. Returns the senses
    table, one row a mention in the same order; ``topic`` is -1 until ``model_topics`` ran. ``confidence`` is the
    calibrated probability that ``sense`` is right; rows under ABSTAIN_BELOW are marked ``abstained``. Raises
    ``BadInput`` if a column is missing or the shipped heads do not fit the vectors.
    """
    check_table(mentions, "mentions")
    if inventory is None:
        inventory = load_inventory()
    if heads is None:
        heads = shipped_heads()
    if not len(mentions):
        return make_table("senses")
    features = read_features(mentions, vectors, inventory)
    senses = sense_probabilities(heads.sense, heads.sense.logits(features), mentions["paper_id"].tolist())
    table: dict[str, Any] = {
        "mention_id": mentions["mention_id"].to_numpy(),
        **_best(senses, heads.sense.labels, "sense"),
        "topic": -1,
        "novel": False,
        "reviewed": False,
    }
    table["abstained"] = table["confidence"] < ABSTAIN_BELOW
    if heads.stance is not None:
        best = _best(heads.stance.probabilities(features), heads.stance.labels, "stance")
        table |= {"stance": best["stance"], "stance_confidence": best["confidence"]}
    import pandas as pd

    return make_table("senses", pd.DataFrame(table))


def sense_probabilities(head: Head, logits: np.ndarray, papers: Sequence[str]) -> np.ndarray:
    """Calibrated probability of each sense, the paper's other mentions considered: rows sum to 1, shape (n, senses)."""
    return softmax(agree_within_papers(logits, papers, head.shares) / head.temperature)


def read_features(mentions: pd.DataFrame, vectors: np.ndarray, inventory: Inventory) -> Features:
    """What a head reads of mentions: their vectors, the inventory's cues that fired, the words beside them."""
    cues = cue_matrix(find_cues(mentions, inventory), inventory.ids)
    return Features(vectors, cues, word_features(mentions))


def _best(probabilities: np.ndarray, labels: tuple[str, ...], column: str) -> dict[str, np.ndarray]:
    names = np.array(labels, dtype=object)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    rows = np.arange(len(probabilities))
    return {
        column: names[order[:, 0]],
        "confidence": probabilities[rows, order[:, 0]].astype("float64"),
        "runner_up": names[order[:, 1]],
    }
