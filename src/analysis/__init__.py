"""Senses of Bias: which senses of an ambiguous word does a collection of papers hold?

One way through: ``load_papers`` -> ``find_mentions`` -> ``embed_mentions`` and ``read_in_context`` ->
``assign_senses`` and ``model_topics``; ``open_study`` runs them all and keeps the results, ``read_study`` opens what it
kept. Names are imported when first used, so ``import analysis`` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "BadInput": "analysis.common.errors",
    "ServiceFailed": "analysis.common.errors",
    "Collection": "analysis.collection",
    "load_papers": "analysis.collection",
    "find_mentions": "analysis.mentions.find",
    "embed_mentions": "analysis.vectors.embed",
    "read_in_context": "analysis.vectors.context",
    "assign_senses": "analysis.senses",
    "load_inventory": "analysis.inventory",
    "read_sentences": "analysis.evidence",
    "find_entities": "analysis.evidence",
    "find_quantities": "analysis.evidence",
    "model_topics": "analysis.topics.model",
    "open_study": "analysis.study.study",
    "read_study": "analysis.study.study",
    "read_table": "analysis.common.tables",
    "write_table": "analysis.common.tables",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'analysis' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
