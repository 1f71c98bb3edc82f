"""The largest changes that papers claim."""

import math

import pandas as pd
import pytest

from analysis.common.tables import make_table
from analysis.findings.results import factor_of, largest_changes

NONE = math.nan


@pytest.mark.parametrize(
    ("value", "unit", "factor"),
    [
        (2.0, "times", 2.0),
        (0.5, "times", 2.0),  # halving is as large a change as doubling
        (12.0, "fold", 12.0),
        (2.0, "orders of magnitude", 100.0),
        (40.0, "%", 1.0),  # of what is not known
        (3.0, "", 1.0),
        (0.0, "times", 1.0),
        (-2.0, "times", 1.0),
    ],
)
def test_factor(value, unit, factor):
    assert factor_of(value, unit) == pytest.approx(factor)


def _tables(readings, role="result"):
    texts = {"a": "It is 3 times faster.", "b": "Error falls by 40%.", "c": "Two orders of magnitude cheaper."}
    values = {"a": (3.0, "times"), "b": (40.0, "%"), "c": (2.0, "orders of magnitude")}
    sentences = [
        {"paper_id": p, "field": "abstract", "start": 0, "end": len(t), "role": role} for p, t in texts.items()
    ]
    quantities = [
        {"paper_id": p, "field": "abstract", "start": 1, "end": 3, "kind": "result", "value": values[p][0],
         "value_to": NONE, "unit": values[p][1], "sentence": t}
        for p, t in texts.items()
    ]  # fmt: skip
    found = readings({"paper_id": "a"}, {"paper_id": "b"}, {"paper_id": "c", "abstained": False})
    return make_table("quantities", quantities), make_table("sentences", sentences), found


def test_largest_first_and_percentages_alone_are_left_out(readings):
    quantities, sentences, found = _tables(readings)
    table = largest_changes(quantities, sentences, found)
    assert table["paper_id"].tolist() == ["c", "a"]
    assert table["factor"].tolist() == [100.0, 3.0]
    assert table["mention_id"].iloc[1] == found["mention_id"].iloc[0]


def test_only_in_sentences_read_as_results_of_papers_read_surely(readings):
    quantities, sentences, found = _tables(readings, role="background")
    assert largest_changes(quantities, sentences, found).empty
    quantities, sentences, found = _tables(readings)
    unsure = found.assign(abstained=found["paper_id"] == "c")
    assert largest_changes(quantities, sentences, unsure)["paper_id"].tolist() == ["a"]
    assert isinstance(largest_changes(quantities.iloc[:0], sentences, found), pd.DataFrame)
