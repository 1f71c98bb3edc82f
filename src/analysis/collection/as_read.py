"""Titles and abstracts as they were read, before cleaning, and where the places of a cleaned text lie in them.

The column ``as_read`` of the papers table holds them as JSON ({"abstract": "..."}), only those that differ from the
table's. A text that merging filled from another record was "" in its own. A papers table that is loaded again keeps
what it says of the records it was made from.
"""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

TEXTS = ("title", "abstract")

_PIECE = 1000  # words compared at a time, so that the work grows only with the length of a text
_WORD = re.compile(r"\w+")
# What cleaning takes out from between two letters: tags, entities, commands, signs, blanks.
_REMOVED = r"(?:<[^<>]*>|&#?\w+;|\\[A-Za-z]+|[\W_])*+"


def differing(read: Mapping[str, Any], cleaned: Mapping[str, Any]) -> str:
    """The column ``as_read`` of a record: its texts as ``read`` where ``cleaned`` has others; "" if it has none."""
    texts = {name: str(read.get(name) or "") for name in TEXTS if cleaned.get(name) and cleaned[name] != read.get(name)}
    return json.dumps(texts) if texts else ""


def filled(column: str, name: str) -> str:
    """The column ``as_read`` of a record whose text ``name`` was empty and came from another record."""
    return json.dumps(texts_as_read(column) | {name: ""})


def texts_as_read(column: str) -> dict[str, str]:
    """The texts that a value of the column ``as_read`` holds, by field."""
    try:
        found = json.loads(column or "{}")
    except ValueError:  # a table that somebody changed
        return {}
    return found if isinstance(found, dict) else {}


def places_as_read(text: str, read: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int] | None]:
    """Where spans of a cleaned ``text`` lie in ``read``, the same before cleaning.

    ``spans`` are (start, end) in code points, in order, without overlaps. A place goes from the first letter of a span
    to its last one, markup between them included ("{B}ias" gives "B}ias"); None where its letters are no longer there.
    """
    words = _common_words(text, read)
    starts, ends = [word[0] for word in words], [word[1] for word in words]
    places: list[tuple[int, int] | None] = []
    behind = 0
    for start, end in spans:
        # The words that both texts share say between which places to look.
        low, high = behind, len(read)
        if (at := bisect_right(starts, start) - 1) >= 0:
            begun, done, there, _ = words[at]
            low = max(low, there + min(start, done) - begun)
        if (at := bisect_left(ends, end)) < len(words):
            begun, done, _, there = words[at]
            high = there - done + max(end, begun)
        found = _letters_of(text[start:end]).search(read, low, high)
        places.append(found.span() if found else None)
        behind = found.end() if found else behind
    return places


def _common_words(text: str, read: str) -> list[tuple[int, int, int, int]]:
    """The words that both texts share, in order: start and end in ``text``, start and end in ``read``."""
    ours, theirs = list(_WORD.finditer(text)), list(_WORD.finditer(read))
    shared: list[tuple[int, int, int, int]] = []
    i = j = 0
    while i < len(ours) and j < len(theirs):
        left, right = ours[i : i + _PIECE], theirs[j : j + _PIECE]
        blocks = SequenceMatcher(None, [w[0] for w in left], [w[0] for w in right]).get_matching_blocks()
        pairs = [(a + k, b + k) for a, b, size in blocks for k in range(size)]
        if len(ours) > i + _PIECE or len(theirs) > j + _PIECE:  # the end of a piece may go on in the next
            pairs = pairs[: len(pairs) // 2 + 1]
        shared += [(*left[a].span(), *right[b].span()) for a, b in pairs]
        i, j = (i + pairs[-1][0] + 1, j + pairs[-1][1] + 1) if pairs else (len(ours), len(theirs))
    return shared


@lru_cache(maxsize=1024)
def _letters_of(surface: str) -> re.Pattern[str]:
    """Matches ``surface`` as it stands, or else its letters with what cleaning may have taken out between them."""
    spellings = (f"(?:{re.escape(c)}|{re.escape(unicodedata.normalize('NFD', c))})" for c in surface if c.isalnum())
    return re.compile(f"{re.escape(surface)}|{_REMOVED.join(spellings)}")
