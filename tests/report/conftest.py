"""A small study and notebooks to render."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from small_study import MENTIONS, PAPERS, make_study

from analysis.study import Study


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Two papers and five mentions, with hostile text in every field that a stranger fills."""
    return make_study(tmp_path / "study", PAPERS, MENTIONS)


@pytest.fixture
def notebook(tmp_path: Path) -> Callable[..., Path]:
    """Writes a notebook: ``notebook("name", "code", ("markdown", "text"), ...)``; a parameters cell comes first."""

    def write(name: str, *cells: str | tuple[str, str], parameters: str | None = None) -> Path:
        source = 'SOURCES = ()  # files\nTERM = "bias"\nSTUDY = None' if parameters is None else parameters
        node = new_notebook(cells=[new_code_cell(source, metadata={"tags": ["parameters"]})] if source else [])
        for cell in cells:
            node.cells.append(new_code_cell(cell) if isinstance(cell, str) else new_markdown_cell(cell[1]))
        for number, cell in enumerate(node.cells):
            cell["id"] = f"cell-{number}"
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(node, path)
        return path

    return write
