"""The primer's page: made once and kept, linked from the cards and back, and no link that leads nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from small_study import MENTIONS, PAPERS, make_study

from analysis.common.resources import resource
from analysis.inventory import load_inventory
from analysis.inventory.inventory import Inventory
from analysis.report import primer, render_report, site

SECTION = """## {0}

It happens.

- **The first** <!-- 2502.10010 --> shows it, **another** <!-- elsewhere --> does not.

[Its card](03_senses.ipynb#sense-{1}) tells how.
"""
CARDS = """
from analysis import charts, findings, read_study
study = read_study(STUDY)
charts.sense_cards(findings.sense_cards(study), study)
"""


@pytest.fixture
def books(notebook, monkeypatch, tmp_path):
    """Bundled notebooks and a primer that take no time; ``runs`` is a file with one line for each run of the primer."""
    runs = tmp_path / "runs"
    chosen = [notebook("report", ("markdown", "# Summary")), notebook("03_senses", ("markdown", "# Senses"), CARDS)]
    count = f"with open({str(runs)!r}, 'a') as file:\n    print(SEED, file=file)\nSEED"
    sections = [("markdown", SECTION.format(s.name, s.id)) for s in load_inventory().senses]
    path = notebook("primer", ("markdown", "# A primer"), count, *sections, parameters="SEED = 0")
    monkeypatch.setattr(site, "bundled_notebooks", lambda: chosen)
    monkeypatch.setattr(primer, "resource", lambda *parts: path if parts[-1] == "primer.ipynb" else resource(*parts))
    monkeypatch.setenv("BIAS_SENSES_CACHE", str(tmp_path / "kept"))
    return runs


def page(out, name):
    return BeautifulSoup((out / name).read_text("utf-8"), "html.parser")


def dead_links(out):
    pages = {path.name: page(out, path.name) for path in out.glob("*.html")}
    for name, soup in pages.items():
        for link in soup.find_all("a", href=True):
            address, _, fragment = link["href"].partition("#")
            if address.startswith("http") or "=" in fragment or not fragment:
                continue
            if pages[address or name].find(id=fragment) is None:
                yield name, link["href"]


def test_it_is_made_once_linked_both_ways_and_offers_its_notebook(books, study, tmp_path):
    out = render_report(study, tmp_path / "out", one_file=True).parent
    again = render_report(make_study(tmp_path / "second", PAPERS, MENTIONS), tmp_path / "again").parent
    assert books.read_text() == "0\n"
    assert (again / "primer.html").is_file()
    assert list(dead_links(out)) == []

    cards = page(out, "03_senses.html").select("article.sense-card")
    to_primer = {card["id"]: card.find("a", string="See this sense at work")["href"] for card in cards}
    assert to_primer["sense-social"] == "primer.html#Social-bias"
    assert set(to_primer) == {"sense-social", "sense-parameter", "sense-skew"}  # those of the study

    shown = page(out, "primer.html")
    assert [link.get_text() for link in shown.select("header.site [aria-current]")] == ["Primer"]
    assert {a["href"] for a in shown.find_all("a", string="Its card")} == {
        f"03_senses.html#{card}" for card in to_primer
    }
    assert shown.get_text().count(primer.NOT_HERE) == len(load_inventory().senses) - 3
    assert shown.find("a", string="The first")["href"] == "mentions.html#paper=2502.10010"
    assert not shown.find("a", string="another") and "another" in shown.get_text()
    assert shown.select_one("main > .downloads a")["href"] == "notebooks/primer.ipynb"
    assert (out / "notebooks/primer.ipynb").is_file()


def test_without_its_senses_there_is_no_primer_and_no_link_to_it(books, tmp_path):
    study = make_study(tmp_path / "study", PAPERS, MENTIONS)
    own = [replace(sense, definition="Something else.") for sense in study.inventory.senses]
    other = replace(study, inventory=Inventory("bias", tuple(own), stances=study.inventory.stances))
    assert primer.shown_senses(other.inventory) == frozenset()
    out = render_report(other, tmp_path / "out").parent
    assert not (out / "primer.html").exists() and not books.exists()
    assert "Primer" not in page(out, "index.html").select_one("header.site").get_text()


def test_a_report_of_other_notebooks_has_no_link_to_a_primer(books, study, notebook, tmp_path):
    out = render_report(study, tmp_path / "out", notebooks=[notebook("mine", ("markdown", "# Mine"), CARDS)]).parent
    assert "at work" not in page(out, "index.html").get_text() and not (out / "primer.html").exists()


@pytest.mark.parametrize("spoilt", ["a file in the folder's place", "rubbish in the kept file"])
def test_a_cache_that_cannot_be_used_breaks_nothing(books, study, tmp_path, monkeypatch, spoilt):
    kept = tmp_path / "kept"
    if spoilt.startswith("a file"):
        kept.write_text("no folder")
    else:
        primer.executed_primer(study)
        (file,) = kept.glob("primer-*.ipynb")
        file.write_text('{"cells": [')
    assert (render_report(study, tmp_path / "out").parent / "primer.html").is_file()
    primer.executed_primer(study)
    assert books.read_text().count("\n") == (1 if spoilt.startswith("a file") else 2)


def test_another_version_of_what_made_it_makes_it_anew(books, study, monkeypatch):
    primer.executed_primer(study)
    monkeypatch.setattr(primer.metadata, "version", lambda name: "99")
    primer.executed_primer(study)
    assert books.read_text() == "0\n0\n"


def test_the_cache_is_the_users(monkeypatch, study, tmp_path):
    monkeypatch.setenv("BIAS_SENSES_CACHE", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert primer._cache(study) == tmp_path / "bias-senses"
    monkeypatch.setattr(primer, "TemporaryFile", lambda dir: open(dir / "no" / "where"))  # as where all is read-only
    assert primer._cache(study) == study.folder / "notebooks"
