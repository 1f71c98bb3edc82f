"""Rows of a table, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def rows_of(table: pd.DataFrame) -> list[Any]:
    """The rows as named tuples without the index; ``Any``, since pandas cannot say what type a column's cells have."""
    return list(table.itertuples(index=False))
