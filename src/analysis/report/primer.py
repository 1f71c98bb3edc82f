"""The primer's page: its notebook runs once for each version of what made it, and is then fitted to each report."""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from analysis.common.hashes import file_hash
from analysis.common.links import CARDS, PRIMER, card_id, selection_link
from analysis.common.models import find_encoder
from analysis.common.resources import resource
from analysis.inventory.inventory import is_shipped
from analysis.report.execute import execute_notebooks

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from analysis.inventory.inventory import Inventory
    from analysis.study.study import Study

NOT_HERE = "No paper in this collection uses the word in this sense."
_MADE_WITH = ("numpy", "pandas", "scipy", "scikit-learn", "matplotlib", "onnxruntime")
_CARD = re.compile(rf"^.*\({re.escape(CARDS)}#([\w-]+)\).*$", re.MULTILINE)
_PAPER = re.compile(r"\*\*(.+?)\*\*\s+<!--\s+(\S+)\s+-->")  # a line may end in it


def shown_senses(inventory: Inventory) -> frozenset[str]:
    """The ids of an inventory's senses that the primer shows: those that it shares with the shipped one."""
    return frozenset(sense.id for sense in inventory.senses if is_shipped(sense.id, sense.name, sense.definition))


def executed_primer(study: Study) -> tuple[Path, NotebookNode]:
    """The primer's notebook and what it made, fitted to a study.

    It is run for the first report and kept for the user: below ``$BIAS_SENSES_CACHE``, or ``$XDG_CACHE_HOME`` or
    ``~/.cache`` in ``bias-senses``; where none can be written, in the study's folder.
    """
    path = resource("notebooks", PRIMER)
    (node,) = execute_notebooks([path], {}, cache=_cache(study), fingerprint=made_with())
    found = shown_senses(study.inventory) & set(study.senses["sense"])
    return path, fitted(node, {card_id(sense) for sense in found}, set(study.mentions["paper_id"]))


def made_with() -> str:
    """What the primer shows is made with, besides its notebook."""
    versions = [f"{name} {metadata.version(name)}" for name in _MADE_WITH]
    return f"{versions} {find_encoder().name} {file_hash(resource('data', 'senses.yaml'))}"


def fitted(node: NotebookNode, cards: set[str], papers: set[str]) -> NotebookNode:
    """A copy of the primer that leads to what the report has: to ``cards``, by id, and to ``papers`` with mentions.

    The line on a card that is not there says so, and a paper that is not there is named without a link.
    """
    node = copy.deepcopy(node)
    for cell in node.cells:
        if cell.cell_type == "code":
            cell.execution_count = None  # which cell of how many it was tells a reader of the page nothing
        else:
            cell.source = _CARD.sub(lambda line: line[0] if line[1] in cards else NOT_HERE, cell.source)
            cell.source = _PAPER.sub(_linked_in(papers), cell.source)
    return node


def _linked_in(papers: set[str]) -> Callable[[re.Match[str]], str]:
    def linked(paper: re.Match[str]) -> str:
        name = f"**{paper[1]}**"
        return f"[{name}]({selection_link(paper=paper[2])})" if paper[2] in papers else name

    return linked


def _cache(study: Study) -> Path:
    try:
        ours = os.environ.get("BIAS_SENSES_CACHE")
        folder = Path(ours) if ours else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "bias-senses")
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):  # says whether it can be written
            return folder
    except (OSError, RuntimeError):  # RuntimeError: there is no home
        return study.folder / "notebooks"
