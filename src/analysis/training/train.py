"""Train the shipped heads from the shipped labels (``make train``), with scores and without, and hold papers out."""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.special import softmax
from sklearn.exceptions import ConvergenceWarning

from analysis.common.errors import BadInput
from analysis.common.progress import progress, timed
from analysis.common.resources import resource
from analysis.inventory.inventory import load_inventory
from analysis.senses.assign import Heads, head_paths
from analysis.senses.discourse import agree_within_papers
from analysis.senses.folds import FOLDS, fold_of
from analysis.senses.head import Head, fit_head, fit_temperature, save_head
from analysis.senses.labelled import Training, certainty, is_real, read_training
from analysis.senses.soft import as_matrix, candidates
from analysis.training.extend import save_training, with_new_labels


def train_heads(training: Training) -> Heads:
    """Fit the sense head and the stance head; their temperatures come from held-out papers."""
    sense, stance = (_calibrated(training, column) for column in ("sense", "stance"))
    return Heads(sense, stance)


def out_of_fold(training: Training, column: str = "sense") -> tuple[np.ndarray, tuple[str, ...]]:
    """Calibrated probabilities of every labelled mention from heads that saw no mention of its paper.

    ``column`` is "sense" or "stance". Everything that ``assign_senses`` does is done here: the other labelled
    mentions of the paper inform each other (by their probabilities, never by their labels), and the temperature is
    the head's. Returns (n, labels) and the labels.
    """
    logits, names = _held_out_logits(training, column)
    return softmax(logits / _temperature(training, column, logits, names), axis=1), names


def fit_on(training: Training, rows: np.ndarray, column: str = "sense", *, counting: np.ndarray | None = None) -> Head:
    """A head fitted on some rows of the labels; a hesitant label counts for each of its candidates.

    ``counting`` says how much each of these rows counts, beside the certainty of its label.
    """
    labels = training.labels.iloc[rows]
    weights = certainty(labels) if counting is None else certainty(labels) * counting
    found = candidates(labels, column)
    features = training.features.take(rows[found.rows])
    return fit_head(features, found.names, weights=weights[found.rows] * found.weights)


def _calibrated(training: Training, column: str) -> Head:
    logits, names = _held_out_logits(training, column)
    labels, rows = training.labels, np.flatnonzero((training.labels[column] != "").to_numpy())
    head = fit_on(training, rows, column)
    facts = {"mentions": int(is_real(labels)[rows].sum()), "papers": int(labels["paper_id"].iloc[rows].nunique())}
    return replace(head, temperature=_temperature(training, column, logits, names), facts=json.dumps(facts))


def _held_out_logits(training: Training, column: str) -> tuple[np.ndarray, tuple[str, ...]]:
    labels = training.labels
    logits, names = held_out(training, column)
    if column == "sense":
        shares = as_matrix(labels, names).mean(axis=0)
        papers, scores = labels["paper_id"].tolist(), bool(training.features.scored)
        logits = agree_within_papers(logits, papers, shares.tolist(), scores=scores)
    return logits, names


def _temperature(training: Training, column: str, logits: np.ndarray, names: tuple[str, ...]) -> float:
    rows = np.flatnonzero(is_real(training.labels) & (training.labels[column] != "").to_numpy())
    return fit_temperature(logits[rows], training.labels[column].iloc[rows].tolist(), names)


def held_out(training: Training, column: str = "sense") -> tuple[np.ndarray, tuple[str, ...]]:
    """Logits for each row from a head that saw no mention of the same paper: shape (n, labels), and the labels.

    A row without label is not trained on.
    """
    labels = training.labels
    names = tuple(sorted(set(candidates(labels, column).names)))
    out = np.full((len(labels), len(names)), -20.0, np.float32)
    fold, known = fold_of(labels["paper_id"]), (labels[column] != "").to_numpy()
    for k in progress(range(FOLDS), "folds of papers"):
        test = np.flatnonzero(fold == k)
        head = fit_on(training, np.flatnonzero((fold != k) & known), column)
        columns = [names.index(label) for label in head.labels]
        out[np.ix_(test, np.array(columns))] = head.logits(training.features.take(test))
    return out, names


def main() -> None:
    """Entry of ``python -m analysis.training.train``."""
    parser = argparse.ArgumentParser(description="Train the shipped heads, after adding the labels that are new.")
    parser.add_argument("corpora", nargs="*", type=Path, metavar="CORPUS", help="files with the texts of new labels")
    folder, inventory = resource("data", "annotations"), load_inventory()
    training = read_training(folder, inventory)
    try:
        more = with_new_labels(training, inventory, parser.parse_args().corpora, folder=folder)
    except BadInput as error:
        sys.exit(str(error))
    if more is not training:
        save_training(more, inventory, folder)
        training = read_training(folder, inventory)  # as it is kept, so that training again gives the same
    models = resource("data", "models")
    warnings.simplefilter("ignore", ConvergenceWarning)  # the steps are limited on purpose: more did not read better
    for part, scores in ((training, True), (training.without_scores(), False)):
        for column, path in zip(("sense", "stance"), head_paths(models, scores=scores), strict=True):
            with timed(path.stem):
                save_head(_calibrated(part, column), path)


if __name__ == "__main__":
    main()
