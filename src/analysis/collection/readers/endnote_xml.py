"""EndNote XML, as EndNote, Zotero and Mendeley write it (every text may be wrapped in style elements)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.collection.readers.base import Format, Item, Record
from analysis.collection.readers.columns import as_list
from analysis.collection.readers.people import apart
from analysis.collection.readers.xml_records import has_root, read_elements, text_of, texts_of

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

_EXTRA = (
    "ref-type",
    "volume",
    "number",
    "pages",
    "isbn",
    "publisher",
    "pub-location",
    "notes",
    "accession-num",
    "label",
)


def recognises(head: Head) -> bool:
    """Root <xml> or <records> with records inside."""
    return has_root(head, "xml", "records") and bool(re.search(r"<record[\s>]", head.text))


def read(source: Source) -> Iterator[Item]:
    """A record for each <record>."""
    return read_elements(source, ("record",), _record)


def _record(element: Any) -> Record:
    keywords = texts_of(element, "keywords/keyword")
    fields = {
        "title": text_of(element, "titles/title") or text_of(element, "titles/short-title"),
        "abstract": text_of(element, "abstract"),
        "authors": apart(texts_of(element, "contributors/authors/author")),
        "year": text_of(element, "dates/year") or text_of(element, "dates/pub-dates/date"),
        "venue": text_of(element, "periodical/full-title")
        or text_of(element, "titles/secondary-title")
        or text_of(element, "titles/full-title"),
        "doi": text_of(element, "electronic-resource-num"),
        "url": next(iter(texts_of(element, "urls/related-urls/url") + texts_of(element, "urls/web-urls/url")), ""),
        "keywords": [part for keyword in keywords for part in (as_list(keyword) if ";" in keyword else [keyword])],
        "language": text_of(element, "language"),
        "key": text_of(element, "rec-number"),
    }
    extra = {name: text for name in _EXTRA if (text := text_of(element, name))}
    kind = element.find("ref-type")
    if kind is not None and kind.get("name"):
        extra["ref-type"] = kind.get("name")
    return Record(fields, extra)


FORMAT = Format("EndNote XML", recognises, read)
