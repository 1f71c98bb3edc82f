"""Whoever trains from a clean clone gets the heads that ship."""

import numpy as np
import pytest

from analysis.common.resources import resource
from analysis.inventory.inventory import OTHER, UNCLEAR, load_inventory
from analysis.senses.assign import shipped_heads
from analysis.senses.folds import fold_of
from analysis.senses.labelled import is_real, shipped_training
from analysis.senses.labels import read_labels
from analysis.training.collect import LABELS
from analysis.training.train import fit_on

STANCES = [pytest.param("stance", scores, marks=pytest.mark.long) for scores in (True, False)]


@pytest.mark.parametrize(("column", "scores"), [("sense", True), *STANCES])
def test_training_reproduces_the_shipped_weights(column, scores):
    training = shipped_training() if scores else shipped_training().without_scores()
    shipped = getattr(shipped_heads(scores=scores), column)
    rows = np.flatnonzero(training.labels[column] != "")
    fitted = fit_on(training, rows, column)
    assert fitted.labels == shipped.labels
    assert fitted.scored == shipped.scored and bool(fitted.scored) == scores
    assert fitted.vocabulary == shipped.vocabulary
    sample = training.features.take(rows[::10])
    # Shipped weights are float16, and another machine's sums may differ in the last digits.
    assert np.abs(fitted.probabilities(sample) - fitted.__class__.probabilities(_cold(shipped), sample)).max() < 0.02


def _cold(head):
    from dataclasses import replace

    return replace(head, temperature=1.0)


def test_every_shipped_label_is_in_the_training_set():
    table = shipped_training().labels
    known = {(r.paper_id, r.field, int(r.start)): (r.sense, r.stance) for r in table[is_real(table)].itertuples()}
    in_links = 0  # labels of "bias" in an address, which holds the letters and is no mention
    for name in LABELS:
        for row in read_labels(resource("data", "annotations", name)).itertuples():
            if found := known.pop((row.paper_id, row.field, row.start), None):
                assert found == (row.sense, row.stance)
            else:
                in_links += 1
    assert in_links == 5 and not known


def test_labels_are_senses_of_the_inventory():
    labels = shipped_training().labels
    assert set(labels["sense"]) == {*load_inventory().ids, OTHER, UNCLEAR}
    assert set(labels["stance"]) - {""} == set(load_inventory().stances)


def test_a_paper_is_in_one_fold_only():
    labels = shipped_training().labels
    folds = fold_of(labels["paper_id"])
    assert labels.assign(fold=folds).groupby("paper_id")["fold"].nunique().max() == 1
    shares = np.bincount(folds) / len(folds)
    assert shares.min() > 0.15
