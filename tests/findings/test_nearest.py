"""Which mentions are nearest to one, by cosines worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from analysis import BadInput, findings
from analysis.findings.layout import topic_places
from analysis.findings.nearest import nearest_mentions
from analysis.vectors.embed import SPACE, WIDTH

#         mention, sentence and title part of a vector: their places in it, each of length 1
DIRECTIONS = {"a": (0, 0), "b": (0, 1), "c": (1, 1), "d": (1, 0), "e": (0, 0)}


@pytest.fixture
def space(readings):
    rows = readings(*({"paper_id": p, "sentence": f"Bias of {p}."} for p in DIRECTIONS))
    vectors = np.zeros((5, SPACE), np.float32)
    for row, (mention, sentence) in enumerate(DIRECTIONS.values()):
        vectors[row, mention] = vectors[row, WIDTH + sentence] = 1
        vectors[row, 2 * WIDTH + row] = 1  # each title says something else
    return rows, vectors


def test_the_nearest_come_first_and_equal_ones_in_the_order_of_the_readings(space):
    rows, vectors = space
    found = nearest_mentions(rows, vectors, "a#abstract:10", n=4)
    # e has both parts of a; b and d share one of two parts, so cos = 1/2; c shares none
    assert found["paper_id"].tolist() == ["e", "b", "d", "c"]
    assert found["similarity"].tolist() == [1.0, 0.5, 0.5, 0.0]
    assert list(found.columns) == [*rows.columns, "similarity"]
    turned = nearest_mentions(rows.iloc[::-1], vectors[::-1], "a#abstract:10", n=3)
    assert turned["paper_id"].tolist() == ["e", "d", "b"]


def test_mentions_of_the_same_sentence_are_no_neighbours(space):
    rows, vectors = space
    rows.loc[4, "sentence"] = rows.loc[0, "sentence"]
    assert nearest_mentions(rows, vectors, "a#abstract:10")["paper_id"].tolist() == ["b", "d", "c"]


def test_a_single_mention_has_none_and_bad_calls_are_refused(space):
    rows, vectors = space
    alone = nearest_mentions(rows.head(1), vectors[:1], "a#abstract:10")
    assert alone.empty and "similarity" in alone
    with pytest.raises(BadInput, match="x#title:0: the study has no such mention"):
        nearest_mentions(rows, vectors, "x#title:0")
    with pytest.raises(BadInput, match="at least 1"):
        nearest_mentions(rows, vectors, "a#abstract:10", n=0)


def test_a_study_answers_in_the_order_of_its_readings(study):
    first = study.readings["mention_id"].iloc[0]
    found = findings.nearest_mentions(study, first, 2)
    assert len(found) == 2 and first not in set(found["mention_id"])
    assert found["similarity"].is_monotonic_decreasing


def test_the_label_of_a_topic_stands_at_one_of_its_mentions(readings):
    rows = readings(
        *({"paper_id": "a", "topic": 1, "topic_label": "one"} for _ in range(3)),
        *({"paper_id": "b", "topic": 0, "topic_label": "nil"} for _ in range(3)),
        {"paper_id": "c", "topic": -1, "topic_label": ""},
    )
    places = np.array([[0, 0], [10, 12], [90, 40], [500, 500], [504, 500], [501, 503], [900, 900]])
    found = topic_places(rows, places)
    # medians: (10, 12) of topic 1, which is a mention; (501, 500) of topic 0, one away from (500, 500)
    assert found.to_dict("list") == {
        "topic": [0, 1],
        "label": ["nil", "one"],
        "n": [3, 3],
        "x": [500, 10],
        "y": [500, 12],
    }
    assert topic_places(rows.head(0), places[:0]).empty
