"""A figure as readers meet it: what was found as its heading, the chart, how to read it, and the table behind it."""

from __future__ import annotations

import base64
import io
import os
import re
import warnings
from collections.abc import Callable, Mapping
from functools import cached_property
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from analysis.charts.style import COLUMN, PAGE, RC, in_inches
from analysis.common.display import as_it_is, in_report
from analysis.common.errors import BadInput
from analysis.common.links import selection_link
from analysis.common.readable import readable_html
from analysis.common.tables import replacing, write_table
from analysis.common.wording import show

if TYPE_CHECKING:
    import pandas as pd

Links = Mapping[str, Callable[[Any], str]]
Selections = Mapping[str, Mapping[str, str] | Callable[[Mapping[Any, Any]], str]]
Bundle = tuple[dict[str, Any], dict[str, dict[str, Any]]]  # what is shown, and facts about it
Width = float | Literal["column", "page"]
PRINTED = 300  # dots an inch of a PNG that goes into print
PIXELS = 115  # CSS pixels an inch on a screen: 8-point type comes out at 13 px
LARGEST_SVG = 200_000  # bytes; a chart of thousands of points is smaller, and scrolls better, as PNG
TABLE_ROWS = 200  # rows of the table shown under a chart; the whole table is beside the report as CSV
TABLE = "application/vnd.bias-senses.table"  # the mime type under which a report finds it
PICTURES = "application/vnd.bias-senses.pictures+json"  # a figure as SVG and PNG, for a report to put beside its page
_SENSES = ("sense", "sense_a", "sense_b")  # columns of figures' tables
_NUMBER = ' class="number"'
_METADATA: dict[str, dict[str, str | None]] = {
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}


