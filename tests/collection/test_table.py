"""Tables: banners, delimiters, quotes that never close, workbooks, Parquet, our own files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from analysis.collection import Collection
from analysis.collection.readers.columns import as_list
from analysis.common.errors import BadInput
from analysis.common.tables import write_table

Load = Callable[..., Collection]


def test_a_banner_above_the_header_and_quoted_cells(load: Load) -> None:
    papers, audit, _ = load("dimensions.csv")
    assert papers["title"].tolist() == ['A "quoted" title, with comma', "Second"]
    assert papers["abstract"].tolist() == ["Line one, line two", ""]
    assert papers["authors"].tolist() == [["Smith, John", "Doe, Ann"], ["Solo Author"]]
    assert audit["status"].tolist() == ["not a record", "kept", "kept"]


def test_a_quote_that_never_closes_swallows_nothing(load: Load) -> None:
    papers, audit, _ = load("unclosed.csv")
    assert papers["title"].tolist() == ["This quote never closes", "Second", "Third"]
    assert papers["abstract"].tolist() == ["first", "second", "third"]
    unclosed = "mended: a quotation mark that never closes"
    assert audit["reason"].tolist() == [unclosed, "", "5 cells in this row, 4 in the header"]
    assert json.loads(papers.loc[2, "extra"]) == {"more cells": ["one cell too many"]}


def test_embase_with_a_field_in_each_row(load: Load) -> None:
    papers = load("embase_sideways.csv").papers
    assert papers["title"].tolist() == ["First title", "Second title"]
    assert papers.loc[0, "authors"] == ["Liu R.", "Adler D.G."]
    assert papers.loc[0, "year"] == 2014


def test_unknown_columns_need_a_mapping(load: Load) -> None:
    with pytest.raises(BadInput, match="mapping"):
        load("own_columns.csv")
    for mapping in ({"Titel": "title", "Zusammenfassung": "abstract", "Jahr": "year"}, {"title": "titel"}):
        papers = load("own_columns.csv", mapping=mapping).papers
        assert papers["title"].tolist() == ["Ein Titel"]
    with pytest.raises(BadInput, match="'Titel' -> 'heading'"):
        load("own_columns.csv", mapping={"Titel": "heading"})


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(loads: Load, delimiter: str) -> None:
    text = delimiter.join(["Title", "Abstract", "Year"]) + "\n" + delimiter.join(["T", "A", "2020"]) + "\n"
    assert loads(text).papers[["title", "abstract", "year"]].to_numpy().tolist() == [["T", "A", 2020]]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Authors,Author full names,Title,Year,Source title,DOI,Abstract,EID", "D.A.,Doe,T,2020,J,10.1234/x,A,2-s2"),
        ('"Document Title",Authors,"Publication Title",Publication Year,Abstract,DOI', "T,Doe,J,2020,A,10.1234/x"),
        ("Item Title,Publication Title,Authors,Publication Year,Item DOI,Abstract", "T,J,Doe,2020,10.1234/x,A"),
        ("Lens ID,Title,Publication Year,Source Title,Author/s,Abstract,DOI", "1,T,2020,J,Doe,A,10.1234/x"),
        ("Key,Item Type,Publication Year,Author,Title,Publication Title,DOI,Abstract Note",
         "K,x,2020,Doe,T,J,10.1234/x,A"),
        ("Article Title,Author Full Names,Source Title,Abstract,Publication Year,DOI", "T,Doe,J,A,2020,10.1234/x"),
        ("id,display_name,publication_year,primary_location.source.display_name,authorships.author.display_name,doi,"
         "abstract", "W1,T,2020,J,Doe,https://doi.org/10.1234/X,A"),
    ],
)  # fmt: skip
def test_columns_of_the_services(loads: Load, header: str, row: str) -> None:
    paper = loads(f"{header}\n{row}\n").papers.iloc[0]
    assert (paper["title"], paper["abstract"], paper["venue"], paper["doi"]) == ("T", "A", "J", "10.1234/x")
    assert paper["authors"] == ["Doe"]
    assert paper["year"] == 2020


def test_web_of_science_tab_delimited_in_utf_16(loads: Load) -> None:
    text = "PT\tAU\tTI\tSO\tAB\tPY\tUT\tID\n"
    text += 'J\tDoe, A; Roe, B\t"Kelly is warm": bias\tJ\t"An open quote\t2020\tWOS:1\tA; B\n'
    text += "J\tPoe, C\tNext\tJ\tAb\t2021\tWOS:2\t\n"
    papers = loads(text.encode("utf-16")).papers
    assert papers["title"].tolist() == ['"Kelly is warm": bias', "Next"]
    assert papers["abstract"].tolist() == ['"An open quote', "Ab"]
    assert papers.loc[0, "keywords"] == ["A", "B"]
    assert papers["paper_id"].tolist() == ["WOS:1", "WOS:2"]


def test_workbook(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "savedrecs.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame([["made by hand"]]).to_excel(book, sheet_name="about", header=False, index=False)
        table = pd.DataFrame(
            {"Article Title": ["T", "U"], "Abstract": ["A_x000D_\nB", None], "Publication Year": [2020.0, None]}
        )
        table.to_excel(book, sheet_name="records", index=False, startrow=2)
    papers, audit, _ = load(path)
    assert papers[["title", "abstract"]].to_numpy().tolist() == [["T", "A B"], ["U", ""]]
    assert papers["year"].fillna(0).tolist() == [2020, 0]
    assert audit["status"].tolist() == ["not a record", "kept", "kept"]


def test_old_excel_files_are_refused_with_advice(loads: Load) -> None:
    with pytest.raises(BadInput, match=r"save it as \.xlsx"):
        loads(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "old.xls")


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_our_own_tables_come_back_as_they_were(load: Load, loads: Load, tmp_path: Path, ending: str) -> None:
    papers = load("services.jsonl").papers
    papers.loc[0, "title"] = "=cmd() is no formula"
    papers.loc[1, "title"] = "'quoted' and {braced}, $5"
    write_table(papers, tmp_path / f"papers.{ending}")
    again = load(tmp_path / f"papers.{ending}").papers
    columns = [column for column in papers if column not in ("source", "record")]
    pd.testing.assert_frame_equal(again[columns], papers[columns])


def test_columns_as_refworks_names_them(loads: Load) -> None:
    papers = loads(
        "Reference Type\tAuthors, Primary\tTitle Primary\tPeriodical Full\tPub Year\tAbstract\tDOI\n"
        "Journal Article\tDoe, Jane;Roe, Richard\tA bias\tJournal of Bias\t2015\tWe study a bias.\t10.1000/x\n"
    ).papers
    paper = papers.iloc[0]
    assert (paper["title"], paper["venue"], paper["year"], paper["doi"]) == (
        "A bias",
        "Journal of Bias",
        2015,
        "10.1000/x",
    )
    assert paper["authors"] == ["Doe, Jane", "Roe, Richard"]


def test_attachments_and_notes_of_zoteros_table_are_no_papers(loads: Load) -> None:
    papers, audit, _ = loads(
        '"Key","Item Type","Title","Abstract Note","Notes"\n"A","journalArticle","T","x",""\n'
        '"B","attachment","Snapshot","",""\n"C","note","","","read"\n"D","annotation","a mark","",""\n',
        "x.csv",
    )
    assert papers["title"].tolist() == ["T"]
    assert audit[["record", "status", "reason"]].to_numpy().tolist() == [
        ["1", "kept", ""], ["B", "not a record", "attachment in a Zotero library"],
        ["C", "not a record", "note in a Zotero library"], ["D", "not a record", "annotation in a Zotero library"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "header", ["Authors\tAuthor Full Names\tArticle Title\tAbstract\tGroup Authors", "AU\tAF\tTI\tAB\tCA\tPT"]
)
def test_groups_of_web_of_science_are_authors_beside_people(loads: Load, header: str) -> None:
    rows = "Doe, A\tDoe, Ann\tT\tA\tBias Group, Main Branch; Roe Team\tJ\n\t\tU\tA\tRoe Team, North Branch\tJ\n"
    assert loads(f"{header}\n{rows}", "x.tsv").papers["authors"].tolist() == [
        ["Doe, Ann", "Bias Group, Main Branch", "Roe Team"], ["Roe Team, North Branch"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "people"),
    [
        ("Doe J, Roe R, Poe EA.", ["Doe J", "Roe R", "Poe EA"]),
        ("Doe J, Bias Group.", ["Doe J", "Bias Group"]),
        ("Poe EA.", ["Poe EA"]),
        ("Poe, E.", ["Poe, E."]),
        ("Poe, EA.", ["Poe, EA."]),
        ("Poe E.", ["Poe E."]),
        ("Doe J., Roe R.", ["Doe J.", "Roe R."]),
        ("Jane Doe, Bob R.", ["Jane Doe", "Bob R."]),
    ],
)
def test_the_full_stop_behind_a_list_of_people_is_no_part_of_a_name(loads: Load, cell: str, people: list[str]) -> None:
    assert loads(f'Title,Abstract,Authors\nT,A,"{cell}"\n', "x.csv").papers["authors"].tolist() == [people]


@pytest.mark.parametrize(
    ("cell", "keywords"),
    [
        ("['bias', \"Simpson's paradox\"]", ["bias", "Simpson's paradox"]),  # Python
        (r"['Simpson\'s \"paradox\"', 'x\\y']", ['Simpson\'s "paradox"', r"x\y"]),
        (r'["M\u00fcller\/Lyer", "\ud835\udefc"]', ["Müller/Lyer", "𝛼"]),  # JSON
        ("['bias' 'noise'\n 'drift']", ["bias", "noise", "drift"]),  # numpy
        (r"['x\%y']", [r"x\%y"]),  # neither's escape: as it stands
        ("[]", []),
    ],
)
def test_lists_in_a_cell(cell: str, keywords: list[str]) -> None:
    assert as_list(cell) == keywords
