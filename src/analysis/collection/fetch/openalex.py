"""OpenAlex, through pyalex. A key is taken from OPENALEX_API_KEY and goes nowhere but into the request's header."""

from __future__ import annotations

import os
from typing import Any

from analysis.collection.fetch.page import Page, matched, openalex_key
from analysis.collection.fetch.polite import Session, Transient, contact, user_agent
from analysis.common.errors import BadInput

CLIENT = "pyalex"
PAUSE = 0.2
BATCH = 100  # the most a page may have
_FIELDS = (
    "id", "doi", "ids", "title", "display_name", "abstract_inverted_index", "authorships", "publication_year",
    "primary_location", "keywords", "topics", "language", "type", "cited_by_count", "is_retracted",
)  # fmt: skip


def search(query: str, cursor: str, limit: int, base_url: str) -> Page:
    """The next works of a search in title, abstract and full text."""
    del limit  # pages are whole, so that their cursors stay the same from run to run
    works = _ask(lambda works: works.search(query).select(list(_FIELDS)), base_url, cursor or "*")
    following = works.meta.get("next_cursor") or ""
    if not works and following:
        # The service ends a list with an empty page; at its beginning there is none unless the list is empty.
        if not cursor and works.meta.get("count"):
            raise Transient("the service sent an empty page")
        following = ""
    return Page([_row(work) for work in works], following)


def lookup(ids: list[str], base_url: str) -> Page:
    """The works with these ids: OpenAlex ids, DOIs, PMIDs, arXiv ids."""
    together = Page([])
    kinds = {name: openalex_key(name) for name in ids}
    # These signs part filters and values, encoded or not: one DOI with them and the whole list is refused.
    apart = {name for name, (_, value) in kinds.items() if "," in value or "|" in value}
    for kind in ("openalex_id", "doi", "pmid"):
        asked = {name: value for name, (which, value) in kinds.items() if which == kind and name not in apart}
        if not asked:
            continue
        values = sorted(set(asked.values()))
        works = _ask(lambda works: works.filter_or(**{kind: values}).select(list(_FIELDS)), base_url, "*")  # noqa: B023
        named = kind.removesuffix("_id")
        found = (((openalex_key(str(work["ids"].get(named, "")))[1]), _row(work)) for work in works)
        page = matched(asked, found, "OpenAlex has no such work")
        together.rows += page.rows
        together.missing |= page.missing
    together.missing |= {name: "no OpenAlex id, DOI, PMID or arXiv id" for name, (k, _) in kinds.items() if not k}
    together.missing |= dict.fromkeys(apart, "no DOI that OpenAlex can be asked for")
    return together


def titled(title: str, base_url: str) -> Page:
    """The works whose titles are most like ``title``: words in lower case, without signs."""
    works = _ask(lambda works: works.search_filter(title=title).select(list(_FIELDS)), base_url, "*", most=5)
    return Page([_row(work) for work in works])


def _ask(request: Any, base_url: str, cursor: str, most: int = BATCH) -> Any:
    import pyalex

    pyalex.config.api_key = os.environ.get("OPENALEX_API_KEY") or None
    pyalex.config.email, pyalex.config.user_agent = contact() or None, user_agent()

    class Works(pyalex.Works):  # the class's name is part of the address
        @property
        def url(self) -> str:
            address = str(super().url)
            return address.replace("https://api.openalex.org", base_url.rstrip("/"), 1) if base_url else address

        def _get_from_url(self, url: str, session: Any = None) -> Any:
            return super()._get_from_url(url, session=Session())

    try:
        return request(Works()).get(per_page=most, cursor=cursor)
    except BadInput as error:
        hint = "" if pyalex.config.api_key else " (OPENALEX_API_KEY is not set; a key is free at openalex.org)"
        raise BadInput(f"openalex: {error}{hint}") from error
    except (ValueError, KeyError, OSError) as error:
        raise Transient(f"the service sent no usable page ({type(error).__name__})") from error
    finally:
        pyalex.config.api_key = pyalex.config.email = None


def _row(work: Any) -> dict[str, Any]:
    from analysis.collection.clean import clean_record
    from analysis.collection.readers.base import Record

    place = work.get("primary_location") or {}
    texts = Record({"title": work.get("title") or work.get("display_name") or "", "abstract": _abstract(work)})
    clean_record(texts)
    identifiers = {name: str(value) for name, value in (work.get("ids") or {}).items() if name in ("openalex", "pmid")}
    return {
        "paper_id": str(work["id"]).rsplit("/", 1)[-1], "title": texts.fields["title"],
        "abstract": texts.fields["abstract"],
        "authors": [_name(authorship) for authorship in work.get("authorships") or []],
        "year": work.get("publication_year"), "venue": (place.get("source") or {}).get("display_name") or "",
        "doi": openalex_key(work.get("doi") or "")[1], "url": place.get("landing_page_url") or str(work["id"]),
        "keywords": [word["display_name"] for word in work.get("keywords") or []],
        "subjects": [topic["display_name"] for topic in work.get("topics") or []],
        "language": work.get("language") or "",
        "extra": {**identifiers, **{name: work.get(name) for name in ("type", "cited_by_count", "is_retracted")}},
    }  # fmt: skip


def _abstract(work: Any) -> str:
    return (work["abstract"] or "") if work.get("abstract_inverted_index") else ""


def _name(authorship: dict[str, Any]) -> str:
    return (authorship.get("author") or {}).get("display_name") or authorship.get("raw_author_name") or ""
