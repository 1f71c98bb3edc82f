"""How strongly two words attract each other, and how much more common a word is here than there: the usual measures.

All take counts as numbers or arrays of one shape and return arrays of that shape. Base 2 where the measure's author
has it, natural logarithms in the log-likelihood.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Values: TypeAlias = "np.ndarray"


def log_dice(together: ArrayLike, node: ArrayLike, word: ArrayLike) -> Values:
    """LogDice of Rychly (2008): ``14 + log2(2 f(node, word) / (f(node) + f(word)))``, at most 14.

    One point more means twice the share, in a collection of any size. ``together`` counts the word near the node,
    ``node`` and ``word`` count each of them everywhere.
    """
    together, node, word = _floats(together, node, word)
    return 14 + np.log2(2 * together / (node + word))


def mutual_information(together: ArrayLike, node: ArrayLike, word: ArrayLike, tokens: ArrayLike) -> Values:
    """MI of Church and Hanks (1990): ``log2(O / E)`` with ``E = f(node) f(word) / N``.

    As in Sketch Engine and Conc, E takes no account of the width of the window. Rare words get high values.
    """
    together, node, word, tokens = _floats(together, node, word, tokens)
    return np.log2(together * tokens / (node * word))


def mi3(together: ArrayLike, node: ArrayLike, word: ArrayLike, tokens: ArrayLike) -> Values:
    """MI3 of Daille (1994): ``log2(O^3 / E)``, which favours common pairs; E as in ``mutual_information``."""
    return mutual_information(together, node, word, tokens) + 2 * np.log2(_floats(together)[0])


def t_score(together: ArrayLike, node: ArrayLike, word: ArrayLike, tokens: ArrayLike) -> Values:
    """T of Church et al. (1991): ``(O - E) / sqrt(O)``; E as in ``mutual_information``."""
    together, node, word, tokens = _floats(together, node, word, tokens)
    return (together - node * word / tokens) / np.sqrt(together)


def log_likelihood(one: ArrayLike, two: ArrayLike, size_one: ArrayLike, size_two: ArrayLike) -> Values:
    """G2 of Rayson and Garside (2000), as in UCREL's calculator and Conc: ``2 (a ln(a / E1) + b ln(b / E2))``.

    A word stands ``one`` times among ``size_one`` words and ``two`` times among ``size_two``; E shares its times out by
    the sizes. It says that the rates differ, not which is higher.
    """
    one, two, size_one, size_two = _floats(one, two, size_one, size_two)
    rate = (one + two) / (size_one + size_two)
    return 2 * (_times_log(one, size_one * rate) + _times_log(two, size_two * rate))


def log_ratio(one: ArrayLike, two: ArrayLike, size_one: ArrayLike, size_two: ArrayLike) -> Values:
    """Log Ratio of Hardie (2014): the binary logarithm of the ratio of two relative frequencies.

    One point more means twice as common. A word that is absent counts half, as in Conc and CQPweb.
    """
    one, two, size_one, size_two = _floats(one, two, size_one, size_two)
    return np.log2(np.where(one > 0, one, 0.5) / size_one) - np.log2(np.where(two > 0, two, 0.5) / size_two)


def surplus_p(one: ArrayLike, two: ArrayLike, size_one: int, size_two: int) -> Values:
    """The p-value of Fisher's exact test that a thing is no more common among ``size_one`` than among ``size_two``.

    ``one`` and ``two`` (words,) say how many of each have it, such as papers with a word. Exact in samples of any size.
    """
    from scipy.stats import hypergeom

    counts, places = np.unique(np.stack(_floats(one, two)), axis=-1, return_inverse=True)
    both = counts.sum(axis=0)
    p = hypergeom.sf(counts[0] - 1, size_one + size_two, both, size_one)  # slow, and many words share their counts
    return np.asarray(p)[places]


def adjusted(p: ArrayLike, tests: int) -> Values:
    """p-values corrected for ``tests`` tests by Benjamini and Hochberg (1995): false discovery rates.

    ``p`` (shown,) may leave out tests whose p-value counts as 1. They must not be left out of ``tests``: who looks only
    at words that stand out, and corrects for these alone, takes chance for a finding.
    """
    from scipy.stats import false_discovery_control

    values = np.asarray(p, dtype=float)
    if not values.size:
        return values
    every = np.pad(values, (0, tests - values.size), constant_values=1.0)
    return np.asarray(false_discovery_control(every))[: values.size]


def _floats(*counts: ArrayLike) -> tuple[Values, ...]:
    return tuple(np.asarray(count, dtype=float) for count in counts)


def _times_log(observed: Values, expected: Values) -> Values:
    """``O ln(O / E)``, 0 where nothing was observed."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(observed > 0, observed * np.log(observed / expected), 0.0)
