"""Whole reports, from files to pages, of small collections of every kind: one by default, all in `make test-long`."""

from __future__ import annotations

import csv
import gzip
import itertools
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from analysis import find_mentions, load_papers, read_study
from analysis.cli import main

PAGES = {
    "index", "01_collection", "02_mentions", "03_senses", "04_relations", "05_evidence", "06_validation", "evidence",
    "mentions", "map",
}  # fmt: skip
NUMBERLESS = re.compile(r"\b(nan|NaN|inf|NaT|n/a)\b|<NA>")
DATA = Path(__file__).resolve().parent / "data"
PLACES = ("Kenya", "Peru", "Japan", "Norway", "Chad", "Cuba", "Nepal", "Ghana", "Chile", "Malta")
TRADES = """
nurses pilots lawyers farmers painters teachers judges bakers miners singers tailors sailors bankers
barbers butchers drivers editors florists glaziers hunters jewellers masons plumbers porters potters
saddlers smiths soldiers weavers welders
""".split()


def jsonl(folder: Path, papers: Iterable[dict[str, object]]) -> str:
    path = folder / "papers.jsonl"
    path.write_text("".join(json.dumps(paper) + "\n" for paper in papers), "utf-8")
    return str(path)


def bibtex(folder: Path, *entries: tuple[str, str]) -> str:
    path = folder / "papers.bib"
    made = [f"@article{{k{i}, title={{{t}}}, abstract={{{a}}}, year={{2020}}}}" for i, (t, a) in enumerate(entries)]
    path.write_text("\n".join(made), "utf-8")
    return str(path)


def one_paper(folder: Path) -> list[str]:
    return [str(DATA / "report_one_paper.bib")]


def six_papers(folder: Path) -> list[str]:
    return [str(DATA / "report_without_language_model.bib")]


def none_with_the_term(folder: Path) -> list[str]:
    return [bibtex(folder, ("Trees", "Trees grow."), ("Symbiosis", "Tobias met Ann."), ("Seas", "Water is wet."))]


def two_papers(folder: Path) -> list[str]:
    hiring = ("Gender bias in hiring", "We measure gender bias. The bias is large.")
    return [bibtex(folder, hiring, ("Trees", "The inductive bias of trees is a bias of all learners."))]


def bundled(folder: Path) -> list[str]:
    return []


def without_abstracts(folder: Path) -> list[str]:
    kinds = ("Gender bias", "Publication bias", "The bias of a sensor", "Inductive bias", "Bias terms")
    return [bibtex(folder, *((f"{kind} in {place}", "") for kind, place in itertools.product(kinds, PLACES[:4])))]


def duplicates_only(folder: Path) -> list[str]:
    again = folder / "again.bib"
    again.write_text((DATA / "report_one_paper.bib").read_text("utf-8") * 2, "utf-8")
    return [str(DATA / "report_one_paper.bib"), str(again)]


def one_sense(folder: Path) -> list[str]:
    told = "We show a strong gender bias against women among the {} of {} and reduce it."
    papers = [
        {"id": f"{trade}-{place}", "title": f"{trade.capitalize()} of {place}", "abstract": told.format(trade, place),
         "year": 2015 + i % 8}
        for i, (trade, place) in enumerate(itertools.product(TRADES, PLACES))
    ]  # fmt: skip
    return [jsonl(folder, papers), "--keep-duplicates"]  # they differ in two words


def another_term(folder: Path) -> list[str]:
    return ["--term", "model"]


def another_term_with_labels(folder: Path) -> list[str]:
    """The first 60 mentions of "model" in the bundled papers, labelled by the word before them."""
    found = find_mentions(load_papers().papers, "model").head(60)
    found = found.assign(sense=["of language" if word.endswith("anguage") else "other" for word in found["modifier"]])
    found[["paper_id", "field", "start", "end", "surface", "sense"]].to_csv(folder / "labels.csv", index=False)
    return ["--term", "model", "--labels", str(folder / "labels.csv")]


