"""Collections of papers: whatever a researcher has, loaded whole, cleaned, accounted for, combined as sets."""

from __future__ import annotations

from analysis.common.lazy import lazily

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
__getattr__ = lazily(__name__, _HOMES)
