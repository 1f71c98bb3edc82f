"""Values that stand for no value, by one rule for every reader."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from analysis.collection import Collection
from analysis.collection.readers.absent import says_nothing
from analysis.collection.readers.people import unglued

Load = Callable[..., Collection]


@pytest.mark.parametrize(
    "text",
    [
        "nan", "NaN", "NULL", "None", "N/A", "n.a.", "NA", "#N/A", "#NAME?", "#NV", "-", "—", "...", "[Not available]",
        "No abstract available", "[No abstract available].", "Abstract not available", "[No authors listed]",
        "No abstract is available for this article", "(none)",
    ],
)  # fmt: skip
def test_what_says_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize("text", ["Na", "Nan, Li", "None of us", "#MeToo", "C-", "No title", "Nil, A."])
def test_what_says_something(text: str) -> None:
    assert not says_nothing(text)


def test_a_table_written_by_pandas(loads: Load) -> None:
    text = "title,abstract,authors,year\nSelection bias,We study bias.,nan,nan\nnan,nan,nan,2019\n"
    papers, audit, _ = loads(text, "x.csv")
    assert papers["title"].tolist() == ["Selection bias"]
    assert papers["authors"].tolist() == [[]]
    assert audit["status"].tolist() == ["kept", "unreadable"]
    assert '"2019"' in audit.loc[1, "raw"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.ris", "TY  - JOUR\nTI  - T\nAB  - NULL\nAU  - nan\nAU  - Doe, Ann\nDO  - None\nJF  - -\nER  - \n"),
        ("x.bib", "@article{k, title={T}, abstract={NULL}, author={nan and Doe, Ann}, doi={None}, journal={-}}"),
        ("x.json", json.dumps([{"id": "nan", "title": "T", "abstract": "NULL", "authors": ["nan", "Doe, Ann"],
                                "doi": "None", "journal": "-"}])),
    ],
)  # fmt: skip
def test_every_reader(loads: Load, name: str, text: str) -> None:
    papers, audit, _ = loads(text, name)
    assert papers[["title", "abstract", "doi", "venue"]].to_numpy().tolist() == [["T", "", "", ""]]
    assert papers["authors"].tolist() == [["Doe, Ann"]]
    assert papers.loc[0, "paper_id"] in ("t", "k")
    assert "authors: no value" in audit.loc[0, "cleaned"]


def test_a_paper_may_be_titled_none(loads: Load) -> None:
    papers, audit, _ = loads("title,authors,year\nNone,Ann Doe,2020\nNone,,2021\n-,Bob Roe,2022\n", "x.csv")
    assert papers["title"].tolist() == ["None", ""]
    assert audit["status"].tolist() == ["kept", "unreadable", "kept"]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Jane DoeJohn Roe", ["Jane Doe", "John Roe"]),
        ("Ann McDonaldBob MacLeodEva DeVries", ["Ann McDonald", "Bob MacLeod", "Eva DeVries"]),
        ("Yann LeCunÉva Öz", ["Yann LeCun", "Éva Öz"]),
        ("Ann DoeMcKenzie RoeLaToya Poe", ["Ann Doe", "McKenzie Roe", "LaToya Poe"]),
        ("Hao DuWei LiTuan Le", ["Hao Du", "Wei Li", "Tuan Le"]),
        ("A. B. DoeC. D. Roe Jr.E. Poe", ["A. B. Doe", "C. D. Roe Jr.", "E. Poe"]),
        ("Jan van der BergEva Smith-McRoeBo DeLaCruz", ["Jan van der Berg", "Eva Smith-McRoe", "Bo DeLaCruz"]),
        ("Ann McDonald DoeBob Roe", ["Ann McDonald Doe", "Bob Roe"]),
        ("DeepMind", ["DeepMind"]),
    ],
)
def test_glued_names(text: str, people: list[str]) -> None:
    assert unglued(text) == people
