"""Work on all cores comes back in its order, is not begun far ahead, and fails where its result is taken."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from analysis.common import cores
from analysis.common.cores import in_order, one_thread


def test_results_come_in_the_order_of_the_items_though_the_first_takes_longest() -> None:
    assert list(in_order(lambda seconds: time.sleep(seconds) or seconds, [0.05, 0.02, 0.0])) == [0.05, 0.02, 0.0]


def test_no_more_is_read_than_two_items_a_core_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "cores", lambda: 3)
    read: list[int] = []

    def items() -> Iterator[int]:
        for i in range(100):
            read.append(i)
            yield i

    results = in_order(str, items())
    assert next(results) == "0"
    assert read == list(range(2 * 3 + 1))
    results.close()
    assert len(read) == 2 * 3 + 1


def test_what_work_raises_is_raised_where_its_result_is_taken() -> None:
    results = in_order(lambda divisor: 6 // divisor, [3, 0])
    assert next(results) == 2
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_within_one_thread_every_library_has_one_and_afterwards_as_many_as_before() -> None:
    def threads() -> list[int]:
        return [library["num_threads"] for library in threadpool_info()]

    with threadpool_limits(2):
        with one_thread():
            assert threads() and set(threads()) == {1}
        assert set(threads()) == {2}
