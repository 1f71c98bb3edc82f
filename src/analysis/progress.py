"""A progress bar where a person watches (terminal or notebook), silence in a log."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def progress(items: Iterable[T], doing: str, total: int | None = None) -> Iterator[T]:
    """Pass ``items`` on, showing how far we are. ``BIAS_SENSES_QUIET=1`` silences it everywhere."""
    if os.environ.get("BIAS_SENSES_QUIET") or not (sys.stderr.isatty() or _in_notebook()):
        return iter(items)
    from tqdm.auto import tqdm

    return iter(tqdm(items, desc=doing, total=total, leave=False))


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    return bool(ipython and ipython.get_ipython() and hasattr(ipython.get_ipython(), "kernel"))
