"""How well roles, entities and quantities are read, against labels and against what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts.calibration import plot_reliability
from analysis.charts.evaluation import plot_classes
from analysis.charts.figure import Figure, Table
from analysis.common.wording import count_of, listed, percent
from analysis.evaluation.evidence import PARTS, UNSEEN, aims_table, missed, quantities_table
from analysis.evaluation.report import str_of
from analysis.statistics.intervals import surely_above

if TYPE_CHECKING:
    import pandas as pd

    from analysis.evaluation.evidence import Evidence

# Classes in a sentence.
_ROLES = {
    "background": "background sentences",
    "objective": "objectives",
    "method": "methods",
    "result": "results",
    "other": "other sentences",
}
_KINDS = {
    "task": "tasks",
    "method": "methods",
    "material": "materials",
    "metric": "metrics",
    "other": "other terms",
}
_INTERVALS = (
    "Intervals are Wilson's (1927), as if sentences and spans were drawn one by one; those of one abstract are alike, "
    "so the true intervals are wider."
)


def evidence_aims(evidence: Evidence) -> Table:
    """Every figure beside what was asked of it."""
    return Table(
        aims_table(evidence.figures),
        name="evidence-aims",
        heading=aims_heading(evidence.figures),
        subtitle="Figures on labelled abstracts, with 95% intervals in brackets, and what was asked for before "
        "anything was built.",
        notes="Micro-F1 of roles is the share of sentences read as labelled; own split: in sentences as this program "
        "splits them. A span is right where both borders and the kind are. A calibration error shall be at most its "
        f"aim. {_INTERVALS}",
    )


def aims_heading(figures: pd.DataFrame) -> str:
    """How many aims are missed, of how many."""
    asked, short = int(figures["aim"].notna().sum()), int(missed(figures).sum())
    if not asked:
        return "Nothing was asked of these figures"
    if not short:
        return "Every aim is met"
    return f"{short:,} of {count_of(asked, 'aim')} {'is' if short == 1 else 'are'} missed"


def told_roles(evidence: Evidence) -> Figure:
    """How well the role of a sentence is told, role by role."""
    said = str_of(evidence.value("roles: micro-F1"))
    return _classes_figure(
        evidence.roles, "roles-told", "told", _ROLES,
        f"F1 of each role over {count_of(int(evidence.roles['n'].sum()), 'sentence')} of "
        f"{count_of(evidence.about['roles'], 'abstract')}, precision above it, recall below it, with 95% intervals.",
        f"Of all sentences, the share told as crowd workers labelled them is {said}.",
    )  # fmt: skip


def found_entities(evidence: Evidence) -> Figure:
    """How well entities are found, kind by kind."""
    said = str_of(evidence.value("entities: F1 of spans"))
    return _classes_figure(
        evidence.entities, "entities-found", "found", _KINDS,
        f"F1 of each kind over {count_of(int(evidence.entities['n'].sum()), 'labelled span')} of "
        f"{count_of(evidence.about['entities'], 'abstract')}, precision above it, recall below it, with 95% intervals.",
        f"A span is right where both borders and the kind are. Of all spans F1 is {said}.",
    )  # fmt: skip


def _classes_figure(
    table: pd.DataFrame, name: str, verb: str, nouns: dict[str, str], subtitle: str, notes: str
) -> Figure:
    there = table[table["n"] > 0].sort_values("f1", ascending=False)
    scores = [f"{noun} {f1:.2f}" for noun, f1 in zip(there.iloc[:, 0].map(nouns), there["f1"], strict=True)]
    return Figure(
        plot_classes, table, name=name, heading=classes_heading(there, nouns, verb), subtitle=subtitle,
        notes=f"{notes} The number at the right counts the labels. {_INTERVALS}",
        detail=f"F1: {listed(scores)}.", height=0.8 + 0.36 * len(there), column_height=1.0 + 0.38 * len(there),
    )  # fmt: skip


def classes_heading(table: pd.DataFrame, nouns: dict[str, str], verb: str) -> str:
    """Which class is surely read worst, or else what is surely read better than it; ``nouns`` names them in plural."""
    ranked = table.sort_values("f1").reset_index(drop=True)
    names = ranked.iloc[:, 0].map(nouns).tolist()
    better = surely_above(ranked["f1_low"].to_numpy(), ranked["f1_high"].to_numpy())
    above = [name for name, surely in zip(names, better, strict=True) if surely[0]]
    if not above:
        return f"Nothing is clearly {verb} better than the rest"
    worst = names[0].capitalize()
    if len(above) == len(names) - 1:
        return f"{worst} are {verb} worst"
    return f"{worst} are {verb} worse than {listed(above)}"


def evidence_reliability(evidence: Evidence) -> Figure:
    """Whether the confidences of roles and entities mean what they say."""
    table = evidence.reliability
    errors = {of: evidence.value(f"{of}: calibration error").value for of in table["of"].unique()}
    counts = {of: int(n) for of, n in table.groupby("of", sort=False)["n"].sum().items()}
    said = listed([f"{error:.3f} for {of}" for of, error in errors.items()])
    return Figure(
        plot_reliability, table, name="evidence-reliability",
        heading=reliability_heading(table),
        subtitle=f"Accuracy by confidence of {count_of(counts.get('roles', 0), 'sentence')} and "
        f"{count_of(counts.get('entities', 0), 'entity', 'entities')}, in bins of equal mass, with 95% intervals.",
        notes=f"Mean distance of confidence from accuracy is {said}. {_INTERVALS}",
        detail=f"Mean distance of confidence from accuracy: {said}.",
        height=3.2, column_height=3.0,
    )  # fmt: skip


def reliability_heading(table: pd.DataFrame) -> str:
    """How far confidence lies above or below accuracy, on average, of each thing read."""
    said = []
    for of, rows in table.groupby("of", sort=False):
        gap = ((rows["confidence"] - rows["accuracy"]) * rows["n"]).sum() / rows["n"].sum()
        points = percent(abs(gap)).rstrip("%")
        side = "high" if gap > 0 else "low"
        said.append(f"about right in {of}" if abs(gap) < 0.01 else f"{points} points too {side} in {of}")
    return f"On average, confidence is {listed(said)}"


def found_quantities(evidence: Evidence) -> Table:
    """How many of the labelled numbers and links are found, and how many of the found are right."""
    return Table(
        quantities_table(evidence.quantities),
        name="quantities-found",
        heading=quantities_heading(evidence.quantities),
        subtitle="Labelled numbers and links by part of the labels: recall and precision, with 95% intervals in "
        "brackets.",
        notes="A found row is right where kind, place and value are; a link where it is the same stretch. All "
        "texts but the unseen were looked at while the rules were written or mended. Intervals are Wilson's (1927).",
        instead="Quantities were not measured.",
    )


def quantities_heading(table: pd.DataFrame) -> str:
    """Recall of results where the rules were written without looking."""
    rows = table[(table["part"] == UNSEEN) & (table["kind"] == "result") & (table["n"] > 0)]
    if rows.empty:
        return "No unseen abstract has a labelled result"
    row = rows.iloc[0]
    said = f"{percent(row['recall'])} of {count_of(int(row['n']), 'labelled result')}"
    return f"In {PARTS[UNSEEN]}, {said} are found"
