"""Charts of how well abstracts are read: headings that are findings, and marks that stand where the figures say."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.figure import Figure as Canvas

from analysis.charts import evidence_validation as charts
from analysis.charts.calibration import plot_reliability
from analysis.charts.evaluation import plot_classes
from analysis.evaluation.evidence import Evidence

NOUNS = {"objective": "objectives", "method": "methods", "result": "results"}


def classes(singular: str, *rows: tuple[str, int, float, float, float]) -> pd.DataFrame:
    """Class, n, F1 and its interval; precision and recall are alike."""
    table = pd.DataFrame(rows, columns=[singular, "n", "f1", "f1_low", "f1_high"])
    for figure in ("precision", "recall"):
        for end in ("", "_low", "_high"):
            table[f"{figure}{end}"] = table[f"f1{end}"]
    return table


ROLES = classes(
    "role", ("method", 30, 0.7, 0.6, 0.8), ("objective", 10, 0.4, 0.3, 0.5), ("result", 20, 0.6, 0.55, 0.65)
)
KINDS = classes("kind", ("task", 9, 0.5, 0.2, 0.8), ("metric", 3, 0.4, 0.1, 0.7))
BINS = pd.DataFrame(
    {
        "of": ["roles", "roles", "entities"],
        "n": [30, 30, 12],
        "confidence": [0.5, 0.9, 0.6],
        "accuracy": [0.4, 0.8, 0.605],
    }
)
FIGURES = pd.DataFrame(
    [
        ("roles: micro-F1", 0.61, 0.5, 0.7, 60, 0.8), ("roles: calibration error", 0.1, None, None, 60, 0.05),
        ("entities: F1 of spans", 0.45, 0.3, 0.6, 12, 0.4),
        ("entities: calibration error", 0.005, None, None, 12, None),
    ],
    columns=["figure", "value", "low", "high", "n", "aim"],
)  # fmt: skip
SCORES = pd.DataFrame(
    [("open", 5, "result", 9, 9, 1.0, 0.9, 1.0, 1.0, 0.9, 1.0),
     ("unseen", 4, "result", 8, 7, 0.75, 0.4, 0.9, 0.9, 0.5, 1.0)],
    columns=["part", "papers", "kind", "n", "found", "recall", "recall_low", "recall_high", "precision",
             "precision_low", "precision_high"],
)  # fmt: skip
EVIDENCE = Evidence(FIGURES, ROLES, KINDS, BINS, SCORES, {"roles": 6, "entities": 2})


def test_headings_say_what_is_read_worst_as_far_as_it_is_sure() -> None:
    assert charts.told_roles(EVIDENCE).heading == "Objectives are told worst"
    assert charts.found_entities(EVIDENCE).heading == "Nothing is clearly found better than the rest"
    overlapping = ROLES.assign(f1_low=[0.6, 0.3, 0.45])  # results now reach down to objectives
    assert charts.classes_heading(overlapping, NOUNS, "told") == "Objectives are told worse than methods"
    assert charts.classes_heading(ROLES[:0], NOUNS, "told") == "Nothing is clearly told better than the rest"


def test_subtitles_count_what_was_measured() -> None:
    told = charts.told_roles(EVIDENCE)
    assert "over 60 sentences of 6 abstracts" in told.subtitle
    assert "labelled them is 0.61 [0.50, 0.70]" in told.notes
    assert told.alt == "Objectives are told worst. F1: methods 0.70, results 0.60 and objectives 0.40."
    assert "over 12 labelled spans of 2 abstracts" in charts.found_entities(EVIDENCE).subtitle
    sure = charts.evidence_reliability(EVIDENCE)
    assert "of 60 sentences and 12 entities" in sure.subtitle and "0.100 for roles and 0.005 for entities" in sure.notes


def test_confidence_is_said_to_be_too_high_by_its_mean_distance() -> None:
    heading = charts.evidence_reliability(EVIDENCE).heading
    assert heading == "On average, confidence is 10 points too high in roles and about right in entities"


def test_aims_that_are_missed_are_counted() -> None:
    table = charts.evidence_aims(EVIDENCE)
    assert table.heading == "2 of 3 aims are missed"
    assert table.table["met"].tolist() == ["missed", "missed", "met", ""]
    assert charts.aims_heading(FIGURES.assign(value=[0.9, 0.0, 0.9, 0.0])) == "Every aim is met"
    assert charts.aims_heading(FIGURES.assign(aim=float("nan"))) == "Nothing was asked of these figures"


def test_results_are_told_of_papers_that_nobody_had_looked_at() -> None:
    assert charts.found_quantities(EVIDENCE).heading == "In unseen abstracts, 75% of 8 labelled results are found"
    assert charts.quantities_heading(SCORES[:1]) == "No unseen abstract has a labelled result"


def test_roles_are_grey_best_on_top_and_named_as_they_are() -> None:
    ax = plot_classes(Canvas().add_subplot(), ROLES)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["method", "result", "objective"]
    dots = [
        (float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in ax.get_lines() if line.get_marker() == "o"
    ]
    assert dots == [(0.7, 0), (0.6, 1), (0.4, 2)]


def test_both_confidences_have_a_marker_of_their_own() -> None:
    ax = plot_reliability(Canvas().add_subplot(), BINS)
    drawn = {line.get_label(): line for line in ax.get_lines()}
    assert drawn["roles"].get_xdata().tolist() == [0.5, 0.9] and drawn["roles"].get_marker() == "o"
    assert drawn["entities"].get_ydata().tolist() == [0.605] and drawn["entities"].get_markerfacecolor() == "white"


@pytest.mark.parametrize("width", [3.35, 7.0])
def test_they_are_drawn_the_same_twice(width: float) -> None:
    for make in (charts.told_roles, charts.found_entities, charts.evidence_reliability):
        assert make(EVIDENCE).render("svg", width=width) == make(EVIDENCE).render("svg", width=width)
