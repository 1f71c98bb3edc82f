"""Senses from little: a few labels per sense, or only an inventory's definitions, cues and example sentences.

A head is trained on the spot. The unlabelled mentions help it twice: what it reads of a mention is smoothed over the
mention's nearest neighbours, and how frequent each sense is among them is estimated, as labels are mostly chosen sense
by sense and say nothing of that. What the inventory knows (definitions, cues) is added to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import softmax

from analysis.common.errors import BadInput
from analysis.common.tables import check_table, make_table
from analysis.inventory.inventory import CUE_KINDS, Inventory
from analysis.senses.assign import has_scores, read_features
from analysis.senses.cues import cue_matrix, example_mentions, find_cues
from analysis.senses.folds import FOLDS, fold_of
from analysis.senses.head import Features, fit_head, fit_temperature
from analysis.senses.neighbours import smoothed
from analysis.senses.probable import best_of, senses_table
from analysis.vectors.embed import PARTS, parts_of, unit

if TYPE_CHECKING:
    import pandas as pd

STRENGTH = 10.0  # inverse ridge penalty: with few labels it hardly matters
ROUNDS = 50  # of estimating how frequent the senses are
EVEN = 10.0  # mentions of each sense that are added, so that a few unsure readings cannot make a sense vanish
CUE_WEIGHT = 2.0  # log-odds of a cue of the inventory
DEFINITION_WEIGHT = 10.0  # log-odds of a full likeness of sentence and definition; half beside examples or labels
FEWEST = 4  # labels per sense, for confidence to be fitted on them and errors to be counted
PLAIN_TEMPERATURE = 0.4  # for fewer labels; chosen with one to three labels a sense


@dataclass(frozen=True)
class _Seen:
    """All that a reading from few labels sees but the labels: of the mentions and, behind them, of the examples.

    ``features`` are those of a head, their vectors smoothed. ``cues`` and ``meaning`` are the log-odds that the
    inventory gives to each mention's senses, ``examples`` the sense of each example.
    """

    features: Features
    cues: np.ndarray
    meaning: np.ndarray
    examples: list[str]


class _Labelled(NamedTuple):
    """What is seen, and which rows have which label."""

    seen: _Seen
    rows: np.ndarray
    labels: list[str]


class FewReader:
    """Reads the senses of some mentions from a few labels, an inventory, or both.

    ``mentions`` is a mentions table of n rows, ``vectors`` what ``embed_mentions`` made of it, ``scores`` what
    ``read_in_context`` did, if its encoder knows the term. Example sentences of the inventory count as labels. Raises
    ``BadInput`` when there are fewer than two senses.
    """

    def __init__(
        self, mentions: pd.DataFrame, vectors: np.ndarray, inventory: Inventory, scores: pd.DataFrame | None = None
    ) -> None:
        check_table(mentions, "mentions")
        self._mentions, self._ids = mentions, inventory.ids
        self._seen = _see(mentions, vectors, inventory, scores) if len(mentions) else None

    def read(self, labels: pd.DataFrame | None = None) -> pd.DataFrame:
        """The senses table of the mentions as the machine reads them, stances empty; ``keep_labels`` puts labels in.

        ``labels`` has the columns mention_id and sense; what is no sense of the inventory teaches nothing.
        """
        if self._seen is None:
            return make_table("senses")
        probabilities = self._probabilities(self._seen, self._known(labels))
        return senses_table(self._mentions, best_of(probabilities, self._ids))

    def held_out(self, labels: pd.DataFrame) -> pd.DataFrame:
        """The labelled mentions, each read without the labels of its paper: the senses table and their ``label``.

        Empty where a sense of the inventory has fewer than ``FEWEST`` labels.
        """
        known = self._known(labels)
        senses = list(known.values())
        if self._seen is None or min(map(senses.count, self._ids)) < FEWEST:
            return make_table("senses").assign(label="")
        rows = np.array(list(known))
        fold = fold_of(self._mentions["paper_id"].iloc[rows])
        read = np.zeros((len(rows), len(self._ids)))
        for k in np.unique(fold):
            others = {row: sense for row, sense, own in zip(known, senses, fold == k, strict=True) if not own}
            read[fold == k] = self._probabilities(self._seen, others)[rows[fold == k]]
        return senses_table(self._mentions.iloc[rows], best_of(read, self._ids)).assign(label=senses)

    def _known(self, labels: pd.DataFrame | None) -> dict[int, str]:
        """Row and sense of each labelled mention."""
        given = {} if labels is None else dict(zip(labels["mention_id"], labels["sense"], strict=True))
        senses = [given.get(mention, "") for mention in self._mentions["mention_id"]]
        return {row: sense for row, sense in enumerate(senses) if sense in self._ids}

    def _probabilities(self, seen: _Seen, known: dict[int, str]) -> np.ndarray:
        n = len(self._mentions)
        senses = [*known.values(), *seen.examples]
        if len(set(senses)) < 2:
            return np.asarray(softmax(seen.cues + seen.meaning, axis=1))
        rows = np.r_[np.array(list(known), dtype=int), n + np.arange(len(seen.examples))]
        read = np.full(seen.cues.shape, np.log(1 / len(self._ids)))  # a sense without label or example: as by chance
        read[:, [self._ids.index(s) for s in sorted(set(senses))]] = _read(_Labelled(seen, rows, senses), n)
        return np.asarray(softmax(seen.cues + seen.meaning / 2 + read, axis=1))


def read_with_few(
    mentions: pd.DataFrame,
    vectors: np.ndarray,
    inventory: Inventory,
    labels: pd.DataFrame | None = None,
    *,
    scores: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Read senses from a few labels, an inventory, or both: see ``FewReader``."""
    return FewReader(mentions, vectors, inventory, scores).read(labels)


