"""What a service hands over at a time, and the ids by which it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.collection.fetch.polite import Transient
from analysis.collection.identity import normal_arxiv, normal_doi

_ARXIV = re.compile(
    r"(?<![\d.])(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})(?!\d)|(?<![a-z-])([a-z-]++(?:\.[A-Z]{2})?/\d{7})(?!\d)"
)
_PMID = re.compile(r"pmid\s*+:?\s*+(\d{1,9})(?!\d)|pubmed\.ncbi\.nlm\.nih\.gov/(\d{1,9})", re.IGNORECASE)
_WORK = re.compile(r"(?:^|/)(W\d+)$")


@dataclass
class Page:
    """Some papers (rows of the papers table), and how to go on: ``cursor`` is "" at the end.

    ``missing`` says of ids asked for why there is no paper. ``pause`` is how many seconds the service wants between
    requests, if its answer says so.
    """

    rows: list[dict[str, Any]]
    cursor: str = ""
    missing: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0


def arxiv_id(text: str) -> str:
    """The arXiv id in an id of any kind ("robotics-2312.00738", a DOI, a URL), without version; or ""."""
    found = _ARXIV.search(text)
    return normal_arxiv(found[0]) if found else ""


def openalex_key(text: str) -> tuple[str, str]:
    """The filter of OpenAlex that finds an id, and its value: ("doi", "10.1000/x"); ("", "") if there is none."""
    if work := _WORK.search(text.strip()):
        return "openalex_id", work[1]
    if doi := normal_doi(text):
        return "doi", doi
    if pmid := _PMID.search(text):
        return "pmid", pmid[1] or pmid[2]
    if arxiv := arxiv_id(text):
        return "doi", f"10.48550/arxiv.{arxiv}"
    return "", ""


def row_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What a service's JSON object says of a paper, read and cleaned as in ``load_papers``; ``extra`` is an object."""
    from analysis.collection.clean import clean_record
    from analysis.collection.readers.json_dialects import record_of

    record = record_of(dict(answer))
    if record is None:
        raise Transient("the service sent no paper where one belongs")
    clean_record(record)
    fields = record.fields
    texts = {name: fields.get(name) or "" for name in ("title", "abstract", "venue", "url", "language", "pmid")}
    lists = {name: fields.get(name) or [] for name in ("authors", "keywords", "subjects")}
    year, doi = year_of(fields.get("year")), normal_doi(str(fields.get("doi") or ""))
    return {**texts, **lists, "year": year, "doi": doi, "extra": record.extra}


def matched(asked: Mapping[str, str], found: Iterable[tuple[str, dict[str, Any]]], why: str) -> Page:
    """A page of the papers found, each under the id it was asked by; ``asked`` maps those ids to the service's."""
    rows = dict(found)
    return Page(
        [rows[key] | {"paper_id": name} for name, key in asked.items() if key in rows],
        missing={name: why for name, key in asked.items() if key not in rows},
    )


def year_of(date: Any) -> int | None:
    """The year of a date or of a text that begins with one."""
    found = re.match(r"\d{4}", str(date or ""))
    return int(found[0]) if found else None
