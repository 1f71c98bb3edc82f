"""EndNote's tagged text (.enw, Refer): lines "%T title", records set apart by blank lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.collection.readers.base import Format, Item
from analysis.collection.readers.tagged import Dialect, read_tagged, split_keywords

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

NAMES = {
    "title": ("%T", "%Q", "%!"),
    "abstract": ("%X",),
    "authors": ("%A",),
    "year": ("%D", "%8"),
    "venue": ("%J", "%B", "%S"),
    "doi": ("%R",),
    "url": ("%U",),
    "keywords": ("%K",),
    "language": ("%G",),
    "key": ("%F", "%L", "%M"),
}  # fmt: skip
_LINE = re.compile(r"(%[0-9A-Za-z@!#$&()*+?\[\]~^>=|'\-])(?:\s(.*)|$)", re.DOTALL)
_FIRST = re.compile(r"^\ufeff?(?:%0 [A-Z]|%T \S.*\n(?:%|\s*\n%))", re.MULTILINE)


def recognises(head: Head) -> bool:
    """A line "%0 Journal Article", or a title line among tagged lines."""
    return bool(_FIRST.search(head.text))


def read(source: Source) -> Iterator[Item]:
    """A record from each %0 or %T that begins a block of lines."""
    return read_tagged(source.text(), DIALECT)


def _split(line: str) -> tuple[str, str] | None:
    found = _LINE.match(line)
    return (found[1], found[2] or "") if found else None


DIALECT = Dialect(
    _split, frozenset(["%0", "%T"]), frozenset(), NAMES, blank=True, linewise=frozenset(["%K"]), finish=split_keywords
)
FORMAT = Format("EndNote tagged text", recognises, read)
