"""The saved Hugging Face papers listing as text: banner lines, then title and abstract in turn, blank lines between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.collection.readers.base import Format, Item, Record, Stray, numbered_paragraphs

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

# An abstract is a long line of sentences; no title of a paper on the site is half as long as its shortest abstract.
_ABSTRACT_FROM = 250
_TITLE_UNTIL = 300
_BANNERS = ("trending papers in your email inbox", "and the research community")
_DATE = re.compile(r"(?:Published on )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{1,2}(?:, \d{4})?")


def recognises(head: Head) -> bool:
    """The site's banners, or at least three long paragraphs each of which follows a short one."""
    if any(banner in head.text for banner in _BANNERS):
        return True
    lines = [line for _, line in numbered_paragraphs(head.text)]
    long = [i for i, line in enumerate(lines) if _is_abstract(line)]
    return len(long) >= 3 and all(i and not _is_abstract(lines[i - 1]) for i in long) and 3 * len(long) >= len(lines)


def read(source: Source) -> Iterator[Item]:
    """A record for every long paragraph and the short one before it; every other line is a stray."""
    waiting: list[tuple[int, str]] = []
    for number, line in numbered_paragraphs(source.text()):
        if not _is_abstract(line):
            waiting.append((number, line))
            continue
        title = waiting.pop()[1] if waiting and _may_be_title(waiting[-1][1]) else ""
        yield from map(_stray, waiting)
        waiting.clear()
        yield Record({"title": title, "abstract": line})
    yield from map(_stray, waiting)


def _is_abstract(line: str) -> bool:
    return len(line) >= _ABSTRACT_FROM and " " in line


def _may_be_title(line: str) -> bool:
    return len(line) <= _TITLE_UNTIL and not _DATE.fullmatch(line) and not any(b in line for b in _BANNERS)


def _stray(numbered: tuple[int, str]) -> Stray:
    number, line = numbered
    return Stray(line, f"line {number}", "a date on the page" if _DATE.fullmatch(line) else "a line of the page")


FORMAT = Format("Hugging Face papers page", recognises, read)
