"""The grammar around mentions, by spaCy: in processes of their own where there are many sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from analysis.common.cores import cores, in_order, processes

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span, Token

BATCH = 128  # sentences that spaCy takes at once
CHUNK = 4 * BATCH  # sentences that a process takes at once
MANY = 4_000  # sentences from which on it pays to start processes, which takes some seconds


class Asked(NamedTuple):
    """A sentence, and where in it mentions stand: (start, end) in characters."""

    sentence: str
    spans: list[tuple[int, int]]


class Grammar(NamedTuple):
    """What stands in a grammatical relation to a mention: modifier before it, head after it, governing verb."""

    modifier: str
    head: str
    verb: str


def read_grammar(asked: Sequence[Asked]) -> Iterator[list[Grammar]]:
    """The grammar around each mention of each sentence, in their order.

    The same in one process as in many: sentences go to spaCy in the same batches. Raises ``BadInput`` if its English
    model is not installed.
    """
    chunks = (asked[start : start + CHUNK] for start in range(0, len(asked), CHUNK))
    if len(asked) < MANY or cores() == 1:
        yield from chain.from_iterable(map(_read, chunks))
        return
    with processes() as pool:
        yield from chain.from_iterable(in_order(_read, chunks, pool))


def _read(asked: Sequence[Asked]) -> list[list[Grammar]]:
    from analysis.common.models import load_grammar

    grammar = load_grammar()
    with grammar.memory_zone():  # else the words of all sentences stay in memory
        # Few words' lemmas are asked for: those of all would take a quarter of the time.
        parsed = grammar.pipe((sentence for sentence, _ in asked), batch_size=BATCH, disable=["lemmatizer"])
        lemma = _lemma_by(grammar)
        return [
            [_around(doc, start, end, lemma) for start, end in spans]
            for doc, (_, spans) in zip(parsed, asked, strict=True)
        ]


def _lemma_by(grammar: Language) -> Callable[[Token], str]:
    """The lemma of a word of a text that no lemmatizer has read, in lower case."""
    lemmatize = grammar.get_pipe("lemmatizer").lemmatize  # type: ignore[attr-defined]
    return lambda token: str(token.lemma_ or lemmatize(token)[0]).lower()


_NOUN_MODIFIERS = {"amod", "compound", "nmod", "poss", "npadvmod"}


def _around(doc: Doc, start: int, end: int, lemma: Callable[[Token], str]) -> Grammar:
    span = doc.char_span(start, end, alignment_mode="expand")
    assert span is not None  # it may expand, so there always is one
    token = span.root
    return Grammar(_modifier(doc, span), _head(span, token, lemma), _verb(token, lemma))


def _modifier(doc: Doc, span: Span) -> str:
    """The unbroken run of adjectives and nouns just before the mention: ``relative position`` bias."""
    words: list[str] = []
    for i in range(span.start - 1, -1, -1):
        token = doc[i]
        if token.text in "-\u2010\u2011/" and words and words[0] not in "-/":
            words.insert(0, "-")
        elif token.pos_ in ("ADJ", "NOUN", "PROPN") or (
            token.dep_ in _NOUN_MODIFIERS and token.pos_ in ("VERB", "ADV")
        ):
            words.insert(0, token.text.lower())
        elif token.text in "-\u2010\u2011" and i == span.start - 1:
            words.insert(0, "-")
        else:
            break
    return " ".join(words).replace(" - ", "-").strip(" -")


def _head(span: Span, token: Token, lemma: Callable[[Token], str]) -> str:
    """Lemma of the noun that the mention modifies from the left: bias ``term``, biased ``estimator``."""
    head = token.head
    if head.i >= span.end and head.pos_ in ("NOUN", "PROPN") and token.dep_ in _NOUN_MODIFIERS:
        return lemma(head)
    return ""


def _verb(token: Token, lemma: Callable[[Token], str]) -> str:
    """Lemma of the nearest verb above the mention."""
    for ancestor in token.ancestors:
        if ancestor.pos_ == "VERB":
            return lemma(ancestor)
    return ""
