"""Senses from little: a few labels a sense, or only an inventory's definitions, cues and example sentences.

A head is trained on the spot, and the labels spread over the graph of nearest neighbours, so that the unlabelled
mentions help; both have their say. What the inventory knows (definitions, cues) is added as evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.errors import BadInput
from analysis.senses.assign import ABSTAIN_BELOW, read_features
from analysis.senses.cues import cue_matrix, example_mentions, find_cues
from analysis.senses.head import Features, fit_head, fit_temperature, softmax
from analysis.senses.inventory import CUE_KINDS, Inventory
from analysis.senses.neighbours import neighbour_graph
from analysis.tables import check_table, make_table
from analysis.vectors import PARTS, parts_of, unit

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_matrix

STRENGTH = 10.0  # inverse ridge penalty: with few labels it hardly matters
STAY = 0.7  # how far a label spreads: the share that a mention takes from its neighbours
STEPS = 40  # of spreading; what is left after them is below a millionth
NEAREST, NEAREST_SHARE, NEAREST_MOST = 10, 0.05, 50
CUE_WEIGHT = 2.0  # log-evidence of a cue of the inventory
DEFINITION_WEIGHT = 10.0  # log-evidence of a full likeness of sentence and definition; half beside examples or labels
FOLDS = 5
FEWEST = 4  # labels a sense for its confidence to be fitted on them
PLAIN_TEMPERATURE = 0.6  # for fewer labels; chosen with three example sentences a sense


class _Labelled(NamedTuple):
    """Everything a reading from few labels sees: all rows' features and forms, and which rows have which label."""

    features: Features
    forms: list[str]
    graph: csr_matrix
    rows: np.ndarray
    labels: list[str]


