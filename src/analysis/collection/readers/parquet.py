"""Parquet: this project's own papers table, or any table whose columns we know or the user maps."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.collection.readers.base import Format, Item, Unreadable
from analysis.collection.readers.columns import columns_of, row_record
from analysis.collection.readers.json_dialects import record_of
from analysis.common.errors import BadInput

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

_ROWS = 5_000


def recognises(head: Head) -> bool:
    """Parquet's four magic bytes."""
    return head.data.startswith(b"PAR1")


def read(source: Source) -> Iterator[Item]:
    """A record for each row. Raises ``BadInput`` for a damaged file."""
    for row in _rows(source):
        values = {name: value for name, value in row.items() if value is not None}
        columns = columns_of(values, source.mapping) if source.mapping else {}
        try:
            record = row_record(values, columns) if columns else record_of(values)
        except (TypeError, ValueError, AttributeError, KeyError, IndexError) as error:
            yield Unreadable(str(values), f"a field of an unexpected type ({error})")
        else:
            yield record or Unreadable(str(values), "no title and no abstract under any known name")


def _rows(source: Source) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq

    content = source.content()
    try:
        table = pq.ParquetFile(io.BytesIO(content))
        source.columns += table.schema_arrow.names
        for batch in table.iter_batches(_ROWS):
            yield from batch.to_pylist()
    except Exception as error:  # Arrow's own, and those of Python for texts and dates that a damaged file holds
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise BadInput(f"{source.label}: not a whole Parquet file ({why})") from error


FORMAT = Format("Parquet", recognises, read)
