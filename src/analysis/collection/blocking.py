"""Candidate pairs: which records are worth comparing, in a number that grows no faster than that of the records.

Sorted neighbourhoods (Hernández and Stolfo, 1995): records are sorted by several keys and each is compared with its
nearest neighbours only. The keys are the title as it is (finds truncation), the title backwards (finds a changed
beginning), each of the title's rarest shared words (finds typos and reordering) and both ends of the abstract (finds
changed titles). Sorting makes it n log n.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from analysis.collection.identity import Identity, plain

if TYPE_CHECKING:
    import numpy as np

_NEIGHBOURS = 8
_RARE_WORDS = 4
_ABSTRACT_WORDS = 8


def candidate_pairs(records: list[Identity]) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of positions worth comparing, by title and by abstract.

    Returns two int64 arrays of shape (pairs, 2) with i < j in each row, sorted, no pair twice within one array.
    """
    import numpy as np

    titles = [record.title.replace(" ", "") for record in records]
    ties = [(record.surnames[:1], record.year or 0, record.abstract[:40]) for record in records]
    titled = [i for i, title in enumerate(titles) if title]
    by_title = sorted(titled, key=lambda i: (titles[i], ties[i], i))
    rank = {i: place for place, i in enumerate(by_title)}
    found = [
        _neighbours([("", i) for i in by_title]),
        _neighbours([("", i) for i in sorted(titled, key=lambda i: (titles[i][::-1], ties[i], i))]),
        _neighbours(sorted(_rare_words(records), key=lambda pair: (pair[0], rank[pair[1]]))),
    ]
    n = len(records)
    return _distinct(np.concatenate(found), n), _distinct(_neighbours(sorted(_abstract_ends(records))), n)


def _distinct(pairs: np.ndarray, n: int) -> np.ndarray:
    """Each pair once, the smaller position first; a pair is sorted as one number, which is quick."""
    import numpy as np

    codes = np.sort(pairs.min(axis=1) * n + pairs.max(axis=1))
    codes = codes[np.diff(codes, prepend=-1) > 0]
    return np.column_stack([codes // max(n, 1), codes % max(n, 1)])


def _neighbours(blocks: list[tuple[str, int]]) -> np.ndarray:
    """Pairs of records at most ``_NEIGHBOURS`` places apart within the same block of a sorted list (block, record)."""
    import numpy as np

    number: dict[str, int] = {}  # of each key: numpy would pad texts to the longest and sort them once more
    keys = np.array([number.setdefault(key, len(number)) for key, _ in blocks], dtype=np.int64)
    members = np.array([member for _, member in blocks], dtype=np.int64)
    found = [np.empty((0, 2), dtype=np.int64)]
    for shift in range(1, min(_NEIGHBOURS, max(len(blocks) - 1, 0)) + 1):
        same = keys[:-shift] == keys[shift:]
        found.append(np.column_stack([members[:-shift][same], members[shift:][same]]))
    pairs = np.concatenate(found)
    kept: np.ndarray = pairs[pairs[:, 0] != pairs[:, 1]]
    return kept


def _rare_words(records: list[Identity]) -> list[tuple[str, int]]:
    """(word, record) for the rarest words of each title that another title has, too."""
    words = [set(record.title.split()) for record in records]
    frequency = Counter(word for title in words for word in title)
    return [
        (word, i)
        for i, title in enumerate(words)
        for word in sorted((w for w in title if frequency[w] > 1), key=lambda w: (frequency[w], w))[:_RARE_WORDS]
    ]


def _abstract_ends(records: list[Identity]) -> list[tuple[str, int]]:
    ends = []
    for i, record in enumerate(records):
        first = plain(record.abstract[:200]).split()[:_ABSTRACT_WORDS]
        last = plain(record.abstract[-200:]).split()[-_ABSTRACT_WORDS:]
        if len(first) == len(last) == _ABSTRACT_WORDS:
            ends += [("first " + " ".join(first), i), ("last " + " ".join(last), i)]
    return ends
