"""What a reader yields, and how it enters the table of formats.

A reader is one file with a function ``read(source) -> Iterator[Item]`` and a function ``recognises(head) -> bool``
that looks at the first 64 KB. It yields a ``Record`` for every paper, an ``Unreadable`` for every record it cannot
parse and a ``Stray`` for text that is no record, so that nothing of a source goes missing unnoticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

# A field longer than this is no abstract: the longest dissertation summaries stay below 100,000 characters.
MAX_FIELD = 1_000_000

# Fields a reader may fill besides the columns of the papers table; they name the paper, in this order of trust.
IDENTIFIERS = ("id", "arxiv", "doi", "pmid", "key")
LISTS = ("authors", "keywords", "subjects")
FIELDS = ("title", "abstract", "year", "venue", "url", "language", *LISTS, *IDENTIFIERS)


@dataclass(slots=True)
class Record:
    """One paper as its source has it: ``fields`` by our names, ``extra`` by the source's, ``at`` its place.

    ``markup`` says how its text is written: "plain", "latex" (BibTeX, arXiv) or "verbatim" (this project's own
    tables, cleaned once already, into which annotations point by character). ``note`` goes to the audit: what had to
    be mended to read it, and ``cleaned`` lists what the reader changed in a field ("field: step"). ``printable`` says
    that the reader knows all texts to be printable ASCII, so that nobody needs to look at each character; False where
    it does not know.
    """

    fields: dict[str, Any]
    extra: dict[str, Any] = field(default_factory=dict)
    markup: str = "plain"
    note: str = ""
    printable: bool = False
    cleaned: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Unreadable:
    """A record that cannot be parsed: its raw text and why."""

    raw: str
    reason: str


@dataclass(slots=True)
class Stray:
    """A stretch of text that is no record: ``at`` says where ("line 3"), ``reason`` what it seems to be."""

    raw: str
    at: str = ""
    reason: str = ""


Item = Record | Unreadable | Stray


class Format(NamedTuple):
    """An entry of the table of formats: its name, its test on a source's head, its reader."""

    name: str
    recognises: Callable[[Head], bool]
    read: Callable[[Source], Iterable[Item]]


def put(fields: dict[str, Any], name: str, value: Any) -> bool:
    """Set or extend ``fields[name]``; False when it was taken already by another value (the caller keeps it as extra).

    Lists grow; of texts the first non-empty one stays.
    """
    if name in LISTS:
        fields.setdefault(name, []).extend(value if isinstance(value, list) else [value])
        return True
    if not fields.get(name):
        fields[name] = value
        return True
    return bool(fields[name] == value)


def numbered_paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """The non-blank lines of a text with their line numbers, from 1."""
    for number, line in enumerate(text.splitlines(), 1):
        if stripped := line.strip():
            yield number, stripped
