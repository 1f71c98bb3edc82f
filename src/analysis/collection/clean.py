"""Cleaning of a record's texts, step by step, each step that changed something named."""

from __future__ import annotations

from analysis.collection.readers.base import LISTS, Record


def clean_record(record: Record) -> list[str]:
    """Clean the record's fields in place; returns the names of the steps that changed title or abstract."""
    for name, value in record.fields.items():
        if name in LISTS:
            record.fields[name] = value if isinstance(value, list) else [p for p in str(value).split("; ") if p]
        elif not isinstance(value, str):
            record.fields[name] = str(value)
    return []
