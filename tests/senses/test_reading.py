"""What a user brings decides how senses are read: an inventory, labels, both or nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import yaml

from analysis.common.errors import BadInput
from analysis.common.tables import make_table
from analysis.inventory.inventory import UNCLEAR, inventory_of
from analysis.mentions.find import find_mentions
from analysis.senses.labelled import Training, shipped_training
from analysis.senses.reading import read_senses
from analysis.vectors.context import read_in_context
from analysis.vectors.embed import embed_mentions

RIVER = ["The bank of the river was flooded by muddy water.", "Willows grew on the bank of the stream.",
         "Erosion moved the bank of the river by a metre.", "Otters dig burrows in the bank of a quiet creek.",
         "The flood left sand on the left bank of the river.",
         "Fish spawn under the shaded bank of the brook."]  # fmt: skip
MONEY = ["The bank raised the interest on its loans.", "Customers of the bank closed their deposit accounts.",
         "A bank lends money against collateral.", "The bank failed after its loans were not repaid.",
         "Regulators asked the bank to hold more capital.",
         "Savings at the bank are insured by the state."]  # fmt: skip


@pytest.fixture(scope="module")
def banks():
    texts = [*RIVER, *MONEY]
    rows = [{"paper_id": f"b{n}", "abstract": text, "language": "en"} for n, text in enumerate(texts)]
    papers = make_table(
        "papers", [*rows, {"paper_id": "fr", "abstract": "La bank est ici, au bord.", "language": "fr"}]
    )
    mentions = find_mentions(papers, "bank")
    return papers, mentions, embed_mentions(mentions, papers)


def labels_file(folder, mentions, rows, extra=()):
    at = mentions.set_index("paper_id")
    table = [
        {"paper_id": p, "field": "abstract", "start": at.loc[p, "start"], "end": at.loc[p, "end"], "sense": s}
        for p, s in rows
    ]
    path = folder / "labels.csv"
    pd.DataFrame([*table, *extra]).to_csv(path, index=False)
    return path


def read(banks, **given):
    papers, mentions, vectors = banks
    return read_senses(mentions, vectors, papers, **{"term": "bank", "inventory": "none", **given})


SOME = [
    ("b0", "river_side"),
    ("b1", "river_side"),
    ("b2", "river_side"),
    ("b6", "lender"),
    ("b7", "lender"),
    ("b8", "lender"),
]


def test_without_inventory_senses_are_induced_and_other_languages_left_out(banks):
    made = read(banks)
    assert made["reading"] == {"by": "induced", "scores": False} and made["held_out"].empty
    assert set(made["read"]["sense"]) <= {*inventory_of(made["inventory"]).ids, UNCLEAR}
    last = made["read"].iloc[-1]
    assert (last["sense"], last["confidence"], last["abstained"]) == (UNCLEAR, 0.0, True)
    assert made["labels_report"] == {}


def test_labels_of_new_senses_replace_the_inventory(banks, tmp_path):
    stray = {"paper_id": "nowhere", "field": "abstract", "start": 3, "end": 7, "sense": "lender"}
    made = read(banks, labels=labels_file(tmp_path, banks[1], SOME, [stray]))
    assert made["reading"] == {"by": "few", "scores": False}
    assert made["held_out"].empty  # three labels per sense tell nothing of its errors
    inventory = inventory_of(made["inventory"])
    assert set(inventory.ids) == {"river_side", "lender"}
    assert "[[bank]]" in inventory["river_side"].examples[0]
    table = made["read"].set_index(banks[1]["paper_id"])
    assert all(table.loc[p, "sense"] == s and table.loc[p, "reviewed"] for p, s in SOME)
    assert all(table.loc[p, "confidence"] == 1.0 for p, _ in SOME)
    assert table.loc[["b3", "b4", "b5"], "sense"].tolist() == ["river_side"] * 3
    assert table.loc[["b9", "b10", "b11"], "sense"].tolist() == ["lender"] * 3
    report = made["labels_report"]
    assert (report["labels"], report["aligned"], report["use"]) == (7, 6, "replace the inventory")
    assert report["lost"][0]["paper_id"] == "nowhere" and "no mention" in report["lost"][0]["reason"]


def test_labels_are_held_out_to_tell_how_often_they_would_have_been_read_so(banks, tmp_path):
    every = [*((f"b{n}", "river_side") for n in range(6)), *((f"b{n}", "lender") for n in range(6, 12))]
    wrong = [("b0", "lender"), *every[1:]]  # a label that no other speaks for
    made = read(banks, labels=labels_file(tmp_path, banks[1], wrong))
    held_out = made["held_out"].set_index("paper_id")
    assert held_out["label"].to_dict() == dict(wrong)
    assert made["read"].set_index(banks[1]["paper_id"]).loc["b0", "sense"] == "lender"  # it keeps its label
    assert held_out.loc["b0", "sense"] == "river_side"  # but would not have been read so
    assert (held_out["sense"] == held_out["label"]).sum() >= 10


def test_a_label_in_a_paper_of_another_language_is_kept(banks, tmp_path):
    made = read(banks, labels=labels_file(tmp_path, banks[1], [*SOME, ("fr", "river_side")]))
    assert made["read"]["sense"].iloc[-1] == "river_side" and len(made["read"]) == len(banks[1])


def test_an_inventory_file_is_read_by_definitions_and_cues(banks, tmp_path):
    path = tmp_path / "bank.yaml"
    senses = [
        {"id": "shore", "definition": "The land beside a river or stream.", "cues": {"context": ["river", "stream"]}},
        {"id": "institute", "definition": "A company that keeps and lends money.", "cues": {"context": ["loan"]}},
    ]
    path.write_text(yaml.safe_dump({"term": "bank", "senses": senses}), "utf-8")
    made = read(banks, inventory=str(path))
    assert made["read"]["sense"].tolist()[:12] == ["shore"] * 6 + ["institute"] * 6
    more = read(banks, inventory=str(path), labels=labels_file(tmp_path, banks[1], [("b0", "institute")]))
    assert more["labels_report"]["use"] == "extend the inventory's own"
    assert more["read"]["sense"][0] == "institute" and more["read"]["runner_up"][0] == "shore"


@pytest.mark.parametrize(
    ("rows", "said"),
    [([("b0", "lender"), ("b1", "lender")], "only one sense"), ([], "none of 1 labels belongs to a mention")],
)
def test_labels_that_cannot_be_used_are_refused_in_one_line(banks, tmp_path, rows, said):
    stray = {"paper_id": "x", "field": "abstract", "start": 3, "end": 7, "sense": "lender"}
    with pytest.raises(BadInput, match=said):
        read(banks, labels=labels_file(tmp_path, banks[1], rows, [] if rows else [stray]))


def test_no_mention_gives_empty_tables(banks, tmp_path):
    papers, mentions, vectors = banks
    labels = labels_file(tmp_path, mentions, SOME)
    for given in ({}, {"labels": labels}):
        made = read_senses(mentions.head(0), vectors[:0], papers, term="bank", inventory="none", **given)
        assert made["read"].empty
    assert len(made["labels_report"]["lost"]) == 6


def test_labels_in_the_shipped_inventory_extend_the_shipped_ones(tmp_path, monkeypatch):
    whole = shipped_training()  # a quarter is enough to be extended; test_train.py fits all of it
    part = Training(
        whole.labels.iloc[::4].reset_index(drop=True), whole.features.take(np.arange(0, len(whole.labels), 4))
    )
    monkeypatch.setattr("analysis.senses.labelled.shipped_training", lambda: part)
    texts = ["We reduce gender bias in hiring models.", "The bias of the estimator vanishes.", "Frobnitz bias is new."]
    papers = make_table("papers", [{"paper_id": f"p{n}", "abstract": t, "language": "en"} for n, t in enumerate(texts)])
    mentions = find_mentions(papers, "bias")
    vectors = embed_mentions(mentions, papers)
    given = {"term": "bias", "inventory": "shipped", "scores": read_in_context(mentions, papers)}
    plain = read_senses(mentions, vectors, papers, **given)
    path = labels_file(tmp_path, mentions, [("p2", "inductive")])
    made = read_senses(mentions, vectors, papers, labels=path, **given)
    assert made["inventory"] == plain["inventory"]
    assert (plain["reading"], made["reading"]) == (
        {"by": "shipped", "scores": True},
        {"by": "extended", "scores": True},
    )
    assert plain["held_out"].empty and made["held_out"]["label"].tolist() == ["inductive"]
    assert made["held_out"]["sense"].tolist() == [plain["read"]["sense"][2]]  # as the heads read it before
    assert made["read"]["sense"][2] == "inductive" and made["read"]["reviewed"].tolist() == [False, False, True]
    assert made["read"]["sense"][:2].tolist() == plain["read"]["sense"][:2].tolist()


def test_an_inventory_of_another_term_is_refused(banks, tmp_path):
    path = tmp_path / "kernel.yaml"
    senses = [{"id": i, "definition": i} for i in ("one", "two")]
    path.write_text(yaml.safe_dump({"term": "kernel", "senses": senses}), "utf-8")
    with pytest.raises(BadInput, match="an inventory of 'kernel', not of 'bank'; say --term 'kernel'"):
        read(banks, inventory=str(path))
