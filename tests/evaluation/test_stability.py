"""Found again: overlaps counted by hand, and heaps that are really there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.common.tables import make_table
from analysis.evaluation.stability import head_stability, jaccard, topic_stability
from analysis.senses.head import Features
from analysis.senses.labelled import Training


def test_the_overlap_is_shared_rows_of_all_rows() -> None:
    here, there = np.array([True, True, True, False]), np.array([False, True, True, True])
    assert jaccard(here, there) == 0.5
    assert np.isnan(jaccard(np.zeros(4, bool), np.zeros(4, bool)))


def test_a_head_finds_senses_that_are_plain_and_not_one_that_is_noise() -> None:
    rng = np.random.default_rng(0)
    truth = np.repeat(["left", "right"], 60)
    vectors = np.where(truth[:, None] == "left", 1.0, -1.0) + rng.normal(0, 0.1, (120, 8))
    labels = pd.DataFrame(
        {
            "paper_id": [f"p{i}" for i in range(120)],
            "field": "abstract",
            "start": 0,
            "sense": truth,
            "confidence": "high",
        }
    )
    training = Training(labels, Features(vectors.astype(np.float32), np.zeros((120, 1), np.float32), [[]] * 120))
    reference = labels.assign(sense=np.where(np.arange(120) % 12 == 0, "noise", truth))
    table = head_stability(training, reference, runs=5).set_index("name")
    assert table.loc["left", "found"] == table.loc["right", "found"] == 5
    assert table.loc["noise", "found"] == 0
    assert (table["runs"] == 5).all()


def test_topics_that_are_really_there_are_found_in_every_run() -> None:
    rng = np.random.default_rng(0)
    heap = np.arange(36) % 3
    vectors = np.tile(np.eye(3, 384)[heap], 3) + rng.normal(0, 0.005, (36, 1152))
    words = ["apples grow on trees", "whales swim in water", "trains run on rails"]
    mentions = make_table(
        "mentions",
        [
            {"mention_id": f"p{i}#abstract:0", "paper_id": f"p{i}", "sentence": f"bias {words[h]}", "surface": "bias",
             "lemma": "bias"}
            for i, h in enumerate(heap)
        ],
    )  # fmt: skip
    senses = make_table(
        "senses",
        [
            {"mention_id": m, "sense": "abc"[h], "confidence": 0.9, "topic": h, "topic_label": words[h]}
            for m, h in zip(mentions["mention_id"], heap, strict=True)
        ],
    )
    table = topic_stability(mentions, vectors.astype(np.float32), senses, runs=3)
    assert (table["found"] == table["runs"]).all()
    assert (table["jaccard"] == 1).all()
    assert set(table["method"]) == {
        "topics, seeds", "senses as topics, seeds", "topics, papers redrawn", "senses as topics, papers redrawn",
    }  # fmt: skip
