"""Shares name their denominators and count papers, not repetitions."""

from __future__ import annotations

import pandas as pd
import pytest
from small_readings import make_confusion

from analysis.findings.shares import commonest, ranked, sense_shares

ORDER = ["social", "data", "unclear"]


def test_papers_and_mentions_have_their_own_denominators(readings):
    table = readings(("a", "social"), ("a", "social"), ("a", "data"), ("b", "social"))
    shares = sense_shares(table, ORDER, draws=20).set_index(["unit", "sense"])
    assert shares.loc[("papers", "social"), ["count", "of", "share"]].tolist() == [2, 2, 1.0]
    assert shares.loc[("papers", "data"), ["count", "of", "share"]].tolist() == [1, 2, 0.5]
    assert shares.loc[("mentions", "social"), ["count", "of", "share"]].tolist() == [3, 4, 0.75]
    assert shares.loc[("mentions", "unclear"), ["count", "share"]].tolist() == [0, 0.0]
    assert set(shares["error"]) == {"papers"}


def test_interval_of_one_paper_has_no_width_without_a_classifier(readings):
    shares = sense_shares(readings(("a", "social")), ORDER, draws=20)
    row = shares[(shares["unit"] == "papers") & (shares["sense"] == "social")].iloc[0]
    assert (row["low"], row["share"], row["high"]) == (1.0, 1.0, 1.0)


def test_classifier_error_widens_the_interval_and_is_named(readings):
    table = readings(*[(f"p{i}", "social" if i % 2 else "data") for i in range(40)])
    read = {"social": ["social"] * 3 + ["data"] * 2, "data": ["social"] * 2 + ["data"] * 3, "unclear": ["unclear"]}
    held = [(f"{label}{i}", label, sense) for label, senses in read.items() for i, sense in enumerate(senses)]
    counts = make_confusion(held, ORDER, times=20)
    plain, corrected = (
        sense_shares(table, ORDER, confusion=c, draws=300).query("unit == 'papers' and sense == 'social'").iloc[0]
        for c in (None, counts)
    )
    assert corrected["high"] - corrected["low"] > plain["high"] - plain["low"]
    assert corrected["share"] == plain["share"] == 0.5
    assert corrected["error"] == "papers and classifier"


def test_none_of_a_few_papers_is_no_certainty(readings):
    shares = sense_shares(readings(*[(f"p{i}", "social") for i in range(10)]), ORDER, draws=20)
    row = shares[(shares["unit"] == "papers") & (shares["sense"] == "data")].iloc[0]
    assert (row["low"], row["share"]) == (0.0, 0.0)
    assert row["high"] == pytest.approx(0.217, abs=0.001)  # Jeffreys' interval of none of ten (Brown et al. 2001)


def test_no_mention(readings):
    shares = sense_shares(readings(), ORDER, draws=5)
    assert shares["count"].tolist() == [0] * 6
    assert shares["of"].tolist() == [0] * 6
    assert shares["share"].isna().all()


def test_commonest_counts_papers_before_mentions(readings):
    table = readings(("a", "data"), ("a", "data"), ("a", "data"), ("b", "social"), ("c", "social"), ("d", "unclear"))
    assert commonest(table) == "social"
    assert commonest(readings()) == ""


def test_senses_are_ranked_by_the_estimate_and_unclear_comes_last():
    rows = [("social", 4, 0.2), ("data", 3, 0.3), ("unclear", 9, 0.9), ("skew", 0, 0.1)]
    table = pd.DataFrame(
        [{"sense": s, "unit": unit, "count": n, "estimate": e} for s, n, e in rows for unit in ("papers", "mentions")]
    )
    assert ranked(table)["sense"].tolist() == ["data", "social", "unclear"]
