"""A corrected evidence table comes back: which of its cells a person changed, whatever the machine reads by now.

``bias-senses evidence`` writes with each row ``as_read``: the paper, the sense, and a short hash of each cell as the
machine gave it. A cell is corrected where it no longer agrees with its hash. So an untouched cell of an old export
never holds back a newer reading. What spreadsheets do to cells by themselves (numbers, booleans, blanks, line breaks)
is no change. A row whose ``keep`` says no is dropped; a row that is absent says nothing.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote

from analysis.common.errors import BadInput
from analysis.common.escape import plain
from analysis.common.hashes import file_hash
from analysis.common.tables import LIST, SCHEMAS, make_table, read_table

if TYPE_CHECKING:
    import pandas as pd

    from analysis.inventory.inventory import Inventory

CELLS = (
    "citation", "kinds", "stance", "has_it", "problem", "own", "methods", "materials", "metrics", "result",
    "quantities", "links",
)  # fmt: skip
KEEP, AS_READ = "keep", "as_read"
FILES = ("evidence.csv", "evidence.xlsx")
ENDINGS = (".csv", ".xlsx")

_LONGEST = 30_000  # characters; a cell of Excel holds 32,767
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+|(?=\.\d))(?:\.\d*)?(?:[eE][+-]?\d{1,3})?")
_HASH = re.compile(r"[0-9a-f]{8}")
_YES, _NO = ("", "yes", "y", "true", "1"), ("no", "n", "false", "0")


class Change(NamedTuple):
    """What a person changed in one row of a file: ``row`` as a spreadsheet counts, the header being row 1."""

    row: int
    paper_id: str
    sense: str
    cell: str
    value: list[str]


def as_read(row: Mapping[str, Any]) -> str:
    """The paper, the sense and the hash of each cell of a row of the evidence table, as the machine gave it."""
    who = f"paper={quote(plain(row['paper_id']), safe='')} sense={quote(plain(row['sense']), safe='')}"
    return " ".join([who, *(f"{cell}={_hash(row[cell])}" for cell in CELLS)])


def read_changes(path: str | os.PathLike[str]) -> list[Change]:
    """What a person changed in a .csv or .xlsx that ``bias-senses evidence`` wrote, from the top down.

    A changed cell of a list is cut at its semicolons. A dropped row is a change of the cell ``keep``. Raises
    ``BadInput``, naming the file and the row, for a file that is damaged or was not written by us, a row without its
    ``as_read``, and a paper or sense that was changed.
    """
    path = Path(path)
    rows = _rows(path)
    found: list[Change] = []
    first = next(rows, None)
    if first is None or AS_READ not in first[1]:
        raise BadInput(
            f"{path}: no evidence table (it lacks the column {AS_READ}, or commas do not part its columns); correct a "
            "file that bias-senses evidence wrote"
        )
    for number, record in rows:
        if any(_text(value) for value in record.values()):
            found += _changes(record, number, f"{path}: row {number}")
    return found


def check_replaceable(path: Path, *, honoured: str, lost: Sequence[Mapping[str, Any]] = ()) -> None:
    """Raise ``BadInput`` rather than let a file be replaced in which someone corrected something.

    ``honoured`` is the hash of the file whose corrections the study has, so that they stand in what is written now, but
    for those that it lost (``lost_corrections``).
    """
    if path.suffix.lower() not in ENDINGS or not path.is_file():
        return
    if file_hash(path) == honoured:
        if lost:
            raise BadInput(
                f"{path}: row {lost[0]['row']} corrects what is no more and would be lost; choose another file"
            )
        return
    try:
        changed = bool(read_changes(path))
    except BadInput as error:
        raise BadInput(f"{error}; so it is not replaced, choose another file") from error
    if changed:
        raise BadInput(f"{path}: holds corrections; give it as --evidence {path}, or choose another file")


def read_corrections(path: str | os.PathLike[str], *, paper_ids: Collection[str], inventory: Inventory) -> pd.DataFrame:
    """The corrections table of a corrected evidence table: paper_id, sense, cell, value, row; one row per changed cell.

    ``paper_ids`` are those of the collection. A sense that reviews renamed or merged since is found by its old id.
    Raises ``BadInput`` as ``read_changes`` does, and for a change to a paper or sense that is not there, an unknown
    stance, and two rows that say different things of one cell.
    """
    said: dict[tuple[str, str, str], Change] = {}
    for change in read_changes(path):
        place = f"{path}: row {change.row}"
        sense = inventory.current(change.sense)
        if change.paper_id not in paper_ids:
            raise BadInput(f"{place}: no paper {change.paper_id!r} in the collection; take the row out")
        if not sense:
            raise BadInput(f"{place}: no sense {change.sense!r} in the inventory; take the row out")
        if change.cell == "stance" and inventory.stances and not set(change.value) <= set(inventory.stances):
            raise BadInput(f"{place}: no stance {change.value[0]!r}; use {', '.join(inventory.stances)}")
        before = said.setdefault((change.paper_id, sense, change.cell), change)
        if before.value != change.value:
            raise BadInput(f"{place}: says another {change.cell} than row {before.row}, of the same paper and sense")
    rows = [{**change._asdict(), "sense": sense} for (_, sense, _), change in said.items()]
    return make_table("corrections", rows)


def lost_corrections(corrections: pd.DataFrame, mentions: pd.DataFrame, senses: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a corrected file that correct nothing, as no mention of the paper has the sense any more.

    Plain data: the file's row, paper_id, sense; ``senses`` is the senses table of ``mentions``.
    """
    read = mentions[["mention_id", "paper_id"]].merge(senses[["mention_id", "sense"]], on="mention_id", validate="1:1")
    there = set(zip(read["paper_id"], read["sense"], strict=True))
    rows = corrections[["row", "paper_id", "sense"]].drop_duplicates().to_dict("records")
    return [{str(k): v for k, v in row.items()} for row in rows if (row["paper_id"], row["sense"]) not in there]


