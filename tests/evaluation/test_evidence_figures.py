"""Figures of roles, entities and quantities: their tables by hand, and what ships belongs together."""

from __future__ import annotations

import gzip
import json
import math
from typing import Any

import pandas as pd
import pytest

from analysis.collection import load_papers
from analysis.common.errors import BadInput
from analysis.common.resources import resource
from analysis.evaluation import quantities as scored
from analysis.evaluation import shipped_evaluation, shipped_evidence
from analysis.evaluation.card import fill_card
from analysis.evaluation.evidence import aims_table, evidence_of, missed, quantities_table
from analysis.evaluation.quantities import labelled_quantities, measure_quantities, score_quantities
from analysis.evidence.quantities import find_quantities
from analysis.training import abstracts_figures

BIN = {"n": 10, "confidence": 0.6, "accuracy": 0.5}


def of_class(name: str, n: int, read: int, right: int) -> dict[str, Any]:
    """A class as abstracts.json has it: figures rounded to four digits, None where there is nothing to divide by."""
    precision, recall = right / read if read else None, right / n if n else None
    f1 = 2 * right / (n + read)
    rounded = (None if x is None else round(x, 4) for x in (precision, recall, f1))
    return {"name": name, "n": n, "read": read, **dict(zip(("precision", "recall", "f1"), rounded, strict=True))}


def score(part: str, kind: str, n: int, found: int, recall: float, precision: float) -> dict[str, Any]:
    ends = {"recall_low": 0.1, "recall_high": 0.9, "precision_low": 0.2, "precision_high": 0.8}
    return {"part": part, "papers": 4, "kind": kind, "n": n, "found": found, "recall": recall, "precision": precision,
            **ends}  # fmt: skip


ABSTRACTS = {
    "roles": {
        "abstracts": 2, "n": 10, "micro_f1": 0.8, "own_split": 0.7, "ece": 0.06, "reliability": [BIN],
        "classes": [of_class("method", 6, 6, 5), of_class("objective", 4, 4, 3)],
    },
    "entities": {
        "abstracts": 1, "n": 7, "read": 5, "token_f1": 0.5, "span_f1": 0.5, "ece": 0.02, "reliability": [BIN],
        "classes": [of_class("task", 4, 5, 3), of_class("metric", 3, 0, 0)],
    },
}  # fmt: skip
SCORES = [
    score("bundled", "result", 10, 10, 0.9, 0.8), score("bundled", "link", 2, 2, 1.0, 1.0),
    score("sealed", "result", 20, 10, 0.8, 0.9), score("unseen", "result", 20, 10, 0.85, 0.5),
]  # fmt: skip
EVIDENCE = evidence_of(ABSTRACTS, {"scores": pd.DataFrame(SCORES).to_dict("list")})


def test_intervals_are_wilsons_and_that_of_f1_is_that_of_what_it_is_a_function_of() -> None:
    role = EVIDENCE.roles.set_index("role").loc["objective"]
    assert role[["n", "read", "f1"]].tolist() == [4, 4, 0.75]
    # 3 of 4: centre (0.75 + 1.9604) / (1 + 0.9604 ...), Wilson (1927): 0.3006 to 0.9544
    assert role[["recall_low", "recall_high"]].tolist() == pytest.approx([0.3006, 0.9544], abs=1e-4)
    # 3 that are both of 5 that are either: 0.2307 to 0.8824; F1 = 2j / (1 + j)
    assert role["f1_low"] == pytest.approx(2 * 0.2307 / 1.2307, abs=1e-4)
    assert role["f1_high"] == pytest.approx(2 * 0.8824 / 1.8824, abs=1e-4)


def test_a_kind_that_was_never_read_has_no_precision() -> None:
    kind = EVIDENCE.entities.set_index("kind").loc["metric"]
    assert math.isnan(kind["precision"]) and math.isnan(kind["precision_high"])
    assert kind[["recall", "f1", "f1_low"]].tolist() == pytest.approx([0, 0, 0])


def test_figures_of_all_spans_are_counted_from_the_kinds() -> None:
    assert EVIDENCE.value("entities: precision of spans").value == pytest.approx(3 / 5)
    spans = EVIDENCE.value("entities: F1 of spans")
    assert spans.value == 0.5  # 2 * 3 / (7 + 5)
    assert spans.low < 0.5 < spans.high
    with pytest.raises(KeyError, match="colours was not measured"):
        EVIDENCE.value("colours")


