"""Sense shares by venue, subject or any other label of a paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.statistics.intervals import carried, shares_within

if TYPE_CHECKING:
    import pandas as pd

    from analysis.statistics.confusion import Confusion

FEW = 10  # a group with fewer papers is not shown


def group_sizes(readings: pd.DataFrame, column: str) -> pd.Series:
    """Papers with a mention in each group, largest first, then by name; ``column`` as in ``shares_by``."""
    groups = readings[["paper_id", column]].explode(column)
    groups = groups[groups[column].notna() & (groups[column] != "")]
    return groups.groupby(column)["paper_id"].nunique().sort_index().sort_values(ascending=False, kind="stable")


def shares_by(
    readings: pd.DataFrame,
    column: str,
    order: Sequence[str],
    *,
    confusion: Confusion | None = None,
    top: int = 10,
    least: int = FEW,
) -> pd.DataFrame:
    """Share of each group's papers that use each sense, for the ``top`` largest groups with ``least`` papers or more.

    ``column`` holds text or lists of text (a paper with several subjects counts in each); empty values are left out.
    Returns one row per group and sense: group, sense, papers, of (papers of that group with a mention), share as
    read, estimate, low, high (95 %, with the classifier's error if there is a ``confusion``; see
    ``shares_within``), ratio: the share against that of all papers outside the group (NaN if that is 0), and
    error (which errors the interval carries).
    """
    import pandas as pd

    own = readings[["paper_id", "sense", column]].rename(columns={column: "group"}).explode("group")
    everyone = own["paper_id"].nunique()
    with_sense = own.groupby("sense")["paper_id"].nunique()
    sizes = group_sizes(readings, column)
    sizes = sizes[sizes >= least].head(top)
    hits = own.groupby(["group", "sense"])["paper_id"].nunique()
    members = [set(own.loc[own["group"] == group, "paper_id"]) for group in sizes.index]
    shares = shares_within(readings, members, order, confusion=confusion)
    rows = []
    for i, (group, of) in enumerate(sizes.items()):
        for j, sense in enumerate(order):
            if sense not in with_sense.index:
                continue
            n = int(hits.get((group, sense), 0))
            estimate = shares.estimate[i, j]
            outside = (with_sense[sense] - n) / (everyone - of) if everyone > of else 0.0
            ratio = n / of / outside if outside else float("nan")
            rows.append((group, sense, n, int(of), n / of, estimate, shares.low[i, j], shares.high[i, j], ratio))
    columns = ["group", "sense", "papers", "of", "share", "estimate", "low", "high", "ratio"]
    return pd.DataFrame(rows, columns=columns).assign(error=carried(confusion))
