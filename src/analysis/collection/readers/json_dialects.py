"""How each service writes a paper as a JSON object: one entry a dialect, told apart by its keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from analysis.collection.readers.abstracts import uninverted
from analysis.collection.readers.base import LISTS, Record, put
from analysis.collection.readers.columns import as_list, columns_of, known, name_of, row_record
from analysis.collection.readers.nesting import read_json

Object = dict[str, Any]


class Dialect(NamedTuple):
    """A service's way of writing: its name, whether an object is written so, and the record it stands for."""

    name: str
    fits: Callable[[Object], bool]
    record: Callable[[Object], Record]


# --- this project's own ----------------------------------------------------------------------------------------------

_OWN = {
    "id": "id", "paper_id": "id", "title": "title", "abstract": "abstract", "authors": "authors", "year": "year",
    "venue": "venue", "doi": "doi", "url": "url", "keywords": "keywords", "subjects": "subjects",
    "language": "language", "as_read": "as_read",
}  # fmt: skip
_OWN_KEYS = frozenset(_OWN) | {"source", "record", "extra"}


def _is_own(value: Object) -> bool:
    return _OWN_KEYS.issuperset(value) and ("id" in value or "paper_id" in value) and "title" in value


def _own(value: Object) -> Record:
    fields = {_OWN[name]: content for name, content in value.items() if content is not None and name in _OWN}
    return Record(fields, _extra(value.get("extra")), "verbatim")


def _extra(value: Any) -> Object:
    """The extra column as it was before it became JSON; what is no JSON object is kept as it stands."""
    if not value:
        return {}
    if isinstance(value, str):
        try:
            value = read_json(value)
        except ValueError:
            return {"extra": value}
    return dict(value) if isinstance(value, Mapping) else {}


_FORMULA = re.compile(r"'(?=['=+\-@\t\r])")


def own_row(values: Object) -> Record:
    """A record from a row of a papers table written as CSV, its guard against formulas taken off."""
    plain = {
        name: _FORMULA.sub("", v, count=1) if isinstance(v, str) and v[:1] == "'" else v for name, v in values.items()
    }
    for name in LISTS:
        if isinstance(plain.get(name), str):
            plain[name] = [part for part in plain[name].split("; ") if part]
    return _own({name: value for name, value in plain.items() if value is not None and value != ""})


# --- services --------------------------------------------------------------------------------------------------------


