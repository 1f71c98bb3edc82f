"""The cells that are filled, where each came from, and how to take one back.

The origin of a cell stands in ``extra``, under ``enriched``: {"abstract": {"by": "openalex", "record": "W1", "on":
"2026-01-31", "matched": "doi", "is": a hash of what was filled}}. So it goes wherever the papers table goes, and a cell
that a person changed afterwards is told from one that a service filled. Citation counts and the retraction status have
no column; they stand in ``extra``, under ``citations`` and ``retracted``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from analysis.collection import as_read
from analysis.collection.retracted import extra_of, says_retracted
from analysis.common.errors import BadInput
from analysis.common.tables import check_table, make_table

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("abstract", "year", "venue", "doi", "subjects")
IN_EXTRA = ("citations", "retracted")
CELLS = (*COLUMNS, *IN_EXTRA)
GUESS = "title"  # how the origin of a guess begins

_COUNTS = frozenset("citations citedbycount citedby timescited isreferencedbycount citationcount tc".split())


class Cells:
    """The cells of a papers table by column, to be filled row by row."""

    def __init__(self, papers: pd.DataFrame) -> None:
        check_table(papers, "papers")
        self._papers = papers
        self._columns = {name: papers[name].tolist() for name in (*COLUMNS, "as_read", "title")}
        self._columns["year"] = [int(year) if known else None for year, known in
                                 zip(papers["year"], papers["year"].notna(), strict=True)]  # fmt: skip
        self._extra = [extra_of(text) for text in papers["extra"]]
        self._changed: set[int] = set()

    def lacking(self, row: int) -> set[str]:
        """Which cells of a row are empty; the retraction status also where a service knows of no retraction."""
        return {cell for cell in CELLS if self._lacks(row, cell)}

    def _lacks(self, row: int, cell: str) -> bool:
        if cell in COLUMNS:
            return not self._columns[cell][row]
        extra = self._extra[row]
        if cell == "citations":
            return citations_of(extra) is None
        told = "retracted" in extra and "retracted" not in origins_in(extra)
        return not told and not says_retracted(self._columns["title"][row], extra)

    def fill(self, row: int, cell: str, value: Any, origin: Mapping[str, str]) -> bool:
        """Fill an empty cell and note its origin; False, and nothing happens, where there is no value or one is there.

        That a service knows of no retraction never replaces what another said.
        """
        extra = self._extra[row]
        if value is None or value in ("", []) or not self._lacks(row, cell):
            return False
        if cell == "retracted" and not value and origins_in(extra).get(cell, origin)["by"] != origin["by"]:
            return False
        if cell in COLUMNS:
            self._columns[cell][row] = value
        else:
            extra[cell] = value
        if cell in as_read.TEXTS:
            self._columns["as_read"][row] = as_read.filled(self._columns["as_read"][row], cell)
        extra["enriched"] = origins_in(extra) | {cell: dict(origin) | {"is": _hash(value)}}
        self._changed.add(row)
        return True

    def empty(self, row: int, wanted: str) -> list[str]:
        """Take back what ``wanted`` filled in a row: a service, "guesses" or "all". Returns the names of the cells."""
        extra = self._extra[row]
        origins = origins_in(extra)
        gone = []
        for cell, origin in list(origins.items()):
            guess = origin["matched"].startswith(GUESS)
            if wanted not in ("all", origin["by"]) and not (wanted == "guesses" and guess):
                continue
            del origins[cell]
            if _hash(self._columns[cell][row] if cell in COLUMNS else extra.get(cell)) != origin.get("is"):
                continue  # somebody has put in something else since, and that stays
            gone.append(cell)
            if cell in COLUMNS:
                self._columns[cell][row] = {"subjects": [], "year": None}.get(cell, "")
            else:
                del extra[cell]
            if cell in as_read.TEXTS:
                left = as_read.texts_as_read(self._columns["as_read"][row])
                left.pop(cell, None)
                self._columns["as_read"][row] = json.dumps(left) if left else ""
            self._changed.add(row)
        extra["enriched"] = origins
        if not origins:
            del extra["enriched"]
        return gone

    def table(self) -> pd.DataFrame:
        """The papers table as it is now."""
        extra = self._papers["extra"].tolist()
        for row in self._changed:
            extra[row] = json.dumps(self._extra[row], ensure_ascii=False, sort_keys=True) if self._extra[row] else ""
        columns = {name: self._columns[name] for name in (*COLUMNS, "as_read")}
        return make_table("papers", self._papers.assign(**columns, extra=extra))


def undo(papers: pd.DataFrame, wanted: str = "all") -> tuple[pd.DataFrame, int]:
    """The papers without what ``enrich_papers`` filled, and how many cells were emptied.

    ``wanted`` is a service, "guesses" (what was found by title alone) or "all". A cell that was changed since it was
    filled stays as it is. Raises ``BadInput`` for anything else.
    """
    from analysis.collection.enrich.services import SERVICES

    if wanted not in ("all", "guesses", *SERVICES):
        raise BadInput(f"undo {wanted!r}: is none of all, guesses, {', '.join(SERVICES)}")
    cells = Cells(papers)
    gone = sum(len(cells.empty(row, wanted)) for row, text in enumerate(papers["extra"]) if '"enriched"' in text)
    return cells.table(), gone


def origins_of(papers: pd.DataFrame, refused: Iterable[Mapping[str, Any]] = ()) -> pd.DataFrame:
    """The origins table: one row for each cell of ``papers`` that a service filled, and the rows of ``refused``."""
    rows = [
        {"paper_id": paper_id, "cell": cell, "status": "filled", "service": origin["by"], "record": origin["record"],
         "date": origin["on"], "matched": origin["matched"], "guess": origin["matched"].startswith(GUESS)}
        for paper_id, text in zip(papers["paper_id"], papers["extra"], strict=True) if '"enriched"' in text
        for cell, origin in _in_order(origins_in(extra_of(text)))
    ]  # fmt: skip
    return make_table("origins", [*rows, *refused])


def inherited(best: Mapping[str, Any], other: Mapping[str, Any], filled: Iterable[str]) -> dict[str, Any]:
    """What the ``extra`` of a merged record takes on: origins of the cells it was ``filled`` with, and a retraction."""
    theirs, mine = origins_in(extra_of(other["extra"])), origins_in(extra_of(best["extra"]))
    origins = {cell: theirs[cell] for cell in filled if cell in theirs}
    taken: dict[str, Any] = {}
    if says_retracted(other["title"], extra_of(other["extra"])) and not says_retracted(
        best["title"], extra_of(best["extra"])
    ):
        taken["retracted"] = True
        mine.pop("retracted", None)
        origins |= {"retracted": theirs["retracted"]} if "retracted" in theirs else {}
    if "citations" not in extra_of(best["extra"]) and "citations" in theirs:
        origins["citations"] = theirs["citations"]
    if origins or mine:
        taken["enriched"] = mine | origins
    return taken


def origins_in(extra: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The origins that an ``extra`` holds, by cell; what is none of ours is left out."""
    found = extra.get("enriched")
    parts = ("by", "record", "on", "matched")
    return {
        cell: origin
        for cell, origin in (found.items() if isinstance(found, dict) else ())
        if cell in CELLS and isinstance(origin, dict) and all(isinstance(origin.get(part), str) for part in parts)
    }


def citations_of(extra: Mapping[str, Any]) -> int | None:
    """How often a paper is cited, by ``extra``, under any name that services give the number; None if it is silent."""
    for name, value in extra.items():
        if re.sub("[^a-z]", "", name.lower()) in _COUNTS and re.fullmatch(r"\d{1,9}(?:\.0)?", str(value).strip()):
            return int(float(value))
    return None


def _in_order(origins: dict[str, dict[str, str]]) -> Iterator[tuple[str, dict[str, str]]]:
    return ((cell, origins[cell]) for cell in CELLS if cell in origins)


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()[:12]
