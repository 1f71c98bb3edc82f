"""Mentions by their ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from analysis.common.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd


def rows_by_id(mentions: pd.DataFrame, mention_ids: Iterable[str]) -> list[int]:
    """The rows of a table with a mention_id, from 0, in which these mentions stand, in their order.

    Raises ``BadInput`` for an id that the table does not have.
    """
    import pandas as pd

    wanted = list(mention_ids)
    rows = pd.Index(mentions["mention_id"]).get_indexer(pd.Index(wanted, dtype=object)).tolist()
    if -1 in rows:
        raise BadInput(f"{wanted[rows.index(-1)]}: the study has no such mention; ids stand in study.mentions")
    return rows
