"""PubMed's MEDLINE text (.nbib, .txt) and its like of ERIC and Ovid: tags padded to four, continued lines indented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.collection.doi import find_doi
from analysis.collection.readers import ovid
from analysis.collection.readers.base import Format, Item, Record
from analysis.collection.readers.tagged import Dialect, add_groups, read_tagged

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

NAMES = {
    "title": ("TI", "BTI", "TT", "CTI"),
    "abstract": ("AB", "OAB"),
    "authors": ("FAU", "FA", "AU", "CN"),
    "year": ("DP", "YR", "DEP", "EDAT", "CRDT"),
    "venue": ("JT", "JN", "TA", "SO"),
    "doi": ("DO", "DI"),
    "keywords": ("OT", "KW"),
    "subjects": ("MH",),
    "language": ("LA", "LG"),
    "pmid": ("PMID",),
    "key": ("OID", "UI", "AN"),
}  # fmt: skip
# Where the blank behind the hyphen is lost, the padding or the number of a PMID shows that it is no word.
_LINE = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}-(?:(?: |(?<=  -)|(?<=PMID-)(?=\d))(.*)|\s*$)", re.DOTALL)
# What records begin with: PubMed's; Ovid's (VN, else UI); ERIC's.
_STARTS = ("PMID", "VN", "UI", "OWN")
_FIRST = re.compile(r"^\ufeff?(?:PMID ?- ?\d|OWN ?- \S|VN  - Ovid|UI  - \S+\n(?:[A-Z]{2}  - |<))", re.MULTILINE)


def recognises(head: Head) -> bool:
    """A line "PMID- 123", "OWN - SOMEBODY" or Ovid's first ones, and no RIS type line."""
    return bool(_FIRST.search(head.text)) and not re.search(r"^TY  - ", head.text, re.MULTILINE)


def read(source: Source) -> Iterator[Item]:
    """A record from each PMID (in other services' files VN, UI or OWN) to the next."""
    text = source.text()
    start = next((tag for tag in _STARTS if re.search(rf"^\ufeff?{tag} {{0,2}}- ?\S", text, re.MULTILINE)), "PMID")
    return read_tagged(text, DIALECT._replace(starts=frozenset([start])))


def _split(line: str) -> tuple[str, str] | None:
    if ovid.NUMBER.match(line):
        return "(number)", ""
    found = _LINE.match(line)
    if not found:
        return None
    value = found[2] or ""
    return found[1], ovid.ROLE.sub("", value) if found[1] == "AU" else value


def _finish(record: Record) -> None:
    fields, extra = record.fields, record.extra
    if "VN" not in extra:  # Ovid's CN is a number of a trial
        add_groups(record, "CN")
    for name in ("LID", "AID", "SO"):
        values = extra.get(name, [])
        for value in [values] if isinstance(values, str) else values:
            if "doi" not in fields and not value.endswith("[pii]") and (doi := find_doi(value)):
                fields["doi"] = doi
    # PubMed puts the translated title of a foreign paper in brackets, and this where there is none.
    if fields.get("title", "").strip("[]. ") == "Not Available" and extra.get("TT"):
        translated = extra.pop("TT")
        fields["title"] = translated if isinstance(translated, str) else translated[0]
    for name in ("title", "venue"):
        if name in fields:
            fields[name] = fields[name].replace("\n", " ")
    if "VN" in extra:
        ovid.take_apart(record, "SO", "ST", "DB")


DIALECT = Dialect(_split, frozenset(["PMID"]), frozenset(["(number)"]), NAMES, blank=True, finish=_finish)
FORMAT = Format("PubMed text", recognises, read)
