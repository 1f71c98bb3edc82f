"""A stretch of a paper's title or abstract, and the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from analysis.common.links import place_text

FIELDS = ("title", "abstract")


class Span(NamedTuple):
    """A stretch of a paper, and what it is counted as."""

    field: str
    start: int
    end: int
    name: str = ""

    @property
    def place(self) -> str:
        """``abstract:17-21``: the field, and the characters of it."""
        return place_text(self.field, self.start, self.end)

    def holds(self, other: Span) -> bool:
        """Whether the other stands within this one."""
        return self.field == other.field and self.start <= other.start and other.end <= self.end

    def meets(self, other: Span) -> bool:
        """Whether the two share a character."""
        return self.field == other.field and self.start < other.end and other.start < self.end


def reading_order(span: Span) -> tuple[int, int]:
    """The title is read before the abstract."""
    return FIELDS.index(span.field), span.start


def once_each(spans: Iterable[Span]) -> list[Span]:
    """The first span of each name, as they are read."""
    first: dict[str, Span] = {}
    for span in sorted(spans, key=reading_order):
        first.setdefault(span.name.casefold(), span)
    return list(first.values())
