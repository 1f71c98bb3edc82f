"""A new sense by the documented steps: an entry in the inventory, labels, and what ``make train`` runs."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import assign_senses, embed_mentions, find_mentions, read_in_context
from analysis.common.resources import resource
from analysis.common.tables import make_table
from analysis.inventory.inventory import CUE_KINDS, inventory_of, load_inventory
from analysis.senses.assign import Heads, head_paths
from analysis.senses.cues import cue_matrix, cues_in_words
from analysis.senses.head import load_head
from analysis.senses.labelled import Training, is_real, read_training, shipped_training
from analysis.training import train
from analysis.training.collect import LABELS, WRITTEN
from analysis.training.extend import save_training

SEWING = {
    "id": "sewing",
    "definition": "The slant of cloth: the direction across its threads, in which it stretches.",
    "cues": {"modifier": ["fabric", "true"], "head": ["tape", "binding", "cut"], "context": ["cloth", "hem", "sew"]},
    "examples": ["Cut the sleeve on the [[bias]] so that the cloth drapes."],
}
SENTENCES = [
    f"{start} {phrase} {end}"
    for start, end in (("The skirt is cut on the", "so that the cloth stretches."), ("We sew the hem with", "of silk."),
                       ("A robot hand lays the", "over a seam of wool."), ("Dressmakers prefer the", "for a collar."))
    for phrase in ("[[bias]]", "[[bias]] tape", "[[bias]] binding", "true [[bias]]", "fabric [[bias]]")
]  # fmt: skip
INVENTORY = inventory_of({**load_inventory().as_data(), "senses": [*load_inventory().as_data()["senses"], SEWING]})


@pytest.fixture
def data(tmp_path, monkeypatch):
    """The folder ``data`` with a part of the shipped training, as a contributor has it after the entry."""
    whole = shipped_training()
    rows = np.flatnonzero(is_real(whole.labels))[::12]
    labels = whole.labels.iloc[rows].reset_index(drop=True)
    part = Training(labels, whole.features.take(rows))
    annotations = tmp_path / "annotations"
    annotations.mkdir()
    (tmp_path / "models").mkdir()
    save_training(part, load_inventory(), annotations)
    for name in LABELS:
        own = labels[labels["file"] == name]
        own.drop(columns="file").to_csv(annotations / name, index=False)
    empty = pd.DataFrame(columns=["title", "sentence", "sense", "stance", "field"])
    empty.to_csv(annotations / WRITTEN, index=False)
    bare = inventory_of({**INVENTORY.as_data(), "senses": [
        {**s, "examples": s["examples"] if s["id"] == "sewing" else []} for s in INVENTORY.as_data()["senses"]
    ]})  # fmt: skip
    monkeypatch.setattr(train, "load_inventory", lambda: bare)
    monkeypatch.setattr(train, "resource", lambda _, name: tmp_path / name)
    monkeypatch.setattr(train, "FOLDS", 2)
    monkeypatch.setattr(sys, "argv", ["train"])
    return tmp_path


def test_a_further_sense_is_trained_and_read(data):
    rows = pd.DataFrame({"title": "", "sentence": SENTENCES, "sense": "sewing", "stance": "mention", "field": "craft"})
    rows.to_csv(data / "annotations" / WRITTEN, index=False)
    assert len(rows) == 20
    train.main()
    known = read_training(data / "annotations", INVENTORY)
    assert (known.labels["sense"] == "sewing").sum() == 21  # and the example of the inventory
    assert known.features.cues.shape[1] == 17 * len(CUE_KINDS)
    heads = Heads(*map(load_head, head_paths(data / "models")))
    assert "sewing" in heads.sense.labels
    texts = ["The hem is faced with bias tape before one sews it.", "We reduce gender bias in hiring models."]
    papers = make_table("papers", [{"paper_id": f"p{n}", "abstract": text} for n, text in enumerate(texts)])
    mentions = find_mentions(papers)
    vectors, scores = embed_mentions(mentions, papers), read_in_context(mentions, papers)
    read = assign_senses(mentions, vectors, INVENTORY, scores=scores, heads=heads)
    assert read["sense"].tolist() == ["sewing", "social"]
    without = Heads(*map(load_head, head_paths(data / "models", scores=False)))
    assert assign_senses(mentions, vectors, INVENTORY, heads=without)["sense"].tolist() == ["sewing", "social"]


def test_a_label_of_a_paper_needs_its_text(data, monkeypatch):
    file = data / "annotations" / "more_mentions.csv"
    with file.open("a") as handle:
        handle.write("craft-1,abstract,12,16,bias,sewing,mention,high\n")
    with pytest.raises(
        SystemExit, match=r"more_mentions.csv: craft-1 abstract 12: no mention in a paper of that id; name"
    ):
        train.main()
    corpus = data / "craft.jsonl"
    corpus.write_text(json.dumps({"id": "craft-1", "title": "", "abstract": "It is a bold bias in tape."}) + "\n")
    text = json.loads(corpus.read_text())["abstract"]
    assert text.index("bias") == 13  # the label is off by one and finds the mention of its word
    monkeypatch.setattr(sys, "argv", ["train", str(corpus)])
    train.main()
    labels = read_training(data / "annotations", INVENTORY).labels
    assert labels.loc[labels["paper_id"] == "craft-1", "sense"].tolist() == ["sewing"]


def test_cues_of_a_new_sense_are_found_in_the_words_that_are_kept():
    """Of the shipped labels only the words near each mention are kept; modifiers, heads and verbs are among them."""
    training = shipped_training()
    found = cue_matrix(cues_in_words(training.features.words, load_inventory()), load_inventory().ids)
    shape = (len(found), len(CUE_KINDS), -1)
    found, stored = found.reshape(shape), training.features.cues.reshape(shape)
    for kind, share in (("modifier", 0.99), ("head", 0.95), ("verb", 1.0)):
        at = CUE_KINDS.index(kind)
        assert (found[:, at] * stored[:, at]).sum() >= share * max(stored[:, at].sum(), found[:, at].sum())


def test_columns_are_found_by_name_whatever_the_inventory(tmp_path):
    whole = shipped_training()
    few = np.arange(40)
    save_training(Training(whole.labels.iloc[few], whole.features.take(few)), load_inventory(), tmp_path)
    turned = inventory_of({**INVENTORY.as_data(), "senses": INVENTORY.as_data()["senses"][::-1]})
    read = read_training(tmp_path, turned)
    cues = read.features.cues.reshape(40, len(CUE_KINDS), 17)[:, :, :0:-1]  # sewing is the first now
    assert (cues.reshape(40, -1) == whole.features.cues[few]).all()
    assert read.features.scored == whole.features.scored
    assert resource("data", "annotations").is_dir()


def test_what_is_saved_is_read_again_and_saved_the_same(tmp_path):
    whole, few = shipped_training(), np.arange(40)
    scores = whole.features.scores.iloc[few]
    turned = scores.set_axis(scores.columns, axis=1).T.copy().T  # its memory runs down the columns
    part = Training(whole.labels.iloc[few], replace(whole.features.take(few), scores=turned))
    save_training(part, load_inventory(), tmp_path)
    first = (tmp_path / "training.safetensors").read_bytes()
    again = read_training(tmp_path, load_inventory())
    np.testing.assert_allclose(again.features.scores, scores, atol=1e-3)
    np.testing.assert_allclose(again.features.vectors, part.features.vectors, atol=0.003)  # eight bits
    save_training(again, load_inventory(), tmp_path)
    assert (tmp_path / "training.safetensors").read_bytes() == first
