"""Which mentions does no known sense explain? Those among their like, far from labels, read with doubt, without a cue.

One such mention is an accident; a neighbourhood of them is what a sense looks like that nobody wrote down. So each of
three signs is taken of a mention and its neighbours in other papers together:

crowd       how much denser the study is around it than the labelled mentions are (the density ratio of novelty
            detection, Hido et al. 2011, estimated by nearest neighbours as in Wang, Kulkarni and Verdu 2009)
confidence  of its reading
cued        whether a cue of the sense that was read stands there

A head may be sure of a new sense, since it knows nothing else to say; then the crowd tells. Their weights are those of
a logistic regression that was fitted with every second sense of "bias" left out; ``benchmarks/novel.py`` fits it, and
looks for the other senses. A study of few mentions is denser than the labels wherever two of its papers share a
subject, so there doubt alone tells.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.common.cores import in_order
from analysis.inventory.inventory import NO_SENSE, OTHER
from analysis.senses.probable import ABSTAIN_BELOW
from analysis.topics.nearest import chunks, nearest
from analysis.vectors.embed import unit

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_matrix

NEIGHBOURS = 20  # in other papers, and at most a tenth of the study
ROUNDS = 3  # of taking signs together with those of neighbours: a convolution without weights (Wu et al. 2019)
CLOSEST = 5  # mentions of a new topic that lie nearest to one of it
NOVEL_SHARE = 0.5  # of a new topic's mentions that fit no sense, and that lie among their like
# The latter, among places beside labelled mentions, where a sense is less of a lump than a subject is: topics that held
# a sense of those left out for fitting had 0.33 or more, false ones with nothing left out 0.21 or less.
ALIKE = 0.3
NOVEL_PAPERS = 3  # what two papers share may be one author's word
POOL = 5_000  # mentions, and labelled ones, among which neighbours are looked for
WORDS_COUNT = 0.3  # what equal words beside two mentions add to their likeness
SIGNS = ("crowd", "confidence", "cued")
# In log-odds, a mention of a new sense being as probable beforehand as another; above STRANGE none explains it.
WEIGHTS, INTERCEPT, STRANGE = (3.55, -8.81, -4.07), 0.64, 0.7


class Place(NamedTuple):
    """Where n mentions lie: unit vectors (n, d) and, sparse and of unit length, the words beside them (n, words)."""

    vectors: np.ndarray
    words: csr_matrix | None = None

    def take(self, rows: np.ndarray | slice) -> Place:
        """The places of some rows."""
        return Place(self.vectors[rows], None if self.words is None else self.words[rows])

    def likeness(self, other: Place) -> np.ndarray:
        """How alike each of these is to each of the others, (n, m): the cosine, and more for equal words."""
        found = self.vectors @ other.vectors.T
        if self.words is not None and other.words is not None:
            found += WORDS_COUNT * (self.words @ other.words.T).toarray()
        return np.asarray(found)


def places(
    space: np.ndarray, words: Sequence[Sequence[str]], labelled: np.ndarray, labelled_words: Sequence[Sequence[str]]
) -> tuple[Place, Place]:
    """Where a study's n mentions and m labelled ones lie: vectors whitened by the labelled ones, and words by rarity.

    ``space`` (n, d) and ``labelled`` (m, d) are unit vectors, ``words`` what ``word_features`` gives. Whitening (with
    the mean variance added, as a ridge) keeps the subject of papers, which vectors tell most of, from deciding alone.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    middle = labelled.mean(axis=0)
    spread = np.cov(labelled - middle, rowvar=False, dtype=np.float32).astype(float)
    variances, axes = np.linalg.eigh(spread + np.trace(spread) / len(spread) * np.eye(len(spread)))
    whitening = (axes / np.sqrt(variances)).astype(np.float32)
    rarity = TfidfVectorizer(analyzer=_beside, dtype=np.float32).fit([*labelled_words, *words])
    return (
        Place(unit((space - middle) @ whitening), rarity.transform(words)),
        Place(unit((labelled - middle) @ whitening), rarity.transform(labelled_words)),
    )


