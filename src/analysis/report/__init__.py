"""Reports: notebooks are executed, rendered with our template, and bound into a folder of pages that works offline."""

from __future__ import annotations

from analysis.common.lazy import lazily

_HOMES = {
    "PageExporter": "render",
    "execute_notebooks": "execute",
    "print_pdf": "pdf",
    "render_comparison": "comparison",
    "render_report": "site",
}

__all__ = sorted(_HOMES)
__getattr__ = lazily(__name__, _HOMES)
