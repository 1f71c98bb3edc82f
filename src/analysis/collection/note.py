"""The note by which an exported record finds back to our columns: what RIS, BibTeX and CSL JSON have no field for.

The writers put it where reference managers keep notes: ``bias-senses-record:`` and percent-encoded JSON, one word
without anything that BibTeX, RIS or HTML would take for its own (a backslash a manager adds is no part of it).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

from analysis.collection.extra import extra_of
from analysis.collection.readers.base import LISTS, Record
from analysis.collection.readers.nesting import read_json
from analysis.common.escape import from_tex

_MARK = "bias-senses-record:"
_NOTE = re.compile(re.escape(_MARK) + r"([^\s<>{}\"]+)")
_TEXTS = ("title", "abstract", "authors", "year", "venue", "doi", "url")


def note_of(row: Mapping[str, Any], unsafe: Mapping[str, Any]) -> str:
    """The note for a row of the papers table; ``unsafe`` are the columns that the format itself would not keep."""
    content = {
        "paper_id": row["paper_id"], "keywords": row["keywords"], "subjects": row["subjects"],
        "language": row["language"], **unsafe, "extra": row["extra"],
    }  # fmt: skip
    kept = {name: value for name, value in content.items() if value}
    return _MARK + quote(json.dumps(kept, ensure_ascii=False, separators=(",", ":")), safe=":,()[]")


def restored(record: Record) -> Record:
    """The record as our table had it, if it carries a note of ours; else the record itself.

    Title, abstract and the other fields are those of the file (a user may have corrected them), except where the
    format could not have kept them.
    """
    found = next((m for text in _texts(record.extra) if (m := _NOTE.search(text.replace("\\", "")))), None)
    content = _content(found[1]) if found else None
    if content is None:
        return record
    plain = from_tex if record.markup == "latex" else str
    fields: dict[str, Any] = {}
    for name in _TEXTS:
        value = record.fields.get(name)
        if value:
            fields[name] = [plain(part) for part in value] if isinstance(value, list) else plain(str(value))
    fields |= {name: value for name, value in content.items() if name in (*_TEXTS, *LISTS, "language")}
    fields["id"] = content.get("paper_id", "")
    return Record(fields, extra_of(content.get("extra") or ""), "verbatim", record.note)


def _texts(extra: Mapping[str, Any]) -> Iterator[str]:
    for value in extra.values():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, str) and _MARK in part:
                yield part


def _content(encoded: str) -> dict[str, Any] | None:
    """What the note says, or None when a reference manager has shortened or changed it."""
    try:
        content = read_json(unquote(encoded, errors="strict"))
    except ValueError:
        return None
    whole = isinstance(content, dict) and all(
        isinstance(value, list) and all(isinstance(part, str) for part in value)
        if name in LISTS
        else isinstance(value, str) or name == "year"
        for name, value in content.items()
    )
    return content if whole else None
