"""The parent of a reading: how it is made, and what is said of a reading that is sure of nothing else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.common.tables import make_table
from analysis.inventory.inventory import Inventory, Parent, Sense
from analysis.senses.few import keep_labels
from analysis.senses.probable import Said, at_parents, best_of, by_parent, said_of, senses_table
from analysis.senses.reviews import apply_reviews

SENSES = (
    Sense("skew", "Skew", "d", parent="model"),
    Sense("shortcut", "Shortcut", "d", parent="model"),
    Sense("data", "Data", "d", parent="world"),
)
PARENTS = (Parent("model", "Model", "d"), Parent("world", "World", "d"))
INVENTORY = Inventory("bias", SENSES, parents=PARENTS)
LABELS = ("data", "other", "shortcut", "skew", "unclear")
#                 data  other shortcut skew unclear
PROBABLE = np.array([
    [0.40, 0.00, 0.30, 0.30, 0.00],
    [0.10, 0.60, 0.10, 0.10, 0.10],
    [0.25, 0.20, 0.15, 0.15, 0.25],
])  # fmt: skip
MENTIONS = pd.DataFrame({"mention_id": [f"p{i}#abstract:4" for i in range(3)]})


def table() -> pd.DataFrame:
    return senses_table(MENTIONS, best_of(PROBABLE, LABELS), **by_parent(PROBABLE, LABELS, INVENTORY))


def test_probabilities_are_summed_by_parent() -> None:
    # 0: data 0.40 against model 0.30 + 0.30; 1: other is its own; 2: model 0.15 + 0.15 against 0.25, 0.20 and 0.25
    read = table()
    assert read["sense"].tolist() == ["data", "other", "data"]
    assert read["parent"].tolist() == ["model", "other", "model"]
    assert read["parent_confidence"].tolist() == pytest.approx([0.6, 0.6, 0.3])
    assert read["abstained"].tolist() == [True, False, True]


def test_without_parents_nothing_is_said_of_them() -> None:
    plain = Inventory("bias", SENSES)
    assert by_parent(PROBABLE, LABELS, plain) == {}
    read = senses_table(MENTIONS, best_of(PROBABLE, LABELS))
    assert read["parent"].tolist() == ["", "", ""]
    assert [said_of(row) for row in read.to_dict("records")] == [
        Said("data", 0.4, True), Said("other", 0.6, False), Said("data", 0.25, True)
    ]  # fmt: skip


def test_the_parent_is_said_where_it_alone_is_sure() -> None:
    said = [said_of(row) for row in table().to_dict("records")]
    assert said == [Said("model", 0.6, False), Said("other", 0.6, False), Said("data", 0.25, True)]
    assert said_of(table().loc[0]) == said[0]


def test_a_table_can_be_read_by_parents() -> None:
    coarse = at_parents(table(), INVENTORY)
    assert coarse["sense"].tolist() == ["model", "other", "model"]
    assert coarse["abstained"].tolist() == [False, False, True]
    # runners-up were shortcut (of model itself), data, and unclear
    assert coarse["runner_up"].tolist() == ["", "world", "unclear"]
    assert coarse["parent"].tolist() == ["", "", ""]


def test_a_table_that_says_no_parent_has_those_of_its_senses() -> None:
    coarse = at_parents(senses_table(MENTIONS, best_of(PROBABLE, LABELS)), INVENTORY)
    assert coarse["sense"].tolist() == ["world", "other", "world"]
    assert coarse["confidence"].tolist() == pytest.approx([0.4, 0.6, 0.25])


def test_a_label_brings_its_parent() -> None:
    labels = pd.DataFrame({"mention_id": MENTIONS["mention_id"][:2], "sense": ["data", "unclear"]})
    kept = keep_labels(table(), labels, INVENTORY)
    assert kept["parent"].tolist() == ["world", "unclear", "model"]
    assert kept["parent_confidence"].tolist() == pytest.approx([1.0, 1.0, 0.3])


def places() -> pd.DataFrame:
    rows = [{"mention_id": m, "paper_id": m[:2], "field": "abstract", "start": 4, "end": 8, "surface": "bias"}
            for m in MENTIONS["mention_id"]]  # fmt: skip
    return make_table("mentions", rows)


def review(action: str, sense: str, to: str = "", paper: str = "") -> dict[str, object]:
    place = {"paper_id": paper, "field": "abstract", "start": 4, "end": 8, "surface": "bias"} if paper else {}
    return {"action": action, "sense": sense, "to": to, **place}


def reviewed(*rows: dict[str, object]) -> tuple[pd.DataFrame, Inventory, dict]:
    return apply_reviews(table(), places(), INVENTORY, make_table("reviews", rows))


def test_a_merge_takes_a_sense_to_the_other_parent() -> None:
    # the parent as read is another than that of data in both rows, and stays
    read, inventory, _ = reviewed(review("merge", "data", "skew"))
    assert read["parent"].tolist() == ["model", "other", "model"]
    assert inventory.parent_of("skew") == "model"
    # p0 says model, the parent of shortcut and skew; a mention read as skew goes where skew goes
    skew = table().assign(sense=["skew", "other", "data"])
    moved, _, _ = apply_reviews(skew, places(), INVENTORY, make_table("reviews", [review("merge", "skew", "data")]))
    assert moved["parent"].tolist() == ["world", "other", "model"]
    assert moved["parent_confidence"].tolist() == pytest.approx([0.4, 0.6, 0.3])


def test_a_sense_made_by_a_split_has_the_parent_of_its_origin() -> None:
    read, inventory, _ = reviewed(review("split", "skew", "position", paper="p2"))
    assert inventory["position"].parent == "model"
    assert read.loc[2, ["sense", "parent"]].tolist() == ["position", "model"]


def test_other_is_a_possible_label_and_no_sense() -> None:
    read, inventory, report = reviewed(review("label", "Other", paper="p0"))
    assert read.loc[0, ["sense", "parent"]].tolist() == ["other", "other"]
    assert inventory.ids == INVENTORY.ids
    assert report["conflicts"] == []


@pytest.mark.parametrize("row", [review("split", "skew", "other", paper="p0"), review("rename", "skew", "other")])
def test_a_review_may_call_a_sense_other(row: dict[str, object]) -> None:
    _, inventory, report = reviewed(row)
    assert "other" in inventory.ids
    assert inventory.no_sense == ("unclear",)
    assert report["conflicts"] == []
