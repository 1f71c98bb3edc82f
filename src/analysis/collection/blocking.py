"""Candidate pairs: which records are worth comparing, in a number that grows no faster than that of the records.

Sorted neighbourhoods (Hernández and Stolfo, 1995): records are sorted by several keys and each is compared with its
nearest neighbours only. The keys are the title as it is (finds truncation), the title backwards (finds a changed
beginning), each of the title's rarest shared words (finds typos and reordering) and both ends of the abstract (finds
changed titles). Words and ends that many records have grow into keys of two words and of longer ends, so that each
record meets about as many others in a large collection as in a small one. Sorting makes it n log n.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.collection.identity import Identity, plain

if TYPE_CHECKING:
    import numpy as np

NEIGHBOURS = 8
_RARE_WORDS = 4
_ABSTRACT_WORDS = 8
ENDS = "ends"
_SEVERAL = 3  # abstracts with the same end: a formula rather than a copy


def candidate_pairs(records: list[Identity]) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of positions worth comparing, by title and by abstract.

    Returns two int64 arrays of shape (pairs, 2) with i < j in each row, sorted, no pair twice within one array.
    """
    import numpy as np

    titled = [i for i, record in enumerate(records) if record.title]
    titles = [run_together(record.title) for record in records]
    by_title = np.array(sorted(titled, key=lambda i: (titles[i], _tie(records[i]), i)), dtype=np.int64)
    backwards = np.array(sorted(titled, key=lambda i: (titles[i][::-1], _tie(records[i]), i)), dtype=np.int64)
    n = len(records)
    rank = np.zeros(n, dtype=np.int64)
    rank[by_title] = np.arange(len(by_title))
    vocabulary = Vocabulary.of(title_words(records))
    rarest = vocabulary.rarest(records)
    words, having = vocabulary.keys(rarest, vocabulary.crowd(rarest))
    order = np.lexsort((rank[having], words))
    one_block = np.zeros_like(by_title)
    found = [
        neighbours(one_block, by_title),
        neighbours(one_block, backwards),
        neighbours(words[order], having[order]),
    ]
    numbers: dict[str, int] = {}
    ends = list(abstract_ends(records))
    keys = [(numbers.setdefault(end, len(numbers)), i) for end, i in end_keys(ends, crowded_ends(ends))]
    blocks, having = np.array(keys, dtype=np.int64).reshape(-1, 2).T
    order = np.argsort(blocks, kind="stable")
    return distinct(np.concatenate(found), n), distinct(neighbours(blocks[order], having[order]), n)


def run_together(title: str) -> str:
    """A plain title without spaces, as titles are sorted and compared."""
    return title.replace(" ", "")


def _tie(record: Identity) -> tuple[tuple[str, ...], int, str]:
    """Which of two equal titles comes first."""
    return record.surnames[:1], record.year or 0, record.abstract[:40]


Entry = tuple[tuple[str, int | str], str, tuple[Any, ...], int, str]  # block, order in it, ties, position, title


def entries(
    records: list[Identity], first: int, vocabulary: Vocabulary, crowd: np.ndarray, ends: Counter[str]
) -> list[Entry]:
    """All keys of the records of a shard, whose first has the position ``first``: sorted, those of all shards lie as
    ``candidate_pairs`` lays them, neighbours in the same block together. ``ENDS`` begins the blocks of abstracts.
    """
    titles = [run_together(record.title) for record in records]
    ties = [_tie(record) for record in records]
    made: list[Entry] = []
    for i, title in enumerate(titles):
        if title:
            made.append((("title", 0), title, ties[i], first + i, title))
            made.append((("backwards", 0), title[::-1], ties[i], first + i, title))
    for word, i in zip(
        *(column.tolist() for column in vocabulary.keys(vocabulary.rarest(records), crowd)), strict=True
    ):
        made.append((("word", word), titles[i], ties[i], first + i, titles[i]))
    for end, i in end_keys(abstract_ends(records), ends):
        made.append(((ENDS, end), "", (), first + i, titles[i]))
    return made


