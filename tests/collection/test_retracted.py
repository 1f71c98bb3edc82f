"""Which papers are retracted, by what files of many services say, and where the mark goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis.collection import Collection, export_papers, load_papers
from analysis.collection.retracted import MARK, PERHAPS, named, retractions, split_mark
from analysis.common.tables import make_table

Load = Callable[..., Collection]
T = "Bias of a trial"

PUBMED_XML = """<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>Bias of a trial
</ArticleTitle><PublicationTypeList><PublicationType>Journal Article</PublicationType>
<PublicationType>%s</PublicationType></PublicationTypeList></Article></MedlineCitation></PubmedArticle>
</PubmedArticleSet>"""


def _crossref(**more: Any) -> str:
    return json.dumps({"message": {"items": [{"DOI": "10.1000/a", "type": "journal-article", "title": [T], **more}]}})


def _europe_pmc(kind: str) -> str:
    found = {"id": "1", "source": "MED", "title": T, "authorString": "Doe A", "pubTypeList": {"pubType": [kind]}}
    return json.dumps({"resultList": {"result": [found]}})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.ris", f"TY  - JOUR\nTI  - {T}\nM3  - Retracted Publication\nER  - \n"),
        ("x.ris", f"TY  - JOUR\nTI  - RETRACTED: {T}\nER  - \n"),
        ("x.bib", f"@article{{a, title = {{Retracted article: {T}}}, year = 2020}}"),
        ("pubmed.txt", f"PMID- 1\nTI  - {T}\nPT  - Journal Article\nPT  - Retracted Publication\n"),
        ("pubmed.xml", PUBMED_XML % "Retracted Publication"),
        ("savedrecs.txt", f"FN Clarivate\nVR 1.0\nPT J\nTI {T}\nDT Article; Retracted Publication\nER\n\nEF\n"),
        ("savedrecs.txt", f"FN Clarivate\nVR 1.0\nPT J\nTI {T} (Retracted article. See vol. 3, 2021)\nER\n\nEF\n"),
        ("scopus.csv", f"Authors,Title,Year,Document Type\nDoe A.,{T},2020,Retracted\n"),
        ("works.csv", f"id,display_name,publication_year,is_retracted\nhttps://openalex.org/W1,{T},2020,True\n"),
        ("works.json", json.dumps({"results": [{"id": "W1", "title": T, "authorships": [], "is_retracted": True}]})),
        ("crossref.json", _crossref(**{"updated-by": [{"type": "retraction", "DOI": "10.1000/b"}]})),
        ("epmc.json", _europe_pmc("Retracted Publication")),
        ("mine.csv", f"paper,title,retracted\n1,{T},yes\n"),
    ],
)
def test_what_services_say_of_a_retraction_is_read(name: str, text: str, loads: Load) -> None:
    papers = loads(text, name).papers
    assert list(retractions(papers).values()) == [MARK]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.ris", f"TY  - JOUR\nTI  - Retraction notice to: {T}\nM3  - Retraction of Publication\nER  - \n"),
        ("x.ris", "TY  - JOUR\nTI  - Retracted papers in medicine: a survey of bias\nER  - \n"),
        ("x.ris", f"TY  - JOUR\nTI  - {T}\nAB  - We count retracted articles.\nKW  - retracted\nER  - \n"),
        ("pubmed.xml", PUBMED_XML % "Retraction of Publication"),
        ("works.csv", f"id,display_name,publication_year,is_retracted\nhttps://openalex.org/W1,{T},2020,False\n"),
        ("crossref.json", _crossref(**{"updated-by": [{"type": "erratum", "DOI": "10.1000/b"}]})),
        ("crossref.json", _crossref(**{"update-to": [{"type": "retraction", "DOI": "10.1000/b"}]})),
        ("epmc.json", _europe_pmc("Retraction of Publication")),
    ],
)
def test_notices_and_papers_about_retractions_are_not_retracted(name: str, text: str, loads: Load) -> None:
    assert retractions(loads(text, name).papers) == {}


def test_a_notice_in_the_collection_takes_back_the_paper_beside_it(loads: Load) -> None:
    works = [
        {"DOI": "10.1000/A", "type": "journal-article", "title": [T]},
        {"DOI": "10.1000/n", "type": "journal-article", "title": [f"Retraction: {T}"],
         "update-to": [{"DOI": "10.1000/a", "type": "retraction"}]},
    ]  # fmt: skip
    papers = loads(json.dumps({"message": {"items": works}}), "crossref.json").papers
    assert retractions(papers) == {"10.1000/a": MARK}


def _papers(*rows: dict[str, Any]) -> Any:
    return make_table("papers", [{"paper_id": f"p{n}", "title": T, **row} for n, row in enumerate(rows)])


GUESS = {"by": "openalex", "record": "W1", "on": "2026-01-31", "matched": "title 0.97"}


def test_a_guess_is_marked_as_one() -> None:
    papers = _papers({"extra": json.dumps({"retracted": True, "enriched": {"retracted": GUESS}})}, {})
    assert retractions(papers) == {"p0": PERHAPS}
    assert named(papers)["title"].tolist() == [f"{T} {PERHAPS}", T]
    assert papers["title"].tolist() == [T, T]


def test_a_column_of_ones_own_called_enriched_is_no_origin() -> None:
    assert retractions(_papers({"extra": '{"retracted": "yes", "enriched": "yes"}'})) == {"p0": MARK}


def test_the_mark_stands_behind_the_title_or_the_id_and_comes_off() -> None:
    papers = _papers({"extra": '{"retracted": true}'}, {"extra": '{"retracted": true}', "title": ""})
    titles = named(papers)["title"].tolist()
    assert titles == [f"{T} {MARK}", f"p1 {MARK}"]
    assert split_mark(titles[0]) == (T, MARK)
    assert split_mark(T) == (T, "")


def test_citations_and_references_carry_it() -> None:
    from analysis.charts.references import references
    from analysis.findings.citation import citations

    people = ["Doe, Ann"]
    papers = {"a": (people, 2020, f"{T} {MARK}"), "b": (people, 2020, "Other"), "c": ([], None, f"X {MARK}")}
    assert citations(papers) == {
        "a": f"Doe 2020a {MARK}", "b": "Doe 2020b", "c": f"X {MARK}",
    }  # fmt: skip
    listed = references(named(_papers({"authors": people, "year": 2020, "extra": '{"retracted": true}'})))
    assert listed.text.startswith(f"Doe, Ann (2020). {T} {MARK}.")


@pytest.mark.parametrize("format", ["ris", "bib", "json", "csv"])
def test_exports_say_so_in_the_keywords_and_load_again(format: str, tmp_path: Path) -> None:
    papers = _papers({"extra": '{"retracted": true}', "keywords": ["trial"]}, {"title": "Another title of a paper"})
    path = tmp_path / f"x.{format}"
    export_papers(papers, path)
    assert path.read_text("utf-8").count("retracted") >= 1
    assert list(retractions(load_papers(path).papers)) == ["p0"]


def test_openalex_csv_with_a_work_id(loads: Load) -> None:
    text = (
        "Work ID,Title,Publication year,Abstract,Primary topic,DOI\n"
        f"https://openalex.org/W2741809807,{T},2018,We measure bias.,Statistics,https://doi.org/10.7717/peerj.4375\n"
        f"https://openalex.org/works/w12,Second,2019,,Clinical Trials|Epidemiology,\n"
    )
    papers = loads(text, "works.csv").papers
    assert papers["paper_id"].tolist() == ["W2741809807", "W12"]
    assert papers["url"].tolist() == ["https://openalex.org/W2741809807", "https://openalex.org/works/w12"]
    assert papers["subjects"].tolist() == [["Statistics"], ["Clinical Trials", "Epidemiology"]]
    assert papers["doi"].tolist() == ["10.7717/peerj.4375", ""]
