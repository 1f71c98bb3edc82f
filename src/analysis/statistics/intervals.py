"""How sure a share is: other papers might have been collected, and the classifier errs.

Every interval of the findings comes from one source, ``replicates``: in each replicate the papers are drawn anew with
replacement (Efron 1979), and the labels are drawn anew from what the held-out labels leave open (multiple imputation,
Rubin 1987, of the true label behind each assigned one; see ``analysis.statistics.imputation``). The estimate of a share
is what was counted, with the labels that are known: over fields of research left out nothing is nearer to the truth
(``benchmarks/shares.py``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.common.errors import BadInput
from analysis.statistics.confusion import as_known
from analysis.statistics.imputation import Imputer

if TYPE_CHECKING:
    import pandas as pd

    from analysis.statistics.confusion import Confusion

LEVEL = 0.95
# Papers with the term from which shares are told. A share of one third has an interval of 19% to 51% there; with fewer
# papers it is wider than a third, and a list of the papers says more.
ENOUGH = 30
FEW = 5  # papers; with fewer, what all have and what one has is not told apart (Fisher's exact test, 5 %)


def replicates(
    readings: pd.DataFrame,
    order: Sequence[str],
    *,
    confusion: Confusion | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield ``draws`` plausible versions of the readings as ``(weights, labels)``, both one number per mention.

    ``weights`` says how often the mention's paper was drawn, ``labels`` is an index into ``order``. ``readings`` needs
    paper_id, sense, confidence and reviewed; ``confusion`` counts held-out mentions (``count_confusion``). The labels
    of a replicate are one draw of ``analysis.statistics.imputation.Imputer``; without a confusion they are taken as
    they are, and only the choice of papers varies. Raises ``BadInput`` if a sense is not in ``order``.
    """
    import pandas as pd

    position = {sense: i for i, sense in enumerate(order)}
    strange = set(readings["sense"]) - set(position)
    if strange:
        raise BadInput(f"senses: {', '.join(sorted(map(repr, strange)))} not among {', '.join(order)}")
    rng = np.random.default_rng(seed)
    assigned = readings["sense"].map(position).to_numpy(dtype=int)
    papers, _ = pd.factorize(readings["paper_id"])
    n_papers = int(papers.max()) + 1 if len(papers) else 0
    imputer = None if confusion is None or not n_papers else Imputer(readings, order, confusion)
    for _ in range(draws if n_papers else 0):
        weights = np.bincount(rng.integers(n_papers, size=n_papers), minlength=n_papers)[papers].astype(float)
        yield weights, assigned if imputer is None else imputer.draw(rng)


def papers_with(papers: np.ndarray, labels: np.ndarray, weights: np.ndarray, k: int) -> np.ndarray:
    """How many papers, each as often as it was drawn, have at least one mention of each of ``k`` senses.

    ``papers`` and ``labels`` number the paper and the sense of each mention, ``weights`` is its paper's. Shape (k,).
    """
    if not len(papers):
        return np.zeros(k)
    weight = np.zeros(int(papers.max()) + 1)
    weight[papers] = weights
    return np.asarray(weight @ _present(papers, labels, k))


