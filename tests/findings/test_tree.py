"""The tree of topics joins what is alike first."""

from __future__ import annotations

import numpy as np

from analysis.charts.tree import tree_figure
from analysis.findings.tree import topic_tree
from analysis.inventory.inventory import load_inventory
from analysis.inventory.palette import palette_of


def test_tree(readings):
    rows = [
        ("a", "social", 0),
        ("b", "social", 0),
        ("c", "data", 0),
        ("d", "data", 1),
        ("e", "unclear", 2),
        ("f", "x", -1),
    ]
    told = [{"paper_id": p, "sense": s, "topic": t, "topic_label": f"topic {t}", "novel": t == 2} for p, s, t in rows]
    table = readings(*told)
    vectors = np.array([[1, 0], [1, 0], [1, 0], [0.9, 0.1], [0, 1], [5, 5]], dtype=float)
    leaves, merges, left_out, outside = topic_tree(table, vectors)
    assert sorted(leaves["label"]) == ["topic 0", "topic 1", "topic 2"]
    row = leaves.set_index("topic").loc[0]
    assert row[["sense", "mentions", "papers"]].tolist() == ["social", 3, 3]
    assert row["share"] == 2 / 3
    assert leaves.set_index("topic").loc[2, "sense"] == "unclear"
    first = {int(leaves["topic"].iloc[int(node)]) for node in merges.loc[0, ["one", "two"]]}
    assert first == {0, 1}
    assert merges["height"].is_monotonic_increasing
    assert leaves.loc[leaves["novel"], "topic"].tolist() == [2]
    told = tree_figure(topic_tree(table, vectors), palette_of(load_inventory())).notes
    assert told.endswith(
        " What may be novel: most of its mentions fit no sense of the inventory, and they are like each other. "
        "1 mention in no topic."
    )
    assert (left_out, outside) == (0, 1)
    assert topic_tree(table, vectors, largest=2).left_out == 1


def test_one_topic_has_no_forks(readings):
    tree = topic_tree(readings({"paper_id": "a", "topic": 0, "topic_label": "t"}), np.ones((1, 2)))
    assert len(tree.leaves) == 1 and tree.merges.empty
    assert topic_tree(readings(), np.ones((0, 2))).leaves.empty
