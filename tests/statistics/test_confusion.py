"""How the classifier errs: what is counted, and in which column."""

from __future__ import annotations

import pandas as pd
from small_readings import make_confusion

from analysis.statistics.confusion import ALIKE, APART, as_known, bands, confusion_matrix, count_confusion

ORDER = ["one", "two"]


def test_confusion_has_true_senses_down():
    table = confusion_matrix(["one", "one", "two"], ["one", "two", "two"], ["one", "two", "three"])
    assert table.loc["one"].tolist() == [1, 1, 0]
    assert table.loc["two"].tolist() == [0, 1, 0]
    assert table.loc["three"].tolist() == [0, 0, 0]


def test_band_is_that_of_the_papers_mentions_together(readings):
    table = readings(
        {"paper_id": "a", "sense": "one", "confidence": 0.99},
        {"paper_id": "a", "sense": "one", "confidence": 0.71},  # mean 0.85: from 0.8 to 0.95
        {"paper_id": "a", "sense": "two", "confidence": 0.5},
        {"paper_id": "b", "sense": "one", "confidence": 0.49},
        {"paper_id": "c", "sense": "one", "confidence": 0.95},
    )
    assert bands(table).tolist() == [2, 2, 1, 0, 3]


def test_what_was_read_in_one_sense_is_one_unit_and_papers_are_alike_or_apart():
    rows = [("a", "one", "one", 0.99), ("a", "two", "one", 0.97), ("a", "two", "one", 0.97),  # apart, read alike
            ("b", "one", "one", 0.9), ("b", "one", "two", 0.3),  # alike, read apart, at least 0.3
            ("c", "two", "two", 0.6)]  # fmt: skip
    counted = count_confusion(pd.DataFrame(rows, columns=["paper_id", "label", "sense", "confidence"]), ORDER)
    senses = counted.senses.counts
    assert senses.loc["two", ("one", 3)] == 1  # the commonest label of a
    assert senses.loc["one", [("one", 2), ("two", 0)]].tolist() == [1, 1]
    assert senses.loc["two", ("two", 1)] == 1
    assert senses.to_numpy().sum() == 4
    papers = counted.papers.counts
    assert papers.loc[APART, (ALIKE, 3)] == papers.loc[ALIKE, (APART, 0)] == 1
    assert papers.to_numpy().sum() == 2  # a paper with one mention says nothing of mixing
    assert counted.senses.spread is None  # no field of research is known


def test_labels_stand_for_readings_that_nobody_reviewed(readings):
    table = readings({"paper_id": "a", "sense": "one", "start": 5},
                     {"paper_id": "b", "sense": "one", "start": 5, "reviewed": True}, ("c", "one"))  # fmt: skip
    labels = pd.DataFrame(
        [(f"{paper}#abstract:5", "bias", "two", "measure") for paper in "ab"],
        columns=["mention_id", "surface", "label", "label_stance"],
    )
    told = as_known(table, ORDER, make_confusion([("x", "one", "one")], ORDER)._replace(labels=labels))
    assert told["sense"].tolist() == ["two", "one", "one"]
    assert told["known"].tolist() == [True, True, False]


def test_a_label_is_that_of_its_mention_and_word(readings):
    table = readings({"paper_id": "a", "start": 5}, {"paper_id": "a", "start": 9}, {"paper_id": "b", "start": 5})
    labels = pd.DataFrame(
        [("a#abstract:5", "bias", "one", "measure"), ("a#abstract:9", "biased", "two", "mention")],
        columns=["mention_id", "surface", "label", "label_stance"],
    )
    found = make_confusion([("x", "one", "one")], ORDER)._replace(labels=labels).labels_of(table)
    assert found["label"].fillna("").tolist() == ["one", "", ""]  # another word stands at the second place now
    assert found["label_stance"].fillna("").tolist() == ["measure", "", ""]