def test_aims_are_missed_below_them_and_calibration_above() -> None:
    short = EVIDENCE.figures.loc[missed(EVIDENCE.figures), "figure"].tolist()
    assert short == [
        "roles: calibration error",  # 0.06 for 0.05; micro-F1 of 0.80 is just met
        "entities: micro-F1 of words",  # 0.5 for 0.62
        "entities: F1 of spans",  # 0.5 for 0.55
        "results, bundled papers: precision",  # 0.8 for 0.90; recall of 0.9 is met
        "results, unseen abstracts: precision",  # 0.5 for 0.85; what was looked at has no aim
    ]
    table = aims_table(EVIDENCE.figures).set_index("figure")
    assert table.loc["roles: calibration error"].tolist() == ["0.05", "missed", "0.060", 10]
    assert table.loc["roles: micro-F1, own split", ["aim", "met"]].tolist() == ["", ""]
    assert table.loc["results, abstracts opened later: recall"].tolist() == ["", "", "0.800 [0.100, 0.900]", 20]


def test_quantities_are_shown_by_part_with_intervals_in_their_cells() -> None:
    rows = quantities_table(EVIDENCE.quantities).to_numpy().tolist()
    assert rows[1] == ["bundled papers", "link", "1.00 [0.10, 0.90]", "1.00 [0.20, 0.80]", 2, 2, 4]


def test_labelled_papers_are_looked_up_in_the_files(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = ["paper_id", "field", "start", "end", "kind", "value", "value_to", "unit", "part", "what", "of", "versus"]
    text = "We reach 81.5% on it."
    labels = [("x1", "abstract", 9, 14, "result", 81.5, math.nan, "%", "sealed", "", "", ""),
              ("x2", "", 0, 0, "none", math.nan, math.nan, "", "sealed", "", "", "")]  # fmt: skip
    monkeypatch.setattr(scored, "_labels", lambda: pd.DataFrame(labels, columns=columns))
    records = [
        {"id": i, "title": f"Title of {i}", "abstract": a} for i, a in (("x1", text), ("x2", "No."), ("x3", text))
    ]
    path = tmp_path / "papers.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)
    row = measure_quantities([path]).set_index("kind").loc["result"]
    assert row[["part", "papers", "n", "found", "right"]].tolist() == ["sealed", 2, 1, 1, 1]
    with pytest.raises(BadInput, match="2 of 2 labelled papers are in none of the files"):
        measure_quantities([])
    with pytest.raises(BadInput, match="not readable as gzipped JSON lines"):
        measure_quantities([tmp_path / "absent.gz"])


def test_both_model_cards_show_the_figures_of_the_files() -> None:
    folder = resource("data", "models")
    card, own = ((folder / name).read_text("utf-8") for name in ("README.md", abstracts_figures.CARD))
    assert fill_card(card, shipped_evaluation()) == card
    figures = json.loads((folder / abstracts_figures.FIGURES).read_text("utf-8"))
    assert abstracts_figures.fill_card(own, figures) == own
    for block in ("evidence", "roles", "entities", "quantities"):
        assert card.count(f"<!-- {block} -->\n| ") == 1


def test_the_shipped_figures_agree_with_themselves() -> None:
    """Counts that are told twice: of all classes together, and class by class."""
    evidence = shipped_evidence()
    for name, table, figure in (("roles", evidence.roles, "roles: micro-F1"),
                                ("entities", evidence.entities, "entities: F1 of spans")):  # fmt: skip
        right = (table["recall"].fillna(0) * table["n"]).round().sum()
        assert evidence.value(figure).value == pytest.approx(
            2 * right / (table["n"].sum() + table["read"].sum()), abs=1e-3
        )
        counted = table["n"] if name == "roles" else table["read"]  # every sentence; every span that was read
        assert evidence.reliability.loc[evidence.reliability["of"] == name, "n"].sum() == counted.sum()
        assert (table["f1_low"] <= table["f1"]).all() and (table["f1"] <= table["f1_high"]).all()


def test_the_shipped_scores_of_the_bundled_papers_are_those_of_the_rules() -> None:
    told = score_quantities(find_quantities(load_papers().papers), labelled_quantities("bundled"))
    kept = shipped_evidence().quantities
    kept = kept[kept["part"] == "bundled"].reset_index(drop=True)
    assert kept["papers"].unique().tolist() == [21]
    pd.testing.assert_frame_equal(kept[told.columns], told, atol=1e-4, rtol=0, check_dtype=False)


def test_the_shipped_scores_of_the_other_papers_are_those_of_the_rules(shared) -> None:
    files = [shared / "corpora" / f"{name}.jsonl.gz" for name in ("arxiv_2025_2026", "other_fields", "disciplines")]
    told, kept = measure_quantities(files), shipped_evidence().quantities
    pd.testing.assert_frame_equal(kept, told, atol=1e-4, rtol=0, check_dtype=False)
