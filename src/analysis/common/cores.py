"""Work on every core: results come in the order of the work, and little of it is under way at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def cores() -> int:
    """How many cores this process may use: those it is bound to, within a container's share of the processor."""
    from joblib import cpu_count

    return int(cpu_count())


def in_order(work: Callable[[T], R], items: Iterable[T], threads: int | None = None) -> Iterator[R]:
    """``work(item)`` of each item, in the order of the items, done by as many threads as there are cores.

    It pays where ``work`` spends its time outside of Python. ``items`` is read two items a thread ahead of what is
    taken, so that memory does not grow with their number. What ``work`` raises is raised here.
    """
    threads = threads or cores()
    coming: deque[Future[R]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for item in items:
                coming.append(pool.submit(work, item))
                if len(coming) > 2 * threads:
                    yield coming.popleft().result()
            while coming:
                yield coming.popleft().result()
        finally:
            for future in coming:
                future.cancel()
