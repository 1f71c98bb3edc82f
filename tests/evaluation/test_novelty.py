"""A sense that the inventory lacks: what is flagged as novel, and how leaving a sense out is done."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from analysis.common.tables import make_table
from analysis.evaluation.novelty import drawn, head_without, precise_from, tuning_senses
from analysis.inventory.inventory import CUE_KINDS, inventory_of
from analysis.senses.head import Features
from analysis.senses.labelled import Training
from analysis.topics.model import model_topics
from analysis.topics.unexplained import WORDS_COUNT, Place, places, signs_of, unexplained
from analysis.vectors.embed import SPACE, WIDTH, unit

THEMES = {
    "tea": "leaves cups kettle steam",
    "rain": "clouds drops umbrella puddles",
    "jazz": "trumpet drums swing piano",
}


def study_of(confidence: dict[str, float], each: int = 40):
    """So many mentions of each theme, each theme around its own vector, with the confidence of its reading."""
    rng = np.random.default_rng(0)
    rows, vectors, senses = [], [], []
    for theme, words in THEMES.items():
        centre = unit(rng.normal(size=(3, WIDTH)))
        for n in range(each):
            said = " ".join(rng.permutation(words.split())[:3])
            name = f"{theme}{n}"
            rows.append(
                {
                    "mention_id": name,
                    "paper_id": name,
                    "sentence": f"Bias of {said}.",
                    "sentence_start": 0,
                    "start": 0,
                    "end": 4,
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


def beside(vectors, words=None) -> Features:
    """What is known of labelled mentions."""
    return Features(vectors, np.zeros((len(vectors), 0), np.float32), words or [[]] * len(vectors))


@pytest.mark.parametrize(
    ("confidence", "known", "novel"),
    [
        (0.65, ["tea", "jazz"], True),  # hesitant where no label is near
        (0.9, ["tea", "jazz"], True),  # sure of what no label is near, and no cue says so
        (0.65, ["tea", "rain", "jazz"], False),  # hesitant, but labelled mentions are like them, and cues speak
    ],
)
def test_what_is_like_no_labelled_mention_is_novel(confidence, known, novel):
    mentions, flagged = flagged_beside(study_of({"tea": 0.9, "rain": confidence, "jazz": 0.9}), known)
    assert flagged == [novel and theme == "rain" for theme in themes_of(mentions)]


def themes_of(mentions: pd.DataFrame) -> pd.Series:
    return mentions["mention_id"].str.rstrip("0123456789")


def flagged_beside(study, known, cues=THEMES):
    """The mentions of a study and which of them are flagged, where only some themes are known and labelled."""
    mentions, vectors, read = study
    of = themes_of(mentions)
    read["sense"] = of.where(of.isin(known), "tea")
    given = [{"id": i, "definition": i, "cues": {"context": cues[i].split()}} for i in known]
    inventory = inventory_of({"term": "bias", "senses": given})
    labelled = beside(vectors[of.isin(known)])
    found = model_topics(mentions, vectors, read, labelled=labelled, inventory=inventory)
    return mentions, found.mentions["novel"].tolist()


def test_a_cue_beside_a_sure_reading_explains_a_mention_that_no_label_is_near():
    cues = THEMES | {"tea": f"{THEMES['tea']} {THEMES['rain']}"}
    _, flagged = flagged_beside(study_of({"tea": 0.9, "rain": 0.9, "jazz": 0.9}), ["tea", "jazz"], cues)
    assert not any(flagged)


def test_among_few_mentions_only_doubt_tells():
    known = ["tea", "jazz"]
    _, sure = flagged_beside(study_of({"tea": 0.9, "rain": 0.9, "jazz": 0.9}, each=20), known)
    assert not any(sure)  # twice as many are flagged, see above
    mentions, doubtful = flagged_beside(study_of({"tea": 0.9, "rain": 0.3, "jazz": 0.9}, each=20), known)
    assert doubtful == [theme == "rain" for theme in themes_of(mentions)]


def test_a_cue_explains_what_signs_do_not_unless_the_reading_is_in_doubt():
    signs = np.tile([2.0, 0.0, 0.0], (3, 1))  # crowds, one like the other
    read = make_table("senses", pd.DataFrame({"sense": "tea", "confidence": [0.9, 0.9, 0.2]}))
    found = unexplained(np.eye(3), read, np.arange(3), signs, np.array([True, False, True]))
    assert found.tolist() == [False, True, True]


def test_signs_are_the_density_beside_labels_the_confidence_and_the_cue():
    """Twelve mentions about one axis, where eight labelled ones lie, and eight about another, where none does.

    The cosine of two mentions about an axis is 1 / (1 + 0.25) = 0.8, of one with a labelled one 1 / sqrt(1.25) = 0.89.
    So about the first axis eight labelled ones are nearer than the nearest other mention, and none about the second:
    densities of 1 / 9 and 1 in 1, up to a common factor.
    """
    axis = np.repeat([0, 1], [12, 8])
    study = unit(np.eye(22)[axis] + 0.5 * np.eye(22)[2 + np.arange(20)])
    signs = signs_of(
        Place(study), Place(np.eye(22)[[0] * 8]), np.where(axis == 0, 0.9, 0.8), axis == 0, papers=np.arange(20)
    )
    assert signs[:12] == pytest.approx(np.tile([0, 0, 1], (12, 1)))
    assert signs[12:] == pytest.approx(np.tile([np.log(9), -0.1, 0], (8, 1)))


def test_equal_words_make_places_more_alike():
    vectors = np.eye(2, dtype=np.float32)
    words = csr_matrix(np.eye(2, dtype=np.float32)[[0, 0]])
    assert Place(vectors).likeness(Place(vectors)) == pytest.approx(np.eye(2))
    assert Place(vectors, words).likeness(Place(vectors, words)) == pytest.approx(np.eye(2) + WORDS_COUNT)


def test_the_commonest_direction_of_vectors_counts_less_than_a_rare_one():
    """Labelled vectors differ by ten along the first axis and by one along the second; so the first says less."""
    labelled = np.array([[10, 1], [10, -1], [-10, 1], [-10, -1]], dtype=np.float32)
    space = np.array([[10, 1], [10, -1]], dtype=np.float32)
    here, known = places(space, [["verb=a"], ["verb=b"]], labelled, [["verb=a"]] * 4)
    assert here.vectors[0] @ here.vectors[1] < space[0] @ space[1] / 101
    assert here.words is not None and (here.words @ here.words.T)[0, 1] == 0
    assert known.vectors.shape == (4, 2)


def test_study_of_one_paper_has_no_crowd():
    space = np.tile(unit(np.ones(3)), (30, 1))
    signs = signs_of(Place(space), Place(space), np.full(30, 0.2), np.zeros(30), np.zeros(30, int))
    assert np.isfinite(signs).all()
    assert (signs[:, :2] == 0).all()  # none stands out from the others


def test_mentions_of_one_paper_are_no_neighbourhood():
    space = unit(np.array([[1, 0]] * 25 + [[1, 1]] * 25))
    read = make_table("senses", [{"sense": "a", "confidence": c} for c in [0.2] * 25 + [0.9] * 25])
    together, apart = np.repeat([0, 1], 25), np.arange(50)
    assert not unexplained(space, read, together).any()  # neighbours elsewhere are sure: (0.2 + 0.9) / 2 > 0.5
    assert unexplained(space, read, apart).tolist() == [True] * 25 + [False] * 25


def test_a_sense_may_be_given_a_tenth_of_the_mentions():
    common, rare = np.repeat(["a", "b"], [30, 45]), np.repeat(["a", "b"], [2, 45])
    rows = drawn(common, ["a"])
    assert (common[rows] == "a").sum() == 5 and len(rows) == 50  # all others, and a ninth of their number
    rows = drawn(rare, ["a"])
    assert (rare[rows] == "a").sum() == 2 and len(rows) == 20  # both, and nine times as many others
    assert rows.tolist() == sorted(set(rows.tolist()))


def test_flagging_begins_where_half_of_what_is_flagged_is_right_on_average():
    own = np.array([False, False, True])
    assert precise_from([(np.array([0.35, 0.05, 0.9]), own)]) == 0.1  # one of two; from 0.4 on, one of one
    nothing_above = (np.array([-1.0, -1.0, -1.0]), own)
    assert precise_from([(np.array([0.35, 0.05, 0.9]), own), nothing_above]) == 0.4  # (1 + 0) / 2
    assert precise_from([nothing_above]) == float("inf")


def test_half_of_the_senses_are_never_tuned_on():
    inventory = inventory_of({"term": "bias", "senses": [{"id": i, "definition": i} for i in "abcde"]})
    assert tuning_senses(inventory) == ("a", "c", "e")


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
