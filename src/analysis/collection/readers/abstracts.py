"""Abstracts that a service does not write as one text: words with their places, paragraphs, parts with headings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.collection.readers.nesting import read_json


def abstract_text(value: Any) -> str:
    """The text of an abstract however it is written; "" if it is none."""
    if isinstance(value, str):
        return _inverted_in(value) if value.startswith(("{", "[")) and ": [" in value else value
    if isinstance(value, list):
        return "\n".join(part for item in value if (part := abstract_text(item)))
    if not isinstance(value, Mapping):
        return "" if value is None else str(value)
    if isinstance(value.get("InvertedIndex"), Mapping):  # AMiner, Microsoft Academic Graph
        return uninverted(value["InvertedIndex"])
    if value and all(isinstance(places, list) for places in value.values()):
        return uninverted(value)
    named = next((value[name] for name in ("value", "text", "p", "content") if value.get(name)), None)
    if named is not None:
        return abstract_text(named)
    return "\n".join(part for item in value.values() if isinstance(item, (str, list)) and (part := abstract_text(item)))


def uninverted(index: Any) -> str:
    """OpenAlex gives abstracts as word -> positions, for legal reasons; here they are in order again."""
    if not isinstance(index, Mapping):
        return ""
    placed = [(at, word) for word, places in index.items() if isinstance(places, list) for at in places]
    return " ".join(word for _, word in sorted((p for p in placed if isinstance(p[0], int)), key=lambda pair: pair[0]))


def _inverted_in(text: str) -> str:
    """Words and places that a table's cell holds as JSON; another text that begins with a bracket as it is."""
    try:
        value = read_json(text)
    except ValueError:
        return text
    return abstract_text(value) if isinstance(value, dict) else text
