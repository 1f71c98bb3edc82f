"""Sense shares by venue, subject or any other label of a paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.findings.error import wilson

if TYPE_CHECKING:
    import pandas as pd

FEW = 10  # a group with fewer papers is not shown


def shares_by(
    readings: pd.DataFrame, column: str, order: Sequence[str], *, top: int = 10, least: int = FEW
) -> pd.DataFrame:
    """Share of each group's papers that use each sense, for the ``top`` largest groups with ``least`` papers or more.

    ``column`` holds text or lists of text (a paper with several subjects counts in each); empty values are left out.
    Returns one row a group and sense: group, sense, papers, of (papers of that group with a mention), share, low, high
    (Wilson's 95 % interval), and ratio: the share against that of all papers outside the group (NaN if that is 0).
    """
    import pandas as pd

    own = readings[["paper_id", "sense", column]].rename(columns={column: "group"}).explode("group")
    everyone = own["paper_id"].nunique()
    with_sense = own.groupby("sense")["paper_id"].nunique()
    own = own[own["group"].notna() & (own["group"] != "")]
    sizes = own.groupby("group")["paper_id"].nunique()
    sizes = sizes[sizes >= least].sort_index().sort_values(ascending=False, kind="stable").head(top)
    hits = own.groupby(["group", "sense"])["paper_id"].nunique()
    rows = []
    for group, of in sizes.items():
        for sense in [s for s in order if s in with_sense.index]:
            n = int(hits.get((group, sense), 0))
            low, high = wilson(np.array(n), np.array(of))
            outside = (with_sense[sense] - n) / (everyone - of) if everyone > of else 0.0
            rows.append(
                (
                    group,
                    sense,
                    n,
                    int(of),
                    n / of,
                    float(low),
                    float(high),
                    n / of / outside if outside else float("nan"),
                )
            )
    return pd.DataFrame(rows, columns=["group", "sense", "papers", "of", "share", "low", "high", "ratio"])
