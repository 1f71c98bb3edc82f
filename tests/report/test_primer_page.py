"""The primer's page: made once and kept, linked from the cards and back, and no link that leads nowhere."""

from __future__ import annotations

from dataclasses import replace

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_output
from small_study import MENTIONS, PAPERS, make_study

from analysis import load_papers
from analysis.charts.cards import cards_html
from analysis.common.display import IN_REPORT
from analysis.common.resources import resource
from analysis.findings.cards import sense_cards
from analysis.findings.collocates import distinguishing_collocates
from analysis.findings.shares import sense_shares
from analysis.inventory import load_inventory
from analysis.inventory.inventory import Inventory
from analysis.report import execute, primer, render_report, site

SECTION = """## {0}

It happens.

- **The first** <!-- 2502.10010 --> shows it, **another** <!-- elsewhere --> does not.
- **A long name** <!--
  2502.10010 --> does, too.

[Its card](03_senses.ipynb#sense-{1}) tells how.
"""
CARDS = """
from analysis import charts, findings, read_study
study = read_study(STUDY)
charts.sense_cards(findings.sense_cards(study), study)
"""
AT_WORK = "See this sense at work"


@pytest.fixture
def kept(notebook, monkeypatch, tmp_path):
    """A primer that takes no time, and the folder where it is kept."""
    sections = [("markdown", SECTION.format(sense.name, sense.id)) for sense in load_inventory().senses]
    path = notebook("primer", ("markdown", "# A primer"), "SEED", *sections, parameters="SEED = 0")
    monkeypatch.setattr(primer, "resource", lambda *parts: path if parts[-1] == "primer.ipynb" else resource(*parts))
    monkeypatch.setenv("BIAS_SENSES_CACHE", str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def runs(kept, monkeypatch):
    """How often the notebook was run: a list that grows; no kernel is started."""
    ran = []

    async def run(nodes, done):
        for place, node in enumerate(nodes):
            ran.append(len(ran))
            cell = next(cell for cell in node.cells if cell.source == "SEED")
            cell.outputs = [new_output("execute_result", {"text/plain": "0"}, execution_count=1)]
            done(place)

    monkeypatch.setattr(execute, "_execute_all", run)
    return ran


def test_it_is_made_once_for_all_studies(runs, study, tmp_path):
    _, first = primer.executed_primer(study)
    path, second = primer.executed_primer(make_study(tmp_path / "second", PAPERS, MENTIONS))
    assert len(runs) == 1 and first == second and path.name == "primer.ipynb"
    assert any(cell.get("outputs") for cell in second.cells)


def test_another_version_of_what_made_it_makes_it_anew(runs, study, monkeypatch):
    primer.executed_primer(study)
    monkeypatch.setattr(primer.metadata, "version", lambda name: "99")
    primer.executed_primer(study)
    assert len(runs) == 2


def test_rubbish_in_the_cache_is_made_anew(runs, study, kept):
    primer.executed_primer(study)
    (file,) = kept.glob("primer-*.ipynb")
    file.write_text('{"cells": [')
    primer.executed_primer(study)
    primer.executed_primer(study)
    assert len(runs) == 2


def test_without_a_folder_of_the_user_it_is_kept_with_the_study(runs, study, kept, monkeypatch):
    kept.write_text("no folder")
    for _ in range(2):
        primer.executed_primer(study)
    assert len(runs) == 1 and list((study.folder / "notebooks").glob("primer-*.ipynb"))
    kept.unlink()
    monkeypatch.setattr(primer, "TemporaryFile", lambda **where: open(where["dir"] / "a" / "b"))  # none can be made
    assert primer._cache(study) == study.folder / "notebooks"


def test_the_cache_is_the_users(monkeypatch, study, tmp_path):
    monkeypatch.delenv("BIAS_SENSES_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert primer._cache(study) == tmp_path / "bias-senses"


def test_it_leads_to_the_cards_and_papers_that_the_report_has(runs, study):
    _, node = primer.executed_primer(study)
    text = {cell.source.splitlines()[0]: cell.source for cell in node.cells}
    here = text["## Social bias"]
    assert all(cell.get("execution_count") is None for cell in node.cells)
    assert "[Its card](03_senses.ipynb#sense-social) tells how." in here and primer.NOT_HERE not in here
    assert "- [**The first**](mentions.html#paper=2502.10010) shows it, **another** does not." in here
    assert "- [**A long name**](mentions.html#paper=2502.10010) does, too." in here
    away = text["## Media and political bias"]
    assert away.rstrip().endswith(f"\n\n{primer.NOT_HERE}") and "03_senses" not in away


def test_each_paper_of_the_primer_that_a_report_has_gets_a_link():
    node = nbformat.read(resource("notebooks", "primer.ipynb"), as_version=4)
    papers = set(load_papers().papers["paper_id"])
    text = "\n".join(cell.source for cell in primer.fitted(node, set(), papers).cells)
    assert {paper for paper in papers if f"](mentions.html#paper={paper})" in text} == papers and "<!--" not in text


def test_a_card_leads_to_the_primer_in_a_report_if_the_sense_is_the_shipped_one(study, monkeypatch):
    shares = sense_shares(study.readings, study.order, draws=2)
    cards = sense_cards(study.readings, study.inventory, shares, distinguishing_collocates(study.readings, study.order))
    assert AT_WORK not in cards_html(cards, study.palette).html  # a notebook has no pages beside it
    monkeypatch.setenv(IN_REPORT, "1")
    assert cards_html(cards, study.palette).html.count(f">{AT_WORK}</a>") == len(cards) == 3
    assert '"primer.ipynb#Social-bias"' in cards_html(cards, study.palette).html
    own = [replace(card, definition="Something else.") for card in cards]
    assert AT_WORK not in cards_html(own, study.palette).html


def test_the_senses_of_another_inventory_are_not_shown(study):
    assert primer.shown_senses(study.inventory) == set(load_inventory().ids)
    own = Inventory("bias", tuple(replace(sense, definition="Something else.") for sense in study.inventory.senses))
    assert primer.shown_senses(own) == frozenset()
    assert primer.shown_senses(load_inventory(resource("data", "kernel.yaml"))) == frozenset()


def pages_of(out):
    return {path.name: BeautifulSoup(path.read_text("utf-8"), "html.parser") for path in out.glob("*.html")}


def dead_links(pages):
    for name, soup in pages.items():
        for link in soup.find_all("a", href=True):
            address, _, fragment = link["href"].partition("#")
            if not address.startswith("http") and fragment and "=" not in fragment:
                target = pages.get(address or name)
                if target is None or target.find(id=fragment) is None:
                    yield name, link["href"]


@pytest.mark.long
def test_in_a_report_it_is_linked_both_ways_and_offers_its_notebook(kept, study, notebook, monkeypatch, tmp_path):
    books = [notebook("report", ("markdown", "# Summary")), notebook("03_senses", ("markdown", "# Senses"), CARDS)]
    monkeypatch.setattr(site, "bundled_notebooks", lambda: books)
    out = render_report(study, tmp_path / "out", one_file=True).parent
    pages = pages_of(out)
    assert list(dead_links(pages)) == []
    cards = pages["03_senses.html"].select("article.sense-card")
    to_primer = {card["id"]: card.find("a", string=AT_WORK)["href"] for card in cards}
    assert to_primer["sense-social"] == "primer.html#Social-bias"
    assert set(to_primer) == {"sense-social", "sense-parameter", "sense-skew"}  # those of the study
    shown = pages["primer.html"]
    assert [link.get_text() for link in shown.select("header.site [aria-current]")] == ["Primer"]
    back = {link["href"] for link in shown.find_all("a", string="Its card")}
    assert back == {f"03_senses.html#{card}" for card in to_primer}
    assert shown.select_one("main > .downloads a")["href"] == "notebooks/primer.ipynb"
    assert (out / "notebooks" / "primer.ipynb").is_file()


@pytest.mark.long
def test_a_report_without_it_has_no_link_to_it(kept, study, notebook, monkeypatch, tmp_path):
    books = [notebook("report", ("markdown", "# Summary")), notebook("03_senses", ("markdown", "# Senses"), CARDS)]
    chosen = pages_of(render_report(study, tmp_path / "out", notebooks=books).parent)
    assert "primer.html" not in chosen and AT_WORK not in chosen["03_senses.html"].get_text()
    monkeypatch.setattr(site, "bundled_notebooks", lambda: books[:1])
    own = Inventory("bias", tuple(replace(sense, definition="Else.") for sense in study.inventory.senses))
    pages = pages_of(render_report(replace(study, inventory=own), tmp_path / "own").parent)
    assert "primer.html" not in pages and "Primer" not in pages["index.html"].select_one("header.site").get_text()