def _changes(record: Mapping[str, Any], row: int, place: str) -> Iterator[Change]:
    known = dict(part.partition("=")[::2] for part in _text(record[AS_READ]).split())
    hashes = {cell: known[cell] for cell in CELLS if cell in known}
    if not (known.get("paper") and known.get("sense") and all(map(_HASH.fullmatch, hashes.values()))):
        raise BadInput(
            f"{place}: {AS_READ} is {'damaged' if known else 'empty'}; rows can be corrected, or dropped by a no under "
            f"{KEEP}, but not added"
        )
    paper_id, sense = unquote(known["paper"]), unquote(known["sense"])
    if "paper_id" in record and _normal(record["paper_id"]) != _normal(paper_id):
        raise BadInput(f"{place}: paper_id was changed from {paper_id!r}; a row stays with its paper")
    if "sense" in record and _normal(record["sense"]) != _normal(sense):
        raise BadInput(
            f"{place}: sense was changed from {sense!r}; which sense a mention has is said in reviews.csv, not here"
        )
    kept = _text(record.get(KEEP)).lower()
    if kept not in (*_YES, *_NO):
        raise BadInput(f"{place}: {KEEP} is {kept!r}; write yes or no")
    if kept in _NO:
        yield Change(row, paper_id, sense, KEEP, ["no"])
    for cell, hashed in hashes.items():
        if cell in record and _hash(record[cell]) != hashed:
            yield Change(row, paper_id, sense, cell, _value(cell, _text(record[cell])))


def _value(cell: str, text: str) -> list[str]:
    parts = re.split(r"[;\n]", text) if SCHEMAS["evidence"][cell] == LIST else [text]
    return [part.strip() for part in parts if part.strip()]


# --- cells as spreadsheets leave them --------------------------------------------------------------------------------


def _text(value: Any) -> str:
    """A cell as text, without what Excel adds: a whole number's ".0", carriage returns, blanks at the ends."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return plain(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _normal(value: Any) -> str:
    """A cell as it is compared: Excel shows 0.50 as 0.5, 1,204 as 1204, true as TRUE."""
    text = re.sub(r"\s+", " ", _text(value))[:_LONGEST].strip()
    if _NUMBER.fullmatch(text):
        return f"{float(text.replace(',', '')):.12g}"
    return text.lower() if text.lower() in ("true", "false") else text


def _hash(value: Any) -> str:
    return hashlib.sha256(_normal(value).encode("utf-8")).hexdigest()[:8]


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The header, as (1, its names), then each row with its number."""
    if path.suffix.lower() not in ENDINGS:
        raise BadInput(f"{path}: cannot read the ending {path.suffix!r}; a corrected evidence table is .csv or .xlsx")
    if path.suffix.lower() == ".csv":
        frame = read_table(path).rename(columns=lambda name: str(name).strip())
        names: list[str] = list(frame.columns)
        rows: Any = frame.itertuples(index=False, name=None)
    else:
        sheets = _sheets(path)
        header, *below = next((rows for rows in sheets if AS_READ in map(_text, rows[0])), [()])
        names, rows = [_text(name) for name in header], below
    yield 1, dict.fromkeys(names)
    for number, row in enumerate(rows, 2):
        yield number, dict(zip(names, row, strict=False))


def _sheets(path: Path) -> list[list[tuple[Any, ...]]]:
    from openpyxl import load_workbook

    if not path.is_file():
        raise BadInput(f"{path}: no such file")
    try:
        workbook = load_workbook(path, read_only=True, data_only=True)
        sheets = [list(sheet.iter_rows(values_only=True)) for sheet in workbook.worksheets]
        workbook.close()
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError, TypeError, EOFError) as error:
        raise BadInput(f"{path}: not a whole Excel workbook ({error}); save it again") from error
    return [rows for rows in sheets if rows]
