"""How far the readings can be trusted: figures with intervals, baselines beside them, stability.

``evaluate_labels(FILE, sources)`` measures a study against labels; ``python -m analysis.evaluation`` measures the
shipped heads on the shipped labels, out of fold.
"""

from analysis.evaluation.comparison import LabelledReadings, compare, evaluate_labels
from analysis.evaluation.evidence import shipped_evidence
from analysis.evaluation.report import Evaluation, evaluate, load_evaluation
from analysis.evaluation.validity import (
    answer_validity,
    shipped_evaluation,
    shipped_false_alarms,
    shipped_novelty,
    surest_errors,
)
from analysis.senses.held_out import shipped_readings

__all__ = [
    "Evaluation",
    "LabelledReadings",
    "answer_validity",
    "compare",
    "evaluate",
    "evaluate_labels",
    "load_evaluation",
    "shipped_evaluation",
    "shipped_evidence",
    "shipped_false_alarms",
    "shipped_novelty",
    "shipped_readings",
    "surest_errors",
]
