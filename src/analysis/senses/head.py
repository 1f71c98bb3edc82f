"""A head: the logistic model that reads all that is known of a mention and gives a probability to each label."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import softmax

from analysis.common.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

# Larger features are cheaper to use under the ridge penalty. Chosen out of fold: a cue was written down for a reason,
# a word feature is only learned, scores are log-probabilities.
CUE_WEIGHT, WORD_WEIGHT, SCORE_WEIGHT = 2.0, 0.5, 0.5
CHUNK = 2_000  # rows that are read at once
RARE = 3  # a word must be seen with this many labelled mentions to be a feature
# Inverse ridge penalty, chosen out of fold, with scores and without: there the other features must say more.
STRENGTH, STRENGTH_WITHOUT = 0.2, 3.0


@dataclass(frozen=True)
class Features:
    """What a head reads of n mentions: vectors (n, d), cues (n, c), both float32, and the words near each.

    ``scores`` are those of ``analysis.vectors.context`` without mention_id, by name; None or no column says nothing.
    """

    vectors: np.ndarray
    cues: np.ndarray
    words: Sequence[Sequence[str]]
    scores: pd.DataFrame | None = None

    def __len__(self) -> int:
        return len(self.vectors)

    @property
    def scored(self) -> tuple[str, ...]:
        """The senses and stances that there are scores for."""
        return () if self.scores is None else tuple(self.scores.columns)

    def take(self, rows: np.ndarray) -> Features:
        """The features of some rows."""
        scores = None if self.scores is None else self.scores.iloc[rows].reset_index(drop=True)
        return Features(self.vectors[rows], self.cues[rows], [self.words[i] for i in rows], scores)

    def join(self, other: Features) -> Features:
        """These rows and then the other's; scores that one of them lacks are zeros, which say nothing."""
        names = list(dict.fromkeys([*self.scored, *other.scored]))
        return Features(
            np.vstack([self.vectors, other.vectors]),
            np.vstack([self.cues, other.cues]),
            [*self.words, *other.words],
            _named(np.vstack([self._scores(names), other._scores(names)]), names) if names else None,
        )

    def without_scores(self) -> Features:
        """The same, the scores left out."""
        return replace(self, scores=None)

    def dense(self, scored: Sequence[str]) -> np.ndarray:
        """Vectors, the scores of these names and cues, each at its weight: float32 of shape (n, d + s + c)."""
        vectors, cues = (part.astype(np.float32) for part in (self.vectors, self.cues))
        return np.hstack([vectors, SCORE_WEIGHT * self._scores(scored), CUE_WEIGHT * cues])

    def matrix(self, scored: Sequence[str], vocabulary: Sequence[str]) -> np.ndarray:
        """All of it as numbers: float32 of shape (n, d + s + c + len(vocabulary))."""
        column = {word: i for i, word in enumerate(vocabulary)}
        counted = np.zeros((len(self), len(vocabulary)), np.float32)
        for row, words in enumerate(self.words):
            counted[row, [column[word] for word in words if word in column]] = WORD_WEIGHT
        return np.hstack([self.dense(scored), counted])

    def _scores(self, names: Sequence[str]) -> np.ndarray:
        """The scores of these names, zeros where nothing is known of any."""
        if self.scores is None or not len(self.scores.columns):
            return np.zeros((len(self), len(names)), np.float32)
        if absent := [name for name in names if name not in self.scores.columns]:
            raise BadInput(f"the scores lack {', '.join(absent)}, which the head reads; train it again (make train)")
        return np.asarray(self.scores[list(names)].to_numpy(dtype=np.float32))