# What is read, and by hand: papers kept and those of them with the term.
CASES: dict[str, tuple[Callable[[Path], list[str]], int, int]] = {
    "one paper": (one_paper, 1, 1),
    "none with the term": (none_with_the_term, 3, 0),
    "six papers without language models": (six_papers, 6, 6),
    "two papers": (two_papers, 2, 2),
    "bundled": (bundled, 21, 21),
    "without abstracts": (without_abstracts, 20, 20),
    "duplicates only": (duplicates_only, 1, 1),
    "300 papers of one sense": (one_sense, 300, 300),
    "another term": (another_term, 21, 20),
    "another term with labels": (another_term_with_labels, 21, 20),
}
QUICK = ("one paper",)
FIELDS = {
    "disciplines": (
        "medicine", "behavioural public policy", "psychology", "education and language", "condensed matter",
        "economics", "climate and hydrology", "genetics and molecular biology", "ecology and evolution",
        "social and political science",
    ),
    "other_fields": ("reviews", "emnlp2020", "robotics", "iclr2020", "scirepeval", "pubmedqa"),
}  # fmt: skip


def written(arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, BeautifulSoup]:
    """Make the report and return its pages, every one whole, with no part that failed and no link to nowhere."""
    code = main(["report", *arguments, "--out", str(folder / "reports")])
    assert (code, capsys.readouterr().out.count("index.html")) == (0, 1)
    pages = {p.name: BeautifulSoup(p.read_text("utf-8"), "html.parser") for p in (folder / "reports").glob("*.html")}
    expected = PAGES if "--term" in arguments else PAGES | {"primer"}
    assert set(pages) == {f"{name}.html" for name in expected}
    ids = {name: {element["id"] for element in page.find_all(id=True)} for name, page in pages.items()}
    for name, page in pages.items():
        assert not page.select(".failed, pre.warning"), name
        said = [element.get_text() for element in page.select("figcaption, .finding, .findings, .study, .not-shown")]
        said += [image["alt"] for image in page.find_all("img")]
        assert not [text for text in said if NUMBERLESS.search(text)], name
        for link in page.find_all("a", href=True):
            address, _, fragment = link["href"].partition("#")
            if re.match(r"https?://", address):
                continue
            address = address or name
            assert address in pages or (folder / "reports" / address).is_file(), (name, link["href"])
            # The script of the concordance makes the rows behind the first.
            if fragment and "=" not in fragment and not (address == "mentions.html" and fragment.startswith("m-")):
                assert unquote(fragment) in ids[address], (name, link["href"])
    return pages


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.long) for name in CASES]
)
def test_a_report_of(name, tmp_path, capsys):
    arguments, papers, using = CASES[name]
    pages = written(arguments(tmp_path), tmp_path, capsys)
    facts = {d.dt.get_text(): d.dd.get_text() for d in pages["index.html"].select(".facts div")}
    assert facts["Papers"] == f"{papers}, of which {using} use the term"
    senses = read_study(tmp_path / "reports.study").senses
    if name == "300 papers of one sense":
        assert set(senses["sense"]) == {"social"}


@pytest.mark.long
@pytest.mark.parametrize(("corpus", "field"), [(corpus, field) for corpus in FIELDS for field in FIELDS[corpus]])
def test_a_report_of_a_field(corpus, field, tmp_path, capsys, shared):
    with gzip.open(shared / "corpora" / f"{corpus}.jsonl.gz", "rt", encoding="utf-8") as lines:
        papers = [paper for paper in map(json.loads, lines) if field in (paper.get("field"), paper["id"].split("-")[0])]
    assert papers
    written([jsonl(tmp_path, papers)], tmp_path, capsys)
    audit = read_study(tmp_path / "reports.study").audit
    assert len(audit[audit["status"] != "not a record"]) == len(papers)
    rows = csv.DictReader((tmp_path / "reports" / "mentions.csv").read_text("utf-8").splitlines(keepends=True))
    assert {row["paper_id"] for row in rows} <= {paper["id"] for paper in papers}
