"""How a property is fuzzed: with a few inputs in ``make test``, with many in ``make fuzz``, and within which bounds."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

# The same inputs each time, few of them in every run of the tests, and others each time.
RUNS = ("few", pytest.param("fixed", marks=pytest.mark.fuzz), pytest.param("random", marks=pytest.mark.fuzz))

SECONDS = 20  # of the processor, for one small input: what takes longer hangs
MEMORY = 600 * 2**20  # bytes that one small input may take on top
_seen = 0  # the process's peak so far; to ask for it takes as long as to read a small file


def fuzz(
    run: str,
    strategy: st.SearchStrategy[Any],
    check: Callable[[Any], None],
    *,
    few: int,
    many: int,
    note: Callable[..., None],
    seconds: float = SECONDS,
) -> None:
    """``check`` on ``few`` inputs of ``strategy``, or on ``many``, each within ``seconds``; ``note`` is pytest's
    ``record_property``."""
    count = 0

    def one(value: Any) -> None:
        nonlocal count
        count += 1
        with bounded(seconds):
            check(value)

    how = settings(
        max_examples=few if run == "few" else many, derandomize=run == "few", deadline=None, database=None,
        suppress_health_check=list(HealthCheck), print_blob=True,
        phases=[Phase.generate, Phase.shrink],
    )  # fmt: skip
    whole = how(given(strategy)(one))
    if run != "few":
        whole = seed(0 if run == "fixed" else int.from_bytes(os.urandom(4)))(whole)
    try:
        whole()
    finally:
        note("inputs", count)


@contextmanager
def bounded(seconds: float = SECONDS, memory: int = MEMORY) -> Iterator[None]:
    """Fails where the block takes more of the processor's time, or makes the process larger, than it may."""

    def late(*_: object) -> None:
        raise TimeoutError(f"more than {seconds} seconds")

    global _seen
    old = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, old)
    before, _seen = _seen, _peak()
    assert not before or _seen - before < memory, f"{(_seen - before) >> 20} MB more"


def _peak() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