def _text(value: Any) -> str:
    """The text of what may be a text, a list of one, or {"value": text}."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("value") or value.get("name") or value.get("display_name") or ""
    return "" if value is None else str(value)


def _within(value: Object, *path: str) -> Any:
    """What lies at ``path`` in nested objects, None where it breaks off."""
    inner: Any = value
    for name in path:
        inner = inner.get(name) if isinstance(inner, dict) else None
    return inner


def _names(people: Any) -> list[str]:
    if not isinstance(people, list):
        return as_list(people, people=True) if people else []
    return [name for person in people if (name := name_of(person))]


def _rest(value: Object, *used: str) -> Object:
    """What no field took: the plain values, not the graphs of citations and ids that services add."""
    return {k: v for k, v in value.items() if k not in used and isinstance(v, (str, int, float, bool)) and v != ""}


def _openalex(value: Object) -> Record:
    venue = _within(value, "primary_location", "source", "display_name") or _within(value, "host_venue", "display_name")
    topics = value.get("topics") or value.get("concepts") or []
    fields = {
        "title": _text(value.get("title") or value.get("display_name")),
        "abstract": _text(value.get("abstract")) or uninverted(value.get("abstract_inverted_index")),
        "authors": _names(value.get("authorships")), "year": value.get("publication_year"), "venue": _text(venue),
        "doi": _text(value.get("doi") or _within(value, "ids", "doi")), "id": _text(value.get("id")).rpartition("/")[2],
        "url": _text(_within(value, "primary_location", "landing_page_url") or value.get("id")),
        "keywords": [_text(k) for k in value.get("keywords") or []], "subjects": [_text(t) for t in topics],
        "language": _text(value.get("language")), "pmid": _text(_within(value, "ids", "pmid")),
    }  # fmt: skip
    return Record(fields, _rest(value, "id", "doi", "title", "display_name", "publication_year", "language"))


def _semantic_scholar(value: Object) -> Record:
    ids = value.get("externalIds") or {}
    fields = {
        "title": _text(value.get("title")), "abstract": _text(value.get("abstract")),
        "authors": _names(value.get("authors")), "year": value.get("year") or value.get("publicationDate"),
        "venue": _text(_within(value, "journal", "name") or value.get("venue")
                       or _within(value, "publicationVenue", "name")),
        "doi": _text(ids.get("DOI") or value.get("doi")), "arxiv": _text(ids.get("ArXiv") or value.get("arxivId")),
        "pmid": _text(ids.get("PubMed")), "url": _text(value.get("url")), "id": _text(value.get("paperId")),
        "subjects": [_text(f) for f in value.get("fieldsOfStudy") or []],
    }  # fmt: skip
    return Record(fields, _rest(value, "title", "abstract", "year", "venue", "url", "paperId", "doi", "arxivId"))


def _date_parts(*dates: Any) -> str:
    """The year of the first date there is, in Crossref's and CSL's {"date-parts": [[2021, 3]]} or as text."""
    for date in dates:
        parts = _within(date, "date-parts") if isinstance(date, dict) else None
        if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0] and parts[0][0]:
            return str(parts[0][0])
        if isinstance(date, dict) and (date.get("raw") or date.get("literal")):
            return str(date.get("raw") or date.get("literal"))
        if isinstance(date, (str, int)) and date:
            return str(date)
    return ""


def _crossref(value: Object) -> Record:
    """A work of Crossref or an item of CSL JSON, which took its names from there."""
    dates = [value.get(k) for k in ("issued", "published", "published-print", "published-online", "created")]
    title = _text(value.get("title"))
    if isinstance(value.get("subtitle"), list) and value["subtitle"] and title:
        title = f"{title}: {_text(value['subtitle'])}"
    keywords = value.get("keyword") or value.get("keywords") or []
    fields = {
        "title": title, "abstract": _text(value.get("abstract")), "authors": _names(value.get("author")),
        "year": _date_parts(*dates), "venue": _text(value.get("container-title") or value.get("event-title")),
        "doi": _text(value.get("DOI") or value.get("doi")), "url": _text(value.get("URL") or value.get("url")),
        "keywords": as_list(keywords), "subjects": as_list(value.get("subject") or []),
        "language": _text(value.get("language")), "pmid": _text(value.get("PMID")),
        "key": _text(value.get("citation-key") or value.get("citationKey") or value.get("id")),
    }  # fmt: skip
    if (value.get("archive") or value.get("publisher") or "").lower() == "arxiv" and value.get("number"):
        fields["arxiv"] = _text(value["number"])
    used = ("title", "abstract", "DOI", "doi", "URL", "url", "language", "PMID", "id", "keyword", "container-title")
    updates = {name: value[name] for name in ("updated-by", "update-to") if value.get(name)}
    return Record(fields, _rest(value, *used) | updates)


def _arxiv(value: Object) -> Record:
    """A line of the arXiv metadata snapshot."""
    people = value.get("authors_parsed")
    authors = [", ".join(p for p in person[:2] if p) for person in people] if isinstance(people, list) else []
    identifier = _text(value.get("id"))
    versions = value.get("versions") or []
    # The first version's date is the paper's; ids carry year and month for what has no versions.
    date = _text(_within(versions[0], "created")) if versions else ""
    fields = {
        "title": _text(value.get("title")), "abstract": _text(value.get("abstract")),
        "authors": authors or [a for a in re.split(r",\s*|(?<!\s)\s++and\s+", _text(value.get("authors"))) if a],
        "year": date or _year_of_id(identifier) or value.get("update_date"), "id": identifier,
        "venue": _text(value.get("journal-ref")) or "arXiv", "doi": _text(value.get("doi")),
        "url": f"https://arxiv.org/abs/{identifier}" if identifier else "",
        "subjects": _text(value.get("categories")).split(),
    }  # fmt: skip
    return Record(
        fields, _rest(value, "id", "title", "abstract", "authors", "journal-ref", "doi", "categories"), "latex"
    )


def _year_of_id(identifier: str) -> str:
    found = re.match(r"(?:[a-z-]+(?:\.[A-Z]{2})?/)?(\d\d)(?:0[1-9]|1[0-2])", identifier)
    return f"{'19' if int(found[1]) > 90 else '20'}{found[1]}" if found else ""


def _openreview(value: Object) -> Record:
    content = {name: _inner(inner) for name, inner in value["content"].items()}
    stamp = value.get("cdate") or value.get("tcdate")
    year = re.search(r"(?:19|20)\d\d", f"{_text(content.get('venue'))} {_text(value.get('invitation'))}")
    fields = {
        "title": _text(content.get("title")), "abstract": _text(content.get("abstract")),
        "authors": _names(content.get("authors")), "venue": _text(content.get("venue")),
        "year": year[0] if year else _year_of_stamp(stamp),
        "keywords": as_list(content.get("keywords") or []), "subjects": as_list(content.get("primary_area") or []),
        "url": f"https://openreview.net/forum?id={value.get('forum') or value.get('id')}", "id": _text(value.get("id")),
    }  # fmt: skip
    return Record(fields, _rest(value, "id") | _rest(content, "title", "abstract", "venue"), "latex")


def _inner(value: Any) -> Any:
    return value["value"] if isinstance(value, dict) and "value" in value else value


def _year_of_stamp(stamp: Any) -> str:
    from datetime import UTC, datetime

    try:
        return str(datetime.fromtimestamp(int(stamp) / 1000, UTC).year)
    except (TypeError, ValueError, OverflowError, OSError):
        return ""


def _hugging_face(value: Object) -> Record:
    """A paper of the site's API, as /api/daily_papers and /api/papers give it."""
    paper = value["paper"] if isinstance(value.get("paper"), dict) else value
    identifier = _text(paper.get("id"))
    fields = {
        "title": _text(paper.get("title") or value.get("title")),
        "abstract": _text(paper.get("summary") or value.get("summary")), "authors": _names(paper.get("authors")),
        "year": _text(paper.get("publishedAt")), "id": identifier, "keywords": as_list(paper.get("ai_keywords") or []),
        "url": f"https://huggingface.co/papers/{identifier}" if identifier else "",
    }  # fmt: skip
    return Record(fields, _rest(paper, "id", "title", "summary", "publishedAt"), "latex")


