"""Would it be found again? Senses and topics over seeds and over bootstrap samples of the papers.

A sense or topic is *found* in another run when the mentions given to it there and here overlap by more than half
(Jaccard index above 0.5; below, Hennig 2007, "Cluster-wise assessment of cluster stability", calls it dissolved).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.evaluation.heldout import probabilities_by
from analysis.senses.labelled import Training
from analysis.statistics.bootstrap import paper_draws
from analysis.training.train import fit_on

if TYPE_CHECKING:
    import pandas as pd

RUNS = 20
FOUND = 0.5


def jaccard(here: np.ndarray, there: np.ndarray) -> float:
    """Overlap of two sets of rows, given as booleans: shared rows of all rows in either; NaN if both are empty."""
    either = (here | there).sum()
    return float((here & there).sum() / either) if either else float("nan")


def head_stability(training: Training, reference: pd.DataFrame, *, runs: int = RUNS, seed: int = 0) -> pd.DataFrame:
    """How often each sense is found again by a head trained on a bootstrap sample of the papers.

    Each run trains on papers drawn with replacement and reads the labelled mentions of the papers not drawn, about 37 %
    of them; its reading is compared with ``reference`` (columns paper_id, field, start, sense: the out-of-fold
    readings). Returns one row per sense: method, name, n, found, runs, jaccard (median).
    """
    labels = training.labels
    keys = ["paper_id", "field", "start"]
    senses = reference.set_index(keys)["sense"]
    row_of = np.flatnonzero(labels.set_index(keys).index.isin(senses.index))
    here = senses.loc[list(labels.loc[row_of, keys].itertuples(index=False, name=None))].to_numpy(dtype=object)
    names = sorted(set(here))
    overlaps = []
    for drawn in paper_draws(labels["paper_id"], draws=runs, seed=seed):
        train = np.flatnonzero(drawn > 0)
        out = drawn[row_of] == 0
        head = fit_on(training, train, counting=drawn[train])
        sure = probabilities_by(head, training.features.take(row_of[out]), labels["paper_id"].iloc[row_of[out]])
        there = np.array(head.labels, dtype=object)[sure.argmax(axis=1)]
        overlaps.append([jaccard(here[out] == name, there == name) for name in names])
    return _table("sense head, papers redrawn", names, [int((here == name).sum()) for name in names], overlaps)


def topic_stability(
    mentions: pd.DataFrame,
    vectors: np.ndarray,
    senses: pd.DataFrame,
    *,
    runs: int = RUNS,
    seed: int = 0,
) -> pd.DataFrame:
    """How often each topic of a study, and each sense as a group of topics, is found again.

    ``mentions``, ``vectors`` and ``senses`` are a study's. The topics of the study are looked for under other seeds
    and in bootstrap samples of the papers (a drawn mention counts once: a copy would be its own neighbour). A sense
    is looked for without telling the topic model of senses: as all topics in which it is the commonest sense. Each run
    fits the topic model anew, which takes seconds below a hundred mentions and minutes for thousands. Returns rows
    like ``head_stability``.
    """
    import pandas as pd

    topics, names = senses["topic"].to_numpy(), sorted(set(senses["topic"]) - {-1})
    read = senses["sense"].to_numpy(dtype=object)
    kinds = sorted(set(read))
    tables = []
    draws = {
        "seeds": [(seed + 1 + run, np.arange(len(mentions))) for run in range(runs)],
        "papers redrawn": [
            (seed, np.flatnonzero(drawn > 0)) for drawn in paper_draws(mentions["paper_id"], draws=runs, seed=seed)
        ],
    }
    for what, samples in draws.items():
        with_senses, without_senses = [], []
        for number, rows in samples:
            part, space = mentions.iloc[rows].reset_index(drop=True), vectors[rows]
            again = _topics(part, space, senses.iloc[rows].reset_index(drop=True), number)
            with_senses.append([_best_overlap(topics[rows] == name, again) for name in names])
            alone = _topics(part, space, None, number)
            by_sense = _commonest(read[rows], alone)
            without_senses.append([jaccard(read[rows] == kind, by_sense == kind) for kind in kinds])
        labels = senses.drop_duplicates("topic").set_index("topic")["topic_label"]
        titles, sizes = [f"{n}: {labels[n]}" for n in names], [int((topics == n).sum()) for n in names]
        tables.append(_table(f"topics, {what}", titles, sizes, with_senses))
        tables.append(
            _table(f"senses as topics, {what}", kinds, [int((read == k).sum()) for k in kinds], without_senses)
        )
    return pd.concat(tables, ignore_index=True)


def _topics(mentions: pd.DataFrame, vectors: np.ndarray, senses: pd.DataFrame | None, seed: int) -> np.ndarray:
    from analysis.topics.model import model_topics

    return np.asarray(model_topics(mentions, vectors, senses, seed=seed).mentions["topic"].to_numpy())


def _best_overlap(here: np.ndarray, again: np.ndarray) -> float:
    """Overlap with the topic that fits best; NaN if none of the topic's mentions was drawn."""
    if not here.any():
        return float("nan")
    return max((jaccard(here, again == topic) for topic in _in_topics(again)), default=0.0)


def _in_topics(topics: np.ndarray) -> Iterator[int]:
    yield from (int(topic) for topic in np.unique(topics) if topic != -1)


def _commonest(read: np.ndarray, topics: np.ndarray) -> np.ndarray:
    """The commonest sense of each mention's topic, ties by name; "" in no topic."""
    out = np.full(len(read), "", dtype=object)
    for topic in _in_topics(topics):
        names, counts = np.unique(read[topics == topic].astype(str), return_counts=True)
        out[topics == topic] = names[counts.argmax()]
    return out


def _table(
    method: str, names: Sequence[str], sizes: Sequence[int], overlaps: Sequence[Sequence[float]]
) -> pd.DataFrame:
    import pandas as pd

    seen = np.array(overlaps, dtype=float).reshape(-1, len(names))
    there = ~np.isnan(seen)
    known = [column[~np.isnan(column)] for column in seen.T]
    return pd.DataFrame(
        {
            "method": method,
            "name": list(names),
            "n": list(sizes),
            "found": (np.nan_to_num(seen) > FOUND).sum(axis=0).astype(int),
            "runs": there.sum(axis=0).astype(int),
            "jaccard": [float(np.median(column)) if len(column) else float("nan") for column in known],
        }
    )
