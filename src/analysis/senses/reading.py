"""From mentions to senses whatever the user brings: an inventory or none, labels or none, reviews or none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.senses.assign import assign_senses
from analysis.senses.inventory import UNCLEAR, load_inventory

if TYPE_CHECKING:
    import pandas as pd


def read_senses(
    mentions: pd.DataFrame,
    vectors: np.ndarray,
    papers: pd.DataFrame,
    *,
    term: str,
    inventory: str,
    labels: str | os.PathLike[str] | None = None,
    reviews: Path | None = None,
    seed: int = 0,
) -> Mapping[str, Any]:
    """Read each mention's sense; ``inventory`` is a path, "shipped" or "none".

    Returns ``read`` (the senses table without topics) and ``inventory`` (plain data, induced if there was none).
    """
    chosen = load_inventory(None if inventory == "shipped" else inventory)
    read = assign_senses(mentions, vectors, chosen)
    return {"read": _leave_other_languages(read, mentions, papers), "inventory": chosen.as_data()}


def _leave_other_languages(read: pd.DataFrame, mentions: pd.DataFrame, papers: pd.DataFrame) -> pd.DataFrame:
    """Mentions in papers of another language than English stay in the table, unclear and without confidence."""
    foreign = set(papers.loc[~papers["language"].isin(["", "en"]), "paper_id"])
    rows = mentions["paper_id"].isin(foreign).to_numpy()
    if not rows.any():
        return read
    read = read.copy()
    read.loc[rows, ["sense", "runner_up", "stance"]] = [UNCLEAR, "", ""]
    read.loc[rows, ["confidence", "stance_confidence"]] = 0.0
    read.loc[rows, "abstained"] = True
    return read
