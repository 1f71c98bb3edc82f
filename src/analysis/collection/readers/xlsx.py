"""Excel workbooks (.xlsx): every sheet that has a header we know, read as a table."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from analysis.collection.readers.base import Format, Item, Record, Stray
from analysis.collection.readers.columns import columns_of
from analysis.collection.readers.delimited import Row
from analysis.collection.readers.table import alone, records
from analysis.collection.sources import check_archive
from analysis.common.errors import BadInput

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

_HEADER_WITHIN = 12


def recognises(head: Head) -> bool:
    """A zip archive that was not opened as an archive, or the signature of the old binary .xls."""
    return head.data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))


def read(source: Source) -> Iterator[Item]:
    """A record for each row below a sheet's header; sheets without one, and rows above it, are strays.

    Raises ``BadInput`` for the old binary format and for a damaged workbook.
    """
    if source.head.data.startswith(b"\xd0\xcf"):
        raise BadInput(f"{source.label}: an old binary Excel or Word file; save it as .xlsx or .csv")
    from openpyxl import load_workbook

    content = io.BytesIO(source.content())
    try:
        with zipfile.ZipFile(content) as archive:
            check_archive(archive, source.label)
        workbook = load_workbook(content, read_only=True, data_only=True)
        sheets = [(sheet.title, sheet.iter_rows(values_only=True)) for sheet in workbook.worksheets]
    except BadInput:
        raise
    except Exception as error:  # openpyxl fails at a damaged part in as many ways as it has lines
        raise _damaged(source, error) from error
    for title, rows in sheets:
        for item in _sheet(source, title, _whole(source, rows)):
            if isinstance(item, Record) and len(sheets) > 1:
                item.extra["sheet"] = title
            yield item


def _whole(source: Source, rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The rows, which are read while they are asked for. Raises ``BadInput`` at the first that cannot be read."""
    try:
        yield from rows
    except Exception as error:
        raise _damaged(source, error) from error


def _damaged(source: Source, error: Exception) -> BadInput:
    why = " ".join(str(error).split())[:200] or type(error).__name__
    return BadInput(f"{source.label}: not a whole Excel workbook ({why}); save it again")


def _sheet(source: Source, title: str, rows: Iterator[tuple[Any, ...]]) -> Iterator[Item]:
    """The items of a sheet, which is told as a stray where it has no record."""
    place = f"sheet {title}"
    top = [[_cell(cell) for cell in row] for row in islice(rows, _HEADER_WITHIN)]
    names = [[str(cell) if cell is not None else "" for cell in row] for row in top]
    found = [set(columns_of(row, source.mapping)) for row in names]
    named = [
        number
        for number, fields in enumerate(found)
        if {"title", "abstract"} & fields and (len(list(filter(None, names[number]))) > 1 or alone(names[number]))
    ]
    texts = ["\t".join(filter(None, row)) for row in names]
    if not named:
        source.columns += next((row for row in names if any(row)), [])
        text = "\n".join(filter(None, texts))
        reason = "a sheet without a header that names a title or an abstract" if text else "an empty sheet"
        yield Stray(text, place, reason)
        return
    # A row that names one field may be a heading ("Summary ..."): one that names two goes before it.
    header = next((number for number in named if len(found[number]) > 1), named[0])
    source.columns += names[header]
    if above := "\n".join(filter(None, texts[:header])):
        yield Stray(above, place, "text above the table")
    below = chain(top[header + 1 :], ([_cell(cell) for cell in row] for row in rows))
    cells = (Row(row, "\t".join(str(cell) for cell in row if cell is not None)) for row in below)
    empty = True
    for item in records(names[header], cells, source.mapping):
        empty = False
        if isinstance(item, Stray):
            item.at = f"{place}, {item.at}"
        yield item
    if empty:
        yield Stray(texts[header], place, "a header without a row below it")


def _cell(value: Any) -> Any:
    """Whole numbers without their ".0"; Excel's _x000D_ is a carriage return that it could not write."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.replace("_x000D_", "") if isinstance(value, str) else value


FORMAT = Format("Excel workbook", recognises, read)
