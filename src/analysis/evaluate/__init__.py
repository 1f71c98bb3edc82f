"""How far the readings can be trusted: figures with intervals, baselines beside them, stability.

``evaluate_labels(FILE, sources)`` measures a study against labels; ``python -m analysis.evaluate`` measures the shipped
heads on the shipped labels, out of fold. ``metrics`` are plain functions over arrays.
"""

from analysis.evaluate.comparison import Comparison, compare, evaluate_labels
from analysis.evaluate.heldout import shipped_readings
from analysis.evaluate.report import Evaluation, evaluate, load_evaluation
from analysis.evaluate.validity import answer_validity, shipped_evaluation, shipped_novelty, surest_errors

__all__ = [
    "Comparison",
    "Evaluation",
    "answer_validity",
    "compare",
    "evaluate",
    "evaluate_labels",
    "load_evaluation",
    "shipped_evaluation",
    "shipped_novelty",
    "shipped_readings",
    "surest_errors",
]
