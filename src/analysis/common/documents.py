"""A table as a workbook, or for a manuscript as LaTeX, Markdown or Word: whole, escaped, the same bytes each time.

A workbook holds the values themselves. A manuscript shows them as the prose does (three decimals, thousands with a
comma), one line a cell, with LaTeX in the texts made readable.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.common.errors import BadInput
from analysis.common.escape import in_markdown, in_tex, plain
from analysis.common.extras import extra
from analysis.common.readable import readable
from analysis.common.wording import show

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS, LONGEST = 1_048_575, 32_767  # of an Excel sheet below its header, and characters of a cell
PORTRAIT = 95  # characters in a line of small type on an upright page
MANY = 8  # columns; more than these on a landscape page are set in tiny type
_WIDEST = 60  # characters; what is longer is folded
_ENTRY_DATE = (1980, 1, 1, 0, 0, 0)


# --- workbooks -------------------------------------------------------------------------------------------------------


def write_xlsx(
    frame: pd.DataFrame,
    path: Path,
    *,
    sheet: str = "table",
    widths: Mapping[str, int] | None = None,
    frozen: int = 0,
    links: Mapping[str, Sequence[str]] | None = None,
    notes: tuple[str, Sequence[str]] | None = None,
) -> None:
    """Write a workbook with one row for each row of ``frame`` below a header that stays in view and can be filtered.

    Text stays text, whatever it begins with; lists are joined by "; ". ``widths`` are in characters, ``frozen`` says
    how many columns stay in view, ``links`` gives a column's address in each row ("" for none), ``notes`` are the name
    and lines of a second sheet. Raises ``BadInput`` where Excel has no room: too many rows, or too long a text.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    _check_room(frame)
    workbook = Workbook(write_only=True)
    made_sheet = workbook.create_sheet(sheet)
    columns = [str(column) for column in frame.columns]
    made_sheet.freeze_panes = f"{get_column_letter(frozen + 1)}2"
    if columns:
        made_sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(frame) + 1}"
    for number, column in enumerate(columns, 1):
        width = (widths or {}).get(column) or min(_longest(frame.iloc[:200, number - 1], column), _WIDEST) + 4
        made_sheet.column_dimensions[get_column_letter(number)].width = width
    wrapped, bold = Alignment(wrap_text=True, vertical="top"), Font(bold=True)
    link = Font(color="0563C1", underline="single")

    def cell(value: Any) -> Any:
        made = WriteOnlyCell(made_sheet, _native(value))
        if made.data_type in ("f", "e"):
            made.data_type, made.quotePrefix = "s", True
        made.alignment = wrapped
        return made

    header = [cell(column) for column in columns]
    for made in header:
        made.font = bold
    made_sheet.append(header)
    places = [(columns.index(column), addresses) for column, addresses in (links or {}).items()]
    for number, row in enumerate(frame.itertuples(index=False, name=None)):
        cells = [cell(value) for value in row]
        for place, addresses in places:
            if addresses[number]:
                cells[place].hyperlink, cells[place].font = plain(addresses[number]), link
        made_sheet.append(cells)
    if notes:
        told = workbook.create_sheet(notes[0])
        told.column_dimensions["A"].width = 110
        for line in notes[1]:
            told.append([line])
    workbook.save(path)
    same_bytes(path)


def _check_room(frame: pd.DataFrame) -> None:
    if len(frame) > MOST_ROWS:
        raise BadInput(f"a sheet of Excel holds {MOST_ROWS:,} rows and the table has {len(frame):,}; use .csv")
    for place in range(frame.shape[1]):
        longest = max((len(value) for value in map(_native, frame.iloc[:, place]) if isinstance(value, str)), default=0)
        if longest > LONGEST:
            raise BadInput(f"a cell of Excel holds {LONGEST:,} characters and a text has {longest:,}; use .csv")


def _native(value: Any) -> Any:
    """What a cell can hold: a number, a truth, a text, or nothing."""
    if isinstance(value, (list, tuple)):
        return plain("; ".join(map(str, value)))
    if isinstance(value, str):
        return plain(value)
    if value is None or str(value) in ("<NA>", "NaT", "nan"):
        return None
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return str(value)
    return value if isinstance(value, (bool, int, float)) else plain(str(value))


