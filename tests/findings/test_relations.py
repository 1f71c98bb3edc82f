"""Stances, mixing and collocates, counted by hand."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pandas as pd
import pytest
from small_readings import make_confusion

from analysis.charts.mixing import mixed_table
from analysis.findings.collocates import context_words, distinguishing_collocates, log_odds
from analysis.findings.mixing import mixed_papers, mixing_share, sense_pairs, switches
from analysis.findings.stance import effective_size, stance_by_sense, told_stances
from analysis.inventory.inventory import load_inventory
from analysis.inventory.palette import palette_of
from analysis.statistics.confusion import Mixed
from analysis.statistics.stances import NONE, stance_confusion, stance_replicates


def stances(readings, *pairs):
    return readings(*[{"paper_id": f"p{i}", "sense": s, "stance": t} for i, (s, t) in enumerate(pairs)])


def test_stance_residuals(readings):
    # social: 3 measure, 1 exploit; parameter: 0 measure, 4 exploit. Expected measure of social: 4 * 3 / 8 = 1.5.
    table = stances(readings, *[("social", "measure")] * 3, ("social", "exploit"), *[("parameter", "exploit")] * 4)
    cells = stance_by_sense(table, ["social", "parameter"], stances=["measure", "exploit"])
    cells = cells.set_index(["sense", "stance"])
    assert cells.loc[("social", "measure"), ["count", "of", "share", "expected"]].tolist() == [3, 4, 0.75, 1.5]
    assert cells.loc[("social", "measure"), "residual"] == pytest.approx(1.5 / sqrt(1.5))
    assert cells.loc[("parameter", "exploit"), "residual"] == pytest.approx((4 - 2.5) / sqrt(2.5))
    assert cells.loc[("parameter", "measure"), "residual"] == pytest.approx(-sqrt(1.5))


def test_a_share_of_the_stance_carries_its_papers_and_is_marked_where_it_stands_out(readings):
    # 12 papers each; exploit in all of parameter and none of social. Jeffreys for 12 of 12 papers:
    # Beta(12.5, 0.5), whose lower 2.5 % point is 0.815; for none of 12 its mirror image.
    table = stances(readings, *[("parameter", "exploit")] * 12, *[("social", "measure")] * 12)
    cells = stance_by_sense(table, ["social", "parameter"], draws=4000).set_index(["sense", "stance"])
    tool = cells.loc[("parameter", "exploit")]
    assert (tool["share"], tool["estimate"], tool["elsewhere"]) == (1.0, 1.0, 0.0)
    assert tool["low"] == pytest.approx(0.815, abs=0.02)
    assert (tool["high"], cells.loc[("social", "exploit"), "low"]) == (1, 0)  # an estimate is within its interval
    assert tool["clear"] and cells.loc[("social", "exploit"), "clear"]  # one above, one below
    assert not cells.loc[("social", "mention"), "clear"]  # none here, none elsewhere
    assert tool["error"] == "papers"


def test_stances_are_put_together_as_roles(readings):
    table = stances(readings, ("social", "measure"), ("social", "mitigate"), ("social", "exploit"), ("data", "mention"))
    roles = stance_by_sense(table, ["social", "data"], roles=load_inventory().roles).set_index(["sense", "stance"])
    assert roles.loc[("social", "harm"), ["count", "of", "papers", "of_papers"]].tolist() == [2, 3, 2, 3]
    assert roles.loc[("social", "tool"), "share"] == pytest.approx(1 / 3)
    assert roles.loc[("data", "harm"), ["count", "share"]].tolist() == [0, 0]


def test_a_role_of_one_stance_has_its_interval(readings):
    table = stances(readings, *[("data", "exploit")] * 5, *[("data", "measure")] * 3, *[("social", "measure")] * 4)
    columns = ["count", "of", "share", "estimate", "low", "high", "elsewhere"]
    order = ["social", "data"]
    as_stance, as_role = (
        found.set_index(["sense", "stance"])[columns]
        for found in (stance_by_sense(table, order), stance_by_sense(table, order, roles=load_inventory().roles))
    )
    for sense in order:
        assert as_role.loc[(sense, "tool")].tolist() == as_stance.loc[(sense, "exploit")].tolist()


def test_mentions_of_one_paper_are_worth_two_at_most():
    # m / (1 + (m - 1) / 2): 1, 3 / 2, 9 / 5
    assert effective_size(np.array([1, 3, 9])).tolist() == [1, 1.5, 1.8]


def test_one_paper_is_no_finding_however_often_it_says_it(readings):
    table = readings(*[{"paper_id": "a", "sense": "social", "stance": "exploit"}] * 30,
                     *[{"paper_id": f"p{i}", "sense": "data", "stance": "mention"} for i in range(30)])  # fmt: skip
    cells = stance_by_sense(table, ["social", "data"]).set_index(["sense", "stance"])
    assert not cells.loc[("social", "exploit"), "clear"]
    assert cells.loc[("data", "mention"), "clear"]


def held_out(*rows):
    columns = ["paper_id", "label", "label_stance", "sense", "stance", "stance_confidence", "n"]
    table = pd.DataFrame([("x", *row) for row in rows], columns=columns)
    return table.loc[table.index.repeat(table["n"])].reset_index(drop=True)


def test_stance_confusion_counts_by_stance_and_band(readings):
    counts = stance_confusion(
        held_out(("data", "measure", "social", "mention", 0.9, 3), ("data", "measure", "data", "measure", 0.99, 2),
                 ("data", "", "data", "measure", 0.99, 7))
    ).counts  # fmt: skip
    assert counts.loc["measure", ("mention", 2)] == 3
    assert counts.loc["measure", ("measure", 3)] == 2
    assert counts.to_numpy().sum() == 5  # what has no stance is left out


def test_a_stance_that_reading_tells_nothing_of_may_be_as_rare_as_held_out(readings):
    # half of the held-out mentions are measured, whatever was read
    blind = stance_confusion(
        held_out(
            *[("data", one, "data", two, 0.6, 900) for one in ("measure", "mention") for two in ("measure", "mention")]
        )
    )
    table = readings(*[{"paper_id": f"{i}", "sense": "data", "stance": "mention", "stance_confidence": 0.6}
                       for i in range(200)])  # fmt: skip
    cells = stance_by_sense(table, ["data"], stance_confusion=blind, draws=200).set_index(["sense", "stance"])
    mention = cells.loc[("data", "mention")]
    assert mention["share"] == mention["estimate"] == 1.0
    # Replicates lie evenly from 1 to 1 - 1.25 / 2, and are moved up to lie about 1; of 200 mentions Jeffreys' interval
    # of 3 in 8 reaches 0.07 further than 1 - 0.625 / 2.
    assert mention["low"] == pytest.approx(0.62, abs=0.04)


def test_a_certain_stance_of_a_reviewed_mention_stays(readings):
    useless = stance_confusion(
        held_out(
            *[("data", one, "data", two, 0.9, 50) for one in ("measure", "mention") for two in ("measure", "mention")]
        )
    )
    sure = {"paper_id": "a", "sense": "data", "stance": "measure", "reviewed": True, "stance_confidence": 1.0}
    table = readings(sure, {**sure, "paper_id": "b", "reviewed": False, "stance_confidence": 0.9}, ("c", "data"))
    drawn = [read.tolist() for _, _, read in stance_replicates(table, ["data"], stance_confusion=useless, draws=60)]
    measure, mention = 1, 3  # in the inventory's order
    assert {one for one, _, _ in drawn} == {measure}
    assert {two for _, two, _ in drawn} >= {measure, mention}
    assert {three for _, _, three in drawn} == {NONE}


@pytest.mark.filterwarnings("error")
def test_a_sense_that_the_labels_leave_without_a_mention_has_no_share(readings):
    # The one mention read as data is known to be social: of data there is nothing to tell, of social there is.
    table = readings(*[{"paper_id": sense, "sense": sense, "stance": "measure"} for sense in ("data", "social")])
    label = table.loc[:0, ["mention_id", "surface"]].assign(label="social", label_stance="measure")
    confusion = make_confusion([(1, "social", "social"), (2, "data", "data")], ["social", "data"])
    cells = stance_by_sense(table, ["social", "data"], confusion=confusion._replace(labels=label), draws=20)
    cells = cells.set_index(["sense", "stance"])
    told = ["estimate", "low", "high"]
    assert cells.loc[("data", "measure"), ["count", "of", "share"]].tolist() == [1, 1, 1]
    assert cells.loc["data", told].isna().all(axis=None)
    assert cells.loc["social", told].notna().all(axis=None)
    assert not cells.loc["data", "clear"].any()


def test_no_stances_no_table(readings):
    assert stance_by_sense(readings(("a", "social")), ["social"]).empty


def test_mixed_papers_leave_unclear_out(readings):
    table = readings(("a", "social"), ("a", "unclear"), ("b", "social"), ("b", "data"), ("b", "social"))
    mixed = mixed_papers(table)
    assert mixed["paper_id"].tolist() == ["b"]
    assert mixed.loc[0, "senses"] == ["social", "data"]
    assert mixed.loc[0, ["mentions", "switches"]].tolist() == [3, 2]


def test_papers_that_mix_surely_come_before_those_that_a_doubting_reader_makes_mix(readings):
    doubt = [("data", True), ("skew", True), ("media", True), ("data", True)]
    papers = {
        "three": [("social", False), *doubt],  # four senses, one of them sure
        "once": [("social", False), ("data", False), ("data", False)],
        "twice": [("social", False), ("data", False), ("skew", True), ("social", False)],
    }
    rows = [{"paper_id": p, "sense": s, "abstained": a} for p, found in papers.items() for s, a in found]
    columns = ["paper_id", "sure_senses", "mentions", "unsure", "switches"]
    mixed = mixed_papers(readings(*rows))
    assert mixed[columns].to_numpy().tolist() == [["twice", 2, 4, 1, 3], ["once", 2, 3, 0, 1], ["three", 1, 5, 4, 4]]
    told = mixed_table(mixed, palette_of(load_inventory()), reliability=Mixed(of=9, labelled=5, read=4, both=3)).notes
    assert told.endswith("Of 4 held-out papers read in several senses, 3 have several by their labels.")


def test_title_is_read_before_the_abstract(readings):
    table = readings(
        {"paper_id": "a", "sense": "data", "start": 5},
        {"paper_id": "a", "sense": "social", "field": "title", "start": 30},
    )
    found = switches(table)
    assert found[["from_sense", "to_sense"]].to_numpy().tolist() == [["social", "data"]]
    assert not found.loc[0, "within_sentence"]


def test_pairs(readings):
    # 4 papers: social in 3, data in 2, both in 1
    table = readings(("a", "social"), ("a", "data"), ("b", "social"), ("c", "social"), ("d", "data"))
    pair = sense_pairs(table, ["social", "data", "media"]).iloc[0]
    assert pair[["papers", "papers_a", "papers_b", "of"]].tolist() == [1, 3, 2, 4]
    assert pair["estimate"] == pair["share"] == 0.25
    assert pair["low"] < 0.25 < pair["high"]


def test_a_reader_that_never_errs_leaves_the_share_of_mixing_papers(readings):
    table = readings(("a", "social"), ("a", "data"), ("b", "social"), ("c", "social"), ("d", "unclear"), ("d", "data"))
    order = ["social", "data", "unclear"]
    perfect = make_confusion([(sense, sense, sense) for sense in order], order, times=9999)
    plain, corrected = mixing_share(table, order), mixing_share(table, order, confusion=perfect)
    assert (plain["papers"], plain["of"], plain["share"], plain["estimate"]) == (1, 4, 0.25, 0.25)
    assert corrected["estimate"] == pytest.approx(0.25, abs=0.01)
    assert (plain["error"], corrected["error"]) == ("papers", "papers and classifier")


def test_two_senses_that_are_one_to_the_reader_do_not_mix(readings):
    # held-out papers read as both had one sense all the same, and the reading does not tell which
    table = readings(*[pair for i in range(40) for pair in ((f"p{i}", "social"), (f"p{i}", "data"))])
    order = ["social", "data"]
    held = [(f"{label}{paper}", label, read) for label in order for paper in range(2) for read in order]
    blind = make_confusion(held, order, times=500)
    found = mixing_share(table, order, confusion=blind)
    assert found["share"] == found["estimate"] == found["high"] == 1.0
    assert found["low"] < 0.05


def test_papers_without_a_clear_sense_do_not_count_among_those_of_pairs(readings):
    # three papers are unclear, one has both senses: one of one, whatever is drawn
    order = ["social", "data", "unclear"]
    table = readings(*[(f"u{i}", "unclear") for i in range(3)], ("a", "social"), ("a", "data"))
    perfect = make_confusion([(sense, sense, sense) for sense in order], order, times=9999)
    pair = sense_pairs(table, order, confusion=perfect).iloc[0]
    assert (pair["papers"], pair["of"]) == (1, 1)
    assert pair["estimate"] == pytest.approx(1, abs=0.01)


def test_log_odds_with_prior():
    # counts 3 and 1 against 1 and 3; together 4 and 4, so a prior worth 2 counts is 1 for each word:
    # log(4/2) - log(2/4) = 2 log 2, variance 1/4 + 1/2
    delta, error = log_odds(np.array([3.0, 1.0]), np.array([1.0, 3.0]), prior=2)
    assert delta == pytest.approx([2 * log(2), -2 * log(2)])
    assert error == pytest.approx([sqrt(0.75), sqrt(0.75)])


def sentence_readings(readings, *rows):
    made = []
    for paper, sense, sentence in rows:
        start = sentence.lower().index("bias")
        made.append({"paper_id": paper, "sense": sense, "sentence": sentence, "sentence_start": 100,
                     "start": 100 + start, "end": 104 + start})  # fmt: skip
    return readings(*made)


def test_context_words_count_once_a_paper_without_the_term(readings):
    table = sentence_readings(
        readings,
        ("a", "social", "Gender bias and gender stereotypes are a bias of the past."),
        ("a", "social", "We measure gender bias."),
    )
    words = context_words(table)["word"].tolist()
    assert words.count("gender") == 1
    assert "bias" not in words and "and" not in words
    assert "stereotypes" in words


def test_collocates_need_two_papers(readings):
    table = sentence_readings(
        readings,
        ("a", "social", "gender bias everywhere"),
        ("b", "social", "gender bias nowhere"),
        ("c", "parameter", "a bias vector"),
        ("d", "parameter", "another bias vector"),
        ("e", "unclear", "strange bias"),
        ("f", "unclear", "strange bias"),
    )
    found = distinguishing_collocates(table, ["social", "parameter", "unclear"])
    assert found[["sense", "word", "papers"]].to_numpy().tolist() == [
        ["social", "gender", 2],
        ["parameter", "vector", 2],
    ]
    assert (found["low"] < found["log_odds"]).all()


def test_what_authors_do_in_a_paper_is_told_commonest_first_and_surest_of_equals():
    telling = ("mitigate", "measure", "exploit")
    read = [("measure", 0.6), ("mention", 0.9), ("mitigate", 0.8), ("mention", 0.9), ("", 0.0)]
    assert told_stances(read, telling) == ["mitigate", "measure"]
    assert told_stances([*read, ("measure", 0.5)], telling) == ["measure", "mitigate"]
    assert told_stances([("mention", 0.9), ("", 0.0)], telling) == ["mention"]
    assert told_stances([], telling) == []
