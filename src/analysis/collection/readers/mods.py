"""MODS, the Library of Congress's XML for catalogues and repositories (with or without its namespace)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from analysis.collection.doi import doi_of_address
from analysis.collection.readers.base import Format, Item, Record
from analysis.collection.readers.xml_records import has_root, read_elements, text_of, texts_of

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

# The journal or the book in which the paper stands. Its title is the venue, its part says where in it the paper stands;
# its people, subjects, abstract, language and DOI are not the paper's.
_HOST = "{*}relatedItem[@type='host']"
_PARTS = ("{*}part", f"{_HOST}/{{*}}part")
_DATES = (
    "{*}originInfo/{*}dateIssued",
    *(f"{part}/{{*}}date" for part in _PARTS),
    f"{_HOST}/{{*}}originInfo/{{*}}dateIssued",
    "{*}originInfo/{*}copyrightDate",
    "{*}originInfo/{*}dateCreated",
)
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d")
# Words and codes of MARC for who wrote a paper or a thesis; "creator" is what catalogues make of a main entry.
_AUTHOR = frozenset(("author", "aut", "creator", "cre", "dissertant", "dis"))
_TITLES = ("", "translated", "uniform", "alternative", "abbreviated")  # which kind to prefer
_NO_GAP = ("'", "\N{RIGHT SINGLE QUOTATION MARK}", "-")  # an article that ends so is written together: L'homme
_ABSTRACTS = ("", "abstract", "summary")  # other kinds: review, content advice
_OF_HOST = ("issn", "isbn")


def recognises(head: Head) -> bool:
    """A collection of records, or one record by itself."""
    return has_root(head, "modsCollection", "mods")


def read(source: Source) -> Iterator[Item]:
    """A record for each <mods>."""
    return read_elements(source, ("mods",), _record)


def _record(mods: Any) -> Record:
    host = mods.find(_HOST)
    people, ids = _people(mods), _identifiers(mods)
    urls = [*_addresses(mods), *ids.get("uri", []), *ids.get("url", [])]
    abstract, others = _abstracts(mods)
    fields = {
        "title": _title(mods),
        "abstract": abstract,
        "authors": people.pop("author", []),
        "year": _date(mods),
        "venue": "" if host is None else _title(host),
        "doi": _taken(ids, "doi") or next(filter(None, map(doi_of_address, urls)), ""),
        "url": next(iter(urls), ""),
        "keywords": _topics(mods, listed=False),
        "subjects": _topics(mods, listed=True),
        "language": _language(mods),
        "arxiv": _taken(ids, "arxiv"),
        "pmid": _taken(ids, "pmid"),
        "key": mods.get("ID", "") or text_of(mods, "{*}recordInfo/{*}recordIdentifier"),
    }
    of_host = {} if host is None else _identifiers(host)
    more = {
        "genre": texts_of(mods, "{*}genre"),
        "publisher": texts_of(mods, "{*}originInfo/{*}publisher"),
        "other abstracts": others,
    }
    return Record(fields, _joined(people, ids, {kind: of_host.get(kind, []) for kind in _OF_HOST}, _place(mods), more))


def _joined(*parts: dict[str, list[str]]) -> dict[str, Any]:
    """What several say under each name, each value once; a single one without its list."""
    found: dict[str, dict[str, None]] = {}
    for name, values in chain.from_iterable(part.items() for part in parts):
        found.setdefault(name, {}).update(dict.fromkeys(values))
    return {name: next(iter(values)) if len(values) == 1 else list(values) for name, values in found.items() if values}


def _title(element: Any) -> str:
    """The title proper with its subtitle and its part, else the next best kind of title."""
    found = [info for info in element.iterfind("{*}titleInfo") if info.get("type", "") in _TITLES]
    found.sort(key=lambda info: (_TITLES.index(info.get("type", "")), info.get("usage") != "primary"))
    return next(filter(None, map(_whole, found)), "")


def _whole(info: Any) -> str:
    title = text_of(info, "{*}title")
    if not title:
        return ""
    article = text_of(info, "{*}nonSort")  # "The", "L'"
    if article:
        title = article + ("" if article.endswith(_NO_GAP) else " ") + title
    title = ": ".join([title.rstrip(" :/"), *texts_of(info, "{*}subTitle")])
    part = ", ".join(texts_of(info, "{*}partNumber") + texts_of(info, "{*}partName"))
    return f"{title.rstrip('.')}. {part}" if part else title


def _abstracts(mods: Any) -> tuple[str, list[str]]:
    """The abstract proper (of several languages the English one, else the first) and all others."""
    found = [element for element in mods.iterfind("{*}abstract") if text_of(element)]
    proper = [element for element in found if element.get("type", "").lower() in _ABSTRACTS] or found[:1]
    languages = list(map(_lang, proper))
    chosen = next((lang for lang in languages if lang.startswith("en")), languages[0] if languages else "")
    meant = [element for element, lang in zip(proper, languages, strict=True) if lang == chosen]
    return " ".join(map(text_of, meant)), [text_of(element) for element in found if element not in meant]


def _lang(element: Any) -> str:
    return str(element.get("lang") or element.get("{http://www.w3.org/XML/1998/namespace}lang") or "").lower()


def _people(mods: Any) -> dict[str, list[str]]:
    """Names by role, "author" for all who wrote; without a role a person or a body wrote, a conference did not."""
    people: dict[str, list[str]] = {}
    for person in mods.iterfind("{*}name"):
        if name := _name(person):
            people.setdefault(_role(person), []).append(name)
    return people


def _role(person: Any) -> str:
    terms = list(person.iterfind("{*}role/{*}roleTerm"))
    roles = [text.lower().rstrip(".") for term in terms if (text := text_of(term))]
    addresses = [term.get("valueURI", "").rpartition("/")[2] for term in terms]
    if person.get("type") == "conference":
        return "conference"
    if not roles or not _AUTHOR.isdisjoint(chain(roles, addresses)):
        return "author"
    return roles[-1]


def _name(person: Any) -> str:
    parts = (" ".join(texts_of(person, f"{{*}}namePart[@type='{kind}']")) for kind in ("family", "given"))
    whole = " ".join(text_of(part) for part in person.iterfind("{*}namePart") if not part.get("type"))
    return ", ".join(part for part in parts if part) or whole or text_of(person, "{*}displayForm")


def _topics(mods: Any, *, listed: bool) -> list[str]:
    """Topics that stand in a list, such as the Library of Congress's, or those that somebody chose freely."""
    subjects = mods.iterfind("{*}subject")
    own = (subject for subject in subjects if (subject.get("authority", "local") != "local") == listed)
    return [topic for subject in own for topic in texts_of(subject, "{*}topic")]