def keep_labels(read: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """The senses table where labelled mentions keep their label: confidence 1, ``reviewed``, not abstained.

    ``labels`` has mention_id, sense and, where known, stance. What was read of such a mention becomes its runner-up,
    unless it is the same.
    """
    given = labels.set_index("mention_id")
    rows = read["mention_id"].isin(given.index)
    own = given.loc[read.loc[rows, "mention_id"]]
    kept = read.copy()
    differs = rows.to_numpy().copy()
    differs[differs] = own["sense"].to_numpy() != read.loc[rows, "sense"].to_numpy()
    kept.loc[differs, "runner_up"] = read.loc[differs, "sense"]
    kept.loc[rows, "sense"] = own["sense"].to_numpy()
    kept.loc[rows, ["confidence", "abstained", "reviewed"]] = [1.0, False, True]
    if "stance" in own:
        labelled = rows.to_numpy().copy()
        labelled[labelled] = (own["stance"] != "").to_numpy()
        kept.loc[labelled, "stance"] = own.loc[own["stance"] != "", "stance"].to_numpy()
        kept.loc[labelled, "stance_confidence"] = 1.0
    return make_table("senses", kept)


def _read(work: _Labelled, n: int) -> np.ndarray:
    """Log-odds of the first ``n`` rows, the mentions; with few labels nothing is said of how frequent senses are."""
    logits = _calibrated(work)[:n]
    return logits if _fewest(work) < FEWEST else _weighed(logits)


def _fewest(work: _Labelled) -> int:
    return min(map(work.labels.count, set(work.labels)))


def _calibrated(work: _Labelled) -> np.ndarray:
    """Log-probabilities of every row, their temperature fitted on labels held out in turn."""
    names = sorted(set(work.labels))
    logits = _logits(work)
    if _fewest(work) < FEWEST:
        return logits / PLAIN_TEMPERATURE
    from sklearn.model_selection import StratifiedKFold

    held = np.zeros((len(work.labels), len(names)))
    known = np.array(work.labels, dtype=object)
    split = StratifiedKFold(min(FOLDS, _fewest(work)), shuffle=True, random_state=0)
    for kept, out in split.split(work.rows, work.labels):
        fold = work._replace(rows=work.rows[kept], labels=list(known[kept]))
        held[out] = _logits(fold)[work.rows[out]]
    return logits / fit_temperature(held, work.labels, names)


def _logits(work: _Labelled) -> np.ndarray:
    """The head's log-probabilities, each sense of equal weight: (n, labels), labels in alphabetical order."""
    names = sorted(set(work.labels))
    counts = {name: work.labels.count(name) for name in names}
    weights = [len(work.labels) / len(names) / counts[label] for label in work.labels]
    head = fit_head(work.seen.features.take(work.rows), work.labels, weights=weights, strength=STRENGTH)
    return np.asarray(np.log(head.probabilities(work.seen.features) + 1e-6))


def _weighed(logits: np.ndarray) -> np.ndarray:
    """Log-odds, (n, senses), in which senses are as frequent as the mentions say, by expectation and maximisation.

    The method is that of Saerens, Latinne and Decaestecker (2002); ``EVEN`` is the strength of a Dirichlet prior.
    """
    read = softmax(logits, axis=1)
    share = np.full(read.shape[1], 1 / read.shape[1])
    for _ in range(ROUNDS):
        weighed = read * share
        weighed /= weighed.sum(axis=1, keepdims=True)
        share = (weighed.sum(axis=0) + EVEN) / (len(read) + EVEN * len(share))
    return np.asarray(np.log(read * share * len(share) + 1e-12))


def _see(mentions: pd.DataFrame, vectors: np.ndarray, inventory: Inventory, scores: pd.DataFrame | None) -> _Seen:
    if len(inventory.senses) < 2:
        only = ", ".join(inventory.ids) or "none"
        raise BadInput(f"only one sense of {inventory.term!r} is known ({only}); give labels or an inventory of two")
    features, forms = read_features(mentions, vectors, inventory, scores), mentions["surface"].tolist()
    examples, read = _examples(inventory, scored=has_scores(scores))
    if len(examples):
        features, forms = features.join(read), [*forms, *examples["surface"]]
    features = replace(features, vectors=smoothed(features.vectors, forms))
    return _Seen(features, *_by_inventory(mentions, vectors, inventory), examples["sense"].tolist())


def _by_inventory(mentions: pd.DataFrame, vectors: np.ndarray, inventory: Inventory) -> tuple[np.ndarray, np.ndarray]:
    """What the inventory's cues and its definitions say of each mention: two arrays of log-odds, (n, senses)."""
    from analysis.vectors.embed import embed_texts

    fired = cue_matrix(find_cues(mentions, inventory), inventory.ids)
    cues = CUE_WEIGHT * fired.reshape(len(mentions), len(CUE_KINDS), len(inventory.ids)).max(axis=1)
    if len({sense.definition for sense in inventory.senses}) < 2:
        return cues, np.zeros_like(cues)
    meanings = embed_texts([f"{s.name}: {s.definition}" for s in inventory.senses])
    sentences = parts_of(vectors)[:, PARTS.index("sentence")]
    return cues, DEFINITION_WEIGHT * (sentences @ unit(meanings - meanings.mean(axis=0)).T)


def _examples(inventory: Inventory, *, scored: bool) -> tuple[pd.DataFrame, Features]:
    """The inventory's example sentences as mentions with their ``sense``, and what a head reads of them."""
    from analysis.mentions.find import find_mentions
    from analysis.vectors.context import read_in_context
    from analysis.vectors.embed import embed_mentions

    marked = example_mentions(inventory)
    papers = make_table("papers", marked)
    found = find_mentions(papers, inventory.family())
    found = found.merge(marked[["paper_id", "start", "sense"]], on=["paper_id", "start"])
    scores = read_in_context(found, papers) if scored else None
    return found, read_features(found, embed_mentions(found, papers), inventory, scores)
