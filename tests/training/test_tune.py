"""Fine-tuning: what is shipped as ONNX says what was trained; run where the dependency group ``tune`` is installed."""

import numpy as np
import pytest

from analysis.common.resources import resource
from analysis.inventory.inventory import load_inventory
from analysis.mentions.find import find_mentions
from analysis.senses.labels import align_labels
from analysis.training.collect import WRITTEN, written
from analysis.vectors import context

pytest.importorskip("torch", reason="fine-tuning needs the dependency group tune")
pytest.importorskip("transformers", reason="fine-tuning needs the dependency group tune")


@pytest.fixture(scope="module")
def shown():
    from analysis.training.tune import show

    papers, labels = written(resource("data", "annotations", WRITTEN), load_inventory())
    papers = papers.head(60)
    mentions = find_mentions(papers)
    aligned = align_labels(labels[labels["paper_id"].isin(papers["paper_id"])], mentions)
    mentions = mentions.set_index("mention_id").loc[aligned.labels["mention_id"]].reset_index()
    return show(aligned.labels.reset_index(drop=True), mentions, papers), mentions, papers


def test_rows_left_out_of_training_are_still_read(shown):
    from analysis.training.tune import judged, scores, tune

    labelled, _, _ = shown
    rows = np.arange(len(labelled.labels)) % 3 == 0
    read = scores(tune(labelled, ~rows), labelled, rows)
    assert read.shape == (rows.sum(), sum(map(len, judged())))
    np.testing.assert_allclose(np.exp(read[:, : len(judged().senses)]).sum(axis=1), 1, atol=0.01)


def test_a_broken_training_goes_on_where_it_stopped(shown, tmp_path, monkeypatch):
    import torch

    from analysis.training import tune as module
    from analysis.training.tune import scores, tune

    labelled, _, _ = shown
    rows = np.ones(len(labelled.labels), bool)
    whole = scores(tune(labelled, rows), labelled, rows)
    kept = tmp_path / "kept.safetensors"
    saved = module.save_checkpoint

    def broken(path, net, optimizer, epochs):
        saved(path, net, optimizer, epochs)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "save_checkpoint", broken)
    with pytest.raises(KeyboardInterrupt):
        tune(labelled, rows, kept=kept)
    monkeypatch.setattr(module, "save_checkpoint", saved)
    torch.manual_seed(99)  # what happened between counts for nothing
    np.testing.assert_allclose(scores(tune(labelled, rows, kept=kept), labelled, rows), whole, atol=1e-4)


def test_parts_are_groups_of_disciplines_and_folds_of_papers():
    import pandas as pd

    from analysis.senses.folds import fold_of
    from analysis.senses.held_out import LEFT_OUT, shipped_readings
    from analysis.training.tune import parts_of

    readings = shipped_readings().drop_duplicates("paper_id")
    part = pd.Series(parts_of(readings), readings["research"].to_numpy())
    for number, fields in enumerate(LEFT_OUT):
        for field in fields:
            assert set(part[[field]]) == {number}
    vision = readings[readings["research"] == "vision"]["paper_id"]
    assert (part["vision"].to_numpy() == fold_of(vision, len(LEFT_OUT))).all()


def test_the_written_encoder_says_what_the_trained_one_said(shown, tmp_path, monkeypatch):
    from analysis.training.tune import export, scores, tune

    labelled, mentions, papers = shown
    rows = np.ones(len(labelled.labels), bool)
    net = tune(labelled, rows)
    export(net, tmp_path)
    sessions = (context._session, context._lower)
    for session in sessions:
        session.cache_clear()
    monkeypatch.setattr(context, "resource", lambda *parts: tmp_path / parts[-1])
    read = context.read_in_context(mentions, papers)
    for session in sessions:
        session.cache_clear()
    read = read.drop(columns="mention_id").to_numpy()
    assert np.abs(read - scores(net, labelled, rows)).mean() < 0.1  # int8 weights against full ones
