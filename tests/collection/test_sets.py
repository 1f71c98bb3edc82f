"""Collections combine by work, not by id; filters keep what they say."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from analysis.collection.sets import difference, filter_papers, intersection, union
from analysis.common.errors import BadInput
from analysis.common.tables import make_table

MINE = [
    {"paper_id": "1", "title": "Inductive bias of deep networks", "doi": "10.1000/deep", "year": 2019},
    {"paper_id": "2", "title": "Recall bias in interviews about childhood illness", "year": 2020},
    {"paper_id": "3", "title": "Editorial", "year": 2020},
]
THEIRS = [
    {"paper_id": "1", "title": "Sampling from panels", "year": 2021},
    {"paper_id": "x", "title": "INDUCTIVE BIAS OF DEEP NETWORKS.", "url": "https://doi.org/10.1000/DEEP"},
    {"paper_id": "y", "title": "Recall bias in interviews about childhood illness", "year": 2020},
    {"paper_id": "z", "title": "Editorial", "year": 2020},
]


def papers(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return make_table("papers", rows)


def test_works_are_recognised_across_collections() -> None:
    mine, theirs = papers(MINE), papers(THEIRS)
    assert intersection(mine, theirs)["paper_id"].tolist() == ["1", "2"]
    assert intersection(theirs, mine)["paper_id"].tolist() == ["x", "y"]
    assert difference(mine, theirs)["title"].tolist() == ["Editorial"]
    assert difference(theirs, mine)["title"].tolist() == ["Sampling from panels", "Editorial"]


def test_a_union_has_each_work_once_and_each_id_once() -> None:
    both = union(papers(MINE), papers(THEIRS))
    assert both["paper_id"].tolist() == ["1", "2", "3", "1~2", "z"]
    assert both["title"].tolist()[3] == "Sampling from panels"


def test_a_collection_is_equal_to_itself() -> None:
    mine = papers(MINE)
    pd.testing.assert_frame_equal(union(mine, mine), mine)
    pd.testing.assert_frame_equal(intersection(mine, mine), mine)
    assert len(difference(mine, mine)) == 0
    nothing = papers([])
    pd.testing.assert_frame_equal(union(mine, nothing), mine)
    assert len(intersection(mine, nothing)) == 0
    pd.testing.assert_frame_equal(difference(mine, nothing), mine)


def test_several_collections_combine_in_one_call() -> None:
    one, two, three = (papers([row]) for row in MINE)
    assert union(one, two, three)["paper_id"].tolist() == ["1", "2", "3"]
    assert difference(papers(MINE), one, three)["paper_id"].tolist() == ["2"]
    assert len(intersection(papers(MINE), one, two)) == 0


SOME = [
    {
        "paper_id": "a",
        "title": "Debiasing the survey",
        "year": 2018,
        "venue": "Survey Research",
        "subjects": ["stat.ME"],
    },
    {"paper_id": "b", "title": "A prior", "abstract": "Inductive biases help.", "year": 2020, "venue": "arXiv cs.LG"},
    {"paper_id": "c", "title": "Tobias and symbiosis", "venue": "ARXIV", "keywords": ["Machine Learning"]},
]


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ({}, ["a", "b", "c"]),
        ({"year": 2020}, ["b"]),
        ({"year": (2018, 2020)}, ["a", "b"]),
        ({"year": (2019, None)}, ["b"]),
        ({"year": (None, 2018)}, ["a"]),
        ({"venue": "arxiv"}, ["b", "c"]),
        ({"subject": "machine learning"}, ["c"]),
        ({"subject": "stat"}, ["a"]),
        ({"term": "bias"}, ["a", "b"]),
        ({"term": "survey"}, ["a"]),
        ({"term": "bias", "venue": "arXiv"}, ["b"]),
    ],
)
def test_filters(condition: dict[str, Any], kept: list[str]) -> None:
    assert filter_papers(papers(SOME), **condition)["paper_id"].tolist() == kept


def test_years_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(BadInput, match="wrong way round"):
        filter_papers(papers(SOME), year=(2020, 2018))


def test_a_table_that_is_no_papers_table_is_refused() -> None:
    with pytest.raises(BadInput, match="lacks the column"):
        union(pd.DataFrame({"title": ["x"]}))
