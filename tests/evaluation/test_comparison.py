"""Labels beside a study: aligned, what flatters left out, and everything lost told."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.common.errors import BadInput
from analysis.common.tables import make_table
from analysis.evaluation import compare, evaluate_labels, shipped_readings
from analysis.inventory import load_inventory
from analysis.inventory.inventory import SHIPPED
from analysis.senses.reader import FEW, Reading


def study(senses: list[str], *, reviewed: tuple[int, ...] = (), by: str = FEW, papers: str = "p") -> SimpleNamespace:
    """A study with one mention in each of ``len(senses)`` papers: ``A bias here.``"""
    mentions = make_table(
        "mentions",
        [
            {"mention_id": f"{papers}{i}#abstract:2", "paper_id": f"{papers}{i}", "field": "abstract", "start": 2,
             "end": 6, "surface": "bias", "lemma": "bias", "sentence": "A bias here.", "sentence_start": 0}
            for i in range(len(senses))
        ],
    )  # fmt: skip
    read = make_table(
        "senses",
        [
            {"mention_id": m, "sense": s, "confidence": 0.8, "runner_up": "skew", "stance": "mention",
             "stance_confidence": 0.7, "reviewed": i in reviewed}
            for i, (m, s) in enumerate(zip(mentions["mention_id"], senses, strict=True))
        ],
    )  # fmt: skip
    return SimpleNamespace(
        mentions=mentions,
        senses=read,
        duplicates=make_table("duplicates", [{"paper_id": "twin", "survivor": f"{papers}0"}]),
        vectors=np.zeros((len(senses), 1152), np.float32),
        inventory=load_inventory(),
        reading=Reading(by, scores=True),
    )


def labels(rows: list[tuple[str, int, str]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"paper_id": p, "field": "abstract", "start": start, "end": start + 4, "surface": "bias", "sense": sense,
             "stance": "mention", "confidence": ""}
            for p, start, sense in rows
        ]
    )  # fmt: skip


def test_labels_find_their_mention_and_the_lost_are_told() -> None:
    found = compare(study(["social", "data"]), labels([("p0", 2, "social"), ("p1", 5, "social"), ("gone", 0, "data")]))
    assert found.rows["label"].tolist() == ["social", "social"]
    assert found.rows["sense"].tolist() == ["social", "data"]
    assert found.about["lost"] == 1
    assert "1 of 3 labels could not be aligned" in found.about["notes"][0]
    assert "gone abstract 0" in found.about["notes"][0]


def test_a_label_on_a_merged_duplicate_counts_for_its_survivor() -> None:
    found = compare(study(["social"]), labels([("twin", 2, "social")]))
    assert found.rows["paper_id"].tolist() == ["p0"]


def test_what_was_given_as_label_or_review_never_counts() -> None:
    found = compare(study(["social", "data"], reviewed=(0,)), labels([("p0", 2, "social"), ("p1", 2, "social")]))
    assert found.rows["paper_id"].tolist() == ["p1"]
    assert "1 label left out: given to the study" in found.about["notes"][0]


def test_nothing_left_is_an_error_with_the_reason() -> None:
    with pytest.raises(BadInput, match=r"mine.csv: no label can be measured. 1 of 1 label could not be aligned"):
        compare(study(["social"]), labels([("gone", 2, "social")]), place="mine.csv")


def test_induced_senses_are_named_one_to_one_and_the_rest_is_wrong() -> None:
    gold = labels([("p0", 2, "gain"), ("p1", 2, "gain"), ("p2", 2, "loss"), ("p3", 2, "loss"), ("p4", 2, "loss")])
    found = compare(study(["s1", "s1", "s2", "s2", "s3"]), gold)
    assert found.rows["sense"].tolist() == ["gain", "gain", "loss", "loss", "s3 (no partner)"]
    assert found.senses == ("gain", "loss")
    assert "s1 = gain, s2 = loss" in found.about["notes"][-1]


def test_a_mention_the_shipped_heads_were_trained_on_is_read_out_of_fold(monkeypatch) -> None:
    known = pd.DataFrame(
        [
            {"paper_id": "t0", "field": "abstract", "start": 2, "end": 6, "surface": "bias", "sense": "skew",
             "confidence": 0.4, "runner_up": "social", "stance": "measure", "stance_confidence": 0.5,
             "parent": "behaviour", "parent_confidence": 0.5},
            {"paper_id": "t1", "field": "title", "start": 2, "end": 6, "surface": "bias", "sense": "skew",
             "confidence": 0.4, "runner_up": "social", "stance": "measure", "stance_confidence": 0.5,
             "parent": "behaviour", "parent_confidence": 0.5},
        ]
    )  # fmt: skip
    monkeypatch.setattr("analysis.evaluation.comparison.shipped_readings", lambda *, scores: known)
    gold = labels([("t0", 2, "social"), ("t1", 2, "social"), ("t2", 2, "social")])
    found = compare(study(["social"] * 3, by=SHIPPED, papers="t"), gold)
    # t0 was labelled: its reading is the out-of-fold one. t1 was trained on by another mention. t2 is new.
    assert found.rows["paper_id"].tolist() == ["t0", "t2"]
    assert found.rows["sense"].tolist() == ["skew", "social"]
    assert found.rows["confidence"].tolist() == [0.4, 0.8]
    told = " ".join(found.about["notes"])
    assert "1 mention among the shipped labels" in told and "1 label left out" in told


def test_the_bundled_collection_is_measured_against_a_file_of_labels(seed_study, tmp_path) -> None:
    shutil.copytree(seed_study.folder, tmp_path / "bias.study")
    seed = seed_study
    new = ~seed.mentions["paper_id"].isin(set(shipped_readings()["paper_id"]))
    gold = seed.mentions[new].merge(seed.senses[["mention_id", "sense"]], on="mention_id").head(20)
    gold.loc[:1, "sense"] = "physical"  # two labels that the study does not agree with
    assert not (seed.senses.set_index("mention_id").loc[gold["mention_id"][:2], "sense"] == "physical").any()
    gold[["paper_id", "field", "start", "end", "surface", "sense"]].to_csv(tmp_path / "gold.csv", index=False)
    found = evaluate_labels(tmp_path / "gold.csv", folder=tmp_path / "bias.study", draws=20)
    assert found.about["mentions"] == 20
    assert found.value("accuracy").value == pytest.approx(0.9)
    assert {"collocation", "bertopic", "one_cluster", "most_frequent"} < set(found.figures["method"])
