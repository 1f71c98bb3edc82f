"""Every page survives every collection: the notebooks of a report run on any, and show or say what they can."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from any_collection import Kind, kinds, study_of
from bs4 import BeautifulSoup
from hypothesis import Phase, given, settings

from analysis.report.concordance import concordance_page, mentions_csv
from analysis.report.map import map_page
from analysis.report.page import Page
from analysis.report.site import bundled_notebooks
from analysis.statistics.intervals import replicates
from analysis.study.study import Study

NOTEBOOKS = {path.stem: nbformat.read(path, as_version=4) for path in bundled_notebooks()}
pytestmark = pytest.mark.filterwarnings("error")  # a page would show it
NUMBERLESS = re.compile(r"\b(nan|NaN|inf|NaT|n/a)\b|<NA>|0 of no ")

EXTREMES = {
    "no mention": Kind(3, mentions="none"),
    "one paper": Kind(1, years=1),
    "one mention": Kind(30, mentions="one"),
    "all in one paper": Kind(12, mentions="first", each=14, topics=2),
    "one sense": Kind(30, senses="one", topics=1, stances="none"),
    "thirteen senses": Kind(30, senses="thirteen", each=2, years=2, topics=5, novel=True),
    "induced": Kind(12, senses="induced", each=3, term="kernel", stances="none", topics=3),
    "own senses and labels": Kind(12, senses="own", each=2, labels=8, reviewed="some"),
    "unclear alone": Kind(12, senses="unclear"),
    "bare": Kind(12, abstracts="none", years=0, venues=0, people="none", dois="none", titles=("",)),
}


@pytest.fixture(autouse=True, scope="module")
def few_draws():
    """Twenty replicates instead of a thousand: what is shown is the same, and its numbers are tested elsewhere."""

    def few(*arguments: Any, draws: int = 0, **options: Any) -> Any:
        return replicates(*arguments, draws=20, **options)

    with pytest.MonkeyPatch.context() as patch:
        for name, module in list(sys.modules.items()):
            if name.startswith("analysis.") and getattr(module, "replicates", None) is replicates:
                patch.setattr(module, "replicates", few)
        yield


def shown(study: Study, stem: str) -> list[tuple[str, str]]:
    """The source and the HTML of each cell that shows something, its code run here."""
    space: dict[str, Any] = {}
    made = []
    for cell in NOTEBOOKS[stem].cells:
        if cell.cell_type != "code":
            continue
        if "parameters" in cell.metadata.get("tags", ()):
            space |= {"SOURCES": [], "TERM": study.term, "STUDY": str(study.folder)}
            continue
        code = ast.parse(cell.source)
        last = code.body.pop() if isinstance(code.body[-1], ast.Expr) else None
        exec(compile(code, stem, "exec"), space)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), stem, "eval"), space)
            bundle = value._repr_mimebundle_() if hasattr(value, "_repr_mimebundle_") else value._repr_html_()
            bundle = bundle[0] if isinstance(bundle, tuple) else bundle
            made.append((cell.source, bundle["text/html"] if isinstance(bundle, dict) else bundle))
        if "answer_validity" in cell.source:
            break  # what follows shows what ships, whatever the collection
    return made


def survives(kind: Kind, folder: Path) -> None:
    study = study_of(kind, folder / "any.study")
    for stem in NOTEBOOKS:
        for source, html in shown(study, stem):
            page = BeautifulSoup(html, "html.parser")
            text = page.get_text()
            assert text.strip(), source
            assert not NUMBERLESS.search(text), (source, text)
            assert not page.find("script"), source
            alts = [image["alt"] for image in page.find_all("img")]
            assert all(alts) and not any(map(NUMBERLESS.search, alts)), (source, alts)
    for make in (concordance_page, map_page):
        assert "</html>" in make(study, Page("x.html", "X"))
    assert mentions_csv(study)


QUICK = ("all in one paper", "induced", "bare")  # between them they lack most of what a page can lack


@pytest.mark.parametrize("name", [n if n in QUICK else pytest.param(n, marks=pytest.mark.long) for n in EXTREMES])
def test_an_extreme_collection(name, tmp_path):
    survives(EXTREMES[name], tmp_path)


# A failing kind is short enough to read, and making it shorter takes minutes.
ALL_BUT_SHRINK = [phase for phase in Phase if phase is not Phase.shrink]


@settings(max_examples=2, phases=ALL_BUT_SHRINK)
@given(kinds())
def test_any_collection(tmp_path_factory, kind):
    survives(kind, tmp_path_factory.mktemp("any"))


@pytest.mark.long
@settings(max_examples=100, phases=ALL_BUT_SHRINK)
@given(kinds())
def test_many_collections(tmp_path_factory, kind):
    survives(kind, tmp_path_factory.mktemp("any"))
