"""How Python behaves while many records are read: no search for garbage, and threads that take turns more often."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_TURN = 0.0001  # seconds


@contextmanager
def in_bulk() -> Iterator[None]:
    """Around code, or decorating a function, that piles up rows, makes no reference cycles and reads ahead in threads.

    Python's collector looks for cycles among all live objects again and again: a fifth of the time of a large load.
    And a thread that unpacks would wait 5 ms for its turn after each piece. Both are as before afterwards.
    """
    collecting, turn = gc.isenabled(), sys.getswitchinterval()
    gc.disable()
    sys.setswitchinterval(min(turn, _TURN))
    try:
        yield
    finally:
        sys.setswitchinterval(turn)
        if collecting:
            gc.enable()
