"""A sense that the inventory lacks: what is flagged as novel, and how leaving a sense out is done."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.common.tables import make_table
from analysis.evaluation.novelty import head_without
from analysis.inventory.inventory import CUE_KINDS, inventory_of
from analysis.senses.head import Features
from analysis.senses.labelled import Training
from analysis.topics.model import model_topics
from analysis.topics.unexplained import unexplained
from analysis.vectors.embed import SPACE, WIDTH, unit

THEMES = {
    "tea": "leaves cups kettle steam",
    "rain": "clouds drops umbrella puddles",
    "jazz": "trumpet drums swing piano",
}


def study_of(confidence: dict[str, float]):
    """Forty mentions a theme, each theme around its own vector, with the confidence of its reading."""
    rng = np.random.default_rng(0)
    rows, vectors, senses = [], [], []
    for theme, words in THEMES.items():
        centre = unit(rng.normal(size=(3, WIDTH)))
        for n in range(40):
            said = " ".join(rng.permutation(words.split())[:3])
            name = f"{theme}{n}"
            rows.append(
                {
                    "mention_id": name,
                    "paper_id": name,
                    "sentence": f"Bias of {said}.",
                    "surface": "Bias",
                    "lemma": "bias",
                }
            )
            vectors.append(unit(centre + 0.5 * unit(rng.normal(size=(3, WIDTH)))).ravel())
            senses.append({"mention_id": f"{theme}{n}", "sense": theme, "confidence": confidence[theme]})
    read = make_table("senses", senses)
    return make_table("mentions", rows), np.array(vectors, dtype=np.float32), read


def test_a_neighbourhood_of_doubt_is_novel():
    mentions, vectors, read = study_of({"tea": 0.9, "rain": 0.3, "jazz": 0.9})
    found = model_topics(mentions, vectors, read)
    assert found.mentions["novel"].tolist() == [i.startswith("rain") for i in mentions["mention_id"]]


def test_one_doubtful_mention_among_sure_ones_is_no_new_sense():
    mentions, vectors, read = study_of({"tea": 0.9, "rain": 0.9, "jazz": 0.9})
    read.loc[[3, 50, 100], "confidence"] = 0.3
    assert not model_topics(mentions, vectors, read).mentions["novel"].any()


@pytest.mark.parametrize(
    ("confidence", "known", "novel"),
    [
        (0.65, ["tea", "jazz"], True),  # hesitant where no label is near
        (0.95, ["tea", "jazz"], False),  # a sense is sure of them
        (0.65, ["tea", "rain", "jazz"], False),  # hesitant, but labelled mentions are like them
    ],
)
def test_what_is_like_no_labelled_mention_is_novel(confidence, known, novel):
    mentions, vectors, read = study_of({"tea": 0.9, "rain": confidence, "jazz": 0.9})
    of = mentions["mention_id"].str.rstrip("0123456789")
    found = model_topics(mentions, vectors, read, labelled=vectors[of.isin(known)])
    assert found.mentions["novel"].tolist() == [novel and theme == "rain" for theme in of]


def test_mentions_of_one_paper_are_no_neighbourhood():
    space = unit(np.array([[1, 0]] * 25 + [[1, 1]] * 25))
    read = make_table("senses", [{"sense": "a", "confidence": c} for c in [0.2] * 25 + [0.9] * 25])
    together, apart = np.repeat([0, 1], 25), np.arange(50)
    assert not unexplained(space, read, together).any()  # neighbours elsewhere are sure: (0.2 + 0.9) / 2 > 0.5
    assert unexplained(space, read, apart).tolist() == [True] * 25 + [False] * 25


def test_a_head_without_a_sense_knows_neither_its_mentions_nor_its_cues():
    ids = ["a", "b", "c"]
    inventory = inventory_of({"term": "bias", "senses": [{"id": i, "definition": i} for i in ids]})
    labels = pd.DataFrame({"sense": ids * 4, "confidence": "high"})
    cues = np.tile(np.eye(3, dtype=np.float32), (4, len(CUE_KINDS)))  # for every kind, a row's own sense
    vectors = np.zeros((12, SPACE), np.float32)
    scores = pd.DataFrame(np.tile(np.eye(3), (4, 1)), columns=ids)  # they know all three
    training = Training(labels, Features(vectors, cues, [[]] * 12, scores))
    heads = head_without(training, inventory, "b")
    assert heads.sense.labels == ("a", "c") and heads.stance is None
    assert len(heads.sense.weights) == SPACE + 2 * len(CUE_KINDS)
    kept = cues.reshape(12, len(CUE_KINDS), 3)[:, :, [0, 2]].reshape(12, -1)
    read = heads.sense.probabilities(Features(vectors, kept, [[]] * 12))
    assert (read.argmax(axis=1)[[0, 2]] == [0, 1]).all() and abs(read[1, 0] - read[1, 1]) < 0.05
