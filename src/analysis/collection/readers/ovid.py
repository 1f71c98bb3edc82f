"""Ovid's text with the names of fields in full: a label alone on its line, its value below it, indented.

What Ovid writes its own way in any format (journal and date in one field, marks behind titles and names) is here, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.collection.readers.base import Format, Item, Record
from analysis.collection.readers.tagged import Dialect, read_tagged, split_keywords

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

NAMES = {
    "title": ("Title", "Book Title", "Chapter Title"),
    "abstract": ("Abstract",),
    "authors": ("Author", "Authors"),
    "year": ("Year of Publication", "Publication Year", "Date of Publication"),
    "venue": ("Source",),
    "doi": ("DOI", "DOI Number", "Digital Object Identifier"),
    "url": ("Link to the Ovid Full Text or citation",),
    "keywords": ("Author Keywords", "Keyword Heading", "Key Concepts"),
    "subjects": ("Subject Headings", "MeSH Subject Headings"),
    "language": ("Language",),
    "pmid": ("PMID", "PubMed ID"),
    "key": ("Accession Number", "Unique Identifier"),
}
_LABEL = re.compile(r"([A-Z][A-Za-z /()&,-]{1,60}?) *$")
_FIELD = re.compile(rf"^{_LABEL.pattern}\n {{1,8}}\S", re.MULTILINE)
_TELLING = ({"Title", "Abstract"}, {"Accession Number", "Author", "Source", "Institution"})
# Ovid numbers its records in a line of their own.
NUMBER = re.compile(r"^[ \t]*+<[ \t]*+\d++[ \t]*+\.?[ \t]*+>[ \t]*+$", re.MULTILINE)
_YEAR = r"(?:1[5-9]|20)\d\d"
_DATE = re.compile(rf"(?<![\d:-])({_YEAR})(?![\d-])")
_MONTHS = r"(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Spr|Sum|Aut|Fal|Win)[a-z]*+[-/ ]){0,9}"
_JOURNAL = re.compile(rf"(.+?)(?:\.?(?<!\s)\s++\d++\s?\(|\.(?:\s|$)|;|,? [Vv]ol\b|\s{_MONTHS}{_YEAR}\b)", re.DOTALL)
_KIND = re.compile(r"(?:(?<!\s)\s{2,}+|(?<=\.))\[[A-Z][A-Za-z ]++\]\.?$")
ROLE = re.compile(r"(?<!\s)\s*+\[[^\]]{0,200}\]$|(?<![\s\d,+*])[\s\d,+*]++$")
_STOP = re.compile(r"\.$")


def recognises(head: Head) -> bool:
    """A title or an abstract and another label, each alone on a line, their values indented below."""
    labels = set(_FIELD.findall(head.text))
    return all(labels & names for names in _TELLING)


def read(source: Source) -> Iterator[Item]:
    """A record from each number ("<1>") to the next; where they are missing, from each label like the first."""
    text = source.text()
    first = None if NUMBER.search(text) else _FIELD.search(text)
    return read_tagged(text, DIALECT._replace(starts=frozenset([first[1]])) if first else DIALECT)


def _split(line: str) -> tuple[str, str] | None:
    if NUMBER.match(line):
        return "(number)", ""
    found = _LABEL.match(line)
    return (found[1], "") if found else None


def _finish(record: Record) -> None:
    """Marks behind names, and the full stop behind keywords and numbers."""
    split_keywords(record)
    fields = record.fields
    for name, end in (("authors", ROLE), ("keywords", _STOP)):
        if name in fields:
            fields[name] = [end.sub("", value) for value in fields[name]]
    if "key" in fields:
        fields["key"] = _STOP.sub("", fields["key"])
    take_apart(record, "Source", "Status", "Database")


def take_apart(record: Record, source: str, status: str, database: str) -> None:
    """Year and journal out of the field ``source``, the kind of text off the title, PubMed's id from MEDLINE's own.

    ``source``, ``status`` (which dates what is ahead of print) and ``database`` are the names of fields in the file.
    """
    fields, extra = record.fields, record.extra
    whole = fields.get("venue", "")
    if "year" not in fields and (dates := _DATE.findall(whole) or _DATE.findall(str(extra.get(status, "")))):
        fields["year"] = dates[0] if f"{dates[0]};" in whole else dates[-1]
    if journal := _JOURNAL.match(whole):
        extra[source], fields["venue"] = whole, journal[1]
    if "title" in fields:
        fields["title"] = _KIND.sub("", fields["title"])
    if "MEDLINE" in str(extra.get(database, "")) and fields.get("key", "").isdigit():
        fields["pmid"] = fields["key"]


DIALECT = Dialect(
    _split, frozenset(["(number)"]), frozenset(), NAMES, linewise=frozenset(NAMES["subjects"]), finish=_finish
)
FORMAT = Format("Ovid text with full field names", recognises, read)