# --- manuscripts -----------------------------------------------------------------------------------------------------


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` as a reader sees it: its columns' names in words, each cell one line of text."""
    import pandas as pd

    headings = [one_line(str(column).replace("_", " ")) for column in frame.columns]
    cells = [
        [_shown(value, year="year" in heading.lower()) for value in frame.iloc[:, place]]
        for place, heading in enumerate(headings)
    ]
    made = pd.DataFrame(dict(enumerate(cells)), dtype="object", index=range(len(frame)))
    made.columns = pd.Index(headings, dtype="object")
    return made


def _shown(value: Any, *, year: bool) -> str:
    return one_line(show(value.item() if hasattr(value, "item") else value, year=year))


def one_line(text: str) -> str:
    """``text`` in one line, its LaTeX readable, without control characters."""
    return " ".join(plain(readable(text)).split())


def write_tex(
    frame: pd.DataFrame,
    path: Path,
    *,
    title: str = "",
    label: str = "",
    widths: Sequence[float] | None = None,
    keys: Sequence[str] | None = None,
    packages: str = "",
) -> None:
    r"""Write a longtable with booktabs' rules, its header on every page.

    Columns are as wide as their text. Where the line has no room for that they fold, and where that would make them
    narrow the page is landscape. ``widths`` are their shares of a landscape line, if the texts are not to choose them.
    With ``keys`` the first column cites: ``\cite{key}``, nothing for "". ``packages`` is another line of comment.
    """
    shown = as_text(frame)
    layout = _laid_out(frame, shown, widths)
    escaped = shown.map(in_tex)
    if len(shown.columns):
        first = ["{}" + text if text[:1] in ("[", "*") else text for text in escaped.iloc[:, 0]]  # no option
        if keys is not None:
            first = [rf"{text} \cite{{{key}}}" if key else text for text, key in zip(first, keys, strict=True)]
        escaped.isetitem(0, first)
    escaped.columns = [in_tex(heading) for heading in shown.columns]
    if layout.folded:  # tabcolsep stands at both sides of each column but the outermost ones
        columns = "".join(
            rf">{{\ragged{'left' if number else 'right'}\arraybackslash}}"
            rf"p{{\dimexpr{share:.4f}\linewidth-2\tabcolsep\relax}}"
            for number, share in zip(layout.numbers, layout.shares, strict=True)
        )
    else:
        columns = "".join("r" if number else "l" for number in layout.numbers)
    body = escaped.style.hide(axis="index").format(None).to_latex(
        environment="longtable", hrules=True, column_format=columns, caption=in_tex(one_line(title)) or None,
        label=label or None,
    )  # fmt: skip
    size = r"\tiny" if layout.wide and len(shown.columns) > MANY else r"\footnotesize"
    lines = [
        r"% In the preamble: \usepackage{booktabs,longtable,array,pdflscape,url}; XeLaTeX or LuaLaTeX compile it.",
        *([packages] if packages else []),
        r"\begin{landscape}" if layout.wide else r"\begingroup",
        rf"\setlength{{\tabcolsep}}{{2pt}}{size}\sloppy" if layout.folded else size,
        body.rstrip("\n"),
        r"\end{landscape}" if layout.wide else r"\endgroup",
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


def write_markdown(frame: pd.DataFrame, path: Path, *, title: str = "") -> None:
    """Write a pipe table below its title; numbers stand at the right."""
    shown = as_text(frame)
    marks = ["--:" if kind.kind in "iuf" else "---" for kind in frame.dtypes]
    lines = [
        *([f"**{in_markdown(one_line(title))}**", ""] if title else []),
        f"| {' | '.join(map(in_markdown, shown.columns))} |",
        f"|{'|'.join(marks)}|",
        *(f"| {' | '.join(map(in_markdown, row))} |" for row in shown.itertuples(index=False, name=None)),
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


def write_docx(frame: pd.DataFrame, path: Path, *, title: str = "", widths: Sequence[float] | None = None) -> None:
    """Write a Word document with one table below its title, the header repeated on every page.

    It is landscape where the columns have no room upright, or where ``widths`` gives their shares of the line.
    """
    with extra("docx", "a Word document"):
        from docx import Document
        from docx.enum.section import WD_ORIENT
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml import OxmlElement
        from docx.shared import Cm, Pt

    shown = as_text(frame)
    layout = _laid_out(frame, shown, widths)
    document = Document()
    document.core_properties.title = one_line(title)
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE if layout.wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Cm(29.7), Cm(21)) if layout.wide else (Cm(21), Cm(29.7))
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(1.5)
    document.styles["Normal"].font.size = Pt(7 if layout.wide and len(shown.columns) > MANY else 9)
    if title:
        document.add_heading(one_line(title), level=1)
    if not len(shown.columns):
        document.save(os.fspath(path))
        return same_bytes(path)
    table = document.add_table(rows=1, cols=len(shown.columns), style="Table Grid")
    table.autofit = False
    for column, share in zip(table.columns, layout.shares, strict=True):
        column.width = Cm((26.7 if layout.wide else 18) * share)
    header = table.rows[0]
    header._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, heading in zip(header.cells, shown.columns, strict=True):
        cell.paragraphs[0].add_run(heading).bold = True
    for row in shown.itertuples(index=False, name=None):
        for cell, text, number in zip(table.add_row().cells, row, layout.numbers, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.add_run(text)
            if number:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.save(os.fspath(path))
    return same_bytes(path)


class _Layout(NamedTuple):
    """Which columns hold numbers, their shares of the line, whether texts fold, whether the page is landscape."""

    numbers: list[bool]
    shares: list[float]
    folded: bool
    wide: bool


def _laid_out(frame: pd.DataFrame, shown: pd.DataFrame, widths: Sequence[float] | None) -> _Layout:
    numbers = [kind.kind in "iuf" for kind in frame.dtypes]
    whole = [_longest(shown.iloc[:, place], heading) for place, heading in enumerate(shown.columns)]
    folded = [min(length, _WIDEST) for length in whole]
    wanted = [float(width) for width in widths] if widths is not None else [length**0.7 for length in folded]
    room = PORTRAIT - 2 * len(whole)
    return _Layout(
        numbers,
        [share / sum(wanted) for share in wanted],
        widths is not None or sum(whole) > room,
        widths is not None or sum(folded) > room,
    )


def _longest(values: Any, heading: str) -> int:
    """The characters of a column's longest text, at least its heading's."""
    return max([len(str(value)) for value in values] + [len(heading), 3])


def same_bytes(path: Path) -> None:
    """Take the time of writing out of a workbook or document, so that the same table makes the same bytes."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", content)
            archive.writestr(zipfile.ZipInfo(name, _ENTRY_DATE), content, zipfile.ZIP_DEFLATED)


def _tex(frame: pd.DataFrame, path: Path, title: str, name: str) -> None:
    write_tex(frame, path, title=title, label=f"tab:{name}")


WRITERS: dict[str, Callable[[Any, Path, str, str], None]] = {
    ".xlsx": lambda frame, path, title, name: write_xlsx(frame, path, sheet=name[:31]),
    ".tex": _tex,
    ".md": lambda frame, path, title, name: write_markdown(frame, path, title=title),
    ".docx": lambda frame, path, title, name: write_docx(frame, path, title=title),
}
