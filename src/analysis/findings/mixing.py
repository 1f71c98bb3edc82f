"""Papers that use the term in more than one sense: which senses go together, and where the text switches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import combinations, groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.inventory.inventory import NO_SENSE
from analysis.statistics.intervals import carried, known_senses_of_papers, senses_of_papers, shares_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.statistics.confusion import Confusion

_FIELDS = {"title": 0, "abstract": 1}
_paper = itemgetter("paper_id")


def in_reading_order(readings: pd.DataFrame) -> pd.DataFrame:
    """Readings in the order in which one reads them: paper by paper (as they come), title first, then by position."""
    import pandas as pd

    paper, _ = pd.factorize(readings["paper_id"])
    keys = pd.DataFrame(
        {
            "paper": paper,
            "field": readings["field"].map(_FIELDS).fillna(2).to_numpy(),
            "start": readings["start"].to_numpy(),
        }
    )
    order = keys.sort_values(["paper", "field", "start"], kind="stable").index
    return readings.iloc[order].reset_index(drop=True)


def mixed_papers(readings: pd.DataFrame, *, no_sense: Collection[str] = NO_SENSE) -> pd.DataFrame:
    """Papers whose mentions have at least two senses, ``no_sense`` not counted; those that mix most surely first.

    Returns one row per paper: paper_id, title, senses (list, in order of appearance), sure_senses (number of those
    with a mention that is not abstained), mentions (with a sense), unsure (how many of these are abstained) and
    switches (places where the next mention has another sense).
    Sorted by sure_senses, then by the switches from one sure mention to the next, most first: a reader in doubt sees
    senses come and go where there is but one.
    """
    import pandas as pd

    clear = in_reading_order(readings[~readings["sense"].isin(no_sense)])
    rows = []
    for paper_id, group in groupby(clear[["paper_id", "title", "sense", "abstained"]].to_dict("records"), key=_paper):
        records = list(group)
        found = [record["sense"] for record in records]
        sure = [record["sense"] for record in records if not record["abstained"]]
        senses = list(dict.fromkeys(found))
        if len(senses) > 1:
            rows.append((
                paper_id, records[0]["title"], senses, len(set(sure)), len(found), len(found) - len(sure),
                _changes(found), _changes(sure),
            ))  # fmt: skip
    columns = ["paper_id", "title", "senses", "sure_senses", "mentions", "unsure", "switches", "_sure"]
    ranked = pd.DataFrame(rows, columns=columns).sort_values(["sure_senses", "_sure"], ascending=False, kind="stable")
    return ranked.drop(columns="_sure").reset_index(drop=True)


def _changes(senses: Sequence[str]) -> int:
    return sum(one != two for one, two in pairwise(senses))


def switches(readings: pd.DataFrame, *, no_sense: Collection[str] = NO_SENSE) -> pd.DataFrame:
    """Every place where a paper goes from one sense to another, in reading order.

    Returns one row per switch: paper_id, from_sense, to_sense, from_mention, to_mention, sentence (of the mention that
    has the new sense), within_sentence (both mentions stand in one sentence).
    """
    import pandas as pd

    clear = in_reading_order(readings[~readings["sense"].isin(no_sense)])
    rows = []
    for _, group in groupby(clear.to_dict("records"), key=_paper):
        for one, two in pairwise(group):
            if one["sense"] != two["sense"]:
                rows.append(
                    {
                        "paper_id": one["paper_id"], "from_sense": one["sense"], "to_sense": two["sense"],
                        "from_mention": one["mention_id"], "to_mention": two["mention_id"],
                        "sentence": two["sentence"],
                        "within_sentence": all(one[key] == two[key] for key in ("field", "sentence_start")),
                    }
                )  # fmt: skip
    columns = ["paper_id", "from_sense", "to_sense", "from_mention", "to_mention", "sentence", "within_sentence"]
    return pd.DataFrame(rows, columns=columns)


def sense_pairs(
    readings: pd.DataFrame,
    order: Sequence[str],
    *,
    confusion: Confusion | None = None,
    no_sense: Collection[str] = NO_SENSE,
) -> pd.DataFrame:
    """How often each two senses share a paper.

    Returns one row per pair of senses that both occur, in ``order``: sense_a, sense_b, papers (with both), papers_a,
    papers_b, of (papers with any clear sense), share = papers / of, estimate (the same with the labels in the place of
    the readings that have them), low, high (95 %, with the classifier's errors about senses and about mixing if there
    is a ``confusion``), and error (which errors the interval carries).
    What independence would give is no yardstick: as nearly all papers keep to one sense, every pair falls short of it.
    """
    import pandas as pd

    clear = readings[readings["sense"].isin(list(order)) & ~readings["sense"].isin(no_sense)]
    position = {sense: i for i, sense in enumerate(order)}
    senses = [sense for sense in order if (clear["sense"] == sense).any()]
    papers_of = {sense: set(clear.loc[clear["sense"] == sense, "paper_id"]) for sense in senses}
    of = clear["paper_id"].nunique()
    known = np.array([sense not in no_sense for sense in order])
    both, using = [], []
    for present in senses_of_papers(readings, order, confusion=confusion):
        clearly = present & known
        both.append(clearly.T.astype(float) @ clearly)
        using.append(clearly.any(axis=1).sum())
    shares = shares_of(np.reshape(both, (len(both), len(order), len(order))), np.reshape(using, (len(using), 1, 1)))
    told = known_senses_of_papers(readings, order, confusion=confusion) & known
    together, clearly_using = told.T.astype(float) @ told, max(int(told.any(axis=1).sum()), 1)
    rows = []
    for a, b in combinations(senses, 2):
        both_here = len(papers_of[a] & papers_of[b])
        at = position[a], position[b]
        estimate = together[at] / clearly_using
        low, high = np.fmin(shares.low[at], estimate), np.fmax(shares.high[at], estimate)
        rows.append((a, b, both_here, len(papers_of[a]), len(papers_of[b]), of, both_here / of, estimate, low, high))
    columns = ["sense_a", "sense_b", "papers", "papers_a", "papers_b", "of", "share", "estimate", "low", "high"]
    return pd.DataFrame(rows, columns=columns).assign(error=carried(confusion))


def mixing_share(
    readings: pd.DataFrame,
    order: Sequence[str],
    *,
    confusion: Confusion | None = None,
    no_sense: Collection[str] = NO_SENSE,
) -> dict[str, Any]:
    """How many of the papers with a mention use two senses or more, ``no_sense`` not counted.

    Returns papers, of, share as read, estimate (the same with the labels in the place of the readings that have them),
    low and high (95 %), and error (which errors the interval carries).
    """
    clear = readings[~readings["sense"].isin(no_sense)]
    papers, of = int((clear.groupby("paper_id")["sense"].nunique() > 1).sum()), int(readings["paper_id"].nunique())
    known = np.array([sense not in no_sense for sense in order])
    found = senses_of_papers(readings, order, confusion=confusion)
    shares = shares_of(np.array([((present & known).sum(axis=1) > 1).sum() for present in found]), np.array(of))
    told = (known_senses_of_papers(readings, order, confusion=confusion) & known).sum(axis=1) > 1
    share, estimate = papers / of if of else float("nan"), float(told.mean()) if of else float("nan")
    low, high = np.fmin(shares.low, estimate), np.fmax(shares.high, estimate)
    return {
        "papers": papers, "of": of, "share": share, "estimate": estimate, "low": float(low), "high": float(high),
        "error": carried(confusion),
    }  # fmt: skip
