"""RIS, as rispy writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from analysis.collection.extra import extra_of
from analysis.collection.note import note_of
from analysis.collection.writers.base import Row, fragile, one_line

# What other columns do not hold: of a record that came from RIS these tags go back as they were.
_NATIVE = frozenset(
    "A2 A3 A4 AD AN C1 C2 C3 C4 C5 C6 C7 C8 CN CY DA DB DP ED EP ET IS LB M1 M3 N1 NV PB SE SN SP ST T3 VL Y2".split()
)

_TYPE = re.compile(r"[A-Z]{3,7}")


def write(rows: Iterable[Row]) -> str:
    """One RIS record for each row."""
    import rispy

    class Writer(rispy.RisWriter):
        def set_header(self, count: int) -> str:
            return ""  # its default numbers the records in lines that belong to none

    entries = [_entry(row) for row in rows]
    names = {tag: tag.lower() for entry in entries for tag in entry} | {"TY": Writer.REFERENCE_TYPE_KEY}
    text: str = rispy.dumps(
        [{names[tag]: value for tag, value in entry.items()} for entry in entries],
        implementation=Writer, mapping=names, list_tags=[], delimiter_tags_mapping={}, enforce_list_tags=False,
    )  # fmt: skip
    return text


def _entry(row: Row) -> dict[str, Any]:
    extra = extra_of(row["extra"])
    kind = str(extra.get("TY"))
    known = {
        "TI": one_line(row["title"]), "AU": [one_line(author) for author in row["authors"]],
        "PY": str(row["year"] or ""), "T2": one_line(row["venue"]), "DO": one_line(row["doi"]),
        "UR": one_line(row["url"]), "AB": one_line(row["abstract"]), "KW": [one_line(word) for word in row["shown"]],
        "LA": one_line(row["language"]), "M2": note_of(row, fragile(row)), "ID": one_line(row["paper_id"]),
    }  # fmt: skip
    native = {tag: _lines(extra[tag]) for tag in sorted(_NATIVE & extra.keys())}
    filled = {tag: value for tag, value in (known | native).items() if value}
    return {"TY": kind if _TYPE.fullmatch(kind) else "JOUR"} | filled


def _lines(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [one_line(str(part)) for part in values if isinstance(part, (str, int, float)) and one_line(str(part))]
