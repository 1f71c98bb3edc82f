"""Web of Science's tagged text ("plain text", .txt and .ciw): two-letter tags, continued lines indented by three."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.collection.readers.base import Format, Item, Record
from analysis.collection.readers.tagged import Dialect, add_groups, read_tagged, split_keywords

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

NAMES = {
    "title": ("TI",),
    "abstract": ("AB",),
    "authors": ("AF", "AU", "BA", "CA"),
    "year": ("PY", "EA", "PD"),
    "venue": ("SO", "JI", "J9"),
    "doi": ("DI", "D2"),
    "keywords": ("DE", "ID"),
    "subjects": ("WC", "SC"),
    "language": ("LA",),
    "pmid": ("PM",),
    "key": ("UT",),
}  # fmt: skip
_TAGS = frozenset(
    "FN VR PT AU AF BA BF BE CA GP TI SO SE BS LA DT CT CY CL SP HO DE ID AB C1 C3 RP EM RI OI FU FX FP CR NR TC Z9 Z1 "
    "Z2 Z3 Z4 Z8 Z9 ZB ZR ZS U1 U2 PU PI PA SN EI BN J9 JI PD PY VL IS PN SU SI MA BP EP AR DI D2 EA EY PG P2 WC WE SC "
    "GA PM UT OA HC HP DA ER EF".split()
)  # fmt: skip
_LINE = re.compile(r"([A-Z][A-Z0-9])(?: (.*)|\s*$)", re.DOTALL)
_FIRST = re.compile(r"^\ufeff?(?:FN .*\n\s*VR |PT [A-Z]\s*\n(?:[A-Z][A-Z0-9] |   ))", re.MULTILINE)


def recognises(head: Head) -> bool:
    """The header lines FN and VR, or a record's first lines."""
    return bool(_FIRST.search(head.text))


def read(source: Source) -> Iterator[Item]:
    """A record from each PT to its ER; the header and the end mark are strays."""
    return read_tagged(source.text(), DIALECT)


def _split(line: str) -> tuple[str, str] | None:
    found = _LINE.match(line)
    return (found[1], found[2] or "") if found and found[1] in _TAGS else None


def _finish(record: Record) -> None:
    split_keywords(record)
    add_groups(record, "CA")
    for name in ("title", "venue", "doi"):
        if name in record.fields:
            record.fields[name] = record.fields[name].replace("\n", " ")


_DIALECT_LINES = frozenset(["AU", "AF", "BA", "BF", "BE", "CA", "CR", "C1"])
DIALECT = Dialect(_split, frozenset(["PT"]), frozenset(["ER"]), NAMES, linewise=_DIALECT_LINES, finish=_finish)
FORMAT = Format("Web of Science text", recognises, read)
