"""Labels that say how sure they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.common.errors import BadInput
from analysis.senses import soft
from analysis.senses.soft import as_matrix, candidates

LABELS = pd.DataFrame(
    {
        "sense": ["skew", "social", "", "data"],
        "stance": ["measure", "", "mitigate", "measure"],
        "probabilities": ["skew 0.60 shortcut 0.40", "", "", "data 0.5 skew 0.25 social 0.25"],
    }
)


def test_a_hesitant_label_counts_for_each_candidate_as_sharpened() -> None:
    found = candidates(LABELS)
    assert found.rows.tolist() == [0, 0, 1, 3, 3, 3]
    assert found.names == ["skew", "shortcut", "social", "data", "skew", "social"]
    # squares: 0.36 and 0.16 of 0.52; 0.25, 0.0625 and 0.0625 of 0.375
    np.testing.assert_allclose(found.weights, [9 / 13, 4 / 13, 1, 2 / 3, 1 / 6, 1 / 6])


def test_stances_have_one_candidate_each_and_rows_without_label_none() -> None:
    found = candidates(LABELS, "stance")
    assert found.rows.tolist() == [0, 2, 3]
    assert found.names == ["measure", "mitigate", "measure"]
    assert found.weights.tolist() == [1, 1, 1]


def test_a_matrix_has_a_column_a_name_and_zeros_where_nothing_is_known() -> None:
    made = as_matrix(LABELS, ("data", "shortcut", "skew", "social"))
    expected = [[0, 4 / 13, 9 / 13, 0], [0, 0, 0, 1], [0, 0, 0, 0], [2 / 3, 0, 1 / 6, 1 / 6]]
    np.testing.assert_allclose(made, expected, rtol=1e-6)


def test_without_sharpness_they_are_what_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soft, "SHARPNESS", 1.0)
    np.testing.assert_allclose(candidates(LABELS).weights, [0.6, 0.4, 1, 0.5, 0.25, 0.25])


def test_labels_without_the_column_are_sure() -> None:
    assert candidates(LABELS.drop(columns="probabilities")).weights.tolist() == [1, 1, 1]


@pytest.mark.parametrize("text", ["skew", "skew high", "skew 0.5 shortcut", "skew 0.5 shortcut -0.5", "0.5 skew"])
def test_what_is_no_list_of_probabilities_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(BadInput, match=r"is not written as 'skew 0.7 shortcut 0.3'"):
        candidates(LABELS.assign(probabilities=text))
