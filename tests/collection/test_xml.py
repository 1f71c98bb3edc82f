"""XML: EndNote, PubMed, arXiv's feed, the ACL Anthology; broken files and hostile ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from analysis.collection import Collection
from analysis.common.errors import BadInput

Load = Callable[..., Collection]


def test_endnote_and_what_can_be_saved_of_a_broken_file(load: Load) -> None:
    papers, audit, _ = load("library.xml")
    assert papers["title"].tolist() == ["Bias of E. coli", "Second R&D title", "Fourth"]
    assert papers.loc[0, "abstract"] == "Judges & juries are biased."
    assert papers.loc[0, "keywords"] == ["bias", "judges", "courts"]
    assert papers.loc[0, "authors"] == ["Doe, Ann", "Roe, Richard"]
    unreadable = audit[audit["status"] == "unreadable"]
    assert unreadable["record"].tolist() == ["3"]
    assert "Broken</titel>" in unreadable["raw"].iloc[0]


def test_pubmed_articles_and_book_chapters(load: Load) -> None:
    papers = load("pubmed.xml").papers
    assert papers["title"].tolist() == ["Bias in CO2 trials.", "A chapter on bias"]
    assert papers["abstract"].tolist() == ["We measured CO2 often. Biased.", "Chapters are short."]
    assert papers.loc[0, "authors"] == ["Doe, Ann", "The Group"]
    assert papers["year"].tolist() == [2019, 2011]
    assert papers["paper_id"].tolist() == ["10.1234/trial.1", "31000009"]


def test_arxiv_feed_with_an_error_message_among_the_entries(load: Load) -> None:
    papers, audit, _ = load("arxiv.atom")
    assert papers["paper_id"].tolist() == ["2101.00001", "hep-th/9901001"]
    assert papers.loc[0, "abstract"] == "We find 5% bias [x] in models."
    assert papers.loc[0, "subjects"] == ["cs.LG", "stat.ML"]
    assert "incorrect id format" in audit.loc[audit["status"] == "unreadable", "reason"].iloc[0]


def test_acl_anthology(load: Load) -> None:
    papers = load("2020.acl.xml").papers
    assert papers["paper_id"].tolist() == ["2020.acl-main.1", "2020.acl-srw.12"]
    assert papers.loc[0, "title"] == "Gender Bias in BERT"
    assert papers.loc[0, "abstract"] == "We use α ≤ 5 heads."
    assert papers["venue"].tolist() == ["Proceedings of the 58th Annual Meeting", "Student Workshop"]


def test_a_file_cut_short_keeps_its_whole_records(loads: Load) -> None:
    record = "<record><titles><title>T{}</title></titles></record>"
    text = "<xml><records>" + record.format(1) + record.format(2) + "<record><titles><title>T3</ti"
    papers, audit, _ = loads(text, "x.xml")
    assert papers["title"].tolist() == ["T1", "T2"]
    assert audit["status"].tolist() == ["kept", "kept", "unreadable"]


BOMB = """<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<xml><records><record><titles><title>&b;</title></titles></record></records></xml>"""


@pytest.mark.parametrize("text", [BOMB, BOMB.replace('<!ENTITY a "ha">', '<!ENTITY a SYSTEM "file:///etc/passwd">')])
def test_entities_are_refused_in_one_line(loads: Load, text: str) -> None:
    with pytest.raises(BadInput, match="entities") as caught:
        loads(text, "bomb.xml")
    assert "\n" not in str(caught.value)


EBSCO = """<?xml version="1.0" encoding="UTF-8"?>
<records>
<rec resultID="1"><header shortDbName="c8h" uiTerm="109" longDbName="CINAHL" uiTag="AN"><controlInfo>
<bkinfo/><jinfo><jtl>Journal of Bias</jtl></jinfo><pubinfo><dt year="2015" month="12" day="01">Dec2015</dt></pubinfo>
<artinfo><ui>109</ui><ui type="doi">10.1234/jb.1</ui><ui type="pmid">12345678</ui><tig><atl>Bias &amp; pain.</atl></tig>
<aug><au>Doe, Ann</au><au>Roe, Bob</au></aug><sug><subj type="thes">Pain</subj></sug><ab>We measured bias.</ab>
</artinfo><language>English</language></controlInfo></header></rec>
<rec resultID="2"><header uiTerm="110"><controlInfo><bkinfo><btl>A book on bias</btl></bkinfo>
<pubinfo><dt year="1999"/></pubinfo><artinfo/></controlInfo></header></rec>
</records>"""


def test_ebscohost(loads: Load) -> None:
    papers = loads(EBSCO, "ebsco.xml").papers
    assert papers[["title", "abstract", "venue", "doi", "year", "language"]].to_numpy().tolist() == [
        ["Bias & pain.", "We measured bias.", "Journal of Bias", "10.1234/jb.1", 2015, "en"],
        ["A book on bias", "", "", "", 1999, ""],
    ]  # fmt: skip
    assert papers["paper_id"].tolist() == ["10.1234/jb.1", "110"]
    assert papers.loc[0, "authors"] == ["Doe, Ann", "Roe, Bob"]


def test_other_records_in_xml_are_no_endnote(loads: Load) -> None:
    with pytest.raises(BadInput, match="not an export of papers in a format we know"):
        loads("<records><row>1</row></records>", "x.xml")


def test_names_of_endnote_that_end_in_a_comma(loads: Load) -> None:
    people = "<author>Doe, Ann,</author><author>World Health Organization,</author>"
    text = f"<xml><records><record><contributors><authors>{people}</authors></contributors></record></records></xml>"
    assert loads(text, "x.xml").papers.loc[0, "authors"] == ["Doe, Ann", "World Health Organization"]


@pytest.mark.parametrize("tag", ["<a:b" + ":c" * 5_000 + ">", "<![CDATA[\nline"])
def test_a_fault_is_told_in_a_line_whatever_it_quotes(loads: Load, tag: str) -> None:
    record = "<record><titles><title>{}</title></titles></record>"
    text = "<xml><records>" + record.format("A") + record.format(f"{tag}B") + "</records></xml>"
    loaded = loads(text, "x.xml")
    assert loaded.papers["title"].tolist() == ["A"]
    (reason,) = loaded.audit.loc[loaded.audit["status"] == "unreadable", "reason"]
    assert "not well-formed XML" in reason and len(reason) < 400 and "\n" not in reason
