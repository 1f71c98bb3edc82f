"""Which kinds of the term go with which sense: in how many of its papers, since when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.statistics.intervals import ENOUGH, carried, replicates, shares_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.statistics.confusion import Confusion


FEW = 3  # papers; what fewer of a sense name gets no interval
COLUMNS = ["sense", "family", "kind", "papers", "of", "share", "estimate", "low", "high", "mentions", "family_papers",
           "first", "last", "by_year", "paper_ids"]  # fmt: skip


def kinds_by_sense(
    kinds: pd.DataFrame,
    readings: pd.DataFrame,
    order: Sequence[str],
    *,
    confusion: Confusion | None = None,
    draws: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """In how many papers of each sense each kind is named, ``kinds`` being ``kind_names.named_kinds`` of ``readings``.

    Returns one row per sense and kind: papers (that name it with this sense), of (papers of the sense), share as read,
    estimate, low and high (95 %, with the classifier's error if there is a ``confusion``: labels drawn anew as
    ``intervals.replicates`` does, then Jeffreys' interval about the share, ``intervals.shares_of``), mentions,
    family_papers (papers of the sense that name any kind of the family), first and last (years, <NA> if unknown),
    by_year (papers of each known year, "2024: 3"), paper_ids, error. The estimate is the share; low and high are NaN
    where the sense has fewer than ``ENOUGH`` papers or the kind fewer than ``FEW``. Senses stand in their order; in a
    sense the families stand together, the commonest first, and so do the kinds of a family.
    """
    import pandas as pd

    of = readings.groupby("sense")["paper_id"].nunique().to_dict()
    dated = kinds.merge(readings[["mention_id", "year"]], on="mention_id", validate="m:1")
    in_family = dated.groupby(["sense", "family"])["paper_id"].nunique().to_dict()
    rows = []
    for (sense, kind), own in dated.groupby(["sense", "kind"], sort=False):
        ids = list(dict.fromkeys(own["paper_id"]))
        years = own.drop_duplicates("paper_id")["year"].dropna().astype(int)
        by_year = [f"{year}: {n}" for year, n in years.value_counts().sort_index().items()]
        family, total, share = own["family"].iloc[0], int(of[sense]), len(ids) / of[sense]
        ends = (years.min(), years.max()) if len(years) else (None, None)
        rows.append((sense, family, kind, len(ids), total, share, share, np.nan, np.nan, own["mention_id"].nunique(),
                     int(in_family[sense, family]), *ends, by_year, ids))  # fmt: skip
    table = pd.DataFrame(rows, columns=COLUMNS)
    table = _with_intervals(table, kinds, readings, order, confusion, draws, seed)
    table = table.assign(rank=table["sense"].map({sense: i for i, sense in enumerate(order)})).sort_values(
        ["rank", "family_papers", "family", "papers", "kind"], ascending=[True, False, True, False, True]
    )
    years_known = {name: table[name].astype("Int64") for name in ("first", "last")}
    return table.drop(columns="rank").assign(**years_known, error=carried(confusion)).reset_index(drop=True)


def commonest_kinds(kinds: pd.DataFrame) -> pd.DataFrame:
    """In how many papers each kind is named, whatever the sense: kind and papers, commonest first."""
    counted = kinds.groupby("kind", sort=False)["paper_id"].nunique().rename("papers").reset_index()
    return counted.sort_values(["papers", "kind"], ascending=[False, True], kind="stable").reset_index(drop=True)


def _with_intervals(
    table: pd.DataFrame,
    kinds: pd.DataFrame,
    readings: pd.DataFrame,
    order: Sequence[str],
    confusion: Confusion | None,
    draws: int,
    seed: int,
) -> pd.DataFrame:
    import pandas as pd

    enough = (table["of"] >= ENOUGH) & (table["papers"] >= FEW)
    if not enough.any():
        return table
    wanted = {kind: i for i, kind in enumerate(dict.fromkeys(table.loc[enough, "kind"]))}
    named = kinds[kinds["kind"].isin(wanted)]
    at = pd.Index(readings["mention_id"]).get_indexer(named["mention_id"])
    kind = named["kind"].map(wanted).to_numpy(dtype=int)
    papers, ids = pd.factorize(readings["paper_id"])
    sense = table.loc[enough, "sense"].map({name: i for i, name in enumerate(order)}).to_numpy(dtype=int)
    cells = sense * len(wanted) + table.loc[enough, "kind"].map(wanted).to_numpy(dtype=int)
    hits, of = [], []
    for _, labels in replicates(readings, order, confusion=confusion, draws=draws, seed=seed):
        once = np.unique((labels[at] * len(wanted) + kind) * len(ids) + papers[at]) // len(ids)
        hits.append(np.bincount(once, minlength=len(order) * len(wanted))[cells])
        of.append(np.bincount(np.unique(labels * len(ids) + papers) // len(ids), minlength=len(order))[sense])
    about = table.loc[enough, "share"].to_numpy(dtype=float)
    shares = shares_of(np.array(hits), np.array(of), about=about, seed=seed)
    table = table.copy()
    table.loc[enough, "low"], table.loc[enough, "high"] = shares.low, shares.high
    return table