def _datacite(value: Object) -> Record:
    """A work of DataCite: its attributes, bare or out of the API's wrapper."""
    titles = [title for title in value["titles"] if isinstance(title, dict)]
    abstracts = [d for d in value.get("descriptions") or [] if isinstance(d, dict)]
    doi = _text(value.get("doi") or value.get("identifier") or value.get("id"))
    fields = {
        "title": next((_text(title.get("title")) for title in titles if not title.get("titleType")), ""),
        "abstract": "\n".join(_text(d.get("description")) for d in abstracts if d.get("descriptionType") == "Abstract"),
        "authors": _names(value["creators"]), "year": value.get("publicationYear") or value.get("published"),
        "venue": _text(_within(value, "container", "title") or value.get("publisher")), "doi": doi,
        "url": _text(value.get("url")), "subjects": [_text(s.get("subject")) for s in value.get("subjects") or []],
        "language": _text(value.get("language")),
    }  # fmt: skip
    return Record(fields, _rest(value, "doi", "id", "url", "language", "publicationYear"))


def _europe_pmc(value: Object) -> Record:
    """A result of Europe PMC, "lite" or "core"; its ``source`` is the database ("MED"), not the journal."""
    journal = _within(value, "journalInfo", "journal", "title") or value.get("journalTitle")
    fields = {
        "title": _text(value.get("title")), "abstract": _text(value.get("abstractText")),
        "authors": _names(_within(value, "authorList", "author") or value.get("authorString")),
        "year": value.get("pubYear") or _within(value, "journalInfo", "yearOfPublication"),
        "venue": _text(journal or _within(value, "bookOrReportDetails", "publisher")), "doi": _text(value.get("doi")),
        "keywords": as_list(_within(value, "keywordList", "keyword") or []),
        "subjects": [_text(m.get("descriptorName")) for m in _within(value, "meshHeadingList", "meshHeading") or []],
        "language": _text(value.get("language")), "pmid": _text(value.get("pmid")), "key": _text(value.get("id")),
    }  # fmt: skip
    used = ("id", "title", "abstractText", "doi", "pmid", "pubYear", "language")
    types = as_list(_within(value, "pubTypeList", "pubType") or [])
    told = {"types": types} if types else {}
    return Record(fields, _rest(value, *used) | _rest(value.get("journalInfo") or {}) | told)


