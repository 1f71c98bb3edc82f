"""A list of references in running text or Markdown, one a line: "Smith J, Doe A (2020) Title. Journal 3(1): 1-9."."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.collection.doi import find_doi
from analysis.collection.readers.base import Format, Item, Record, Stray, numbered_paragraphs

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

_REFERENCE = re.compile(
    r"(?:[-*•]\s+|\[?\d{1,4}[\].)]\s+)?(?P<authors>[^\W\d_][^()]{2,600}?)[\s,.]*\((?P<year>(?:1[89]|20)\d\d)[a-z]?\)[.:,]?\s+"
    r"(?P<title>.{8,400}?[.?!])(?=\s|$)\s*(?P<venue>(?:In:\s*)?[^.\d]{3,200})?"
)
_LOOK_AT = 200
_PERSON = re.compile(r",?(?<!\s)\s++(?:and|&)\s+|,\s++(?=[^\W\d_])")


def recognises(head: Head) -> bool:
    """Three lines or more, most of them references."""
    lines = [line for _, line in numbered_paragraphs(head.text)][:_LOOK_AT]
    found = sum(bool(_REFERENCE.match(line[:2_000])) for line in lines)
    return found >= 3 and found >= 0.6 * len(lines)


def read(source: Source) -> Iterator[Item]:
    """A record without abstract for each reference; other lines are strays."""
    for number, line in numbered_paragraphs(source.text()):
        found = _REFERENCE.match(line[:2_000])
        if not found:
            yield Stray(line, f"line {number}", "a line that is no reference")
            continue
        fields = {
            "title": found["title"].rstrip("."),
            "authors": [name.strip(" ,.") for name in _PERSON.split(found["authors"]) if name.strip(" ,.")],
            "year": found["year"],
            "venue": (found["venue"] or "").removeprefix("In:").strip(" ,"),
            "doi": find_doi(line),
        }
        yield Record(fields, {"reference": line})


FORMAT = Format("reference list", recognises, read)
