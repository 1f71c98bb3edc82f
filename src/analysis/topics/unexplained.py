"""Which mentions does no known sense explain? Doubtful ones, and those that are like one another but like no label.

One doubtful mention is an accident; a neighbourhood of them is what a sense looks like that nobody wrote down. A head
may be sure of it all the same, since it knows nothing else to say: then its mentions are closer to each other, across
papers, than to any labelled mention (the density ratio of novelty detection, Hido et al. 2011, by nearest neighbours).
``benchmarks/novel.py`` leaves senses out and looks for them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np

from analysis.inventory.inventory import NO_SENSE, OTHER
from analysis.senses.probable import ABSTAIN_BELOW

if TYPE_CHECKING:
    import pandas as pd

NEIGHBOURS = 20  # in other papers, whose doubt and apartness tell whether a mention's own are accidents
CLOSEST = 5  # mentions that a likeness is the mean of
NOVEL_SHARE = 0.5  # of a new topic's mentions that fit no sense, and that lie among their like
NOVEL_PAPERS = 3  # what two papers share may be one author's word
POOL = 5_000  # mentions, and labelled ones, among which neighbours are looked for
# Usual spread (scaled median deviation) of a mention's confidence and apartness; from how many of these, added up, it
# is unexplained, unless a sense is sure of it. Chosen with all senses left out in view, so recovery of them flatters.
SPREADS, STRANGE, SURE = (0.175, 0.0095), 2.3, 0.75


def unexplained(
    space: np.ndarray,
    senses: pd.DataFrame,
    papers: np.ndarray,
    labelled: np.ndarray | None = None,
    *,
    seed: int = 0,
    no_sense: Collection[str] = NO_SENSE,
) -> np.ndarray:
    """Whether no sense explains each of n mentions, bool (n,).

    ``space`` has a unit vector a mention, ``senses`` is the senses table of the same rows, ``papers`` numbers their
    papers; ``labelled`` has unit vectors of labelled mentions of all known senses. With these a mention is
    unexplained that lies far from the study's middle in doubt and apartness together, without them one that is
    doubtful itself and among doubtful ones; and always one read as ``OTHER``, if that is among ``no_sense``:
    what is merely unclear is none of a new sense. As the middle is the study's own, a new
    sense that most of its mentions have stays hidden.
    """
    rng = np.random.default_rng(seed)
    confidence = senses["confidence"].to_numpy(dtype=float)
    pool = _drawn(len(space), rng)
    near, likeness = _neighbours(space, space[pool], (papers, papers[pool]))
    sure = (confidence + confidence[pool[near]].mean(axis=1)) / 2
    if labelled is None:
        strange = sure < ABSTAIN_BELOW
    else:
        apart = likeness - _neighbours(space, labelled[_drawn(len(labelled), rng)])[1]
        apart = (apart + apart[pool[near]].mean(axis=1)) / 2
        beyond = (np.median(sure) - sure) / SPREADS[0] + (apart - np.median(apart)) / SPREADS[1]
        strange = (beyond > STRANGE) & (sure < SURE)
    return np.asarray(strange | (senses["sense"] == OTHER).to_numpy() if OTHER in no_sense else strange)


def is_novel(space: np.ndarray, papers: np.ndarray, strange: np.ndarray, members: np.ndarray) -> bool:
    """Whether a topic may be a new sense: ``NOVEL_SHARE`` of it is unexplained, and it is more than a leftover.

    ``space`` has a unit vector a mention, without what is known of its sense, since what no sense explains has that
    lack in common. ``papers`` numbers the papers; ``strange`` (unexplained) and ``members`` (of the topic) are bool
    (n,). A leftover of doubtful mentions has no place of its own: their nearest mentions lie in other topics. So
    ``NOVEL_PAPERS`` papers must have it, and in ``NOVEL_SHARE`` of its mentions, those nearest in other papers (at most
    ``CLOSEST``, and no more than it has) must be of the topic mostly.
    """
    own = np.flatnonzero(members)
    if strange[own].mean() < NOVEL_SHARE or len(set(papers[own])) < NOVEL_PAPERS:
        return False
    likeness = space[own] @ space.T
    likeness[papers[own][:, None] == papers[None, :]] = -np.inf
    closest = min(CLOSEST, *(int((papers[own] != paper).sum()) for paper in set(papers[own])))
    nearest = np.argpartition(-likeness, closest - 1, axis=1)[:, :closest]
    return bool((members[nearest].mean(axis=1) >= 0.5).mean() >= NOVEL_SHARE)


def _drawn(n: int, rng: np.random.Generator) -> np.ndarray:
    return np.arange(n) if n <= POOL else np.sort(rng.choice(n, POOL, replace=False))


def _neighbours(
    space: np.ndarray, pool: np.ndarray, papers: tuple[np.ndarray, np.ndarray] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The nearest rows of ``pool`` (n, NEIGHBOURS), and the mean likeness of the closest (n,).

    With the ``papers`` of both, a row of the pool from the same paper counts as wholly unlike.
    """
    n, count = len(space), min(NEIGHBOURS, len(pool))
    near, likeness = np.empty((n, count), dtype=np.int64), np.empty(n)
    for first in range(0, n, POOL):
        rows = slice(first, first + POOL)
        found = space[rows] @ pool.T
        if papers is not None:
            found[papers[0][rows, None] == papers[1]] = 0
        near[rows] = np.argpartition(-found, count - 1, axis=1)[:, :count]
        closest = -np.sort(-np.take_along_axis(found, near[rows], axis=1), axis=1)[:, :CLOSEST]
        likeness[rows] = closest.mean(axis=1)
    return near, likeness
