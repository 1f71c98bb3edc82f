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
