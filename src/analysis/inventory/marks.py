"""A mention in its sentence: cut out of it, or in the marks that example sentences of an inventory have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

MARK_OPEN, MARK_CLOSE = "[[", "]]"


class Cut(NamedTuple):
    """A text cut at a mention; the three parts together are the text."""

    left: str
    mention: str
    right: str

    def marked(
        self, opening: str = MARK_OPEN, closing: str = MARK_CLOSE, escape: Callable[[str], str] | None = None
    ) -> str:
        """The text with the mention between two marks, each part escaped by ``escape``."""
        left, mention, right = self if escape is None else map(escape, self)
        return f"{left}{opening}{mention}{closing}{right}"


def cut(text: str, start: int, end: int) -> Cut:
    """``text`` cut at the mention from ``start`` to ``end``."""
    return Cut(text[:start], text[start:end], text[end:])


def place_in_sentence(row: pd.Series | Mapping[Any, Any]) -> tuple[int, int]:
    """Where a mention, a row of the mentions table, starts and ends in its sentence."""
    offset = int(row["sentence_start"])
    return int(row["start"]) - offset, int(row["end"]) - offset


def cut_at_mention(row: pd.Series | Mapping[Any, Any]) -> Cut:
    """The sentence of a row of the mentions table, cut at its mention."""
    return cut(row["sentence"], *place_in_sentence(row))


def cut_at_marks(text: str) -> Cut | None:
    """``text`` cut at its first ``[[ ]]``, which are left out; None where it has no marks."""
    left, _, rest = text.partition(MARK_OPEN)
    mention, _, right = rest.partition(MARK_CLOSE)
    return Cut(left, mention, right) if rest else None


def unmark(marked: str) -> tuple[str, int, int]:
    """Take the ``[[ ]]`` out of an example sentence: ``(text, start, end)`` of what they enclosed."""
    start = marked.index(MARK_OPEN)
    end = marked.index(MARK_CLOSE) - len(MARK_OPEN)
    return marked.replace(MARK_OPEN, "", 1).replace(MARK_CLOSE, "", 1), start, end
