"""The head: a logistic model over vectors, cues and words, kept on disk without pickles."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis import BadInput
from analysis.senses.head import (
    CUE_WEIGHT,
    WORD_WEIGHT,
    Features,
    Head,
    fit_head,
    fit_temperature,
    load_head,
    save_head,
)


def features(vectors: list[list[float]], words: list[list[str]] | None = None) -> Features:
    n = len(vectors)
    return Features(np.array(vectors, np.float32), np.zeros((n, 1), np.float32), words or [[]] * n)


HEAD = Head(
    labels=("a", "b"),
    vocabulary=("x",),
    weights=np.array([[1, 0], [0, 2], [0, 3], [4, 0]], np.float32),  # two columns of vector, one cue, one word
    intercept=np.array([0.5, 0], np.float32),
)


def test_logits_are_the_weighted_sum() -> None:
    one = Features(np.array([[1, 1]], np.float32), np.array([[1]], np.float32), [["x", "unknown"]])
    # a: 1 x 1 + 4 x 0.5 (a word counts WORD_WEIGHT) + 0.5;  b: 2 x 1 + 3 x 2 (a cue counts CUE_WEIGHT)
    assert (CUE_WEIGHT, WORD_WEIGHT) == (2, 0.5)
    np.testing.assert_allclose(HEAD.logits(one), [[3.5, 8.0]])


def test_temperature_flattens_probabilities_without_changing_the_order() -> None:
    one = Features(np.array([[1, 1]], np.float32), np.array([[1]], np.float32), [["x"]])
    # difference 4.5 / 9 = 0.5: 1 / (1 + e^0.5) = 0.377541
    np.testing.assert_allclose(replace(HEAD, temperature=9.0).probabilities(one), [[0.377541, 0.622459]], atol=1e-6)


def test_another_width_is_refused_in_one_line() -> None:
    with pytest.raises(BadInput, match="reads 4 features, not 5"):
        HEAD.logits(features([[1, 1, 1]]))


@pytest.mark.parametrize("names", [("a", "b"), ("a", "b", "c")])
def test_a_fitted_head_tells_separate_groups_apart(names: tuple[str, ...]) -> None:
    vectors = [list(row) for i, _ in enumerate(names) for row in np.eye(3)[[i] * 4].tolist()]
    labels = [name for name in names for _ in range(4)]
    head = fit_head(features(vectors), labels)
    assert head.labels == names
    assert [head.labels[i] for i in head.probabilities(features(vectors)).argmax(axis=1)] == labels
    assert head.shares == pytest.approx([1 / len(names)] * len(names))


def test_two_labels_give_the_probability_of_the_logistic_model() -> None:
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(40, 3)).astype(np.float32)
    labels = ["yes" if v > 0 else "no" for v in vectors[:, 0] + 0.3 * rng.normal(size=40)]
    head = fit_head(features(vectors.tolist()), labels, strength=3.0)
    reference = LogisticRegression(C=3.0, max_iter=400).fit(vectors, labels).predict_proba(vectors)
    np.testing.assert_allclose(head.probabilities(features(vectors.tolist())), reference, atol=1e-3)


def test_a_word_seen_less_than_three_times_is_no_feature() -> None:
    words = [["common", "rare"], ["common", "rare"], ["common"], ["twice", "twice", "twice"]]
    assert fit_head(features([[1], [1], [0], [0]], words), ["a", "a", "b", "b"]).vocabulary == ("common",)


def test_a_weight_of_nought_leaves_a_row_out() -> None:
    vectors, labels = [[1.0], [1.0], [0.0], [0.0], [1.0]], ["a", "a", "b", "b", "b"]
    weighted = fit_head(features(vectors), labels, weights=[1, 1, 1, 1, 0])
    without = fit_head(features(vectors[:4]), labels[:4])
    np.testing.assert_allclose(weighted.weights, without.weights, atol=1e-3)


def test_one_label_is_not_enough() -> None:
    with pytest.raises(BadInput, match="only one sense"):
        fit_head(features([[1], [0]]), ["a", "a"])


def test_temperature_finds_the_scale_of_overconfident_logits() -> None:
    # right in 3 of 4 at a logit difference of 4.394 = 4 x log 3: the honest difference is log 3, so T = 4
    gap = 4 * np.log(3)
    logits = np.array([[gap, 0.0]] * 4)
    assert fit_temperature(logits, ["a", "a", "a", "b"], ["a", "b"]) == pytest.approx(4.0, abs=0.01)


def test_a_head_is_saved_and_read_back(tmp_path: Path) -> None:
    head = replace(HEAD, temperature=1.25, shares=(0.25, 0.75), facts='{"mentions": 3}')
    save_head(head, tmp_path / "head.safetensors")
    back = load_head(tmp_path / "head.safetensors")
    assert (back.labels, back.vocabulary, back.temperature, back.shares, back.facts) == (
        head.labels, head.vocabulary, 1.25, (0.25, 0.75), '{"mentions": 3}',
    )  # fmt: skip
    np.testing.assert_array_equal(back.weights, head.weights)
    first = (tmp_path / "head.safetensors").read_bytes()
    save_head(head, tmp_path / "head.safetensors")
    assert (tmp_path / "head.safetensors").read_bytes() == first


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x02\x00\x00\x00\x00\x00\x00\x00{}"])
def test_a_damaged_head_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "head.safetensors"
    path.write_bytes(content)
    with pytest.raises(BadInput, match="make train"):
        load_head(path)
    with pytest.raises(BadInput, match="make train"):
        load_head(tmp_path / "absent.safetensors")


def test_joining_and_taking_rows() -> None:
    joined = features([[1]], [["x"]]).join(features([[2], [3]], [["y"], ["z"]]))
    some = joined.take(np.array([2, 0]))
    assert some.vectors.tolist() == [[3], [1]]
    assert some.words == [["z"], ["x"]]
