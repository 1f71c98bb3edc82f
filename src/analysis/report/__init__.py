"""Reports: notebooks are executed, rendered with our template, and bound into a folder of pages that works offline."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "PageExporter": "analysis.report.render",
    "execute_notebooks": "analysis.report.execute",
    "print_pdf": "analysis.report.pdf",
    "render_comparison": "analysis.report.comparison",
    "render_report": "analysis.report.site",
}

__all__ = ["PageExporter", "execute_notebooks", "print_pdf", "render_comparison", "render_report"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'analysis.report' has no attribute {name!r}")
