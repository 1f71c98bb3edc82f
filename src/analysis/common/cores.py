"""Work on every core, in order and little at a time, and with the same result on any number of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def cores() -> int:
    """How many cores this process may use: those it is bound to, within a container's share of the processor."""
    from joblib import cpu_count

    return int(cpu_count())


def processes() -> Executor:
    """A pool with a process for each core. Unlike Python's own they start from a notebook, and from a script without a
    main guard, too.
    """
    from joblib.externals.loky import ProcessPoolExecutor

    pool: Executor = ProcessPoolExecutor(cores())
    return pool


@contextmanager
def one_thread() -> Iterator[None]:
    """Within the block, linear algebra and scikit-learn's loops use one thread each, in the whole process.

    Over more threads sums come out differently in their last digits, and what is drawn from them, such as topics, may
    come out differently altogether. Threads of our own (``in_order``) still use every core.
    """
    import scipy.linalg  # noqa: F401  # only libraries that are loaded can be told
    import sklearn  # noqa: F401
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


def in_order(work: Callable[[T], R], items: Iterable[T], pool: Executor | None = None) -> Iterator[R]:
    """``work(item)`` of each item, in the order of the items, on all cores: by threads, or by what ``pool`` has.

    Threads pay where ``work`` spends its time outside of Python. ``items`` is read two items a core ahead of what is
    taken, so that memory does not grow with their number. What ``work`` raises is raised here.
    """
    ahead = 2 * cores()
    coming: deque[Future[R]] = deque()
    with nullcontext(pool) if pool else ThreadPoolExecutor(cores()) as workers:
        try:
            for item in items:
                coming.append(workers.submit(work, item))
                if len(coming) > ahead:
                    yield coming.popleft().result()
            while coming:
                yield coming.popleft().result()
        finally:
            for future in coming:
                future.cancel()
