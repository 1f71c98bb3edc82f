"""A client of Dask's interface that does all work here and at once: what a cluster computes, without its processes."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

from analysis.common.scatter import Cluster


class Done:
    """A result, which has been through a pickle, as between processes."""

    def __init__(self, value: Any) -> None:
        self._value = pickle.dumps(value)

    def result(self) -> Any:
        return pickle.loads(self._value)


def _resolved(argument: Any) -> Any:
    if isinstance(argument, Done):
        return argument.result()
    return [_resolved(one) for one in argument] if isinstance(argument, list) else argument


class OneProcess:
    """As much of ``distributed.Client`` as a cluster uses."""

    def submit(self, work: Callable[..., Any], *arguments: Any, pure: bool) -> Done:
        assert not pure
        return Done(work(*map(_resolved, arguments)))

    def gather(self, kept: list[Done]) -> list[Any]:
        return [one.result() for one in kept]

    def nthreads(self) -> dict[str, int]:
        return {"one": 1, "two": 1}


def one_process() -> Cluster:
    """A cluster in this process."""
    return Cluster(OneProcess())
