"""Which words stand near the term, by the measures of association, and which of them tell one sense from the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from analysis.common.errors import BadInput
from analysis.common.words import words
from analysis.findings.kwic import SPAN
from analysis.findings.rows import rows_of
from analysis.inventory.inventory import NO_SENSE
from analysis.statistics.association import adjusted, log_dice, log_likelihood, mi3, mutual_information, t_score

if TYPE_CHECKING:
    import pandas as pd

LEAST = 3  # papers that must have a word near the term
_MEASURES = ("log_dice", "mi", "mi3", "t", "log_likelihood", "p_adjusted")
_COLUMNS = ["word", "near", "papers", "frequency", *_MEASURES]
WINDOW = 10  # words to either side of the mention, within its sentence
PRIOR = 100.0  # how many counts the prior is worth; larger shrinks rare words more


def collocates(
    readings: pd.DataFrame,
    counts: pd.DataFrame,
    *,
    span: int = SPAN,
    sense: str | None = None,
    least: int = LEAST,
    stop_words: bool = False,
) -> pd.DataFrame:
    """The words within ``span`` words of the term in its sentence, strongest by logDice first.

    ``readings`` needs paper_id, field, sentence, sentence_start, start, end and sense; ``counts`` are the words of the
    whole collection (``common.words.word_counts``). Returns word, near (times near the term, each once even between
    two mentions), papers (with it near), frequency (times in the collection), log_dice, mi, mi3, t, log_likelihood
    (``statistics.association``), and p_adjusted: that of the log-likelihood for a word that is more common near the
    term than elsewhere, corrected by Benjamini and Hochberg for all words that ``least`` papers have, near it or not. A
    word that fewer have near the term is left out, and so are mentions themselves and, unless ``stop_words``, English
    stop words. ``sense`` counts near the mentions of that sense alone. Raises ``BadInput`` without a span.
    """
    import pandas as pd
    from scipy.stats import chi2
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    if span < 1:
        raise BadInput(f"a span of {span} words holds none; use 1 or more")
    frequency = Counter(dict(zip(counts["word"], counts["tokens"].tolist(), strict=True)))
    near: Counter[str] = Counter()
    papers: dict[str, set[str]] = {}
    window = 0
    for paper_id, sentence, run, nodes in _runs(readings, sense):
        frequency.subtract(words(sentence))  # there a mention may be joined to a word: bias-variance
        frequency.update(word for word in run if word)
        close = {at for node in nodes for at in range(max(0, node - span), node + span + 1) if at < len(run)}
        here = [run[at] for at in close if run[at]]
        window += len(here)
        near.update(here)
        for word in here:
            papers.setdefault(word, set()).add(paper_id)
    empty = frozenset() if stop_words else ENGLISH_STOP_WORDS
    listed = sorted(word for word, holding in papers.items() if len(holding) >= least and word not in empty)
    table = pd.DataFrame(
        [(word, near[word], len(papers[word]), frequency[word]) for word in listed], columns=_COLUMNS[:4]
    )
    if table.empty:
        return pd.DataFrame(columns=_COLUMNS)
    possible = (word for word in counts.loc[counts["papers"] >= least, "word"] if frequency[word])
    tested = len({*possible, *listed} - empty)
    others = frequency.total()
    mentions = len(readings) if sense is None else int((readings["sense"] == sense).sum())
    four = (table["near"], mentions, table["frequency"], others + len(readings))
    g2 = log_likelihood(table["near"], table["frequency"] - table["near"], window, others - window)
    attracted = table["near"] / window > table["frequency"] / others
    p = chi2.sf(g2, 1) / 2
    table = table.assign(
        log_dice=log_dice(*four[:3]), mi=mutual_information(*four), mi3=mi3(*four), t=t_score(*four),
        log_likelihood=g2, p_adjusted=adjusted(np.where(attracted, p, 1 - p), tested),
    )  # fmt: skip
    return table.sort_values(["log_dice", "word"], ascending=[False, True], ignore_index=True)


def _runs(readings: pd.DataFrame, sense: str | None) -> Iterator[tuple[str, str, list[str], list[int]]]:
    """Each sentence with mentions, which follow each other in ``readings``: its paper, its text, its words with "" for
    each mention, and where those stand that have the sense.
    """
    columns = ["paper_id", "field", "sentence_start", "sentence", "start", "end", "sense"]
    for (paper_id, _, offset, sentence), own in groupby(rows_of(readings[columns]), key=itemgetter(0, 1, 2, 3)):
        run: list[str] = []
        nodes: list[int] = []
        at = 0
        for row in own:
            run += words(sentence[at : row.start - offset])
            if sense is None or row.sense == sense:
                nodes.append(len(run))
            run.append("")
            at = row.end - offset
        yield paper_id, sentence, [*run, *words(sentence[at:])], nodes


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
        before = words(sentence[: start - offset])[-window:]
        after = words(sentence[end - offset :])[:window]
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
    readings: pd.DataFrame,
    order: Sequence[str],
    *,
    top: int = 10,
    window: int = WINDOW,
    prior: float = PRIOR,
    no_sense: Collection[str] = NO_SENSE,
) -> pd.DataFrame:
    """The words near the term that tell each sense from all others, strongest first; ``no_sense`` is none.

    Returns at most ``top`` rows a sense, with positive log-odds and in at least two papers (so a sense that only
    one paper uses has none): sense, word, papers (with the word near that sense), papers_else (near another), log_odds,
    low, high (95 %), z.
    """
    import pandas as pd

    near = context_words(readings, window=window)
    counts = pd.crosstab(near["word"], near["sense"])
    rows = []
    for sense in [s for s in order if s in counts.columns and s not in no_sense]:
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
