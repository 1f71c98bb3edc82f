"""A whole review: six raw exports with overlaps, every count of the loaded collection known by the plan."""

from __future__ import annotations

from pathlib import Path

import pytest
from review_exports import FILES, PARTS, expected, papers, write_review

from analysis.collection import Collection, load_papers, record_flow
from analysis.mentions.find import find_mentions


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    return load_papers(*write_review(tmp_path_factory.mktemp("review")))


def test_every_count_of_a_review_adds_up(review: Collection) -> None:
    flow = record_flow(review, find_mentions(review.papers))
    found = {(stage, Path(source).name): n for stage, source, n in flow.itertuples(index=False)}
    for stage, numbers in expected().items():
        assert {s: found[stage, name] for s, name in FILES.items()} == {s: numbers[s] for s in FILES}, stage
    # By hand: 70 + 150 + ... + 10 papers; those of two or three databases again, and four that Scopus has twice.
    total = {stage: found[stage, ""] for stage in expected()}
    assert (total["read"], total["duplicate"], total["kept"]) == (1100, 264, 836)
    # 80 of SpringerLink, and of the others the 75 whose number ends in 7.
    assert total["without abstract"] == 155
    # A title in four (209, and two Parts II); 0, 1, 2 and 3 in the abstracts of four papers in turn (1254 less 120 of
    # SpringerLink and 151 of the papers without abstract).
    assert total["mentions"] == 211 + 983
    assert found["unreadable", ""] == found["not in English", ""] == 0


def test_values_of_a_review_are_clean(review: Collection) -> None:
    by_title = review.papers.set_index("title")
    for paper in papers():
        title = paper.title + "." * (paper.sources[0] == "pubmed")
        row = by_title.loc[title]
        assert (row["doi"], row["year"]) == (paper.doi, paper.year), title
        assert len(row["authors"]) == 2, (title, row["authors"])
        assert row["abstract"] == (paper.abstract if paper.sources[0] != "springer" else ""), title
    assert by_title["doi"].value_counts().head(2).tolist() == [2, 1]
    parts = by_title[by_title.index.str.contains(", Part ")]
    assert len(parts) == len(PARTS)
