"""How Python behaves while many records are read: no search for garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def in_bulk() -> Iterator[None]:
    """Around code, or decorating a function, that piles up rows and makes no reference cycles.

    Python's collector looks for cycles among all live objects again and again: 7 % of the time of loading 15,000
    records, and more of larger loads (``benchmarks/bulk_reading.py``). It is as before afterwards.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
