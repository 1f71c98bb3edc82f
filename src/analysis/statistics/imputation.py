"""The true senses behind the readings of a collection, drawn from what held-out papers leave open.

Bayesian data augmentation (Tanner and Wong 1987; for an imperfect test Joseph, Gyorkos and Coupal 1995) in two layers:
whether the mentions of a paper all have one sense, and which. A reader that gives a paper one sense hides that it has
two, and one that doubts gives two to a paper that has one; mentions drawn each by itself, or all together, would say
nothing of either.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import softmax

from analysis.statistics.confusion import ALIKE, APART, BANDS, Confusion, bands, read_as

if TYPE_CHECKING:
    import pandas as pd

STEPS = 10  # of the chain between two draws, enough to forget the last one
POOLED = 20.0  # mentions or papers that what is pooled over all held-out ones is worth beside the few at hand
NONE_YET, SEVERAL = -2, -1  # instead of the one sense that a paper's mentions have had so far


class Imputer:
    """A chain of draws of the true senses of readings.

    ``readings`` needs mention_id, paper_id, surface, sense, confidence and reviewed; senses are those of ``order``.
    What people reviewed keeps its sense, what is among the labels of the ``confusion`` has the sense of its label.
    """

    def __init__(self, readings: pd.DataFrame, order: Sequence[str], confusion: Confusion) -> None:
        import pandas as pd
        from scipy.stats import beta

        k, width = len(order), len(BANDS)
        columns = pd.MultiIndex.from_product([list(order), range(width)])
        self._alike, self._apart = (
            table.reindex(index=list(order), columns=columns, fill_value=0).to_numpy(dtype=float)
            for table in (confusion.alike, confusion.apart)
        )
        self._papers = confusion.papers.loc[[ALIKE, APART]].to_numpy(dtype=float)
        labels = confusion.labels_of(readings)["label"]
        reviewed, labelled = readings["reviewed"].to_numpy(dtype=bool), labels.isin(list(order)).to_numpy()
        known = reviewed | labelled
        readings = readings.assign(
            sense=readings["sense"].where(reviewed | ~labelled, labels),
            confidence=readings["confidence"].mask(known, 1.0),
        )
        self._known = readings["sense"].map({sense: i for i, sense in enumerate(order)}).to_numpy(dtype=int)
        self._paper, ids = pd.factorize(readings["paper_id"])
        self._open = np.flatnonzero(~known)
        column = k * width + self._known  # what is known is a column of its own
        column[self._open] = self._known[self._open] * width + bands(readings.iloc[self._open])
        self._read = column
        apart, least = read_as(readings)
        self._column = apart * width + least
        self._knows = np.zeros((len(ids), k), dtype=bool)
        self._knows[self._paper[known], self._known[known]] = True
        self._mixed = self._knows.sum(axis=1) > 1
        self._has_open = np.bincount(self._paper[self._open], minlength=len(ids)) > 0
        self._asked = (np.bincount(self._paper) > 1) & self._has_open & ~self._mixed
        # papers whose mentions fall in the same columns are one kind
        seen = np.zeros((len(ids), k * width + k), dtype=bool)
        seen[self._paper, column] = True
        self._kinds, kind = np.unique(seen, axis=0, return_inverse=True)
        self._kind = kind.reshape(-1)
        prior = POOLED / 2 * _prior(self._papers.sum(axis=1))  # a few papers say little of how many are apart
        self._grid = beta(prior[1], prior[0]).ppf((np.arange(1000) + 0.5) / 1000)  # of the share of papers apart
        rank = readings.groupby(self._paper).cumcount().to_numpy()
        self._rounds = [np.flatnonzero(rank == number) for number in range(rank.max() + 1)]  # each a mention a paper
        self._shares = np.full(k, 1 / k)

    def draw(self, weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Draw the true sense of each mention, an index into the order; ``weights``: how often each is there.

        The rates P(assigned | true) come from the Dirichlet posterior of each row of the confusion (prior: one
        observation spread evenly; the few papers apart lean on all), the shares of the true senses and of the papers
        apart from theirs (prior: as in the evaluation, worth one unit each and ``POOLED`` papers), what is true from
        Bayes' rule. Papers alike have one sense, which all that was assigned speaks for; papers apart have two, or
        those that are known of them, and their mentions are drawn each by itself, but not all the same. A paper with
        one mention is alike.
        """
        times = np.zeros(len(self._kind), dtype=int)
        times[self._paper] = weights
        apart = self._mixed | (rng.random(len(times)) < self._chance_of_apart(times, rng)[self._column]) & self._asked
        rates = draw_rates(self._alike, rng)
        evidence = self._kinds @ np.log(np.maximum(np.hstack([rates, np.eye(len(rates))]), 1e-300)).T
        units = np.bincount(self._kind, times * (self._has_open & ~apart), minlength=len(self._kinds)).astype(int)
        prior = _prior(self._alike.sum(axis=1) + self._apart.sum(axis=1))
        for _ in range(STEPS):
            behind = _posterior(evidence, self._shares)
            self._shares = rng.dirichlet(prior + rng.multinomial(units, behind).sum(axis=0))
        senses = self._known.copy()
        senses[self._open] = _choose(_posterior(evidence, self._shares)[self._kind], rng)[self._paper[self._open]]
        self._draw_apart(senses, apart, rng)
        return senses

    def _chance_of_apart(self, times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """P(apart | as read) of each column of the counted papers, given a draw of the share that is apart.

        That share is drawn from its posterior on a grid: a chain would be slow where readings tell little of it.
        """
        rates = draw_rates(self._papers, rng)
        units = np.bincount(self._column, times * self._asked, minlength=rates.shape[1])
        seen = np.outer(1 - self._grid, rates[0]) + np.outer(self._grid, rates[1])
        logs = np.log(np.maximum(seen, 1e-300)) @ units
        share = rng.choice(self._grid, p=softmax(logs))
        return true_given_assigned(rates, np.array([1 - share, share]))[:, 1]

    def _draw_apart(self, senses: np.ndarray, apart: np.ndarray, rng: np.random.Generator) -> None:
        """Draw the mentions of the papers that are ``apart`` into ``senses``, given that they are not all the same."""
        pooled = draw_rates(self._alike + self._apart, rng)
        rates = rng.standard_gamma(np.maximum(self._apart + POOLED * pooled, 1e-9))
        likely = np.vstack([(rates / rates.sum(axis=1, keepdims=True)).T, np.eye(len(rates))])
        allowed = self._knows & self._mixed[:, None]
        two = np.flatnonzero(apart & ~self._mixed)
        allowed[two] = self._draw_pairs(two, likely, rng)
        rounds = [mentions[apart[self._paper[mentions]]] for mentions in self._rounds]
        chances = [np.maximum(likely[self._read[m]], 1e-300) * allowed[self._paper[m]] for m in rounds]
        chances = [each / each.sum(axis=1, keepdims=True) for each in chances]
        same = np.ones((len(apart), len(rates)))  # chance that all later mentions of the paper have each sense
        later = []
        for mentions, each in zip(reversed(rounds), reversed(chances), strict=True):
            later.append(same[self._paper[mentions]])
            same[self._paper[mentions]] *= each
        so_far = np.full(len(apart), NONE_YET)
        for mentions, each in zip(rounds, chances, strict=True):
            papers, rest = self._paper[mentions], later.pop()
            one = so_far[papers]
            differs = each * (1 - rest * (one[:, None] == np.arange(len(rates))) - rest * (one == NONE_YET)[:, None])
            total = differs.sum(axis=1, keepdims=True)
            drawn = _choose(np.where(total > 1e-12, differs / np.maximum(total, 1e-12), each), rng)
            senses[mentions] = drawn
            so_far[papers] = np.where((one == NONE_YET) | (one == drawn), drawn, SEVERAL)

    def _draw_pairs(self, papers: np.ndarray, likely: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Draw the two senses of each of these papers, bool (papers, K): of held-out papers apart few have a third.

        The senses of a pair are as common as their shares, and a mention has either alike; ``likely`` is
        P(assigned | true) by column, shape (columns, K).
        """
        k = likely.shape[1]
        one, two = np.triu_indices(k, 1)
        row = np.full(len(self._kind), -1)
        row[papers] = np.arange(len(papers))
        mentions = np.flatnonzero(row[self._paper] >= 0)
        logs, both = np.zeros((len(papers), k)), np.zeros((len(papers), len(one)))
        each = np.maximum(likely[self._read[mentions]], 1e-300)
        np.add.at(logs, row[self._paper[mentions]], np.log(each))
        np.add.at(both, row[self._paper[mentions]], np.log(each[:, one] + each[:, two]))
        alike = np.exp(logs[:, one] - both) + np.exp(logs[:, two] - both)
        shares = np.maximum(self._shares, 1e-300)
        weight = both + np.log(np.maximum(1 - alike, 1e-12)) + np.log(shares[one] * shares[two])
        pair = _choose(_posterior(weight, np.ones(1)), rng)
        drawn = np.zeros((len(papers), k), dtype=bool)
        drawn[np.arange(len(papers)), one[pair]] = drawn[np.arange(len(papers)), two[pair]] = True
        return drawn


def true_given_assigned(rates: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """P(true | assigned) by Bayes' rule, shape (columns, K true); an assigned sense nobody explains stays itself.

    ``rates`` is P(assigned | true), shape (K true, columns): as many columns, one after the other, for each sense.
    """
    joint = (rates * shares[:, None]).T
    total = joint.sum(axis=1, keepdims=True)
    return np.where(total > 0, joint / np.where(total > 0, total, 1), _itself(rates.shape).T > 0)


def draw_rates(counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One draw of P(assigned | true) from the Dirichlet posterior of each row; a row never met is never misread."""
    gammas = rng.standard_gamma(counts + 1 / counts.shape[1])
    seen = counts.sum(axis=1, keepdims=True) > 0
    total = gammas.sum(axis=1, keepdims=True)
    return np.where(seen & (total > 0), gammas / np.where(total > 0, total, 1), _itself(counts.shape))


def _itself(shape: tuple[int, int]) -> np.ndarray:
    """P(assigned | true) of a reader that never errs and is in each band alike, shape (K true, columns)."""
    each = shape[1] // shape[0]
    return np.repeat(np.eye(shape[0]), each, axis=1) / each


def _prior(counts: np.ndarray) -> np.ndarray:
    """Dirichlet parameters of shares as in the evaluation, worth one unit each."""
    return len(counts) * (counts + 1) / (counts.sum() + len(counts))


def _posterior(evidence: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Bayes' rule from log-likelihoods, shape (rows, K) -> probabilities of the same shape."""
    return np.asarray(softmax(evidence + np.log(np.maximum(shares, 1e-300)), axis=1))


def _choose(chances: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One index for each row of probabilities."""
    below = rng.random(len(chances))[:, None] > np.cumsum(chances, axis=1)
    return np.asarray(below.sum(axis=1).clip(max=chances.shape[1] - 1))
