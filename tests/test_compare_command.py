"""``bias-senses compare`` from the call to the pages."""

from __future__ import annotations

import json
import re

import pytest
from any_collection import STRANGE, Kind, study_of
from bs4 import BeautifulSoup

from analysis.cli import main
from analysis.common.tables import read_table


def pages_of(out):
    return {path.name: BeautifulSoup(path.read_text("utf-8"), "html.parser") for path in out.glob("*.html")}


def check_links(out):
    """Every link leads to a file that is there, every selection of mentions to a paper or sense of its page."""
    pages = pages_of(out)
    assert set(pages) == {"index.html", "mentions-one.html", "mentions-two.html"}
    for page in pages.values():
        for link in page.find_all("a", href=True):
            name, _, place = link["href"].partition("#")
            if not re.match(r"https?:", link["href"]):
                assert not name or (out / name).is_file(), link
                assert name or not place or page.find(id=place), link


def test_a_study_divided_by_year(tmp_path, capsys):
    study = study_of(Kind(8, titles=STRANGE, years=2, each=2), tmp_path / "any.study")
    out = tmp_path / "out"
    call = ["compare", str(study.folder), "--by", "year", "2000", "2001", "--out", str(out), "--title", "<b>Two</b>"]
    assert main(call) == 0
    assert "4 of 4 papers in 2000 use" in capsys.readouterr().out
    check_links(out)
    pages = pages_of(out)
    index = pages["index.html"]
    assert index.h1.text == "<b>Two</b>"
    assert index.find("h2").text.strip("\u00b6 ") == "What was found"
    assert not index.find(class_="failed")
    assert 1 <= len(index.find("ul", class_="findings").find_all("li")) <= 5
    assert pages["mentions-two.html"].h1.text == "Every mention of \u201cbias\u201d in 2001"
    years = [set(read_table(out / f"mentions-{side}.csv")["year"].astype(int)) for side in ("one", "two")]
    assert years == [{2000}, {2001}]
    written = b"".join(path.read_bytes() for path in out.rglob("*.*") if path.is_file())
    assert str(tmp_path).encode() not in written


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (["one.bib"], "two collections, not 1"),
        (["one.bib", "one.bib"], "the same"),
        (["one.bib", "--by", "colour", "red", "blue"], "year, venue, subject"),
        (["nowhere.bib", "elsewhere.bib"], "nowhere.bib: no such file"),
    ],
)
def test_a_wrong_call_gets_one_line(call, says, tmp_path, capsys):
    assert main(["compare", *call, "--out", str(tmp_path / "out")]) == 2
    err = capsys.readouterr().err
    assert says in err and err.count("\n") == 1 and "Traceback" not in err


@pytest.mark.long
@pytest.mark.parametrize("options", [[], ["--term", "model", "--inventory", "none"]], ids=["bias", "induced"])
def test_two_files_are_read_together(options, tmp_path, capsys):
    """A paper that both files hold is on both sides; a term without an inventory has one set of senses."""
    texts = ["Gender bias of the model is measured.", "The inductive bias of a model is useful.",
             "Racial bias of this model is mitigated."]  # fmt: skip
    papers = [
        {"id": f"10.1000/{i}", "doi": f"10.1000/{i}", "title": f"A long enough title of paper {i} on models",
         "abstract": text, "year": 2020 + i} for i, text in enumerate(texts)
    ]  # fmt: skip
    for name, own in (("one", papers[:2]), ("two", papers[1:])):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(paper) + "\n" for paper in own), "utf-8")
    out = tmp_path / "out"
    call = ["compare", str(tmp_path / "one.jsonl"), str(tmp_path / "two.jsonl"), "--out", str(out), *options]
    assert main(call) == 0
    assert "2 of 2 papers in one use" in (said := capsys.readouterr().out) and "1 paper is in both" in said
    check_links(out)
    assert not pages_of(out)["index.html"].find(class_="failed")
    ids = [set(read_table(out / f"mentions-{side}.csv")["paper_id"]) for side in ("one", "two")]
    assert ids == [{"10.1000/0", "10.1000/1"}, {"10.1000/1", "10.1000/2"}]
