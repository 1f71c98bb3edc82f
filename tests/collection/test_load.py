"""load_papers as a whole: ids, the audit, duplicates, labels."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from labelled import Labelled

from analysis.collection import Collection, load_papers, record_flow
from analysis.common.errors import BadInput
from analysis.common.tables import SCHEMAS, make_table, write_table

Load = Callable[..., Collection]


def test_tables_have_their_columns_and_the_audit_names_what_is_missing(load: Load) -> None:
    papers, audit, duplicates = load("zotero.bib")
    assert [list(t) for t in (papers, audit, duplicates)] == [
        list(SCHEMAS[n]) for n in ("papers", "audit", "duplicates")
    ]
    kept = audit[audit["status"] == "kept"]
    assert kept["paper_id"].tolist() == papers["paper_id"].tolist()
    assert kept["record"].tolist() == papers["record"].tolist() == ["1", "2", "3", "4", "5", "6"]
    assert kept["missing"].iloc[4] == ["authors", "venue", "doi"]
    assert kept["cleaned"].iloc[1] == ["abstract: copyright"]


def test_ids_by_order_of_trust_and_collisions_numbered(loads: Load) -> None:
    records = [
        '{"id": "own", "title": "A", "doi": "10.1234/x"}',
        '{"title": "B", "doi": "https://doi.org/10.1234/X", "pmid": "7"}',
        '{"title": "C", "doi": "10.1234/x."}',
        '{"title": "D", "pmid": "7"}',
        '{"title": "Äpfel & Birnen: a bias?"}',
        '{"title": "Äpfel & Birnen, a bias!"}',
        '{"title": "F", "arxiv_id": "2101.00001v3", "doi": "10.1234/y"}',
        '{"id": "own~2", "title": "G"}',
        '{"id": "own", "title": "H"}',
        '{"abstract": "no title"}',
    ]
    assert loads("\n".join(records)).papers["paper_id"].tolist() == [
        "own", "10.1234/x", "10.1234/x~2", "7", "äpfel-birnen-a-bias", "äpfel-birnen-a-bias~2", "2101.00001", "own~2",
        "own~3", "untitled",
    ]  # fmt: skip


def test_duplicates_are_merged_and_the_audit_adds_up(folder: Path) -> None:
    collection = load_papers(folder / "pubmed.nbib", folder / "pubmed.xml")
    assert len(collection.papers) == 4
    assert collection.audit["status"].value_counts().to_dict() == {"kept": 4, "duplicate": 1}
    row = collection.audit[collection.audit["status"] == "duplicate"].iloc[0]
    assert row["reason"] == f"merged into {collection.duplicates['survivor'].iloc[0]}"
    kept_apart = collection.duplicates.assign(decision="split")
    again = load_papers(folder / "pubmed.nbib", folder / "pubmed.xml", duplicates=kept_apart)
    assert len(again.papers) == 5


def test_one_doi_however_it_is_written_is_one_paper(tmp_path: Path) -> None:
    entry = "@misc{{k{}, title = {{Bias of trees}}, doi = {{{}}}, url = {{{}}}}}\n"
    written = [
        r"10.1007/978-3-319-46448-0{\_}2",
        r"{10.1007/978-3-319-46448-0\_2}",
        "doi:10.1007/978-3-319-46448-0%5F2",
    ]
    address = r"https://example.org/a\_{\%}20~b"
    (tmp_path / "a.bib").write_text("".join(entry.format(i, doi, address) for i, doi in enumerate(written)))
    (tmp_path / "b.csv").write_text("Title,DOI\nBias of trees,https://doi.org/10.1007/978-3-319-46448-0_2\n")
    papers, _, duplicates = load_papers(tmp_path)
    assert papers[["paper_id", "doi"]].to_numpy().tolist() == [["10.1007/978-3-319-46448-0_2"] * 2]
    assert papers["url"].tolist() == ["https://example.org/a_%20~b"]
    assert duplicates["matched_by"].tolist() == ["doi"] * 3


def test_raw_text_is_cut_and_says_so(loads: Load) -> None:
    audit = loads('{"title": "A"}\n{"broken ' + "x" * 5_000).audit
    assert audit["raw"].iloc[1].endswith("[cut after 2000 characters]")
    assert len(audit["raw"].iloc[1]) < 2_050


def test_texts_stand_beside_the_table_as_they_were_read_where_cleaning_changed_them(
    loads: Load, tmp_path: Path
) -> None:
    lines = [
        '{"title": " A  bias", "abstract": "<p>Of it</p>", "note": "x"}',
        '{"title": "B", "abstract": "Of it", "note": "x"}',
        '{"title": "C", "abstract": "No abstract available", "note": "x"}',
    ]
    papers = loads("\n".join(lines)).papers
    assert papers["as_read"].tolist() == ['{"title": " A  bias", "abstract": "<p>Of it</p>"}', "", ""]
    write_table(papers, tmp_path / "papers.csv")
    write_table(papers, tmp_path / "papers.parquet")
    for name in ("papers.csv", "papers.parquet"):
        again = load_papers(tmp_path / name, keep_duplicates=True).papers
        assert again[["title", "extra", "as_read"]].equals(papers[["title", "extra", "as_read"]])


def test_the_same_call_gives_the_same_tables(folder: Path) -> None:
    first, second = load_papers(folder, keep_duplicates=True), load_papers(folder, keep_duplicates=True)
    assert first.papers.equals(second.papers) and first.audit.equals(second.audit)


def test_flow_adds_up(folder: Path) -> None:
    collection = load_papers(folder)
    ids = collection.papers["paper_id"]
    mentions = make_table("mentions", [{"mention_id": str(i), "paper_id": ids.iloc[i // 2]} for i in range(4)])
    flow = record_flow(collection, mentions)
    n = flow.set_index(["stage", "source"])["n"]
    total = n.xs("", level="source")
    assert total["mentions"] == 4 and total["with the term"] == 2
    assert total["kept"] == len(collection.papers)
    for source in flow["source"].unique():
        parts = sum(n[stage, source] for stage in ("unreadable", "duplicate", "excluded", "kept"))
        assert n["read", source] == parts
    for stage, rows in flow.groupby("stage"):
        assert rows.loc[rows["source"] != "", "n"].sum() == total[stage]
    with pytest.raises(BadInput, match="does not belong"):
        record_flow(collection._replace(papers=collection.papers.iloc[1:]))


def test_every_label_still_points_at_its_word(labelled: Labelled) -> None:
    collection = load_papers(*labelled.corpora, keep_duplicates=True)
    assert len(collection.papers) == labelled.papers
    cleaned = set(collection.audit.loc[collection.audit["cleaned"].map(bool), "paper_id"])
    texts = collection.papers.set_index("paper_id")[["title", "abstract"]].to_dict("index")
    moved = 0
    for path in labelled.labels:
        for label in csv.DictReader(path.open(encoding="utf-8")):
            if label["paper_id"] in cleaned:
                moved += 1
                continue
            text = texts[label["paper_id"]][label["field"]]
            assert text[int(label["start"]) : int(label["end"])] == label["surface"], label
    assert moved == labelled.cleaned


@pytest.mark.parametrize(
    ("doi", "url", "expected"),
    [
        ("", "https://dx.doi.org/10.1234/A.1", "10.1234/a.1"),
        ("", "https://x.org/id=10.9/no http://doi.org/10.1234%2Fa.1", "10.1234/a.1"),
        ("10.1234/own", "https://doi.org/10.1234/a.1", "10.1234/own"),
        ("", "https://publisher.org/10.1234/a.1", ""),
    ],
)
def test_a_doi_given_as_an_address_only(loads: Load, doi: str, url: str, expected: str) -> None:
    assert loads(f"title,abstract,doi,url\nT,A,{doi},{url}\n", "x.csv").papers["doi"].tolist() == [expected]


@pytest.mark.parametrize(
    ("url", "first"),
    [
        ("https://a.org/x;y http://b.org https://c.org", "https://a.org/x;y"),
        ("https://a.org; https://b.org", "https://a.org"),
        ("https://a.org;https://b.org", "https://a.org"),
        ("https://a.org     U2  - L1", "https://a.org"),
        ("PDF: https://a.org/login?url=https://b.org", "https://a.org/login?url=https://b.org"),
        ("shelf 5 b", "shelf 5 b"),
    ],
)
def test_the_first_of_several_addresses(loads: Load, url: str, first: str) -> None:
    paper = loads(f"TY  - JOUR\nTI  - T\nAB  - A\nUR  - {url}\nER  - \n").papers.iloc[0]
    assert paper["url"] == first
    assert json.loads(paper["extra"]).get("url", first) == url


def test_the_number_of_pubmed_without_its_name(loads: Load) -> None:
    papers = loads(
        "title,abstract,PubMed ID\nT,A,PUBMED 123\nU,B,https://pubmed.ncbi.nlm.nih.gov/456\n", "x.csv"
    ).papers
    assert papers["paper_id"].tolist() == ["123", "456"]
    central = loads("title,abstract,PubMed ID\nT,A,PMC123\n", "y.csv").papers
    assert "123" not in central["paper_id"].tolist()
