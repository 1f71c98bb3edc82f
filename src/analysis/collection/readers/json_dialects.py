"""How each service writes a paper as a JSON object: one entry a dialect, told apart by its keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import orjson

from analysis.collection.readers.base import Record, rename

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
    "language": "language",
}  # fmt: skip
_OWN_KEYS = frozenset(_OWN) | {"source", "record", "extra"}


def _is_own(value: Object) -> bool:
    return _OWN_KEYS.issuperset(value) and ("id" in value or "paper_id" in value) and "title" in value


def _own(value: Object) -> Record:
    fields = {_OWN[name]: content for name, content in value.items() if content is not None and name in _OWN}
    return Record(fields, _extra(value.get("extra")), "verbatim")


def _extra(value: Any) -> Object:
    """The extra column as it was before it became JSON; what is no JSON object is kept as it stands."""
    if isinstance(value, str) and value:
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return {"extra": value}
    return dict(value) if isinstance(value, Mapping) else {}


DIALECTS: tuple[Dialect, ...] = (Dialect("this project's own", _is_own, _own),)
