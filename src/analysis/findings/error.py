"""How sure a share is: other papers might have been collected, and the classifier errs.

Every interval of the findings comes from one source, ``replicates``: in each replicate the papers are drawn anew with
replacement (Efron 1979), and the labels are drawn anew from what the confusion matrix leaves open (multiple
imputation, Rubin 1987, of the true label behind each assigned one).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.errors import BadInput
from analysis.senses.inventory import UNCLEAR

if TYPE_CHECKING:
    import pandas as pd

LEVEL = 0.95
BANDS = (0.0, 0.5, 0.8, 0.95)  # lower ends of the bands of confidence, each with enough held-out mentions
STEPS = 10  # of the chain between two replicates, enough to forget the last one


def replicates(
    readings: pd.DataFrame,
    order: Sequence[str],
    *,
    confusion: pd.DataFrame | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield ``draws`` plausible versions of the readings as ``(weights, labels)``, both one number a mention.

    ``weights`` says how often the mention's paper was drawn, ``labels`` is an index into ``order``. ``readings`` needs
    paper_id, sense, confidence and reviewed; ``confusion`` is a ``confusion_matrix`` of held-out mentions, with or
    without bands of confidence. Without it the labels are taken as they are, and only the choice of papers varies.

    The labels of a replicate are one draw of Bayesian data augmentation (Tanner and Wong 1987; for an imperfect test
    Joseph, Gyorkos and Coupal 1995): the rates P(assigned | true) come from the Dirichlet posterior of each row of
    ``confusion`` (prior: one observation spread evenly), the shares of the true senses from theirs (prior: as in the
    evaluation, worth one unit a sense, so that a few papers are not over-read), the true labels from Bayes' rule.
    With bands, what was assigned is the sense together with the band, so that a reading without doubt is not held to
    the error rate of the doubtful ones. The unit is a paper's mentions of one assigned sense: the classifier mostly
    gets them wrong together, and independent draws would make the interval too narrow. Reviewed mentions keep their
    label. Raises ``BadInput`` if a sense is not in ``order``.
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
    sure = readings["reviewed"].to_numpy(dtype=bool)
    _, first, group = np.unique(
        np.stack([papers, assigned, sure], axis=1), axis=0, return_index=True, return_inverse=True
    )
    group = group.reshape(-1)
    counts = None if confusion is None else _aligned(confusion, order)
    read = assigned if counts is None or counts.shape[1] == len(order) else assigned * len(BANDS) + bands(readings)
    shares = np.full(len(order), 1 / len(order))
    for _ in range(draws if n_papers else 0):
        times = np.bincount(rng.integers(n_papers, size=n_papers), minlength=n_papers)[papers]
        if counts is None:
            yield times.astype(float), assigned
            continue
        rates = _draw_rates(counts, rng)
        units = np.bincount(read[first], times[first] * ~sure[first], minlength=counts.shape[1]).astype(int)
        shares = _draw_shares(units, rates, counts, shares, rng)
        cumulative = np.cumsum(true_given_assigned(rates, shares), axis=1)
        luck = rng.random(len(first))
        drawn = (luck[:, None] > cumulative[read[first]]).sum(axis=1).clip(max=len(order) - 1)
        yield times.astype(float), np.where(sure[first], assigned[first], drawn)[group]


def true_given_assigned(rates: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """P(true | assigned) by Bayes' rule, shape (columns, K true); an assigned sense nobody explains stays itself.

    ``rates`` is P(assigned | true), shape (K true, columns): a column an assigned sense, or a sense's band.
    """
    joint = (rates * shares[:, None]).T
    total = joint.sum(axis=1, keepdims=True)
    return np.where(total > 0, joint / np.where(total > 0, total, 1), _itself(rates.shape).T > 0)


def _itself(shape: tuple[int, int]) -> np.ndarray:
    """P(assigned | true) of a reader that never errs and is in each band alike, shape (K true, columns)."""
    each = shape[1] // shape[0]
    return np.repeat(np.eye(shape[0]), each, axis=1) / each


def bands(readings: pd.DataFrame) -> np.ndarray:
    """The band of confidence, an index into ``BANDS``, of each reading.

    It is that of the mean confidence of the paper's mentions with the same sense, since these are right or wrong
    together. Needs paper_id, sense and confidence.
    """
    mean = readings.groupby(["paper_id", "sense"], sort=False)["confidence"].transform("mean")
    return np.asarray(np.digitize(mean.to_numpy(dtype=float), BANDS[1:]))


def _aligned(confusion: pd.DataFrame, order: Sequence[str]) -> np.ndarray:
    """Counts with rows and columns in ``order``; a sense the evaluation never met is left uncorrected."""
    import pandas as pd

    banded = confusion.columns.nlevels == 2
    columns = pd.MultiIndex.from_product([list(order), range(len(BANDS))]) if banded else list(order)
    table = confusion.reindex(index=list(order), columns=columns, fill_value=0)
    return np.asarray(table.to_numpy(dtype=float))


def _draw_rates(counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One draw of P(assigned | true) from the Dirichlet posterior of each row."""
    gammas = rng.standard_gamma(counts + 1 / counts.shape[1])
    seen = counts.sum(axis=1, keepdims=True) > 0
    total = gammas.sum(axis=1, keepdims=True)
    return np.where(seen & (total > 0), gammas / np.where(total > 0, total, 1), _itself(counts.shape))


