"""The Atom feed of arXiv's API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.collection.readers.base import Format, Item, Record, Unreadable
from analysis.collection.readers.xml_records import has_root, raw_of, read_elements, text_of, texts_of

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

_ID = re.compile(r"arxiv\.org/abs/(.+?)(?:v\d+)?$")


def recognises(head: Head) -> bool:
    """An Atom feed, or one entry of it."""
    return has_root(head, "feed", "entry")


def read(source: Source) -> Iterator[Item]:
    """A record for each entry; the service's error messages come as entries, too, and are unreadable."""
    return read_elements(source, ("entry",), _record)


def _record(entry: Any) -> Item:
    address = text_of(entry, "{*}id")
    if "/api/errors" in address:
        return Unreadable(raw_of(entry), f"an error message of the service: {text_of(entry, '{*}summary')}")
    found = _ID.search(address)
    fields = {
        "title": text_of(entry, "{*}title"),
        "abstract": text_of(entry, "{*}summary") or text_of(entry, "{*}content"),
        "authors": texts_of(entry, "{*}author/{*}name"),
        "year": text_of(entry, "{*}published") or text_of(entry, "{*}updated"),
        "venue": text_of(entry, "{*}journal_ref") or ("arXiv" if found else ""),
        "doi": text_of(entry, "{*}doi"),
        "url": address,
        "subjects": [term for category in entry.iterfind("{*}category") if (term := category.get("term"))],
        "arxiv": found[1] if found else "",
        "key": "" if found else address,
    }
    comment = text_of(entry, "{*}comment")
    return Record(fields, {"comment": comment} if comment else {}, "latex")


FORMAT = Format("arXiv Atom", recognises, read)
