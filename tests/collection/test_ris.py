"""RIS: what vendors get wrong must not cost a record or an abstract."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import rispy

from analysis.collection import Collection

Load = Callable[..., Collection]


def test_every_record_of_every_dialect(load: Load) -> None:
    papers, audit, _ = load("vendors.ris")
    assert papers["title"].tolist() == [
        "The bias of judges: a first look", "Whitespace is broken here", "No end tag and no abstract", "",
    ]  # fmt: skip
    assert papers["abstract"].tolist() == [
        "Judges are biased - we show it. - a line that begins with a hyphen goes on with the abstract.",
        "First paragraph. Second paragraph.", "", "",
    ]  # fmt: skip
    assert papers["year"].fillna(0).tolist() == [2020, 2019, 2018, 0]
    assert papers["keywords"].tolist() == [["bias", "judges", "courts"], ["one", "two", "three"], [], []]
    strays = audit.loc[audit["status"] == "not a record", "raw"].tolist()
    assert strays[0].endswith("1.") and strays[1] == "NL  - a line after the record"


def test_fields_go_where_they_belong_and_the_rest_is_extra(load: Load) -> None:
    first = load("vendors.ris").papers.iloc[0]
    assert first["authors"] == ["Müller, Jörg", "Doe, Ann"]
    assert (first["venue"], first["doi"], first["url"]) == (
        "Journal of Law",
        "10.1234/law.2020.7",
        "http://example.org/1",
    )
    assert json.loads(first["extra"]) == {"TY": "JOUR", "XX": "a tag nobody knows", "key": "2020-111"}


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks(loads: Load, end: str, mark: str) -> None:
    text = mark + end.join(["TY  - JOUR", "TI  - A", "ER  - ", "", mark + "TY  - JOUR", "TI  - B", "ER  - ", ""])
    assert loads(text).papers["title"].tolist() == ["A", "B"]


def test_a_sentence_with_a_hyphen_is_no_tag(loads: Load) -> None:
    papers = loads("TY  - JOUR\nTI  - T\nAB  - Type\nXY - is not known, so this goes on\nER  -\n").papers
    assert papers.loc[0, "abstract"] == "Type XY - is not known, so this goes on"


@pytest.mark.parametrize("samples", ["written", "shared"])
def test_the_same_records_as_rispy_finds(
    samples: str, load: Load, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = tmp_path if samples == "written" else request.getfixturevalue("shared") / "samples"
    (tmp_path / "plain.ris").write_text(
        "TY  - JOUR\nTI  - One\nAB  - Bias of\nAU  - Doe, Ann\nPY  - 2020\nER  - \n\n"
        "TY  - CONF\nT1  - Two\nN2  - A bias term - or none.\nER  - \n\nTY  - BOOK\nTI  - Three\nER  - \n"
    )
    paths = sorted(folder.rglob("*.ris"))
    assert paths
    for path in paths:
        if path.name in ("ris_data.ris", "example_wos.ris", "baseline_tag_and_field_definitions.ris"):
            continue  # rispy refuses the first and the last, and the second is Web of Science text
        expected = rispy.loads(path.read_text("utf-8-sig"))
        papers = load(path).papers
        assert len(papers) == len(expected), path.name
        for ours, theirs in zip(papers["abstract"], expected, strict=True):
            assert bool(ours) == bool(theirs.get("abstract") or theirs.get("notes_abstract")), path.name


@pytest.mark.parametrize(
    ("lines", "people"),
    [
        ("A1  - Doe, Ann\nAU  - Roe, Bob\nAU  - Poe, Cy\n", ["Doe, Ann", "Roe, Bob", "Poe, Cy"]),
        ("AU  - Doe, Ann\nA1  - Roe, Bob\nAU  - Poe, Cy\n", ["Doe, Ann", "Roe, Bob", "Poe, Cy"]),
        ("A1  - Doe, Ann\nA1  - Roe, Bob\nAU  - Doe, Ann\nAU  - Roe, Bob\n", ["Doe, Ann", "Roe, Bob"]),
    ],
)
def test_authors_under_two_tags_in_their_order(loads: Load, lines: str, people: list[str]) -> None:
    assert loads(f"TY  - JOUR\nTI  - T\n{lines}ER  - \n", "x.ris").papers.loc[0, "authors"] == people


def test_an_id_over_two_lines_is_one_line(loads: Load) -> None:
    papers = loads("TY  - JOUR\nTI  - T\nID  - doe2019\n  bias\nER  - \n", "x.ris").papers
    assert papers["paper_id"].tolist() == ["doe2019 bias"]
