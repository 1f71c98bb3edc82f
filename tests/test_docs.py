"""The pages of docs/ agree with the code: what they tell people to type works, and nothing public is left out."""

from __future__ import annotations

import argparse
import ast
import importlib.util
import pkgutil
import re
import shlex
from pathlib import Path

import pytest

import analysis
from analysis import charts
from analysis.charts import of_study
from analysis.cli import _parser, main
from analysis.common.tables import SCHEMAS

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = {path.relative_to(DOCS).as_posix(): path.read_text("utf-8") for path in sorted(DOCS.rglob("*.md"))}
CALLS = [
    (name, line)
    for name, text in PAGES.items()
    for line in re.findall(r"^\$ (bias-senses .*)$", text, re.M)
    if "..." not in line
]
PYTHON = [
    (name, code) for name, text in PAGES.items() for code in re.findall(r"^```python\n(.*?)^```", text, re.S | re.M)
]

BIB = """
@article{one, title={Gender bias in hiring}, abstract={We measure gender bias. The bias is large.}, year={2020}}
@article{two, title={Trees}, abstract={The inductive bias of trees is a bias of all learners.}, year={2021}}
@article{three, title={Sensors}, abstract={We correct the bias of a gyroscope. A kernel smooths it.}, year={2022}}
"""
RIS = "TY  - JOUR\nTI  - Bias terms\nAB  - Only the bias term of each layer is tuned.\nER  - \n"
REVIEWS = "action,paper_id,field,start,end,surface,sense,reviewer\nlabel,one,title,7,11,bias,{},{}\n"
LABELS = "paper_id,field,start,end,sense\none,title,7,11,social\ntwo,abstract,14,18,inductive\n"


def words(line):
    return shlex.split(line, comments=True)[1:]


def commands():
    (found,) = (a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction))
    return set(found.choices)


@pytest.mark.parametrize(("page", "line"), CALLS, ids=[f"{page}: {line}" for page, line in CALLS])
def test_the_command_line_understands(page, line):
    if words(line) == ["--version"]:
        return  # prints and stops
    _parser().parse_args(words(line))


@pytest.mark.parametrize(("page", "code"), PYTHON, ids=[f"{page}-{i}" for i, (page, _) in enumerate(PYTHON)])
def test_python_on_the_pages_imports_what_there_is(page, code):
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("analysis"):
            for name in node.names:
                there = hasattr(importlib.import_module(node.module), name.name)
                there = there or importlib.util.find_spec(f"{node.module}.{name.name}")  # a room, not yet imported
                assert there, f"{page}: {node.module}.{name.name}"


