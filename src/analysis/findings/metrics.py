"""By what a paper measures: well-known names, what its results are numbers of, what it says it compares in terms of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from analysis.evidence.words import FUNCTION_WORDS
from analysis.findings.name_words import NameWords, name_words
from analysis.findings.spans import Span
from analysis.inventory.kind_words import singular_of

SURE = 0.5  # a plain noun that the reader takes for a metric counts from this confidence on
_LONGEST = 5  # words of what a number measures
_LISTED = re.compile(
    r"\b(?:in terms of|as measured by|measured in terms of|metrics? such as|metrics? like)\s+(?:the\s|both\s)?"
    r"(?P<list>[^.;:()]+)"
)
_ITEM = re.compile(r"(?:,\s*(?:and|or)?|\band\b|\bor\b)\s*")
_THING = re.compile(r"(?:[^\W_][\w@-]*\s?){1,3}")


def find_metrics(
    abstract: str,
    sentences: Sequence[tuple[int, int]],
    entities: Sequence[tuple[Span, str, float]],
    results: Sequence[Any],
) -> Iterator[tuple[Span, float]]:
    """Metrics and how sure they are, 1 for those that need no reader; ``sentences`` are spans of the
    abstract, ``results`` rows of the quantities table.
    """
    words = name_words()
    known = _together([match.span() for match in words.metric.finditer(abstract)], abstract)
    for start, end in known:
        yield Span("abstract", start, end, abstract[start:end]), 1.0
    for row in results:
        if row.field != "abstract" or words.metric.search(row.what) or not _measures(row.what, words):
            continue
        if (at := _near(abstract, row)) >= 0:
            yield Span("abstract", at, at + len(row.what), row.what), 0.9
    for start, end in sentences:
        for match in _LISTED.finditer(abstract, start, end):
            yield from ((span, 0.8) for span in _items(abstract, *match.span("list"), words))
    for span, kind, confidence in entities:
        text = abstract[span.start : span.end]
        if (
            span.field == "abstract"
            and kind == "metric"
            and confidence >= SURE
            and (_measures(text, words) and not words.metric.search(text))
        ):
            yield span, confidence


def _together(found: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Names beside each other are one: "mAP accuracy"."""
    made: list[tuple[int, int]] = []
    for start, end in found:
        if made and text[made[-1][1] : start] == " ":
            made[-1] = made[-1][0], end
        else:
            made.append((start, end))
    return made


def _measures(text: str, words: NameWords) -> bool:
    """Whether a phrase ends as the name of a metric does, and says more than that something is good."""
    found = re.findall(r"[^\W_][\w@-]*", text)
    if not 1 <= len(found) <= _LONGEST:
        return False
    return words.metric.fullmatch(text) is not None or (
        singular_of(found[-1]) in words.metric_heads and not words.no_metrics & {singular_of(word) for word in found}
        and (len(found) > 1 or singular_of(found[-1]) not in words.bare_heads)
    )  # fmt: skip


def _near(abstract: str, row: Any) -> int:
    """Where in its sentence the words that a number measures stand, those before the number first; -1: nowhere."""
    first = abstract.rfind(row.sentence, 0, row.end + len(row.sentence)) if row.sentence else -1
    if first < 0 or not row.what:
        return -1
    before = abstract.rfind(row.what, first, row.start)
    return before if before >= 0 else abstract.find(row.what, row.end, first + len(row.sentence))


def _items(text: str, start: int, end: int, words: NameWords) -> Iterator[Span]:
    """The items of a list of names, as long as they are short; what follows the first long one is another clause."""
    at = start
    for joint in [*_ITEM.finditer(text, start, end), None]:
        stop = joint.start() if joint else end
        item = text[at:stop].rstrip()
        if item:
            last = singular_of(item.split()[-1])
            if not _THING.fullmatch(item) or item.split()[0].lower() in FUNCTION_WORDS:
                return
            if last not in words.no_metrics and last not in words.nouns:
                yield Span("abstract", at, at + len(item), item)
        at = joint.end() if joint else end
