"""Collections of papers: whatever a researcher has, loaded whole, cleaned, accounted for, combined as sets."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "Collection": "load",
    "difference": "sets",
    "enrich_papers": "enrich",
    "export_papers": "export",
    "filter_papers": "sets",
    "intersection": "sets",
    "load_papers": "load",
    "merge_duplicates": "dedup",
    "record_flow": "flow",
    "references": "bibliography",
    "union": "sets",
    "write_references": "bibliography",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
