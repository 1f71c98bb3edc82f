"""Trends against the tests' definitions, and shares by group."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta, chi2_contingency
from small_readings import make_confusion

from analysis.findings.groups import group_sizes, shares_by
from analysis.findings.time import cochran_armitage, first_seen, holm, sense_by_year, trends


def test_two_years_give_pearsons_chi_square():
    slope, z, p = cochran_armitage(np.array([2020.0, 2021.0]), np.array([10.0, 25.0]), np.array([40.0, 50.0]))
    chi2 = chi2_contingency([[10, 25], [30, 25]], correction=False)
    assert z**2 == pytest.approx(chi2.statistic)
    assert p == pytest.approx(chi2.pvalue)
    assert slope == pytest.approx(25 / 50 - 10 / 40)


def test_nothing_that_varies_is_no_trend():
    assert cochran_armitage(np.array([1.0, 2.0]), np.array([0.0, 0.0]), np.array([5.0, 5.0])) == (0.0, 0.0, 1.0)


def test_holm():
    # sorted 0.01, 0.02, 0.04 times 3, 2, 1 is 0.03, 0.04, 0.04
    assert holm(np.array([0.04, 0.01, 0.02])) == pytest.approx([0.04, 0.03, 0.04])
    assert holm(np.array([0.9, 0.8])) == pytest.approx([1.0, 1.0])


def test_each_year_is_its_own_denominator(readings):
    table = readings(
        {"paper_id": "a", "sense": "social", "year": 2020},
        {"paper_id": "a", "sense": "social", "year": 2020},
        {"paper_id": "b", "sense": "data", "year": 2020},
        {"paper_id": "c", "sense": "data", "year": 2022},
        {"paper_id": "d", "sense": "data"},
    )
    by_year = sense_by_year(table, ["social", "data"]).set_index(["sense", "year"])
    assert by_year.loc[("social", 2020), ["papers", "of", "share"]].tolist() == [1, 2, 0.5]
    assert by_year.loc[("social", 2022), ["papers", "of", "share"]].tolist() == [0, 1, 0.0]
    assert by_year.loc[("data", 2022), "share"] == 1.0
    assert by_year["few"].all()


def test_a_steep_rise_is_told_and_one_year_is_not_tested(readings):
    rows = [{"paper_id": f"{y}-{i}", "sense": "social" if i < n else "data", "year": y}
            for y, n in ((2020, 5), (2021, 20), (2022, 35)) for i in range(40)]  # fmt: skip
    found = trends(sense_by_year(readings(*rows), ["social", "data"])).set_index("sense")
    assert found["direction"].to_dict() == {"social": "rises", "data": "falls"}
    assert found.loc["social", "slope"] == pytest.approx(0.375)
    assert trends(sense_by_year(readings(rows[0]), ["social"])).empty


def test_years_with_few_papers_at_the_ends_and_what_is_unclear_are_not_tested(readings):
    # 2 of 10, then 8 of 10 papers: slope 0.6; the one paper of 2019 would speak against it
    counts = {2019: {"social": 1}, 2020: {"social": 2, "data": 8}, 2021: {"social": 8, "unclear": 2}}
    rows = [{"paper_id": f"{year}-{sense}{i}", "sense": sense, "year": year}
            for year, senses in counts.items() for sense, n in senses.items() for i in range(n)]  # fmt: skip
    found = trends(sense_by_year(readings(*rows), ["social", "data", "unclear"])).set_index("sense")
    assert found.index.tolist() == ["social", "data"]
    assert found[["years", "papers", "slope"]].to_numpy().tolist() == [[2, 10, pytest.approx(0.6)], [2, 8, -0.8]]
    # two senses are tested, so Holm doubles the smaller p
    assert found.loc["data", "p_adjusted"] == pytest.approx(2 * found.loc["data", "p"])


def test_first_seen_prefers_the_surer_of_a_year(readings):
    table = readings(
        {"paper_id": "a", "sense": "social", "year": 2021, "confidence": 0.99},
        {"paper_id": "b", "sense": "social", "year": 2020, "confidence": 0.5},
        {"paper_id": "c", "sense": "social", "year": 2020, "confidence": 0.8},
        {"paper_id": "d", "sense": "unclear", "year": 1999},
        {"paper_id": "e", "sense": "data"},
        {"paper_id": "f", "sense": "unclear", "year": 2020},
    )
    first = first_seen(table, ["social", "data", "unclear"])
    # of 2020 are b, c and f; two of them use the sense
    columns = ["sense", "year", "papers", "of", "paper_id"]
    assert first[columns].to_numpy().tolist() == [["social", 2020, 2, 3, "c"]]


def test_groups_compare_with_all_other_papers(readings):
    table = readings(
        *[{"paper_id": f"x{i}", "sense": "social", "venue": "X"} for i in range(3)],
        {"paper_id": "x3", "sense": "data", "venue": "X"},
        *[{"paper_id": f"y{i}", "sense": "data", "venue": "Y"} for i in range(3)],
        {"paper_id": "y3", "sense": "social", "venue": ""},
    )
    found = shares_by(table, "venue", ["social", "data"], least=3).set_index(["group", "sense"])
    assert found.loc[("X", "social"), ["papers", "of", "share"]].tolist() == [3, 4, 0.75]
    # of the four papers outside X one is social: 0.75 / 0.25
    assert found.loc[("X", "social"), "ratio"] == pytest.approx(3.0)
    assert ("Y", "data") in found.index and found.loc[("Y", "data"), "of"] == 3
    assert shares_by(table, "venue", ["social"], least=9).empty
    assert group_sizes(table, "venue").to_dict() == {"X": 4, "Y": 3}


def test_the_interval_of_a_group_is_jeffreys_and_grows_with_the_readers_errors(readings):
    rows = [
        {"paper_id": f"{v}{i}", "sense": "social" if i < 3 else "data", "venue": v} for v in "XY" for i in range(10)
    ]
    table, order = readings(*rows), ["social", "data"]
    plain = shares_by(table, "venue", order).set_index(["group", "sense"]).loc[("X", "social")]
    assert plain["estimate"] == plain["share"] == 0.3
    assert plain[["low", "high"]].tolist() == pytest.approx(beta(3.5, 7.5).ppf([0.025, 0.975]).tolist(), abs=0.04)
    read = (["social"] * 7 + ["data"] * 3) * 2
    poor = make_confusion([(i, order[i // 10], sense) for i, sense in enumerate(read)], order)
    wide = shares_by(table, "venue", order, confusion=poor).set_index(["group", "sense"]).loc[("X", "social")]
    assert wide["high"] - wide["low"] > plain["high"] - plain["low"]
    assert (plain["error"], wide["error"]) == ("papers", "papers and classifier")


def test_no_paper_of_ten_is_not_certainly_none(readings):
    table = readings(*[{"paper_id": f"{y}{i}", "sense": "data" if y == 2020 else "social", "year": y}
                       for y in (2020, 2021) for i in range(10)])  # fmt: skip
    found = sense_by_year(table, ["social", "data"]).set_index(["sense", "year"]).loc[("social", 2020)]
    assert found["estimate"] == found["low"] == 0
    assert found["high"] == pytest.approx(beta(0.5, 10.5).ppf(0.975), abs=0.05)
