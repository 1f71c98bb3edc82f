"""From an executed notebook to one page of HTML that needs nothing else: nbconvert, our template, then ``polish``.

``PageExporter`` is an ordinary nbconvert exporter, so a notebook can be rendered by hand, too:
``jupyter nbconvert --execute --to analysis.report.PageExporter notebooks/03_senses.ipynb``. The folder
``templates/senses`` is a plain nbconvert template and works alone with ``--to html --template PATH``, without
numbered figures and contents, and without cleaning what Markdown brings in.
"""

from __future__ import annotations

import copy
from base64 import b64decode
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter
from traitlets import Unicode, default
from traitlets.config import Config

from analysis.charts.figure import PICTURES, TABLE
from analysis.common.errors import ISSUES, BadInput
from analysis.report.page import Page, chapter_of, label_of
from analysis.report.polish import polish, slug
from analysis.report.sanitise import clean_html

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment
    from nbformat import NotebookNode

TEMPLATES = Path(__file__).resolve().parent / "templates"


class Attached(NamedTuple):
    """A file beside a page: its figure's id, its address and its content; ``kind`` is SVG, PNG, CSV or XLSX."""

    figure: str
    kind: str
    address: str
    content: bytes


def files_of(nb: NotebookNode, page: Page) -> Iterator[Attached]:
    """The pictures of the page's figures and the tables behind these and the page's tables, the first of each name."""
    seen = set()
    stem = page.href.removesuffix(".html")
    for output in (output for cell in nb.cells for output in cell.get("outputs", ())):
        data = output.get("data", {})
        if not (text := data.get(TABLE)):
            continue
        name = slug(output.get("metadata", {}).get(TABLE, {}).get("name", ""))
        if name in seen:
            continue
        seen.add(name)
        if drawn := data.get(PICTURES):
            yield Attached(name, "SVG", f"figures/{stem}-{name}.svg", drawn["svg"].encode())
            yield Attached(name, "PNG", f"figures/{stem}-{name}.png", b64decode(drawn["png"]))
        yield Attached(name, "CSV", f"tables/{stem}-{name}.csv", text.encode())
        numbers = output.metadata[TABLE].get("numbers", [])
        if workbook := _workbook(text, name, numbers):
            yield Attached(name, "XLSX", f"tables/{stem}-{name}.xlsx", workbook)


def _workbook(text: str, name: str, numbers: Sequence[str]) -> bytes:
    """The table that ``text`` holds as CSV, as a workbook; ``numbers`` are its columns of numbers.

    It is empty where Excel has no room for the table, which is then offered as CSV alone.
    """
    import pandas as pd

    from analysis.common.tables import read_table, write_table

    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.csv"
        path.write_text(text, "utf-8", newline="")
        table = read_table(path)
        table = table.assign(**{column: pd.to_numeric(table[column]) for column in numbers if column in table})
        try:
            write_table(table, path.with_suffix(".xlsx"))
        except BadInput:
            return b""
        return path.with_suffix(".xlsx").read_bytes()


def without_outputs(nb: NotebookNode) -> bytes:
    """The notebook as it was run, its parameters set and its outputs left out: what a page offers."""
    import nbformat

    bare = copy.deepcopy(nb)
    for cell in bare.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return f"{nbformat.writes(bare)}\n".encode()


class PageExporter(HTMLExporter):
    """HTML by the ``senses`` template: folded code, numbered figures and tables, contents, nothing from a network."""

    overrides = Unicode("", help="A folder whose files replace the template's files of the same name.").tag(config=True)

    @default("template_name")
    def _template_name_default(self) -> str:
        return "senses"

    @property
    def default_config(self) -> Config:
        """Prefer HTML, then pictures; widgets and scripts of a notebook are not shown in a page."""
        config = Config(
            {
                "NbConvertBase": {
                    "display_data_priority": [
                        "text/html",
                        "text/markdown",
                        "image/svg+xml",
                        "image/png",
                        "image/jpeg",
                        "text/latex",
                        "text/plain",
                    ]
                },
            }
        )
        merged = super().default_config.copy()
        merged.merge(config)
        return merged

    @default("extra_template_basedirs")
    def _own_templates(self) -> list[str]:
        return [str(TEMPLATES)]

    @default("extra_loaders")
    def _loaders(self) -> list[BaseLoader]:
        return [template_loader(Path(self.overrides) if self.overrides else None)]

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """Markdown to cleaned HTML: what a notebook quotes may come from strangers."""
        return clean_html(super().markdown2html(context, source))

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Render the notebook; ``resources`` may hold the ``page`` around it and the ``files`` beside it."""
        resources = {**(resources or {}), "issues": ISSUES}
        name = resources.get("metadata", {}).get("name", "notebook")
        page = resources.setdefault("page", Page(f"{name}.html", label_of(name), chapter=chapter_of(name)))
        html, resources = super().from_notebook_node(nb, resources, **kw)
        files: dict[str, list[tuple[str, str, int]]] = {}
        beside = resources.pop("files", None)
        for file in files_of(nb, page) if beside is None else beside:
            files.setdefault(file.figure, []).append((file.kind, file.address, len(file.content)))
        pages = {link.href for link in page.nav}
        return polish(html, title=page.title, chapter=page.chapter, pages=pages, files=files), resources


def template_loader(overrides: Path | None) -> BaseLoader:
    """Where templates are looked up: the user's folder first, then ours (also as ``senses/...`` for extending).

    Raises ``BadInput`` when the user's folder is no folder or replaces nothing.
    """
    from jinja2 import FileSystemLoader

    own = TEMPLATES / "senses"
    if overrides is None:
        return FileSystemLoader([own, TEMPLATES])
    names = sorted(file.name for file in own.iterdir() if file.suffix != ".json")
    if not overrides.is_dir() or not any((overrides / name).is_file() for name in names):
        raise BadInput(f"{overrides}: a template is a folder that replaces one or more of {', '.join(names)}")
    return FileSystemLoader([overrides, own, TEMPLATES])


def environment(overrides: Path | None = None) -> Environment:
    """The Jinja environment of the pages that are no notebooks; everything is escaped unless marked safe."""
    from jinja2 import Environment

    return Environment(loader=template_loader(overrides), autoescape=True, trim_blocks=True, lstrip_blocks=True)
