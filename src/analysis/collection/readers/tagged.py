"""The engine under RIS, Web of Science, MEDLINE and EndNote's tagged text: a line is a tag and a value, or goes on.

rispy and nbib read well-formed exports; they raise at, or pass over, a line that does not fit, and cannot say which.
Here every line ends up in a record, an unreadable record or a stray, so that counts add up for mangled files, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from analysis.collection.readers.absent import says_nothing
from analysis.collection.readers.base import LISTS, Item, Record, Stray, put
from analysis.collection.readers.people import apart

_YEAR = re.compile(r"\d{4}")
_NO_START = "mended: the line that should begin this record is missing"


class Dialect(NamedTuple):
    """What tells the tagged formats apart.

    ``split`` takes a line apart into tag and value (None: the line continues the value before). A record begins at a
    tag in ``starts`` and ends at a tag in ``ends``, at the next beginning or at the end of the text. ``blank`` says
    that records are set apart by blank lines, so that a block of lines with a start tag anywhere in it is a record of
    its own. ``names`` maps our fields to their tags, the preferred first. Continued lines of tags in
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
_Loose = tuple[int, str, tuple[str, str] | None]  # a line outside records, its number, its tag and value if it has any


def read_tagged(text: str, dialect: Dialect) -> Iterator[Item]:
    """Records and strays of a text, in order."""
    tags: Tags = {}
    last = ""  # the tag whose value a line without tag continues
    opened, after_blank = False, True
    loose: list[_Loose] = []
    lines = text.split("\n")

    for number, line in enumerate(lines, 1):
        line = line.lstrip("\ufeff\x00\x1a\x0c")
        if not line.strip():
            after_blank = True
            continue
        found = dialect.split(line)
        if found is None:
            if opened:
                _continue(tags, last, line, dialect)
            else:
                loose.append((number, line, None))
            after_blank = False
            continue
        tag, value = found
        if dialect.blank and after_blank:
            begins = not (opened and dialect.starts.isdisjoint(tags)) and _starts_within(lines, number - 1, dialect)
        else:
            begins = tag in dialect.starts and (not opened or tag in tags)
        if begins:
            if opened:
                yield to_record(tags, dialect)
            yield from _strays(loose, dialect)
            tags, opened = {}, True
        elif tag in dialect.ends:
            if opened:
                yield to_record(tags, dialect)
            else:
                yield from _strays(loose, dialect)
            tags, opened = {}, False
            after_blank = False
            continue
        after_blank = False
        if opened:
            tags.setdefault(tag, []).append(value)
            last = tag
        else:
            loose.append((number, line, found))
    if opened:
        yield to_record(tags, dialect)
    yield from _strays(loose, dialect)


def _starts_within(lines: list[str], at: int, dialect: Dialect) -> bool:
    """Whether one of the lines from ``at`` to the next blank one has a start tag."""
    for index in range(at, len(lines)):
        if not lines[index].strip():
            return False
        if (found := dialect.split(lines[index])) and found[0] in dialect.starts:
            return True
    return False


def _continue(tags: Tags, last: str, line: str, dialect: Dialect) -> None:
    values = tags[last]
    if last in dialect.linewise:
        values.append(line.strip())
    else:
        values[-1] = f"{values[-1]}\n{line.strip()}" if values[-1] else line.strip()


def _strays(loose: list[_Loose], dialect: Dialect) -> Iterator[Item]:
    """Neighbouring lines outside records: a record without its first line if they have a title, else a stray."""
    tags: Tags = {}
    last, first = "", len(loose)
    for index, (_, line, found) in enumerate(loose):
        if found:
            first = min(first, index)
            last = found[0]
            tags.setdefault(last, []).append(found[1])
        elif last:
            _continue(tags, last, line, dialect)
    telling = {tag for name in ("title", "abstract") for tag in dialect.names[name]}
    is_record = len(tags) > 1 and any(tag in telling and "".join(values).strip() for tag, values in tags.items())
    outside = loose[:first] if is_record else loose
    if outside:
        yield Stray("\n".join(line for _, line, _ in outside), f"line {outside[0][0]}", "text outside records")
    if is_record:
        record = to_record(tags, dialect)
        record.note = _NO_START
        yield record
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
            if name == "authors" and name in fields:
                continue
            if (name == "year" and not any(map(_YEAR.search, left[tag]))) or (
                name != "title" and all(map(says_nothing, left[tag]))
            ):
                continue  # "PY  - in press": the next choice may know more
            value = apart(left[tag]) if name == "authors" else left[tag]
            put(fields, name, value if name in LISTS else _one(name, value))
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


def add_groups(record: Record, tag: str) -> None:
    """Groups that a service names under a tag of their own are authors, after the people."""
    if groups := record.extra.pop(tag, None):
        record.fields.setdefault("authors", []).extend([groups] if isinstance(groups, str) else groups)
