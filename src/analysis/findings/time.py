"""How the senses change over the years: shares of each year's papers, a test of the trend, and who was first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.inventory.inventory import NO_SENSE
from analysis.statistics.intervals import carried, shares_within

if TYPE_CHECKING:
    import pandas as pd

    from analysis.statistics.confusion import Confusion

FEW = 10  # a year with fewer papers says little: it neither begins nor ends what is drawn and tested


def sense_by_year(readings: pd.DataFrame, order: Sequence[str], *, confusion: Confusion | None = None) -> pd.DataFrame:
    """Share of each year's papers that use each sense, for the senses of ``order`` that occur in dated papers.

    Returns one row per sense and year: sense, year, papers (with the sense), of (papers of that year with a mention),
    share as read, estimate, low and high (95 %, with the classifier's error if there is a ``confusion``; see
    ``shares_within``), few (``of`` below ``FEW``),
    error (which errors the interval carries). Years without a paper have no row.
    """
    import pandas as pd

    dated = readings[readings["year"].notna()]
    dated = dated.assign(year=dated["year"].astype(int))
    of = dated.groupby("year")["paper_id"].nunique().sort_index()
    hits = dated.groupby(["sense", "year"])["paper_id"].nunique().unstack(fill_value=0).reindex(columns=of.index)
    members = [set(dated.loc[dated["year"] == year, "paper_id"]) for year in of.index]
    shares = shares_within(readings, members, order, confusion=confusion)
    rows = []
    for j, sense in enumerate(order):
        if sense not in hits.index:
            continue
        counts = hits.loc[sense].to_numpy(dtype=int)
        for i, (year, n) in enumerate(of.items()):
            share = counts[i] / n
            estimate = shares.estimate[i, j]
            rows.append((sense, year, int(counts[i]), int(n), share, estimate, shares.low[i, j], shares.high[i, j],
                         bool(n < FEW)))  # fmt: skip
    columns = ["sense", "year", "papers", "of", "share", "estimate", "low", "high", "few"]
    return pd.DataFrame(rows, columns=columns).assign(error=carried(confusion))


def compared_years(by_year: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``sense_by_year`` from the first to the last year with ``FEW`` papers; all if these are not two."""
    many = by_year.loc[~by_year["few"], "year"]
    return by_year[by_year["year"].between(many.min(), many.max())] if many.nunique() > 1 else by_year


def trends(by_year: pd.DataFrame, *, no_sense: Collection[str] = NO_SENSE) -> pd.DataFrame:
    """Whether the share of each sense, ``no_sense`` left out, rises or falls with the year, tested for all together.

    ``by_year`` is the table of ``sense_by_year``, of which the ``compared_years`` are tested. Returns one row per
    sense: sense, years (number of them), papers,
    slope (least squares, change of the share a year), z and p (Cochran 1954 and Armitage 1955, two-sided, normal
    approximation), p_adjusted (Holm 1979 over all senses), direction (rises | falls | no clear change, at 0.05
    after adjustment). Empty with fewer than two years. The labels are taken as they are: a classifier that errs alike
    in all years blurs a trend, it does not make one.
    """
    import pandas as pd

    columns = ["sense", "years", "papers", "slope", "z", "p", "p_adjusted", "direction"]
    compared = compared_years(by_year)
    if compared["year"].nunique() < 2:
        return pd.DataFrame(columns=columns)
    rows = []
    for sense, group in compared[~compared["sense"].isin(no_sense)].groupby("sense", sort=False):
        years, hits, of = (group[c].to_numpy(dtype=float) for c in ("year", "papers", "of"))
        slope, z, p = cochran_armitage(years, hits, of)
        rows.append([sense, len(group), int(hits.sum()), slope, z, p])
    table = pd.DataFrame(rows, columns=columns[:6])
    table["p_adjusted"] = holm(table["p"].to_numpy())
    rising = np.where(table["z"] > 0, "rises", "falls")
    table["direction"] = np.where(table["p_adjusted"] < 0.05, rising, "no clear change")
    return table


def cochran_armitage(scores: np.ndarray, hits: np.ndarray, of: np.ndarray) -> tuple[float, float, float]:
    """Test of a linear trend in proportions ``hits / of`` over ``scores``: slope, z, two-sided p.

    The slope is that of the weighted least-squares line. z is 0 and p is 1 where nothing varies.
    """
    from scipy.stats import norm

    total = of.sum()
    mean = (of * scores).sum() / total
    overall = hits.sum() / total
    spread = (of * (scores - mean) ** 2).sum()
    trend = (hits * (scores - mean)).sum()
    variance = overall * (1 - overall) * spread
    if spread <= 0 or variance <= 0:
        return 0.0, 0.0, 1.0
    z = trend / np.sqrt(variance)
    return float(trend / spread), float(z), float(2 * norm.sf(abs(z)))


def holm(p: np.ndarray) -> np.ndarray:
    """Holm's (1979) step-down adjustment of p-values for testing them all."""
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)).clip(max=1.0)
    adjusted = np.empty(len(p))
    adjusted[order] = steps
    return adjusted


def first_seen(readings: pd.DataFrame, order: Sequence[str], *, no_sense: Collection[str] = NO_SENSE) -> pd.DataFrame:
    """The earliest paper of this collection that uses each sense, which is first among these papers, not in the world.

    Ties within a year go to the more confident mention. Returns sense, year, papers (of that year with the sense), of
    (that year's papers with a mention), paper_id, title, sentence and mention_id.
    """
    import pandas as pd

    columns = ["sense", "year", "papers", "of", "paper_id", "title", "sentence", "mention_id"]
    dated = readings[readings["year"].notna()]
    dated = dated.assign(
        papers=dated.groupby(["sense", "year"])["paper_id"].transform("nunique"),
        of=dated.groupby("year")["paper_id"].transform("nunique"),
    )
    dated = dated[~dated["sense"].isin(no_sense)].sort_values(
        ["year", "confidence", "mention_id"], ascending=[True, False, True]
    )
    first = dated.drop_duplicates("sense").set_index("sense", drop=False)
    chosen = [sense for sense in order if sense in first.index]
    return pd.DataFrame(first.loc[chosen, columns]).reset_index(drop=True)
