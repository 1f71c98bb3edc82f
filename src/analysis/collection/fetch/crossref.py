"""Crossref's REST API, for ``enrich``: what publishers register with a DOI, and the notices that take works back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.collection.fetch.page import Page, matched, row_of
from analysis.collection.fetch.polite import Transient, contact, get_json, pause_told
from analysis.collection.identity import normal_doi

PAUSE = 1.0  # seconds; lists are to be asked for once a second
BATCH = 20  # works come with all their references


def lookup(ids: list[str], base_url: str) -> Page:
    """The works with these DOIs."""
    asked = {name: doi for name in ids if (doi := normal_doi(name)) and "," not in doi}
    page = Page([])
    if asked:
        wanted = sorted(set(asked.values()))
        works, pause = _ask({"filter": ",".join(f"doi:{doi}" for doi in wanted), "rows": len(wanted)}, base_url)
        page = matched(asked, ((row["doi"], row) for row in works), "Crossref has no such work")
        page.pause = pause
    page.missing |= {name: "no DOI that Crossref can be asked for" for name in ids if name not in asked}
    return page


def titled(title: str, base_url: str) -> Page:
    """The works that match ``title`` best."""
    works, pause = _ask({"query.bibliographic": title, "rows": 5}, base_url)
    return Page(works, pause=pause)


def _ask(params: Mapping[str, Any], base_url: str) -> tuple[list[dict[str, Any]], float]:
    address = (base_url or "https://api.crossref.org").rstrip("/") + "/works"
    answer, headers = get_json(address, {**params, **({"mailto": contact()} if contact() else {})})
    message = answer.get("message")
    items = message.get("items") if isinstance(message, dict) else None
    if not isinstance(items, list):
        raise Transient("the service sent no list of works")
    rows = [row_of(item) for item in items if item.get("DOI")]
    return [row | {"record": row["doi"]} for row in rows], pause_told(headers)
