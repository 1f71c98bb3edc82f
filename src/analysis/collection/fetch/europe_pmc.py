"""Europe PMC's REST API, for ``enrich``: PubMed and the preprints of the life sciences."""

from __future__ import annotations

import re
from typing import Any

from analysis.collection.fetch.page import Page, matched, row_of
from analysis.collection.fetch.polite import Transient, contact, get_json
from analysis.collection.identity import normal_doi

PAUSE = 0.5
BATCH = 25  # ids of a query, which must fit into an address

_PMID = re.compile(r"pmid:(\d{1,9})")
_ENDINGS = re.compile(r'["\\]')


def lookup(ids: list[str], base_url: str) -> Page:
    """The papers with these DOIs and PMIDs ("pmid:123")."""
    asked = {name: key for name in ids if (key := _key(name))}
    found = _ask(" OR ".join(map(_term, sorted(set(asked.values())))), base_url, 2 * len(asked)) if asked else []
    pairs = [(key, row) for row in found for key in (row["doi"], f"pmid:{row['pmid']}") if key in asked.values()]
    page = matched(asked, pairs, "Europe PMC has no such paper")
    page.missing |= {name: "no DOI or PMID" for name in ids if name not in asked}
    return page


def titled(title: str, base_url: str) -> Page:
    """The papers whose titles are most like ``title``: words in lower case, without signs."""
    return Page(_ask(f'TITLE:"{title}"', base_url, 5))


def _key(name: str) -> str:
    return name if _PMID.fullmatch(name) else normal_doi(name)


def _term(key: str) -> str:
    if pmid := _PMID.fullmatch(key):
        return f"(EXT_ID:{pmid[1]} AND SRC:MED)"
    return f'DOI:"{_ENDINGS.sub("", key)}"'


def _ask(query: str, base_url: str, most: int) -> list[dict[str, Any]]:
    address = (base_url or "https://www.ebi.ac.uk/europepmc/webservices/rest").rstrip("/") + "/search"
    params = {"query": query, "resultType": "core", "format": "json", "pageSize": most}
    answer, _ = get_json(address, {**params, **({"email": contact()} if contact() else {})})
    listed = answer.get("resultList")
    results = listed.get("result") if isinstance(listed, dict) else None
    if not isinstance(results, list):
        raise Transient("the service sent no list of papers")
    results.sort(key=lambda item: item.get("source") == "MED")  # where two are one paper, PubMed's record counts
    return [row_of(item) | {"record": f"{item.get('source', '')}:{item.get('id', '')}"} for item in results]
