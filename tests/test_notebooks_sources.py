"""Notebooks are kept without outputs, with their parameters cell, and without code that belongs in the package."""

from __future__ import annotations

import ast

import nbformat
import pytest

from analysis.common.resources import resource
from analysis.report.comparison import NOTEBOOK as COMPARISON
from analysis.report.site import bundled_notebooks

NOTEBOOKS = sorted(resource("notebooks").glob("*.ipynb"))


def test_the_notebooks_are_there():
    names = [path.stem for path in NOTEBOOKS]
    assert {"01_collection", "02_mentions", "03_senses", "04_relations", "report", "primer"} <= set(names)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_source_only(path):
    node = nbformat.read(path, as_version=4)
    nbformat.validate(node)
    for cell in node.cells:
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None, cell.id
    ids = [cell.id for cell in node.cells]
    assert len(set(ids)) == len(ids)
    assert set(node.metadata) <= {"kernelspec", "language_info"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_parameters(path):
    node = nbformat.read(path, as_version=4)
    tagged = [cell for cell in node.cells if "parameters" in cell.metadata.get("tags", ())]
    assert len(tagged) == 1
    values = {
        target.id: ast.literal_eval(statement.value)
        for statement in ast.parse(tagged[0].source).body
        for target in statement.targets
    }
    if path.stem == "primer":  # which is about no collection
        assert values == {"SEED": 0}
        return
    sides = {"SIDES": None} if path.name == COMPARISON else {}
    assert values == {"SOURCES": [], "TERM": "bias", "STUDY": None, **sides}
    in_report = path in bundled_notebooks() or path.name == COMPARISON
    opened = "read_study(STUDY) if STUDY else open_study(SOURCES, term=TERM)"
    opened = opened if in_report else "open_study(SOURCES, term=TERM, folder=STUDY)"
    assert any(f"study = {opened}" in cell.source for cell in node.cells)


@pytest.mark.parametrize("path", bundled_notebooks(), ids=lambda path: path.stem)
def test_what_it_needs_is_told_to_who_runs_it_alone(path):
    question, needs = nbformat.read(path, as_version=4).cells[:2]
    asked = needs if path.stem == "report" else question  # a summary opens with what was found
    assert "**Question.**" in asked.source and "SOURCES" not in question.source
    assert needs.source.startswith("**You need** ") and needs.metadata["tags"] == ["notebook-only"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_essay_not_library(path):
    node = nbformat.read(path, as_version=4)
    assert node.cells[0].cell_type == "markdown" and node.cells[0].source.startswith("# ")
    for cell in node.cells:
        if cell.cell_type == "code":
            kinds = {type(part) for part in ast.walk(ast.parse(cell.source))}
            assert not kinds & {ast.FunctionDef, ast.ClassDef, ast.Lambda}, cell.id


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_are_short_and_import_from_rooms(path):
    """A cell has one idea: at most five lines in a report, eight where somebody's own statistic is shown."""
    longest = 5 if path in bundled_notebooks() or path.name == COMPARISON or path.stem == "primer" else 8
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            assert len([line for line in cell.source.splitlines() if line.strip()]) <= longest, cell.source
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.ImportFrom) and node.module.startswith("analysis"):
                    assert node.module.count(".") <= 1, cell.source
