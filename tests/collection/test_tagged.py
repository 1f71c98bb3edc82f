"""The other tagged texts: Web of Science, PubMed, EndNote."""

from __future__ import annotations

from collections.abc import Callable

from analysis.collection import Collection

Load = Callable[..., Collection]


def test_web_of_science(load: Load) -> None:
    papers, audit, _ = load("savedrecs.ciw")
    assert papers["title"].tolist() == [
        "Interactions of bias with a title that goes on", "Second record without its end", "Third",
    ]  # fmt: skip
    first = papers.iloc[0]
    assert first["abstract"].startswith("US judges were asked. AB negative blood")
    assert first["abstract"].endswith("TI is no tag here, as the line is indented.")
    assert first["authors"] == ["Doe, Ann", "Roe, Richard"]
    assert first["keywords"] == ["attention bias", "anchoring", "cognitive bias", "JUDGMENT", "HEURISTICS"]
    assert first["subjects"] == ["Psychology, Social", "Law"]
    assert (first["year"], first["doi"], first["language"]) == (2004, "10.1234/jb.1", "en")
    assert audit.loc[audit["status"] == "not a record", "raw"].tolist() == [
        "FN Clarivate Analytics Web of Science\nVR 1.0", "EF",
    ]  # fmt: skip


def test_pubmed_text(load: Load) -> None:
    papers = load("pubmed.nbib").papers
    assert papers["title"].tolist() == ["A trial of bias in blinding.", "Ein deutscher Titel.", "Only a title."]
    assert papers["abstract"].tolist() == ["Blinding matters. We blinded. It mattered (p < 0.05).", "", ""]
    assert papers["doi"].tolist() == ["10.1234/trial.1", "10.1234/trial.2", ""]
    assert papers["paper_id"].tolist() == ["10.1234/trial.1", "10.1234/trial.2", "31000003"]
    assert papers["year"].fillna(0).tolist() == [2019, 2018, 0]
    assert papers.loc[0, "keywords"] == ["blinding", "bias"]
    assert papers["language"].tolist() == ["en", "de", ""]


def test_endnote_tagged_text_whichever_tag_comes_first(load: Load) -> None:
    papers = load("library.enw").papers
    assert papers["title"].tolist() == ["The title comes first here", "", "Third title"]
    assert papers["abstract"].tolist() == [
        "First paragraph of the abstract. Second paragraph after a blank line.",
        "A record that has an abstract and no title.", "",
    ]  # fmt: skip
    assert papers.loc[0, "keywords"] == ["bias", "judges"]


def test_groups_are_authors_beside_people(loads: Load) -> None:
    text = "FN X\nVR 1.0\nPT J\nAU Doe, A\nAF Doe, Ann\nCA Bias Study Group\n   Roe Team\nTI T\nER\n\nEF\n"
    assert loads(text).papers["authors"].tolist() == [["Doe, Ann", "Bias Study Group", "Roe Team"]]
    text = "PMID- 1\nTI  - T\nFAU - Doe, Ann\nAU  - Doe A\nCN  - Bias Study Group\n"
    assert loads(text).papers["authors"].tolist() == [["Doe, Ann", "Bias Study Group"]]


def test_a_paper_without_a_title_takes_the_first_that_translates_it(loads: Load) -> None:
    text = "PMID- 1\nTI  - [Not Available].\nTT  - Ein Titel.\nTT  - Un titre.\n"
    assert loads(text).papers["title"].tolist() == ["Ein Titel."]


def test_a_tag_whose_blank_is_lost_begins_a_record(loads: Load) -> None:
    text = "PMID- 1\nTI  - One\nAB  - BERT-based and\n      PMID-free.\n\nPMID-2\nTI  -Two\nAB  - A\n"
    papers = loads(text).papers
    assert papers[["paper_id", "title", "abstract"]].to_numpy().tolist() == [
        ["1", "One", "BERT-based and PMID-free."], ["2", "Two", "A"],
    ]  # fmt: skip
