"""Fills gaps: what OpenAlex, Crossref, arXiv and Europe PMC know of papers, each cell with its origin."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "Enriched": "fill",
    "LIKENESS": "match",
    "SERVICES": "services",
    "enrich_papers": "fill",
    "origins_of": "cells",
    "undo": "cells",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
