"""Title and abstract -> what is named in them: tasks, methods, materials, metrics, other terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit

from analysis.common.tables import make_table, takes_frames
from analysis.evidence.encoder import Reading, known, read_papers
from analysis.evidence.links import find_links
from analysis.evidence.names import canonical_names

if TYPE_CHECKING:
    import pandas as pd

SURE = 1 - 1e-6  # a span is never more certain than this

_JOINED_BEFORE = re.compile(r"(?:[^\W_]+[-\u2010\u2011.])+$")  # "BA-|LoRA"
_JOINED_BEHIND = re.compile(r"(?:[-\u2010\u2011.][^\W_]+)+")  # "learning|-enabled"
_LOOSE_BEFORE = re.compile(
    r"(?:[\s.,;:'\"\u2019\u201d/\u2010\u2011-]+|(?:the|an?|its|their|our|named|and|or|of)\s)+", re.I
)
_LOOSE_BEHIND = re.compile(
    r"(?:(?:(?!'s)[\s.,;:'\"\u2018\u201c/\u2010\u2011-])++|(?<=\s)(?:of|and|or|for|the|an?|in|on|with|to|by)|['\u2019]s)+$",
    re.I,
)
_LONGEST = 60  # characters of a word that a span is widened to


@takes_frames
def find_entities(papers: pd.DataFrame) -> pd.DataFrame:
    """Every task, method, material, metric and other scientific term that titles and abstracts name.

    ``papers`` is a table as in ``analysis.common.tables``. Returns the entities table in the order of the papers, the
    title first: ``surface`` is the text between ``start`` and ``end``, ``name`` what the collection calls it
    (``canonical_names``), ``confidence`` the probability that span and kind are both right. Spans do not overlap.
    Raises ``BadInput`` if a column or the encoder is missing.
    """
    return canonical_names(find_entities_apart(papers), papers)


def find_entities_apart(papers: pd.DataFrame) -> pd.DataFrame:
    """``find_entities`` with names as written, so that papers of one collection can be read in several parts."""
    return make_table("entities", (row for reading in read_papers(papers) for row in entity_rows(reading)))


def entity_rows(reading: Reading) -> Iterator[dict[str, Any]]:
    """Rows of the entities table from one reading."""
    kinds, (slope, offset) = known().kinds, known().certainty
    for start, end, kind, likely in found_in(reading):
        surface = reading.text[start:end]
        yield {
            "paper_id": reading.paper_id, "field": reading.field, "start": start, "end": end, "surface": surface,
            "kind": kinds[kind], "name": surface, "confidence": float(expit(slope * log_odds(likely) + offset)),
        }  # fmt: skip


def found_in(reading: Reading) -> Iterator[tuple[int, int, int, float]]:
    """Entities of one text in their order: (start, end, kind, geometric mean of its words' probabilities of it).

    Brackets and words are whole, and none lies in a link. Where two would overlap then, the longer one is kept.
    """
    words = [reading.text[start:end] for start, end in reading.words]
    links = find_links(reading.text)
    kept: list[tuple[int, int, int, float]] = []
    for sentence, behind in zip(reading.first_words, reading.first_words[1:], strict=False):
        for begin, stop, kind in spans_of(reading.tags[sentence:behind]):
            first, end = whole_brackets(words[:behind], sentence + begin, sentence + stop)
            if first >= end:
                continue
            at, to = whole_words(reading.text, reading.words[first][0], reading.words[end - 1][1])
            if at >= to or any(link.start < to and at < link.end for link in links):
                continue
            while kept and kept[-1][1] > at and kept[-1][1] - kept[-1][0] < to - at:
                kept.pop()
            if not kept or kept[-1][1] <= at:
                kept.append((at, to, kind, float(np.exp(reading.named[first:end, kind].mean()))))
    yield from kept


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A span of characters that begins and ends at words: hyphened and dotted ones are taken in, loose ends left out.

    "learning" of "learning-enabled" becomes "learning-enabled", "the parsing of" "parsing". What cannot stand alone,
    as "eneralizations" of "(G)eneralizations", is empty.
    """
    if loose := _LOOSE_BEFORE.match(text, start, end):
        start = loose.end()
    if loose := _LOOSE_BEHIND.search(text[start:end]):
        end = start + loose.start()
    if start >= end:
        return start, start
    if joined := _JOINED_BEFORE.search(text, max(0, start - _LONGEST), start):
        start = joined.start()
    if joined := _JOINED_BEHIND.match(text, end):
        end = joined.end()
    cut = (start > 0 and (text[start - 1].isalnum() or re.search(r"\w[)\]]$", text[max(0, start - 2) : start]))) or (
        end < len(text) and text[end].isalnum()
    )
    return (start, start) if cut else (start, end)


def whole_brackets(words: Sequence[str], first: int, end: int) -> tuple[int, int]:
    """A span of words whose brackets come in pairs: a lost one is closed by the next word, else cut off with its side.

    "models ( LLMs" becomes "models ( LLMs )" where that follows, else "models"; "( 2 ) parsing" becomes "parsing".
    """
    if words[first : first + 3 : 2] == ["(", ")"]:  # a list's number, or an aside that names nothing alone
        first += 3
    depth, opened = 0, end
    for i in range(first, end):
        if words[i] == "(":
            depth, opened = depth + 1, i if depth == 0 else opened
        elif words[i] == ")":
            if depth == 0:
                return whole_brackets(words, i + 1, end)
            depth -= 1
    if depth == 1 and words[end : end + 1] == [")"]:
        return first, end + 1
    return first, opened if depth else end


def spans_of(tags: np.ndarray) -> list[tuple[int, int, int]]:
    """Entities of one sentence: (first word, end, kind).

    ``tags`` has shape (words, 1 + 2 * kinds), log-probabilities as in ``Reading``. The likeliest sequence in which an
    inside follows only a begin or an inside of its kind (Viterbi 1967).
    """
    if not len(tags):
        return []
    path = likeliest(tags)
    starts = [i for i, tag in enumerate(path) if tag % 2 == 1]
    found = []
    for start in starts:
        end = start + 1
        while end < len(path) and path[end] == path[start] + 1:
            end += 1
        found.append((start, end, (path[start] - 1) // 2))
    return found


def likeliest(tags: np.ndarray) -> list[int]:
    """The likeliest allowed sequence of tags: 0 none, 1 + 2k the begin of kind k, 2 + 2k its inside."""
    barred, first = _barred(tags.shape[1])
    score = tags[0] + first
    came: list[np.ndarray] = []
    columns = np.arange(tags.shape[1])
    for row in tags[1:]:
        through = score[:, None] + barred
        came.append(through.argmax(axis=0))
        score = through[came[-1], columns] + row
    path = [int(score.argmax())]
    for step in reversed(came):
        path.append(int(step[path[-1]]))
    return path[::-1]


def log_odds(probability: float) -> float:
    """Of a probability that is neither 0 nor 1, or is taken to be just short of it."""
    p = min(max(probability, 1 - SURE), SURE)
    return float(np.log(p / (1 - p)))


@cache
def _barred(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Minus infinity where a tag (across) must not follow another (down), and where it must not be the first."""
    barred, first = np.zeros((n, n)), np.zeros(n)
    for inside in range(2, n, 2):
        barred[:, inside] = -np.inf
        barred[[inside - 1, inside], inside] = 0
        first[inside] = -np.inf
    return barred, first