def read_with_few(
    mentions: pd.DataFrame,
    vectors: np.ndarray,
    inventory: Inventory,
    labels: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Read senses from a few labels, an inventory, or both.

    ``mentions`` is a mentions table of n rows, ``vectors`` what ``embed_mentions`` made of it, ``labels`` has the
    columns mention_id and sense (what is no sense of ``inventory`` teaches nothing). Example sentences of the
    inventory count as labels. Returns the senses table of the same rows as the machine reads them, stances empty;
    ``keep_labels`` puts the labels in. Label spreading is that of Zhou et al. (2004). Raises ``BadInput`` when there
    are fewer than two senses.
    """
    check_table(mentions, "mentions")
    if not len(mentions):
        return make_table("senses")
    if len(inventory.senses) < 2:
        only = ", ".join(inventory.ids) or "none"
        raise BadInput(f"only one sense of {inventory.term!r} is known ({only}); give labels or an inventory of two")
    given = {} if labels is None else dict(zip(labels["mention_id"], labels["sense"], strict=True))
    told = [given.get(mention) for mention in mentions["mention_id"]]
    known = {row: sense for row, sense in enumerate(told) if sense in inventory.ids}
    cues, meaning = _evidence(mentions, vectors, inventory)
    examples, example_vectors = _examples(inventory)
    senses = [*known.values(), *examples["sense"]]
    if len(set(senses)) < 2:
        evidence = cues + meaning
    else:
        rows = np.r_[np.array(list(known), dtype=int), len(mentions) + np.arange(len(examples))]
        features = read_features(mentions, vectors, inventory)
        if len(examples):
            features = features.join(read_features(examples, example_vectors, inventory))
        forms = [*mentions["surface"], *examples["surface"]]
        nearest = min(max(NEAREST, round(NEAREST_SHARE * len(forms))), NEAREST_MOST)
        graph = neighbour_graph(features.vectors, forms, nearest)
        work = _Labelled(features, forms, graph, rows, senses)
        read = np.full(cues.shape, np.log(1 / len(inventory.ids)))  # a sense without label or example: as by chance
        read[:, [inventory.ids.index(s) for s in sorted(set(senses))]] = _calibrated(work)[: len(mentions)]
        evidence = cues + meaning / 2 + read
    return _table(mentions, softmax(evidence), inventory.ids)


def keep_labels(read: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """The senses table where labelled mentions keep their label: confidence 1, ``reviewed``, not abstained.

    ``labels`` has mention_id, sense and, where known, stance. What was read of such a mention becomes its runner-up,
    unless it is the same.
    """
    given = labels.set_index("mention_id")
    rows = read["mention_id"].isin(given.index)
    told = given.loc[read.loc[rows, "mention_id"]]
    kept = read.copy()
    differs = rows.to_numpy().copy()
    differs[differs] = told["sense"].to_numpy() != read.loc[rows, "sense"].to_numpy()
    kept.loc[differs, "runner_up"] = read.loc[differs, "sense"]
    kept.loc[rows, "sense"] = told["sense"].to_numpy()
    kept.loc[rows, ["confidence", "abstained", "reviewed"]] = [1.0, False, True]
    if "stance" in told:
        said = rows.to_numpy().copy()
        said[said] = (told["stance"] != "").to_numpy()
        kept.loc[said, "stance"] = told.loc[told["stance"] != "", "stance"].to_numpy()
        kept.loc[said, "stance_confidence"] = 1.0
    return make_table("senses", kept)


def _calibrated(work: _Labelled) -> np.ndarray:
    """Log-probabilities of every row, their temperature fitted on labels held out in turn."""
    names = sorted(set(work.labels))
    counts = [work.labels.count(name) for name in names]
    logits = _logits(work)
    if min(counts) < FEWEST:
        return logits / PLAIN_TEMPERATURE
    from sklearn.model_selection import StratifiedKFold

    held = np.zeros((len(work.labels), len(names)))
    known = np.array(work.labels, dtype=object)
    split = StratifiedKFold(min(FOLDS, *counts), shuffle=True, random_state=0)
    for kept, out in split.split(work.rows, work.labels):
        fold = work._replace(rows=work.rows[kept], labels=list(known[kept]))
        held[out] = _logits(fold)[work.rows[out]]
    return logits / fit_temperature(held, work.labels, names)


def _logits(work: _Labelled) -> np.ndarray:
    """Mean of the head's and the spread labels' log-probabilities: (n, labels), labels in alphabetical order."""
    names = sorted(set(work.labels))
    counts = {name: work.labels.count(name) for name in names}
    weights = [len(work.labels) / len(names) / counts[label] for label in work.labels]
    head = fit_head(work.features.take(work.rows), work.labels, weights=weights, strength=STRENGTH)
    read = head.probabilities(work.features)
    return np.asarray((np.log(read + 1e-6) + np.log(_spread(work, names) + 1e-3)) / 2)


def _spread(work: _Labelled, names: Sequence[str]) -> np.ndarray:
    """Probabilities from labels spread over the graph (Zhou et al. 2004); a row that none reaches is undecided."""
    from scipy.sparse import diags

    start = np.zeros((len(work.forms), len(names)))
    for row, label in zip(work.rows, work.labels, strict=True):
        start[row, names.index(label)] = 1 / work.labels.count(label)
    scale = diags(1 / np.sqrt(np.asarray(work.graph.sum(axis=1)).ravel() + 1e-9))
    step = scale @ work.graph @ scale
    found = start
    for _ in range(STEPS):
        found = STAY * (step @ found) + start
    total = found.sum(axis=1, keepdims=True)
    return np.where(total > 1e-9, found / np.maximum(total, 1e-9), 1 / len(names))


def _evidence(mentions: pd.DataFrame, vectors: np.ndarray, inventory: Inventory) -> tuple[np.ndarray, np.ndarray]:
    """What the inventory's cues and its definitions say of each mention: two arrays of log-evidence, (n, senses)."""
    from analysis.vectors import embed_texts

    fired = cue_matrix(find_cues(mentions, inventory), inventory.ids)
    cues = CUE_WEIGHT * fired.reshape(len(mentions), len(CUE_KINDS), len(inventory.ids)).max(axis=1)
    if len({sense.definition for sense in inventory.senses}) < 2:
        return cues, np.zeros_like(cues)
    meanings = embed_texts([f"{s.name}: {s.definition}" for s in inventory.senses])
    sentences = parts_of(vectors)[:, PARTS.index("sentence")]
    return cues, DEFINITION_WEIGHT * (sentences @ unit(meanings - meanings.mean(axis=0)).T)


def _examples(inventory: Inventory) -> tuple[pd.DataFrame, np.ndarray]:
    """The inventory's example sentences as mentions with their ``sense``, and their vectors."""
    from analysis.family import Family
    from analysis.mentions import find_mentions
    from analysis.vectors import embed_mentions

    marked = example_mentions(inventory)
    papers = make_table("papers", marked)
    found = find_mentions(papers, Family(inventory.term, inventory.prefixes, (), inventory.exceptions))
    found = found.merge(marked[["paper_id", "start", "sense"]], on=["paper_id", "start"])
    return found, embed_mentions(found, papers)


def _table(mentions: pd.DataFrame, probabilities: np.ndarray, senses: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    names = np.array(senses, dtype=object)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    sure = probabilities[np.arange(len(mentions)), order[:, 0]]
    return make_table(
        "senses",
        pd.DataFrame(
            {
                "mention_id": mentions["mention_id"].to_numpy(),
                "sense": names[order[:, 0]],
                "confidence": sure,
                "runner_up": names[order[:, 1]] if len(names) > 1 else "",
                "abstained": sure < ABSTAIN_BELOW,
                "topic": -1,
            }
        ),
    )
