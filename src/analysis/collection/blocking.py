"""Candidate pairs: which records are worth comparing, in a number that grows no faster than that of the records.

Sorted neighbourhoods (Hernández and Stolfo, 1995): records are sorted by several keys and each is compared with its
nearest neighbours only. The keys are the title as it is (finds truncation), the title backwards (finds a changed
beginning), each of the title's rarest shared words (finds typos and reordering) and both ends of the abstract (finds
changed titles). Words and ends that many records have grow into keys of two words and of longer ends, so that each
record meets about as many others in a large collection as in a small one. Sorting makes it n log n.
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
_SEVERAL = 3  # abstracts with the same end: a formula rather than a copy


def candidate_pairs(records: list[Identity]) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of positions worth comparing, by title and by abstract.

    Returns two int64 arrays of shape (pairs, 2) with i < j in each row, sorted, no pair twice within one array.
    """
    import numpy as np

    titles = [record.title.replace(" ", "") for record in records]
    ties = [(record.surnames[:1], record.year or 0, record.abstract[:40]) for record in records]
    titled = [i for i, title in enumerate(titles) if title]
    by_title = np.array(sorted(titled, key=lambda i: (titles[i], ties[i], i)), dtype=np.int64)
    backwards = np.array(sorted(titled, key=lambda i: (titles[i][::-1], ties[i], i)), dtype=np.int64)
    n = len(records)
    rank = np.zeros(n, dtype=np.int64)
    rank[by_title] = np.arange(len(by_title))
    words, having = _rare_words(records)
    order = np.lexsort((rank[having], words))
    one_block = np.zeros_like(by_title)
    found = [
        _neighbours(one_block, by_title),
        _neighbours(one_block, backwards),
        _neighbours(words[order], having[order]),
    ]
    ends, having = _abstract_ends(records)
    order = np.argsort(ends, kind="stable")
    return _distinct(np.concatenate(found), n), _distinct(_neighbours(ends[order], having[order]), n)


def _distinct(pairs: np.ndarray, n: int) -> np.ndarray:
    """Each pair once, the smaller position first; a pair is sorted as one number, which is quick."""
    import numpy as np

    codes = np.sort(pairs.min(axis=1) * n + pairs.max(axis=1))
    codes = codes[np.diff(codes, prepend=-1) > 0]
    return np.column_stack([codes // max(n, 1), codes % max(n, 1)])


def _neighbours(blocks: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Pairs of records at most ``_NEIGHBOURS`` places apart within the same block, where blocks lie together."""
    import numpy as np

    found = [np.empty((0, 2), dtype=np.int64)]
    for shift in range(1, min(_NEIGHBOURS, max(len(blocks) - 1, 0)) + 1):
        same = blocks[:-shift] == blocks[shift:]
        found.append(np.column_stack([members[:-shift][same], members[shift:][same]]))
    pairs = np.concatenate(found)
    kept: np.ndarray = pairs[pairs[:, 0] != pairs[:, 1]]
    return kept


def _rare_words(records: list[Identity]) -> tuple[np.ndarray, np.ndarray]:
    """Keys of each title's rarest words that another title has, too, and beside them the records.

    A word alone is a key while few titles have it. The more titles there are, the more words fill their neighbourhood
    with titles that have nothing else in common; of those, two together are a key.
    """
    import numpy as np

    titles = [set(record.title.split()) for record in records]
    alphabet = {word: number for number, word in enumerate(sorted(set().union(*titles)))}
    words = np.fromiter((alphabet[word] for title in titles for word in title), dtype=np.int64)
    having = np.repeat(np.arange(len(titles)), [len(title) for title in titles])
    frequency = np.bincount(words)[words]
    order = np.lexsort((words, frequency, having))
    order = order[frequency[order] > 1]
    words, having = words[order], having[order]
    rare = np.arange(len(having)) - np.searchsorted(having, having) < _RARE_WORDS
    words, having = words[rare], having[rare]
    crowded = np.bincount(words)[words] > _NEIGHBOURS
    keys, owners = [words[~crowded]], [having[~crowded]]
    words, having = words[crowded], having[crowded]
    for shift in range(1, _RARE_WORDS):
        same = having[:-shift] == having[shift:]
        keys.append((words[:-shift][same] + 1) * len(alphabet) + words[shift:][same])
        owners.append(having[shift:][same])
    return np.concatenate(keys), np.concatenate(owners)


def _abstract_ends(records: list[Identity]) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of how abstracts begin and end, and beside them the records.

    The more abstracts there are, the more begin with "In this paper, we propose a novel framework for": where several
    share an end, twice as many words count, lest pairs grow faster than records.
    """
    import numpy as np

    ends: list[tuple[str, str, int]] = []
    for i, record in enumerate(records):
        first, last = plain(record.abstract[:200]).split(), plain(record.abstract[-200:]).split()
        if min(len(first), len(last)) >= _ABSTRACT_WORDS:
            few, many = _ABSTRACT_WORDS, 2 * _ABSTRACT_WORDS
            ends.append(("first " + " ".join(first[:few]), "first " + " ".join(first[:many]), i))
            ends.append(("last " + " ".join(last[-few:]), "last " + " ".join(last[-many:]), i))
    crowd = Counter(short for short, _, _ in ends)
    number: dict[str, int] = {}
    keys = [long if crowd[short] >= _SEVERAL else short for short, long, _ in ends]
    blocks = np.array([number.setdefault(key, len(number)) for key in keys], dtype=np.int64)
    return blocks, np.array([i for _, _, i in ends], dtype=np.int64)
