"""Rows of delimited text whose quotes may be broken: not doubled inside a cell, escaped by a backslash, never closed.

Python's reader, in its strict mode, reads what keeps the rules. Only a row that breaks them, or whose number of cells
is not the header's, is read again more leniently, and told apart from the rows below it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

_INSIDE = "mended: quotation marks that break the rules of CSV"
_UNCLOSED = "mended: a quotation mark that never closes"
# Lines a cell may go on for in a row that breaks the rules.
_LINES = 30


class Row(NamedTuple):
    """The cells of a row, its text as it stands in the file, and what had to be mended."""

    cells: list[Any]
    raw: str
    note: str = ""


def read_rows(lines: list[str], at: int, delimiter: str) -> Iterator[Row]:
    """The rows from the header on, which is in line ``at``; a broken quote never takes the rows below it along."""
    limit = csv.field_size_limit(2**31 - 1)  # its default of 131,072 would stop the reader; load_papers has a limit
    try:
        yield from _rows(lines, at, delimiter)
    finally:
        csv.field_size_limit(limit)


def split_line(line: str, delimiter: str) -> list[str]:
    """The cells of a line by itself, empty where its quotes break the rules."""
    try:
        return next(csv.reader([line.strip("\r\ufeff")], delimiter=delimiter), [])
    except csv.Error:
        return []


def _rows(lines: list[str], at: int, delimiter: str) -> Iterator[Row]:
    width = 0
    while at < len(lines):
        for cells, end in _strict(lines, at, delimiter):
            note = ""
            if cells is None or (len(cells) != width > 0 and any('"' in line for line in lines[at:end])):
                mended = _mended(lines, at, delimiter, width)
                if mended is None and cells is None:
                    mended = _split(lines[at], delimiter), at + 1, _UNCLOSED
                if mended is not None:
                    cells, end, note = mended
            width = width or len(cells or ())
            if cells:
                yield Row(cells, "\n".join(lines[at:end]), note)
            at = end
            if note:
                break  # and read on behind this row


def _strict(lines: list[str], first: int, delimiter: str) -> Iterator[tuple[list[str] | None, int]]:
    """The cells of each row and the line behind it, up to the first row that breaks the rules (None)."""
    text = (lines[index] + "\n" for index in range(first, len(lines)))
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    end = first
    try:
        for row in reader:
            end = first + reader.line_num
            yield row, end
    except csv.Error:
        yield None, end + 1


def _mended(lines: list[str], at: int, delimiter: str, width: int) -> tuple[list[str], int, str] | None:
    """The first lenient reading with as many cells as the header: its cells, the line behind it, what was mended."""
    for paired in (False, True):
        cells, end = _lenient(lines[at], delimiter, paired)
        if len(cells) == (width or len(cells)) and end:
            return cells, at + 1, _INSIDE
    if width and _begins_a_row(lines, at + 1, delimiter, width) and (cells := _unclosed(lines[at], delimiter, width)):
        return cells, at + 1, _UNCLOSED
    window = "\n".join(lines[at : at + _LINES])
    for paired in (False, True):
        cells, end = _lenient(window, delimiter, paired)
        more = window.count("\n", 0, end)
        if end and more and len(cells) == width and not _opens_a_cell(window[:end], delimiter):
            return cells, at + 1 + more, _INSIDE
    return None


def _lenient(text: str, delimiter: str, paired: bool) -> tuple[list[str], int]:
    """The cells of the first row of ``text`` and where it ends; 0 where a quote is open at the end of the text.

    A quote closes its cell before a delimiter or a line's end only; other quotes, and those behind a backslash, are
    text. ``paired``: quotes inside a cell come in pairs, so that in ``"the "bias", often"`` the third closes nothing.
    """
    opening, mark, plain = _patterns(delimiter)
    cells: list[str] = []
    at = 0
    while True:
        if found := opening.match(text, at):
            cell, at = _quoted(text, found.end(), mark, paired)
        else:
            end = plain.match(text, at).end()  # type: ignore[union-attr]
            cell, at = text[at:end], end
        cells.append(cell)
        if at < 0:
            return cells, 0
        if at >= len(text) or text[at] == "\n":
            return cells, at or len(text)
        at += len(delimiter)


@lru_cache
def _patterns(delimiter: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What opens a quoted cell, the quotes inside it, and a cell without quotes."""
    end = rf"(?= *(?:{re.escape(delimiter)}|\n|\Z))"
    mark = re.compile(rf'(?P<escaped>\\")|(?P<double>"")(?P<last>{end})?|(?P<closing>"){end}|"')
    return re.compile(' *"'), mark, re.compile(rf"[^\n{re.escape(delimiter)}]*")


def _quoted(text: str, start: int, mark: re.Pattern[str], paired: bool) -> tuple[str, int]:
    """A cell from behind its opening quote, and where it ends; -1 if it never does."""
    parts: list[str] = []
    at, odd = start, False
    for found in mark.finditer(text, start):
        parts.append(text[at : found.start()])
        at = found.end()
        inside = paired and odd
        if (found["closing"] and not inside) or (found["double"] and inside and found["last"] is not None):
            if found["double"]:
                parts.append('"')
            while text[at : at + 1] == " ":
                at += 1
            return "".join(parts), at
        parts.append('"')
        odd ^= not (found["escaped"] or found["double"])
    return "".join(parts) + text[at:], -1


def _split(line: str, delimiter: str) -> list[str]:
    """The cells of a line whose quotes are of no use."""
    return [cell.strip().strip('"') for cell in line.split(delimiter)]


def _unclosed(line: str, delimiter: str, width: int) -> list[str]:
    """The cells of a line with a cell that never closes: it takes what delimiters are too many; [] if too few."""
    cells, end = _lenient(line, delimiter, paired=False)
    *before, rest = cells
    pieces = rest.split(delimiter)
    surplus = len(before) + len(pieces) - width
    if end or surplus < 0:
        return []
    first = delimiter.join(pieces[: surplus + 1])
    return [*before, *(piece.strip().strip('"') for piece in (first, *pieces[surplus + 1 :]))]


def _begins_a_row(lines: list[str], at: int, delimiter: str, width: int) -> bool:
    """Whether a row begins at this line: it has the header's number of cells, or fewer with the last one open."""
    if at >= len(lines) or not lines[at].strip():
        return True
    cells, end = _lenient(lines[at], delimiter, paired=False)
    return len(cells) == width or (not end and 1 < len(cells) < width) or bool(_unclosed(lines[at], delimiter, width))


def _opens_a_cell(text: str, delimiter: str) -> bool:
    """Whether a quote opens a cell in a line below the first: the text then holds the beginning of another row."""
    begins = re.compile(rf'{re.escape(delimiter)}"[^\s"{re.escape(delimiter)}]')
    return any(begins.search(line) for line in text.split("\n")[1:])
