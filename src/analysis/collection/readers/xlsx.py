"""Excel workbooks (.xlsx): every sheet that has a header we know, read as a table."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.collection.readers.base import Format, Item, Stray
from analysis.collection.readers.columns import columns_of
from analysis.collection.readers.table import records
from analysis.errors import BadInput

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

    try:
        workbook = load_workbook(io.BytesIO(source.content()), read_only=True, data_only=True)
        sheets = [(sheet.title, sheet.iter_rows(values_only=True)) for sheet in workbook.worksheets]
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError, TypeError) as error:
        raise BadInput(f"{source.label}: not a whole Excel workbook ({error}); save it again") from error
    for title, rows in sheets:
        yield from _sheet(source, title, rows)


def _sheet(source: Source, title: str, rows: Iterator[tuple[Any, ...]]) -> Iterator[Item]:
    above: list[str] = []
    for _ in range(_HEADER_WITHIN):
        cells = next(rows, None)
        if cells is None:
            break
        names = [str(cell) if cell is not None else "" for cell in cells]
        if {"title", "abstract"} & set(columns_of(names, source.mapping)):
            if above:
                yield Stray("\n".join(above), f"sheet {title}", "text above the table")
            body = ([_cell(cell) for cell in row] for row in rows)
            yield from records(
                names, ((row, "\t".join(str(c) for c in row if c is not None)) for row in body), source.mapping
            )
            return
        if any(names):
            above.append("\t".join(names))
    if above:
        yield Stray("\n".join(above), f"sheet {title}", "a sheet without a header that names a title or an abstract")


def _cell(value: Any) -> Any:
    """Whole numbers without their ".0"; Excel's _x000D_ is a carriage return that it could not write."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.replace("_x000D_", "") if isinstance(value, str) else value


FORMAT = Format("Excel workbook", recognises, read)
