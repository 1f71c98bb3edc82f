"""Where the records of a JSON document are: under a service's names, in columns, below a header, in nested lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from analysis.collection.readers.columns import known

# Where services put the list of papers in their answers, outermost first.
WRAPPERS = (
    "results", "data", "items", "message", "notes", "papers", "works", "recommendedPapers", "hits", "records",
    "citingPaper", "citedPaper", "docs", "response", "_source", "articles", "publications", "entries", "entry",
    "search-results", "resultList", "result", "hit", "info", "metadata", "bibjson", "documents", "library",
    "attributes",
)  # fmt: skip


def rows_of(value: Any) -> list[dict[str, Any]] | None:
    """The records of a table that is written by columns, or as a header and rows; None if it is no table."""
    if isinstance(value, list):
        return _below_header(value[0], value[1:]) if _is_header(value[:1]) else None
    if not isinstance(value, dict):
        return None
    columns, data = value.get("columns"), value.get("data")
    if isinstance(columns, list) and isinstance(data, list) and _is_header([columns]):  # pandas, orient="split"
        return _below_header(columns, data)
    inner = list(value.values())
    kinds = set(map(type, inner))
    if kinds not in ({dict}, {list}) or not _names_a_paper(value):
        return None
    if kinds == {dict}:  # pandas' default: {"title": {"0": ..., "1": ...}, ...}
        places = list(inner[0])
        same = all(column.keys() == inner[0].keys() for column in inner)
        return [{name: column[at] for name, column in value.items()} for at in places] if same else None
    if len({len(column) for column in inner}) == 1:
        return [dict(zip(value, cells, strict=True)) for cells in zip(*inner, strict=True)]
    return None


def wrapped(value: dict[str, Any]) -> Any:
    """What an object that is no record wraps: its list of papers, or its paper; None if it seems to be neither."""
    for name in WRAPPERS:
        if isinstance(value.get(name), (list, dict)):
            return value[name]
    if value and all(isinstance(inner, dict) for inner in value.values()):  # {"some id": {...}, ...}
        return [{"id": key, **inner} for key, inner in value.items()]
    lists = [inner for inner in value.values() if isinstance(inner, list) and inner and isinstance(inner[0], dict)]
    return lists[0] if len(lists) == 1 and _names_a_paper(lists[0][0]) else None


def _names_a_paper(names: Iterable[str]) -> bool:
    return bool({"title", "abstract"} & known(map(str, names)))


def _is_header(rows: list[Any]) -> bool:
    if not rows or not isinstance(rows[0], list):
        return False
    return all(isinstance(name, str) for name in rows[0]) and _names_a_paper(rows[0])


def _below_header(header: list[str], rows: list[Any]) -> list[dict[str, Any]] | None:
    if not all(isinstance(row, list) for row in rows):
        return None
    return [dict(zip(header, row, strict=False)) for row in rows]
