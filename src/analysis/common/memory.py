"""Memory that was freed goes back to the system."""

from __future__ import annotations

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Have the C library return what it keeps of freed memory, 330 MB after loading 74,437 papers.

    Only glibc, the C library of most Linux systems, keeps so much and can be asked to return it.
    """
    with suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)
