"""How two sets of readings differ, worked out by hand on tables of a few lines."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.findings.differences import compare_named, compare_shares, compare_stances, on_one_side

ORDER = ["one", "two", "three", "four", "unclear"]


def test_shares(readings):
    one = readings(*[(f"a{i}", "one") for i in range(30)], *[(f"b{i}", "two") for i in range(10)])
    two = readings(*[(f"c{i}", "one") for i in range(10)], *[(f"d{i}", "two") for i in range(30)])
    found = compare_shares(one, two, ORDER).set_index("sense")
    assert found.loc["one", ["papers_one", "papers_two", "of_one", "of_two"]].tolist() == [30, 10, 40, 40]
    assert found.loc["one", ["estimate_one", "estimate_two", "difference"]].tolist() == [0.75, 0.25, 0.5]
    # (30.5 / 41) / (10.5 / 41), base 2
    assert found.loc["one", "log_ratio"] == pytest.approx(np.log2(30.5 / 10.5))
    assert found.loc["one", "clear"] and 0.2 < found.loc["one", "low"] < 0.5 < found.loc["one", "high"] < 0.8
    assert found.loc["two", "difference"] == -0.5
    assert "three" not in found.index and set(found["error"]) == {"papers"}


def test_the_same_papers_on_both_sides_do_not_differ(readings):
    one = readings(*[(f"a{i}", ORDER[i % 3]) for i in range(36)])
    found = compare_shares(one, one, ORDER, common={f"a{i}": f"a{i}" for i in range(36)})
    assert (found[["difference", "low", "high"]] == 0).all(axis=None)


def test_papers_of_both_are_known_by_other_ids(readings):
    one = readings(*[(f"a{i}", "one") for i in range(40)])
    two = readings(*[(f"b{i}", "one") for i in range(20)], *[(f"b{i}", "two") for i in range(20, 40)])
    common = {f"b{i}": f"a{i}" for i in range(20)}
    found = compare_shares(one, two, ORDER, common=common).set_index("sense")
    apart = compare_shares(one, two, ORDER).set_index("sense")
    assert found.loc["one", "difference"] == apart.loc["one", "difference"] == 0.5
    width = found["high"] - found["low"], apart["high"] - apart["low"]
    assert (width[0] < width[1]).all()


def test_an_empty_side(readings):
    found = compare_shares(readings(("a", "one")), readings(), ORDER)
    assert found.loc[0, ["papers_one", "papers_two"]].tolist() == [1, 0]
    assert np.isnan(found.loc[0, "difference"]) and not found.loc[0, "clear"]
    assert compare_shares(readings(), readings(), ORDER).empty


def test_stances_are_shares_of_the_papers_of_a_sense(readings):
    def side(name, mitigated, of):
        return readings(
            *[{"paper_id": f"{name}{i}", "sense": "one", "stance": "mitigate" if i < mitigated else "mention"}
              for i in range(of)],
            {"paper_id": f"{name}0", "sense": "one", "stance": "measure"},
            {"paper_id": f"{name}x", "sense": "two", "stance": "measure"},
        )  # fmt: skip

    stances = ["mitigate", "measure", "mention"]
    found = compare_stances(side("a", 30, 40), side("b", 8, 40), ORDER, stances, telling=("mitigate", "measure"))
    found = found.set_index(["sense", "stance"])
    assert list(found.index) == [("one", "mitigate"), ("one", "measure"), ("two", "mitigate"), ("two", "measure")]
    row = found.loc["one", "mitigate"]
    assert row[["papers_one", "papers_two", "of_one", "of_two"]].tolist() == [30, 8, 40, 40]
    assert row["difference"] == pytest.approx(0.55) and row["clear"]
    assert found.loc[("one", "measure"), "difference"] == 0 and not found.loc[("one", "measure"), "clear"]
    assert np.isnan(found.loc[("two", "measure"), "difference"])  # of one paper a side


def named(rows):
    import pandas as pd

    return pd.DataFrame(rows, columns=["paper_id", "name"])


def test_names_count_once_a_paper_whatever_their_case():
    one = named([("a0", "BERT"), ("a0", "bert"), ("a1", "BERT"), ("a2", "LSTM"), ("elsewhere", "LSTM")])
    two = named([("b0", "BERT"), ("b1", "LSTM"), ("b2", "once")])
    found = compare_named(one, two, [f"a{i}" for i in range(30)], [f"b{i}" for i in range(40)])
    assert found["name"].tolist() == ["BERT"]  # LSTM is in two papers, of thirty and forty three are wanted
    row = found.iloc[0]
    assert row["papers_one"] == 2 and row["of_two"] == 40 and row["papers_of_one"] == ["a0", "a1"]
    assert row["difference"] == pytest.approx(2 / 30 - 1 / 40)
    few = compare_named(one, two, ["a0", "a1", "a2"], ["b0", "b1", "b2"])
    assert few["name"].tolist() == ["BERT", "LSTM"] and not few["clear"].any()


def test_the_first_names_are_tested_and_the_others_counted():
    papers = [f"p{i}" for i in range(40)]
    one = named([(paper, f"n{j}") for j in range(3) for paper in papers[: 10 - j]])
    found = compare_named(one, named([]), papers, [f"q{i}" for i in range(40)], top=2)
    assert found["papers_one"].tolist() == [10, 9, 8]
    assert found["difference"].notna().tolist() == [True, True, False]


def test_no_names():
    assert compare_named(named([]), named([]), ["a"], ["b"]).empty
    assert compare_named(named([("a", "x"), ("b", "x")]), named([]), ["a", "b"], []).loc[0, "papers_two"] == 0


def test_what_one_side_alone_has(readings):
    shares = compare_shares(
        readings(("a", "one"), ("b", "two"), ("c", "unclear")), readings(("d", "two"), ("e", "three")), ORDER
    )
    kinds = compare_named(named([("a", "old"), ("b", "old")]), named([("d", "new"), ("e", "new")]), ["a", "b"],
                          ["d", "e"])  # fmt: skip
    found = on_one_side(shares, kinds, kinds.head(0))
    rows = [tuple(row) for row in found[["what", "name", "papers_one", "papers_two"]].to_numpy()]
    assert rows == [("kind", "new", 0, 2), ("sense", "three", 0, 1), ("kind", "old", 2, 0), ("sense", "one", 1, 0)]