class Figure:
    """A chart with its heading and its table; shows itself in notebooks and saves itself for papers.

    ``heading`` is the finding (or that the data carry none), ``subtitle`` what is drawn, ``notes`` how to read it and
    what it rests on. ``detail`` are the numbers that the alternative text gives behind the heading.

    ``plot`` draws ``table`` on an Axes: ``plot(ax, table, **options) -> Axes``. ``height`` is in inches at page width,
    ``column_height`` at column width. ``instead``, if not empty, says why there is nothing to draw, and is shown in
    the chart's place. ``drawn`` are the rows that the chart shows, if it would be crowded by all of ``table``; ``rows``
    of ``table`` are shown at most in the table under it.
    With a palette in ``options``, senses stand in the table by name; ``selections`` says where its counts lead, as in
    ``Table``.
    All these are plain text and are escaped where they become HTML.
    """

    display: Callable[[str], str] = staticmethod(as_it_is)  # what a notebook does with the HTML before it shows it

    def __init__(
        self,
        plot: Callable[..., Any],
        table: pd.DataFrame,
        *,
        name: str,
        heading: str,
        subtitle: str,
        notes: str = "",
        detail: str = "",
        height: float = 3.0,
        column_height: float | None = None,
        instead: str = "",
        options: Mapping[str, Any] | None = None,
        drawn: pd.DataFrame | None = None,
        selections: Selections | None = None,
        rows: int = TABLE_ROWS,
    ) -> None:
        self.plot = plot
        self.table = table
        self.drawn = table if drawn is None else drawn
        self.name = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        self.heading, self.subtitle, self.notes = heading, subtitle, notes
        self.alt = f"{heading}. {detail}".strip()
        self.height = height
        self.column_height = height if column_height is None else column_height
        self.instead = instead
        self.options = dict(options or {})
        self.rows = rows
        self.selections = dict(selections or {})

    def render(self, kind: str = "svg", *, width: Width = PAGE, dots: int = 2 * PIXELS) -> bytes:
        """The drawn chart as ``svg``, ``pdf`` or ``png`` bytes, ``width`` inches wide, or as wide as a column or page.

        It is drawn for its width, not scaled: type keeps its size in points. ``dots`` an inch are those of a PNG. Same
        table, same machine: the same bytes. Raises ``BadInput`` for another kind or width, or if there is no chart.
        """
        if kind not in _METADATA:
            raise BadInput(f"a figure cannot be saved as {kind!r}; use svg, pdf or png")
        return self._printed(in_inches(width), {kind: dots})[kind]

    def _printed(self, width: float, dots: Mapping[str, int]) -> dict[str, bytes]:
        """The chart drawn once and printed as each kind that ``dots`` an inch are named for."""
        if self.instead:
            raise BadInput(f"figure {self.name}: {self.instead}")
        import matplotlib as mpl
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure as Canvas

        height = self.column_height if width < (COLUMN + PAGE) / 2 else self.height
        printed = {}
        with mpl.rc_context(RC), warnings.catch_warnings():
            # A letter that the font lacks is a box in the chart and itself in the table; a page has no room for more.
            warnings.filterwarnings("ignore", r"Glyph \d+ .*missing from font")
            canvas = Canvas(figsize=(width, height), layout="constrained")
            self.plot(canvas.add_subplot(), self.drawn, **self.options)
            FigureCanvasSVG(canvas)  # so that every kind is laid out by the outlines of the letters, as the SVG is
            layout = canvas.get_layout_engine()
            assert layout is not None
            layout.execute(canvas)
            canvas.set_layout_engine(None)  # else each print would lay it out anew, after drawing it for nothing
            for kind, number in dots.items():
                out = io.BytesIO()
                canvas.savefig(out, format=kind, dpi=number, metadata=_METADATA[kind])
                printed[kind] = out.getvalue()
        return printed

    def save(self, path: str | os.PathLike[str], *, width: Width = PAGE) -> Path:
        """Write the chart to ``path`` as .svg, .pdf (fonts embedded) or .png (300 dots an inch), by its ending.

        ``width`` is "column" (3.35 inches, 85 mm), "page" (7 inches, 178 mm), or any other in inches. Raises
        ``BadInput`` for another ending or width, for an unwritable place, or without a chart.
        """
        path = Path(path)
        content = self.render(path.suffix.lower().lstrip("."), width=width, dots=PRINTED)
        with replacing(path) as temporary:
            temporary.write_bytes(content)
        return path

    def to_html(self) -> str:
        """The figure as HTML that needs nothing from elsewhere: heading, images for wide and narrow screens, table."""
        if self.instead:
            return f'<p class="not-shown" id="{self.name}">{escape(self.instead)}</p>'
        palette = self.options.get("palette")
        texts = dict.fromkeys(_SENSES, palette.named) if palette else None
        table = table_html(self.table, rows=self.rows, texts=texts, selections=self.selections)
        return (
            f'<figure id="{self.name}" class="figure">{captioned(self.heading, self.subtitle)}{self._picture()}'
            f"{noted(self.notes, 'figure')}"
            f"<details><summary>Table behind this figure</summary>{table}</details></figure>"
        )

    @cached_property
    def _wide(self) -> dict[str, bytes]:
        return self._printed(PAGE, dict.fromkeys(("svg", "png"), 2 * PIXELS))

    def _picture(self) -> str:
        kind = "png" if len(self._wide["svg"]) > LARGEST_SVG else "svg"
        wide, narrow = (_data_uri(kind, picture) for picture in (self._wide[kind], self.render(kind, width=COLUMN)))
        return (
            f'<picture><source media="(max-width: 640px)" srcset="{narrow}">'
            f'<img src="{wide}" width="{PAGE * PIXELS:.0f}" decoding="async" '
            f'style="max-width:100%;height:auto" alt="{escape(self.alt)}"></picture>'
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle | dict[str, Any]:
        shown = {"text/html": self.display(self.to_html()), "text/plain": self.instead or said(self)}
        return shown if self.instead else self._with_files(with_table(shown, self.name, self.table))

    def _with_files(self, bundle: Bundle) -> Bundle:
        """With the drawn chart, for a report to offer; a notebook need not carry it."""
        if in_report():
            svg, png = self._wide["svg"].decode(), base64.b64encode(self._wide["png"]).decode("ascii")
            bundle[0][PICTURES] = {"name": self.name, "svg": svg, "png": png}
        return bundle

    def __repr__(self) -> str:
        return f"Figure({self.name!r}: {self.heading})"


class Table:
    """A table as readers meet it, numbered by the report, every cell escaped; ``instead`` if it is empty.

    ``heading``, ``subtitle`` and ``notes`` are ``Figure``'s.
    ``links`` says for a column where its cells lead: a function from the cell to an address; ``texts`` what stands for
    the cell, likewise. ``selections`` says for a column of counts which mentions it counts, and so where it leads:
    ``{"mentions": {"sense": "sense", "paper": "paper_id"}}`` are those with the sense and in the paper that the row
    has in these columns (see ``selection_link``); or a function from the row to an address. ``rows`` are shown at most.
    """

    display: Callable[[str], str] = staticmethod(as_it_is)

    def __init__(
        self,
        table: pd.DataFrame,
        *,
        name: str,
        heading: str,
        subtitle: str,
        notes: str = "",
        instead: str = "Nothing to show.",
        links: Links | None = None,
        texts: Links | None = None,
        selections: Selections | None = None,
        rows: int = TABLE_ROWS,
    ) -> None:
        self.table = table
        self.name = name
        self.heading, self.subtitle, self.notes = heading, subtitle, notes
        self.instead = instead
        self.links = dict(links or {})
        self.texts = dict(texts or {})
        self.selections = dict(selections or {})
        self.rows = rows

    def to_html(self) -> str:
        """The table as HTML in a figure under its heading."""
        if self.table.empty:
            return f'<p class="not-shown" id="{escape(self.name)}">{escape(self.instead)}</p>'
        body = table_html(self.table, rows=self.rows, links=self.links, texts=self.texts, selections=self.selections)
        caption = captioned(self.heading, self.subtitle)
        return f'<figure id="{escape(self.name)}" class="table">{caption}{body}{noted(self.notes, "table")}</figure>'

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle | dict[str, Any]:
        text = self.instead if self.table.empty else f"{said(self)}\n{self.table.head(self.rows).to_string()}"
        shown = {"text/html": self.display(self.to_html()), "text/plain": text}
        return shown if self.table.empty else with_table(shown, self.name, self.table)

    def __repr__(self) -> str:
        return f"Table({self.name!r}: {len(self.table):,} rows)"


def said(shown: Figure | Table) -> str:
    """Heading and subtitle as plain text."""
    return f"{shown.heading}\n{shown.subtitle}"


def captioned(heading: str, subtitle: str) -> str:
    """A ``figcaption``: the finding, and what is shown."""
    return (
        f'<figcaption><div class="heading" style="font-weight:bold">{escape(heading)}</div>'
        f'<div class="subtitle">{escape(subtitle)}</div></figcaption>'
    )


def noted(notes: str, what: str) -> str:
    """Notes that unfold, "" without any."""
    if not notes:
        return ""
    return f'<details class="notes"><summary>How to read this {what}</summary><p>{escape(notes)}</p></details>'


def with_table(shown: dict[str, Any], name: str, table: pd.DataFrame) -> Bundle:
    """What is shown, with the whole table as CSV (safe to open in a spreadsheet) for a report to put beside it.

    Which columns hold numbers is noted beside it, as CSV cannot tell 2502.10010 from a number.
    """
    numbers = [str(column) for column, kind in table.dtypes.items() if kind.kind in "iuf"]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write_table(table, path)
        return {**shown, TABLE: path.read_text("utf-8")}, {TABLE: {"name": name, "numbers": numbers}}


def _data_uri(kind: str, content: bytes) -> str:
    kind = {"svg": "svg+xml"}.get(kind, kind)
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"


def table_html(
    table: pd.DataFrame,
    *,
    rows: int = TABLE_ROWS,
    links: Links | None = None,
    texts: Links | None = None,
    selections: Selections | None = None,
) -> str:
    """A table as HTML, every cell escaped; behind ``rows`` rows it says how many there are.

    ``links`` says for a column where its cells lead: a function from the cell to an address, which must be one of the
    web (http, https) or within the report; ``texts`` what is shown for them; ``selections`` is ``Table``'s.
    """
    links, texts, selections = links or {}, texts or {}, selections or {}
    body, numeric = [], set()
    for record in table.head(rows).to_dict("records"):
        cells = []
        for column, value in record.items():
            text = (
                texts[str(column)](value) if str(column) in texts else show(value, year="year" in str(column).lower())
            )
            text = readable_html(text)
            address = links[str(column)](value) if str(column) in links and text else ""
            if value and str(column) in selections:
                address = _selected(selections[str(column)], record)
            if re.match(r"https?://|#|[\w-]+\.html#", address):
                text = f'<a href="{escape(address)}">{text}</a>'
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if is_number:
                numeric.add(column)
            cells.append(f"<td{_NUMBER if is_number else ''}>{text}</td>")
        body.append(f"<tr>{''.join(cells)}</tr>")
    head = "".join(
        f'<th scope="col"{_NUMBER if column in numeric else ""}>{escape(str(column).replace("_", " "))}</th>'
        for column in table.columns
    )
    more = f"<p>The first {rows:,} of {len(table):,} rows.</p>" if len(table) > rows else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>{more}"


def _selected(chosen: Mapping[str, str] | Callable[[Mapping[Any, Any]], str], row: Mapping[Any, Any]) -> str:
    if callable(chosen):
        return chosen(row)
    return selection_link(**{name: row[of] for name, of in chosen.items()})
