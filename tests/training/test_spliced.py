"""Spliced abstracts: a sentence that tells its sense by itself, in an abstract about another sense."""

import numpy as np
import pandas as pd
import pytest

from analysis.inventory.inventory import load_inventory
from analysis.mentions.find import find_mentions
from analysis.training.collect import LabelledTexts
from analysis.training.spliced import spliced

TEXT = "Training takes two hours on one card. " * 5
FAIR = "We audit hiring tools for gender bias and find that women are ranked below men of like merit. " + TEXT
TERM = "Each layer has a bias term that is learned with the weights. " + TEXT


@pytest.fixture(scope="module")
def texts():
    rows = [("fair:1", FAIR), ("fair:2", FAIR), ("term:1", TERM), ("term:2", TERM)]
    papers = pd.DataFrame(rows, columns=["paper_id", "abstract"]).assign(title="A study")
    mentions = find_mentions(papers)
    sense = np.where(mentions["paper_id"].str.startswith("fair"), "social", "parameter")
    labels = mentions[["paper_id", "field", "start", "end", "surface"]].assign(
        sense=sense, stance="", confidence="high"
    )
    return LabelledTexts(mentions, labels, papers)


def test_a_spliced_abstract_speaks_of_two_senses_of_one_part(texts, monkeypatch):
    monkeypatch.setattr("analysis.training.spliced.SHARE", 1.0)
    part = texts.labels["paper_id"].str[-1].astype(int).to_numpy()
    made, of_part = spliced(texts, load_inventory(), part)
    assert len(made.papers) == 4
    text = made.papers.set_index("paper_id")["abstract"]
    for paper, rows in made.labels.groupby("paper_id"):
        assert set(rows["sense"]) == {"social", "parameter"}
        assert rows["sense"].iloc[-1] != rows["sense"].iloc[0]  # the guest comes last
        host, guest = (FAIR, TERM[:60]) if rows["sense"].iloc[0] == "social" else (TERM, FAIR[:93])
        assert len(text[paper]) == len(host) + len(guest) + 1
    for mention in made.mentions.itertuples():
        assert text[mention.paper_id][mention.start : mention.end] == "bias" == mention.surface
    assert set(of_part) == {1, 2} and len(of_part) == len(made.labels)


def test_what_is_not_told_by_the_word_beside_it_stays_where_it_is(texts, monkeypatch):
    monkeypatch.setattr("analysis.training.spliced.SHARE", 1.0)
    unsure = texts.labels.assign(confidence=np.where(texts.labels["sense"] == "social", "medium", "high"))
    made, _ = spliced(texts._replace(labels=unsure), load_inventory(), np.zeros(len(unsure)))
    assert set(made.labels.groupby("paper_id")["sense"].last()) == {"parameter"}
