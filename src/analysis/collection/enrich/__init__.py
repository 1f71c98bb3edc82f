"""Fills gaps: what OpenAlex, Crossref, arXiv and Europe PMC know of papers, each cell with its origin."""

from __future__ import annotations

from analysis.common.lazy import lazily

_HOMES = {
    "Enriched": "fill",
    "LIKENESS": "match",
    "SERVICES": "services",
    "enrich_papers": "fill",
    "origins_of": "origins",
    "undo": "fill",
}

__all__ = sorted(_HOMES)
__getattr__ = lazily(__name__, _HOMES)
