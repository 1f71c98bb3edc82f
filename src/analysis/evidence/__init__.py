"""What papers say: roles of sentences, what is named in them, the numbers and links that they claim."""

from __future__ import annotations

from analysis.common.lazy import lazily

_HOMES = {
    "find_entities": "entities",
    "find_own_work": "own_work",
    "find_quantities": "quantities",
    "read_abstracts": "abstracts",
    "read_sentences": "sentences",
}

__all__ = sorted(_HOMES)
__getattr__ = lazily(__name__, _HOMES)
