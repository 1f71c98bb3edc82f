"""What ships of the evaluation belongs together and can be made again from the labels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.common.resources import resource
from analysis.evaluation import load_evaluation, shipped_readings
from analysis.evaluation.card import fill_card
from analysis.evaluation.heldout import cross_calibrated
from analysis.inventory import load_inventory
from analysis.inventory.inventory import NO_SENSE
from analysis.senses.folds import fold_of
from analysis.senses.labels import read_labels
from analysis.statistics import metrics
from analysis.training.collect import LABELS

IN_LINKS = 5  # labels of "bias" in an address, which holds the letters and is no mention


def test_every_shipped_label_is_read_and_no_written_sentence_is() -> None:
    folder = resource("data", "annotations")
    labels = pd.concat([read_labels(folder / name) for name in LABELS])
    readings = shipped_readings()
    keys = ["paper_id", "field", "start"]
    both = labels.merge(readings, on=keys, how="outer", indicator=True)
    assert not (both["_merge"] == "right_only").any()
    assert (both["_merge"] == "left_only").sum() == IN_LINKS
    both = both[both["_merge"] == "both"]
    assert (both["sense_x"] == both["label"]).all()
    assert not readings["paper_id"].str.contains(":").any()


def test_folds_are_whole_papers() -> None:
    readings = shipped_readings()
    assert (readings["fold"] == fold_of(readings["paper_id"])).all()
    assert readings.groupby("paper_id")["fold"].nunique().max() == 1


def test_the_figures_are_those_of_the_readings() -> None:
    readings, evaluation = shipped_readings(), load_evaluation(resource("data", "models", "evaluation.json"))
    from sklearn.metrics import adjusted_rand_score, f1_score, v_measure_score

    assert evaluation.value("accuracy").value == pytest.approx(
        (readings["sense"] == readings["label"]).mean(), abs=1e-4
    )
    labelled = [sense for sense in load_inventory().ids if (readings["label"] == sense).any()]
    assert set(load_inventory().ids) - set(labelled) == {"tracer"}  # no labelled paper is about galaxies
    decided = readings[~readings["label"].isin(NO_SENSE)]
    for figure, expected in (
        (
            "macro_f1",
            f1_score(readings["label"], readings["sense"], labels=labelled, average="macro"),
        ),
        ("v_measure", v_measure_score(decided["label"], decided["sense"])),
        ("ari", adjusted_rand_score(decided["label"], decided["sense"])),
    ):
        assert evaluation.value(figure).value == pytest.approx(expected, abs=1e-4)
    stance = f1_score(readings["label_stance"], readings["stance"], average="macro")
    assert evaluation.value("stance_macro_f1").value == pytest.approx(stance, abs=1e-4)
    right = readings["sense"] == readings["label"]
    error = metrics.calibration_error(right, readings["confidence"])
    assert evaluation.value("calibration_error").value == pytest.approx(error, abs=1e-4)
    assert evaluation.about["mentions"] == len(readings) >= 1000


def test_the_heads_without_scores_are_measured_too() -> None:
    readings = shipped_readings(scores=False)
    evaluation = load_evaluation(resource("data", "models", "evaluation.json"))
    assert readings["sense"].tolist() == shipped_readings()["sense_without_scores"].tolist()
    right = readings["sense"] == readings["label"]
    assert evaluation.value("accuracy", "without_scores").value == pytest.approx(right.mean(), abs=1e-4)
    error = metrics.calibration_error(right, readings["confidence"])
    assert evaluation.value("calibration_error", "without_scores").value == pytest.approx(error, abs=1e-4)


def test_the_model_card_shows_these_figures() -> None:
    card = resource("data", "models", "README.md").read_text("utf-8")
    assert fill_card(card, load_evaluation(resource("data", "models", "evaluation.json"))) == card


def test_the_readings_are_those_of_a_head_that_did_not_see_the_paper() -> None:
    """One fold is trained again: the shipped readings of its papers must come out."""
    from analysis.evaluation.heldout import probabilities_by
    from analysis.senses.labelled import is_real, shipped_training
    from analysis.training.train import fit_on

    training = shipped_training()
    labels, fold = training.labels, fold_of(training.labels["paper_id"])
    train, test = np.flatnonzero(fold != 4), np.flatnonzero((fold == 4) & is_real(training.labels))
    head = fit_on(training, train)
    sure = probabilities_by(head, training.features.take(test), labels["paper_id"].iloc[test])
    read = np.array(head.labels)[sure.argmax(axis=1)]
    shipped = shipped_readings()
    shipped = shipped[shipped["fold"] == 4]["sense"].to_numpy()
    # The senses' shares in the collection, a soft prior, are those of this fold here and of all labels there.
    assert (read == shipped).mean() > 0.97


def test_calibration_of_a_fold_comes_from_the_others() -> None:
    # Fold 1 says 0.9 and is right half the time; fold 0 says 0.5 and is always right.
    names, labels = ["a", "b"], ["a"] * 10 + ["a", "b"] * 5
    fold = np.repeat([0, 1], 10)
    probabilities = np.r_[np.tile([0.6, 0.4], (10, 1)), np.tile([0.9, 0.1], (10, 1))]
    sure = cross_calibrated(probabilities, labels, names, fold)
    assert (sure[:10, 0] < 0.6).all()  # fold 1 teaches doubt
    assert (sure[10:, 0] > 0.9).all()  # fold 0 teaches trust
