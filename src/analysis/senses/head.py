"""A head: the logistic model that reads a mention's vector, cues and words, and gives a probability to each label."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import BadInput
from analysis.vectors import SPACE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# Larger features are cheaper to use under the ridge penalty. Chosen out of fold: a cue was written down for a reason,
# a word feature is only learned, evidence is in log-probabilities.
CUE_WEIGHT, WORD_WEIGHT, EVIDENCE_WEIGHT = 2.0, 0.5, 0.5
RARE = 3  # a word must be seen with this many labelled mentions to be a feature


@dataclass(frozen=True)
class Features:
    """What a head reads of n mentions: vectors (n, d), cues (n, c), both float32, and the words near each.

    Columns of ``vectors`` behind the first ``SPACE`` are evidence (``analysis.context``).
    """

    vectors: np.ndarray
    cues: np.ndarray
    words: Sequence[Sequence[str]]

    def __len__(self) -> int:
        return len(self.vectors)

    def take(self, rows: np.ndarray) -> Features:
        """The features of some rows."""
        return Features(self.vectors[rows], self.cues[rows], [self.words[i] for i in rows])

    def join(self, other: Features) -> Features:
        """These rows and then the other's."""
        return Features(
            np.vstack([self.vectors, other.vectors]),
            np.vstack([self.cues, other.cues]),
            [*self.words, *other.words],
        )

    def dense(self) -> np.ndarray:
        """Vectors, evidence and cues, each at its weight: float32 of shape (n, d + c)."""
        vectors = self.vectors.astype(np.float32)
        cues = CUE_WEIGHT * self.cues.astype(np.float32)
        return np.hstack([vectors[:, :SPACE], EVIDENCE_WEIGHT * vectors[:, SPACE:], cues])

    def matrix(self, vocabulary: Sequence[str]) -> np.ndarray:
        """All of it as numbers: float32 of shape (n, d + c + len(vocabulary))."""
        column = {word: i for i, word in enumerate(vocabulary)}
        counted = np.zeros((len(self), len(vocabulary)), np.float32)
        for row, words in enumerate(self.words):
            counted[row, [column[word] for word in words if word in column]] = WORD_WEIGHT
        return np.hstack([self.dense(), counted])


@dataclass(frozen=True)
class Head:
    """A fitted head: ``labels``, the ``vocabulary`` of words it knows, and its weights, (features, labels)."""

    labels: tuple[str, ...]
    vocabulary: tuple[str, ...]
    weights: np.ndarray
    intercept: np.ndarray
    temperature: float = 1.0
    shares: tuple[float, ...] = ()
    facts: str = "{}"

    def logits(self, features: Features) -> np.ndarray:
        """Evidence for each label before scaling: float32 of shape (n, labels)."""
        wide = features.vectors.shape[1] + features.cues.shape[1] + len(self.vocabulary)
        if wide != len(self.weights):
            raise BadInput(f"this head reads {len(self.weights)} features, not {wide}; train it again (make train)")
        return features.matrix(self.vocabulary) @ self.weights + self.intercept

    def probabilities(self, features: Features) -> np.ndarray:
        """Probability of each label: rows sum to 1, shape (n, labels)."""
        return softmax(self.logits(features) / self.temperature)


def fit_head(
    features: Features, labels: Sequence[str], *, weights: ArrayLike | None = None, strength: float = 0.2
) -> Head:
    """Fit a multinomial logistic head.

    ``labels`` names the label of each row; ``weights`` says how much each row counts; ``strength`` is the inverse of
    the ridge penalty (chosen out of fold, with evidence). Deterministic. Raises ``BadInput`` when there are fewer than
    two labels.
    """
    from sklearn.linear_model import LogisticRegression

    names = sorted(set(labels))
    if len(names) < 2:
        raise BadInput(
            f"labels: only one sense ({', '.join(names) or 'none'}); a head needs at least two to tell apart"
        )
    counts = Counter(word for words in features.words for word in set(words))
    vocabulary = tuple(sorted(word for word, n in counts.items() if n >= RARE))
    model = LogisticRegression(C=strength, max_iter=400, tol=1e-4)
    model.fit(features.matrix(vocabulary), list(labels), sample_weight=None if weights is None else np.asarray(weights))
    coefficients, intercept = model.coef_, model.intercept_
    if len(names) == 2:  # scikit-learn gives two classes one row
        coefficients, intercept = np.vstack([-coefficients, coefficients]) / 2, np.r_[-intercept, intercept] / 2
    shares = tuple(np.array([list(labels).count(name) for name in names]) / len(labels))
    return Head(
        tuple(names), vocabulary, coefficients.T.astype(np.float32), intercept.astype(np.float32), shares=shares
    )


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities from logits, row by row."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


def fit_temperature(logits: np.ndarray, labels: Sequence[str], names: Sequence[str]) -> float:
    """Temperature that makes held-out probabilities most likely (Guo et al. 2017)."""
    from scipy.optimize import minimize_scalar

    rows = np.arange(len(labels))
    columns = np.array([list(names).index(label) for label in labels])

    def loss(log_t: float) -> float:
        return float(-np.log(softmax(logits / np.exp(log_t))[rows, columns] + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2.0, 2.0), method="bounded").x))


def save_head(head: Head, path: Path) -> None:
    """Write a head as safetensors: weights as tensors, the rest as text beside them."""
    from safetensors.numpy import save_file

    from analysis.tables import replacing

    about: dict[str, Any] = {
        "labels": head.labels,
        "vocabulary": head.vocabulary,
        "temperature": head.temperature,
        "shares": head.shares,
        "facts": json.loads(head.facts),
    }
    tensors: dict[str, Any] = {
        "weights": head.weights.astype(np.float16),
        "intercept": head.intercept.astype(np.float32),
    }
    with replacing(path) as temporary:
        save_file(tensors, temporary, metadata={"head": json.dumps(about, sort_keys=True)})


def load_head(path: Path) -> Head:
    """Read what ``save_head`` wrote. Raises ``BadInput`` when it is absent or damaged."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), framework="numpy") as file:
            about = json.loads(file.metadata()["head"])
            weights, intercept = file.get_tensor("weights"), file.get_tensor("intercept")
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise BadInput(f"{path}: not a readable head ({error}); make it again with: make train") from error
    return Head(
        tuple(about["labels"]),
        tuple(about["vocabulary"]),
        weights.astype(np.float32),
        intercept,
        about["temperature"],
        tuple(about["shares"]),
        json.dumps(about["facts"]),
    )
