"""Senses from few labels, or from definitions, cues and examples alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import yaml

from analysis.common.errors import BadInput
from analysis.common.tables import make_table
from analysis.inventory.inventory import inventory_of
from analysis.inventory.marks import unmark
from analysis.mentions.find import find_mentions
from analysis.senses.few import _weighed, keep_labels, read_with_few
from analysis.vectors.embed import embed_mentions


@pytest.fixture(scope="module")
def plants(data):
    """The mentions of `plant` in sentences written for this project, their vectors, and who means what."""
    terms = yaml.safe_load((data / "wsd_nouns.yaml").read_text("utf-8"))["terms"]
    senses = next(term for term in terms if term["term"] == "plant")["senses"]
    texts = {f"{s['id']}-{n}": unmark(text) for s in senses for n, text in enumerate(s["sentences"])}
    papers = make_table("papers", [{"paper_id": key, "abstract": text} for key, (text, _, _) in texts.items()])
    mentions = find_mentions(papers, "plant")
    mentions = mentions[[texts[p][1] == s for p, s in zip(mentions["paper_id"], mentions["start"], strict=True)]]
    mentions = mentions.reset_index(drop=True)
    return senses, mentions, embed_mentions(mentions, papers), mentions["paper_id"].str.split("-").str[0]


def inventory_with(senses, **extra):
    listed = [{"id": s["id"], "definition": s["definition"], **extra.get(s["id"], {})} for s in senses]
    return inventory_of({"term": "plant", "senses": listed})


def test_ten_labels_a_sense_are_enough_for_most_of_the_rest(plants):
    senses, mentions, vectors, gold = plants
    bare = inventory_of({"term": "plant", "senses": [{"id": s["id"], "definition": "labelled"} for s in senses]})
    taught = mentions.assign(sense=gold).groupby("sense").head(10)[["mention_id", "sense"]]
    read = read_with_few(mentions, vectors, bare, taught)
    rest = ~mentions["mention_id"].isin(taught["mention_id"])
    assert (read["sense"] == gold)[rest].mean() >= 0.8
    assert read["mention_id"].tolist() == mentions["mention_id"].tolist()
    assert read["confidence"].between(1 / 3, 1).all() and (read["runner_up"] != read["sense"]).all()


def test_definitions_alone_beat_chance_clearly(plants):
    senses, mentions, vectors, gold = plants
    read = read_with_few(mentions, vectors, inventory_with(senses))
    assert (read["sense"] == gold).mean() >= 0.55  # a third would be chance


def test_a_cue_decides_where_nothing_else_speaks(plants):
    senses, mentions, vectors, _ = plants
    ids = [s["id"] for s in senses]
    listed = [{"id": i, "definition": "the same"} for i in ids]
    listed[1]["cues"] = {"context": ["seedlings"]}
    row = mentions.head(2).assign(sentence=["The plant has seedlings.", "The plant is tall."], start=4, end=9)
    row = row.assign(sentence_start=0, modifier="", head="", verb="")
    read = read_with_few(row, vectors[:2], inventory_of({"term": "plant", "senses": listed}))
    assert read["sense"][0] == ids[1] and read["confidence"][0] > 0.7
    assert read["confidence"][1] == pytest.approx(1 / 3) and read["abstained"].tolist() == [False, True]


def test_examples_of_an_inventory_count_as_labels(plants):
    senses, mentions, vectors, gold = plants
    examples = {s["id"]: {"examples": s["sentences"][:6]} for s in senses}
    rest = mentions["paper_id"].str.split("-").str[1].astype(int).to_numpy() >= 6
    part, own = mentions[rest].reset_index(drop=True), gold[rest].to_numpy()
    told = (read_with_few(part, vectors[rest], inventory_with(senses, **examples))["sense"] == own).mean()
    bare = (read_with_few(part, vectors[rest], inventory_with(senses))["sense"] == own).mean()
    assert told > bare


def test_one_sense_cannot_be_told_apart(plants):
    senses, mentions, vectors, _ = plants
    with pytest.raises(BadInput, match="only one sense of 'plant'"):
        read_with_few(mentions, vectors, inventory_with(senses[:1]))


def test_no_mention_is_an_empty_table(plants):
    senses, mentions, vectors, _ = plants
    assert read_with_few(mentions.head(0), vectors[:0], inventory_with(senses)).empty


def test_a_labelled_mention_keeps_its_label():
    rows = [
        {"mention_id": i, "sense": s, "confidence": 0.6, "runner_up": r, "abstained": True, "stance": "mention",
         "stance_confidence": 0.5}
        for i, s, r in [("a", "one", "two"), ("b", "one", "two"), ("c", "one", "two")]
    ]  # fmt: skip
    labels = pd.DataFrame({"mention_id": ["c", "a"], "sense": ["two", "one"], "stance": ["", "mitigate"]})
    kept = keep_labels(make_table("senses", rows), labels)
    assert kept["sense"].tolist() == ["one", "one", "two"]
    assert kept["runner_up"].tolist() == ["two", "two", "one"]  # what the machine read, where it read otherwise
    assert kept["confidence"].tolist() == [1.0, 0.6, 1.0] and kept["reviewed"].tolist() == [True, False, True]
    assert kept["stance"].tolist() == ["mitigate", "mention", "mention"]
    assert kept["stance_confidence"].tolist() == [1.0, 0.5, 0.5] and kept["abstained"].tolist() == [False, True, False]
    assert np.issubdtype(kept["abstained"].dtype, np.bool_)


def test_even_labels_do_not_make_a_rare_sense_frequent():
    # By hand: two kinds of readings, 0.8 : 0.2 for most and 0.45 : 0.55 for a few. Were both senses equally frequent,
    # the few would be read as the second; the many say that the first is frequent, and so are they.
    read = np.log(np.array([[0.8, 0.2]] * 96 + [[0.45, 0.55]] * 4))
    assert (_weighed(read).argmax(axis=1) == 0).all()
    even = np.log(np.array([[0.8, 0.2]] * 50 + [[0.2, 0.8]] * 50))
    assert np.allclose(_weighed(even), even)  # as frequent as the labels said: nothing changes
