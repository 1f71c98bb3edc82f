"""Tables with a row a paper: CSV, TSV, semicolons, XLSX; columns by their known names or by the user's mapping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from analysis.collection.readers.base import Format, Item, Stray, Unreadable
from analysis.collection.readers.columns import columns_of, is_header, known, no_paper, plain_name, row_record
from analysis.collection.readers.delimited import Row, read_rows, split_line
from analysis.collection.readers.json_dialects import own_row

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

_DELIMITERS = (",", ";", "\t", "|")
# Services put a line or two above the header ("About the data: Exported on ...").
_HEADER_WITHIN = 12
_ALONE = (["title"], ["abstract"])
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
    header = next(rows).cells
    source.columns += header
    yield from records(header, rows, source.mapping)


def records(header: list[str], rows: Iterator[Row], mapping: Mapping[str, str]) -> Iterator[Item]:
    """A record for each row, by the names in the header; a header among the rows holds from there on."""
    first = next(rows, None)
    if first is None:
        return
    rows = chain([first], rows)
    if _is_sideways(header, first.cells):
        yield from _sideways(chain([header], (row.cells for row in rows)), mapping)
        return
    names = _distinct(header)
    columns = columns_of(names, mapping)
    own = {"paper_id", "record", "source", "extra"} <= set(names)
    for number, (row, raw, note) in enumerate(rows, 1):
        if not any(str(cell).strip() for cell in row if cell is not None):
            continue
        if row == header or (not own and is_header(row, mapping)):
            yield Stray(raw, f"row {number}", "a header among the rows")
            names = _distinct(row)
            columns = columns_of(names, mapping)
            continue
        values: dict[str, Any] = dict(zip(names, row, strict=False))
        if len(row) > len(names):
            values["more cells"] = row[len(names) :]
        if beside := no_paper(values):
            yield Stray(raw or repr(row), *beside)
            continue
        record = own_row(values) if own else row_record(values, columns)
        record.note = note
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


def alone(cells: list[str]) -> bool:
    """Whether the only cell with text is a name that may be the only one of a table."""
    return [name for cell in cells if (name := plain_name(cell))] in _ALONE


def first_cells(text: str) -> list[str]:
    """What the columns of an unknown table may be: the cells of the first line, by the delimiter that gives most."""
    line = text.split("\n", 1)[0][:50_000]
    return max((split_line(line, delimiter) for delimiter in _DELIMITERS), key=len)


def _header(text: str, mapping: Mapping[str, str]) -> tuple[str, int] | None:
    """The delimiter and how many lines stand above the header, or None if no header is found.

    A line that names one field only may be a heading ("Summary"), so one that names two goes before it.
    """
    lines = text.split("\n", _HEADER_WITHIN + 1)
    second = None
    for skip, line in enumerate(lines[:_HEADER_WITHIN]):
        if len(line) > 50_000:
            break
        best = ("", 0)
        for delimiter in _DELIMITERS:
            cells = split_line(line, delimiter)
            fields = set(columns_of(cells, mapping))
            enough = len(cells) > 1 or (skip == 0 and len(lines) > 1 and alone(cells))
            if fields & {"title", "abstract"} and enough and len(fields) > best[1] and _looks_named(cells):
                best = (delimiter, len(fields))
        if best[1] > 1:
            return best[0], skip
        second = second or ((best[0], skip) if best[1] else None)
    return second


def _looks_named(cells: list[str]) -> bool:
    """A header's cells are names: short ones, most of them; a row of data has sentences."""
    return all(len(cell) <= 120 for cell in cells)


def _rows(lines: list[str], at: int, delimiter: str) -> Iterator[Row]:
    """The rows. Web of Science's tab-delimited text quotes nothing, and titles begin with quotation marks."""
    if delimiter == "\t" and set(lines[at].split(delimiter)) >= _WOS_TAGS:
        return (Row(line.split(delimiter), line) for line in lines[at:] if line)
    return read_rows(lines, at, delimiter)


FORMAT = Format("CSV or TSV with a header we know", recognises, read)
