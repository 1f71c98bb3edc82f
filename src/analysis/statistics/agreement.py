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


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)