def distinct(pairs: np.ndarray, n: int) -> np.ndarray:
    """Each pair once, the smaller position first; a pair is sorted as one number, which is quick."""
    import numpy as np

    codes = np.sort(pairs.min(axis=1) * n + pairs.max(axis=1))
    codes = codes[np.diff(codes, prepend=-1) > 0]
    return np.column_stack([codes // max(n, 1), codes % max(n, 1)])


def neighbours(blocks: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Pairs of records at most ``NEIGHBOURS`` places apart within the same block, where blocks lie together."""
    import numpy as np

    found = [np.empty((0, 2), dtype=np.int64)]
    for shift in range(1, min(NEIGHBOURS, max(len(blocks) - 1, 0)) + 1):
        same = blocks[:-shift] == blocks[shift:]
        found.append(np.column_stack([members[:-shift][same], members[shift:][same]]))
    pairs = np.concatenate(found)
    kept: np.ndarray = pairs[pairs[:, 0] != pairs[:, 1]]
    return kept


# --- words of titles -------------------------------------------------------------------------------------------------


def title_words(records: list[Identity]) -> Counter[str]:
    """In how many titles each word stands."""
    return Counter(chain.from_iterable(set(record.title.split()) for record in records))


class Vocabulary(NamedTuple):
    """The words that more than one title has, numbered in alphabetical order, and how many titles have each."""

    number: dict[str, int]
    titles: np.ndarray

    @classmethod
    def of(cls, counts: Counter[str]) -> Vocabulary:
        """That of a collection, from ``title_words`` of all its records."""
        import numpy as np

        shared = sorted(word for word, count in counts.items() if count > 1)
        return cls(
            {word: number for number, word in enumerate(shared)}, np.array([counts[word] for word in shared], dtype=int)
        )

    def rarest(self, records: list[Identity]) -> tuple[np.ndarray, np.ndarray]:
        """The rarest shared words of each title, rarest first, and beside them the places of the records."""
        import numpy as np

        known = self.number
        titles = [[known[word] for word in set(record.title.split()) if word in known] for record in records]
        words = np.fromiter(chain.from_iterable(titles), dtype=np.int64)
        having = np.repeat(np.arange(len(titles)), list(map(len, titles)))
        order = np.lexsort((words, self.titles[words], having))
        words, having = words[order], having[order]
        rare = np.arange(len(having)) - np.searchsorted(having, having) < _RARE_WORDS
        return words[rare], having[rare]

    def crowd(self, rarest: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        """Of how many titles each word is one of the ``rarest``: int64 (words,). Those of shards add up."""
        import numpy as np

        return np.bincount(rarest[0], minlength=len(self.number))

    def keys(self, rarest: tuple[np.ndarray, np.ndarray], crowd: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Keys of each title's ``rarest`` words, and beside them the places of the records.

        A word alone is a key while few titles of the collection have it (``crowd``). The more titles there are, the
        more words fill their neighbourhood with titles that have nothing else in common; of those, two together are a
        key.
        """
        import numpy as np

        words, having = rarest
        crowded = crowd[words] > NEIGHBOURS
        keys, owners = [words[~crowded]], [having[~crowded]]
        words, having = words[crowded], having[crowded]
        for shift in range(1, _RARE_WORDS):
            same = having[:-shift] == having[shift:]
            keys.append((words[:-shift][same] + 1) * len(self.number) + words[shift:][same])
            owners.append(having[shift:][same])
        return np.concatenate(keys), np.concatenate(owners)


# --- ends of abstracts -----------------------------------------------------------------------------------------------


def abstract_ends(records: list[Identity]) -> Iterator[tuple[str, str, int]]:
    """How each abstract begins and ends, in few words and in many, and the place of its record."""
    few, many = _ABSTRACT_WORDS, 2 * _ABSTRACT_WORDS
    for i, record in enumerate(records):
        first, last = plain(record.abstract[:200]).split(), plain(record.abstract[-200:]).split()
        if min(len(first), len(last)) >= few:
            yield "first " + " ".join(first[:few]), "first " + " ".join(first[:many]), i
            yield "last " + " ".join(last[-few:]), "last " + " ".join(last[-many:]), i


def crowded_ends(ends: Iterable[tuple[str, str, int]]) -> Counter[str]:
    """How many abstracts have the same few words at an end."""
    return Counter(short for short, _, _ in ends)


def end_keys(ends: Iterable[tuple[str, str, int]], crowd: Counter[str]) -> Iterator[tuple[str, int]]:
    """The keys of ends, and the places of their records.

    The more abstracts there are, the more begin with "In this paper, we propose a novel framework for": where several
    of the collection (``crowd``) share an end, twice as many words count, lest pairs grow faster than records.
    """
    return ((long if crowd[short] >= _SEVERAL else short, i) for short, long, i in ends)
