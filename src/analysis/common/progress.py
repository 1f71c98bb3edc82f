"""A progress bar where a person watches (terminal or notebook), a line a stage in a log."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


def progress(items: Iterable[T], doing: str, total: int | None = None) -> Iterator[T]:
    """Pass ``items`` on, showing how far we are. ``BIAS_SENSES_QUIET=1`` silences it everywhere."""
    if _quiet() or not _watched():
        return iter(items)
    from tqdm.auto import tqdm

    return iter(tqdm(items, desc=doing, total=total, leave=False))


def say(line: str) -> None:
    """Tell what is going on, on stderr, in a terminal as in a log."""
    if not _quiet():
        sys.stderr.write(f"bias-senses: {line}\n")
        sys.stderr.flush()


@contextmanager
def timed(stage: str) -> Iterator[None]:
    """Say in a log (stderr), when the block is done, how long the ``stage`` took; quiet where ``progress`` shows it."""
    began = time.monotonic()
    yield
    if not _watched():
        say(f"{stage} done in {time.monotonic() - began:.0f} s")


def _quiet() -> bool:
    return bool(os.environ.get("BIAS_SENSES_QUIET"))


def _watched() -> bool:
    ipython = sys.modules.get("IPython")
    in_notebook = bool(ipython and ipython.get_ipython() and hasattr(ipython.get_ipython(), "kernel"))
    return sys.stderr.isatty() or in_notebook
