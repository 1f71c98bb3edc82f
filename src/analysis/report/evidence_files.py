"""The evidence table as a file: for a manuscript (tex, md, docx), or to be corrected and to come back (csv, xlsx)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.common.documents import one_line, write_docx, write_markdown, write_tex, write_xlsx
from analysis.common.links import safe_url
from analysis.common.tables import BOOL, LIST, SCHEMAS, check_ending, replacing, write_table
from analysis.evidence.corrections import KEEP
from analysis.findings.evidence_table import EMPTY

if TYPE_CHECKING:
    import pandas as pd

# What a reader sees, its heading, and its share of a page's width.
SHOWN = {
    "citation": ("Paper", 7), "sense": ("Sense", 6), "kinds": ("Kind", 8), "stance": ("Stance", 6),
    "has_it": ("Who or what has it", 7), "problem": ("Problem", 16), "own": ("Own method or resource", 7),
    "methods": ("Other methods", 8), "materials": ("Materials", 7), "metrics": ("Metrics", 6),
    "result": ("Result", 15), "quantities": ("Quantities", 6), "links": ("Links", 6),
}  # fmt: skip
_FIRST = (KEEP, *SHOWN)
_SENTENCES = ("title", "problem", "result")
_WIDTHS = [share for _, share in SHOWN.values()]
_HOW = (
    "Correct what you do not agree with from kinds to links, or the citation. A semicolon parts the items of a list.",
    "An empty cell says that the paper has nothing to say there.",
    "Write no under keep to drop a row. Rows may be sorted or taken out; what is absent is not dropped.",
    "Which sense a mention has is corrected in reviews.csv (bias-senses review), not here.",
    "Leave as_read as it is: it tells which cells you changed.",
    "Save the file beside the study as evidence.xlsx or evidence.csv, or name it: --evidence FILE.",
)


def write_evidence(
    table: pd.DataFrame,
    path: str | os.PathLike[str],
    *,
    names: Mapping[str, str] | None = None,
    keys: Mapping[str, str] | None = None,
    title: str = "Evidence",
) -> int:
    """Write the evidence table in the format that the path's ending names, one of ``ENDINGS``; returns its rows.

    .csv and .xlsx hold all columns, what a person may correct first, and dropped rows with ``keep`` no; corrected, they
    are read by ``read_corrections``. .tex, .md and .docx hold what a reader sees, with senses under their ``names`` (id
    to name) and a word where a cell is empty; LaTeX in the texts is made readable. .tex is a longtable with booktabs
    that cites papers by their ``keys`` (paper_id to key). ``title`` is the caption. The same table makes the same
    bytes. Raises ``BadInput`` for another ending or a place that cannot be written.
    """
    path = Path(path)
    check_ending(path, ENDINGS)
    write = _WRITERS[path.suffix.lower()]
    if path.suffix.lower() in (".csv", ".xlsx"):
        rows = _all_columns(table)
    else:
        rows = _shown(table[table["keep"]], names or {}, keys or {} if path.suffix.lower() == ".tex" else {})
    with replacing(path) as temporary:
        write(rows, temporary, title)
    return len(rows)


def _all_columns(table: pd.DataFrame) -> pd.DataFrame:
    ordered = table[[*_FIRST, *(column for column in table.columns if column not in _FIRST)]]
    words = {c: ordered[c].map({True: "yes", False: "no"}) for c in ordered if SCHEMAS["evidence"][str(c)] == BOOL}
    return ordered.assign(**{str(c): values for c, values in words.items()})


def _shown(table: pd.DataFrame, names: Mapping[str, str], keys: Mapping[str, str]) -> pd.DataFrame:
    """What a reader sees, as plain text of one line; with ``keys`` the column ``key``."""
    cells = {}
    for column in SHOWN:
        values = table[column].map(lambda sense: names.get(sense, sense)) if column == "sense" else table[column]
        cells[column] = [_readable(value) or EMPTY[column] for value in values]
    import pandas as pd

    parents = [f", but {names.get(parent, parent)}" if parent else "" for parent in table["parent"]]
    doubts = zip(cells["sense"], table["unsure"], parents, strict=True)
    cells["sense"] = [f"{sense} (unsure{parent})" if doubted else sense for sense, doubted, parent in doubts]
    shown = pd.DataFrame(cells, columns=list(SHOWN), dtype="object")
    return shown.assign(key=[keys.get(i, "") for i in table["paper_id"]]) if keys else shown


def _readable(value: Any) -> str:
    return "; ".join(map(one_line, value)) if isinstance(value, list) else one_line(value)


# --- the formats -----------------------------------------------------------------------------------------------------


def _csv(rows: pd.DataFrame, path: Path, _title: str) -> None:
    write_table(rows, path)


def _xlsx(rows: pd.DataFrame, path: Path, _title: str) -> None:
    columns = [str(column) for column in rows.columns]
    write_xlsx(
        rows,
        path,
        sheet="evidence",
        widths={c: 60 if c in _SENTENCES else 24 if SCHEMAS["evidence"][c] == LIST else 14 for c in columns},
        frozen=columns.index("citation") + 1,
        links={"links": [next(filter(None, map(safe_url, urls)), "") for urls in rows["urls"]]},
        notes=("how to correct", _HOW),
    )


_KEYS = "% Citation keys are those of: bias-senses export --format bibtex"


def _tex(rows: pd.DataFrame, path: Path, title: str) -> None:
    keys = rows["key"].tolist() if "key" in rows else None
    write_tex(_headed(rows), path, title=title, label="tab:evidence", widths=_WIDTHS, keys=keys, packages=_KEYS)


def _markdown(rows: pd.DataFrame, path: Path, title: str) -> None:
    write_markdown(_headed(rows), path, title=title)


def _docx(rows: pd.DataFrame, path: Path, title: str) -> None:
    write_docx(_headed(rows), path, title=title, widths=_WIDTHS)


def _headed(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[list(SHOWN)].rename(columns={column: heading for column, (heading, _) in SHOWN.items()})


_WRITERS: dict[str, Callable[[Any, Path, str], None]] = {
    ".xlsx": _xlsx, ".csv": _csv, ".tex": _tex, ".md": _markdown, ".docx": _docx,
}  # fmt: skip
ENDINGS = tuple(_WRITERS)
