"""RIS in the dialects of all vendors: broken whitespace, unknown and empty tags, a missing TY or ER, text between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.collection.readers.base import Format, Item
from analysis.collection.readers.tagged import Dialect, read_tagged, split_keywords

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

NAMES = {
    "title": ("TI", "T1", "CT", "TT", "ST"),
    "abstract": ("AB", "N2"),
    "authors": ("AU",),
    "year": ("PY", "Y1", "YR", "DA"),
    "venue": ("JF", "T2", "JO", "JT", "BT", "JA", "J2", "J1", "T3"),
    "doi": ("DO", "DI", "DOI"),
    "url": ("UR", "L2", "LK", "L1"),
    "keywords": ("KW", "DE"),
    "language": ("LA",),
    "pmid": ("PMID", "PM"),
    "key": ("ID", "LB"),
}  # fmt: skip
_KNOWN = frozenset(
    "A1 A2 A3 A4 A5 A6 AB AD AN AU BT C1 C2 C3 C4 C5 C6 C7 C8 CA CN CP CT CY DA DB DI DO DP DS ED EP ET ID IS "
    "J1 J2 JA JF JO JT KW L1 L2 L3 L4 LA LB LK LL M1 M2 M3 N1 N2 NV OP PB PM PP PY RD RI RN RP SE SN SP SR ST T1 T2 T3 "
    "TA TI TT U1 U2 U3 U4 U5 UR VL VO Y1 Y2 YR PMID DOI PMCID".split()
)  # fmt: skip
# Exports call the authors AU or A1; some write both, a person under each, or all of them twice.
_OTHER = {"AU": "A1", "A1": "AU"}
# As specified: two characters, two spaces, hyphen, space. Any tag may be written so, also one we do not know.
_STRICT = re.compile(r"([A-Z][A-Z0-9])  - ?(.*)", re.DOTALL)
_STRICT_TAGS = re.compile(r"^([A-Z][A-Z0-9])  -(?: |$)", re.MULTILINE)
# With whitespace lost, doubled or turned into tabs: only of a known tag, lest a sentence be taken for a field.
_SPACE = "[ \t\u00a0]"
_TAG = rf"{_SPACE}{{0,4}}([A-Z][A-Z0-9]|PMID|PMCID|DOI){_SPACE}{{0,4}}[-\u2010-\u2013]"
_LOOSE = re.compile(rf"{_TAG}(?:{_SPACE}(.*)|$)")
_TIGHT = re.compile(rf"{_TAG}{_SPACE}*(.*)$")
_TYPE = re.compile(rf"{_SPACE}{{0,4}}TY{_SPACE}{{0,4}}-({_SPACE}{{0,4}})([A-Z]{{3,6}}\s*)$")
_END = re.compile(r"\s{0,4}ER\s{0,4}-?\s*$")
_SEEN = re.compile(rf"^{_SPACE}*TY{_SPACE}{{0,4}}-(?:{_SPACE}{{0,4}}[A-Za-z]|{_SPACE}*$)", re.MULTILINE)
_UNTYPED = re.compile(r"^(?:TI|T1|AB|N2|AU|A1)  - (?=\S)", re.MULTILINE)
_GLUED = re.compile(r"^(ER  -) *(?=TY  - )", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+(?=TY[ \t]{0,4}-)", re.MULTILINE)


def recognises(head: Head) -> bool:
    """A line "TY  - SOMETHING", give or take whitespace; or titles, authors, abstracts and an end, with no type."""
    return bool(_SEEN.search(head.text)) or (
        len(_UNTYPED.findall(head.text)) > 1 and bool(re.search(r"^ER  -", head.text, re.MULTILINE))
    )


def read(source: Source) -> Iterator[Item]:
    """A record from each TY to its ER, or to the next TY where ER is missing."""
    text = _GLUED.sub(r"\1\n", source.text())  # files pasted together
    if indented := _INDENT.search(text):
        text = re.sub(rf"^[ \t]{{1,{len(indented[0])}}}", "", text, flags=re.MULTILINE)
    return read_tagged(text, DIALECT._replace(split=_Lines(text)))


class _Lines:
    """Takes lines apart. A record whose TY is written as specified writes its other tags so, too.

    In such a record "AD - Alzheimer's disease" is text, unless no AD of the file is written better and no abstract is
    under way; a record with a loose TY may write any known tag loosely.
    """

    def __init__(self, text: str) -> None:
        self._written = set(_STRICT_TAGS.findall(text))
        self._loose, self._pattern, self._abstract = "TY" not in self._written, _LOOSE, False
        self._people: dict[str, set[str]] = {name: set() for name in _OTHER}

    def __call__(self, line: str) -> tuple[str, str] | None:
        """Tag and value of a line, or None where it continues the one before."""
        found = self._split(line)
        if found is None:
            return None
        tag, value = found
        if tag == "TY":
            self._people = {name: set() for name in _OTHER}
        elif tag in _OTHER:
            if value.strip() in self._people[_OTHER[tag]]:
                return "(again)", ""
            self._people[tag].add(value.strip())
            tag = "AU"
        return tag, value

    def _split(self, line: str) -> tuple[str, str] | None:
        if found := _STRICT.match(line):
            if found[1] == "TY":
                self._loose, self._pattern = False, _LOOSE
            self._abstract = found[1] in ("AB", "N2")
            return found[1], found[2]
        if _END.match(line):
            return "ER", ""
        if found := _TYPE.match(line):
            self._loose, self._pattern, self._abstract = True, _LOOSE if found[1] else _TIGHT, False
            return "TY", found[2]
        found = self._pattern.match(line)
        if not found or found[1] not in _KNOWN or not (self._loose or self._may_be_loose(found[1])):
            return None
        self._abstract = found[1] in ("AB", "N2")
        return found[1], found[2] or ""

    def _may_be_loose(self, tag: str) -> bool:
        return tag not in self._written and not self._abstract


DIALECT = Dialect(
    _Lines(""), frozenset(["TY"]), frozenset(["ER"]), NAMES, linewise=frozenset(["KW"]), finish=split_keywords
)
FORMAT = Format("RIS", recognises, read)