def _named(scores: np.ndarray, names: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(scores, columns=list(names))


@dataclass(frozen=True)
class Head:
    """A fitted head: ``labels``, the ``vocabulary`` of words and the names of the scores that it reads (``scored``),
    and its weights, (features, labels)."""

    labels: tuple[str, ...]
    vocabulary: tuple[str, ...]
    weights: np.ndarray
    intercept: np.ndarray
    temperature: float = 1.0
    shares: tuple[float, ...] = ()
    facts: str = "{}"
    scored: tuple[str, ...] = ()

    def logits(self, features: Features) -> np.ndarray:
        """Log-odds of each label, up to a constant per row, before scaling: float32 of shape (n, labels)."""
        wide = features.vectors.shape[1] + len(self.scored) + features.cues.shape[1] + len(self.vocabulary)
        if wide != len(self.weights):
            raise BadInput(f"this head reads {len(self.weights)} features, not {wide}; train it again (make train)")
        said = np.empty((len(features), len(self.labels)), np.float32)
        for start in range(0, len(features), CHUNK):  # the matrix of all has a column for each word of the vocabulary
            rows = np.arange(start, min(start + CHUNK, len(features)))
            said[rows] = features.take(rows).matrix(self.scored, self.vocabulary) @ self.weights + self.intercept
        return said

    def probabilities(self, features: Features) -> np.ndarray:
        """Probability of each label: rows sum to 1, shape (n, labels)."""
        return np.asarray(softmax(self.logits(features) / self.temperature, axis=1))


def fit_head(
    features: Features, labels: Sequence[str], *, weights: ArrayLike | None = None, strength: float | None = None
) -> Head:
    """Fit a multinomial logistic head.

    ``labels`` names the label of each row; ``weights`` says how much each row counts; ``strength`` is the inverse of
    the ridge penalty (default: ``STRENGTH`` or ``STRENGTH_WITHOUT`` scores). Deterministic. Raises ``BadInput`` when
    there are fewer than two labels.
    """
    from sklearn.linear_model import LogisticRegression

    names = sorted(set(labels))
    if len(names) < 2:
        raise BadInput(
            f"labels: only one sense ({', '.join(names) or 'none'}); a head needs at least two to tell apart"
        )
    counts = Counter(word for words in features.words for word in set(words))
    vocabulary = tuple(sorted(word for word, n in counts.items() if n >= RARE))
    scored = features.scored
    if strength is None:
        strength = STRENGTH if scored else STRENGTH_WITHOUT
    model = LogisticRegression(C=strength, max_iter=400, tol=1e-4)
    counting = None if weights is None else np.asarray(weights)
    model.fit(features.matrix(scored, vocabulary), list(labels), sample_weight=counting)
    coefficients, intercept = model.coef_, model.intercept_
    if len(names) == 2:  # scikit-learn gives two classes one row
        coefficients, intercept = np.vstack([-coefficients, coefficients]) / 2, np.r_[-intercept, intercept] / 2
    each = np.ones(len(labels)) if counting is None else counting
    shares = tuple(np.bincount([names.index(label) for label in labels], each) / each.sum())
    return Head(
        tuple(names), vocabulary, coefficients.T.astype(np.float32), intercept.astype(np.float32), shares=shares,
        scored=scored,
    )  # fmt: skip


def fit_temperature(logits: np.ndarray, labels: Sequence[str], names: Sequence[str]) -> float:
    """Temperature that makes held-out probabilities most likely (Guo et al. 2017)."""
    # CalibratedClassifierCV(method="temperature") fits one to a classifier's own outputs; the paper's other mentions
    # have already shifted these logits, so they are no classifier's.
    from scipy.optimize import minimize_scalar

    rows = np.arange(len(labels))
    columns = np.array([list(names).index(label) for label in labels])

    def loss(log_t: float) -> float:
        return float(-np.log(softmax(logits / np.exp(log_t), axis=1)[rows, columns] + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2.0, 2.0), method="bounded").x))


def save_head(head: Head, path: Path) -> None:
    """Write a head as safetensors: weights as tensors, the rest as text beside them."""
    from safetensors.numpy import save_file

    from analysis.common.tables import replacing

    about: dict[str, Any] = {
        "labels": head.labels,
        "vocabulary": head.vocabulary,
        "scored": head.scored,
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
        tuple(about["scored"]),
    )
