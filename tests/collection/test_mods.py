"""MODS XML: what each element says, what belongs to the host, records without an abstract, broken and empty ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from analysis.collection import Collection

Load = Callable[..., Collection]

ARTICLE = """<mods xmlns="http://www.loc.gov/mods/v3" version="3.7" ID="doe2014">
<titleInfo type="abbreviated"><title>Bias melt.</title></titleInfo>
<titleInfo><nonSort>The </nonSort><title>bias of
  melting clocks</title><subTitle>a field study</subTitle></titleInfo>
<titleInfo type="alternative"><title>Clocks that melt</title></titleInfo>
<name type="personal"><namePart type="given">Ann</namePart><namePart type="given">B.</namePart>
<namePart type="family">Doe</namePart><namePart type="date">1970-</namePart>
<role><roleTerm type="code" authority="marcrelator">aut</roleTerm><roleTerm type="text">author</roleTerm></role></name>
<name type="personal"><namePart>Roe, Bob</namePart></name>
<name type="corporate"><namePart>Society of Clocks</namePart><role><roleTerm>Author.</roleTerm></role></name>
<name type="personal"><namePart>Poe, Eve</namePart><role><roleTerm type="text">editor</roleTerm></role></name>
<name type="conference"><namePart>Clock Days</namePart></name>
<originInfo><dateIssued encoding="w3cdtf">2014-05-03</dateIssued></originInfo>
<language><languageTerm type="code" authority="iso639-2b">eng</languageTerm></language>
<abstract>Warm clocks &amp; cold ones differ; we measured their bias.</abstract>
<subject><topic>clocks</topic><topic>heat</topic></subject><subject><topic>bias</topic></subject>
<relatedItem type="series"><titleInfo><title>A series</title></titleInfo></relatedItem>
<relatedItem type="host"><titleInfo><title>Journal of Clocks</title></titleInfo>
<name><namePart>Loe, Max</namePart></name><abstract>About the journal.</abstract>
<subject><topic>horology</topic></subject><language><languageTerm>ger</languageTerm></language>
<identifier type="doi">10.1234/journal</identifier><identifier type="issn">1234-5678</identifier>
<location><url>https://example.org/journal</url></location><originInfo><dateIssued>1950</dateIssued></originInfo>
<part><detail type="volume"><number>12</number><caption>vol.</caption></detail>
<detail type="issue"><number>3</number></detail><extent unit="pages"><start>7</start><end>19</end></extent>
<date>2013</date></part></relatedItem>
<relatedItem type="references"><titleInfo><title>A cited work</title></titleInfo><abstract>Cited.</abstract>
<identifier type="doi">10.1234/cited</identifier></relatedItem>
<identifier type="doi" invalid="yes">10.1234/wrong</identifier><identifier type="doi">10.1234/clocks.7</identifier>
<identifier type="uri">https://example.org/id/7</identifier>
<location><url>https://example.org/clocks/7</url></location>
</mods>"""

SEVERAL = """<?xml version="1.0" encoding="UTF-8"?>
<m:modsCollection xmlns:m="http://www.loc.gov/mods/v3">
<m:mods><m:titleInfo><m:nonSort>L'</m:nonSort><m:title>erreur des juges</m:title></m:titleInfo>
<m:name><m:namePart type="family">Noé</m:namePart></m:name>
<m:language><m:languageTerm>French</m:languageTerm></m:language>
<m:abstract>Les juges se trompent.</m:abstract><m:identifier type="uri">https://example.org/id/8</m:identifier></m:mods>
<m:mods><m:titleInfo><m:title>Bias without a summary</m:title></m:titleInfo>
<m:relatedItem type="host"><m:titleInfo><m:title>Bulletin</m:title></m:titleInfo>
<m:part><m:detail type="number"><m:number>4</m:number></m:detail><m:date>1998</m:date></m:part></m:relatedItem></m:mods>
<m:mods><m:titleInfo><m:title>Third</m:title></m:titleInfo><m:abstract>A third bias.</m:abstract></m:mods>
</m:modsCollection>"""


def test_one_record(loads: Load) -> None:
    papers = loads(ARTICLE, "one.xml").papers
    assert len(papers) == 1
    paper = papers.loc[0]
    assert paper["title"] == "The bias of melting clocks: a field study"
    assert paper["abstract"] == "Warm clocks & cold ones differ; we measured their bias."
    assert paper["authors"] == ["Doe, Ann B.", "Roe, Bob", "Society of Clocks"]
    assert paper[["year", "venue", "language"]].tolist() == [2014, "Journal of Clocks", "en"]
    assert paper[["doi", "url"]].tolist() == ["10.1234/clocks.7", "https://example.org/clocks/7"]
    assert paper["keywords"] == ["clocks", "heat", "bias"]
    assert json.loads(paper["extra"]) == {
        "volume": "12", "issue": "3", "pages": "7-19", "issn": "1234-5678", "uri": "https://example.org/id/7",
        "editor": "Poe, Eve", "conference": "Clock Days", "key": "doe2014",
    }  # fmt: skip


def test_several_with_a_prefix_and_one_without_an_abstract(loads: Load) -> None:
    papers, audit, _ = loads(SEVERAL, "several.xml")
    assert papers["title"].tolist() == ["L'erreur des juges", "Bias without a summary", "Third"]
    assert papers["abstract"].tolist() == ["Les juges se trompent.", "", "A third bias."]
    assert papers["authors"].tolist() == [["Noé"], [], []]
    assert papers.loc[0, ["url", "language"]].tolist() == ["https://example.org/id/8", "fr"]
    assert papers.loc[1, ["year", "venue"]].tolist() == [1998, "Bulletin"]
    assert json.loads(papers.loc[1, "extra"]) == {"number": "4"}
    assert audit["missing"].tolist()[1] == ["abstract", "authors", "doi"]


def test_a_broken_record_is_in_the_audit_and_the_others_are_read(loads: Load) -> None:
    papers, audit, _ = loads(SEVERAL.replace("summary</m:title>", "summary</m:titel>"), "broken.xml")
    assert papers["title"].tolist() == ["L'erreur des juges", "Third"]
    assert audit["status"].tolist() == ["kept", "unreadable", "kept"]
    assert "summary</m:titel>" in audit["raw"].iloc[1]


def _one(loads: Load, inside: str) -> Any:
    """The paper of a record titled "T" with more inside."""
    text = f'<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>T</title></titleInfo>{inside}</mods>'
    return loads(text, "x.xml").papers.loc[0]


@pytest.mark.parametrize(
    ("inside", "title"),
    [
        ("<title>Bias :</title><subTitle>a study</subTitle>", "Bias: a study"),
        ("<nonSort>An</nonSort><title>old bias</title>", "An old bias"),
        ("<nonSort>L’</nonSort><title>erreur</title>", "L’erreur"),
        ("<title>Bias.</title><partNumber>Part 2</partNumber><partName>Courts</partName>", "Bias. Part 2, Courts"),
    ],
)  # fmt: skip
def test_titles(loads: Load, inside: str, title: str) -> None:
    text = f"<mods><titleInfo>{inside}</titleInfo><abstract>Some bias.</abstract></mods>"
    assert loads(text, "x.xml").papers.loc[0, "title"] == title


def test_a_title_of_another_kind_is_better_than_none(loads: Load) -> None:
    kinds = ("abbreviated", "alternative", "translated")
    titles = [f'<titleInfo type="{kind}"><title>The {kind} one</title></titleInfo>' for kind in kinds]
    papers = loads(f"<modsCollection><mods>{''.join(titles)}</mods><mods>{titles[0]}</mods></modsCollection>", "x.xml")
    assert papers.papers["title"].tolist() == ["The translated one", "The abbreviated one"]


@pytest.mark.parametrize(
    ("dates", "year"),
    [
        ('<dateIssued>c2014</dateIssued><dateIssued encoding="marc">2015</dateIssued>', 2014),
        ('<dateIssued encoding="marc">19uu</dateIssued><dateIssued encoding="w3cdtf">2014-05</dateIssued>', 2014),
        ('<dateIssued encoding="iso8601">20140503</dateIssued>', 2014),
        ('<dateIssued point="start">1998</dateIssued><dateIssued point="end">9999</dateIssued>', 1998),
        ("<dateIssued>[n.d.]</dateIssued><copyrightDate>2003</copyrightDate>", 2003),
        ("<dateCreated>May 1987</dateCreated><dateCaptured>2020</dateCaptured>", 1987),
    ],
)
def test_dates(loads: Load, dates: str, year: int) -> None:
    assert _one(loads, f"<originInfo>{dates}</originInfo>")["year"] == year


def test_of_several_abstracts_the_english_one_is_read_and_the_others_are_kept(loads: Load) -> None:
    paper = _one(
        loads,
        '<abstract type="review">A fine book.</abstract><abstract lang="ger">Ein Bias.</abstract>'
        '<abstract lang="eng">First part.</abstract><abstract lang="eng">Second part.</abstract>',
    )
    assert paper["abstract"] == "First part. Second part."
    assert json.loads(paper["extra"]) == {"other abstracts": ["A fine book.", "Ein Bias."]}


def test_names_by_role(loads: Load) -> None:
    uri = "http://id.loc.gov/vocabulary/relators/"
    paper = _one(
        loads,
        f'<name><namePart>Doe, Ann</namePart><role><roleTerm valueURI="{uri}aut">VerfasserIn</roleTerm></role></name>'
        "<name><namePart>Roe, Bob</namePart><role><roleTerm>dissertant</roleTerm></role></name>"
        "<name><namePart>Poe, Eve</namePart><role><roleTerm>edt</roleTerm></role></name>"
        "<name><namePart>Moe, Jo</namePart><role><roleTerm>edt</roleTerm></role></name>"
        '<name type="corporate"><namePart>Press</namePart><role><roleTerm>publisher</roleTerm></role></name>'
        "<name><displayForm>Joe Loe</displayForm></name>",
    )
    assert paper["authors"] == ["Doe, Ann", "Roe, Bob", "Joe Loe"]
    assert json.loads(paper["extra"]) == {"edt": ["Poe, Eve", "Moe, Jo"], "publisher": "Press"}


def test_topics_of_a_list_are_subjects_and_free_ones_keywords(loads: Load) -> None:
    paper = _one(
        loads,
        '<subject authority="lcsh"><topic>Prejudices</topic><geographic>France</geographic></subject>'
        '<subject authority="local"><topic>bias</topic></subject><subject><topic>courts</topic></subject>',
    )
    assert (paper["subjects"], paper["keywords"]) == (["Prejudices"], ["bias", "courts"])


def test_addresses_and_languages_of_the_paper_itself(loads: Load) -> None:
    paper = _one(
        loads,
        '<language objectPart="summary"><languageTerm>eng</languageTerm></language>'
        "<language><languageTerm>fre</languageTerm></language>"
        '<location><url access="preview">https://x.org/p.png</url><url>https://x.org/a</url>'
        '<url usage="primary display">https://x.org/b</url></location>'
        '<identifier type="uri">https://doi.org/10.1234/X</identifier><identifier type="pmid">123</identifier>',
    )
    assert paper[["url", "language", "doi"]].tolist() == ["https://x.org/b", "fr", "10.1234/x"]
    assert json.loads(paper["extra"])["pmid"] == "123"


def test_a_record_that_says_next_to_nothing_stays_and_the_audit_says_what_is_missing(loads: Load) -> None:
    empty = "<mods><originInfo><dateIssued>2014</dateIssued></originInfo></mods>"
    text = f"<modsCollection>{empty}<mods><abstract>Bias.</abstract></mods></modsCollection>"
    papers, audit, _ = loads(text, "x.xml")
    assert papers["abstract"].tolist() == ["", "Bias."]
    assert audit["missing"].tolist()[0] == ["title", "abstract", "authors", "venue", "doi"]


def test_a_file_cut_short_keeps_its_whole_records(loads: Load) -> None:
    papers, audit, _ = loads(SEVERAL[: SEVERAL.index("third bias")], "cut.xml")
    assert papers["title"].tolist() == ["L'erreur des juges", "Bias without a summary"]
    assert audit["status"].tolist() == ["kept", "kept", "unreadable"]
