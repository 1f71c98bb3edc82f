"""Work in shards: what comes of them is what comes of the whole, in its order."""

from __future__ import annotations

import random
import sys
from itertools import chain

import pandas as pd
import pytest
from one_process import one_process

from analysis import BadInput
from analysis.common import scatter
from analysis.common.scatter import joined, open_cluster, over, shards


def test_results_come_in_order_and_few_shards_are_sent_ahead() -> None:
    taken = []

    def numbers():
        for number in range(100):
            taken.append(number)
            yield number

    results = one_process().map(lambda number: number * number, numbers())
    assert [next(results) for _ in range(3)] == [0, 1, 4]
    assert len(taken) < 15  # four for each of two threads, and those that were read
    assert list(results) == [number * number for number in range(3, 100)]


def test_sorted_entries_meet_all_neighbours_within_reach_however_they_are_divided() -> None:
    rng = random.Random(2)
    for lengths in ([0, 0], [1, 0, 3], [50, 1, 200, 7, 31, 2, 90, 15, 40]):
        entries = [[rng.randrange(40) for _ in range(length)] for length in lengths]
        cluster = one_process()
        stretches = list(cluster.map_sorted(list, cluster.keep(list, entries), 3))
        whole = sorted(chain.from_iterable(entries))
        assert all(stretch == sorted(stretch) for stretch in stretches)
        seen = {pair for stretch in stretches for k in (1, 2, 3) for pair in zip(stretch, stretch[k:], strict=False)}
        assert seen == {pair for k in (1, 2, 3) for pair in zip(whole, whole[k:], strict=False)}


def test_a_shard_has_its_rows_of_other_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    papers = pd.DataFrame({"paper_id": list("abcde")})
    mentions = pd.DataFrame({"paper_id": list("aaccce"), "start": [1, 2, 3, 4, 5, 6]})
    found = [(p["paper_id"].tolist(), m["start"].tolist()) for p, m in shards(papers, mentions, size=2)]
    assert found == [(["a", "b"], [1, 2]), (["c", "d"], [3, 4, 5]), (["e"], [6])]
    assert [list(p.index) for p, _ in shards(papers, mentions, size=2)] == [[0, 1], [0, 1], [0]]
    nothing = list(shards(papers.iloc[:0], mentions.iloc[:0], size=2))
    assert [list(map(len, shard)) for shard in nothing] == [[0, 0]]
    monkeypatch.setattr(scatter, "SHARD", 4)
    pd.testing.assert_frame_equal(joined(over(one_process(), pd.DataFrame.copy, mentions)), mentions)


def test_without_dask_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(BadInput, match=r"--scheduler local needs distributed.*pip install 'bias-senses\[scale\]'"),
        open_cluster("local"),
    ):
        pass


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput, match="--scheduler many: neither local nor an address"), open_cluster("many"):
        pass
