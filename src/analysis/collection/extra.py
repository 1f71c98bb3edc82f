"""The column ``extra``: what a source says of a paper beside our columns, as JSON."""

from __future__ import annotations

import json
from typing import Any


def extra_of(text: str) -> dict[str, Any]:
    """The column ``extra`` as an object; {} where it holds none."""
    try:
        value = json.loads(text or "{}")
    except (ValueError, RecursionError):  # a table that somebody changed
        return {}
    return value if isinstance(value, dict) else {}
