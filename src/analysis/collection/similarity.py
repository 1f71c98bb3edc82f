"""Are two records the same work? Title, year, authors and abstract speak; numbered parts and errata object."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from analysis.collection.identity import Identity, plain

if TYPE_CHECKING:
    import numpy as np

Verdict = Literal["same", "different", "unknown"]

# Titles that many works have: two records need the same abstract, or an identifier, to be one.
_GENERIC = frozenset(
    "abstract abstracts acknowledgements acknowledgments announcement announcements author index authors book review "
    "book reviews books received call for papers case report commentary comment conclusion conclusions contents "
    "correction corrections correspondence corrigendum cover discussion editor s note editorial editorial board "
    "editorial comment editors introduction editors note epilogue erratum errata foreword front matter from the editor "
    "guest editorial guest editors introduction in memoriam in this issue index introduction introduction to the "
    "special issue invited talk issue information keynote letter letter to the editor letters masthead news obituary "
    "opening remarks overview panel discussion poster session preface proceedings program committee prologue reply "
    "reply to response reviewers special issue summary table of contents title page tutorial untitled welcome workshop "
    "no title not available".split()
)
# A work and what is written about it share a title but are two works.
_MARKERS = frozenset(
    "erratum errata corrigendum corrigenda correction corrected retraction retracted withdrawn withdrawal comment "
    "comments commentary reply response responses rejoinder addendum protocol discussion supplement supplementary "
    "appendix rebuttal letter preface slides poster update editorial replication abstract demo thesis".split()
)
_WITHDRAWN = frozenset("retracted withdrawn corrected".split())
_FUNCTION_WORDS = frozenset("a an the of in on for to and or by with from at as is are its via into".split())
_PARTS = frozenset("i ii iii iv v vi vii viii ix x xi xii part b c d e".split())
_COUNTS = frozenset(
    "one two three four five six seven eight nine ten first second third fourth fifth alpha beta gamma delta".split()
)
# Words that a number of a part follows, in the languages that titles are in.
_PART_WORDS = {
    **{word: word for word in "part volume book chapter section number paper teil band partie tome parte tomo".split()},
    "pt": "part", "parts": "part", "vol": "volume", "no": "number", "nr": "number",
}  # fmt: skip
_ROMAN_ONES = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_ROMAN = re.compile("(?=.)(x{0,3})(ix|iv|v?i{0,3})")
_NUMBER_WORDS = (
    "one two three four five six seven eight nine ten first second third fourth fifth sixth seventh eighth ninth tenth"
).split()
# Words that differ by one of these beginnings mean different things; a slip of the keyboard does not make them.
_PREFIXES = (
    "un", "non", "in", "im", "de", "anti", "pre", "post", "semi", "self", "multi", "mono", "hyper", "hypo", "inter",
    "intra", "over", "under", "fe", "a", "dis", "mis", "re", "sub", "super", "trans", "micro", "macro", "ab", "ad",
)  # fmt: skip

_KINDS = 32  # of characters, counted to see which titles cannot be alike: a to z apart, others among them
_BEGINNING_ALIKE = 0.85  # what a title and the beginning of a longer one must have in common
_AT_ONCE = 1 << 15  # pairs; their counts stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Match:
    """Why two records are one: ``by`` for the reader, ``score`` from 0 to 1."""

    by: str
    score: float


def title_ratios(titles: list[str], pairs: np.ndarray, enough: float) -> np.ndarray:
    """Similarity (0 to 1) of the two titles of each pair, plain and without spaces; where one title may be the cut-off
    form of the other, of what both have. Normalised indel similarity of rapidfuzz; float32 of shape (pairs,), 0 where
    it is below ``enough`` or 0.6."""
    import numpy as np

    compared = _Titles(titles)
    pieces = [pairs[at : at + _AT_ONCE] for at in range(0, len(pairs), _AT_ONCE)]
    ratios = [compared.ratios(piece[:, 0], piece[:, 1], max(0.6, enough)) for piece in pieces]
    return np.concatenate([np.empty(0, dtype=np.float32), *ratios])


class _Titles:
    """Titles and what tells quickly that two of them are not alike: their lengths, letters and beginnings."""

    def __init__(self, titles: list[str]) -> None:
        import numpy as np

        self._titles = np.array([*titles, ""], dtype=object)[:-1]  # the empty one keeps numpy from looking into texts
        self._lengths = np.array([len(title) for title in titles], dtype=np.int64)
        number: dict[str, int] = {}
        starts = [[number.setdefault(title[k : k + 5], len(number)) for title in titles] for k in (0, 5)]
        self._starts = np.array(starts, dtype=np.int64)
        letters = np.frombuffer("".join(titles).encode("utf-32-le", "surrogatepass"), dtype=np.uint32) % _KINDS
        places = np.repeat(np.arange(len(titles)) * _KINDS, self._lengths) + letters
        counts = np.bincount(places, minlength=len(titles) * _KINDS).reshape(-1, _KINDS)
        self._counts = np.minimum(counts, 255).astype(np.uint8)

    def ratios(self, left: np.ndarray, right: np.ndarray, enough: float) -> np.ndarray:
        """The ratios of pairs, 0 where less than ``enough``."""
        import numpy as np
        from rapidfuzz import fuzz, process

        whole = np.zeros(len(left), dtype=np.float32)
        highest = self._bounds(left, right)
        near = np.flatnonzero(highest >= enough)
        both = self._titles[left[near]].tolist(), self._titles[right[near]].tolist()
        whole[near] = process.cpdist(*both, scorer=fuzz.ratio, score_cutoff=100 * enough, dtype=np.float32)
        highest[near] = np.where(whole[near] > 0, whole[near] / 100, enough)
        # A title is compared with another's beginning only if five letters in the first ten are at their place, and
        # the whole titles are as like as two must be that differ by the missing end and so much else.
        alike = (self._starts[:, left] == self._starts[:, right]).any(axis=0)
        shorter = np.minimum(self._lengths[left], self._lengths[right])
        both_lengths = self._lengths[left] + self._lengths[right]
        changes = both_lengths - 2 * shorter + 2 * shorter * (1 - _BEGINNING_ALIKE)
        possible = highest >= 1 - changes / np.maximum(both_lengths, 1) - 1e-6
        cut = np.flatnonzero((whole < 90) & (shorter >= 15) & alike & possible)
        heads = [[self._titles[i][: shorter[k]] for k, i in zip(cut, side[cut], strict=True)] for side in (left, right)]
        part = process.cpdist(*heads, scorer=fuzz.ratio, score_cutoff=100 * _BEGINNING_ALIKE, dtype=np.float32)
        whole[cut] = np.maximum(whole[cut], part)
        return whole / 100

    def _bounds(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """How high each ratio can be at most: every letter that one title has more often must be taken out or put in.

        That rules out most pairs at a tenth of the cost of comparing them.
        """
        import numpy as np

        a, b = self._counts[left], self._counts[right]
        changes = (np.maximum(a, b) - np.minimum(a, b)).sum(axis=1, dtype=np.int64)
        bounds: np.ndarray = 1 - changes / np.maximum(self._lengths[left] + self._lengths[right], 1)
        return bounds


def compare(a: Identity, b: Identity, ratio: float) -> Match | None:
    """The match between two records whose titles are similar to the degree ``ratio`` (0 to 1), or None.

    The rules, in words: a different number, part or kind (erratum, protocol) makes different works; the same abstract
    forgives any other change of the title; without abstracts the titles must agree up to typos, and either the first
    authors agree or the title is long enough to be nobody else's.
    """
    second_submission = bool(a.arxiv and b.arxiv and a.arxiv != b.arxiv)
    if contradict(a, b) or (second_submission and ratio < 1):
        return None
    linked = a.preprint != b.preprint
    abstracts, shared = _abstracts(a, b)
    authors = _authors(a, b)
    gap = abs(a.year - b.year) if a.year is not None and b.year is not None else None
    if abstracts == "different" or (gap or 0) > (2 if linked or abstracts == "same" else 1):
        return None
    titles = _titles(a, b)
    if second_submission and (abstracts, titles) != ("same", "same"):
        return None  # a new version of the work only when nothing but the id changed
    if abstracts == "same":
        agreed = _same_text(titles, ratio, authors, shared)
    else:
        agreed = _same_without_text(a, b, titles, authors, gap)
    if not agreed:
        return None
    evidence = ["title"] + ["author"] * (authors == "same") + ["abstract"] * (abstracts == "same")
    sure = [ratio, 1.0 if gap == 0 else 0.9, {"same": 1.0, "unknown": 0.8, "different": 0.6}[authors]]
    sure += [shared] if abstracts == "same" else [0.8]
    return Match(("preprint: " if linked else "") + " + ".join(evidence), round(sum(sure) / len(sure), 3))


def contradict(a: Identity, b: Identity) -> bool:
    """Two published versions with different DOIs, or two PubMed records, are two works whatever their titles say."""
    if a.version_of_record and b.version_of_record and a.version_of_record != b.version_of_record:
        return True
    return bool(a.pmid and b.pmid and a.pmid != b.pmid and a.preprint == b.preprint)


def _same_text(titles: str, ratio: float, authors: Verdict, shared: float) -> bool:
    if titles in ("same", "typos", "cut"):
        return authors != "different" or shared >= 0.8
    if titles in ("other", "qualified"):
        return titles == "qualified" and ratio >= 0.75 and shared >= 0.9 and authors != "different"
    return authors != "different" and ((ratio >= 0.75 and shared >= 0.6) or (shared >= 0.9 and authors == "same"))


def _same_without_text(a: Identity, b: Identity, titles: str, authors: Verdict, gap: int | None) -> bool:
    short, long = sorted((a.title, b.title), key=len)
    words = len(short.split())
    if authors == "different" or titles in ("other", "qualified", "reworded") or _generic(short) or _other_issue(a, b):
        return False
    if titles == "cut":
        known = a.cut or b.cut
        if authors == "same":
            return words >= 4 and len(short) >= 25 and (gap == 0 or known)
        return words >= 6 and len(short) >= 40 and gap == 0 and (known or 2 * len(short) > len(long))
    if authors == "same":
        return words >= 3 or not gap
    return words >= 4 and len(short) >= 25 and (titles == "same" or gap == 0)


def _other_issue(a: Identity, b: Identity) -> bool:
    """Whether two records are of different volumes or numbers of one venue, as a journal's regular columns are.

    "Vol. XII" is "12"; what is no number ("suppl") says nothing.
    """
    if not a.venue or a.venue != b.venue:
        return False
    numbers = [[_number(told.split()[-1]) if told else "" for told in one.issue] for one in (a, b)]
    return any(ours and theirs and ours != theirs for ours, theirs in zip(*numbers, strict=True))


def _generic(title: str) -> bool:
    return all(word in _GENERIC or word.isdigit() for word in title.split())


# --- titles ----------------------------------------------------------------------------------------------------------


def _titles(a: Identity, b: Identity) -> str:
    """How two titles relate: same | typos | cut | qualified (one has a number or says erratum) | other | reworded."""
    short, long = sorted((a.title, b.title), key=len)
    if short.replace(" ", "") == long.replace(" ", ""):
        return "same"
    fewer, more = Counter(short.split()), Counter(long.split())
    left, right = fewer - more, more - fewer
    cut = _cut_off(short, long)
    about = set(long.split()[:2]) & right.keys() & _MARKERS  # "Reply to ..."
    if (cut and about) or (_numbers(left) and (cut or _numbers(right))):
        return "other"
    if cut:
        missing = set(long[len(short) :].split())
        numbered = _numbers(missing, counts=frozenset()) and not (a.cut or b.cut)
        return "qualified" if missing & _MARKERS or numbered else "cut"
    if _numbers(left + right):
        return "qualified"
    if _only_typos(list(left.elements()), list(right.elements())) and _in_order(short, long, left + right):
        return "typos"
    marked = (left + right).keys() & _MARKERS
    return "reworded" if not marked else "qualified" if marked <= _WITHDRAWN else "other"


def _numbers(words: Iterable[str], counts: frozenset[str] = _COUNTS) -> set[str]:
    return {word for word in words if word in _PARTS or word in counts or any(c.isdigit() for c in word)}


def other_part(a: str, b: str) -> bool:
    """Whether two plain titles name different parts of one work: "part ii" and "part iii", or only numbers differ.

    A number may be Arabic, Roman, a word or a letter; "part 2" is "part ii".
    """
    one, other = a.split(), b.split()
    ours, theirs = _parts(one), _parts(other)
    if any(ours[word] != theirs[word] for word in ours.keys() & theirs.keys()):
        return True
    different = [(_number(x), _number(y)) for x, y in zip(one, other, strict=False) if x != y]
    return len(one) == len(other) and bool(different) and all(x and y and x != y for x, y in different)


def _parts(words: list[str]) -> dict[str, str]:
    """What a title's words for parts are followed by: {"part": "2"}."""
    return {
        _PART_WORDS[word]: number
        for word, following in pairwise(words)
        if word in _PART_WORDS and (number := _number(following))
    }


