"""What papers say: roles of sentences, what is named in them, the numbers and links that they claim."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "find_entities": "analysis.evidence.entities",
    "find_own_work": "analysis.evidence.own_work",
    "find_quantities": "analysis.evidence.quantities",
    "read_abstracts": "analysis.evidence.abstracts",
    "read_sentences": "analysis.evidence.sentences",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'analysis.evidence' has no attribute {name!r}")
