"""MODS, the Library of Congress's XML for catalogues and repositories (with or without its namespace)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.collection.readers.base import Format, Item, Record
from analysis.collection.readers.xml_records import has_root, read_elements, text_of, texts_of

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

_HOST = "{*}relatedItem[@type='host']"  # the journal or the book in which the paper stands
_EXTRA = ("volume", "number", "issue")
# Words and codes of MARC for a role; "creator" is what catalogues make of a main entry.
_AUTHOR = ("author", "aut", "creator", "cre")
_NO_GAP = ("'", "\N{RIGHT SINGLE QUOTATION MARK}", "-")  # an article that ends so is written together: L'homme


def recognises(head: Head) -> bool:
    """A collection of records, or one record by itself."""
    return has_root(head, "modsCollection", "mods")


def read(source: Source) -> Iterator[Item]:
    """A record for each <mods>."""
    return read_elements(source, ("mods",), _record)


def _record(mods: Any) -> Record:
    host = mods.find(_HOST)
    fields = {
        "title": _title(mods),
        "abstract": _first(mods, "{*}abstract"),
        "authors": [name for person in mods.iterfind("{*}name") if _wrote(person) and (name := _name(person))],
        "year": _first(
            mods,
            "{*}originInfo/{*}dateIssued",
            f"{_HOST}/{{*}}part/{{*}}date",
            f"{_HOST}/{{*}}originInfo/{{*}}dateIssued",
        ),
        "venue": "" if host is None else _title(host),
        "doi": _first(mods, "{*}identifier[@type='doi']"),
        "url": _first(mods, "{*}location/{*}url", "{*}identifier[@type='uri']"),
        "keywords": texts_of(mods, "{*}subject/{*}topic"),
        "language": _first(mods, "{*}language/{*}languageTerm"),
        "key": mods.get("ID", "") or _first(mods, "{*}recordInfo/{*}recordIdentifier"),
    }
    details = {name: _first(mods, f"{_HOST}/{{*}}part/{{*}}detail[@type='{name}']/{{*}}number") for name in _EXTRA}
    return Record(fields, {name: text for name, text in details.items() if text})


def _first(element: Any, *paths: str) -> str:
    """The first text there is, by the order of the paths."""
    return next((text for path in paths for text in texts_of(element, path)), "")


def _title(element: Any) -> str:
    """The title proper with its subtitle, else a translated or uniform one; never a short or another one."""
    found = [
        info for info in element.iterfind("{*}titleInfo") if info.get("type") not in ("alternative", "abbreviated")
    ]
    for info in sorted(found, key=lambda info: bool(info.get("type"))):
        article = text_of(info, "{*}nonSort")  # "The", "L'"
        title = text_of(info, "{*}title")
        if article and title:
            title = article + ("" if article[-1] in _NO_GAP else " ") + title
        if title:
            return ": ".join([title.rstrip(" :"), *texts_of(info, "{*}subTitle")])
    return ""


def _wrote(person: Any) -> bool:
    """Whether a person or a body is an author; no role means author, a conference is none."""
    roles = [role.lower().rstrip(".") for role in texts_of(person, "{*}role/{*}roleTerm")]
    return person.get("type") in (None, "", "personal", "corporate") and (
        not roles or any(role in _AUTHOR for role in roles)
    )


def _name(person: Any) -> str:
    parts = (" ".join(texts_of(person, f"{{*}}namePart[@type='{kind}']")) for kind in ("family", "given"))
    whole = " ".join(text_of(part) for part in person.iterfind("{*}namePart") if not part.get("type"))
    return ", ".join(part for part in parts if part) or whole or text_of(person, "{*}displayForm")


FORMAT = Format("MODS XML", recognises, read)
