"""Traps of a search: a query to try, which senses it brings in, and which other words would keep the wanted one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.findings.query import parse_query, phrase_pattern, quoted
from analysis.findings.rows import rows_of
from analysis.statistics.intervals import carried, shares_within

if TYPE_CHECKING:
    import pandas as pd

    from analysis.statistics.confusion import Confusion

CANDIDATES = 60  # words and phrases that are tried
LEAST = 2  # papers that must share a phrase
SUPPORT = 3  # papers with the wanted sense that must have a candidate: two say nothing of new papers
_WORD = re.compile(r"[^\W\d_]+")
_BREAK = re.compile(r"[^\w\s-]|\d")  # no phrase goes across


def usual_query(papers: pd.DataFrame, readings: pd.DataFrame, term: str) -> str:
    """The term beside the phrase that most papers with the term share: a query to try on just this collection.

    A phrase is two words side by side in title or abstract, in ``LEAST`` papers or more, that are no stop words, no
    boilerplate of abstracts and not of the term, and that end their run of such words in half of all places ("large
    language" does not). A plural counts with its singular; of several phrases the first by name is taken. Returns ""
    where no papers share one.
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    from analysis.topics.model import BOILERPLATE

    own = {word for surface in {term, *readings["surface"]} for word in _WORD.findall(surface.lower())}
    empty = ENGLISH_STOP_WORDS | BOILERPLATE | own
    in_papers: Counter[tuple[str, str]] = Counter()
    places: Counter[tuple[str, str]] = Counter()
    ending: Counter[tuple[str, str]] = Counter()
    seconds: dict[tuple[str, str], set[str]] = {}
    using = papers[papers["paper_id"].isin(set(readings["paper_id"]))]
    for title, abstract in rows_of(using[["title", "abstract"]]):
        here = set()
        for run in _BREAK.split(f"{title}. {abstract}".lower()):
            words = _WORD.findall(run)
            for one, two, after in zip(words, words[1:], [*words[2:], ""], strict=False):
                if len(one) < 3 or len(two) < 3 or one in empty or two in empty:
                    continue
                phrase = one, two.removesuffix("s")
                here.add(phrase)
                places[phrase] += 1
                ending[phrase] += after == "" or after in empty
                seconds.setdefault(phrase, set()).add(two)
        in_papers.update(here)
    found = [phrase for phrase, n in in_papers.items() if n >= LEAST and 2 * ending[phrase] >= places[phrase]]
    if not found:
        return ""
    best = min(found, key=lambda phrase: (-in_papers[phrase], phrase))
    second = min(seconds[best])
    ending_open = "*" if len(seconds[best]) > 1 else ""
    return f"{quoted(f'{term}*')} AND {quoted(f'{best[0]} {second}{ending_open}')}"


def query_senses(
    papers: pd.DataFrame,
    readings: pd.DataFrame,
    query: str,
    order: Sequence[str],
    *,
    confusion: Confusion | None = None,
) -> pd.DataFrame:
    """Which senses the papers have that a query finds in title and abstract.

    Returns one row per sense that occurs in the collection: sense, papers (found, with that sense), of (found papers),
    share as read, estimate, low, high (95 %, with the classifier's error if there is a ``confusion``), all_papers
    (with that sense in the collection), kept = papers / all_papers, and error (which errors the interval carries).
    Found papers that never use the term count in ``of`` alone. No query ("", as ``usual_query`` may give) finds
    nothing. Raises ``BadInput`` for a faulty query.
    """
    import pandas as pd

    test = parse_query(query) if query else None
    found = {
        paper_id
        for paper_id, title, abstract in rows_of(papers[["paper_id", "title", "abstract"]])
        if test and test(f"{title}\n{abstract}")
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
        if len(found & wanted) >= SUPPORT:
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
