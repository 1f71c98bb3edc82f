"""Text reports of the Cochrane Library and ProQuest: a line that numbers the record, then lines "Label: value"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.collection.readers.base import Format, Item, Record
from analysis.collection.readers.tagged import Dialect, read_tagged, split_keywords

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

NAMES = {
    "title": ("TI", "Title", "(heading)"),
    "abstract": ("AB", "Abstract"),
    "authors": ("AU", "Author", "Authors"),
    "year": ("YR", "Publication year", "Publication date", "Degree date"),
    "venue": ("SO", "Publication title", "University/institution"),
    "doi": ("DOI", "Digital Object Identifier (DOI)"),
    "url": ("US", "Document URL", "ProQuest document link"),
    "keywords": ("KY", "Identifier / keyword"),
    "subjects": ("Subject",),
    "language": ("LA", "Language", "Language of publication"),
    "pmid": ("PM",),
    "key": ("ID", "ProQuest document ID", "Accession number"),
}  # fmt: skip
# Only known labels: "Methods: ..." within an abstract is text.
_OTHERS = (
    "VL NO PG XR PT DOI PB CC SN HD", "Abbreviated title", "Advisor", "Alternate title", "Author affiliation",
    "Classification", "Committee member", "Company / organization", "Conference", "Copyright", "Correspondence author",
    "Country of publication", "Credit", "Database", "Degree", "Department", "Dissertation/thesis number",
    "Document feature", "Document type", "Full text", "Identifiers", "ISBN", "ISSN", "Issue", "Last updated", "Links",
    "Location", "Number of pages", "Number of references", "Pages", "People", "Place of publication",
    "ProQuest ID", "Publication history", "Publication subject", "Publisher", "School code", "Section", "Source",
    "Source attribution", "Source type", "Title (English)", "University location", "Volume", "Year",
)  # fmt: skip
_LABELS = {tag for tags in NAMES.values() for tag in tags} | {*_OTHERS[0].split(), *_OTHERS[1:]}
_START = re.compile(r"(?:Record #|Document )\d+ of \d+\s*$")
_FIRST = re.compile(rf"^{_START.pattern}", re.MULTILINE)
_LINE = re.compile(r"([A-Z][A-Za-z /()]{1,40}):(?: +(.*)|$)", re.DOTALL)
_RULE = re.compile(r"[_*=-]{20,}\s*$")


def recognises(head: Head) -> bool:
    """A line "Record #1 of 20" above labels, or ProQuest's banner (its contents may be longer than the head)."""
    if re.search(r"^(?:TY  -|@\w+\s*\{)", head.text, re.MULTILINE):
        return False
    found = _FIRST.search(head.text)
    if found and any(_split(line) for line in head.text[found.end() :].split("\n", 9)[1:8]):
        return True
    return "Report Information from ProQuest" in head.text[:2_000]


def read(source: Source) -> Iterator[Item]:
    """A record from each numbered line to the next; what stands above the first is a stray."""
    return read_tagged(source.text(), DIALECT)


def _split(line: str) -> tuple[str, str] | None:
    if _START.match(line):
        return "(number)", line.strip()
    if _RULE.match(line):
        return "(rule)", ""
    found = _LINE.match(line)
    return (found[1], found[2] or "") if found and found[1] in _LABELS else None


def _finish(record: Record) -> None:
    """ProQuest repeats the title below the number, and the address without a label among the authors."""
    split_keywords(record)
    fields = record.fields
    number = record.extra.pop("(number)", "")
    lines = (number if isinstance(number, str) else number[0]).split("\n")
    if "title" not in fields and len(lines) > 1:
        fields["title"] = lines[1]
    for name, value in list(fields.items()):
        parts = value if isinstance(value, list) else [value]
        kept = [re.sub(r"\n?https?://\S+$", "", part).strip() if name != "url" else part for part in parts]
        fields[name] = kept if isinstance(value, list) else kept[0]


DIALECT = Dialect(_split, frozenset(["(number)"]), frozenset(["(rule)"]), NAMES, finish=_finish)
FORMAT = Format("numbered records with labels", recognises, read)
