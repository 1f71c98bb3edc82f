"""CSL JSON, the citation processors' format."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from analysis.collection.extra import extra_of
from analysis.collection.note import note_of
from analysis.collection.writers.base import Row, is_preprint

# Of a record that came from CSL JSON these variables go back as they were.
_NATIVE = (
    "volume", "issue", "page", "publisher", "publisher-place", "ISSN", "ISBN", "number", "edition", "event-title",
    "collection-title", "PMID", "PMCID", "genre", "archive",
)  # fmt: skip

TYPES = frozenset(
    "article article-journal article-magazine article-newspaper book chapter dataset document entry manuscript "
    "paper-conference patent post post-weblog report review software speech standard thesis webpage".split()
)


def write(rows: Iterable[Row]) -> str:
    """A JSON array with an item for each row."""
    return json.dumps([_item(row) for row in rows], ensure_ascii=False, indent=1) + "\n"


def _item(row: Row) -> dict[str, Any]:
    extra = extra_of(row["extra"])
    kind = next((t for t in [extra.get("type")] if isinstance(t, str) and t in TYPES), None)
    unsafe = {"authors": row["authors"]} if row["authors"] != [_joined(_person(a)) for a in row["authors"]] else {}
    item = {
        "id": row["paper_id"],
        "type": kind or ("article" if is_preprint(row) else "article-journal"),
        "title": row["title"],
        "author": [_person(author) for author in row["authors"]],
        "issued": {"date-parts": [[row["year"]]]} if row["year"] else None,
        "container-title": row["venue"],
        "DOI": row["doi"],
        "URL": row["url"],
        "abstract": row["abstract"],
        "keyword": "; ".join(row["shown"]),
        "language": row["language"],
        "note": note_of(row, unsafe),
        **{name: extra[name] for name in _NATIVE if isinstance(extra.get(name), (str, int))},
    }
    return {name: value for name, value in item.items() if value or name == "title"}


def _person(author: str) -> dict[str, str]:
    family, comma, given = author.partition(", ")
    return {"family": family, "given": given} if comma and family and given else {"literal": author}


def _joined(person: dict[str, str]) -> str:
    return person.get("literal") or f"{person.get('family')}, {person.get('given')}"
