"""How far reviewers agree with each other, and the machine with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.common.wording import count_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.statistics.bootstrap import Estimate

AT_RANDOM = "drawn at random"  # why a mention is in the sheet when nothing is suspicious about it


@dataclass(frozen=True)
class Proportion:
    """``hits`` of ``n`` with Wilson's 95 % interval; ``low`` and ``high`` are NaN when ``n`` is 0."""

    hits: int
    n: int
    low: float
    high: float


@dataclass(frozen=True)
class Agreement:
    """Agreement among reviewers and of the machine with them.

    ``alpha`` is Krippendorff's alpha for nominal data, NaN when nobody overlaps or only one sense occurs; ``shared``
    counts the mentions that two or more reviewers read. ``disagreements`` has one row per disputed mention: paper_id,
    field, start, surface, says ("ann: social; ben: data"). ``machine`` is the share of mentions, settled among the
    reviewers, that the machine had read alike; ``machine_at_random`` the same of those drawn at random, which alone
    estimates the accuracy on the collection: the others were drawn because they looked doubtful.
    """

    reviewers: tuple[str, ...]
    alpha: float
    shared: int
    disagreements: pd.DataFrame
    machine: Proportion
    machine_at_random: Proportion

    def as_data(self) -> dict[str, Any]:
        """Plain JSON values; NaN becomes None."""

        def share(part: Proportion) -> dict[str, Any]:
            return {"hits": part.hits, "n": part.n, "low": _number(part.low), "high": _number(part.high)}

        return {
            "reviewers": list(self.reviewers),
            "alpha": _number(self.alpha),
            "shared": self.shared,
            "disagreements": self.disagreements.to_dict("records"),
            "machine": share(self.machine),
            "machine_at_random": share(self.machine_at_random),
            "text": str(self),
        }

    def __str__(self) -> str:
        """The agreement in sentences."""
        sentences = []
        if self.shared and not np.isnan(self.alpha):
            sentences.append(
                f"{count_of(len(self.reviewers), 'reviewer')}, {count_of(self.shared, 'mention')} read by more than "
                f"one: Krippendorff's alpha {self.alpha:.2f}, {count_of(len(self.disagreements), 'disagreement')}."
            )
        for part, which in ((self.machine, "settled"), (self.machine_at_random, AT_RANDOM)):
            if part.n:
                sentences.append(
                    f"The machine read {part.hits} of {count_of(part.n, 'mention')} ({which}) as the reviewers did "
                    f"({100 * part.low:.0f} to {100 * part.high:.0f} %)."
                )
        return " ".join(sentences) or "No mention has been reviewed."


def krippendorff_alpha(units: Iterable[Sequence[Hashable]]) -> float:
    """Krippendorff's alpha for nominal data (Krippendorff 2011, Computing Krippendorff's Alpha-Reliability).

    ``units`` holds the values that observers gave to each unit; observers may miss units, and units with fewer than
    two values say nothing. 1 is perfect agreement, 0 what chance would give. NaN when no unit has two values or all
    values are the same.
    """
    agreeing, totals = 0.0, Counter[Hashable]()
    for unit in units:
        if len(unit) < 2:
            continue
        counts = Counter(unit)
        totals.update(counts)
        agreeing += sum(c * (c - 1) for c in counts.values()) / (len(unit) - 1)
    n = sum(totals.values())
    by_chance = sum(c * (c - 1) for c in totals.values())
    if n * (n - 1) == by_chance:
        return float("nan")
    return ((n - 1) * agreeing - by_chance) / (n * (n - 1) - by_chance)


def proportion(hits: Sequence[bool] | np.ndarray) -> Proportion:
    """The share of true values with Wilson's interval."""
    from analysis.statistics.intervals import wilson

    count, n = int(np.sum(hits)), len(hits)
    low, high = wilson(np.array(count), np.array(n))
    return Proportion(count, n, float(low), float(high))


def with_more(part: Proportion, more: int) -> tuple[float, float]:
    """Wilson's (1927) interval that ``more`` further observations would leave if the share stayed as it is.

    It shrinks about as the square root of the number grows. NaN, NaN when nothing was observed so far.
    """
    from analysis.statistics.intervals import wilson

    n = part.n + more
    share = part.hits / part.n if part.n else np.nan
    low, high = wilson(np.array(share * n), np.array(n))
    return float(low), float(high)


def cohen_kappa(a: Sequence[Hashable], b: Sequence[Hashable], weights: np.ndarray | None = None) -> float:
    """Cohen's (1960) kappa of two readers who labelled the same units: 1 is perfect agreement, 0 what chance gives.

    ``weights`` says how often each unit counts (default: once). NaN without a unit, or when both use one label only.
    scikit-learn's ``cohen_kappa_score`` gives the same, but takes some 25 times as long, too long for 1,000 redraws.
    """
    weight = np.ones(len(a)) if weights is None else np.asarray(weights, dtype=float)
    total = weight.sum()
    if not total:
        return float("nan")
    number = {label: i for i, label in enumerate(dict.fromkeys((*a, *b)))}
    first, second = (np.array([number[label] for label in labels], dtype=int) for labels in (a, b))
    shares = [np.bincount(labels, weights=weight, minlength=len(number)) / total for labels in (first, second)]
    observed = float(weight[first == second].sum() / total)
    by_chance = float(shares[0] @ shares[1])
    return (observed - by_chance) / (1 - by_chance) if by_chance < 1 - 1e-12 else float("nan")


def kappa_with_interval(a: Sequence[Hashable], b: Sequence[Hashable], papers: Sequence[str]) -> Estimate:
    """Cohen's kappa with its 95 % interval over redrawn papers (``papers`` names the paper of each unit).

    No interval (NaN) where redrawing could not tell one: fewer than five papers, or no disagreement at all.
    """
    from analysis.statistics.bootstrap import Estimate, intervals
    from analysis.statistics.intervals import FEW

    if len(set(papers)) < FEW or list(a) == list(b):
        return Estimate(cohen_kappa(a, b), float("nan"), float("nan"))
    return intervals(lambda weights: {"kappa": cohen_kappa(a, b, weights)}, papers)["kappa"]


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)
