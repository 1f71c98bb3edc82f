"""Duplicates across the shards of a cluster: the records that may be one work, found without meeting in one place.

The keys of ``blocking`` are sorted by all workers together, and neighbours compared where they come to lie. What the
whole collection decides are counts alone: in how many titles a word stands, how many abstracts begin alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from analysis.collection.blocking import (
    ENDS,
    NEIGHBOURS,
    Entry,
    Vocabulary,
    abstract_ends,
    crowded_ends,
    distinct,
    entries,
    neighbours,
    title_words,
)
from analysis.collection.dedup import IDS, Likely, near_pairs
from analysis.collection.identity import Identity, identify

if TYPE_CHECKING:
    import numpy as np

    from analysis.common.scatter import Cluster


def find_likely(cluster: Cluster, kept: Sequence[Any], firsts: Sequence[int]) -> Likely:
    """The records of a collection that may be one.

    ``kept`` are the shards of its papers table, as ``cluster.keep`` gave them, ``firsts`` the position of each shard's
    first paper in the collection.
    """
    import numpy as np

    identities = cluster.keep(identify, kept)
    words, ends = Counter[str](), Counter[str]()
    for some_words, some_ends in cluster.map(_counts, identities):
        words.update(some_words)
        ends.update(some_ends)
    n, vocabulary = len(kept), Vocabulary.of(words)
    known = cluster.share(vocabulary)
    nothing = np.zeros(len(vocabulary.number), dtype=np.int64)
    crowd = sum(cluster.map(_crowd, identities, [known] * n), nothing)
    crowded = Counter({end: count for end, count in ends.items() if count > 1})
    counted = (known, cluster.share(crowd), cluster.share(crowded))
    keys = cluster.keep(entries, identities, firsts, *([one] * n for one in counted))
    found = list(cluster.map_sorted(_near, keys, NEIGHBOURS))
    pairs, which = np.unique(np.concatenate([pairs for pairs, _ in found]), axis=0, return_index=True)
    ratios = np.concatenate([ratios for _, ratios in found])[which]
    sharing = cluster.map_sorted(_sharing, cluster.keep(_ids, identities, firsts), 1)
    return Likely(np.unique(np.concatenate(list(sharing))), pairs, ratios)


def _counts(records: list[Identity]) -> tuple[Counter[str], Counter[str]]:
    return title_words(records), crowded_ends(abstract_ends(records))


def _crowd(records: list[Identity], vocabulary: Vocabulary) -> np.ndarray:
    return vocabulary.crowd(vocabulary.rarest(records))


def _near(sorted_entries: list[Entry]) -> tuple[np.ndarray, np.ndarray]:
    """Neighbours in the same block whose titles are alike enough: pairs of positions, and their likeness."""
    import numpy as np

    titles = {position: title for _, _, _, position, title in sorted_entries}
    positions = np.array(sorted(titles), dtype=np.int64)
    candidates = []
    for of_abstracts in (False, True):
        some = [(entry[0], entry[3]) for entry in sorted_entries if (entry[0][0] == ENDS) == of_abstracts]
        numbers: dict[Any, int] = {}
        blocks = np.array([numbers.setdefault(block, len(numbers)) for block, _ in some], dtype=np.int64)
        members = positions.searchsorted(np.array([position for _, position in some], dtype=np.int64))
        candidates.append(distinct(neighbours(blocks, members), len(positions)))
    pairs, ratios = near_pairs([titles[position] for position in positions.tolist()], *candidates)
    return positions[pairs], ratios


def _ids(records: list[Identity], first: int) -> list[tuple[str, str, int]]:
    """The identifiers of records: kind, value and the record's position."""
    named = ((name, getattr(record, name), first + i) for i, record in enumerate(records) for name in IDS)
    return [(name, value, position) for name, value, position in named if value]


def _sharing(sorted_ids: list[tuple[str, str, int]]) -> np.ndarray:
    """The positions of records beside which another with the same identifier lies."""
    import numpy as np

    both = [(a[2], b[2]) for a, b in pairwise(sorted_ids) if a[:2] == b[:2]]
    return np.array(both, dtype=np.int64).ravel()
