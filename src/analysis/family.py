"""The word family of a term: which spellings count as the term, and which words only contain its letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from analysis.errors import BadInput

_HYPHEN = r"[-\u2010\u2011]"
_BREAK = r"[ \t]*\r?\n[ \t]*"  # of a line, behind the hyphen of a prefix
_WORD = r"[^\W_]"
# The first letters of a word may be marked, as in names made of them: \underline{D}ebiasing, ${D}$ebiasing.
_OPENED = rf"(?P<marked>\$?(?:\\[a-z]+ ?)?\{{(?={_WORD}+\}}\$?{_WORD}))?"
_CLOSED = r"(?(marked)(?:\}\$?)?)"  # between any two letters


@dataclass(frozen=True)
class Family:
    """A term with its inflections; ``prefixes``, ``also`` (irregular forms) and ``exceptions`` are data."""

    term: str
    prefixes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    exceptions: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not re.search(_WORD, self.term):
            raise BadInput(f"term {self.term!r}: has no letter in it; give a word, such as --term attention")

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """Every inflected spelling, lower case, without prefixes, longest first."""
        *before, last = self.term.lower().split()
        spellings = {" ".join([*before, form]) for form in inflections(last)}
        spellings |= {form.lower() for form in self.also}
        return tuple(sorted(spellings, key=lambda form: (-len(form), form)))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches one mention: the word with its prefix, never a part of a longer word or of an identifier."""
        forms = "|".join(_loosely(form, _CLOSED) for form in self.forms)
        prefixes = "|".join(_loosely(prefix, _CLOSED) + _CLOSED for prefix in self.prefixes)
        prefix = f"(?P<prefix>(?:{prefixes})(?:{_HYPHEN}(?:{_BREAK})?)?)?" if prefixes else "(?P<prefix>)"
        return re.compile(rf"(?<!\w){_OPENED}{prefix}(?P<form>{forms})(?!\w)", re.IGNORECASE)

    @cached_property
    def _letters(self) -> re.Pattern[str]:
        spellings = sorted({self.term.lower(), *(a.lower() for a in self.also)}, key=lambda s: (-len(s), s))
        return re.compile(rf"\w*(?:{'|'.join(_loosely(s) for s in spellings)})\w*", re.IGNORECASE)

    def find(self, text: str) -> Iterator[re.Match[str]]:
        """Every mention in ``text``, in order."""
        return self.pattern.finditer(text)

    def find_excluded(self, text: str) -> Iterator[tuple[int, int, str, str]]:
        """``(start, end, surface, reason)`` of every word that holds the term's letters and is no mention."""
        mentions = [match.span() for match in self.find(text)]
        for match in self._letters.finditer(text):
            if not any(start <= match.start() and match.end() <= end for start, end in mentions):
                yield match.start(), match.end(), match.group(), self._reason(match.group())

    def _reason(self, word: str) -> str:
        lower = word.lower()
        if lower in self.exceptions:
            return self.exceptions[lower]
        if "_" in word or any(ch.isdigit() for ch in word):
            return "part of an identifier"
        if any(ch.isupper() for ch in word[1:]) and not word.isupper():
            return "part of a name"
        return "a longer word that contains the letters"

    def lemma(self, match: re.Match[str]) -> str:
        """The family's head word of a mention: ``bias``, ``debias``, ``unbias``."""
        return re.sub(r"\W", "", match["prefix"] or "").lower() + self.term.lower()


def _loosely(form: str, between: str = "") -> str:
    """Words of a phrase may be joined by blanks, line ends or a hyphen; ``between`` may stand between two letters."""
    return rf"(?:\s+|{_HYPHEN})".join(between.join(map(re.escape, word)) for word in form.split())


def inflections(word: str) -> set[str]:
    """Regular English inflections of a noun or verb: plural or third person, -ed, -ing and what hangs on them.

    ``bias`` gives bias, biases, biased, biasing, biasedly, biasedness and, with the doubled consonant that some
    write, biassed, biassing. Irregular forms are the caller's (``--also``).
    """
    word = word.lower()
    if len(word) < 3 or not word.isalpha():
        return {word, word + "s"}
    vowel_before_y = word.endswith("y") and word[-2] in "aeiou"
    stems = (
        {word[:-1]}
        if word.endswith("e")
        else {word[:-1] + "i"}
        if word.endswith("y") and not vowel_before_y
        else {word}
    )
    if _doubles(word):
        stems.add(word + word[-1])
    if word.endswith("y") and not vowel_before_y:
        plural = {word[:-1] + "ies"}
    elif re.search(r"(s|x|z|ch|sh)$", word):
        plural = {word + "es"} | ({word + word[-1] + "es"} if _doubles(word) else set())
    else:
        plural = {word + "s"}
    participles = {stem + "ed" for stem in stems}
    continuous = {word + "ing" if stem.endswith("i") else stem + "ing" for stem in stems}
    return {word} | plural | participles | continuous | {p + end for p in participles for end in ("ly", "ness")}


def _doubles(word: str) -> bool:
    """One vowel before one last consonant (plan, bias): the consonant may be doubled before -ed and -ing."""
    return bool(re.search(r"(?:^|[^aeiou])[aeiou]{1,2}[bdglmnprst]$", word)) and len(word) <= 6