def _present(papers: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    """Whether each paper has each of ``k`` senses, bool (papers, k)."""
    return np.bincount(papers * k + labels, minlength=(int(papers.max()) + 1) * k).reshape(-1, k) > 0


class Shares(NamedTuple):
    """Shares with their 95 % intervals, three arrays of one shape."""

    estimate: np.ndarray
    low: np.ndarray
    high: np.ndarray


def senses_of_papers(
    readings: pd.DataFrame, order: Sequence[str], *, confusion: Confusion | None = None, draws: int = 500, seed: int = 0
) -> Iterator[np.ndarray]:
    """Yield ``draws`` plausible tables of which senses each paper has, bool (papers, senses); see ``replicates``.

    Papers stand in the order in which they first appear in ``readings``. Every paper is there once: how far other
    papers could move a share is for ``shares_of`` to add.
    """
    import pandas as pd

    papers, _ = pd.factorize(readings["paper_id"])
    for _, labels in replicates(readings, order, confusion=confusion, draws=draws, seed=seed):
        yield _present(papers, labels, len(order))


def known_senses_of_papers(
    readings: pd.DataFrame, order: Sequence[str], *, confusion: Confusion | None = None
) -> np.ndarray:
    """Which senses each paper has as counted, labels standing for the mentions that have them: bool (papers, senses).

    Papers stand in the order of ``senses_of_papers``.
    """
    import pandas as pd

    papers, ids = pd.factorize(readings["paper_id"])
    sense = as_known(readings, order, confusion)["sense"].map({sense: i for i, sense in enumerate(order)})
    return _present(papers, sense.to_numpy(dtype=int), len(order)) if len(ids) else np.zeros((0, len(order)), bool)


def shares_of(hits: np.ndarray, of: np.ndarray, *, about: np.ndarray | None = None, seed: int = 0) -> Shares:
    """Shares ``hits / of`` over replicates (first axis) of the labels: an interval with both errors about the estimate.

    In each replicate the share is drawn from what the papers leave open, the posterior of a proportion under Jeffreys'
    prior (Brown, Cai and DasGupta 2001), which holds for few papers, too, where a bootstrap of none of ten would
    pretend to be certain; with none at all, or all, it reaches to that (as they advise), and so it does if more
    replicates have none, or all, than an interval leaves out at one end. The estimate is the mean over
    replicates or, where it is given, ``about``: the replicates are moved there, and what lies beyond 0 and 1 is cut
    off. For a part of a collection they lie near the mix of the whole, and only their spread tells of the part.
    NaN where ``of`` is 0 or there are no replicates.
    """
    if not len(hits):
        nothing = np.full(hits.shape[1:], np.nan)
        return Shares(nothing, nothing, nothing)
    hits, of = np.broadcast_arrays(np.asarray(hits, dtype=float), np.asarray(of, dtype=float))
    drawn = np.random.default_rng(seed).beta(hits + 0.5, of - hits + 0.5)
    some = (of > 0).all(axis=0)
    estimate = (hits / np.maximum(of, 1)).mean(axis=0)
    if about is not None:
        drawn = recentred(drawn, estimate, about)
        estimate = np.broadcast_to(about, estimate.shape)
    low, high = interval_about(estimate, drawn)
    if about is None:
        low, high = (
            np.where((hits == end).mean(axis=0) > (1 - LEVEL) / 2, reached, values)
            for end, reached, values in ((0, 0.0, low), (of, 1.0, high))
        )
    return Shares(*(np.where(some, values, np.nan) for values in (estimate, low, high)))


def recentred(drawn: np.ndarray, middle: np.ndarray, about: np.ndarray) -> np.ndarray:
    """Drawn shares (draws, ...) moved from their ``middle`` to lie ``about`` another; all stay within 0 and 1."""
    return np.asarray(np.clip(drawn + (about - middle), 0, 1))


def shares_within(
    readings: pd.DataFrame,
    groups: Sequence[Collection[str]],
    order: Sequence[str],
    *,
    confusion: Confusion | None = None,
) -> Shares:
    """Share of each group's papers that use each sense of ``order``: arrays (groups, senses); see ``shares_of``.

    ``groups`` are sets of paper ids; papers without a mention count for nothing. The estimate is the count, labels
    standing for the readings that have them. What the classifier's errors add to the interval is what they add over
    all papers together.
    """
    ids = list(dict.fromkeys(readings["paper_id"]))
    within = np.array([[paper in group for paper in ids] for group in groups], dtype=float)
    if not within.size:
        return shares_of(np.empty((0, len(groups), len(order))), np.zeros(1))
    of = within.sum(axis=1)[:, None]
    counted = within @ known_senses_of_papers(readings, order, confusion=confusion)
    hits = np.array([within @ present for present in senses_of_papers(readings, order, confusion=confusion)])
    return shares_of(hits, of, about=counted / np.maximum(of, 1))


def carried(confusion: Confusion | None) -> str:
    """Which errors an interval carries, for the column ``error`` of a table: papers | papers and classifier."""
    return "papers" if confusion is None else "papers and classifier"


def interval(values: np.ndarray, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Percentile interval of replicates, shape (draws, ...) -> two arrays of shape (...).

    Replicates that are NaN, in which the quantity is not defined, are left out; NaN where no others are.
    """
    low, high = np.full(values.shape[1:], np.nan), np.full(values.shape[1:], np.nan)
    known = ~np.isnan(values).all(axis=0)
    if known.any():
        low[known], high[known] = np.nanquantile(values[:, known], [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def interval_about(estimate: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``interval`` of ``values``, widened to hold ``estimate``: Jeffreys' interval of none does not reach to 0."""
    low, high = interval(values)
    return np.fmin(low, estimate), np.fmax(high, estimate)


def simultaneous(values: np.ndarray, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Intervals that hold together: of the draws (draws, n), ``level`` lie within all n of them; two arrays (n,).

    Each interval cuts off the same number of draws at either end (Besag, Green, Higdon and Mengersen 1995, Statistical
    Science 10, 6.3). For one column it is ``interval``. To test each of many differences by itself would find some
    where there is none; an interval of these that leaves out zero is the licence to call its difference a finding.
    """
    draws = len(values)
    ranks = np.argsort(np.argsort(values, axis=0, kind="stable"), axis=0, kind="stable") + 1
    outermost = np.maximum(ranks, draws + 1 - ranks).max(axis=1)
    kept = int(np.sort(outermost)[max(0, int(np.ceil(level * draws)) - 1)])
    ordered = np.sort(values, axis=0)
    return ordered[draws - kept], ordered[kept - 1]


def surely_above(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Whether each of n intervals lies wholly above each other one, bool (n, n): the licence to call it larger.

    Intervals that do not meet are a stricter test than one at 5 % (Schenker and Gentleman 2001), which suits a reader
    who picks the difference after having seen all.
    """
    low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    return np.asarray(low[:, None] > high[None, :])


def wilson(hits: np.ndarray, n: np.ndarray, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's (1927) interval of a proportion ``hits / n``; NaN where ``n`` is 0."""
    from scipy.stats import norm

    z = float(norm.ppf((1 + level) / 2))
    hits, n = np.asarray(hits, dtype=float), np.asarray(n, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = hits / n
        centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
        # none and all reach to the very ends, which rounding would miss
        low = np.where((hits == 0) & (n > 0), 0.0, centre - half)
        high = np.where((hits == n) & (n > 0), 1.0, centre + half)
    return low, high