def _date(mods: Any) -> str:
    """The first date with a year in it ("c2014", "2014-05-03"); catalogues write "19uu" and "9999", too."""
    dates = [date for path in _DATES for date in texts_of(mods, path)]
    return next(filter(_YEAR.search, dates), "")


def _addresses(mods: Any) -> list[str]:
    """Where the paper is, the primary address first, no pictures of it."""
    found = [url for url in mods.iterfind("{*}location/{*}url") if url.get("access") != "preview"]
    found.sort(key=lambda url: "primary" not in url.get("usage", ""))
    return [text for url in found if (text := text_of(url))]


def _language(mods: Any) -> str:
    """The language of the paper; that of a part, such as its summary, has an objectPart."""
    found = [language for language in mods.iterfind("{*}language") if not language.get("objectPart")]
    return next((text for language in found for text in texts_of(language, "{*}languageTerm")), "")


def _identifiers(element: Any) -> dict[str, list[str]]:
    """Identifiers by type, in lower case; cancelled ones left out."""
    ids: dict[str, list[str]] = {}
    for found in element.iterfind("{*}identifier"):
        if (text := text_of(found)) and found.get("invalid") != "yes":
            ids.setdefault((found.get("type") or "identifier").lower(), []).append(text)
    return ids


def _taken(ids: dict[str, list[str]], kind: str) -> str:
    """The first identifier of a kind, taken out of the others."""
    return ids[kind].pop(0) if ids.get(kind) else ""


def _place(mods: Any) -> dict[str, list[str]]:
    """Volume, issue and pages, of the paper itself or within its host."""
    place: dict[str, list[str]] = {}
    for part in chain.from_iterable(map(mods.iterfind, _PARTS)):
        for detail in part.iterfind("{*}detail"):
            if number := text_of(detail, "{*}number"):
                place.setdefault(detail.get("type") or "detail", []).append(number)
        for extent in part.iterfind("{*}extent"):
            ends = [text for end in ("start", "end") if (text := text_of(extent, f"{{*}}{end}"))]
            if pages := "-".join(ends) or text_of(extent, "{*}list"):
                place.setdefault("pages", []).append(pages)
    return place


FORMAT = Format("MODS XML", recognises, read)
