"""Which cells can be filled, and where each filled one came from.

The origin of a cell stands in ``extra``, under ``enriched``: {"abstract": {"by": "openalex", "record": "W1", "on":
"2026-01-31", "matched": "doi", "is": a hash of what was filled}}. So it goes wherever the papers table goes, and a cell
that a person changed afterwards is told from one that a service filled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from analysis.collection.extra import extra_of
from analysis.common.tables import make_table

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("abstract", "year", "venue", "doi", "subjects")
CELLS = (*COLUMNS, "citations", "retracted")  # the last two stand in ``extra``
GUESS = "title"  # how the origin of a guess begins


def origins_of(papers: pd.DataFrame, refused: Iterable[Mapping[str, Any]] = ()) -> pd.DataFrame:
    """The origins table: one row for each cell of ``papers`` that a service filled, and the rows of ``refused``."""
    rows = [
        {"paper_id": paper_id, "cell": cell, "status": "filled", "service": origin["by"], "record": origin["record"],
         "date": origin["on"], "matched": origin["matched"], "guess": origin["matched"].startswith(GUESS)}
        for paper_id, text in zip(papers["paper_id"], papers["extra"], strict=True) if '"enriched"' in text
        for cell, origin in _in_order(origins_in(extra_of(text)))
    ]  # fmt: skip
    return make_table("origins", [*rows, *refused])


def origins_in(extra: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The origins that an ``extra`` holds, by cell; what is none of ours is left out."""
    found = extra.get("enriched")
    parts = ("by", "record", "on", "matched")
    return {
        cell: origin
        for cell, origin in (found.items() if isinstance(found, dict) else ())
        if cell in CELLS and isinstance(origin, dict) and all(isinstance(origin.get(part), str) for part in parts)
    }


def _in_order(origins: dict[str, dict[str, str]]) -> Iterator[tuple[str, dict[str, str]]]:
    return ((cell, origins[cell]) for cell in CELLS if cell in origins)
