"""What authors do with a bias: fight it, measure it, use it, or merely mention it - and how that differs by sense."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

STRONG = 2.0  # Pearson residuals beyond this are marked and told
FEW = 3  # a sense with fewer mentions is not told as a finding
STANCES = ("mitigate", "measure", "exploit", "mention")


def shipped_agreement() -> tuple[int, int]:
    """``(right, of)``: how many stances of the shipped labels the shipped head reads so in papers it never saw."""
    from analysis.evaluate.heldout import shipped_readings

    readings = shipped_readings()
    labelled = readings[readings["label_stance"] != ""]
    return int((labelled["stance"] == labelled["label_stance"]).sum()), len(labelled)


def stance_by_sense(readings: pd.DataFrame, order: Sequence[str], *, stances: Sequence[str] = STANCES) -> pd.DataFrame:
    """Cross-table of sense and stance, in long form, over the mentions that have a stance.

    Returns one row a cell: sense, stance, count, of (mentions of that sense), share = count / of, expected (were
    stance independent of sense), residual (Pearson: (count - expected) / sqrt(expected); about beyond +-2 is more
    than chance would bring if mentions were independent, which those of one paper are not) and papers (in which the
    cell's mentions stand). Senses without any stance are left out; so the table is empty for terms without stances.
    """
    import pandas as pd

    known = readings[readings["stance"].isin(list(stances)) & readings["sense"].isin(list(order))]
    senses = [sense for sense in order if (known["sense"] == sense).any()]
    counts = pd.crosstab(known["sense"], known["stance"]).reindex(index=senses, columns=list(stances), fill_value=0)
    papers = known.groupby(["sense", "stance"])["paper_id"].nunique()
    observed = counts.to_numpy(dtype=float)
    total = observed.sum()
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0)) / total if total else observed
    rows = [
        {
            "sense": sense, "stance": stance, "count": int(observed[i, j]), "of": int(observed[i].sum()),
            "share": observed[i, j] / observed[i].sum(), "expected": expected[i, j],
            "residual": (observed[i, j] - expected[i, j]) / np.sqrt(expected[i, j]) if expected[i, j] else 0.0,
            "papers": int(papers.get((sense, stance), 0)),
        }
        for i, sense in enumerate(senses)
        for j, stance in enumerate(stances)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["sense", "stance", "count", "of", "share", "expected", "residual", "papers"])
