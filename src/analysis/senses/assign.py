"""Mentions, vectors and scores -> senses: the head's reading of each mention, its confidence, runner-up and stance."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.special import softmax

from analysis.common.errors import BadInput
from analysis.common.resources import resource
from analysis.common.tables import check_table, make_table, takes_frames
from analysis.inventory.inventory import Inventory, load_inventory
from analysis.senses.cues import cue_matrix, find_cues, word_features
from analysis.senses.discourse import agree_within_papers
from analysis.senses.head import Features, Head, load_head
from analysis.senses.probable import best_of, by_parent, senses_table

if TYPE_CHECKING:
    import pandas as pd


class Heads(NamedTuple):
    """The two heads of an inventory: one for senses, one for stances (None where no labels say anything of stance)."""

    sense: Head
    stance: Head | None


def head_paths(folder: Path, *, scores: bool = True) -> tuple[Path, Path]:
    """Files of the sense head and the stance head in ``folder``: of those that read scores, or that do without."""
    ending = "" if scores else "_without_scores"
    return folder / f"sense_head{ending}.safetensors", folder / f"stance_head{ending}.safetensors"


@cache
def shipped_heads(*, scores: bool = True) -> Heads:
    """The heads trained on the labels in data/annotations, for the shipped inventory; with ``scores``, those that read
    them."""
    return Heads(*map(load_head, head_paths(resource("data", "models"), scores=scores)))


@takes_frames
def assign_senses(
    mentions: pd.DataFrame,
    vectors: np.ndarray,
    inventory: Inventory | None = None,
    *,
    scores: pd.DataFrame | None = None,
    heads: Heads | None = None,
) -> pd.DataFrame:
    """Give each mention its most probable sense, the confidence in it, a runner-up and a stance.

    ``mentions`` is a mentions table of n rows, ``vectors`` what ``embed_mentions`` made of it, ``scores`` what
    ``read_in_context`` did; without scores, heads read that were trained without them. Without ``inventory`` the
    shipped one for "bias" is taken, without ``heads`` the shipped ones. Returns the senses table, one row per mention
    in the same order; ``topic`` is -1 until ``model_topics`` ran. ``confidence`` is the calibrated probability that
    ``sense`` is right; rows under ABSTAIN_BELOW are marked ``abstained``. ``parent`` is the most probable parent of
    senses, "" where the inventory has none. The table's ``attrs["reading"]`` says
    whether the head read scores. Raises ``BadInput`` if a column or a mention's scores are missing or the heads do not
    fit.
    """
    check_table(mentions, "mentions")
    if inventory is None:
        inventory = load_inventory()
    if heads is None:
        heads = shipped_heads(scores=has_scores(scores))
    if not len(mentions):
        return make_table("senses")
    features = read_features(mentions, vectors, inventory, scores)
    senses = sense_probabilities(heads.sense, heads.sense.logits(features), mentions["paper_id"].tolist())
    stances: dict[str, Any] = {}
    if heads.stance is not None:
        stance = best_of(heads.stance.probabilities(features), heads.stance.labels)
        stances = {"stance": stance.label, "stance_confidence": stance.confidence}
    parents = by_parent(senses, heads.sense.labels, inventory)
    read = senses_table(mentions, best_of(senses, heads.sense.labels), **parents, **stances)
    read.attrs["reading"] = "with scores" if heads.sense.scored else "without scores"
    return read


def has_scores(scores: pd.DataFrame | None) -> bool:
    """Whether a scores table says anything: there is one, and its encoder knows the term."""
    return scores is not None and len(scores.columns) > 1


def sense_probabilities(head: Head, logits: np.ndarray, papers: Sequence[str]) -> np.ndarray:
    """Calibrated probability of each sense, the paper's other mentions considered: rows sum to 1, shape (n, senses)."""
    together = agree_within_papers(logits, papers, head.shares, scores=bool(head.scored))
    return np.asarray(softmax(together / head.temperature, axis=1))


def read_features(
    mentions: pd.DataFrame, vectors: np.ndarray, inventory: Inventory, scores: pd.DataFrame | None = None
) -> Features:
    """What a head reads of mentions: vectors, scores, the inventory's cues that fired, the words beside them.

    ``scores`` holds each mention, by mention_id, in any order. Raises ``BadInput`` if it lacks one.
    """
    cues = cue_matrix(find_cues(mentions, inventory), inventory.ids)
    if scores is None:
        return Features(vectors, cues, word_features(mentions))
    by_id = scores.set_index("mention_id")
    if absent := set(mentions["mention_id"]) - set(by_id.index):
        raise BadInput(f"scores: {min(absent)} is not among them; make them of these mentions (read_in_context)")
    own = by_id.loc[mentions["mention_id"]].reset_index(drop=True)
    return Features(vectors, cues, word_features(mentions), own)