def _draw_shares(
    units: np.ndarray, rates: np.ndarray, counts: np.ndarray, shares: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """One draw of the true shares given how many units were assigned each sense; the chain goes on from ``shares``."""
    k = len(counts)
    prior = k * (counts.sum(axis=1) + 1) / (counts.sum() + k)
    for _ in range(STEPS):
        behind = true_given_assigned(rates, shares)
        true = rng.multinomial(units, behind / behind.sum(axis=1, keepdims=True)).sum(axis=0)
        shares = rng.dirichlet(prior + true)
    return shares


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
    readings: pd.DataFrame, order: Sequence[str], *, confusion: pd.DataFrame | None = None, draws: int = 500
) -> Iterator[np.ndarray]:
    """Yield ``draws`` plausible tables of which senses each paper has, bool (papers, senses); see ``replicates``.

    Papers stand in the order in which they first appear in ``readings``. Every paper is there once: how far other
    papers could move a share is for ``shares_of`` to add.
    """
    import pandas as pd

    papers, _ = pd.factorize(readings["paper_id"])
    for _, labels in replicates(readings, order, confusion=confusion, draws=draws):
        yield _present(papers, labels, len(order))


def shares_of(hits: np.ndarray, of: np.ndarray, *, seed: int = 0) -> Shares:
    """Shares ``hits / of`` over replicates (first axis) of the labels: their mean, and an interval with both errors.

    In each replicate the share is drawn from what the papers leave open, the posterior of a proportion under Jeffreys'
    prior (Brown, Cai and DasGupta 2001), which holds for few papers, too, where a bootstrap of none of ten would
    pretend to be certain. NaN where ``of`` is 0 or there are no replicates.
    """
    if not len(hits):
        nothing = np.full(hits.shape[1:], np.nan)
        return Shares(nothing, nothing, nothing)
    hits, of = np.broadcast_arrays(np.asarray(hits, dtype=float), np.asarray(of, dtype=float))
    drawn = np.random.default_rng(seed).beta(hits + 0.5, of - hits + 0.5)
    some = (of > 0).all(axis=0)
    mean = (hits / np.maximum(of, 1)).mean(axis=0)
    return Shares(*(np.where(some, values, np.nan) for values in (mean, *interval(drawn))))


def shares_within(
    readings: pd.DataFrame,
    groups: Sequence[Collection[str]],
    order: Sequence[str],
    *,
    confusion: pd.DataFrame | None = None,
) -> Shares:
    """Share of each group's papers that use each sense of ``order``: arrays (groups, senses); see ``shares_of``.

    ``groups`` are sets of paper ids; papers without a mention count for nothing. The classifier's errors are supposed
    to be alike in all groups (with bands: wherever it is alike sure), and what is true behind a label to follow the
    shares of all papers together; so groups look more alike than they are, not less.
    """
    ids = list(dict.fromkeys(readings["paper_id"]))
    within = np.array([[paper in group for paper in ids] for group in groups], dtype=float)
    if not within.size:
        return shares_of(np.empty((0, len(groups), len(order))), np.zeros(1))
    hits = np.array([within @ present for present in senses_of_papers(readings, order, confusion=confusion)])
    return shares_of(hits, within.sum(axis=1)[:, None])


def confusion_matrix(
    true: Iterable[str], assigned: Iterable[str], order: Sequence[str], *, band: Iterable[int] | None = None
) -> pd.DataFrame:
    """Count held-out mentions: true senses as index, assigned ones as columns, both in ``order``.

    With ``band``, the ``bands`` of the readings, there is a column for each assigned sense and band, as pairs.
    """
    import pandas as pd

    rows = pd.Series(list(true), name="true")
    columns: list[pd.Series] = [pd.Series(list(assigned), name="assigned")]
    if band is not None:
        columns.append(pd.Series(list(band), name="band"))
    pairs = pd.crosstab(rows, columns)
    every = pd.MultiIndex.from_product([list(order), range(len(BANDS))], names=["assigned", "band"])
    return pairs.reindex(index=list(order), columns=list(order) if band is None else every, fill_value=0)


def agreement(confusion: pd.DataFrame) -> tuple[int, int]:
    """``(right, of)``: how many held-out mentions were assigned their true sense, of how many."""
    counts = confusion.to_numpy(dtype=int)
    assigned = confusion.columns.get_level_values(0).to_numpy()
    same = confusion.index.to_numpy()[:, None] == assigned[None, :]
    return int(counts[same].sum()), int(counts.sum())


def shipped_confusion(order: Sequence[str]) -> pd.DataFrame | None:
    """How the shipped head reads the shipped labels of papers it never saw, as a ``confusion_matrix`` with bands.

    Returns None where these are not the senses of ``order``: another inventory, induced senses.
    """
    from analysis.evaluate.heldout import shipped_readings

    readings = shipped_readings()
    known = set(readings["label"]) | {UNCLEAR}
    if not set(order) <= known:
        return None
    return confusion_matrix(readings["label"], readings["sense"], order, band=bands(readings))


def labelled_papers() -> set[str]:
    """Ids of the papers whose mentions were labelled to train and test the shipped heads."""
    from analysis.evaluate.heldout import shipped_readings

    return set(shipped_readings()["paper_id"])


def carried(confusion: pd.DataFrame | None) -> str:
    """Which errors an interval carries, for the column ``error`` of a table: papers | papers and classifier."""
    return "papers" if confusion is None else "papers and classifier"


def interval(values: np.ndarray, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Percentile interval of replicates, shape (draws, ...) -> two arrays of shape (...); NaN without any."""
    if not len(values):
        nothing = np.full(values.shape[1:], np.nan)
        return nothing, nothing
    low, high = np.nanquantile(values, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def wilson(hits: np.ndarray, n: np.ndarray, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's (1927) interval of a proportion ``hits / n``; NaN where ``n`` is 0."""
    from scipy.stats import norm

    z = float(norm.ppf((1 + level) / 2))
    hits, n = np.asarray(hits, dtype=float), np.asarray(n, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = hits / n
        centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return centre - half, centre + half
