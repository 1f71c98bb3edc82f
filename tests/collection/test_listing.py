"""The papers page, as text and as HTML."""

from __future__ import annotations

import html
from collections.abc import Callable

from analysis.collection import Collection, load_papers

Load = Callable[..., Collection]

ABSTRACT = "A sentence about bias that says something. " * 8


def test_the_bundled_page_has_21_papers_and_five_lines_that_are_none() -> None:
    papers, audit, duplicates = load_papers()
    assert len(papers) == 21
    assert len(duplicates) == 0
    assert (papers["title"] != "").all() and (papers["abstract"].str.len() > 500).all()
    assert papers["title"].iloc[0].startswith("DiffFit: Unlocking Transferability")
    assert papers["title"].iloc[16].startswith('"Kelly is a Warm Person, Joseph is a Role Model"')
    assert papers["title"].iloc[20].startswith("Beyond the Imitation Game")
    assert set(papers["language"]) == {"en"}
    strays = audit[audit["status"] == "not a record"]
    assert strays["raw"].tolist() == [
        "new", "Get trending papers in your email inbox!", "Subscribe", "byAK and the research community", "Mar 11",
    ]  # fmt: skip
    assert strays["record"].tolist() == ["line 1", "line 3", "line 5", "line 7", "line 9"]
    assert len(audit) == 26
    assert set(papers["source"]) == {"data/raw/hugging_face_papers_bias.txt"}


def test_a_page_without_banners(loads: Load) -> None:
    text = "\n\n".join(f"Title {i}\n\n{ABSTRACT}" for i in range(3))
    assert loads(text).papers["title"].tolist() == ["Title 0", "Title 1", "Title 2"]


def test_an_abstract_without_title_is_kept(loads: Load) -> None:
    text = f"byAK and the research community\n\nMar 11\n\n{ABSTRACT}\n\nTitle\n\n{ABSTRACT}\n\nLast title"
    papers, audit, _ = loads(text)
    assert papers["title"].tolist() == ["", "Title"]
    assert audit.loc[audit["status"] == "not a record", "raw"].tolist()[-1] == "Last title"


def test_the_page_as_html(load: Load) -> None:
    papers = load("listing.html").papers
    assert papers["paper_id"].tolist() == ["2304.06648", "1909.12098"]
    assert papers["title"].tolist() == ["DiffFit: Unlocking & more", "Sequential Training"]
    assert papers["abstract"].iloc[0].startswith("Diffusion models adapt with a bias term;")
    assert papers["abstract"].iloc[0].endswith("as it should.")
    assert papers["abstract"].iloc[1] == ""


def test_the_data_in_the_page_goes_before_its_cards(loads: Load) -> None:
    props = '{"dailyPapers":[{"paper":{"id":"2501.1","title":"T","summary":"All of the abstract."}}]}'
    card = '<h3><a href="/papers/2501.1">T</a></h3>'
    page = f'<!DOCTYPE html><html><body><div data-props="{html.escape(props)}"></div>{card}</body></html>'
    papers = loads(page, "page.html").papers
    assert papers[["paper_id", "title", "abstract"]].to_numpy().tolist() == [["2501.1", "T", "All of the abstract."]]


def test_a_reference_list(loads: Load) -> None:
    lines = [
        "Adams CE, Polz S, and Wolff A (2013) Systematic reviews: work to be done. Journal of Medicine 6(4): 232-235.",
        "- Alter, S. (2005a). Architecture of Sysperanto? Communications 15(1): 1-40. doi:10.1234/alt.5",
        "3. Doe A (1999) Third of them. Venue 1: 2.",
    ]
    papers = loads("# References\n\n" + "\n".join(lines)).papers
    assert papers["title"].tolist() == [
        "Systematic reviews: work to be done",
        "Architecture of Sysperanto?",
        "Third of them",
    ]
    assert papers["authors"].tolist() == [["Adams CE", "Polz S", "Wolff A"], ["Alter", "S"], ["Doe A"]]
    assert papers["doi"].tolist() == ["", "10.1234/alt.5", ""]
