"""One run at a time in a folder: the lock is the operating system's, so it ends with the process that holds it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from analysis.common.display import in_report
from analysis.common.progress import say

LOCK = ".lock"  # an empty file in the folder; it stays


@contextmanager
def locked(folder: str | os.PathLike[str]) -> Iterator[None]:
    """Keep other runs from changing ``folder`` until the block ends; wait, and say so, while one of them does.

    The folder is made if it is absent. A thread that holds it may lock it again. A notebook of a report does not wait:
    the report that runs it holds the folder. Where no lock can be had, as in a folder that only can be read, the block
    runs without one.
    """
    from filelock import FileLock, Timeout

    if in_report():
        yield
        return
    path = Path(os.path.realpath(folder))
    with suppress(OSError):
        path.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path / LOCK, is_singleton=True)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(f"{folder}: another run is at work there; waiting until it ends")
        lock.acquire()
    except (OSError, NotImplementedError):
        yield
        return
    try:
        yield
    finally:
        lock.release()
