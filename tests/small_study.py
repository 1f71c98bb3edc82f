"""A small study made by hand, with text that tries to break out of the page in every field a stranger fills."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from small_readings import make_bare_study

from analysis.inventory.inventory import load_inventory
from analysis.study.study import Study

HOSTILE = '<script>alert(1)</script> & "x"'
FORMULA = '=HYPERLINK("http://evil.example","bias")'

PAPERS = [
    {"paper_id": "2502.10010", "title": f"{HOSTILE} and bias", "abstract": "We reduce gender bias. A bias term helps.",
     "authors": ["Ann Ames", "Bo Berg", "Cy Cole"], "year": 2024, "venue": "ACL", "url": "https://example.org/1"},
    {"paper_id": "p2", "title": "=cmd() and sets", "abstract": f"{FORMULA} is said. The </script><b>bias</b> of it.",
     "year": None, "url": "javascript:alert(1)"},
]  # fmt: skip
#            paper_id      field       start  sentence                           sense        confidence stance
MENTIONS = [
    ("2502.10010", "title", 36, f"{HOSTILE} and bias", "social", 0.9, "mitigate"),
    ("2502.10010", "abstract", 17, "We reduce gender bias.", "social", 0.97, "mitigate"),
    ("2502.10010", "abstract", 25, "A bias term helps.", "parameter", 0.99, "exploit"),
    ("p2", "abstract", 34, f"{FORMULA} is said.", "unclear", 0.3, "mention"),
    ("p2", "abstract", 66, "The </script><b>bias</b> of it.", "skew", 0.41, "measure"),
]


def make_study(
    folder: Path, papers: list[dict[str, Any]], mentions: list[tuple[Any, ...]], **tables: list[dict[str, Any]]
) -> Study:
    """A study whose tables hold these papers and mentions; vectors are random with a fixed seed.

    ``tables`` are sentences, entities, quantities and own_work.
    """
    abstracts = {paper["paper_id"]: paper for paper in papers}
    found, senses = [], []
    for paper_id, field, start, sentence, sense, confidence, stance in mentions:
        text = abstracts[paper_id][field]
        mention_id = f"{paper_id}#{field}:{start}"
        assert text[start : start + 4] == "bias", (mention_id, text[start : start + 4])
        found.append({"mention_id": mention_id, "paper_id": paper_id, "field": field, "start": start, "end": start + 4,
                      "surface": "bias", "lemma": "bias", "sentence": sentence,
                      "sentence_start": text.index(sentence)})  # fmt: skip
        senses.append({"mention_id": mention_id, "sense": sense, "confidence": confidence, "runner_up": "data",
                       "abstained": confidence < 0.5, "stance": stance, "stance_confidence": 0.8, "topic": 0,
                       "topic_label": "a topic"})  # fmt: skip
    return make_bare_study(papers, found, senses, load_inventory(), folder, **tables)


def write_notebook(folder: Path, name: str, *cells: str | tuple[str, str], parameters: str | None = None) -> Path:
    """Write a notebook of code cells and ``("markdown", text)``; a parameters cell comes first unless it is ""."""
    source = 'SOURCES = ()  # files\nTERM = "bias"\nSTUDY = None' if parameters is None else parameters
    node = new_notebook(cells=[new_code_cell(source, metadata={"tags": ["parameters"]})] if source else [])
    for cell in cells:
        node.cells.append(new_code_cell(cell) if isinstance(cell, str) else new_markdown_cell(cell[1]))
    for number, cell in enumerate(node.cells):
        cell["id"] = f"cell-{number}"
    path = folder / f"{name}.ipynb"
    nbformat.write(node, path)
    return path