def _number(word: str) -> str:
    """The number that a word is, in Arabic digits; a single letter as it is; else ""."""
    if word.isdecimal():
        return word.lstrip("0")
    if roman := _ROMAN.fullmatch(word):
        return str(10 * len(roman[1]) + _ROMAN_ONES.index(roman[2]))
    if word in _NUMBER_WORDS:
        return str(_NUMBER_WORDS.index(word) % 10 + 1)
    return word if len(word) == 1 and word.isalpha() else ""


def _cut_off(short: str, long: str) -> bool:
    """Whether ``short`` is the beginning of ``long``, up to typos, with something substantial missing."""
    from rapidfuzz import fuzz

    if len(long) - len(short) < max(4, 0.08 * len(long)) or len(short) < 15:
        return False
    return fuzz.ratio(short, long[: len(short)], score_cutoff=90) > 0


def _only_typos(left: list[str], right: list[str]) -> bool:
    """Whether each word that only one title has is a misspelling, a joining or a splitting of one in the other."""
    from rapidfuzz.distance import OSA

    if "".join(sorted("".join(left))) == "".join(sorted("".join(right))):
        return True
    waiting, alone = list(right), []
    for word in sorted(left, key=lambda w: (-len(w), w)):
        partner = min(waiting, key=lambda w: (OSA.distance(word, w), w), default="")
        if partner and _misspelt(word, partner):
            waiting.remove(partner)
        else:
            alone.append(word)
    return not set(alone + waiting) - _FUNCTION_WORDS


