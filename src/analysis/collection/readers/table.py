"""Tables with a row a paper: CSV, TSV, semicolons, XLSX; columns by their known names or by the user's mapping."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from analysis.collection.readers import wos
from analysis.collection.readers.base import Format, Item, Stray, Unreadable
from analysis.collection.readers.columns import columns_of, known, plain_name, row_record
from analysis.collection.readers.json_dialects import own_row

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

_DELIMITERS = (",", ";", "\t", "|")
# Services put a line or two above the header ("About the data: Exported on ...").
_HEADER_WITHIN = 12
_ALONE = ("title", "abstract")
_WOS_TAGS = {"PT", "AU", "TI", "SO"}


def recognises(head: Head) -> bool:
    """One of the first lines, split by some delimiter, names a title or an abstract and another column."""
    return _header(head.text, head.mapping) is not None


def read(source: Source) -> Iterator[Item]:
    """A record for each row below the header; lines above it are strays."""
    lines = source.text().lstrip("\ufeff \n\t").split("\n")
    found = _header("\n".join(lines[: _HEADER_WITHIN + 1]), source.mapping)
    if found is None:
        return
    delimiter, skip = found
    if skip:
        yield Stray("\n".join(lines[:skip]), "line 1", "text above the table")
    rows = _rows(lines, skip, delimiter)
    header, _ = next(rows)
    yield from records(header, rows, source.mapping)


def records(header: list[str], rows: Iterator[tuple[list[Any], str]], mapping: Mapping[str, str]) -> Iterator[Item]:
    """A record for each (cells, raw text), by the names in the header."""
    first = next(rows, None)
    if first is None:
        return
    rows = chain([first], rows)
    if _is_sideways(header, first[0]):
        yield from _sideways(chain([header], (row for row, _ in rows)), mapping)
        return
    names = _distinct(header)
    columns = columns_of(names, mapping) if not set(names) >= _WOS_TAGS else {f: list(t) for f, t in wos.NAMES.items()}
    own = {"paper_id", "record", "source", "extra"} <= set(names)
    for row, raw in rows:
        if not any(str(cell).strip() for cell in row if cell is not None):
            continue
        values: dict[str, Any] = dict(zip(names, row, strict=False))
        if len(row) > len(names):
            values["more cells"] = row[len(names) :]
        record = own_row(values) if own else row_record(values, columns)
        if len(row) > len(names):
            record.note = f"{len(row)} cells in this row, {len(names)} in the header"
        if not record.fields:
            yield Unreadable(raw or repr(row), "no cell under a known column")
        else:
            yield record


def _distinct(header: list[str]) -> list[str]:
    """Column names, a second one of the same name with its number."""
    seen: Counter[str] = Counter()
    names = []
    for cell in header:
        name = str(cell or "").strip().strip("\ufeff")
        seen[name] += 1
        names.append(name if seen[name] == 1 or not name else f"{name} {seen[name]}")
    return names


def _is_sideways(header: list[str], second: list[Any]) -> bool:
    """Embase's "field by row": the first cell of each row is a field's name, the others its values."""
    return bool(known(header[:1]) and not known(header[1:]) and len(second) > 1 and known([str(second[0])]))


def _sideways(rows: Iterable[list[Any]], mapping: Mapping[str, str]) -> Iterator[Item]:
    """A record for each run of rows up to the name that began the first one."""
    values: dict[str, Any] = {}
    first = ""
    for row in rows:
        name, cells = str(row[0] or "").strip(), [str(cell).strip() for cell in row[1:] if cell]
        first = first or name
        if name == first and values:
            yield row_record(values, columns_of(values, mapping))
            values = {}
        if name and cells:
            values[name] = cells[0] if len(cells) == 1 else cells
    if values:
        yield row_record(values, columns_of(values, mapping))


def _header(text: str, mapping: Mapping[str, str]) -> tuple[str, int] | None:
    """The delimiter and how many lines stand above the header, or None if no header is found."""
    lines = text.split("\n", _HEADER_WITHIN + 1)
    for skip, line in enumerate(lines[:_HEADER_WITHIN]):
        if len(line) > 50_000:
            return None
        best = ("", 0)
        for delimiter in _DELIMITERS:
            cells = _cells(line, delimiter)
            fields = set(columns_of(cells, mapping))
            enough = len(cells) > 1 or (
                skip == 0 and len(lines) > 1 and plain_name(cells[0] if cells else "") in _ALONE
            )
            if fields & {"title", "abstract"} and enough and len(fields) > best[1] and _looks_named(cells):
                best = (delimiter, len(fields))
        if best[0]:
            return best[0], skip
    return None


def _looks_named(cells: list[str]) -> bool:
    """A header's cells are names: short ones, most of them; a row of data has sentences."""
    return all(len(cell) <= 120 for cell in cells)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line.strip("\r\ufeff")], delimiter=delimiter), [])
    except csv.Error:
        return []


def _rows(lines: list[str], at: int, delimiter: str) -> Iterator[tuple[list[str], str]]:
    """The rows with their raw text. A quote that never closes must not swallow the rows below it."""
    header = lines[at].split(delimiter)
    # Web of Science's tab-delimited text quotes nothing, and titles begin with quotation marks.
    if delimiter == "\t" and set(header) >= _WOS_TAGS:
        yield from ((line.split(delimiter), line) for line in lines[at:] if line)
        return
    limit = csv.field_size_limit(2**31 - 1)  # its default of 131,072 would stop the reader; load_papers has a limit
    try:
        yield from _quoted_rows(lines, at, delimiter)
    finally:
        csv.field_size_limit(limit)


def _quoted_rows(lines: list[str], at: int, delimiter: str) -> Iterator[tuple[list[str], str]]:
    width = 0
    while at < len(lines):
        first = at
        reader = csv.reader((lines[index] + "\n" for index in range(first, len(lines))), delimiter=delimiter)
        for row in reader:
            end = first + reader.line_num
            swallowed = end - at > 1 and len(row) != width > 0 and _are_rows(lines[at : at + 2], delimiter, width)
            if swallowed:
                row, end = [cell.strip('"') for cell in lines[at].split(delimiter)], at + 1
            width = width or len(row)
            if row:
                yield row, "\n".join(lines[at:end])
            at = end
            if swallowed:
                break  # and read on behind this line


def _are_rows(lines: list[str], delimiter: str, width: int) -> bool:
    """Whether two lines are rows of their own when the first one's quotes are taken for text."""
    return len(lines[0].split(delimiter)) == width == len(_cells(lines[1], delimiter))


FORMAT = Format("CSV or TSV with a header we know", recognises, read)
