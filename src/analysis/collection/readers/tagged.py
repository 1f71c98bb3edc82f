"""The engine under RIS, Web of Science, MEDLINE and EndNote's tagged text: a line is a tag and a value, or goes on.

rispy and nbib read well-formed exports; they raise at, or pass over, a line that does not fit, and cannot say which.
Here every line ends up in a record, an unreadable record or a stray, so that counts add up for mangled files, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from analysis.collection.readers.base import LISTS, Item, Record, Stray, put


class Dialect(NamedTuple):
    """What tells the tagged formats apart.

    ``split`` takes a line apart into tag and value (None: the line continues the value before). A record begins at a
    tag in ``starts`` and ends at a tag in ``ends``, at the next beginning or at the end of the text. ``blank`` says
    that records are set apart by blank lines, so that a start tag after one begins a record even if the record before
    lacks that tag. ``names`` maps our fields to their tags, the preferred first. Continued lines of tags in
    ``linewise`` are values of their own. ``finish`` corrects a record.
    """

    split: Callable[[str], tuple[str, str] | None]
    starts: frozenset[str]
    ends: frozenset[str]
    names: Mapping[str, tuple[str, ...]]
    blank: bool = False
    linewise: frozenset[str] = frozenset()
    finish: Callable[[Record], None] = lambda record: None


Tags = dict[str, list[str]]


def read_tagged(text: str, dialect: Dialect) -> Iterator[Item]:
    """Records and strays of a text, in order."""
    tags: Tags = {}
    last = ""  # the tag whose value a line without tag continues
    opened, after_blank = False, True
    loose: list[tuple[int, str]] = []  # lines outside records

    for number, line in enumerate(text.split("\n"), 1):
        line = line.lstrip("\ufeff\x00\x1a\x0c")
        if not line.strip():
            after_blank = True
            continue
        found = dialect.split(line)
        if found is None:
            if opened:
                _continue(tags, last, line, dialect)
            else:
                loose.append((number, line))
            after_blank = False
            continue
        tag, value = found
        begins = tag in dialect.starts and (
            not opened or tag in tags or (dialect.blank and after_blank and not dialect.starts.isdisjoint(tags))
        )
        if begins:
            if opened:
                yield to_record(tags, dialect)
            yield from _strays(loose)
            tags, opened = {}, True
        elif tag in dialect.ends:
            if opened:
                yield to_record(tags, dialect)
            tags, opened = {}, False
            after_blank = False
            continue
        after_blank = False
        if opened:
            tags.setdefault(tag, []).append(value)
            last = tag
        else:
            loose.append((number, line))
    if opened:
        yield to_record(tags, dialect)
    yield from _strays(loose)


def _continue(tags: Tags, last: str, line: str, dialect: Dialect) -> None:
    values = tags[last]
    if last in dialect.linewise:
        values.append(line.strip())
    else:
        values[-1] = f"{values[-1]}\n{line.strip()}" if values[-1] else line.strip()


def _strays(loose: list[tuple[int, str]]) -> Iterator[Item]:
    """Neighbouring lines outside records as one stray."""
    if loose:
        yield Stray("\n".join(line for _, line in loose), f"line {loose[0][0]}", "text outside records")
    loose.clear()


def to_record(tags: Mapping[str, Iterable[str]], dialect: Dialect) -> Record:
    """A record from tag -> values by the dialect's names; tags it does not know, and second choices, are extra."""
    left: dict[str, Any] = {
        tag: kept for tag, values in tags.items() if (kept := [v.strip() for v in values if v.strip()])
    }
    fields: dict[str, Any] = {}
    for name, choices in dialect.names.items():
        for tag in choices:
            if tag not in left or (name in fields and name not in LISTS):
                continue
            if name in LISTS and name == "authors" and name in fields:
                continue
            put(fields, name, left[tag] if name in LISTS else _one(name, left[tag]))
            if name in LISTS or name in ("title", "abstract") or len(left[tag]) == 1:
                del left[tag]
            else:
                left[tag] = left[tag][1:]
    extra = {tag: v[0] if len(v) == 1 else v for tag, v in left.items() if v != [fields.get("abstract")]}
    record = Record(fields, extra)
    dialect.finish(record)
    return record


def _one(name: str, values: list[str]) -> str:
    """Repeated abstracts are paragraphs; of other repeated fields the first is meant."""
    return "\n".join(dict.fromkeys(values)) if name in ("abstract", "title") else values[0]


def split_keywords(record: Record, separator: str = ";") -> None:
    """Keywords that share one value, apart."""
    for name in ("keywords", "subjects"):
        if name in record.fields:
            parts = [p.strip() for value in record.fields[name] for p in value.replace("\n", " ").split(separator)]
            record.fields[name] = list(dict.fromkeys(p for p in parts if p))
