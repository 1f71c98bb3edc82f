"""People read mentions: the sheet they fill in, the panel to click through, the codebook, and two people's decisions.

Everything that people decide is in reviews files (``analysis.senses.reviews``).
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "agreement_so_far": "analysis.review.reviewing",
    "compare_reviews": "analysis.review.compare",
    "draw_reviews": "analysis.review.sheet",
    "label_many": "analysis.review.many",
    "review_panel": "analysis.review.panel",
    "settle_panel": "analysis.review.settle",
    "with_same_words": "analysis.review.many",
    "write_reviews": "analysis.review.sheet",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'analysis.review' has no attribute {name!r}")
