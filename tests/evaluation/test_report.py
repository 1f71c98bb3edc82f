"""The evaluation as a whole: what counts in which figure, what the tables say, and that they come back from a file."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.common.errors import BadInput
from analysis.evaluation import evaluate, load_evaluation
from analysis.evaluation.card import fill_card


def rows() -> pd.DataFrame:
    """Six mentions of three papers: two senses, one mention labelled unclear."""
    return pd.DataFrame(
        {
            "paper_id": ["p", "p", "q", "q", "r", "r"],
            "label": ["social", "social", "data", "data", "unclear", "social"],
            "sense": ["social", "data", "data", "data", "social", "social"],
            "confidence": [0.9, 0.6, 0.8, 0.7, 0.5, 0.9],
            "label_stance": ["measure", "", "mention", "measure", "mention", "measure"],
            "stance": ["measure", "measure", "mention", "mention", "mention", "measure"],
            "collocation": ["social", "social", "social", "data", "social", "social"],
            "bertopic": [0, 0, 1, 1, -1, -1],
        }
    )


def test_what_is_labelled_unclear_counts_against_the_sense_it_is_read_as() -> None:
    found = evaluate(rows(), ["social", "data"], draws=20)
    assert found.value("accuracy").value == pytest.approx(4 / 6)
    # social: 2 of 3 are read so, and of 3 read so 2 are labelled so, the third unclear: F1 2/3.
    # data: recall 1, precision 2/3, F1 4/5.
    assert found.senses[["n", "read", "precision"]].to_numpy().tolist() == [[3, 3, 2 / 3], [2, 3, 2 / 3]]
    assert found.value("macro_f1").value == pytest.approx(11 / 15)
    assert found.about["unclear"] == 1
    assert found.value("unclear_recall").value == 0


def test_other_is_no_sense_either() -> None:
    table = rows().assign(label=["social", "other", "data", "data", "unclear", "social"])
    found = evaluate(table.assign(sense=["social", "other", "data", "data", "social", "social"]), ["social", "data"],
                     draws=20)  # fmt: skip
    assert found.value("accuracy").value == pytest.approx(5 / 6)
    assert (found.value("other_recall").value, found.value("unclear_recall").value) == (1, 0)
    assert (found.about["other"], found.about["unclear"]) == (1, 1)
    # clusters are judged on the four that have a sense: two of social, two of data
    assert found.value("bcubed_precision", "one_cluster").value == pytest.approx(8 / 16)
    assert list(found.confusion.index) == ["social", "data", "other", "unclear"]
    own = evaluate(table, ["social", "data", "other"], draws=20)  # an inventory that has such a sense
    assert "other" not in own.about
    assert own.senses["n"].tolist() == [2, 2, 1]


def test_parents_are_measured_where_they_were_read() -> None:
    above = {"social": "people", "data": "measurement"}
    table = rows().assign(
        parent=["people", "people", "measurement", "measurement", "people", "people"],
        parent_confidence=[0.9, 0.8, 0.9, 0.9, 0.6, 0.9],
    )
    found = evaluate(table, ["social", "data"], parents=above, draws=20)
    # all but the one labelled unclear are right: 5 of 6, and the mean confidence is 5 / 6, too
    assert found.value("parent_accuracy").value == pytest.approx(5 / 6)
    assert found.value("parent_confidence_gap").value == pytest.approx(0)
    # people: precision 3/4, recall 1, F1 6/7; measurement: 1
    assert found.value("parent_macro_f1").value == pytest.approx(13 / 14)
    assert found.value("parent_calibration_error").value >= 0
    for partly in (rows(), table.assign(parent=["", *table["parent"][1:]])):
        measured = evaluate(partly, ["social", "data"], parents=above, draws=20).figures["figure"]
        assert not measured.str.startswith("parent").any()


def test_baselines_stand_beside_it() -> None:
    found = evaluate(rows(), ["social", "data"], draws=20)
    assert found.value("accuracy", "most_frequent").value == pytest.approx(3 / 6)  # social
    assert found.value("accuracy", "collocation").value == pytest.approx(4 / 6)
    # One cluster of 3 social and 2 data: precision (9 + 4) / 25, recall 1.
    assert found.value("bcubed_precision", "one_cluster").value == pytest.approx(13 / 25)
    # Topics {p, p}, {q, q}, and an outlier: precision 1; recall (2/3 + 2/3 + 1 + 1 + 1/3) / 5.
    assert found.value("bcubed_precision", "bertopic").value == pytest.approx(1)
    assert found.value("bcubed_recall", "bertopic").value == pytest.approx(11 / 15)
    assert found.table()["method"].iloc[0] == "this project"


def test_confidence_is_judged_on_every_row() -> None:
    found = evaluate(rows(), ["social", "data"], draws=20)
    assert found.value("confidence_gap").value == pytest.approx(4.4 / 6 - 4 / 6)
    assert found.coverage["accuracy"].iloc[-1] == pytest.approx(4 / 6)


def test_stances_are_judged_where_there_is_a_label() -> None:
    found = evaluate(rows(), ["social", "data"], draws=20)
    assert found.value("stance_accuracy").value == pytest.approx(4 / 5)
    # measure: 2 of 3, precision 1: 4/5. mention: 2 of 2, precision 2/3: 4/5. The other two have no row.
    assert found.value("stance_macro_f1").value == pytest.approx(0.8)


def test_the_confusions_are_counted() -> None:
    table = evaluate(rows(), ["social", "data"], draws=5).confusion
    assert table.loc["social", "data"] == 1
    assert table.loc["unclear", "social"] == 1
    assert table.to_numpy().sum() == 6


def test_it_comes_back_from_a_file(tmp_path) -> None:
    found = evaluate(rows(), ["social", "data"], draws=20)
    found.save(tmp_path / "evaluation.json")
    again = load_evaluation(tmp_path / "evaluation.json")
    assert again.value("macro_f1").value == pytest.approx(11 / 15, abs=1e-4)  # four digits are kept
    assert again.to_json() == found.to_json()
    assert again.table().equals(found.table())


def test_same_seed_same_bytes() -> None:
    one, two = (evaluate(rows(), ["social", "data"], draws=50, seed=3).to_json() for _ in range(2))
    assert one == two


def test_the_terminal_gets_all_of_it() -> None:
    text = evaluate(
        rows(), ["social", "data"], draws=20, about={"notes": ["2 of 8 labels could not be aligned."]}
    ).to_text()
    for part in ("6 labelled mentions of 3 papers", "2 of 8 labels", "macro-F1", "stock BERTopic", "social", "measure"):
        assert part in text
    assert "nan" not in text.lower()


def test_no_row_and_no_column_are_said_in_a_line() -> None:
    with pytest.raises(BadInput, match="no labelled mention"):
        evaluate(rows().head(0), ["social"])
    with pytest.raises(BadInput, match="lack the column confidence"):
        evaluate(rows().drop(columns="confidence"), ["social"])


def test_a_broken_file_is_said_in_a_line(tmp_path) -> None:
    (tmp_path / "e.json").write_text('{"about": {}}')
    with pytest.raises(BadInput, match="not a readable evaluation"):
        load_evaluation(tmp_path / "e.json")


def test_the_card_is_filled_between_its_marks_and_nowhere_else() -> None:
    found = evaluate(rows(), ["social", "data"], draws=5, about={"speed": 5000})
    card = "# Card\n<!-- about -->\nold\n<!-- end -->\nkept\n"
    filled = fill_card(card, found)
    assert filled.startswith("# Card\n<!-- about -->\n6 mentions of 3 papers")
    assert "old" not in filled and filled.endswith("<!-- end -->\nkept\n")
    assert fill_card(filled, found) == filled
