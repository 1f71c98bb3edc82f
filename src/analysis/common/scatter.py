"""The same work on several processes or machines: a Dask cluster, to which verbs are sent shard by shard.

Dask moves functions and tables between its own processes as pickles, so whoever reaches a cluster's port can run code
on it: a cluster is trusted, and belongs in a closed network. No model and no source is a pickle.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from operator import getitem
from typing import TYPE_CHECKING, Any

from analysis.common.errors import BadInput
from analysis.common.extras import extra

if TYPE_CHECKING:
    import pandas as pd
    from distributed import Client

LOCAL = "local"
SHARD = 500  # papers: some seconds of reading, so that no worker waits long for the last
_WAITING = 4  # tasks a thread: what is sent ahead is held by the scheduler
_PATIENCE = 20  # seconds until a scheduler has answered
_SAMPLE = 256  # entries of a shard, by which all are divided evenly


class Cluster:
    """The workers of a Dask cluster. What a worker had made is made again where it dies; so all work is pure."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @property
    def workers(self) -> int:
        """How many tasks run at once, at least one."""
        return max(1, sum(self._client.nthreads().values()))

    def keep(self, work: Callable[..., Any], *arguments: Iterable[Any]) -> list[Any]:
        """Apply ``work`` as ``map`` does and leave each result with its worker: what stands for them, in order."""
        return [self._client.submit(work, *given, pure=False) for given in zip(*arguments, strict=True)]

    def share(self, value: Any) -> Any:
        """What stands for a value that many tasks need, as ``keep`` gives it: it is sent to each worker once."""
        return self._client.submit(_same, value, pure=False)

    def fetch(self, kept: Sequence[Any]) -> list[Any]:
        """What the results of ``keep`` are. Raises what the work raised."""
        found: list[Any] = self._client.gather(list(kept))
        return found

    def map(self, work: Callable[..., Any], *arguments: Iterable[Any]) -> Iterator[Any]:
        """Apply ``work`` to one of each of the ``arguments`` at a time; yields the results in their order.

        An argument may be something that ``keep`` gave. Few are sent ahead, so that an iterator of large shards is
        never in memory whole. Raises what the work raised.
        """
        ahead, waiting = _WAITING * self.workers, deque[Any]()
        for given in zip(*arguments, strict=True):
            if len(waiting) == ahead:
                yield waiting.popleft().result()
            waiting.append(self._client.submit(work, *given, pure=False))
        while waiting:
            yield waiting.popleft().result()

    def map_sorted(self, work: Callable[[list[Any]], Any], shards: Sequence[Any], reach: int) -> Iterator[Any]:
        """Apply ``work`` to the sorted entries of all shards, a stretch at a time; yields the results in order.

        ``shards`` are lists of entries that ``keep`` gave. Entries are sent to the worker of their stretch and never
        here. Each stretch begins with the last ``reach`` entries before it: whatever lies so near together is seen
        together once at least (the algorithm RepSN of Kolb, Thor and Rahm 2012).
        """
        stretches = min(len(shards), _WAITING * self.workers)
        drawn = sorted(chain.from_iterable(self.fetch(self.keep(_drawn, shards))))
        bounds = [drawn[len(drawn) * k // stretches] for k in range(1, stretches)] if drawn else []
        split = self.keep(_split, shards, [self.share(bounds)] * len(shards))
        pieces = [self.keep(getitem, split, [k] * len(split)) for k in range(len(bounds) + 1)]
        held = self.keep(_merged, pieces)
        before: list[Any] = [self._client.submit(list, pure=False)]
        for stretch in held[:-1]:
            before += self.keep(_last, [before[-1]], [stretch], [reach])
        return self.map(_together, [work] * len(held), before, held)


def _same(value: Any) -> Any:
    return value


def _drawn(entries: list[Any]) -> list[Any]:
    """Entries that lie evenly among the sorted ones."""
    ordered = sorted(entries)
    return ordered[:: max(1, len(ordered) // _SAMPLE)]


def _split(entries: list[Any], bounds: list[Any]) -> list[list[Any]]:
    """The entries of each stretch: those from the bound before it to the one behind it, which is not its own."""
    pieces: list[list[Any]] = [[] for _ in range(len(bounds) + 1)]
    for entry in entries:
        pieces[bisect_right(bounds, entry)].append(entry)
    return pieces


def _merged(pieces: list[list[Any]]) -> list[Any]:
    return sorted(chain.from_iterable(pieces))


def _last(before: list[Any], stretch: list[Any], reach: int) -> list[Any]:
    return (before + stretch)[-reach:]


def _together(work: Callable[[list[Any]], Any], before: list[Any], stretch: list[Any]) -> Any:
    return work(before + stretch)


@contextmanager
def open_cluster(address: str | None) -> Iterator[Cluster | None]:
    """The cluster at ``address``: None for none, ``local`` for a worker on each core here, else ``tcp://host:port``.

    Raises ``BadInput`` for another address, where no scheduler answers, or without the extra ``scale``.
    """
    if address is None:
        yield None
        return
    if address != LOCAL and "://" not in address:
        raise BadInput(f"--scheduler {address}: neither {LOCAL} nor an address such as tcp://host:8786")
    with extra("scale", f"--scheduler {address}"):
        from distributed import Client, LocalCluster
    if address == LOCAL:
        quiet = {"BIAS_SENSES_QUIET": "1"}
        with (
            LocalCluster(threads_per_worker=1, dashboard_address=None, env=quiet) as cluster,
            Client(cluster) as client,
        ):
            yield Cluster(client)
        return
    try:
        client = Client(address, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        raise BadInput(f"--scheduler {address}: no scheduler answers there ({error})") from error
    with client:
        if not client.nthreads():
            raise BadInput(f"--scheduler {address}: has no workers; start some with dask worker {address}")
        yield Cluster(client)


def over(cluster: Cluster | None, verb: Callable[..., Any], papers: pd.DataFrame, *beside: pd.DataFrame) -> list[Any]:
    """What ``verb`` makes of each shard of ``papers``, in order; without a cluster, of all papers at once.

    ``beside`` are tables with a paper_id in the order of the papers: each shard comes with its rows of them.
    """
    if cluster is None:
        return [verb(papers, *beside)]
    return list(cluster.map(verb, *zip(*shards(papers, *beside, size=SHARD), strict=True)))


def shards(papers: pd.DataFrame, *beside: pd.DataFrame, size: int) -> Iterator[tuple[pd.DataFrame, ...]]:
    """Each ``size`` papers, with their rows of the tables ``beside``, which are in the order of the papers.

    Every table has a fresh index; no papers are one empty shard.
    """
    import pandas as pd

    place = pd.Index(papers["paper_id"])
    rows = [place.get_indexer(table["paper_id"]) for table in beside]
    for first in range(0, max(len(papers), 1), size):
        bounds = [at.searchsorted([first, first + size]) for at in rows]
        yield (
            papers.iloc[first : first + size].reset_index(drop=True),
            *(table.iloc[a:b].reset_index(drop=True) for table, (a, b) in zip(beside, bounds, strict=True)),
        )


def joined(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The rows of at least one table one after another, with a fresh index."""
    import pandas as pd

    found = list(tables)
    return found[0] if len(found) == 1 else pd.concat(found, ignore_index=True)