def _inspire(value: Object) -> Record:
    """The metadata of a record of INSPIRE, which lists each value with where it is from."""

    def first(name: str, within: str) -> Any:
        parts = value.get(name) or []
        return next((part[within] for part in parts if part.get(within)), None)

    fields = {
        "title": _text(first("titles", "title")), "abstract": _text(first("abstracts", "value")),
        "authors": _names(value.get("authors")) or _names(value.get("collaborations")),
        "year": first("publication_info", "year") or value.get("preprint_date") or value.get("earliest_date"),
        "venue": _text(first("publication_info", "journal_title")), "doi": _text(first("dois", "value")),
        "arxiv": _text(first("arxiv_eprints", "value")), "url": _text(first("urls", "value")),
        "keywords": as_list(value.get("keywords") or []),
        "subjects": [_text(c.get("term")) for c in value.get("inspire_categories") or []],
        "key": _text(value.get("control_number")),
    }  # fmt: skip
    published: Object = next(iter(value.get("publication_info") or []), {})
    return Record(fields, _rest(value, "control_number") | _rest(published, "year", "journal_title"))


def _generic(value: Object) -> Record:
    """A record by its names alone; ids may stand in a list with the kind of each."""
    record = row_record(value, columns_of(value))
    for kind, identifier in _typed_ids(value):
        put(record.fields, kind, identifier)
    return record


def _typed_ids(value: Object) -> Iterator[tuple[str, str]]:
    """Field and id, as Lens ({"type": "doi", "value": ...}), DOAJ, CORE and PubMed's summaries list them."""
    for name in ("external_ids", "identifiers", "identifier", "articleids"):
        for entry in value[name] if isinstance(value.get(name), list) else ():
            if isinstance(entry, dict):
                kind = _text(entry.get("type") or entry.get("idtype")).lower()
                identifier = _text(entry.get("value") or entry.get("id") or entry.get("identifier"))
                if kind in ("pubmed", "pubmed_id"):
                    kind = "pmid"
                if kind in ("doi", "pmid", "arxiv") and identifier:
                    yield kind, identifier


def _has(*names: str) -> Callable[[Object], bool]:
    return lambda value: all(name in value for name in names)


def _is_list(value: Object, name: str, within: str) -> bool:
    """Whether ``value[name]`` is a list of objects that have ``within``."""
    parts = value.get(name)
    return isinstance(parts, list) and bool(parts) and all(isinstance(p, dict) and within in p for p in parts)


def _is_crossref(value: Object) -> bool:
    if "DOI" in value and "type" in value:
        return True
    csl = "id" in value and value.get("type") in _CSL_TYPES
    return "title" in value and (csl or "container-title" in value or "issued" in value)


_CSL_TYPES = frozenset(
    "article article-journal article-magazine article-newspaper bill book chapter dataset document entry manuscript "
    "paper-conference patent post post-weblog report review software speech standard thesis webpage".split()
)  # fmt: skip

_INSPIRE = frozenset(("control_number", "publication_info", "arxiv_eprints", "preprint_date"))
_EUROPE_PMC = frozenset(("authorString", "journalInfo"))

DIALECTS: tuple[Dialect, ...] = (
    Dialect("this project's own", _is_own, _own),
    Dialect("OpenAlex", lambda v: "authorships" in v or "abstract_inverted_index" in v, _openalex),
    Dialect("Semantic Scholar", _has("paperId"), _semantic_scholar),
    Dialect("arXiv snapshot", lambda v: "abstract" in v and ("authors_parsed" in v or "update_date" in v), _arxiv),
    Dialect("OpenReview", lambda v: isinstance(v.get("content"), dict) and "title" in v["content"], _openreview),
    Dialect(
        "Hugging Face",
        lambda v: isinstance(v.get("paper"), dict) or ("summary" in v and "publishedAt" in v),
        _hugging_face,
    ),
    Dialect("DataCite", lambda v: _is_list(v, "titles", "title") and isinstance(v.get("creators"), list), _datacite),
    Dialect("INSPIRE", lambda v: _is_list(v, "titles", "title") and not _INSPIRE.isdisjoint(v), _inspire),
    Dialect("Europe PMC", lambda v: "source" in v and not _EUROPE_PMC.isdisjoint(v), _europe_pmc),
    Dialect("Crossref or CSL JSON", _is_crossref, _crossref),
    Dialect("columns we know", lambda v: bool({"title", "abstract"} & known(v)), _generic),
)


def record_of(value: Object) -> Record | None:
    """The record an object stands for, by the first dialect that fits; None if none does."""
    for dialect in DIALECTS:
        if dialect.fits(value):
            return dialect.record(value)
    return None