def test_every_command_has_its_options_and_an_example():
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGES["commands.md"], re.S | re.M))
    assert set(sections) == commands()
    for name, text in sections.items():
        assert f"```options {name}\n" in text and f"$ bias-senses {name} " in text, name


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder with the files that the page names, and one study for the calls that need no other."""
    folder = tmp_path_factory.mktemp("desk")
    texts = {"my.bib": BIB, "more.ris": RIS, "labels.csv": LABELS}
    texts |= {"ann.csv": REVIEWS.format("social", "ann"), "ben.csv": REVIEWS.format("data", "ben")}
    texts |= {"filled.csv": "title,abstract\nHiring,We measure gender bias.\n"}
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    (folder / "my.csv").write_text("title,Summary\nHiring,We measure gender bias.\n", "utf-8")
    (folder / "dois.txt").write_text("10.1000/1\n", "utf-8")
    return folder


EXAMPLES = [
    pytest.param(line, marks=pytest.mark.long) if "labels.csv" in line else line  # labels train heads anew
    for page, line in CALLS
    if page == "commands.md"
]


@pytest.mark.parametrize("line", EXAMPLES)
def test_examples_run(desk, line, monkeypatch):
    monkeypatch.chdir(desk)
    given = words(line)
    asked = []
    if given[0] == "report":  # rendered elsewhere, in a minute
        monkeypatch.setattr("analysis.report.render_report", lambda *a, **_: asked.append(a) or "index.html")
    if given[0] == "fetch":  # no service is asked
        monkeypatch.setattr("analysis.collection.fetch.fetch_papers", lambda *a, **_: asked.append(a) or "1 paper")
    if given[0] == "verify":  # of what is rendered elsewhere
        monkeypatch.setattr("analysis.report.verify.verify_folder", lambda folder: asked.append(folder) or (1, {}))
    if given[0] == "enrich":
        monkeypatch.setattr(
            "analysis.collection.enrich.files.write_enriched", lambda *a, **_: asked.append(a) or ("", "")
        )
    if given[0] == "compare":  # rendered elsewhere, too
        monkeypatch.setattr("analysis.report.render_comparison", lambda *a, **_: asked.append(a) or "index.html")
    has_study = given[0] in {"senses", "evidence", "report", "review", "export", "evaluate", "compare"}
    own = ["--study", "shared.study"] if has_study else []
    assert main([*given, *own]) == 0
    if asked == []:
        assert Path(given[given.index("--out") + 1]).stat().st_size > 0


def test_the_gallery_shows_every_chart():
    fences = re.findall(r"^### (\w+)\n([^#]*?)^```(chart|python)\n(.*?)^```", PAGES["gallery.md"], re.S | re.M)
    drawn = {name for name, _, _, code in fences if re.search(rf"\bcharts\.{name}\(", code.splitlines()[-1])}
    public = {name for name in vars(charts) if callable(vars(charts)[name]) and name.islower()}
    assert set(of_study.__all__) <= public
    assert drawn == public == {name for name, *_ in fences}
    assert all(len(code.splitlines()) <= 3 for *_, code in fences)
    assert {name for name, _, fence, _ in fences if fence == "python"} == {"map_widget"}  # it needs a kernel


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_data_model_lists_every_column(name):
    section = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", PAGES["data-model.md"], re.S | re.M)
    assert section, f"docs/data-model.md has no section {name}"
    rows = re.findall(r"^\| `(\w+)` \| ([\w ]+) \| (\S.*) \|$", section[1], re.M)
    assert [(column, kind) for column, kind, _ in rows] == list(SCHEMAS[name].items())


def test_the_data_model_lists_no_table_that_is_not_there():
    assert re.findall(r"^## (\w+)$", PAGES["data-model.md"], re.M) == list(SCHEMAS)


def test_every_public_name_is_in_the_reference():
    reference = "\n".join(text for name, text in PAGES.items() if name.startswith("api/"))
    named = set(re.findall(r"^\.\. auto(?:function|class|exception|data):: ([\w.]+)$", reference, re.M))
    whole = set(re.findall(r"^\.\. automodule:: ([\w.]+)$", reference, re.M))
    for room in ["analysis", *(f"analysis.{found.name}" for found in pkgutil.iter_modules(analysis.__path__))]:
        for name in getattr(importlib.import_module(room), "__all__", ()):
            thing = getattr(importlib.import_module(room), name)
            home = getattr(thing, "__module__", room)
            assert (
                f"{room}.{name}" in named
                or home in whole
                or any(address.rpartition(".")[2] == name for address in named)
            ), f"docs/api lacks {room}.{name}"


def test_the_first_example_gives_what_its_page_says(tmp_path):
    from analysis import find_mentions, load_papers

    records, told = re.findall(r"^```text\n(.*?)^```", PAGES["start.md"], re.S | re.M)[:2]
    (tmp_path / "library.ris").write_text(records, "utf-8")
    papers, audit, _ = load_papers(tmp_path / "library.ris")
    mentions = find_mentions(papers, "resilience")
    assert told.startswith(f"{len(mentions)} mentions in {mentions['paper_id'].nunique()} of {len(papers)} papers: ")
    assert audit["status"].tolist() == ["kept"] * 4
    assert len(mentions) >= 12  # fewer are no ground for telling senses apart, and the page would show one sense
