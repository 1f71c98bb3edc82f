"""Short forms and the long forms that a text defines them by: "large language models (LLMs)"."""

from __future__ import annotations

import re
from typing import NamedTuple

_IN_BRACKETS = re.compile(r"(?P<before>\S)\s*\((?P<inside>[^()]{2,120})\)")
_CLAUSE = re.compile(r"[.;:?!()\[\]]|,\s")  # a long form stays within these
_WORD = re.compile(r"\S+")


class Definition(NamedTuple):
    """Spans of a short form and its long form in one text (half-open code points)."""

    short: tuple[int, int]
    long: tuple[int, int]


def find_definitions(text: str) -> list[Definition]:
    """Acronyms with their definitions, in the order of the text, in both orders: ``long (short)``, ``short (long)``.

    By the algorithm of Schwartz and Hearst (A simple algorithm for identifying abbreviation definitions in biomedical
    text, Pacific Symposium on Biocomputing 2003): from the right, each letter of the short form is found in the long
    form, the first one at the start of a word; a long form has at most min(n + 5, 2n) words for n letters. Here the
    plural s of a short form ("LLMs") need not be found.
    """
    found = []
    for match in _IN_BRACKETS.finditer(text):
        start, end = match.span("inside")
        inside = match["inside"]
        short = re.split(r"[;,]", inside, maxsplit=1)[0].strip(" \"'\u201c\u201d")
        definition = None
        if _is_short(short):
            at = text.index(short, start)
            definition = _define(text, (at, at + len(short)), _window_before(text, match.start("before") + 1, short))
        if definition is None:
            definition = _reversed(text, match.start("before") + 1, start, end)
        if definition is not None:
            found.append(definition)
    return found


def _is_short(text: str) -> bool:
    """Two to twelve characters, at most two words, an upper-case letter; "n = 5" and "2019" are none."""
    return (
        2 <= len(text) <= 12
        and len(text.split()) <= 2
        and text[0].isalnum()
        and any(c.isupper() for c in text)
        and not any(c in "=<>%/$@\\" for c in text)
    )


def _letters(short: str) -> int:
    return sum(c.isalnum() for c in short)


def _window_before(text: str, end: int, short: str) -> tuple[int, int]:
    """The words before ``end`` among which the long form is, back to where a clause begins."""
    reach = max(0, end - 160)
    piece = text[reach:end]
    for clause in _CLAUSE.finditer(piece):
        reach = end - len(piece) + clause.end()
    words = list(_WORD.finditer(text, reach, end))
    n = _letters(short)
    most = min(n + 5, 2 * n)
    return (words[-most].start() if len(words) > most else words[0].start(), end) if words else (end, end)


def _define(text: str, short: tuple[int, int], window: tuple[int, int]) -> Definition | None:
    written = text[short[0] : short[1]]
    forms = [written] if not _is_plural(written) else [written, written[:-1]]
    for form in forms:
        start = _match(form, text[window[0] : window[1]])
        if start is not None:
            long = text[window[0] + start : window[1]].rstrip(" ,-")
            if len(long) > len(written) and written not in long.split():
                return Definition(short, (window[0] + start, window[0] + start + len(long)))
    return None


def _is_plural(short: str) -> bool:
    return len(short) > 2 and short[-1] == "s" and short[-2].isupper()


def _match(short: str, long: str) -> int | None:
    """Where in ``long`` the long form begins, or None (findBestLongForm of the paper)."""
    at = len(long) - 1
    for i in range(len(short) - 1, -1, -1):
        letter = short[i].lower()
        if not letter.isalnum():
            continue
        while at >= 0 and (long[at].lower() != letter or (i == 0 and at > 0 and long[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return None
        at -= 1
    return max(long.rfind(" ", 0, at + 2) + 1, 0)


def _reversed(text: str, end: int, start: int, stop: int) -> Definition | None:
    """``short (long)``: the word before the bracket stands for what is in it."""
    words = _WORD.findall(text[max(0, end - 30) : end])
    if not words:
        return None
    short = words[-1].strip("\"'\u201c\u201d\u2018\u2019`,")
    at = text.rfind(short, 0, end)
    if not _is_short(short) or " " not in text[start:stop].strip() or "," in text[start:stop]:
        return None
    definition = _define(text, (at, at + len(short)), (start, stop))
    whole = definition is not None and definition.long[0] == start
    return definition if whole and len(text[start:stop].split()) <= _letters(short) + 5 else None
