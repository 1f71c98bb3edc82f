"""A name for each topic such as a person would give it, "social bias in language models": from noun phrases alone.

The first part is the phrase in which the topic's papers use the term, the second what else they speak of there. Each is
the one that is commonest in the topic beside the other topics, and stands in two of its papers if it has two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.common.wording import in_sentence

if TYPE_CHECKING:
    import pandas as pd
    from spacy.tokens import Span, Token

PARSED = 60  # sentences of a topic that are parsed
WORDS = 4  # of a phrase at most
SHARED = 2  # papers that must have a phrase, if the topic has as many
USUAL = 0.1  # of the topic's papers that must have it


class _Told(NamedTuple):
    """A phrase that tells a topic from the others, as it is written, and the papers of the topic that have it."""

    written: str
    papers: set[str]


class _Phrase(NamedTuple):
    """A noun phrase in normal form, as it is written, and whether the term is in it."""

    key: str
    written: str
    has_term: bool


def name_topics(
    mentions: pd.DataFrame, found: np.ndarray, terms: Mapping[int, Sequence[str]], empty: frozenset[str]
) -> dict[int, str]:
    """A name for each topic, no two alike.

    ``found`` is the topic of each row of ``mentions``, ``terms`` each topic's words by c-TF-IDF, which stand in for
    phrases that its papers do not share; ``empty`` are words that name nothing.
    """
    chosen = [_drawn(mentions[found == topic]) for topic in terms]
    read = [_Said(rows, phrases) for rows, phrases in zip(chosen, _phrases(chosen, empty), strict=True)]
    names: dict[int, str] = {}
    for topic, rows, said in zip(terms, chosen, read, strict=True):
        of_term, beside = (said.telling(read, has_term=has_term) for has_term in (True, False))
        lemma = str(rows["lemma"].mode().iloc[0])
        taken = set(names.values())
        usual, others = ([t for t in told if len(t.papers) >= said.usual] for told in (of_term, beside))
        ways = _of_usual(usual, others, lemma, said.shared), _of_rare(of_term, lemma, terms[topic], topic)
        names[topic] = next(name for name in chain(*ways) if name not in taken)
    return names


def _of_usual(of_term: Sequence[_Told], beside: Sequence[_Told], lemma: str, shared: int) -> Iterator[str]:
    """Names of phrases that are usual in the topic, the best first; two are joined only if papers have both."""
    for one in of_term[:2]:
        together = [two.written for two in beside if len(one.papers & two.papers) >= shared]
        yield from (f"{one.written} in {two}" for two in together[:1])
        yield one.written
        yield from (f"{one.written} in {two}" for two in together[1:])
    if not of_term:
        yield from (f"{lemma} in {two.written}" for two in beside)


def _of_rare(of_term: Sequence[_Told], lemma: str, terms: Sequence[str], topic: int) -> Iterator[str]:
    """Names of a topic that nothing is usual in: two phrases of it, or its words."""
    for two in of_term[1:]:
        if two.written not in of_term[0].written and of_term[0].written not in two.written:
            yield f"{of_term[0].written}, {two.written}"
    said = f"{lemma}: {', '.join(terms[:2])}" if terms else lemma
    yield said
    yield f"{said} ({topic})"


def _drawn(own: pd.DataFrame) -> pd.DataFrame:
    """At most ``PARSED`` mentions of a topic, the first of each paper before the second of any, each sentence once."""
    once = own.drop_duplicates(["paper_id", "sentence"])
    turn = once.groupby("paper_id").cumcount().to_numpy()
    return once.iloc[np.sort(turn.argsort(kind="stable")[:PARSED])]


def _phrases(topics: Sequence[pd.DataFrame], empty: frozenset[str]) -> list[list[set[_Phrase]]]:
    """The noun phrases of each row of each topic, parsed in one go."""
    from analysis.common.models import load_grammar

    rows = [row for own in topics for row in own[["sentence", "field"]].to_numpy()]
    term = min((lemma for own in topics for lemma in own["lemma"]), key=lambda lemma: (len(lemma), lemma), default="")
    parsed = load_grammar().pipe((sentence for sentence, _ in rows), batch_size=128)
    read = [
        {p for chunk in doc.noun_chunks for p in _phrases_of(chunk, term, empty, in_title=field == "title")}
        for doc, (_, field) in zip(parsed, rows, strict=True)
    ]
    ends = np.cumsum([len(own) for own in topics])
    return [read[end - len(own) : end] for own, end in zip(topics, ends, strict=True)]


def _phrases_of(chunk: Span, term: str, empty: frozenset[str], *, in_title: bool) -> Iterator[_Phrase]:
    """The chunk, and what is left of it without its first words: of "strong inductive bias" also "inductive bias".

    A chunk that goes on behind the term is also cut there. Words that name nothing do not begin a phrase. A phrase has
    two words at least, or is an acronym.
    """
    root = chunk.root
    nameless = root.pos_ not in ("NOUN", "PROPN") or root.lower_ in empty or root.lemma_.lower() in empty
    if nameless and term not in chunk.text.lower():
        return
    ends = {chunk.end, *(token.i + 1 for token in chunk if term in token.lower_)}
    for start, end in product(range(chunk.start, chunk.end), sorted(ends)):
        tokens = list(chunk.doc[start:end])
        if not tokens or not _begins(tokens[0], chunk, empty):
            continue
        words = [in_sentence(token.text) if in_title else token.text for token in tokens]
        text = "".join(word + token.whitespace_ for word, token in zip(words, tokens, strict=True)).strip()
        has_term, is_one = term in text.lower(), len(text.split()) == 1
        if not text.replace("-", "").replace(" ", "").isalnum() or len(text.split()) > WORDS:
            continue
        if is_one and (has_term or text[1:].islower()):
            continue
        key = "".join((t.lemma_ if t == tokens[-1] else t.text).lower() + t.whitespace_ for t in tokens)
        yield _Phrase(key.strip(), in_sentence(text), has_term)


def _begins(token: Token, chunk: Span, empty: frozenset[str]) -> bool:
    """Whether a phrase may begin with the token: a word that names something, and not the middle of one."""
    inside = token.i > chunk.start and not token.doc[token.i - 1].whitespace_
    return not inside and token.lower_ not in empty and token.pos_ in ("ADJ", "NOUN", "PROPN", "VERB", "X")


class _Said:
    """The phrases of one topic: in how many papers each stands, and in which part of their sentences on average."""

    def __init__(self, rows: pd.DataFrame, phrases: Sequence[set[_Phrase]]) -> None:
        of = Counter(rows["paper_id"])
        self.papers = len(of)
        self.share: dict[str, float] = {}
        self.written: dict[tuple[str, bool], set[str]] = {}
        self.having: dict[str, set[str]] = {}
        for paper, here in zip(rows["paper_id"], phrases, strict=True):
            for key in {phrase.key for phrase in here}:
                self.share[key] = self.share.get(key, 0) + 1 / of[paper] / self.papers
                self.having.setdefault(key, set()).add(paper)
            for phrase in here:
                self.written.setdefault((phrase.key, phrase.has_term), set()).add(phrase.written)
        self.shared = min(SHARED, self.papers)
        self.usual = max(self.shared, USUAL * self.papers)

    def telling(self, topics: Sequence[_Said], *, has_term: bool) -> list[_Told]:
        """The shared phrases with or without the term, as they are written, the most telling first."""

        def weight(key: str) -> float:
            everywhere = sum(said.share.get(key, 0) for said in topics) / len(topics)
            return self.share[key] * float(np.log2(1 + self.share[key] / everywhere))

        keys = [
            key for key, with_term in self.written if with_term == has_term and len(self.having[key]) >= self.shared
        ]
        ranked = sorted(keys, key=lambda key: (-round(weight(key), 9), -len(key), key))
        plainest = partial(_plainest, short=has_term)
        return [_Told(min(self.written[key, has_term], key=plainest), self.having[key]) for key in ranked]


def _plainest(written: str, *, short: bool) -> tuple[int, int, str]:
    """Fewest capitals first; of these the singular of what the term names, the plural of what it is found in."""
    return sum(map(str.isupper, written)), len(written) if short else -len(written), written
