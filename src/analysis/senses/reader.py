"""Who read the senses of a study: recorded once, where it happens; whatever depends on it asks this."""

from __future__ import annotations

from typing import NamedTuple

from analysis.inventory.inventory import SHIPPED

EXTENDED, FEW, INDUCED = "extended", "few", "induced"


class Reading(NamedTuple):
    """Who read: the heads that ship (``SHIPPED``), these after learning the user's labels or reviews (``EXTENDED``), a
    head trained on the spot from the user's inventory or labels (``FEW``), or nobody: the senses were ``INDUCED``.

    ``scores`` says whether the reader saw the scores of the fine-tuned encoder.
    """

    by: str
    scores: bool

    @property
    def learned_shipped(self) -> bool:
        """Whether the reader learned from the shipped labels."""
        return self.by in (SHIPPED, EXTENDED)
