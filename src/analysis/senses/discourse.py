"""One sense per discourse (Gale, Church and Yarowsky 1992) as a soft prior: mentions of a paper inform each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import log_softmax

# Chosen on held-out papers by likelihood, with scores and without; 0 would read each mention alone. The encoder that
# gives the scores sees the whole abstract, so they say much of its other mentions already.
WEIGHT, WEIGHT_WITHOUT = 0.5, 0.8
DOUBT = 0.3  # mentions' worth of the collection's own shares that each paper starts from
FLOOR = 0.02  # no sense is ruled out by its absence from the rest of the paper
COLLECTION = 50  # mentions' worth of the training shares that the collection's own start from


def agree_within_papers(
    logits: np.ndarray, papers: Sequence[str], shares: Sequence[float], *, scores: bool
) -> np.ndarray:
    """Shift each mention's log-odds towards the senses of the other mentions in its paper.

    ``logits`` is (n, senses), ``papers`` names the paper of each row, ``shares`` are the senses' shares in training;
    ``scores`` says whether the head that gave the logits reads scores. A paper's only mention stays nearly as it is.
    Returns log-odds of the same shape, float64.
    """
    log_odds = log_softmax(np.asarray(logits, dtype=np.float64), axis=1)
    probabilities = np.exp(log_odds)
    usual = (probabilities.sum(axis=0) + COLLECTION * np.asarray(shares)) / (len(log_odds) + COLLECTION)
    _, paper = np.unique(np.asarray(papers, dtype=object).astype(str), return_inverse=True)
    total = np.zeros((paper.max(initial=0) + 1, log_odds.shape[1]))
    np.add.at(total, paper, probabilities)
    count = np.bincount(paper)[paper][:, None]
    others = (total[paper] - probabilities + DOUBT * usual) / (count - 1 + DOUBT)
    weight = WEIGHT if scores else WEIGHT_WITHOUT
    shift: np.ndarray = weight * (np.log(others + FLOOR) - np.log(usual + FLOOR))
    return log_odds + shift
