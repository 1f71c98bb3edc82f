"""RIS in the dialects of all vendors: broken whitespace, unknown and empty tags, a missing TY or ER, text between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.collection.readers.base import Format, Item, Record
from analysis.collection.readers.tagged import Dialect, read_tagged, split_keywords

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

NAMES = {
    "title": ("TI", "T1", "CT", "TT", "ST"),
    "abstract": ("AB", "N2"),
    "authors": ("AU", "A1"),
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
    "TY ER A1 A2 A3 A4 A5 A6 AB AD AN AU BT C1 C2 C3 C4 C5 C6 C7 C8 CA CN CP CT CY DA DB DI DO DP DS ED EP ET ID IS "
    "J1 J2 JA JF JO JT KW L1 L2 L3 L4 LA LB LK LL M1 M2 M3 N1 N2 NV OP PB PM PP PY RD RI RN RP SE SN SP SR ST T1 T2 T3 "
    "TA TI TT U1 U2 U3 U4 U5 UR VL VO Y1 Y2 YR PMID DOI PMCID".split()
)  # fmt: skip
# As specified: two characters, two spaces, hyphen, space. Any tag may be written so, also one we do not know.
_STRICT = re.compile(r"([A-Z][A-Z0-9])  - ?(.*)", re.DOTALL)
# With whitespace lost, doubled or turned into tabs: only of a known tag, lest a sentence be taken for a field.
_LOOSE = re.compile(r"\s{0,4}([A-Z][A-Z0-9]|PMID|PMCID|DOI)[ \t\u00a0]{0,4}[-\u2010-\u2013](?:[ \t\u00a0](.*)|$)")
_TYPE = re.compile(r"\s{0,4}(TY)\s{0,4}-\s{0,4}([A-Z]{3,6}\s*)$")
_END = re.compile(r"\s{0,4}ER\s{0,4}-?\s*$")
_SEEN = re.compile(r"^\ufeff?[ \t]{0,4}TY[ \t\u00a0]{0,4}-[ \t\u00a0]{0,4}[A-Za-z]", re.MULTILINE)
_NO_ABSTRACT = re.compile(
    r"\W*(?:no abstract(?: was)?(?: is)?(?: available| provided)?|abstract not available)\W*", re.I
)


def recognises(head: Head) -> bool:
    """A line "TY  - SOMETHING", give or take whitespace."""
    return bool(_SEEN.search(head.text))


def read(source: Source) -> Iterator[Item]:
    """A record from each TY to its ER, or to the next TY where ER is missing."""
    return read_tagged(source.text(), DIALECT)


def split(line: str) -> tuple[str, str] | None:
    """Tag and value of a line, or None where it continues the one before."""
    if found := _STRICT.match(line):
        return found[1], found[2]
    if _END.match(line):
        return "ER", ""
    found = _TYPE.match(line) or _LOOSE.match(line)
    if found and found[1] in _KNOWN:
        return found[1], found[2] or ""
    return None


def finish(record: Record) -> None:
    """Vendors' ways: several keywords in one KW, "no abstract available", a DOI in another link."""
    split_keywords(record)
    if _NO_ABSTRACT.fullmatch(record.fields.get("abstract", "")):
        record.extra["AB"] = record.fields.pop("abstract")
    if "pmid" in record.fields and (digits := re.match(r"\D*(\d+)", record.fields["pmid"])):
        record.fields["pmid"] = digits[1]


DIALECT = Dialect(split, frozenset(["TY"]), frozenset(["ER"]), NAMES, linewise=frozenset(["KW"]), finish=finish)
FORMAT = Format("RIS", recognises, read)
