"""The evidence table as a file: for a manuscript (tex, md, docx), or to be corrected and to come back (csv, xlsx)."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.common.errors import BadInput
from analysis.common.extras import extra
from analysis.common.links import safe_url
from analysis.common.readable import readable
from analysis.common.tables import BOOL, LIST, SCHEMAS, replacing, write_table
from analysis.evidence.corrections import KEEP, plain
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
_WEB = re.compile(r"https?://[\w./:~?=+-]+", re.ASCII)
_ENTRY_DATE = (1980, 1, 1, 0, 0, 0)
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
    check_ending(path)
    write = _WRITERS[path.suffix.lower()]
    if path.suffix.lower() in (".csv", ".xlsx"):
        rows = _all_columns(table)
    else:
        rows = _shown(table[table["keep"]], names or {}, keys or {} if path.suffix.lower() == ".tex" else {})
    with replacing(path) as temporary:
        write(rows, temporary, title)
    return len(rows)


def check_ending(path: Path) -> None:
    """Raise ``BadInput`` unless the path ends in one of ``ENDINGS``."""
    if path.suffix.lower() not in ENDINGS:
        raise BadInput(
            f"{path}: cannot tell the format from the ending {path.suffix!r}; use {', '.join(ENDINGS[:-1])} or "
            f"{ENDINGS[-1]}"
        )


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

    unsure = zip(cells["sense"], table["unsure"], strict=True)
    cells["sense"] = [f"{sense} (unsure)" if doubted else sense for sense, doubted in unsure]
    shown = pd.DataFrame(cells, columns=list(SHOWN), dtype="object")
    return shown.assign(key=[keys.get(i, "") for i in table["paper_id"]]) if keys else shown


def _readable(value: Any) -> str:
    parts = value if isinstance(value, list) else [value]
    return " ".join(plain("; ".join(readable(part) for part in parts)).split())


# --- spreadsheets ----------------------------------------------------------------------------------------------------


def _csv(rows: pd.DataFrame, path: Path, _title: str) -> None:
    write_table(rows, path)


def _xlsx(rows: pd.DataFrame, path: Path, _title: str) -> None:
    with extra("xlsx", f"{path}: writing a workbook"):
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font
        from openpyxl.utils import get_column_letter

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("evidence")
    columns = [str(column) for column in rows.columns]
    sheet.freeze_panes = f"{get_column_letter(columns.index('citation') + 2)}2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    for number, column in enumerate(columns, 1):
        width = 60 if column in _SENTENCES else 24 if SCHEMAS["evidence"][column] == LIST else 14
        sheet.column_dimensions[get_column_letter(number)].width = width
    wrapped, bold = Alignment(wrap_text=True, vertical="top"), Font(bold=True)
    link = Font(color="0563C1", underline="single")

    def cell(value: Any) -> Any:
        """Text stays text, whatever it begins with."""
        text = "; ".join(value) if isinstance(value, list) else value
        made = WriteOnlyCell(sheet, plain(text) if isinstance(text, str) else text)
        if made.data_type in ("f", "e"):
            made.data_type, made.quotePrefix = "s", True
        made.alignment = wrapped
        return made

    header = [cell(column) for column in columns]
    for made in header:
        made.font = bold
    sheet.append(header)
    for row in rows.to_dict("records"):
        made = {column: cell(row[column]) for column in columns}
        if urls := [url for url in map(safe_url, row["urls"]) if url]:
            made["links"].hyperlink, made["links"].font = plain(urls[0]), link
        sheet.append(list(made.values()))
    told = workbook.create_sheet("how to correct")
    told.column_dimensions["A"].width = 110
    for line in _HOW:
        told.append([line])
    workbook.save(path)
    _same_bytes(path)


# --- manuscripts -----------------------------------------------------------------------------------------------------

_PREAMBLE = r"""% In the preamble: \usepackage{booktabs,longtable,array,pdflscape,url}; XeLaTeX or LuaLaTeX compile it.
% Citation keys are those of: bias-senses export --format bibtex
\begin{landscape}
\setlength{\tabcolsep}{2pt}\tiny\sloppy
"""


def _tex(rows: pd.DataFrame, path: Path, title: str) -> None:
    keys = rows.get("key")
    shown = rows[list(SHOWN)].rename(columns={column: heading for column, (heading, _) in SHOWN.items()})
    escaped = shown.map(_in_tex)
    escaped["Paper"] = [text if text[:1] not in ("[", "*") else "{}" + text for text in escaped["Paper"]]  # no option
    if keys is not None:
        cited = zip(escaped["Paper"], keys, strict=True)
        escaped["Paper"] = [rf"{text} \cite{{{key}}}" if key else text for text, key in cited]
    whole = sum(share for _, share in SHOWN.values())
    # tabcolsep stands at both sides of each column but the outermost ones
    widths = [f"({share / whole:.4f}\\linewidth-2\\tabcolsep)" for _, share in SHOWN.values()]
    styler = escaped.style.hide(axis="index").format(None)
    body = styler.to_latex(
        environment="longtable",
        hrules=True,
        column_format="".join(rf">{{\raggedright\arraybackslash}}p{{\dimexpr{w[1:-1]}\relax}}" for w in widths),
        caption=_in_tex(title),
        label="tab:evidence",
    )
    path.write_text(f"{_PREAMBLE}{body}\\end{{landscape}}\n", "utf-8", newline="\n")


def _in_tex(text: str) -> str:
    """``text`` as TeX prints it; addresses of plain letters so that they may break."""
    from analysis.collection.note import to_tex

    parts = []
    at = 0
    for found in _WEB.finditer(text):
        parts += [to_tex(text[at : found.start()]), rf"\url{{{found[0]}}}"]
        at = found.end()
    return "".join([*parts, to_tex(text[at:])])


def _markdown(rows: pd.DataFrame, path: Path, title: str) -> None:
    lines = [
        f"**{_in_markdown(title)}**",
        "",
        f"| {' | '.join(heading for heading, _ in SHOWN.values())} |",
        f"|{'---|' * len(SHOWN)}",
        *(f"| {' | '.join(map(_in_markdown, row))} |" for row in rows.itertuples(index=False, name=None)),
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


def _in_markdown(text: str) -> str:
    """``text`` with nothing that Markdown, or HTML in it, would take for its own; addresses stay as they are."""

    def escaped(part: str) -> str:
        part = part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return re.sub(r"([\\`*_{}\[\]#|~$^])", r"\\\1", part)

    parts = []
    at = 0
    for found in _WEB.finditer(text):
        parts += [escaped(text[at : found.start()]), found[0]]
        at = found.end()
    return "".join([*parts, escaped(text[at:])])


def _docx(rows: pd.DataFrame, path: Path, title: str) -> None:
    with extra("docx", f"{path}: writing a Word document"):
        from docx import Document
        from docx.enum.section import WD_ORIENT
        from docx.oxml import OxmlElement
        from docx.shared import Cm, Pt

    document = Document()
    document.core_properties.title = plain(title)
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(1.5)
    document.styles["Normal"].font.size = Pt(7)
    document.add_heading(plain(title), level=1)
    table = document.add_table(rows=1, cols=len(SHOWN), style="Table Grid")
    table.autofit = False
    whole = sum(share for _, share in SHOWN.values())
    widths = [Cm(26.7 * share / whole) for _, share in SHOWN.values()]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    header = table.rows[0]
    header._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, (heading, _) in zip(header.cells, SHOWN.values(), strict=True):
        cell.paragraphs[0].add_run(heading).bold = True
    for row in rows.itertuples(index=False, name=None):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.paragraphs[0].add_run(text)
    document.save(os.fspath(path))
    _same_bytes(path)


def _same_bytes(path: Path) -> None:
    """Take the time of writing out of a workbook or document, so that the same table makes the same bytes."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", content)
            archive.writestr(zipfile.ZipInfo(name, _ENTRY_DATE), content, zipfile.ZIP_DEFLATED)


_WRITERS: dict[str, Callable[[Any, Path, str], None]] = {
    ".xlsx": _xlsx, ".csv": _csv, ".tex": _tex, ".md": _markdown, ".docx": _docx,
}  # fmt: skip
ENDINGS = tuple(_WRITERS)
