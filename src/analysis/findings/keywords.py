"""Keyness: the words that a collection has more often than other abstracts do."""

from __future__ import annotations

import gzip
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from analysis.common.resources import resource
from analysis.common.words import WordCounts, words
from analysis.statistics.association import adjusted, log_likelihood, log_ratio, surplus_p

if TYPE_CHECKING:
    import pandas as pd

LEAST = 3  # papers that must hold a word before it is listed
LEVEL = 0.05  # of false discoveries among the words listed
_COLUMNS = ["word", "tokens", "papers", "reference_tokens", "reference_papers", "log_ratio", "log_likelihood",
            "p_adjusted", "tested"]  # fmt: skip


class Reference(NamedTuple):
    """What a collection is held against: words (word, tokens, papers) that ``least`` of its papers hold.

    ``papers`` and ``tokens`` are those of the whole reference, of words not listed, too.
    """

    table: pd.DataFrame
    papers: int
    tokens: int
    least: int = 1


@cache
def shipped_reference() -> Reference:
    """The counts of general abstracts that ship: ``data/reference``."""
    return read_reference(resource("data", "reference", "abstracts.csv.gz"))


def read_reference(path: Path) -> Reference:
    """Counts as ``training.reference`` writes them: a packed CSV table behind a line that names the totals."""
    import pandas as pd

    with gzip.open(path, "rt", encoding="utf-8") as lines:
        totals = dict(part.split("=") for part in lines.readline().removeprefix("# ").split())
        table = pd.read_csv(lines, keep_default_na=False, dtype={"word": "str", "tokens": "int64", "papers": "int64"})
    return Reference(table, **{name: int(n) for name, n in totals.items()})


def reference_of(counts: WordCounts) -> Reference:
    """Another collection as the reference."""
    return Reference(counts.table, len(counts.sizes), sum(counts.sizes))


def keyness(
    counts: WordCounts,
    reference: Reference,
    *,
    besides: Collection[str] = (),
    least: int = LEAST,
    level: float = LEVEL,
) -> pd.DataFrame:
    """The key words of a collection, largest log-likelihood first; none where the papers are too few to tell.

    Returns word, tokens and papers in the collection, reference_tokens and reference_papers, log_ratio (effect size,
    Hardie 2014) and log_likelihood (Rayson and Garside 2000) of the tokens as Conc has them, p_adjusted, and tested:
    how many words were, which are all that either side has but the forms of ``besides``, the words that the collection
    was searched for. The test counts papers, not tokens, since a paper that repeats a word is no further evidence
    (Egbert and Biber 2019): Fisher's exact, corrected by Benjamini and Hochberg. Listed are words that ``least`` papers
    hold, with p_adjusted below ``level`` and a positive log_ratio. A word that the reference does not list counts there
    as if it had just missed its list.
    """
    import pandas as pd

    own = {word for form in besides for word in words(form)}
    tested = len({*counts.table["word"], *reference.table["word"]} - own)
    table = counts.table[(counts.table["papers"] >= least) & ~counts.table["word"].isin(own)]
    if table.empty:
        return pd.DataFrame(columns=_COLUMNS)
    other = reference.table.rename(columns={"tokens": "reference_tokens", "papers": "reference_papers"})
    table = table.merge(other, on="word", how="left").fillna(reference.least - 1)
    table = table.astype({"reference_tokens": "int64", "reference_papers": "int64"})
    papers = table["papers"], table["reference_papers"], len(counts.sizes), reference.papers
    tokens = table["tokens"], table["reference_tokens"], sum(counts.sizes), reference.tokens
    table = table.assign(
        log_ratio=log_ratio(*tokens), log_likelihood=log_likelihood(*tokens),
        p_adjusted=adjusted(surplus_p(*papers), tested), tested=tested,
    )  # fmt: skip
    table = table[(table["p_adjusted"] < level) & (table["log_ratio"] > 0)]
    return table.sort_values(["log_likelihood", "word"], ascending=[False, True], ignore_index=True)[_COLUMNS]
