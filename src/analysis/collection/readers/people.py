"""People whom a service writes into one text: "Doe, Ann; Roe, Bob", "Doe, A and Roe, B", "Doe, A, Roe, B, and Poe, C".

A name of one person must stay whole: "Doe, Ann", "Bill and Melinda Gates Foundation", "Research Group, Section A".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_AND = re.compile(r",?\s+(?:and|&)\s+", re.IGNORECASE)
_PLAIN_AND = re.compile(r"(?<!\s)\s+and\s+", re.IGNORECASE)
_BRACES = re.compile(rf"(?<!\\)[{{}}]|{_PLAIN_AND.pattern}", re.IGNORECASE)
_INITIALS = re.compile(r"\s(?:[A-Z]\.? ?){1,3}$")
# Scopus puts its number of a person behind the name.
_NUMBER = re.compile(r"\s*\(\d{8,12}\)$")


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
