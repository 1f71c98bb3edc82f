"""Tables whose quotes are broken or whose headers are not where they should be; every row keeps its own columns."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from analysis.collection import Collection
from analysis.common.errors import BadInput

Load = Callable[..., Collection]
BROKEN = "mended: quotation marks that break the rules of CSV"
UNCLOSED = "mended: a quotation mark that never closes"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("cell", "abstract", "reason"),
    [
        ('"He said \\"bias\\"| often"', 'He said "bias"| often', BROKEN),
        ('"It ends in \\"bias\\""', 'It ends in "bias"', BROKEN),
        ('"\\"Bias\\" is a word"', '"Bias" is a word', BROKEN),
        ('"He said "bias" often| and more"', 'He said "bias" often| and more', BROKEN),
        ('"He said "bias" often"', 'He said "bias" often', BROKEN),
        ('"He said "bias"| often| and more"', 'He said "bias"| often| and more', BROKEN),
        ('"He said "bias""', 'He said "bias"', BROKEN),
        ('"A 5" screen| with bias"', 'A 5" screen| with bias', BROKEN),
        ('"One "odd" line\nand another| with bias"', 'One "odd" line and another| with bias', BROKEN),
        ('"Bias| never closed', "Bias| never closed", UNCLOSED),
        ('"Doubled ""bias""| as it should be"', 'Doubled "bias"| as it should be', ""),
        ('"Two lines|\nas they should be"', "Two lines| as they should be", ""),
        ('"C:\\"', "C:\\", ""),
    ],
)
def test_a_broken_quote_stays_in_its_row(loads: Load, cell: str, abstract: str, reason: str, delimiter: str) -> None:
    table = f'Title|Abstract|Year\nT1|"A| b"|2018\nT2|{cell}|2019\nT3|"C| d"|2020\n'.replace("|", delimiter)
    papers, audit, _ = loads(table, "x.csv")
    assert papers["title"].tolist() == ["T1", "T2", "T3"]
    assert papers["year"].tolist() == [2018, 2019, 2020]
    assert papers.loc[1, "abstract"].split() == abstract.replace("|", delimiter).split()
    assert audit["reason"].tolist() == ["", reason, ""]


def test_an_unclosed_quote_above_rows_without_quotes(loads: Load) -> None:
    papers = loads('Title,Abstract,Year\nT1,"A, b,2018\nT2,C,2019\nT3,"D ""e""",2020\n', "x.csv").papers
    assert papers["abstract"].tolist() == ["A, b", "C", 'D "e"']


def test_a_header_among_the_rows_is_no_paper_and_holds_from_there_on(loads: Load) -> None:
    text = "Title,Abstract,Year\nT1,A,2018\nTitle,Abstract,Year\nT2,B,2019\nYear,Title,DOI\n2020,T3,10.1234/c\n"
    papers, audit, _ = loads(text, "x.csv")
    assert papers[["title", "abstract", "year"]].to_numpy().tolist() == [
        ["T1", "A", 2018], ["T2", "B", 2019], ["T3", "", 2020],
    ]  # fmt: skip
    assert papers.loc[2, "doi"] == "10.1234/c"
    strays = audit[audit["status"] == "not a record"]
    assert strays[["record", "raw"]].to_numpy().tolist() == [
        ["row 2", "Title,Abstract,Year"], ["row 4", "Year,Title,DOI"],
    ]  # fmt: skip
    assert set(strays["reason"]) == {"a header among the rows"}


@pytest.mark.parametrize(
    "above", ["Results of a search,,,\n", "Summary,,,\nExported in May,,,\n", "Title,,Source,\n", "Paper,,Where,When\n"]
)
def test_lines_above_the_header(loads: Load, above: str) -> None:
    papers = loads(f"{above}Title,Abstract,Journal,Year\nT,A,J,2020\n", "x.csv").papers
    assert papers[["title", "abstract", "venue", "year"]].to_numpy().tolist() == [["T", "A", "J", 2020]]


def test_all_sheets_of_a_workbook_are_read_or_told(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "review.xlsx"
    table = pd.DataFrame({"Title": ["T"], "Abstract": ["A"], "Year": [2020]})
    with pd.ExcelWriter(path) as book:
        table.to_excel(book, sheet_name="Scopus", index=False)
        pd.DataFrame([["Summary"], ["of the search"]]).to_excel(book, sheet_name="notes", header=False, index=False)
        pd.DataFrame().to_excel(book, sheet_name="nothing")
        table.head(0).to_excel(book, sheet_name="none found", index=False)
        table.assign(Title="U").to_excel(book, sheet_name="PubMed", index=False, startrow=2)
        pd.DataFrame([["Summary"]]).to_excel(book, sheet_name="PubMed", header=False, index=False)
    papers, audit, _ = load(path)
    assert papers["title"].tolist() == ["T", "U"]
    assert [json.loads(extra)["sheet"] for extra in papers["extra"]] == ["Scopus", "PubMed"]
    told = audit.loc[audit["status"] == "not a record", ["record", "reason"]].to_numpy().tolist()
    assert told == [
        ["sheet notes", "a sheet without a header that names a title or an abstract"],
        ["sheet nothing", "an empty sheet"],
        ["sheet none found", "a header without a row below it"], ["sheet PubMed", "text above the table"],
    ]  # fmt: skip


def test_tags_of_web_of_science_as_names_of_columns(loads: Load) -> None:
    text = 'AU,TI,SO,AB,DI,PY,UT,ID,DE\n"DOE A;ROE B",T,J,A,10.1234/a,2020,WOS:1,ERROR; NOISE,bias\n'
    paper = loads(text, "x.csv").papers.iloc[0]
    assert paper[["paper_id", "title", "abstract", "venue", "year"]].tolist() == ["10.1234/a", "T", "A", "J", 2020]
    assert paper["authors"] == ["DOE A", "ROE B"]
    assert paper["keywords"] == ["bias", "ERROR", "NOISE"]


@pytest.mark.parametrize("dates", ["PubDate,AlphaDate\nT,2022-01-01,2022", "PubDate,AlphaDate\nT,,Jan 2022"])
def test_dates_of_proquest(loads: Load, dates: str) -> None:
    assert loads(f"Title,{dates}\n", "x.csv").papers.loc[0, "year"] == 2022


def test_springers_glued_names_are_parted_as_a_guess(loads: Load) -> None:
    header = "Item Title,Publication Title,Item DOI,Authors,Publication Year\n"
    papers, audit, _ = loads(header + "T,J,10.1234/a,Ann DoeYann LeCunBob Roe,2020\nU,J,10.1234/b,Ann McDoe,2021\n")
    assert papers["authors"].tolist() == [["Ann Doe", "Yann LeCun", "Bob Roe"], ["Ann McDoe"]]
    assert audit["cleaned"].tolist() == [["authors: glued names parted, a guess"], []]


@pytest.mark.parametrize("mapping", [{"Tilte": "title"}, {"title": "Tilte"}, {"Titel": "title", "Tilte": "abstract"}])
@pytest.mark.parametrize("header", ["Titel,Zusammenfassung", "Titel,Abstract"])
def test_a_mapping_that_names_an_absent_column(loads: Load, mapping: dict[str, str], header: str) -> None:
    there = header.replace(",", ", ")
    with pytest.raises(BadInput, match=rf"x\.csv: no column 'Tilte', which the mapping names; there are {there}"):
        loads(f"{header}\nEin Titel,Bias\n", "x.csv", mapping=mapping)
