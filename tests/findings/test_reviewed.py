"""Shares by reviewed mentions: what was drawn at random counts, what was picked only bounds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from small_readings import make_readings

from analysis.findings.reviewed import Sample, answer_reviews, count_sample, reviewed_shares, with_reviews
from analysis.findings.shares import sense_shares
from analysis.inventory.inventory import load_inventory
from analysis.inventory.palette import palette_of

ORDER = ["social", "data", "unclear"]
PALETTE = palette_of(load_inventory())


def sample(n: int, of: int, *, wrong: int = 0, skipped: int = 0, picked: int = 0) -> tuple[pd.DataFrame, Sample]:
    """``of`` mentions read as social. The first ``n`` are the random sample: ``wrong`` of them are of data, ``skipped``
    have no answer. ``picked`` others are reviewed besides and of data."""
    rows = [{"paper_id": f"p{i}"} for i in range(of)]
    for i, row in enumerate(rows):
        answered = i < n - skipped or n <= i < n + picked
        row |= {"sense": "data" if i < wrong or n <= i < n + picked else "social", "reviewed": answered}
    readings = make_readings(rows)
    ids = readings["mention_id"].tolist()
    return readings, count_sample(readings, dict.fromkeys(ids, "social"), set(ids[:n]), set(ids), ORDER)


def test_the_sample_alone_tells_shares():
    """10 of 40 of the sample are of data, of 400 mentions that are all read as social: 25 percent."""
    _, found = sample(40, 400, wrong=10)
    table = reviewed_shares(found).set_index("sense")
    assert table["share"].tolist() == pytest.approx([0.75, 0.25, 0.0])
    assert (table["reviewed"] == 40).all() and (table["of"] == 400).all()
    assert table["hits"].tolist() == [30, 10, 0]
    assert table.loc["data", "low"] < 0.25 < table.loc["data", "high"]
    assert (table["width_with_more"] < table["width"]).all()
    assert (found.agreed.hits, found.agreed.n) == (30, 40)


def test_what_was_picked_for_another_reason_only_bounds():
    """In 100 mentions, 20 drawn at random are all social, and 30 doubtful ones that were picked are of data. The picked
    ones move no estimate that chance could not have moved: but 30 of 100 are surely of data, 20 surely social."""
    _, found = sample(20, 100, picked=30)
    table = reviewed_shares(found).set_index("sense")
    assert table.loc["data", ["share", "low"]].tolist() == pytest.approx([0.3, 0.3])
    assert table.loc["social", "high"] == pytest.approx(0.7)
    assert table.loc["unclear", "high"] <= 0.5


def test_labelled_and_foreign_mentions_count_as_they_are():
    """Two of six are not drawn from, and of data; of the four others two are reviewed, one of them of data."""
    readings = make_readings([{"paper_id": f"p{i}", "sense": sense, "reviewed": i < 4} for i, sense in enumerate(
        ["data", "data", "data", "social", "social", "social"])])  # fmt: skip
    ids = readings["mention_id"].tolist()
    found = count_sample(readings, dict.fromkeys(ids, "social"), ids[2:4], ids[2:], ORDER)
    assert found.fixed.tolist() == [0, 2, 0] and found.answered == 2
    assert found.shares().estimate == pytest.approx([2 / 6, 4 / 6, 0])
    assert found.shares().low[1] >= 3 / 6


def test_few_reviews_change_no_share():
    readings, few = sample(24, 400, wrong=6)
    shares = sense_shares(readings, ORDER, draws=20)
    pd.testing.assert_frame_equal(with_reviews(shares, reviewed_shares(few)), shares)
    none = sample(0, 10)[1]
    assert reviewed_shares(none).empty


def test_enough_reviews_tell_the_shares_of_mentions_and_no_others():
    readings, enough = sample(40, 400, wrong=10)
    shares = sense_shares(readings, ORDER, draws=20)
    found = with_reviews(shares, reviewed_shares(enough))
    mentions, papers = (found[found["unit"] == unit].set_index("sense") for unit in ("mentions", "papers"))
    assert mentions.loc["data", "estimate"] == pytest.approx(0.25)
    assert set(mentions["error"]) == {"reviewed"} and set(papers["error"]) == {"papers"}
    assert found[["sense", "unit", "count", "of", "share"]].equals(shares[["sense", "unit", "count", "of", "share"]])


def test_reviewing_can_stop_when_every_share_is_known_well_enough():
    _, found = sample(100, 100, wrong=10)
    assert found.needed() == 0
    assert "known within 5 points either way, so reviewing can stop." in answer_reviews(found, PALETTE).text
    _, open_ = sample(40, 400, wrong=10)
    missing = open_.needed()
    assert open_.half_width(missing).max() <= 0.05 < open_.half_width(missing - 1).max()
    assert open_.needed(within=0.2) == 0


def test_the_text_says_how_many_stand_behind_it_and_what_more_would_give():
    text = answer_reviews(sample(41, 400, wrong=10, skipped=1)[1], PALETTE).text
    assert "By 40 mentions drawn at random and reviewed, of 400, Social bias has 75% of all mentions (" in text
    assert "the program had read 30 as the reviewer did: 75% (95% interval 60% to 86%)." in text  # Wilson's of 30 of 40
    assert "1 mention of the random sample was passed over" in text
    assert "50 more mentions at random would narrow it from" in text and "Reviewing can stop after about" in text


def test_too_few_reviews_tell_no_shares():
    text = answer_reviews(sample(10, 400)[1], PALETTE).text
    assert "of all mentions" not in text and "Of 10 mentions drawn at random" in text
    assert "No mention drawn at random is reviewed yet" in answer_reviews(sample(0, 400)[1], PALETTE).text
    assert "No mention drawn at random is reviewed yet" in answer_reviews(sample(0, 0)[1], PALETTE).text


def test_limits_hold_whatever_a_reviewer_passes_over():
    whole, holed = sample(50, 500, wrong=10)[1].shares(), sample(50, 500, wrong=10, skipped=5)[1].shares()
    assert (np.asarray(holed.low) <= whole.low + 1e-9).all() and (np.asarray(holed.high) >= whole.high - 1e-9).all()
