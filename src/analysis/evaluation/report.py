"""The evaluation: one table of methods and figures with intervals, the senses one by one, calibration, coverage."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.common.errors import BadInput
from analysis.common.tables import replacing
from analysis.evaluation.baselines import most_frequent
from analysis.inventory.inventory import NO_SENSE, OTHER, UNCLEAR, load_inventory
from analysis.inventory.palette import Palette, palette_of
from analysis.statistics import metrics
from analysis.statistics.bootstrap import DRAWS, Estimate, intervals

if TYPE_CHECKING:
    import pandas as pd

METHODS = {
    "head": "this project",
    "without_scores": "this project, without scores",
    "collocation": "collocation only",
    "most_frequent": "most frequent sense",
    "one_cluster": "one cluster",
    "bertopic": "stock BERTopic",
    "bertopic_joined": "stock BERTopic, outliers joined",
}
FIGURES = {
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "v_measure": "V-measure",
    "ari": "ARI",
    "bcubed_precision": "B-cubed precision",
    "bcubed_recall": "B-cubed recall",
    "bcubed_f": "B-cubed F",
    "confidence_gap": "mean confidence less accuracy",
    "calibration_error": "calibration error (bias-corrected)",
    "selective_accuracy": "accuracy at 70% coverage",
    "other_recall": "recall of other",
    "unclear_recall": "recall of unclear",
    "parent_accuracy": "parent: accuracy",
    "parent_macro_f1": "parent: macro-F1",
    "parent_confidence_gap": "parent: mean confidence less accuracy",
    "parent_calibration_error": "parent: calibration error (bias-corrected)",
    "parent_selective_accuracy": "parent: accuracy at 70% coverage",
    "stance_accuracy": "stance: accuracy",
    "stance_macro_f1": "stance: macro-F1",
}
COMPARED = ("accuracy", "macro_f1", "v_measure", "ari", "bcubed_f")
OF_LABELS, OF_CLUSTERS = ("accuracy", "macro_f1"), ("v_measure", "ari", "bcubed_precision", "bcubed_recall", "bcubed_f")
WITHOUT_SCORES = ("sense_without_scores", "confidence_without_scores", "stance_without_scores")
SQUARED = {"squared_error": "calibration_error", "parent_squared_error": "parent_calibration_error"}
NEEDED = ("paper_id", "label", "sense", "confidence")
COVERAGES = tuple(round(0.05 * step, 2) for step in range(1, 21))
DIGITS = 4
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Evaluation:
    """What was measured, as tables.

    ``figures``: method, figure, value, low, high, n (rows it is over). ``senses`` and ``stances``: one row per class
    with n (labelled so), read (read so), and precision, recall and f1 with their intervals. ``confusion``: labels down,
    readings across. ``reliability``: bins of equal mass by confidence. ``coverage``: accuracy on the surest share.
    ``parts``: the same head on parts of the labels, ``left_out`` of training by papers or by field of research.
    ``stability``: how often each sense or topic was found again. ``about``: what was measured on what. Intervals are
    95 %, over redrawn papers.
    """

    figures: pd.DataFrame
    senses: pd.DataFrame
    stances: pd.DataFrame
    confusion: pd.DataFrame
    reliability: pd.DataFrame
    coverage: pd.DataFrame
    parts: pd.DataFrame
    stability: pd.DataFrame
    about: Mapping[str, Any] = field(default_factory=dict)

    def value(self, figure: str, method: str = "head") -> Estimate:
        """One figure of one method with its interval. Raises ``KeyError`` when it was not measured."""
        table = self.figures
        row = table[(table["method"] == method) & (table["figure"] == figure)]
        if row.empty:
            raise KeyError(f"{figure} of {method} was not measured")
        return Estimate(*(float(row.iloc[0][c]) for c in ("value", "low", "high")))

    @property
    def palette(self) -> Palette:
        """Names, colours and markers of the senses that were measured: the shipped inventory's."""
        return palette_of(load_inventory())

    def table(self) -> pd.DataFrame:
        """Methods down, figures across, each cell the figure and its interval: what a paper prints."""
        import pandas as pd

        known = set(zip(self.figures["method"], self.figures["figure"], strict=True))
        rows = {
            name: {
                FIGURES[figure]: str_of(self.value(figure, method)) if (method, figure) in known else ""
                for figure in COMPARED
            }
            for method, name in METHODS.items()
            if any((method, figure) in known for figure in COMPARED)
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("method").reset_index()

    def to_json(self) -> str:
        """All of it as JSON, figures rounded to four digits."""
        content: dict[str, Any] = {"about": dict(self.about)}
        for name in _TABLES:
            frame = getattr(self, name)
            frame = frame.reset_index() if name == "confusion" else frame
            content[name] = columns_of(frame)
        return dumps(content)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write ``to_json`` to a file; ``load_evaluation`` reads it. Raises ``BadInput`` for an unwritable place."""
        with replacing(path) as temporary:
            temporary.write_text(self.to_json(), "utf-8")

    def to_text(self) -> str:
        """The evaluation as a terminal shows it."""
        from analysis.evaluation.text import evaluation_text

        return evaluation_text(self)

    def __repr__(self) -> str:
        return self.to_text()


_TABLES = tuple(f.name for f in fields(Evaluation) if f.name != "about")


def load_evaluation(path: str | os.PathLike[str]) -> Evaluation:
    """Read what ``Evaluation.save`` wrote. Raises ``BadInput`` when it is absent or not that."""
    import pandas as pd

    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        tables = {name: pd.DataFrame(content[name]) for name in _TABLES}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{path}: not a readable evaluation ({error})") from error
    tables["confusion"] = tables["confusion"].set_index("label")
    return Evaluation(**tables, about=content["about"])


def evaluate(
    compared: pd.DataFrame,
    senses: Sequence[str],
    *,
    stances: Sequence[str] | None = None,
    parents: Mapping[str, str] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    parts: pd.DataFrame | None = None,
    stability: pd.DataFrame | None = None,
    about: Mapping[str, Any] | None = None,
) -> Evaluation:
    """Measure readings against labels.

    ``compared`` has one row per labelled mention: paper_id, label, sense, confidence; where known label_stance and
    stance; where they were run, the reading of heads without scores (``WITHOUT_SCORES``) and the baselines
    ``collocation`` (a sense) and ``bertopic`` (a topic, -1 for none: judged once as clusters of their own, once as one
    cluster). ``senses`` and ``stances`` (default: the shipped inventory's) are the classes of macro-F1. Every row
    counts, so that one labelled "unclear" or "other" and read as a sense takes from that sense's precision; only the
    figures of clusters leave such rows out. With ``parents`` (sense to parent) and the columns parent and
    parent_confidence, each row filled in, the figures of parents are there, too. ``draws`` is the number of bootstrap
    samples of papers. Raises ``BadInput`` if a column is missing or there is no row.
    """
    import pandas as pd

    absent = [column for column in NEEDED if column not in compared.columns]
    if absent:
        raise BadInput(f"the readings to evaluate lack the column{'s' * (len(absent) > 1)} {', '.join(absent)}")
    if compared.empty:
        raise BadInput("there is no labelled mention to evaluate")
    stances = tuple(load_inventory().stances if stances is None else stances)
    rows = _Rows(compared, senses, stances, parents or {})
    moved = [(method, "", name) for method in METHODS for name in (*SQUARED, *OF_CLUSTERS)]
    found = intervals(rows.measure, compared["paper_id"], draws=draws, seed=seed, recentre=moved)
    for method in METHODS:
        for squared_error, error in SQUARED.items():
            if squared := found.pop((method, "", squared_error), None):
                found[method, "", error] = Estimate(*map(metrics.root, squared))
    order = {figure: i for i, figure in enumerate(FIGURES)}
    figures = [
        {"method": method, "figure": figure, **estimate._asdict(), "n": rows.count(figure)}
        for (method, of, figure), estimate in found.items()
        if not of
    ]
    figures.sort(key=lambda row: (list(METHODS).index(row["method"]), order[row["figure"]]))
    right = (compared["sense"] == compared["label"]).to_numpy()
    return Evaluation(
        figures=pd.DataFrame(figures),
        senses=_classes(found, "sense", rows.sense_counts(None), senses),
        stances=_classes(found, "stance", rows.stance_counts(None), stances) if rows.has_stance else pd.DataFrame(),
        confusion=_confusion(compared, senses),
        reliability=metrics.reliability(right, compared["confidence"]),
        coverage=_coverage(found),
        parts=pd.DataFrame() if parts is None else parts,
        stability=pd.DataFrame() if stability is None else stability,
        about={
            "mentions": len(compared),
            "papers": int(compared["paper_id"].nunique()),
            **{label: int((compared["label"] == label).sum()) for label in (UNCLEAR, OTHER) if label not in senses},
            "draws": draws,
            "seed": seed,
            **(about or {}),
        },
    )


class _Rows:
    """The compared rows as numbers, so that each of a thousand draws is a matter of counting."""

    def __init__(
        self, compared: pd.DataFrame, senses: Sequence[str], stances: Sequence[str], parents: Mapping[str, str]
    ) -> None:
        import pandas as pd

        self.senses, self.stances = list(senses), list(stances)
        read = {"head": compared["sense"]}
        read["most_frequent"] = pd.Series(most_frequent(list(compared["label"])), compared.index)
        if "collocation" in compared.columns:
            read["collocation"] = compared["collocation"]
        self.without = compared[list(WITHOUT_SCORES)] if set(WITHOUT_SCORES) <= set(compared.columns) else None
        if self.without is not None:
            read["without_scores"] = self.without["sense_without_scores"]
        others = {*compared["label"], *(name for column in read.values() for name in column)} - set(senses)
        number = pd.Index([*senses, *sorted(others)])
        without = [label for label in NO_SENSE if label not in senses]
        self.labelled = {label: (compared["label"] == label).to_numpy() for label in without}
        self.decided = ~compared["label"].isin(without).to_numpy()
        self.parents = _Parents(compared, parents) if parents and has_parents(compared) else None
        self.label = number.get_indexer(pd.Index(compared["label"]))
        self.readings = {method: number.get_indexer(pd.Index(column)) for method, column in read.items()}
        self.clusters: dict[str, tuple[np.ndarray, int | None]] = {
            method: (numbers, None) for method, numbers in self.readings.items()
        }
        self.clusters["one_cluster"] = (np.zeros(len(compared), int), None)
        if "bertopic" in compared.columns:
            self.clusters["bertopic"] = (compared["bertopic"].to_numpy(), -1)
            self.clusters["bertopic_joined"] = (compared["bertopic"].to_numpy(), None)
        self.confidence = compared["confidence"].to_numpy(dtype=float)
        self.has_stance = {"label_stance", "stance"} <= set(compared.columns) and bool(
            (compared["label_stance"].isin(self.stances) & (compared["stance"] != "")).any()
        )
        if self.has_stance:
            self.label_stance = np.asarray(compared["label_stance"].to_numpy(dtype=object))
            self.stance = np.asarray(compared["stance"].to_numpy(dtype=object))
            self.with_stance = self.label_stance != ""

    def count(self, figure: str) -> int:
        if figure.startswith("stance"):
            return int(self.with_stance.sum())
        if figure.endswith("_recall") and (label := figure.removesuffix("_recall")) in self.labelled:
            return int(self.labelled[label].sum())
        return int(self.decided.sum()) if figure in OF_CLUSTERS else len(self.decided)

    def sense_counts(self, weights: np.ndarray | None, method: str = "head") -> np.ndarray:
        return metrics.confusion(self.label, self.readings[method], range(len(self.senses)), weights)

    def stance_counts(self, weights: np.ndarray | None) -> np.ndarray:
        weight = self.with_stance * (1.0 if weights is None else weights)
        return metrics.confusion(self.label_stance, self.stance, self.stances, weight)

    def measure(self, weights: np.ndarray | None) -> dict[Key, float]:
        every = np.ones(len(self.decided)) if weights is None else weights
        found: dict[Key, float] = {}
        for method, read in self.readings.items():
            found[method, "", "accuracy"] = metrics.accuracy(read == self.label, every)
            found[method, "", "macro_f1"] = metrics.macro_f1(self.sense_counts(weights, method))
        for method, (cluster, outlier) in self.clusters.items():
            table = metrics.contingency(self.label[self.decided], cluster[self.decided], every[self.decided], outlier)
            values = metrics.v_measure(table), metrics.adjusted_rand(table), *metrics.bcubed(table)
            found |= {(method, "", name): value for name, value in zip(OF_CLUSTERS, values, strict=True)}
        right = self.readings["head"] == self.label
        found["head", "", "confidence_gap"] = metrics.confidence_gap(right, self.confidence, every)
        found["head", "", "squared_error"] = metrics.squared_calibration_error(right, self.confidence, every)
        if self.without is not None:
            hit = self.readings["without_scores"] == self.label
            sure = self.without["confidence_without_scores"].to_numpy(dtype=float)
            found["without_scores", "", "confidence_gap"] = metrics.confidence_gap(hit, sure, every)
            found["without_scores", "", "squared_error"] = metrics.squared_calibration_error(hit, sure, every)
        covered, good = metrics.risk_coverage(right, self.confidence, every)
        for share in COVERAGES:
            found["coverage", str(share), "accuracy"] = metrics.at_coverage(covered, good, share)
        found["head", "", "selective_accuracy"] = metrics.at_coverage(covered, good, 0.7)
        for label, own in self.labelled.items():
            if own.any():
                found["head", "", f"{label}_recall"] = metrics.accuracy(right[own], every[own])
        if self.parents is not None:
            found |= {("head", "", name): value for name, value in self.parents.measure(every).items()}
        found |= _scores("sense", self.senses, self.sense_counts(weights))
        if self.has_stance:
            counts = self.stance_counts(weights)
            hit = (self.stance == self.label_stance)[self.with_stance]
            found["head", "", "stance_accuracy"] = metrics.accuracy(hit, every[self.with_stance])
            found["head", "", "stance_macro_f1"] = metrics.macro_f1(counts)
            found |= _scores("stance", self.stances, counts)
        if self.has_stance and self.without is not None:
            read = self.without["stance_without_scores"].to_numpy(dtype=object)
            hit = (read == self.label_stance)[self.with_stance]
            counts = metrics.confusion(self.label_stance, read, self.stances, self.with_stance * every)
            found["without_scores", "", "stance_accuracy"] = metrics.accuracy(hit, every[self.with_stance])
            found["without_scores", "", "stance_macro_f1"] = metrics.macro_f1(counts)
        return found


class _Parents:
    """The parents that were read, beside those of the labels; a label that is no sense is its own."""

    def __init__(self, compared: pd.DataFrame, parents: Mapping[str, str]) -> None:
        label = compared["label"].map(lambda sense: parents.get(sense, sense))
        self.label, self.read = label.to_numpy(dtype=object), compared["parent"].to_numpy(dtype=object)
        self.right = self.label == self.read
        self.confidence = compared["parent_confidence"].to_numpy(dtype=float)
        self.classes = list(dict.fromkeys(parents.values()))

    def measure(self, weights: np.ndarray) -> dict[str, float]:
        covered, good = metrics.risk_coverage(self.right, self.confidence, weights)
        return {
            "parent_accuracy": metrics.accuracy(self.right, weights),
            "parent_macro_f1": metrics.macro_f1(metrics.confusion(self.label, self.read, self.classes, weights)),
            "parent_confidence_gap": metrics.confidence_gap(self.right, self.confidence, weights),
            "parent_squared_error": metrics.squared_calibration_error(self.right, self.confidence, weights),
            "parent_selective_accuracy": metrics.at_coverage(covered, good, 0.7),
        }


def has_parents(readings: pd.DataFrame) -> bool:
    """Whether readings say of every row which parent was read, and how surely."""
    return {"parent", "parent_confidence"} <= set(readings.columns) and bool(
        (readings["parent"].fillna("") != "").all() and readings["parent_confidence"].notna().all()
    )


def _scores(kind: str, classes: Sequence[str], counts: np.ndarray) -> dict[Key, float]:
    scores = metrics.class_scores(counts)
    return {
        (kind, name, figure): float(scores[i, j])
        for i, name in enumerate(classes)
        for j, figure in enumerate(("precision", "recall", "f1"))
    }


def _classes(found: Mapping[Key, Estimate], kind: str, counts: np.ndarray, classes: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for i, name in enumerate(classes):
        row: dict[str, Any] = {kind: name, "n": int(counts[i].sum()), "read": int(counts[:, i].sum())}
        for figure in ("precision", "recall", "f1"):
            estimate = found[kind, name, figure]
            row |= {figure: estimate.value, f"{figure}_low": estimate.low, f"{figure}_high": estimate.high}
        rows.append(row)
    return pd.DataFrame(rows)


def _confusion(compared: pd.DataFrame, senses: Sequence[str]) -> pd.DataFrame:
    from analysis.statistics.confusion import confusion_matrix

    seen = {*compared["label"], *compared["sense"]}
    last = [UNCLEAR] if OTHER in senses or OTHER not in seen else [OTHER, UNCLEAR]
    order = [*senses, *sorted(seen - set(senses) - set(last)), *last]
    return confusion_matrix(list(compared["label"]), list(compared["sense"]), order).rename_axis(
        index="label", columns=None
    )


def _coverage(found: Mapping[Key, Estimate]) -> pd.DataFrame:
    import pandas as pd

    rows = [(share, *found["coverage", str(share), "accuracy"]) for share in COVERAGES]
    return pd.DataFrame(rows, columns=["coverage", "accuracy", "low", "high"])


def str_of(estimate: Estimate, digits: int = 2) -> str:
    """``0.78 [0.76, 0.80]``; without an interval the figure alone, and nothing for what was not measured."""
    value, low, high = (f"{x:.{digits}f}" if x == x else "" for x in estimate)
    return f"{value} [{low}, {high}]" if value and low and high else value


def _plain(value: Any) -> Any:
    if isinstance(value, float | np.floating):
        return None if value != value else round(float(value), DIGITS)
    return value.item() if isinstance(value, np.generic) else value


def columns_of(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """A table as its columns, figures rounded to four digits, None for what is missing."""
    return {str(c): [_plain(v) for v in frame[c]] for c in frame.columns}


def dumps(content: Mapping[str, Any]) -> str:
    """JSON with one line per column, so that a change shows as few lines."""
    lines = []
    for name, part in content.items():
        inner = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in part.items())
        lines.append(f" {json.dumps(name)}: {{\n{inner}\n }}" if inner else f" {json.dumps(name)}: {{}}")
    return "{\n" + ",\n".join(lines) + "\n}\n"
