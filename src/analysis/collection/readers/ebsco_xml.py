"""EBSCOhost's XML, as its export manager and its search service write it: <rec> with all fields in <controlInfo>."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.collection.readers.base import Format, Item, Record
from analysis.collection.readers.xml_records import has_root, read_elements, text_of, texts_of

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source


def recognises(head: Head) -> bool:
    """Records, a record or a search's answer, with the element that only EBSCO has."""
    return has_root(head, "records", "rec", "searchResponse", "SearchResults") and "<controlInfo" in head.text


def read(source: Source) -> Iterator[Item]:
    """A record for each <rec>."""
    return read_elements(source, ("rec",), _record)


def _record(element: Any) -> Record:
    info = element.find("header/controlInfo")
    if info is None:
        return Record({})
    header = element.find("header")
    date = info.find("pubinfo/dt")
    article, book, journal = (text_of(info, path) for path in ("artinfo/tig/atl", "bkinfo/btl", "jinfo/jtl"))
    ids = {found.get("type"): text_of(found) for found in info.iterfind("artinfo/ui")}
    fields = {
        "title": article or book,
        "abstract": text_of(info, "artinfo/ab").removeprefix("Abstract: "),
        "authors": texts_of(info, "artinfo/aug/au"),
        "year": date.get("year") or text_of(date) if date is not None else "",
        # Articles and books may have both titles; a book's own is no venue.
        "venue": journal or (book if book != article and article else ""),
        "doi": ids.get("doi", ""),
        "url": text_of(element, "plink"),
        "keywords": texts_of(info, "artinfo/keyword") or texts_of(info, "artinfo/kwd"),
        "subjects": texts_of(info, "artinfo/sug/subj") + texts_of(info, "artinfo/su"),
        "language": text_of(info, "language"),
        "pmid": ids.get("pmid", ""),
        "key": header.get("uiTerm") or ids.get(None, ""),
    }
    extra = {"database": header.get("longDbName", ""), "type": text_of(info, "artinfo/pubtype")}
    return Record(fields, {name: value for name, value in extra.items() if value})


FORMAT = Format("EBSCOhost XML", recognises, read)