def _in_order(a: str, b: str, different: Counter[str]) -> bool:
    """Whether nothing but the different words changed: "from text to image" is not "from image to text"."""
    from rapidfuzz.distance import OSA

    return OSA.distance(a, b) <= 3 * different.total()


def _misspelt(a: str, b: str) -> bool:
    from rapidfuzz.distance import OSA

    shortest = min(len(a), len(b))
    if {a, b} & _FUNCTION_WORDS:
        return OSA.distance(a, b) <= 1
    return shortest >= 3 and OSA.distance(a, b) <= (1 if shortest < 8 else 2) and not _opposed(a, b)


def _opposed(a: str, b: str) -> bool:
    """Whether two words have one stem and different prefixes, as "supervised" and "unsupervised" have."""
    stems = [{w: ""} | {w[len(p) :]: p for p in _PREFIXES if w.startswith(p) and len(w) >= len(p) + 4} for w in (a, b)]
    return any(stems[0][stem] != stems[1][stem] for stem in stems[0].keys() & stems[1].keys())


# --- authors and abstracts -------------------------------------------------------------------------------------------


def _authors(a: Identity, b: Identity) -> Verdict:
    if not a.surnames or not b.surnames or not a.surnames[0] or not b.surnames[0]:
        return "unknown"
    if _same_person(a, b, 0, 0):
        return "same"
    mine, theirs = range(len(a.surnames[:20])), range(len(b.surnames[:20]))
    shared = sum(any(_same_person(a, b, i, j) for j in theirs) for i in mine)
    return "same" if shared >= 2 and 2 * shared >= min(len(mine), len(theirs)) else "different"


def _same_person(a: Identity, b: Identity, i: int, j: int) -> bool:
    from rapidfuzz import fuzz

    x, y = a.surnames[i], b.surnames[j]
    if a.authors[i] and a.authors[i] == b.authors[j]:
        return True
    return (
        x == y
        or fuzz.ratio(x, y) >= 84
        or (bool(set(x.split()) & b.authors[j]) and bool(set(y.split()) & a.authors[i]))
    )


def _abstracts(a: Identity, b: Identity) -> tuple[Verdict, float]:
    """Whether two abstracts are the same text, and the share of the shorter one's word triples found in the other."""
    if a.language != b.language and a.language and b.language:
        return "unknown", 0.0
    mine, others = _triples(a.abstract), _triples(b.abstract)
    if min(len(mine), len(others)) < 12:
        return "unknown", 0.0
    shared = len(mine & others) / min(len(mine), len(others))
    return ("same" if shared >= 0.4 else "different" if shared <= 0.08 else "unknown"), shared


@lru_cache(maxsize=4096)
def _triples(abstract: str) -> frozenset[tuple[str, str, str]]:
    words = plain(abstract).split()
    return frozenset(zip(words, words[1:], words[2:], strict=False))
