"""What authors do with what the term names, such as to fight a bias or to use it, and how that differs by sense."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.statistics.confusion import as_known
from analysis.statistics.intervals import carried, interval_about, recentred
from analysis.statistics.stances import NONE, known_stances, stance_replicates, stances_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.statistics.confusion import Confusion
    from analysis.statistics.misreading import Misreadings

FEW = 3  # a sense with fewer mentions, or in fewer papers, is not told as a finding
COLUMNS = ["sense", "stance", "count", "of", "papers", "of_papers", "share", "estimate", "low", "high", "elsewhere",
           "expected", "residual", "clear"]  # fmt: skip


def effective_size(mentions: np.ndarray) -> np.ndarray:
    """How many independent mentions a paper's ``mentions`` of one sense are worth: ``m / (1 + (m - 1) / 2)``.

    That is Kish's (1965) design effect with a correlation of one half: within a paper and sense the labelled stances
    correlate by 0.44 (mitigate, exploit) to 0.51 (measure). So no paper counts as more than two.
    """
    return 2 * mentions / (mentions + 1)


def told_stances(stances: Iterable[tuple[str, float]], telling: Collection[str]) -> list[str]:
    """What authors do in one paper: of its mentions' stances those that are ``telling``, the commonest first.

    ``stances`` has (stance, confidence) for each mention; of equally common ones the most confident comes first.
    ``telling`` are those that the inventory gives a role; the others, such as merely to mention it, count only where
    there is no such one. "" is left out.
    """
    surest_first = sorted(stances, key=lambda pair: -pair[1])
    found = [stance for stance, _ in Counter(stance for stance, _ in surest_first if stance).most_common()]
    return [stance for stance in found if stance in telling] or found


def stance_by_sense(
    readings: pd.DataFrame,
    order: Sequence[str],
    *,
    confusion: Confusion | None = None,
    stance_confusion: Misreadings | None = None,
    stances: Sequence[str] | None = None,
    roles: Mapping[str, Sequence[str]] | None = None,
    draws: int = 400,
    seed: int = 0,
) -> pd.DataFrame:
    """Cross-table of sense and stance, in long form, over the mentions that have a stance.

    ``stances`` are those of the inventory (default: the shipped one). ``roles`` puts some together under new names, as
    ``Inventory.roles`` does; without it each is a row of its own. Returns one row per cell: sense, stance, count, of
    (mentions of that sense), papers (in which the cell's mentions stand), of_papers (in which the sense's stand), share
    = count / of as read; estimate, low and high (95 %); elsewhere (the estimate over all other senses together),
    expected (count, were stance independent of sense), residual (Pearson: (count - expected) / sqrt(expected), as
    read), clear and error (which errors the interval carries).

    The estimate is the share with the labels in the place of the readings that have them. The interval lies about it
    and carries the errors about sense and stance that the two confusions tell, by ``stance_replicates``. A replicate's
    share is drawn from the posterior of a proportion under Jeffreys' prior, which is sound for few, with the
    ``effective_size`` of the sense's papers as its n; all stances of a sense are drawn at one quantile, so that a role
    of one stance has the interval of that stance. ``clear``: the interval leaves out
    ``elsewhere``, and the sense has ``FEW`` mentions and papers at least. Senses without any stance are left out; so
    the table is empty for terms without stances. Estimate, low and high are NaN for a sense that the labels leave
    without a mention: all that were read so are known to be of another.
    """
    import pandas as pd
    from scipy.stats import beta

    stances = stances_of(stances)
    groups = {stance: (stance,) for stance in stances} if roles is None else {r: tuple(s) for r, s in roles.items()}
    inside = np.array([[stance in members for members in groups.values()] for stance in stances], dtype=float)
    known = readings[readings["stance"].isin(list(stances)) & readings["sense"].isin(list(order))]
    found = [sense for sense in order if (known["sense"] == sense).any()]
    if not found or not groups:
        return pd.DataFrame(columns=COLUMNS).assign(error=carried(confusion))
    at = [list(order).index(sense) for sense in found]
    papers, _ = pd.factorize(readings["paper_id"])
    drawn, sizes = [], []
    for _, senses, read in stance_replicates(
        readings, order, confusion=confusion, stance_confusion=stance_confusion, stances=stances, draws=draws, seed=seed
    ):
        has = read != NONE
        drawn.append(_shares(senses[has], read[has], at, len(order), inside)[0])
        pairs, times = np.unique(senses[has] * (papers.max() + 1) + papers[has], return_counts=True)
        sizes.append(np.bincount(pairs // (papers.max() + 1), effective_size(times), minlength=len(order))[at])
    again, size = np.array(drawn), np.array(sizes, dtype=float)[:, :, None]
    hits = np.nan_to_num(again) * size
    told = as_known(readings, order, confusion)["sense"].map({sense: i for i, sense in enumerate(order)})
    read, _ = known_stances(readings, stances, confusion)
    has = read != NONE
    estimate, elsewhere = _shares(told.to_numpy(dtype=int)[has], read[has], at, len(order), inside)
    even = np.tile((np.arange(len(again)) + 0.5) / len(again), (len(found), 1))
    quantiles = np.random.default_rng(seed).permuted(even, axis=1).T[:, :, None]
    about = beta.ppf(quantiles, hits + 0.5, np.maximum(size - hits, 0) + 0.5)
    low, high = interval_about(estimate, recentred(about, _mean(again), estimate))
    counts = pd.crosstab(known["sense"], known["stance"]).reindex(index=found, columns=list(stances), fill_value=0)
    observed = counts.to_numpy(dtype=float)
    total = observed.sum()
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0) @ inside) / total
    cells = observed @ inside
    rows = []
    for i, sense in enumerate(found):
        mentions, of = known[known["sense"] == sense], int(observed[i].sum())
        of_papers = mentions["paper_id"].nunique()
        for j, (name, members) in enumerate(groups.items()):
            residual = (cells[i, j] - expected[i, j]) / np.sqrt(expected[i, j]) if expected[i, j] else 0.0
            other = elsewhere[i, j]
            beyond = low[i, j] > other if estimate[i, j] > other else high[i, j] < other
            rows.append((
                sense, name, int(cells[i, j]), of, mentions.loc[mentions["stance"].isin(members), "paper_id"].nunique(),
                of_papers, cells[i, j] / of, estimate[i, j], low[i, j], high[i, j], other, expected[i, j],
                residual, bool(beyond and of >= FEW and of_papers >= FEW),
            ))  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS).assign(error=carried(confusion))


def _shares(
    senses: np.ndarray, read: np.ndarray, at: Sequence[int], k: int, inside: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Shares of the stances, put together by ``inside``, in the senses ``at``, and over all other senses together."""
    table = np.bincount(senses * len(inside) + read, minlength=k * len(inside)).reshape(k, len(inside))
    own, of = table[at], table[at].sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return own @ inside / of, (table.sum(axis=0) - own) @ inside / (table.sum() - of)


def _mean(values: np.ndarray) -> np.ndarray:
    """Mean over the first axis of what is not NaN; NaN where all is."""
    known = (~np.isnan(values)).sum(axis=0)
    return np.where(known > 0, np.nansum(values, axis=0) / np.maximum(known, 1), np.nan)
