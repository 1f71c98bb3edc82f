"""Senses from vectors, with the scores of the tuned encoder and without."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import BadInput, assign_senses, embed_mentions, find_mentions, read_in_context
from analysis.common.tables import make_table

TEXTS = [
    "We reduce gender bias in hiring models.",
    "Each unit adds a bias term to the weighted sum.",
    "The gyroscope bias drifts with temperature.",
]


@pytest.fixture(scope="module")
def given():
    papers = make_table("papers", [{"paper_id": f"p{n}", "abstract": text} for n, text in enumerate(TEXTS)])
    mentions = find_mentions(papers)
    return mentions, embed_mentions(mentions, papers), read_in_context(mentions, papers)


def test_without_scores_a_head_reads_that_was_trained_without_them_and_the_reading_says_so(given):
    mentions, vectors, scores = given
    assert vectors.shape == (3, 1152)
    plain, whole = assign_senses(mentions, vectors), assign_senses(mentions, vectors, scores=scores)
    for read in (plain, whole):
        assert read["sense"].tolist() == ["social", "parameter", "physical"]
        assert (read["stance"] != "").all()
    assert (plain.attrs["reading"], whole.attrs["reading"]) == ("without scores", "with scores")
    assert plain["confidence"].tolist() != whole["confidence"].tolist()


def test_scores_are_found_by_mention_and_by_name(given):
    mentions, vectors, scores = given
    whole = assign_senses(mentions, vectors, scores=scores)
    other = scores.iloc[::-1, ::-1]  # the last mention first, the last column first
    pd.testing.assert_frame_equal(assign_senses(mentions, vectors, scores=other), whole)
    with pytest.raises(BadInput, match="p0#abstract:17 is not among them"):
        assign_senses(mentions, vectors, scores=scores.iloc[1:])
    with pytest.raises(BadInput, match="the scores lack skew, which the head reads"):
        assign_senses(mentions, vectors, scores=scores.drop(columns="skew"))


def test_scores_that_say_nothing_are_none(given):
    mentions, vectors, scores = given
    silent = assign_senses(mentions, vectors, scores=scores[["mention_id"]])
    pd.testing.assert_frame_equal(silent, assign_senses(mentions, vectors))
