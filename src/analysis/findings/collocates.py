"""Which words stand near the term, and which of them tell one sense from the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.common.words import words as words_of
from analysis.findings.rows import rows_of
from analysis.inventory.inventory import UNCLEAR

if TYPE_CHECKING:
    import pandas as pd

WINDOW = 10  # words to either side of the mention, within its sentence
PRIOR = 100.0  # how many counts the prior is worth; larger shrinks rare words more


def context_words(readings: pd.DataFrame, *, window: int = WINDOW) -> pd.DataFrame:
    """The words around each mention: lower case, no stop words, no form of the term.

    Needs sentence, sentence_start, start, end, surface, paper_id and sense. Returns one row per paper, sense and word
    (paper_id, sense, word): a word that a paper repeats near the same sense counts once, since repeats are not
    independent evidence.
    """
    import pandas as pd
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    own = set(readings["surface"].str.lower())
    seen: dict[tuple[str, str, str], None] = {}
    columns = ["paper_id", "sense", "sentence", "sentence_start", "start", "end"]
    for paper_id, sense, sentence, offset, start, end in rows_of(readings[columns]):
        before = words_of(sentence[: start - offset])[-window:]
        after = words_of(sentence[end - offset :])[:window]
        for word in (*before, *after):
            if len(word) > 1 and word not in ENGLISH_STOP_WORDS and word not in own:
                seen[paper_id, sense, word] = None
    return pd.DataFrame(list(seen), columns=["paper_id", "sense", "word"])


def log_odds(counts: np.ndarray, others: np.ndarray, *, prior: float = PRIOR) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds ratio of each word between two groups, shrunk towards their common rate, and its standard error.

    ``counts`` and ``others`` hold the counts of the same words, shape (words,). Method: the log-odds ratio with an
    informative Dirichlet prior of Monroe, Colaresi and Quinn (2008, "Fightin' Words", equations 16, 18 and 19), the
    prior being the words' shares in both groups together, worth ``prior`` counts. Returns two arrays (words,);
    their quotient is the z-score by which words are ranked.
    """
    together = counts + others
    total = together.sum()
    alpha = prior * together / total if total else together.astype(float)
    one, two = counts + alpha, others + alpha
    with np.errstate(divide="ignore", invalid="ignore"):
        delta = np.log(one / (one.sum() - one)) - np.log(two / (two.sum() - two))
        return np.nan_to_num(delta), np.sqrt(1 / one + 1 / two)


def distinguishing_collocates(
    readings: pd.DataFrame, order: Sequence[str], *, top: int = 10, window: int = WINDOW, prior: float = PRIOR
) -> pd.DataFrame:
    """The words near the term that tell each sense from all others, strongest first; ``unclear`` is none.

    Returns at most ``top`` rows a sense, with positive log-odds and in at least two papers (so a sense that only
    one paper uses has none): sense, word, papers (with the word near that sense), papers_else (near another), log_odds,
    low, high (95 %), z.
    """
    import pandas as pd

    words = context_words(readings, window=window)
    counts = pd.crosstab(words["word"], words["sense"])
    rows = []
    for sense in [s for s in order if s in counts.columns and s != UNCLEAR]:
        here = counts[sense].to_numpy(dtype=float)
        rest = counts.to_numpy(dtype=float).sum(axis=1) - here
        delta, error = log_odds(here, rest, prior=prior)
        table = pd.DataFrame(
            {
                "sense": sense, "word": counts.index, "papers": here.astype(int), "papers_else": rest.astype(int),
                "log_odds": delta, "low": delta - 1.96 * error, "high": delta + 1.96 * error, "z": delta / error,
            }
        )  # fmt: skip
        table = table[(table["papers"] > 1) & (table["log_odds"] > 0)]
        rows.append(table.sort_values(["z", "word"], ascending=[False, True]).head(top))
    columns = ["sense", "word", "papers", "papers_else", "log_odds", "low", "high", "z"]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=columns)
