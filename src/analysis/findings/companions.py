"""Which methods, materials and tasks go with which sense: what its papers name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.common.tables import check_table
from analysis.findings.kinds_of_senses import ENOUGH, FEW
from analysis.statistics.intervals import carried, senses_of_papers, shares_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.statistics.confusion import Confusion

COLUMNS = ["kind", "name", "sense", "papers", "of", "share", "estimate", "low", "high", "elsewhere", "clear",
           "papers_in_all", "paper_ids"]  # fmt: skip


def named_with_sense(
    readings: pd.DataFrame,
    entities: pd.DataFrame,
    order: Sequence[str],
    *,
    kind: str = "method",
    confusion: Confusion | None = None,
    draws: int = 200,
    top: int = 100,
) -> pd.DataFrame:
    """In how many papers of each sense each method (or other ``kind`` of the entities table) is named.

    A paper counts once for a name, wherever it names it, and for every sense that it uses. Returns one row per name and
    sense that meet in a paper, for the ``top`` names that most papers with a mention name, each in at least ``FEW``
    papers (in a collection of fewer than ``ENOUGH``: in two): kind, name, sense, papers, of (papers of the sense),
    share as read; estimate (the same), low and high (95 %, see ``intervals.senses_of_papers`` and ``shares_of``),
    elsewhere (the share in papers without the sense), clear (the interval leaves out ``elsewhere``), papers_in_all,
    paper_ids, error. low and high are NaN and clear is False where the sense or the name in it has too few papers
    (``kinds_by_sense``). Sorted by papers_in_all and name, then in the order of senses.
    Raises ``BadInput`` if a column of the entities is missing.
    """
    import pandas as pd

    check_table(entities, "entities", needs=("paper_id", "kind", "name"))
    ids = list(dict.fromkeys(readings["paper_id"]))
    place = {paper: i for i, paper in enumerate(ids)}
    own = entities[(entities["kind"] == kind) & (entities["name"] != "") & entities["paper_id"].isin(place)]
    own = own[["paper_id", "name"]].drop_duplicates()
    sizes = own["name"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    names = list(sizes[sizes >= (FEW if len(ids) >= ENOUGH else 2)].head(top).index)
    own = own[own["name"].isin(names)]
    naming = np.zeros((len(ids), len(names)), dtype=np.float32)
    naming[own["paper_id"].map(place), own["name"].map({name: j for j, name in enumerate(names)})] = 1
    position = {sense: i for i, sense in enumerate(order)}
    read = np.zeros((len(ids), len(order)), dtype=np.float32)
    read[readings["paper_id"].map(place), readings["sense"].map(position)] = 1
    counts, of = read.T @ naming, read.sum(axis=0)
    known = np.outer(of >= ENOUGH, np.ones(len(names), dtype=bool)) & (counts >= FEW)
    shares = counts / np.maximum(of, 1)[:, None]
    low, high = _intervals(readings, order, naming, shares, confusion, draws) if known.any() else (None, None)
    rows = []
    for j, name in enumerate(names):
        for i, sense in enumerate(order):
            if not counts[i, j]:
                continue
            share, without = shares[i, j], len(ids) - of[i]
            elsewhere = (naming[:, j].sum() - counts[i, j]) / without if without else np.nan
            ends = (low[i, j], high[i, j]) if low is not None and high is not None and known[i, j] else (np.nan, np.nan)
            told = (share, *ends, elsewhere)
            clear = bool(told[1] > told[3] or told[2] < told[3])
            papers = [ids[p] for p in np.flatnonzero(read[:, i] * naming[:, j])]
            rows.append((kind, name, sense, int(counts[i, j]), int(of[i]), share, *told, clear, int(sizes[name]),
                         papers))  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS).assign(error=carried(confusion))


def _intervals(
    readings: pd.DataFrame,
    order: Sequence[str],
    naming: np.ndarray,
    shares: np.ndarray,
    confusion: Confusion | None,
    draws: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Low and high ends about the ``shares``, each (senses, names)."""
    hits, of = [], []
    for present in senses_of_papers(readings, order, confusion=confusion, draws=draws):
        hits.append(present.T.astype(np.float32) @ naming)
        of.append(present.sum(axis=0)[:, None])
    found = shares_of(np.array(hits), np.array(of, dtype=float), about=shares)
    return found.low, found.high
