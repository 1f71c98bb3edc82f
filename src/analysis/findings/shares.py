"""How common each sense is, among the papers and among the mentions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.inventory.inventory import NO_SENSE
from analysis.statistics.confusion import as_known
from analysis.statistics.intervals import ENOUGH, LEVEL, carried, interval_about, papers_with, replicates

if TYPE_CHECKING:
    import pandas as pd

    from analysis.statistics.confusion import Confusion

UNITS = ("papers", "mentions")


def sense_shares(
    readings: pd.DataFrame,
    order: Sequence[str],
    *,
    confusion: Confusion | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Share of each sense by papers and by mentions, with intervals.

    Returns one row per sense of ``order`` and unit: sense, unit (papers | mentions), count (papers with at least one
    mention read so; mentions read so), of (papers with any mention; all mentions), share = count / of,
    estimate (the share with the labels in the place of the readings that have them), low and
    high (95 % interval, see ``analysis.statistics.intervals``; none ends below what none in as many papers leaves
    open by Jeffreys' prior, where a bootstrap would be certain), error (which errors the interval carries). Shares of
    papers add up to more than one when papers mix senses. Raises ``BadInput`` for a sense outside ``order``.
    """
    import pandas as pd
    from scipy.stats import beta

    position = {sense: i for i, sense in enumerate(order)}
    papers, _ = pd.factorize(readings["paper_id"])
    labels = readings["sense"].map(position).to_numpy(dtype=int)
    ones = np.ones(len(readings))
    known = as_known(readings, order, confusion)["sense"].map(position).to_numpy(dtype=int)
    counted, told = (_tally(papers, which, ones, len(order)) for which in (labels, known))
    drawn = [
        _tally(papers, imputed, weights, len(order))
        for weights, imputed in replicates(readings, order, confusion=confusion, draws=draws, seed=seed)
    ]
    none = beta.ppf((1 + LEVEL) / 2, 0.5, counted[0][1] + 0.5)
    rows = []
    for number, unit in enumerate(UNITS):
        count, of = counted[number]
        again = np.array([tally[number][0] / tally[number][1] for tally in drawn]).reshape(-1, len(order))
        share = count / of if of else np.full(len(order), np.nan)
        estimate = told[number][0] / of if of else share
        low, high = interval_about(estimate, again)
        if len(again):
            high = np.maximum(high, none)
        for i, sense in enumerate(order):
            rows.append((sense, unit, int(count[i]), int(of), share[i], estimate[i], low[i], high[i]))
    table = pd.DataFrame(rows, columns=["sense", "unit", "count", "of", "share", "estimate", "low", "high"])
    return table.assign(error=carried(confusion))


def _tally(
    papers: np.ndarray, labels: np.ndarray, weights: np.ndarray, k: int
) -> tuple[tuple[np.ndarray, float], tuple[np.ndarray, float]]:
    """``(papers with each sense, papers), (mentions of each sense, mentions)``, weighted by how often drawn."""
    drawn = float(weights[np.unique(papers, return_index=True)[1]].sum())
    mentions = np.bincount(labels, weights, minlength=k)
    return (papers_with(papers, labels, weights, k), drawn), (mentions, float(mentions.sum()))


def too_few(shares: pd.DataFrame) -> bool:
    """Whether fewer than ``ENOUGH`` papers use the term, so that counts say more than ``sense_shares``."""
    return bool(shares.loc[shares["unit"] == "papers", "of"].max() < ENOUGH)


def ranked(shares: pd.DataFrame, no_sense: Collection[str] = NO_SENSE) -> pd.DataFrame:
    """The rows of ``sense_shares`` by papers of the senses that occur, largest estimate first, ``no_sense`` last."""
    found = shares[(shares["unit"] == "papers") & (shares["count"] > 0)]
    found = found.assign(last=found["sense"].isin(no_sense)).sort_values(
        ["last", "estimate", "count", "sense"], ascending=[True, False, False, True]
    )
    return found.drop(columns="last")


def commonest(readings: pd.DataFrame, *, no_sense: Collection[str] = NO_SENSE) -> str:
    """The clear sense that most papers have (then most mentions, then by name); "" when there is none."""
    clear = readings[~readings["sense"].isin(no_sense)]
    table = clear.groupby("sense")["paper_id"].agg(["nunique", "size"]).reset_index()
    table = table.sort_values(["nunique", "size", "sense"], ascending=[False, False, True])
    return str(table["sense"].iloc[0]) if len(table) else ""


def papers_by_sense(readings: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """``sense_shares`` with the papers behind each share, a list of paper ids in the collection's order."""
    papers = {sense: list(dict.fromkeys(own)) for sense, own in readings.groupby("sense", sort=False)["paper_id"]}
    return shares.assign(paper_ids=shares["sense"].map(lambda sense: papers.get(sense, [])))
