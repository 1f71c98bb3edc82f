"""How evenly something is spread over the parts of a collection, such as its papers or its years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def gries_dp(times: ArrayLike, sizes: ArrayLike) -> float:
    """Deviation of proportions, DP, of Gries (2008): 0 where each part has its due, near 1 where one has it all.

    ``times`` (parts,) counts the thing in each part, ``sizes`` (parts,) are the parts' words. NaN without the thing, or
    with fewer than two parts that hold a word.
    """
    times, sizes = _parts(times, sizes)
    if len(sizes) < 2 or not times.sum():
        return float("nan")
    return float(np.abs(times / times.sum() - sizes / sizes.sum()).sum() / 2)


def gries_dp_norm(times: ArrayLike, sizes: ArrayLike) -> float:
    """DP divided by the most that it can be in these parts (Lijffijt and Gries 2012): from 0 to 1.

    NaN as in ``gries_dp``.
    """
    times, sizes = _parts(times, sizes)
    dp = gries_dp(times, sizes)
    return dp if np.isnan(dp) else dp / float(1 - sizes.min() / sizes.sum())


def juilland_d(times: ArrayLike, sizes: ArrayLike) -> float:
    """Juilland's D for parts of any size (Gries 2008, with rates): 1 where it is spread evenly, 0 where one has it all.

    ``1 - V / sqrt(parts - 1)``, V being the coefficient of variation of the rates ``times / sizes``. It nears 1 with
    many parts whatever the spread (Biber et al. 2016), so DP says more of many papers. NaN as in ``gries_dp``.
    """
    times, sizes = _parts(times, sizes)
    if len(sizes) < 2 or not times.sum():
        return float("nan")
    rates = times / sizes
    return max(0.0, round(float(1 - rates.std() / rates.mean() / np.sqrt(len(rates) - 1)), 12))  # no 2e-16


def _parts(times: ArrayLike, sizes: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Both as floats, without parts that hold no word."""
    counted, words = np.asarray(times, dtype=float), np.asarray(sizes, dtype=float)
    return counted[words > 0], words[words > 0]
