"""Traps of a search: which senses a query brings in, and which other words would keep the wanted one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.findings.error import carried, shares_within
from analysis.findings.query import parse_query, phrase_pattern
from analysis.findings.rows import rows_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings.confusion import Confusion

CANDIDATES = 60  # words and phrases that are tried
LEAST = 2  # papers that must have a candidate


def query_senses(
    papers: pd.DataFrame,
    readings: pd.DataFrame,
    query: str,
    order: Sequence[str],
    *,
    confusion: Confusion | None = None,
) -> pd.DataFrame:
    """Which senses the papers have that a query finds in title and abstract.

    Returns one row a sense that occurs in the collection: sense, papers (found, with that sense), of (found papers),
    share as read, estimate, low, high (95 %, with the classifier's error if there is a ``confusion``), all_papers
    (with that sense in the collection), kept = papers / all_papers, and error (which errors the interval carries).
    Found papers that never use the term count in ``of`` alone. Raises ``BadInput`` for a faulty query.
    """
    import pandas as pd

    test = parse_query(query)
    found = {
        paper_id
        for paper_id, title, abstract in rows_of(papers[["paper_id", "title", "abstract"]])
        if test(f"{title}\n{abstract}")
    }
    of = len(found)
    using = len(found & set(readings["paper_id"])) / of if of else float("nan")  # the others cannot have a sense
    shares = shares_within(readings, [found], order, confusion=confusion)
    rows = []
    for j, sense in enumerate(order):
        having = set(readings.loc[readings["sense"] == sense, "paper_id"])
        if not having:
            continue
        n = len(having & found)
        share = n / of if of else float("nan")
        estimate = share if confusion is None else using * shares.estimate[0, j]
        rows.append((sense, n, of, share, estimate, using * shares.low[0, j], using * shares.high[0, j], len(having),
                     n / len(having)))  # fmt: skip
    columns = ["sense", "papers", "of", "share", "estimate", "low", "high", "all_papers", "kept"]
    return pd.DataFrame(rows, columns=columns).assign(error=carried(confusion))


def candidate_terms(
    papers: pd.DataFrame,
    readings: pd.DataFrame,
    sense: str,
    order: Sequence[str],
    *,
    confusion: Confusion | None = None,
    top: int = 15,
) -> pd.DataFrame:
    """Words and phrases which, added to the term, would keep one sense and little else.

    The candidates are the modifiers and heads of that sense's mentions joined to the term ("inductive bias",
    "bias term") and the content words of its sentences, the commonest ``CANDIDATES`` of each. Each is searched in title
    and abstract of the papers that use the term. Returns term, found (papers), right (those read with the sense),
    labelled (those with a mention among the labels of the ``confusion``, where the label stands for the reading),
    precision (with ``confusion`` its estimate, else right / found), low, high (95 %, with the classifier's error if
    there is a ``confusion``), recall and f1 as read. The ``top`` terms are those whose precision is surely high (by
    ``low``, then recall). They were chosen among many, so expect less of them on new papers.
    """
    import pandas as pd

    using = papers[papers["paper_id"].isin(set(readings["paper_id"]))]
    texts = {
        paper_id: f"{title}\n{abstract}".lower()
        for paper_id, title, abstract in rows_of(using[["paper_id", "title", "abstract"]])
    }
    papers_with: dict[str, set[str]] = {}
    for paper_id, text in texts.items():
        for word in set(re.findall(r"\w+", text)):
            papers_with.setdefault(word, set()).add(paper_id)
    wanted = set(readings.loc[readings["sense"] == sense, "paper_id"])
    labelled = set()
    if confusion is not None:
        labelled = set(readings.loc[confusion.labels_of(readings)["label"].notna(), "paper_id"])
    tried: list[tuple[str, set[str]]] = []
    for term in _candidates(readings[readings["sense"] == sense]):
        pattern = phrase_pattern(term)
        words = re.findall(r"\w+", term.lower())
        near = set.intersection(*(papers_with.get(word, set()) for word in words))
        found = near if words == [term.lower()] else {paper_id for paper_id in near if pattern.search(texts[paper_id])}
        if len(found) >= LEAST and found & wanted:
            tried.append((term, found))
    shares = shares_within(readings, [found for _, found in tried], order, confusion=confusion)
    at = list(order).index(sense) if tried else 0
    rows = []
    for i, (term, found) in enumerate(tried):
        right = len(found & wanted)
        precision, recall = right / len(found), right / len(wanted)
        estimate = precision if confusion is None else shares.estimate[i, at]
        rows.append((term, len(found), right, len(found & labelled), estimate, shares.low[i, at], shares.high[i, at],
                     recall, 2 * precision * recall / (precision + recall)))  # fmt: skip
    columns = ["term", "found", "right", "labelled", "precision", "low", "high", "recall", "f1"]
    table = pd.DataFrame(rows, columns=columns)
    best = table.sort_values(["low", "recall", "term"], ascending=[False, False, True], ignore_index=True)
    return best.head(top)


def _candidates(own: pd.DataFrame) -> list[str]:
    """Phrases of modifier or head with the term as it is spelt, and words near it; each counted once a paper."""
    from analysis.findings.collocates import context_words

    phrases: Counter[str] = Counter()
    seen = set()
    for paper_id, modifier, head, surface in rows_of(own[["paper_id", "modifier", "head", "surface"]]):
        word = surface.lower()
        for phrase in ([f"{modifier} {word}"] if modifier else []) + ([f"{word} {head}"] if head else []):
            if (paper_id, phrase) not in seen:
                seen.add((paper_id, phrase))
                phrases[phrase] += 1
    words = Counter(context_words(own)["word"])
    best = [*_commonest(phrases), *_commonest(words)]
    return list(dict.fromkeys(best))


def _commonest(counts: Counter[str]) -> list[str]:
    return [word for word, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:CANDIDATES]]
