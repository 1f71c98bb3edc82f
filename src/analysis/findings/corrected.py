"""The evidence table with what a person changed in it."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from analysis.common.links import place_text, safe_url
from analysis.common.tables import make_table
from analysis.evidence.corrections import CELLS, KEEP
from analysis.findings.evidence_table import LISTS, NAMES, SINGLES

if TYPE_CHECKING:
    import pandas as pd


def correct_evidence(table: pd.DataFrame, corrections: pd.DataFrame, papers: pd.DataFrame) -> pd.DataFrame:
    """The table of ``evidence`` with the cells of a corrections table (``read_corrections``) in their places.

    ``corrected`` lists the changed cells of a row; ``keep`` is false in a row that the person dropped. What the person
    wrote is looked up in the abstract, then in the title (``papers``): where it stands there, blanks aside, the cell
    holds those words and their place; else it holds the person's own words and the place "". An item that stood there
    before keeps its place. ``as_read`` stays that of the machine. Corrections of a row that is not there are passed
    over.
    """
    told: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(dict)
    for paper_id, sense, cell, value in zip(
        corrections["paper_id"], corrections["sense"], corrections["cell"], corrections["value"], strict=True
    ):
        told[paper_id, sense][cell] = value
    if not told:
        return table
    wanted = {paper_id for paper_id, _ in told}
    chosen = papers[papers["paper_id"].isin(wanted)].drop_duplicates("paper_id")
    texts = {row["paper_id"]: row for row in chosen[["paper_id", "title", "abstract"]].to_dict("records")}
    rows = []
    for record in table.to_dict("records"):
        row: dict[str, Any] = {str(column): value for column, value in record.items()}
        changes = told.get((row["paper_id"], row["sense"]), {})
        for cell in (cell for cell in CELLS if cell in changes):
            row |= _cell(row, cell, changes[cell], texts[row["paper_id"]])
        row["corrected"] = [cell for cell in CELLS if cell in changes]
        rows.append(row | {"keep": KEEP not in changes})
    return make_table("evidence", rows)


def _cell(row: dict[str, Any], cell: str, value: list[str], text: dict[Any, Any]) -> dict[str, Any]:
    """The cell, and the columns beside it."""
    if cell == "stance":
        return {"stance": "".join(value), "stance_at": [""] * len(value)}
    if cell not in (*SINGLES, *LISTS):
        return {cell: "".join(value)}
    single = cell in SINGLES
    before = [row[cell]] if single else list(row[cell])
    places = dict(zip(before, row[f"{cell}_at"], strict=False))
    names = dict(zip(before, row[NAMES[cell]], strict=True)) if cell in NAMES else {}
    found = [(item, places[item]) if item in places else _place(item, text) for item in value]
    made = [item for item, _ in found]
    changed: dict[str, Any] = {cell: "".join(made) if single else made, f"{cell}_at": [place for _, place in found]}
    if cell in NAMES:
        changed[NAMES[cell]] = [names.get(item, _name(cell, item)) for item in made]
    return changed


def _place(item: str, text: dict[Any, Any]) -> tuple[str, str]:
    """The words as they stand in abstract or title, and where; as they are and "" where they do not stand there."""
    words = r"\s+".join(map(re.escape, item.split()))
    before, after = (r"\b" if re.match(r"\w", end) else "" for end in (item[:1], item[-1:]))  # AI is not in fAIr
    pattern = re.compile(before + words + after)
    for field in ("abstract", "title"):
        if match := pattern.search(text[field]):
            return match[0], place_text(field, *match.span())
    return item, ""


def _name(cell: str, item: str) -> str:
    """What a reader's own item is counted as: itself; nobody knows which kind of bearer it is."""
    return "" if cell == "has_it" else safe_url(item) if cell == "links" else item
