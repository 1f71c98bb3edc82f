"""What real exports do beyond their format's rules costs no record, no abstract and no name (all texts invented)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from analysis.collection import Collection
from analysis.common.errors import BadInput

Load = Callable[..., Collection]
A = "Judges and juries are biased in many ways, and we measured it well."


def _all(loaded: Collection, records: int, abstract: str = A) -> None:
    """Each record is kept and has the abstract."""
    assert (loaded.audit["status"] == "kept").sum() == records
    assert loaded.papers["abstract"].tolist() == [abstract] * records


def _ris(first: str = "TY  - JOUR", last: str = "ER  - ", more: str = "") -> str:
    return f"{first}\nTI  - A title\nAB  - {A}\nAU  - Doe, Ann\n{more}{last}\n"


@pytest.mark.parametrize(
    "text",
    [
        _ris() + "\n" + _ris(first="") + "\n" + _ris(),
        _ris(first="") + _ris(first="") + _ris(first=""),
        _ris() + _ris(first="TY  - ") + _ris(),
        _ris(last="") + "\n" + _ris(last="") + _ris(),
        _ris() + _ris() + _ris().rstrip("\n") + " ",
        _ris() + _ris().rstrip("\n") + _ris(),
        "".join(f"        {line}\n" for line in (3 * _ris()).splitlines()),
        (3 * _ris()).replace("  - ", "-"),
        (3 * _ris()).replace("  - ", "\t-\t"),
    ],
    ids=["no type once", "no types", "empty type", "no ends", "no last line", "pasted", "indented", "tight", "tabs"],
)
def test_ris_begun_and_ended_as_vendors_do(loads: Load, text: str) -> None:
    _all(loads(text, "x.ris"), 3)


def test_what_is_between_ris_records_and_is_none_stays_a_stray(loads: Load) -> None:
    audit = loads(_ris() + "NL  - a line\n\nUR  - http://x\n" + _ris(), "x.ris").audit
    assert audit["status"].tolist() == ["kept", "not a record", "kept"]
    assert loads(_ris() + _ris(first=""), "x.ris").audit["reason"].tolist()[1].startswith("mended")


def test_lines_of_an_abstract_that_look_like_tags(loads: Load) -> None:
    lines = "\nAD - Alzheimer's disease, that is - was one.\nPM - particulate matter another.\nTY - tyrosine the third."
    papers = loads(_ris(more="AD  - Dept of Law\n") + _ris().replace(A, A + lines), "x.ris").papers
    assert papers.loc[1, "abstract"] == A + lines.replace("\n", " ")
    loose = loads(_ris(more="DO - 10.1234/x\n"), "x.ris").papers
    assert loose.loc[0, "doi"] == "10.1234/x"


def test_the_second_choice_where_the_first_says_nothing(loads: Load) -> None:
    text = f"TY  - JOUR\nTI  - A\nAB  - No abstract available.\nN2  - {A}\nPY  - in press\nDA  - 2021/03\nER  - \n"
    papers = loads(text, "x.ris").papers
    assert (papers.loc[0, "abstract"], papers.loc[0, "year"]) == (A, 2021)


TWO = ["Doe, Ann", "Roe, Bob"]


@pytest.mark.parametrize(
    ("name", "text", "people"),
    [
        ("x.ris", "TY  - JOUR\nTI  - A\nAU  - Doe, Ann; Roe, Bob\nER  - \n", TWO),
        ("x.isi", "FN ISI Export Format\nVR 1.0\nPT J\nTI A\nAU Doe, Ann; Roe, Bob\nSO J\nER\n", TWO),
        ("x.csv", 'title,author,year\nA,"Doe, Ann and Roe, Bob",2020\n', TWO),
        ("x.csv", "title,authors,year\nA,Doe A and Roe BC,2020\n", ["Doe A", "Roe BC"]),
        ("x.csv", 'Title,Author full names\nA,"Doe, Ann (57000000001); Roe, Bob (7000000002)"\n', TWO),
        ("x.bib", "@article{k, title={A}, author={Doe, AB, Roe, C, and Poe, D}}", ["Doe, AB", "Roe, C", "Poe, D"]),
        ("x.bib", "@article{k, title={A}, author={van Doe, Jr., Ann and Roe, Bob}}", ["van Doe, Jr., Ann", "Roe, Bob"]),
        ("x.ris", "TY  - JOUR\nTI  - A\nAU  - Bill and Ann Doe Foundation\nER  - \n", ["Bill and Ann Doe Foundation"]),
    ],
)  # fmt: skip
def test_people_who_share_one_text(loads: Load, name: str, text: str, people: list[str]) -> None:
    assert list(loads(text, name).papers.loc[0, "authors"]) == people


def test_endnote_records_in_which_the_title_is_not_first(loads: Load) -> None:
    for last in ("", "%0 Journal Article\n"):
        text = "\n".join(f"%A Author {i}\n%D 2020\n%T Title {i}\n%X {A}\n{last}" for i in (1, 2, 3))
        loaded = loads(text, "x.enw")
        _all(loaded, 3)
        assert [list(people) for people in loaded.papers["authors"]] == [["Author 1"], ["Author 2"], ["Author 3"]]


def test_ovids_medline_text(loads: Load) -> None:
    record = "VN  - Ovid Technologies\nDB  - Ovid MEDLINE(R)\nUI  - 12{}\nTI  - A title\nAB  - {}\nYR  - 2019\n"
    loaded = loads("\n\n".join(record.format(i, A) for i in (1, 2)), "x.txt")
    _all(loaded, 2)
    assert loaded.papers["year"].tolist() == [2019, 2019]


def test_what_ovid_writes_its_own_way(loads: Load) -> None:
    records = [
        "<3. >\nVN  - Ovid Technologies\nDB  - Journals@Ovid\nAN  - 001\nAU  - Doe, Ann [Author; E-mail: a@b.org]\n"
        f"AU  - Roe, Bob 1,2,*\nTI  - A title.  [Article]\nAB  - {A}\n"
        "SO  - Journal of Bias January/February 2010;14(1):56\nDI  - 10.1234/a.b\n",
        f"<5. >\nVN  - Ovid Technologies\nDB  - Ovid MEDLINE(R)\nUI  - 123\nTI  - A title.\nAB  - {A}\n"
        "SO  - Ecology & Bias. 201(2-3):1927-1934, November 15, 2004.\nDO  - https://dx.doi.org/10.1234/c\n",
    ]
    for gap in ("", "\n"):
        loaded = loads(gap.join(records), "x.txt")
        _all(loaded, 2)
        papers = loaded.papers
        assert papers[["title", "venue", "year", "doi"]].to_numpy().tolist() == [
            ["A title.", "Journal of Bias", 2010, "10.1234/a.b"], ["A title.", "Ecology & Bias", 2004, "10.1234/c"],
        ]  # fmt: skip
        assert papers.loc[0, "authors"] == ["Doe, Ann", "Roe, Bob"]
        assert json.loads(papers.loc[1, "extra"])["pmid"] == "123"


def test_pubmeds_text_for_reading_is_refused_with_the_format_to_choose(loads: Load) -> None:
    text = f"1. J Bias. 2020 Jan;5(2):10-20. doi: 10.1234/a.\n\nA title.\n\nDoe A(1).\n\n{A}\n\nPMID: 12345678\n"
    with pytest.raises(BadInput, match="save the search again in the format PubMed"):
        loads(text, "abstract-bias-set.txt")


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_tables_with_other_line_ends(loads: Load, end: str) -> None:
    _all(loads(end.join(["PT\tAU\tTI\tSO\tAB", *2 * [f"J\tDoe, A\tT\tJ\t{A}"], ""]), "x.txt"), 2)


def test_cochranes_numbered_records(loads: Load) -> None:
    record = (
        "Record #{} of 2\nID: CN-0{}\nAU: Doe A\nAU: Roe B\nTI: A title\nSO: Journal\nYR: 2020\nAB: {}\n"
        "US: https://x.org\n\n\n"
    )
    loaded = loads("".join(record.format(i, i, A) for i in (1, 2)), "citations.txt")
    _all(loaded, 2)
    assert list(loaded.papers.loc[0, "authors"]) == ["Doe A", "Roe B"]


def test_proquests_report(loads: Load) -> None:
    rule = "_" * 60
    record = (
        "Document {} of 2\n\nA title\n\nAuthor: Doe, Ann; Roe, Bob\n\nhttp://search.example.org/docview/1\n\n"
        f"Abstract: {A}\n\nMethods: none.\n\nLinks: http://x.org\n\nPublication title: Journal\n\n"
        f"Publication year: 2014\n\nTitle: A title\n\n{rule}\n\n"
    )
    contents = "Table of contents\n\n1. A title\n\n2. A title\n\n"
    head = f"{rule}\n\nReport Information from ProQuest\n{rule}\n\n{contents}{rule}\n\n"
    loaded = loads(head + record.format(1) + record.format(2) + "Bibliography\n", "report.txt")
    _all(loaded, 2, A + " Methods: none.")
    paper = loaded.papers.iloc[0]
    assert (paper["title"], list(paper["authors"]), paper["year"]) == ("A title", ["Doe, Ann", "Roe, Bob"], 2014)


def test_an_article_of_pubmed_central(loads: Load) -> None:
    front = (
        "<front><journal-meta><journal-title>J</journal-title></journal-meta><article-meta>"
        "<article-id pub-id-type='pmid'>12</article-id>"
        "<title-group><article-title>A <i>title</i></article-title></title-group>"
        "<contrib-group><contrib contrib-type='author'>"
        "<name><surname>Doe</surname><given-names>Ann</given-names></name></contrib></contrib-group><pub-date><year>2020</year></pub-date>"
        "<abstract abstract-type='teaser'><p>No.</p></abstract>"
        f"<abstract><title>Abstract</title><sec><title>Aim</title><p>{A}</p></sec></abstract></article-meta></front>"
    )
    article = f"<article>{front}<body><p>Text.</p></body><back><article-title>Another</article-title></back></article>"
    loaded = loads(f"<?xml version='1.0'?><pmc-articleset>{article}{article}</pmc-articleset>", "x.nxml")
    _all(loaded, 2)
    paper = loaded.papers.iloc[0]
    assert (paper["title"], paper["year"], list(paper["authors"])) == ("A title", 2020, ["Doe, Ann"])


def test_html_that_calls_itself_excel(loads: Load) -> None:
    row = f"<tr><td>A <i>title</i></td><td>{A}</td><td>2020</td></tr>"
    table = f"<html><body><table><tr><th>Title</th><th>Abstract</th><th>Year</th></tr>{row}{row}</table></body></html>"
    loaded = loads(table, "export.xls")
    _all(loaded, 2)
    assert loaded.papers.loc[0, "title"] == "A title"


def test_bibtex_with_a_brace_too_many_or_an_entry_in_its_prose(loads: Load) -> None:
    entry = "@article{%s,\n  title = {T},\n  year = 2020,\n  abstract = {%s}\n}\n"
    braced = A.replace("biased", "biased}")
    prose = A.replace("and we", "as\n@home{now} says, and we")
    torn = "@article{t,\n  abstract = {" + braced + "},\n  title = {T},\n}\n"
    paper = loads(torn + entry % ("a", A), "x.bib").papers.iloc[0]
    assert (paper["title"], paper["abstract"]) == ("T", A)
    papers = loads(entry % ("a", A) + entry % ("b", braced) + entry % ("c", prose) + entry % ("d", A), "x.bib").papers
    assert papers["paper_id"].tolist() == ["a", "b", "c", "d"]
    assert papers["abstract"].tolist() == [A, A, prose.replace("\n", " ").replace("{now}", "now"), A]


def _places(text: str) -> dict[str, list[int]]:
    words = text.split()
    return {word: [place for place, other in enumerate(words) if other == word] for word in words}


def _csv(*rows: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        _csv(["Title", "Abstract", "Abstract"], ["T", "", A], ["T", A, ""]),
        _csv(["title", "abstract", "Abstract Note"], ["T", "No abstract available", A], ["T", A, ""]),
        _csv(["terms", "titles", "summaries"], ["['cs.CV']", "T", A], ["['cs.CV']", "T", A]),
        _csv(["id", "title", "abstract_inverted_index"], *2 * [["W1", "T", json.dumps(_places(A))]]),
        _csv(["dc:title", "dc:description", "prism:doi"], ["T", A, "10.1234/a"], ["T", A, "10.1234/b"]),
    ],
)  # fmt: skip
def test_columns_under_other_names(loads: Load, text: str) -> None:
    _all(loads(text, "x.csv"), 2)


P: dict[str, Any] = {"title": "T", "abstract": A, "year": 2020, "authors": ["Doe, Ann"]}
INVERTED = {"InvertedIndex": _places(A)}


@pytest.mark.parametrize(
    "value",
    [
        {"meta": {"count": 2}, "articles": [P, P]},
        {"resultList": {"result": [{"title": "T", "abstractText": A, "authorString": "Doe A, Roe B."}, P]}},
        {"search-results": {"entry": [{"dc:title": "T", "dc:description": A}, P]}},
        {"hits": {"hits": [{"metadata": {"titles": [{"title": "T"}], "abstracts": [{"value": A}]}}, {"metadata": P}]}},
        {"results": [{"bibjson": P}, {"bibjson": P}]},
        {"some service's name": [P, P]},
        [[P], [P]],
        [["title", "abstract"], ["T", A], ["T", A]],
        {"columns": ["title", "abstract"], "index": [0, 1], "data": [["T", A], ["T", A]]},
        {"title": {"0": "T", "1": "T"}, "abstract": {"0": A, "1": A}},
        {"title": ["T", "T"], "abstract": [A, A]},
        [{"title": ["T"], "abstract": A, "author": ["Doe, Ann"], "doi": ["10.1234/a"]}, P],
        [{"title": "T", "indexed_abstract": INVERTED}, {"title": "T", "abstract": {"h1": "", "p": A}}],
    ],
)
def test_json_in_any_shape(loads: Load, value: Any) -> None:
    loaded = loads(json.dumps(value), "x.json")
    _all(loaded, 2)
    assert loaded.papers["title"].tolist() == ["T", "T"]


def test_people_of_ieee_and_springer(loads: Load) -> None:
    ieee = {"title": "T", "authors": {"authors": [{"full_name": "Ann Doe", "author_order": 1}]}}
    springer = {"title": "T", "creators": [{"creator": "Doe, Ann"}]}
    papers = loads(json.dumps([ieee, springer]), "x.json").papers
    assert [list(people) for people in papers["authors"]] == [["Ann Doe"], ["Doe, Ann"]]


def test_small_capitals_and_openalex_ids(loads: Load) -> None:
    papers = loads("id,title,abstract\nhttps://openalex.org/W12,<scp>R</scp>esearch bias,x\n", "works.csv").papers
    assert papers.loc[0, ["paper_id", "title"]].tolist() == ["W12", "Research bias"]


def _ovid(*fields: str) -> str:
    return "".join(f"{label}\n  {value}\n" for label, value in (field.split(": ", 1) for field in fields))


def test_ovids_text_with_full_names_of_fields(loads: Load) -> None:
    first = _ovid(
        "Accession Number: 0001.", "Author: Doe, Ann *;  Roe, Bob 1,2", "Title: A title.[Article]",
        f"Abstract: {A}\n\n  Results\n  are what follows it.", "Author Keywords: bias;  scale.",
        "DOI Number: 10.1234/a", "Source: Journal of Bias.   8(6):10-20, May 2015.",
    )  # fmt: skip
    second = _ovid(
        "Accession Number: 12345678", "Title: Another title.", f"Abstract: {A}", "Database: Ovid MEDLINE(R)",
        "Source: Bias Letters.", "Status: Publish Ahead of Print, 30 May 2016",
    )  # fmt: skip
    numbered = f"Database: Ovid <1974 to 2020>\nSearch Strategy\n\n<1>\n{first}\n<2>\n{second}"
    for text, strays in ((numbered, 1), (f"\n{first}\n{second}", 0)):
        papers, audit, _ = loads(text, "x.txt")
        assert audit["status"].tolist() == ["not a record"] * strays + ["kept"] * 2
        assert papers[["title", "abstract", "venue", "year", "doi"]].to_numpy().tolist() == [
            ["A title.", f"{A} Results are what follows it.", "Journal of Bias", 2015, "10.1234/a"],
            ["Another title.", A, "Bias Letters", 2016, ""],
        ]  # fmt: skip
        assert papers.loc[0, "authors"] == ["Doe, Ann", "Roe, Bob"]
        assert papers.loc[0, "keywords"] == ["bias", "scale"]
        assert [json.loads(extra)["key"] for extra in papers["extra"]] == ["0001", "12345678"]
        assert papers.loc[1, "paper_id"] == "12345678"
