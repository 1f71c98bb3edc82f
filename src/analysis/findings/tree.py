"""Which topics are alike: a tree over the topics, each with the sense that most of its mentions have."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.inventory.inventory import NO_SENSE

if TYPE_CHECKING:
    import pandas as pd

LARGEST = 40  # topics in a tree; smaller ones are left out of it
NOVEL = "may be novel"  # said of a topic that no sense explains


class Tree(NamedTuple):
    """``leaves``: one row per topic from top to bottom; ``merges``: one row per fork, lowest first.

    A merge joins nodes ``one`` and ``two`` at ``height`` (cosine distance) into node ``len(leaves) + row``; nodes below
    ``len(leaves)`` are rows of ``leaves``. ``left_out`` counts topics that are not in the tree,
    ``outside`` the mentions that are in no topic.
    """

    leaves: pd.DataFrame
    merges: pd.DataFrame
    left_out: int
    outside: int


def topic_tree(
    readings: pd.DataFrame,
    vectors: np.ndarray,
    *,
    largest: int = LARGEST,
    no_sense: Collection[str] = NO_SENSE,
) -> Tree:
    """Average-linkage tree (Sokal and Michener 1958) over the mean vectors of the ``largest`` topics.

    ``vectors`` has one row per reading. Returns leaves with topic, label, sense (commonest one of its mentions; one in
    ``no_sense`` only where there is no other), share (of its mentions in that sense), mentions, papers and novel
    (whether it may be); and the merges. Mentions outside any topic are no leaf.
    """
    import pandas as pd
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import pdist

    sizes = readings.loc[readings["topic"] >= 0, "topic"].value_counts()
    chosen = sizes.sort_index().sort_values(ascending=False, kind="stable").index[:largest].tolist()
    topic = readings["topic"].to_numpy()
    left_out, outside = len(sizes) - len(chosen), int((topic < 0).sum())
    rows, means = [], []
    for number in chosen:
        own = readings[topic == number]
        clear = own.loc[~own["sense"].isin(no_sense), "sense"].value_counts()
        clear = clear if len(clear) else own["sense"].value_counts()
        sense = min(clear.index[clear == clear.max()])
        share = float((own["sense"] == sense).mean())
        papers, novel = own["paper_id"].nunique(), bool(own["novel"].iloc[0])
        rows.append((int(number), own["topic_label"].iloc[0], sense, share, len(own), papers, novel))
        means.append(vectors[topic == number].mean(axis=0))
    leaves = pd.DataFrame(rows, columns=["topic", "label", "sense", "share", "mentions", "papers", "novel"])
    columns = ["one", "two", "height"]
    if len(rows) < 2:
        return Tree(leaves, pd.DataFrame(columns=columns), left_out, outside)
    joined = linkage(pdist(np.array(means, dtype=float), "cosine"), "average", optimal_ordering=True)
    order = leaves_list(joined)
    place = np.empty(len(rows), dtype=int)
    place[order] = np.arange(len(rows))
    merges = pd.DataFrame(joined[:, :3], columns=columns)
    for side in ("one", "two"):
        node = merges[side].astype(int).to_numpy()
        merges[side] = np.where(node < len(rows), place[np.minimum(node, len(rows) - 1)], node)
    return Tree(leaves.iloc[order].reset_index(drop=True), merges, left_out, outside)
