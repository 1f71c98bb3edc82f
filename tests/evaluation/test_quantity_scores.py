"""Found quantities against labels: what counts as right, worked out by hand."""

from __future__ import annotations

import math

import pytest

from analysis.common.errors import BadInput
from analysis.common.tables import make_table
from analysis.evaluation.quantities import labelled_quantities, score_quantities

NAN = math.nan


def rows(*cells):
    names = ("paper_id", "field", "start", "end", "kind", "value", "value_to", "unit", "what")
    return make_table("quantities", [dict(zip(names, row, strict=True)) for row in cells])


LABELS = rows(
    ("p1", "abstract", 0, 4, "result", 5.0, NAN, "%", "the accuracy"),
    ("p1", "abstract", 9, 10, "scope", 3.0, NAN, "", "tasks"),
    ("p1", "abstract", 20, 40, "link", NAN, NAN, "", ""),
    ("p2", "", 0, 0, "none", NAN, NAN, "", ""),
)
FOUND = rows(
    ("p1", "abstract", 1, 4, "result", 5.0, NAN, "points", "accuracy"),  # overlaps, value and kind are right
    ("p1", "abstract", 9, 10, "setting", 3.0, NAN, "", "tasks"),  # another kind
    ("p1", "abstract", 20, 40, "link", NAN, NAN, "", ""),
    ("p2", "title", 0, 1, "result", 9.0, NAN, "", ""),  # a paper that has none
    ("p3", "title", 0, 1, "result", 9.0, NAN, "", ""),  # a paper without labels
)


def test_recall_and_precision_count_kind_place_and_value():
    scores = score_quantities(FOUND, LABELS).set_index("kind")
    assert scores.loc["result", ["n", "found", "right", "recall", "precision"]].tolist() == [1, 2, 1, 1, 0.5]
    assert scores.loc["result", "precision_low"] == pytest.approx(0.0945, abs=1e-4)  # Wilson's interval of 1 of 2
    assert scores.loc["scope", ["n", "found", "right", "recall"]].tolist() == [1, 0, 0, 0]
    assert math.isnan(scores.loc["scope", "precision"])
    assert scores.loc["link", ["recall", "precision"]].tolist() == [1, 1]
    assert scores.loc["all", ["n", "found", "right"]].tolist() == [3, 4, 2]


def test_kind_unit_and_words_are_compared_where_the_value_was_found():
    scores = score_quantities(FOUND, LABELS).set_index("kind")
    assert scores.loc["all", "kind_right"] == pytest.approx(2 / 3)
    assert scores.loc["result", "unit_right"] == 0
    assert scores.loc["result", "what_f1"] == pytest.approx(2 / 3)  # "accuracy" of "the accuracy": 1 of 1 and 1 of 2
    assert scores.loc["all", "what_f1"] == pytest.approx(5 / 6)


@pytest.mark.parametrize(("value", "value_to"), [(5.1, NAN), (5.0, 6.0), (NAN, NAN)])
def test_another_value_is_wrong(value, value_to):
    found = rows(("p1", "abstract", 0, 4, "result", value, value_to, "%", ""))
    assert score_quantities(found, LABELS).set_index("kind").loc["result", "right"] == 0


def test_a_label_answers_for_one_row():
    twice = rows(*[("p1", "abstract", 0, 4, "result", 5.0, NAN, "%", "")] * 2)
    assert score_quantities(twice, LABELS).set_index("kind").loc["result", ["found", "right"]].tolist() == [2, 1]


def test_a_table_without_the_columns_is_bad_input():
    with pytest.raises(BadInput, match="value_to"):
        score_quantities(FOUND.drop(columns="value_to"), LABELS)


def test_the_shipped_labels_name_every_bundled_paper():
    labels = labelled_quantities("bundled")
    assert labels["paper_id"].nunique() == 21
    assert (labels["end"] > labels["start"]).eq(labels["kind"] != "none").all()
