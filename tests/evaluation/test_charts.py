"""The charts show the numbers of their tables, and say them in words."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from analysis.charts.calibration import coverage_figure, plot_coverage, reliability_figure
from analysis.charts.evaluation import (
    classes_figure,
    confusion_figure,
    methods_figure,
    parts_figure,
    plot_classes,
    plot_confusion,
    plot_methods,
    plot_parts,
    plot_stability,
    stability_figure,
)
from analysis.evaluation import Evaluation, evaluate
from analysis.inventory import load_inventory
from analysis.inventory.palette import palette_of


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    rows = pd.DataFrame(
        {
            "paper_id": list("pqrstu"),
            "label": ["social", "social", "data", "data", "skew", "unclear"],
            "sense": ["social", "data", "data", "data", "social", "skew"],
            "confidence": [0.9, 0.6, 0.8, 0.7, 0.5, 0.4],
            "bertopic": [0, 0, 1, 1, -1, -1],
        }
    )
    parts = pd.DataFrame(
        {
            "part": ["vision", "vision"], "left_out": ["papers", "field"], "n": [6, 6], "papers": [6, 6],
            "macro_f1": [0.7, 0.6], "macro_f1_low": [0.6, 0.5], "macro_f1_high": [0.8, 0.7],
        }
    )  # fmt: skip
    stability = pd.DataFrame(
        {
            "method": ["sense head, papers redrawn", "senses as topics, seeds", "senses as topics, papers redrawn"],
            "name": ["social"] * 3,
            "n": [2, 3, 3],
            "found": [19, 0, 7],
            "runs": [20, 20, 15],
            "jaccard": [0.8, 0.4, 0.4],
        }
    )
    return evaluate(rows, load_inventory().ids, draws=20, parts=parts, stability=stability)


def test_every_method_is_drawn_at_its_value(evaluation: Evaluation) -> None:
    ax = plot_methods(Canvas().add_subplot(), evaluation.figures)
    drawn = {line.get_label(): line.get_xdata()[0] for line in ax.get_lines() if not line.get_label().startswith("_")}
    assert drawn["this project"] == pytest.approx(3 / 6)  # accuracy, the first row
    assert drawn["most frequent sense"] == pytest.approx(2 / 6)


def test_captions_and_alternatives_say_the_numbers(evaluation: Evaluation) -> None:
    palette = palette_of(load_inventory())
    assert "6 labelled mentions of 6 papers" in methods_figure(evaluation).subtitle
    confusion = confusion_figure(evaluation, palette)
    assert "Behavioural skew read as Social bias (1)" in confusion.alt
    assert confusion.table.set_index("label").loc["Behavioural skew", "Social bias"] == 1
    assert palette["skew"].name in classes_figure(evaluation, palette).alt  # F1 0
    assert "vision 0.60" in parts_figure(evaluation).alt
    assert stability_figure(evaluation, palette).alt == (
        "Found again in most runs: 1 of 1 by sense head and 0 of 1 by senses as topics. "
        "Found again in more than half of the runs, sense head, papers redrawn: 1 of 1 and senses as topics, papers "
        "redrawn: 0 of 1 (not Social bias)."  # 19 of 20; 7 of 15
    )
    assert "50%" in coverage_figure(evaluation).alt


def test_coverage_ends_at_the_accuracy_on_all(evaluation: Evaluation) -> None:
    line = plot_coverage(Canvas().add_subplot(), evaluation.coverage).get_lines()[0]
    assert line.get_xdata()[-1] == 1
    assert line.get_ydata()[-1] == pytest.approx(0.5)


def test_a_field_left_out_is_hollow(evaluation: Evaluation) -> None:
    ax = plot_parts(Canvas().add_subplot(), evaluation.parts)
    fills = {line.get_label(): line.get_markerfacecolor() for line in ax.get_lines()}
    assert fills["field left out of training"] == "white"


def rows_of_chart(ax: Axes) -> list[str]:
    return [label.get_text() for label in ax.get_yticklabels()]


def heights(ax: Axes, marker: str) -> list[float]:
    return [float(y) for line in ax.get_lines() if line.get_marker() == marker for y in line.get_ydata()]


def test_unlike_parts_stand_under_headings_of_their_own_and_dots_on_their_rows() -> None:
    parts = ["test part (fold 0)", "labels of high certainty", "labels of low certainty", "vision", "vision"]
    table = pd.DataFrame(
        {"part": parts, "left_out": ["papers"] * 4 + ["field"], "n": 9, "macro_f1": 0.5, "macro_f1_low": 0.4,
         "macro_f1_high": 0.6}
    )  # fmt: skip
    ax = plot_parts(Canvas(figsize=(7, 3)).add_subplot(), table)
    assert rows_of_chart(ax) == [
        "test part", "fold 0", "certainty of the label", "high", "low", "field of research", "vision"
    ]  # fmt: skip
    assert heights(ax, "o") == pytest.approx([1, 3, 4, 6 - 0.19, 6 + 0.19])


def test_stability_calls_senses_and_topics_by_their_names_and_dots_stand_on_their_rows() -> None:
    rows = [("head", "data"), ("head", "social"), ("topics", "0: map, tokens"), ("told", "social")]
    table = pd.DataFrame(rows, columns=["method", "name"]).assign(n=5, found=20, runs=20)
    ax = plot_stability(Canvas(figsize=(7, 3)).add_subplot(), table, palette_of(load_inventory()))
    assert rows_of_chart(ax) == [
        "senses", "Social bias", "Data and study bias", "topics of the bundled papers", "map, tokens"
    ]  # fmt: skip
    assert heights(ax, "o") == pytest.approx([2, 1 - 0.135])  # of two methods the first stands above
    assert heights(ax, "s") == pytest.approx([4])
    assert heights(ax, "^") == pytest.approx([1 + 0.135])


def test_runs_of_other_seeds_are_in_the_table_alone_since_an_interval_would_pretend_to_more(
    evaluation: Evaluation,
) -> None:
    figure = stability_figure(evaluation, palette_of(load_inventory()))
    assert figure.table["found"].tolist() == [19, 0, 7]
    assert figure.drawn["found"].tolist() == [19, 7]


def test_precision_f1_and_recall_do_not_hide_each_other(evaluation: Evaluation) -> None:
    ax = plot_classes(Canvas().add_subplot(), evaluation.senses, palette_of(load_inventory()))
    assert heights(ax, ">")[0] < 0 < heights(ax, "<")[0]


def test_a_narrow_confusion_holds_percentages() -> None:
    counts = pd.DataFrame([[1500, 500], [1, 199]], index=["a", "b"], columns=["a", "b"])
    for width, cells in ((7.0, ["1,500", "500", "1", "199"]), (3.35, ["75", "25", "0.5", ">99"])):
        ax = plot_confusion(Canvas(figsize=(width, 3)).add_subplot(), counts)
        assert [text.get_text() for text in ax.texts] == cells


@pytest.mark.parametrize("width", [3.35, 7.0])
def test_all_of_them_are_drawn_the_same_twice(evaluation: Evaluation, width: float) -> None:
    palette = palette_of(load_inventory())
    for make in (methods_figure, parts_figure, reliability_figure, coverage_figure):
        assert make(evaluation).render("svg", width=width) == make(evaluation).render("svg", width=width)
    for make in (classes_figure, confusion_figure, stability_figure):
        once, twice = (make(evaluation, palette).render("svg", width=width) for _ in range(2))
        assert once == twice


def test_without_stability_the_figure_says_so(evaluation: Evaluation) -> None:
    from dataclasses import replace

    without = stability_figure(replace(evaluation, stability=pd.DataFrame()), palette_of(load_inventory()))
    assert without.instead == "Stability was not measured."
