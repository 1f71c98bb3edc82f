"""People whom a service writes into one text: "Doe, Ann; Roe, Bob", "Doe, A and Roe, B", "Doe, A, Roe, B, and Poe, C".

A name of one person must stay whole: "Doe, Ann", "Bill and Melinda Gates Foundation", "Research Group, Section A".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

_AND = re.compile(r",?(?<!\s)\s++(?:and|&)\s+", re.IGNORECASE)
_PLAIN_AND = re.compile(r"(?<!\s)\s+and\s+", re.IGNORECASE)
_BRACES = re.compile(rf"(?<!\\)[{{}}]|{_PLAIN_AND.pattern}", re.IGNORECASE)
_INITIALS = re.compile(r"\s(?:[A-Z]\.? ?){1,3}$")
# Initials without stops: of a name that another follows, or of two letters and more at the end.
_BARE_INITIALS = re.compile(r"[^\s,] (?:[A-Z]{1,3}, |[A-Z]{2,3}\.$)")
# Scopus puts its number of a person behind the name.
_NUMBER = re.compile(r"(?<!\s)\s*+\(\d{8,12}\)$")
_PART = re.compile(r"[-'\u2019]")
# Beginnings of family names that go on with a capital. The first are no family name by themselves; the others may be.
_PARTICLES = frozenset("Mc Mac Fitz De Del Della Dell Des Di Dos Von Vander Vanden Saint".split())
_SHORT_NAMES = frozenset("Al Ben Da Du El La Le Lo Van Ter Ten Te".split())


def unstopped(text: str) -> str:
    """A list of people without the full stop behind it ("Doe J, Roe R."); the stop of an initial stays ("Roe, R.")."""
    text = text.rstrip()
    return text[:-1] if text.find(".") == len(text) - 1 and _BARE_INITIALS.search(text) else text


def unglued(text: str) -> list[str]:
    """People whose names a service wrote without anything between them: "Jane DoeJohn Roe" -> Jane Doe, John Roe.

    A guess: a name ends where a capital follows a small letter (or "Jr."), unless it is the capital inside "McDonald",
    "LeCun" or "LaToya". Each person keeps two words at least.
    """
    people: list[list[str]] = [[]]
    words = text.split()
    for number, word in enumerate(words, 1):
        first, *others = _pieces(word)
        for place, (before, piece) in enumerate(zip([first, *others], others, strict=False), 1):
            particle = _PART.split(before)[-1]
            inside = particle in _PARTICLES or (particle in _SHORT_NAMES and place < len(others))
            if inside or not people[-1] or number == len(words):
                first += piece
            else:
                people[-1].append(first)
                people.append([])
                first = piece
        people[-1].append(first)
    return [" ".join(person) for person in people]


def _pieces(word: str) -> list[str]:
    """The word, cut before each capital that follows a small letter or "Jr."."""
    cuts = [
        at
        for at in range(1, len(word))
        if word[at].isupper() and (word[at - 1].islower() or word[max(at - 3, 0) : at] in ("Jr.", "Sr."))
    ]
    return [word[start:end] for start, end in pairwise([0, *cuts, len(word)])]


def apart(values: Iterable[str]) -> list[str]:
    """The people in texts each of which names one or several, parted by semicolons or "and"."""
    people: list[str] = []
    for value in values:
        for part in value.split(";") if ";" in value else (value,):
            names = _AND.split(part) if " and " in part or " & " in part else [part]
            # Only names with their commas or initials show that "and" stands between people.
            if len(names) > 1 and not all("," in name or _INITIALS.search(name) for name in names):
                names = [part]
            people += [person for name in names for person in pairs(name)]
    return people


def braced(value: str) -> list[str]:
    """The people of a BibTeX value: "and" parts them, save inside braces, which hold one name together."""
    names = _outside_braces(value)
    if len(names) == 1 and names[0].startswith("{"):  # some services put braces around every value
        inside = _outside_braces(names[0][1:].removesuffix("}"))
        names = inside if len(inside) > 1 and all(name.count(",") == 1 for name in inside) else names
    return [one for name in names for one in ([name] if name.startswith("{") and name.endswith("}") else pairs(name))]


def _outside_braces(value: str) -> list[str]:
    names, depth, start = [], 0, 0
    for mark in _BRACES.finditer(value) if "{" in value else ():
        if mark[0] in "{}":
            depth = max(0, depth + (1 if mark[0] == "{" else -1))
        elif depth == 0:
            names.append(value[start : mark.start()])
            start = mark.end()
    names.append(value[start:])
    if depth or "{" not in value:  # a brace that never closes holds nothing together
        names = _PLAIN_AND.split(value)
    return [" ".join(name.split()) for name in names]


def pairs(name: str) -> list[str]:
    """Cochrane's lists, "Doe, AB, Roe, C": no name has three commas and more, so they are family and initials."""
    name = _NUMBER.sub("", name.strip().rstrip(","))
    if name.count(",") < 3:
        return [name] if name else []
    parts = [part.strip() for part in name.split(",")]
    if len(parts) % 2 or not all(re.fullmatch(r"[A-Z][A-Z.\- ]{0,5}", initials) for initials in parts[1::2]):
        return [name]
    return [", ".join(pair) for pair in zip(parts[::2], parts[1::2], strict=True)]
