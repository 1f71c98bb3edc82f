"""The cells that are filled: which are empty, what fills them with its origin, and what empties them again.

Citation counts and the retraction status have no column. They stand in ``extra``, under ``citations`` and
``retracted``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from analysis.collection import as_read
from analysis.collection.enrich.origins import CELLS, COLUMNS, GUESS, origins_in
from analysis.collection.extra import extra_of
from analysis.collection.retracted import says_retracted
from analysis.common.tables import check_table, make_table

if TYPE_CHECKING:
    import pandas as pd

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


def inherited(best: Mapping[str, Any], other: Mapping[str, Any], filled: Iterable[str]) -> dict[str, Any]:
    """What the ``extra`` of a merged record takes on: origins of the cells it was ``filled`` with, and a retraction."""
    mine, theirs = extra_of(best["extra"]), extra_of(other["extra"])
    kept, given = origins_in(mine), origins_in(theirs)
    origins = {cell: given[cell] for cell in filled if cell in given}
    taken: dict[str, Any] = {}
    if says_retracted(other["title"], theirs) and not says_retracted(best["title"], mine):
        taken["retracted"] = True
        kept.pop("retracted", None)
        origins |= {"retracted": given["retracted"]} if "retracted" in given else {}
    if "citations" not in mine and "citations" in given:
        origins["citations"] = given["citations"]
    if origins or kept:
        taken["enriched"] = kept | origins
    return taken


def citations_of(extra: Mapping[str, Any]) -> int | None:
    """How often a paper is cited, by ``extra``, under any name that services give the number; None if it is silent."""
    for name, value in extra.items():
        if re.sub("[^a-z]", "", name.lower()) in _COUNTS and re.fullmatch(r"\d{1,9}(?:\.0)?", str(value).strip()):
            return int(float(value))
    return None


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()[:12]
