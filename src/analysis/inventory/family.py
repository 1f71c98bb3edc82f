"""The word family of a term: which spellings count as the term, and which words only contain its letters."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter

from analysis.common.errors import BadInput

_HYPHEN = r"[-\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d]"  # every hyphen, dash and minus
_HYPHENATED = rf"{_HYPHEN}(?:[ \t]*\r?\n[ \t]*)?"  # a line may end behind it
_JOINT = re.compile(rf"\s+|(?<=\S){_HYPHEN}(?=\S)")  # between the words of a term
_WORD = r"[^\W_]"
# The first letters of a word may be marked, as in names made of them: \underline{D}ebiasing, ${D}$ebiasing.
_OPENED = rf"(?P<marked>\$?(?:\\[a-z]+ ?)?\{{(?={_WORD}+\}}\$?{_WORD}))?"
_CLOSED = r"(?(marked)(?:\}\$?)?)"  # between any two letters

# Names for machines. A host and an ending of a file are in lower case, so that "bias.The", where a blank is missing
# between two sentences, is none; "bias/variance" and "model.bias" are none either.
_REASONS = {
    "url": "part of a URL", "doi": "part of a DOI", "mail": "part of an e-mail address", "file": "part of a file name",
}  # fmt: skip
_HOST = "com|org|net|edu|gov|io|ai|dev|app|eu|de|uk|fr|nl|ch|cn|jp|ca|au|gl|ly"
_ENDING = (
    "py|ipynb|js|ts|css|html?|xml|json|jsonl|ya?ml|toml|ini|cfg|sh|sql|java|cpp|hpp|exe|dll|tex|bib|md|txt|pdf|docx?|"
    "pptx?|xlsx?|csv|tsv|rda|rds|rdata|sav|dta|sas7bdat|mat|h5|hdf5?|nc|npy|npz|pkl|pth?|onnx|safetensors|parquet|db|"
    "sqlite|zip|gz|bz2|7z|tar|tgz|png|jpe?g|gif|svg|tiff?|eps|wav|mp[34]|avi|mov|fasta|fastq|vcf|nii"
)
_MACHINE_NAME = re.compile(
    rf"""(?P<url>\b(?:(?i:https?|ftp)://|(?i:www\.))[^\s<>"{{}}]+|(?<![\w.@-])(?:[\w-]+\.)+(?:{_HOST})(?![\w-])(?:/[^\s<>"{{}}]*)?)
    |(?P<doi>\b10\.\d{{4,9}}/[^\s<>"{{}}]+)
    |(?P<mail>(?<![\w.+-])[\w.+-]+@(?:[\w-]+\.)+[a-z]{{2,}}(?!\w))
    |(?P<file>(?<![\w./\\~-])[\w./\\~-]*[\w-]\.(?:{_ENDING})(?!\w))""",
    re.VERBOSE,
)


_BLANK = re.compile(r"\s")
_DOTTED = re.compile(r"://|\.\S")  # every name for machines has one of them


@dataclass(frozen=True)
class Family:
    """A term with its inflections; ``prefixes``, ``also`` (irregular forms) and ``exceptions`` are data."""

    term: str
    prefixes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    exceptions: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "term", normal_term(self.term))
        object.__setattr__(self, "also", tuple(map(normal_term, self.also)))
        if not re.search(_WORD, self.term):
            raise BadInput(f"term {self.term!r}: has no letter in it; give a word, such as --term attention")

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """Every inflected spelling, lower case, without prefixes, longest first."""
        term = self.term.lower()
        last = max((joint.end() for joint in _JOINT.finditer(term)), default=0)
        spellings = {term[:last] + form for form in inflections(term[last:])}
        spellings |= {form.lower() for form in self.also}
        return tuple(sorted(spellings, key=lambda form: (-len(form), form)))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches one mention: the word with its prefix, never a part of a longer word or of an identifier."""
        return self._matching("", _OPENED, _CLOSED)

    @cached_property
    def _unmarked(self) -> re.Pattern[str]:
        """The same for texts without a brace, in which no letter can be marked: several times as fast."""
        begins = "".join(sorted({re.escape(one[0]) for one in (*self.forms, *self.prefixes)}))
        return self._matching(rf"(?=[{begins}])", "", "")

    def _matching(self, begins: str, opened: str, closed: str) -> re.Pattern[str]:
        forms = "|".join(_loosely(form, closed) for form in self.forms)
        prefixes = "|".join(_loosely(prefix, closed) + closed for prefix in self.prefixes)
        prefix = f"(?P<prefix>(?:{prefixes})(?:{_HYPHENATED})?)?" if prefixes else "(?P<prefix>)"
        return re.compile(rf"{begins}(?<!\w){opened}{prefix}(?P<form>{forms})(?!\w)", re.IGNORECASE)

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """Letters, lower case, of which every unmarked mention holds some, one after another."""
        longest = {max(_JOINT.split(form), key=len) for form in self.forms}
        return tuple(sorted(one for one in longest if not any(other in one for other in longest - {one})))

    def _may_mention(self, text: str) -> bool:
        if not text.isascii():  # other letters count as the term's, too, where case does not matter
            return True
        lower = text.lower()
        return any(stem in lower for stem in self.stems)

    @cached_property
    def _letters(self) -> re.Pattern[str]:
        spellings = sorted({self.term.lower(), *(a.lower() for a in self.also)}, key=lambda s: (-len(s), s))
        return re.compile(rf"(?<!\w)\w*(?:{'|'.join(_loosely(s) for s in spellings)})\w*", re.IGNORECASE)

    def find(self, text: str) -> Iterator[re.Match[str]]:
        """Every mention in ``text``, in order; letters in an address or the name of a file are none."""
        if "{" in text:
            found = self.pattern.finditer(text)
        elif self._may_mention(text):
            found = self._unmarked.finditer(text)
        else:
            return
        yield from (match for match, reason in _beside_names(text, found) if reason is None)

    def find_excluded(self, text: str) -> Iterator[tuple[int, int, str, str]]:
        """``(start, end, surface, reason)`` of every word that holds the term's letters and is no mention."""
        mentions = [(*match.span(), "a mention") for match in self.find(text)]
        words = [match for match in self._letters.finditer(text) if not re.search(r"\s", match.group())]
        for match, reason in _beside_names(text, words):
            if _reason_around(mentions, match) is None:
                yield match.start(), match.end(), match.group(), reason or self._reason(match.group())

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


def normal_term(term: str) -> str:
    """A term as texts are: composed (NFC), its words parted by single blanks."""
    return " ".join(unicodedata.normalize("NFC", term).split())


def machine_names(text: str) -> Iterator[tuple[int, int, str]]:
    """``(start, end, reason)`` of the URLs, DOIs, e-mail addresses and names of files in ``text``, in order."""
    for found in _MACHINE_NAME.finditer(text):
        yield *found.span(), _REASONS[found.lastgroup or ""]


def _beside_names(text: str, matches: Iterable[re.Match[str]]) -> Iterator[tuple[re.Match[str], str | None]]:
    """Each match, in order, and why it is part of a name for machines; None where it is none.

    Such a name has no blank in it, so that it is looked for among the characters around a match up to the next blanks.
    """
    end, names = 0, list[tuple[int, int, str]]()
    for match in matches:
        if match.start() >= end:
            before = text[end : match.start()]
            start = match.start() - (len(before.split()[-1]) if before and not before[-1].isspace() else 0)
            blank = _BLANK.search(text, match.end())
            end = blank.start() if blank else len(text)
            run = text[start:end]
            names = [(start + a, start + b, why) for a, b, why in machine_names(run)] if _DOTTED.search(run) else []
        yield match, _reason_around(names, match)


def _reason_around(names: list[tuple[int, int, str]], match: re.Match[str]) -> str | None:
    at = bisect_right(names, match.start(), key=itemgetter(0)) - 1  # they stand in order, and apart
    return names[at][2] if at >= 0 and match.end() <= names[at][1] else None


def _loosely(form: str, between: str = "") -> str:
    """A phrase's words may be joined by blanks, line ends or a hyphen, those with a hyphen in ``form`` by nothing, too.

    ``between`` may stand between two letters.
    """
    joined = rf"(?:\s+|{_HYPHENATED})"
    joints = [joined if joint[0].isspace() else joined + "?" for joint in _JOINT.findall(form)]
    words = [between.join(map(re.escape, word)) for word in _JOINT.split(form)]
    return "".join(word + joint for word, joint in zip(words, [*joints, ""], strict=True))


def inflections(word: str) -> set[str]:
    """Regular English inflections of a noun or verb: plural or third person, -ed, -ing and what hangs on them.

    ``bias`` gives bias, biases, biased, biasing, biasedly, biasedness and, with the doubled consonant that some
    write, biassed, biassing. Irregular forms are the inventory's and the caller's (``--also``).
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


def singular(word: str) -> str:
    """A cheap singular, for finding words again: ``networks`` and ``network`` are one."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _doubles(word: str) -> bool:
    """One vowel before one last consonant (plan, bias): the consonant may be doubled before -ed and -ing."""
    return bool(re.search(r"(?:^|[^aeiou])[aeiou]{1,2}[bdglmnprst]$", word)) and len(word) <= 6
