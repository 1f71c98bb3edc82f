"""JSON lines and documents of the services, told apart object by object."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from analysis.collection import Collection

Load = Callable[..., Collection]


def test_services_mixed_in_one_file(load: Load) -> None:
    papers, audit, _ = load("services.jsonl")
    assert papers["paper_id"].tolist() == [
        "own-1", "W7", "abc", "10.1234/cr", "0704.0001", "r1", "2502.1", "columns-we-know",
    ]  # fmt: skip
    assert papers["abstract"].tolist() == [
        "Kept to the <i>character</i>, 5\\% of it.", "Of bias and bias", "", "CO2 & bias.",
        "A calculation of Éduard's bias.", "Reviewed bias.", "A summary.", "From a table.",
    ]  # fmt: skip
    assert papers["year"].tolist() == [2025, 2021, 2020, 2019, 2007, 2020, 2025, 2018]
    assert papers["venue"].tolist() == [
        "arXiv cs.CV", "Journal A", "Journal B", "Journal C", "arXiv", "ICLR 2020 Poster", "", "",
    ]  # fmt: skip
    assert papers["authors"].tolist()[3:5] == [["Doe, Ann", "The Group"], ["Doe, A.", "Roe, B."]]
    assert audit.loc[audit["status"] == "unreadable", "raw"].tolist() == [
        '{"id": "broken', '"not an object"', '{"answer":42}',
    ]  # fmt: skip


def test_csl_json(load: Load) -> None:
    papers = load("csl.json").papers
    assert papers["authors"].tolist() == [["van den Berg, A.", "The Group"], []]
    assert papers["year"].tolist() == [2020, 1999]
    assert papers["keywords"].tolist() == [["bias", "priors"], []]


RECORDS = [{"title": "A", "abstract": "x"}, {"title": "B", "abstract": "y"}]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(RECORDS),
        json.dumps({"meta": {"count": 2}, "results": RECORDS}),
        json.dumps({"status": "ok", "message": {"items": RECORDS}}),
        json.dumps({"a": RECORDS[0], "b": RECORDS[1]}),
        json.dumps({"offset": 0, "data": [{"citingPaper": record} for record in RECORDS]}),
        "\n".join(json.dumps(record) for record in RECORDS),
        "\r\n\r\n".join(json.dumps(record) for record in RECORDS),
        "\n".join(json.dumps(record, indent=1) for record in RECORDS),
        "\ufeff" + json.dumps(RECORDS, indent=1),
    ],
)
def test_however_the_list_is_wrapped(loads: Load, text: str) -> None:
    papers = loads(text).papers
    assert papers[["title", "abstract"]].to_numpy().tolist() == [["A", "x"], ["B", "y"]]


def test_control_characters_are_dropped_however_a_line_writes_them(loads: Load) -> None:
    titles = (r"A\u0007 title", "A\x7f title", "A title ", "A\u200b title")
    lines = [f'{{"id": "{number}", "title": "{title}", "abstract": "x"}}' for number, title in enumerate(titles)]
    found = loads("\n".join(lines))
    assert set(found.papers["title"]) == {"A title"}
    assert [told[0] for told in found.audit["cleaned"]] == [
        "title: control characters", "title: control characters", "title: outer spaces", "title: control characters",
    ]  # fmt: skip


def test_a_broken_array_keeps_what_is_whole(loads: Load) -> None:
    papers, audit, _ = loads('[{"title": "A"}, {"title": "B", oops}, {"title": "C"}, {"title": "D"')
    assert papers["title"].tolist() == ["A", "C"]
    assert audit["status"].tolist() == ["kept", "unreadable", "kept", "unreadable"]


def test_numbers_where_texts_belong_and_odd_types(loads: Load) -> None:
    lines = [
        '{"id": 7, "title": 42, "abstract": ["x"], "year": NaN}',
        '{"id": "\\ud800", "title": "half a surrogate \\ud800", "abstract": ""}',
        '{"content": {"title": "T"}, "invitation": 3}',
        '{"paperId": 1, "externalIds": "none", "title": "T"}',
    ]
    audit = loads("\n".join(lines)).audit
    assert len(audit) == 4
    assert audit["status"].tolist()[:3] == ["kept", "kept", "kept"]


LENS = {
    "lens_id": "000-1", "title": "T", "year_published": 2019, "authors": [{"first_name": "Ann", "last_name": "Doe"}],
    "external_ids": [{"type": "doi", "value": "10.1234/x"}, {"type": "pmid", "value": "12345678"}],
}  # fmt: skip
DOAJ = {"bibjson": {"title": "T", "year": "2019", "identifier": [{"type": "doi", "id": "10.1234/x"}]}}
SUMMARY = {"title": "T", "pubdate": "2019 May", "articleids": [{"idtype": "pubmed", "value": "12345678"}]}


@pytest.mark.parametrize(
    ("value", "paper_id"), [({"total": 1, "data": [LENS]}, "10.1234/x"), (DOAJ, "10.1234/x"), (SUMMARY, "12345678")]
)
def test_ids_in_a_list_with_their_kinds(loads: Load, value: object, paper_id: str) -> None:
    paper = loads(json.dumps(value)).papers.iloc[0]
    assert paper[["paper_id", "title", "year"]].tolist() == [paper_id, "T", 2019]
    assert value is DOAJ or json.loads(paper["extra"])["pmid"] == "12345678"


DATACITE = {
    "doi": "10.5281/zenodo.1", "creators": [{"name": "Doe, Ann", "givenName": "Ann", "familyName": "Doe"}],
    "titles": [{"title": "Titel", "titleType": "TranslatedTitle"}, {"title": "T"}], "publisher": "Zenodo",
    "publicationYear": 2019, "subjects": [{"subject": "statistics"}],
    "descriptions": [
        {"description": "Version 2.", "descriptionType": "Other"}, {"description": "A.", "descriptionType": "Abstract"},
    ],
}  # fmt: skip
ANSWER = {"id": "10.5281/zenodo.1", "type": "dois", "attributes": DATACITE, "relationships": {"client": {"data": {}}}}


@pytest.mark.parametrize(
    "value", [{"id": "https://doi.org/10.5281/zenodo.1"} | DATACITE, {"data": [ANSWER]}, {"data": ANSWER}]
)
def test_datacite_bare_and_in_the_answer_of_its_api(loads: Load, value: object) -> None:
    paper = loads(json.dumps(value)).papers.iloc[0]
    assert paper[["paper_id", "title", "abstract", "year", "venue"]].tolist() == [
        "10.5281/zenodo.1", "T", "A.", 2019, "Zenodo",
    ]  # fmt: skip
    assert (paper["authors"], paper["subjects"]) == (["Doe, Ann"], ["statistics"])


def test_attachments_and_notes_of_zotero_are_no_papers(loads: Load) -> None:
    items = [
        {"key": "A", "itemType": "journalArticle", "title": "T", "abstractNote": "x", "date": "2019-05"},
        {"key": "B", "itemType": "attachment", "parentItem": "A", "title": "Full Text PDF"},
        {"key": "C", "itemType": "note", "parentItem": "A", "note": "<p>read</p>"},
    ]
    papers, audit, _ = loads(json.dumps([{"key": item["key"], "version": 1, "data": item} for item in items]))
    assert papers["title"].tolist() == ["T"]
    assert audit[["record", "status", "reason"]].to_numpy().tolist() == [
        ["1", "kept", ""], ["B", "not a record", "attachment in a Zotero library"],
        ["C", "not a record", "note in a Zotero library"],
    ]  # fmt: skip


EUROPE_PMC = {
    "id": "31000001", "source": "MED", "pmid": "31000001", "doi": "10.1234/x", "title": "T", "pubYear": "2019",
    "authorString": "Doe J, Bias Group.", "abstractText": "A.", "authorList": {"author": [
        {"fullName": "Doe J", "firstName": "Jane", "lastName": "Doe"}, {"collectiveName": "Bias Group"},
    ]},
    "journalInfo": {"journal": {"title": "J"}, "volume": "3", "issue": "2"},
}  # fmt: skip
LITE = EUROPE_PMC | {"journalTitle": "J", "journalVolume": "3", "authorString": "Doe, Jane; Bias Group"}
del LITE["authorList"], LITE["journalInfo"]
INSPIRE = {
    "control_number": 7, "titles": [{"title": "T"}], "abstracts": [{"source": "arXiv", "value": "A."}],
    "authors": [{"full_name": "Doe, Jane"}, {"full_name": "Bias Group"}], "dois": [{"value": "10.1234/x"}],
    "publication_info": [{"cnum": "C1"}, {"journal_title": "J", "year": 2019}], "preprint_date": "2018-12",
}  # fmt: skip
HAL = {
    "halId_s": "hal-1", "title_s": ["T"], "abstract_s": ["A."], "authFullName_s": ["Doe, Jane", "Bias Group"],
    "producedDateY_i": 2019, "doiId_s": "10.1234/x", "journalTitle_s": "J", "uri_s": "https://hal.science/hal-1",
}  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        {"resultList": {"result": [EUROPE_PMC]}},
        {"resultList": {"result": [LITE]}},
        {"hits": {"hits": [{"id": "7", "metadata": INSPIRE}]}},
        {"response": {"docs": [HAL]}},
    ],
)
def test_europe_pmc_inspire_and_hal(loads: Load, value: object) -> None:
    paper = loads(json.dumps(value)).papers.iloc[0]
    assert paper[["paper_id", "title", "abstract", "year", "venue", "doi"]].tolist() == [
        "10.1234/x", "T", "A.", 2019, "J", "10.1234/x",
    ]  # fmt: skip
    assert paper["authors"] == ["Doe, Jane", "Bias Group"]


def test_the_issue_and_the_ids_of_europe_pmc_and_inspire_are_kept(loads: Load) -> None:
    eprint = INSPIRE | {"arxiv_eprints": [{"value": "1812.00001"}]}
    papers = loads(json.dumps([EUROPE_PMC, eprint])).papers
    assert papers["paper_id"].tolist() == ["10.1234/x", "1812.00001"]
    extra = [json.loads(text) for text in papers["extra"]]
    assert [extra[0][name] for name in ("pmid", "volume", "issue")] == ["31000001", "3", "2"]
    assert extra[1]["cnum"] == "C1"
