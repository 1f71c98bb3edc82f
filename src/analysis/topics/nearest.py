"""The nearest of many vectors: compared in chunks, on all cores, with the same result on any number of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analysis.common.cores import in_order

CHUNK = 500  # rows that are compared with all others at once


def chunks(n: int) -> list[slice]:
    """The rows from 0 to n, ``CHUNK`` at a time."""
    return [slice(first, first + CHUNK) for first in range(0, n, CHUNK)]


def nearest(likeness: Callable[[slice], np.ndarray], n: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Of m others, the ``count`` that each of n rows is most alike to, the most alike first, and how alike they are.

    ``likeness`` gives for some rows how alike each is to each of the m, (rows, m); it is called from several threads.
    Returns two arrays (n, count): places from 0 to m - 1, and likenesses.
    """

    def compare(rows: slice) -> tuple[np.ndarray, np.ndarray]:
        found = likeness(rows)
        some = np.argpartition(-found, count - 1, axis=1)[:, :count]
        order = np.argsort(-np.take_along_axis(found, some, axis=1), axis=1, kind="stable")
        places = np.take_along_axis(some, order, axis=1)
        return places, np.take_along_axis(found, places, axis=1)

    places, alike = zip(*in_order(compare, chunks(n)), strict=True)
    return np.concatenate(places), np.concatenate(alike)
