"""Articles in JATS, the XML of PubMed Central and of publishers: what stands in the front matter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.collection.readers.base import Format, Item, Record
from analysis.collection.readers.xml_records import has_root, read_elements, text_of, texts_of

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

# Abstracts of other kinds: of the graphics, highlights, for the public, for an index page.
_NOT_MEANT = (
    "graphical", "teaser", "toc", "key-points", "web-summary", "summary", "highlights", "executive-summary", "short",
)  # fmt: skip


def recognises(head: Head) -> bool:
    """An article or a set of them, with the front matter of the first in sight."""
    return has_root(head, "article", "pmc-articleset", "articles") and "<article-meta" in head.text


def read(source: Source) -> Iterator[Item]:
    """A record for each article."""
    return read_elements(source, ("article",), _record)


def _record(article: Any) -> Record:
    meta = article.find("front/article-meta")
    if meta is None:
        return Record({"title": text_of(article, "front//article-title")})
    ids = {found.get("pub-id-type"): text_of(found) for found in meta.iterfind("article-id")}
    people = meta.iterfind("contrib-group/contrib[@contrib-type='author']")
    years = sorted(texts_of(meta, "pub-date/year"))
    fields = {
        "title": ": ".join(texts_of(meta, "title-group/article-title") + texts_of(meta, "title-group/subtitle")),
        "abstract": _abstract(meta),
        "authors": [name for person in people if (name := _name(person))],
        "year": years[0] if years else "",
        "venue": text_of(article, "front/journal-meta//journal-title"),
        "doi": ids.get("doi", ""),
        "pmid": ids.get("pmid", ""),
        "key": ids.get("pmc", "") or ids.get("pmcid", ""),
        "keywords": texts_of(meta, "kwd-group/kwd"),
        "subjects": texts_of(meta, "article-categories//subject"),
        "language": article.get("{http://www.w3.org/XML/1998/namespace}lang", ""),
    }
    return Record(fields)


def _abstract(meta: Any) -> str:
    """The abstract proper, else whatever there is; sections with their headings as PubMed prints them."""
    found = list(meta.iterfind("abstract"))
    meant = [abstract for abstract in found if abstract.get("abstract-type") not in _NOT_MEANT]
    parts = []
    for abstract in meant or found[:1]:
        for element in abstract.iter("title", "p"):
            text = text_of(element)
            parts.append(f"{text.rstrip(':.')}:" if element.tag == "title" and text else text)
    return " ".join(part for part in parts if part and part.lower() != "abstract:")


def _name(person: Any) -> str:
    name = ", ".join(part for path in ("name/surname", "name/given-names") if (part := text_of(person, path)))
    return name or text_of(person, "collab") or text_of(person, "string-name")


FORMAT = Format("JATS", recognises, read)
