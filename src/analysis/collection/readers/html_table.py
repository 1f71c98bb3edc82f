"""Tables in HTML, which several services and spreadsheets save under the name .xls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.collection.readers.base import Format, Item
from analysis.collection.readers.columns import columns_of
from analysis.collection.readers.delimited import Row
from analysis.collection.readers.table import records
from analysis.collection.readers.xml_records import html_page

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

_CELL = re.compile(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def recognises(head: Head) -> bool:
    """HTML with a table among whose first cells are the names of a title or an abstract and of another column."""
    start = head.text[:2_000].lower()
    if not start.startswith("<") or "<table" not in head.text.lower():
        return False
    cells = [" ".join(_TAG.sub("", cell).split()) for cell in _CELL.findall(head.text)[:80]]
    return _is_header(cells, head.mapping)


def read(source: Source) -> Iterator[Item]:
    """A record for each row below a header, in every table that has one."""
    for table in html_page(source).iter("table"):
        rows = (_row(row) for row in table.iter("tr"))
        header = next((row for row in rows if _is_header(row, source.mapping)), None)
        if header is not None:
            source.columns += header
            yield from records(header, (Row(row, "\t".join(row)) for row in rows), source.mapping)


def _row(row: Any) -> list[str]:
    return [" ".join(cell.text_content().split()) for cell in row if cell.tag in ("td", "th")]


def _is_header(cells: list[str], mapping: Any) -> bool:
    found = columns_of(cells, mapping)
    return len(found) > 1 and bool({"title", "abstract"} & found.keys())


FORMAT = Format("table in HTML", recognises, read)
