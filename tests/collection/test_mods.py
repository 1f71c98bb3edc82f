"""MODS XML: one record, several, a broken one, one without an abstract."""

from __future__ import annotations

import json
from collections.abc import Callable

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
<name><namePart>Loe, Max</namePart></name>
<part><detail type="volume"><number>12</number><caption>vol.</caption></detail>
<detail type="issue"><number>3</number></detail><date>2013</date></part></relatedItem>
<identifier type="issn">1234-5678</identifier><identifier type="doi">10.1234/clocks.7</identifier>
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
    assert json.loads(paper["extra"]) == {"volume": "12", "issue": "3", "key": "doe2014"}


def test_several_with_a_prefix_and_one_without_an_abstract(loads: Load) -> None:
    papers, audit, _ = loads(SEVERAL, "several.xml")
    assert papers["title"].tolist() == ["L'erreur des juges", "Bias without a summary", "Third"]
    assert papers["abstract"].tolist() == ["Les juges se trompent.", "", "A third bias."]
    assert papers["authors"].tolist() == [["Noé"], [], []]
    assert papers.loc[0, ["url", "language"]].tolist() == ["https://example.org/id/8", "fr"]
    assert papers.loc[1, ["year", "venue"]].tolist() == [1998, "Bulletin"]
    assert json.loads(papers.loc[1, "extra"]) == {"number": "4"}
    assert len(audit) == 3


def test_a_broken_record_is_in_the_audit_and_the_others_are_read(loads: Load) -> None:
    papers, audit, _ = loads(SEVERAL.replace("summary</m:title>", "summary</m:titel>"), "broken.xml")
    assert papers["title"].tolist() == ["L'erreur des juges", "Third"]
    assert audit["status"].tolist() == ["kept", "unreadable", "kept"]
    assert "summary</m:titel>" in audit["raw"].iloc[1]
