"""People read mentions: the sheet they fill in, the panel to click through, the codebook, and two people's decisions.

Everything that people decide is in reviews files (``analysis.senses.reviews``).
"""

from __future__ import annotations

from analysis.common.lazy import lazily

_HOMES = {
    "agreement_so_far": "reviewing",
    "compare_reviews": "compare",
    "draw_reviews": "sheet",
    "label_many": "many",
    "review_panel": "panel",
    "settle_panel": "settle",
    "with_same_words": "many",
    "write_reviews": "sheet",
}

__all__ = sorted(_HOMES)
__getattr__ = lazily(__name__, _HOMES)
