"""People's names: which part is the family's, and which are given names or initials."""

from __future__ import annotations

import re

_INITIALS = re.compile(r"(?:[A-Z]\.?[- ]?){1,3}")
_BARE_INITIALS = re.compile(r"[A-Z]{1,3}")
_PARTICLES = frozenset("al bin da de del della den der di do dos du el la le ten ter van von zu".split())
_SUFFIX = re.compile(r",?(?<!\s)\s++(Jr\.?|Sr\.?|I{2,3}|IV)$")
_BODIES = re.compile(
    r"\b(?:team|group|consortium|collaboration|organi[sz]ation|association|committee|council|society|institute|agency|"
    r"foundation|university|network|initiative|project|department|ministry|commission|federation|alliance)\b",
    re.IGNORECASE,
)


def family_name(author: str) -> str:
    """The family name in "Doe, Ann", "Ann Doe", "Doe A" and "Ann van der Doe"; the whole name where it is one word."""
    name = " ".join(_SUFFIX.sub("", author.strip()).split())
    if "," in name:
        return name.partition(",")[0]
    words = name.split()
    if len(words) > 1 and _INITIALS.fullmatch(words[-1]) and not _INITIALS.fullmatch(words[0]):
        return " ".join(words[:-1])
    first = len(words) - 1
    while first > 1 and words[first - 1] in _PARTICLES:
        first -= 1
    return " ".join(words[max(first, 0) :])


def parts_of_name(author: str) -> dict[str, str]:
    """A name as CSL takes it: family, given and suffix; ``literal`` for a body of people and for a single word.

    Initials without stops get them: "Doe AB" is A. B. Doe.
    """
    name = " ".join(author.split())
    suffix = _SUFFIX.search(name)
    bare = name[: suffix.start()] if suffix else name
    family = family_name(bare)
    given = bare.partition(",")[2] if "," in bare else bare.removeprefix(family).removesuffix(family)
    given = given.strip(" ,")
    if not family or not given or ("," not in bare and _BODIES.search(bare)):
        return {"literal": name}
    if _BARE_INITIALS.fullmatch(given):
        given = " ".join(f"{letter}." for letter in given)
    return {"family": family, "given": given} | ({"suffix": suffix[1]} if suffix else {})
