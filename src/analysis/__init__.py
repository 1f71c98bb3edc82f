"""Senses of Bias: which senses of an ambiguous word does a collection of papers hold?

One way through: ``load_papers`` -> ``find_mentions`` -> ``embed_mentions`` and ``read_in_context`` ->
``assign_senses`` and ``model_topics``; ``open_study`` runs them all and keeps the results, ``read_study`` opens what it
kept. Names are imported when first used, so ``import analysis`` is quick.
"""

from __future__ import annotations

from analysis.common.lazy import lazily

__version__ = "0.1.0"

_HOMES = {
    "BadInput": "common.errors",
    "ServiceFailed": "common.errors",
    "Collection": "collection",
    "load_papers": "collection",
    "scan_papers": "mentions.scan",
    "find_mentions": "mentions.find",
    "embed_mentions": "vectors.embed",
    "read_in_context": "vectors.context",
    "assign_senses": "senses",
    "load_inventory": "inventory",
    "read_sentences": "evidence",
    "find_entities": "evidence",
    "find_quantities": "evidence",
    "model_topics": "topics.model",
    "open_study": "study.study",
    "read_study": "study.study",
    "read_table": "common.tables",
    "write_table": "common.tables",
}

__all__ = sorted(_HOMES)
__getattr__ = lazily(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
