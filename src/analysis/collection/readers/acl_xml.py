"""The ACL Anthology's own XML: a collection of volumes of papers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.collection.readers.base import Format, Item, Record
from analysis.collection.readers.xml_records import has_root, read_elements, text_of

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source


def recognises(head: Head) -> bool:
    """Root <collection> with volumes."""
    return (has_root(head, "collection", "volume") and "<paper" in head.text) or (
        has_root(head, "collection") and "<volume" in head.text
    )


def read(source: Source) -> Iterator[Item]:
    """A record for each paper, its year and venue from the volume it stands in."""
    return read_elements(source, ("paper",), _record)


def _record(paper: Any) -> Record:
    volume = next(paper.iterancestors("volume"), None)
    collection = next(paper.iterancestors("collection"), None)
    meta = volume.find("meta") if volume is not None else None
    for formula in paper.iter("tex-math"):
        formula.text = f"${formula.text or ''}$"
    parts = [e.get("id", "") for e in (collection, volume, paper) if e is not None]
    address = text_of(paper, "url")
    identifier = address if address and "/" not in address else _identifier(parts)
    fields = {
        "title": text_of(paper, "title"),
        "abstract": text_of(paper, "abstract"),
        "authors": [_name(author) for author in paper.iterfind("author")],
        "year": text_of(meta, "year") or text_of(paper, "year") if meta is not None else text_of(paper, "year"),
        "venue": text_of(meta, "booktitle") if meta is not None else "",
        "doi": text_of(paper, "doi"),
        "url": f"https://aclanthology.org/{identifier}" if identifier else address,
        "language": text_of(paper, "language"),
        "id": identifier,
    }
    extra = {"key": text_of(paper, "bibkey"), "pages": text_of(paper, "pages")}
    return Record(fields, {name: value for name, value in extra.items() if value}, "latex")


def _identifier(parts: list[str]) -> str:
    """The Anthology's id: "2020.acl-main.12", before 2020 "P19-1012"."""
    if len(parts) != 3:
        return ""
    collection, volume, paper = parts
    if "." in collection:
        return f"{collection}-{volume}.{paper}"
    if (
        collection[:1] == "W"
        or collection == "C69"
        or (collection == "D19" and volume.isdecimal() and int(volume) >= 5)
    ):
        return f"{collection}-{volume:0>2}{paper:0>2}"
    return f"{collection}-{volume}{paper:0>3}"


def _name(author: Any) -> str:
    given, family = text_of(author, "first"), text_of(author, "last")
    return ", ".join(part for part in (family, given) if part) or text_of(author)


FORMAT = Format("ACL Anthology XML", recognises, read)