def signs_of(
    here: Place, known: Place, confidence: np.ndarray, cued: np.ndarray, papers: np.ndarray, *, seed: int = 0
) -> np.ndarray:
    """The signs ``SIGNS`` of n mentions, each taken together with its neighbours: float64 (n, 3).

    ``here`` and ``known`` are the ``places`` of the mentions and of labelled ones, ``papers`` numbers the mentions'
    papers. Crowd and confidence are less the study's median: a whole study may lie far from the labels or be hard to
    read. So a new sense that most of its mentions have stays hidden.
    """
    rng = np.random.default_rng(seed)
    pool = _drawn(len(papers), rng)
    known = known.take(_drawn(len(known.vectors), rng))
    near, least = _neighbours(here, here.take(pool), (papers, papers[pool]))
    own = max(1, near.shape[1] // 2)
    crowd = np.log(own * len(known.vectors) / (len(pool) * (1 + _closer(here, known, least[:, own - 1]))))
    signs = _together(np.column_stack([crowd, confidence, cued]), pool[near])
    signs[:, :2] -= np.median(signs[:, :2], axis=0)
    return signs


def unexplained(
    space: np.ndarray,
    senses: pd.DataFrame,
    papers: np.ndarray,
    signs: np.ndarray | None = None,
    cued: np.ndarray | None = None,
    *,
    seed: int = 0,
    no_sense: Collection[str] = NO_SENSE,
) -> np.ndarray:
    """Whether no sense explains each of n mentions, bool (n,).

    ``space`` has a unit vector a mention, ``senses`` is the senses table of the same rows, ``papers`` numbers their
    papers; ``signs`` are what ``signs_of`` gives. Where labelled mentions of all known senses are at hand, and so
    signs, these decide; without them a mention is unexplained that is doubtful and among doubtful ones. Of ``cued``
    mentions (bool (n,)), at which a cue of the sense stands that was read, only doubtful ones are: "media bias" is no
    new sense, however many of a study's mentions are of it. Always one is that was read as ``OTHER``, if that is among
    ``no_sense``: what is merely unclear is none of a new sense.
    """
    confidence = senses["confidence"].to_numpy(dtype=float)
    if signs is not None:
        strange = signs @ np.array(WEIGHTS) + INTERCEPT > STRANGE
    else:
        pool = _drawn(len(space), np.random.default_rng(seed))
        near, _ = _neighbours(Place(space), Place(space[pool]), (papers, papers[pool]))
        strange = (confidence + confidence[pool[near]].mean(axis=1)) / 2 < ABSTAIN_BELOW
    if cued is not None:
        strange &= ~(cued & (confidence >= ABSTAIN_BELOW))
    return np.asarray(strange | (senses["sense"] == OTHER).to_numpy() if OTHER in no_sense else strange)


def is_novel(
    here: Place,
    papers: np.ndarray,
    strange: np.ndarray,
    members: np.ndarray,
    *,
    alike: float = NOVEL_SHARE,
    seed: int = 0,
) -> bool:
    """Whether a topic may be a new sense: ``NOVEL_SHARE`` of it is unexplained, and it is more than a leftover.

    ``here`` has the places of n mentions, without what is known of their sense, since what no sense explains has that
    lack in common. ``papers`` numbers the papers; ``strange`` (unexplained) and ``members`` (of the topic) are bool
    (n,). A leftover of doubtful mentions has no place of its own: their nearest mentions lie in other topics. So
    ``NOVEL_PAPERS`` papers must have it, and in a share ``alike`` of its mentions, those nearest in other papers (at
    most ``CLOSEST``, and no more than it has) must be of the topic mostly.
    """
    own = np.flatnonzero(members)
    if strange[own].mean() < NOVEL_SHARE or len(set(papers[own])) < NOVEL_PAPERS:
        return False
    pool = _drawn(len(papers), np.random.default_rng(seed))
    near, _ = _neighbours(here.take(own), here.take(pool), (papers[own], papers[pool]))
    closest = min(CLOSEST, *(int((papers[own] != paper).sum()) for paper in set(papers[own])))
    return bool((members[pool[near[:, :closest]]].mean(axis=1) >= 0.5).mean() >= alike)


def _beside(words: Sequence[str]) -> list[str]:
    return [word for word in words if not word.startswith("field=")]


def _together(signs: np.ndarray, near: np.ndarray) -> np.ndarray:
    for _ in range(ROUNDS):
        signs = (signs + signs[near].mean(axis=1)) / 2
    return signs


def _drawn(n: int, rng: np.random.Generator) -> np.ndarray:
    return np.arange(n) if n <= POOL else np.sort(rng.choice(n, POOL, replace=False))


def _neighbours(here: Place, pool: Place, papers: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The nearest rows of ``pool``, the nearest first, and how alike they are: two arrays (n, neighbours).

    With the ``papers`` of both, a row of the pool from the same paper counts as wholly unlike.
    """

    def likeness(rows: slice) -> np.ndarray:
        found = here.take(rows).likeness(pool)
        found[papers[0][rows, None] == papers[1]] = -1
        return found

    return nearest(likeness, len(papers[0]), max(1, min(NEIGHBOURS, len(papers[1]) // 10)))


def _closer(here: Place, known: Place, least: np.ndarray) -> np.ndarray:
    """How many of the known places are more alike to each of n than ``least`` (n,)."""

    def count(rows: slice) -> np.ndarray:
        return np.asarray((here.take(rows).likeness(known) > least[rows, None]).sum(axis=1))

    return np.concatenate(list(in_order(count, chunks(len(least)))))
