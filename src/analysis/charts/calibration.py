"""Whether confidence means what it says: reliability, and accuracy on the surest share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts import evaluation_headings as headings
from analysis.charts.figure import Figure
from analysis.charts.style import INK
from analysis.common.prose import between
from analysis.common.wording import count_of, percent
from analysis.evaluation.report import Evaluation, str_of
from analysis.statistics.intervals import wilson

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_BLUE = "#0072B2"
_SERIES = ((_BLUE, "o", _BLUE), ("#999999", "s", "white"))  # colour of the interval, marker and its fill


def plot_reliability(ax: Axes, table: pd.DataFrame) -> Axes:
    """Draw ``Evaluation.reliability``: accuracy against confidence in bins of equal mass, with Wilson intervals.

    ``Evidence.reliability`` has a column ``of``: what is read there has a marker of its own, the second a hollow one.
    """
    ax.plot([0, 1], [0, 1], "--", color="#777777", lw=0.8, label="confidence = accuracy")
    series = table.groupby("of", sort=False) if "of" in table else [("mentions", table)]
    for (name, rows), (colour, marker, fill) in zip(series, _SERIES, strict=False):
        n = rows["n"].to_numpy(dtype=float)
        low, high = wilson(rows["accuracy"].to_numpy(dtype=float) * n, n)
        ax.vlines(rows["confidence"], low, high, color=colour, lw=1.6)
        ax.plot(rows["confidence"], rows["accuracy"], marker, ms=5, mfc=fill, mec=INK, mew=0.8, lw=0, label=str(name))
    ax.set_xlim(0, 1.02)
    ax.set_ylim(0, 1.02)
    ax.grid()
    ax.set_xlabel("mean confidence")
    ax.set_ylabel("accuracy, with 95% interval")
    ax.legend(loc="upper left")
    return ax


def reliability_figure(evaluation: Evaluation) -> Figure:
    """The reliability diagram with the two figures of calibration."""
    gap, error = evaluation.value("confidence_gap"), evaluation.value("calibration_error")
    n = int(evaluation.reliability["n"].sum())
    return Figure(
        plot_reliability, evaluation.reliability, name="reliability",
        heading=headings.reliability(gap),
        subtitle=f"Accuracy by confidence of {count_of(n, 'mention')}, in {len(evaluation.reliability)} bins of equal "
        "mass, with 95% intervals.",
        notes=f"Mean confidence less accuracy is {str_of(gap, 3)}. The calibration error, corrected for chance, is "
        f"{str_of(error, 3)}. Brackets hold 95% intervals.",
        detail=f"Calibration error, corrected for chance: {str_of(error, 3)}.",
        height=3.2, column_height=3.0,
    )  # fmt: skip


def plot_coverage(ax: Axes, table: pd.DataFrame) -> Axes:
    """Draw ``Evaluation.coverage``: accuracy on the surest share of mentions with its interval, by that share."""
    ax.fill_between(table["coverage"], table["low"], table["high"], color=_BLUE, alpha=0.25, lw=0)
    ax.plot(table["coverage"], table["accuracy"], color=_BLUE)
    ax.set_xlim(0, 1)
    ax.set_ylim(min(0.5, float(table["low"].min())), 1)
    ax.axvline(0.7, color="#777777", lw=0.8, ls="--")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    ax.grid()
    ax.set_xlabel("share of mentions answered, the surest first")
    ax.set_ylabel("accuracy, with 95% interval")
    return ax


def coverage_figure(evaluation: Evaluation) -> Figure:
    """What abstaining buys: accuracy by coverage."""
    at = evaluation.value("selective_accuracy")
    every = evaluation.coverage.iloc[-1]
    finding = (
        f"On the surest 70% accuracy is {percent(at.value)} ({between(at.low, at.high)}). On all "
        f"{count_of(int(evaluation.reliability['n'].sum()), 'mention')} it is {percent(every['accuracy'])} "
        f"({between(every['low'], every['high'])})."
    )
    return Figure(
        plot_coverage, evaluation.coverage, name="coverage",
        heading=headings.coverage(at, every),
        subtitle="Accuracy on the surest share of mentions, with 95% interval; the dashed line stands at 70%.",
        notes=finding, detail=finding, height=2.6, column_height=2.6,
    )  # fmt: skip
