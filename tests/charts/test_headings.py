"""Headings say what the table shows, and no more than its intervals allow. All tables are written by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.charts import evaluation_headings, headings
from analysis.findings.tree import Tree
from analysis.inventory.inventory import load_inventory
from analysis.inventory.palette import palette_of
from analysis.statistics.bootstrap import Estimate

PALETTE = palette_of(load_inventory())


def shares(of: int, **senses: tuple[int, float, float]) -> pd.DataFrame:
    """``sense_shares``'s rows by papers: count, low and high of each sense."""
    rows = [
        {"sense": s, "unit": "papers", "count": n, "of": of, "estimate": n / of, "low": low, "high": high}
        for s, (n, low, high) in senses.items()
    ]
    return pd.DataFrame(rows, columns=["sense", "unit", "count", "of", "estimate", "low", "high"])


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (
            shares(20, social=(14, 0.5, 0.9), data=(4, 0.1, 0.4)),
            "Social bias is the commonest sense in these 20 papers",
        ),
        # the intervals of two meet: either may be the commonest, the third surely is not
        (
            shares(20, social=(14, 0.5, 0.9), skew=(11, 0.3, 0.8), data=(4, 0.1, 0.4)),
            "The commonest sense in these 20 papers is social bias or behavioural skew",
        ),
        (
            shares(
                20,
                social=(9, 0.3, 0.7),
                skew=(8, 0.2, 0.6),
                media=(8, 0.2, 0.6),
                implicit=(8, 0.2, 0.6),
                data=(1, 0.0, 0.2),
            ),
            "Social bias is clearly commoner than 1 of the 4 others",
        ),
        (
            shares(21, social=(7, 0.1, 0.6), data=(5, 0.1, 0.5)),
            "No sense is clearly commoner than another in these 21 papers",
        ),
        # all four papers have it, and a bootstrap knows no other world: too few all the same
        (shares(4, social=(4, 1, 1), data=(1, 0, 0.8)), "No sense is clearly commoner than another in these 4 papers"),
        (shares(1, social=(1, 1, 1)), "Social bias is the only sense in this paper"),
        (shares(2, unclear=(2, 1, 1)), "No sense was found"),
        (shares(9), "No sense was found"),
    ],
)
def test_the_commonest_sense_as_far_as_intervals_tell(table: pd.DataFrame, told: str):
    assert headings.sense_shares(table, PALETTE) == told


def test_parents_of_senses_are_called_so():
    table = shares(20, social=(14, 0.5, 0.9), data=(4, 0.1, 0.4))
    told = "Social bias is the commonest parent of senses in these 20 papers"
    assert headings.sense_shares(table, PALETTE, "parent of senses") == told


def stances(*rows: tuple[str, str, float, bool]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["sense", "stance", "residual", "clear"])
    return table.assign(count=5, estimate=0.5 + 0.1 * table["residual"], elsewhere=0.5)


def test_what_is_clearly_done_with_a_sense():
    rows = [("shortcut", "mitigate", 3, True), ("inductive", "exploit", 2, True), ("social", "mitigate", 1, True),
            ("data", "exploit", -2, True), ("skew", "measure", 4, False)]  # fmt: skip
    table = stances(*rows)
    # data is clearly used less, skew is not clear; mitigate comes first as its strongest cell is
    assert headings.stance_by_sense(table, PALETTE) == (
        "More than other senses, shortcut or spurious-cue bias and social bias are fought and inductive bias is used "
        "on purpose"
    )
    none = "No sense is clearly treated otherwise than the others"
    assert headings.stance_by_sense(table.assign(clear=False), PALETTE) == none
    assert headings.stance_by_sense(table.head(1), PALETTE) == "There is no second sense to set the stances beside"
    assert headings.stance_by_sense(table.head(0), PALETTE) == "No mention has a stance"


def test_pairs_are_named_only_where_one_surely_leads():
    pairs = pd.DataFrame(
        [("social", "data", 8, 0.3, 0.2, 0.4), ("data", "skew", 2, 0.1, 0.05, 0.15)],
        columns=["sense_a", "sense_b", "papers", "estimate", "low", "high"],
    )
    told = "9 of 30 papers are read in more than one sense"
    assert headings.sense_pairs(pairs, 9, 30, PALETTE) == (f"{told}, most often social bias with data and study bias")
    assert headings.sense_pairs(pairs.assign(high=0.4), 9, 30, PALETTE) == told
    assert headings.sense_pairs(pairs, 1, 4, PALETTE) == "1 of 4 papers is read in more than one sense"
    assert headings.sense_pairs(pairs, 0, 4, PALETTE) == "No paper is read in more than one sense"


def test_papers_that_mix_and_switch():
    mixed = pd.DataFrame({"sure_senses": [2, 2, 1]})
    assert headings.mixed_papers(mixed) == "3 papers are read in more than one sense, 2 of them in two sure ones"
    one = "1 paper is read in more than one sense"
    assert headings.mixed_papers(mixed.head(1)) == f"{one}, and in two sure ones"
    assert headings.mixed_papers(mixed.tail(1)) == f"{one}, but not in two sure ones"
    rows = [(f"p{i}", "social", "data") for i in range(4)] + [("p4", "data", "social"), ("p0", "data", "skew")]
    table = pd.DataFrame(rows, columns=["paper_id", "from_sense", "to_sense"])
    said = "In 5 papers the text goes from one sense to another"
    assert headings.switches(table, PALETTE) == f"{said}, most often between social bias and data and study bias"
    assert headings.switches(table.tail(2), PALETTE) == said.replace("5", "2")  # two papers carry no "most often"


def test_what_a_query_brings_in_and_words_that_keep_a_sense():
    table = shares(20, social=(14, 0.5, 0.9), data=(4, 0.1, 0.4)).assign(papers=[14, 4])
    assert headings.query_senses(table, "q", PALETTE) == "The query brings in social bias above all"
    unsure = table.assign(low=0.0)
    assert headings.query_senses(unsure, "q", PALETTE) == "The query brings in 2 senses, and none clearly prevails"
    alone = "query brings in one sense alone, social bias"
    assert headings.query_senses(table.head(1).assign(estimate=1.0), "q", PALETTE) == f"The {alone}"
    assert headings.query_senses(table.head(1), "q", PALETTE) == f"As read, the {alone}"  # labels know of another
    words = pd.DataFrame({"term": ["gender", "race"], "low": [0.6, 0.4]})
    # half of all papers with the term have the sense: only what is surely above that helps
    assert headings.candidate_terms(words, "social", 0.5, PALETTE) == (
        "\u201cgender\u201d keeps social bias better than the word alone"
    )
    assert headings.candidate_terms(words, "social", 0.7, PALETTE) == (
        "No word surely keeps social bias better than the word alone"
    )


def test_years_rise_and_fall_only_where_tested():
    trends = pd.DataFrame({"sense": ["social", "data"], "direction": ["falls", "rises"]})
    assert headings.sense_by_year(trends, 2020, 2024, PALETTE) == (
        "Data and study bias rises and social bias falls from 2020 to 2024"
    )
    flat = trends.assign(direction="no clear change")
    assert headings.sense_by_year(flat, 2020, 2024, PALETTE) == "No sense clearly rises or falls from 2020 to 2024"


def test_groups_differ_only_beyond_chance():
    rows = [("ACL", "social", 18, 20), ("ICML", "social", 2, 20), ("ACL", "data", 5, 20), ("ICML", "data", 6, 20)]
    table = pd.DataFrame(rows, columns=["group", "sense", "papers", "of"])
    # Fisher's exact test of 18 of 20 against 2 of 20 gives far less than 0.05 / 4
    assert headings.shares_by(table, "venue", PALETTE) == "Social bias is more common in ACL than in the other venues"
    even = table.assign(papers=[10, 9, 5, 6])
    assert headings.shares_by(even, "venue", PALETTE) == "No venue clearly differs from the others in its senses"
    assert headings.shares_by(table[::2], "venue", PALETTE) == "There are no two venues to compare"


def test_mentions_lie_together_only_if_neighbours_of_other_papers_are_alike():
    rows = [(f"p{i}#abstract:1", "social" if i < 10 else "data", i // 10 * 1000 + i, 0) for i in range(20)]
    table = pd.DataFrame(rows, columns=["mention_id", "sense", "x", "y"])
    # two heaps of ten papers: all neighbours are alike, by chance half would be
    assert headings.mention_map(table) == (
        "Mentions of one sense lie together: 100% have a neighbour of their sense, where chance gives 50%"
    )
    mixed = table.assign(x=[i % 10 * 2 + i // 10 for i in range(20)])  # social and data by turns
    assert headings.mention_map(mixed) == "Mentions of one sense do not clearly lie together"
    one_paper = table.assign(mention_id=[f"p#abstract:{i}" for i in range(20)])
    assert headings.mention_map(one_paper) == "There are no two papers whose mentions could lie together"


def test_topics_and_words():
    leaves = pd.DataFrame({"sense": ["social", "social", "data"], "label": list("abc"), "novel": False})
    merges = pd.DataFrame()
    assert headings.topic_tree(Tree(leaves, merges, 0, 0), PALETTE) == (
        "Social bias divides into 2 topics, more than any other sense"
    )
    new = leaves.assign(novel=[False, False, True])
    assert headings.topic_tree(Tree(new, merges, 0, 0), PALETTE) == "\u201cc\u201d may be a new sense"
    words = pd.DataFrame(
        [("social", "gender", 0.5, 4.0), ("social", "race", 0.4, 3.0), ("data", "sample", -0.1, 1.0)],
        columns=["sense", "word", "low", "z"],
    )
    assert headings.distinguishing_collocates(words, PALETTE) == "\u201cgender\u201d marks social bias"
    assert headings.distinguishing_collocates(words.tail(1), PALETTE) == (
        "No word clearly tells one sense from the others"
    )


def test_the_collection_in_counts():
    flow = {"read": 9, "kept": 6, "with the term": 1}
    assert headings.record_flow(flow, "bias") == "Of 9 records, 1 paper uses \u201cbias\u201d"
    assert headings.record_flow({"read": 9, "kept": 6}, "bias") == "Of 9 records, 6 papers remain"
    fates = pd.DataFrame({"status": ["kept", "duplicate", "not a record"], "records": [6, 3, 5]})
    assert headings.record_fates(fates) == "6 of 9 records became papers; 3 were merged as duplicates"
    assert headings.record_flow({"read": 1, "kept": 1, "with the term": 1}, "bias") == (
        "The one record is a paper that uses \u201cbias\u201d"
    )
    fields = pd.DataFrame({"field": ["title", "year", "doi"], "papers": [4, 2, 0], "of": 4})
    assert headings.field_coverage(fields) == "Every paper has title; none names its doi"
    years = pd.DataFrame({"year": [2020, 2021], "papers": [1, 3]})
    assert headings.papers_by_year(years) == "3 of 4 dated papers are of 2021"
    assert headings.papers_by_year(years.assign(papers=2)) == "The papers are of 2020 to 2021; no year has most of them"
    papers = pd.DataFrame({"mentions": [7, 3, 1, 0]})
    assert headings.paper_list(papers) == "Half of the papers use the word 3 times or more, one 7 times"
    assert headings.paper_list(papers.assign(mentions=[5, 1, 1, 0])) == "Most papers use the word once, one 5 times"
    forms = pd.DataFrame({"form": ["bias", "biased"], "mentions": [6, 2]})
    assert headings.forms(forms) == "Authors write \u201cbias\u201d in 6 of 8 mentions"
    beside = pd.DataFrame(
        [("modifier", "social", 3, 3), ("modifier", "gender", 3, 2), ("head", "term", 2, 2)],
        columns=["relation", "word", "mentions", "papers"],
    )
    # social and gender are as common as each other
    assert headings.neighbours(beside, "bias") == "The commonest phrase is \u201cbias term\u201d"
    seen = pd.DataFrame({"sense": ["social", "data"], "year": [2020, 2021]})
    assert headings.first_seen(seen, PALETTE) == "Social bias is seen first, in 2020"


def test_other_collections_and_words():
    names = ("A", "B")
    table = pd.DataFrame(
        {"sense": ["social", "data", "skew"], "difference": [0.1, -0.4, 0.3], "clear": [False, True, True]}
    )
    told = "Data and study bias is commoner in B; behavioural skew is commoner in A"
    assert headings.compare_shares(table, PALETTE, names) == told
    assert headings.compare_shares(table.head(1), PALETTE, names) == "No sense is clearly commoner in A or in B"
    kinds = pd.DataFrame({"name": ["x", "y"], "difference": [0.2, 0.3], "clear": True})
    assert headings.compare_named(kinds, "kind", names) == "\u201cy\u201d and \u201cx\u201d are named more in A"
    assert headings.compare_named(kinds.head(0), "kind", names) == "No kind is clearly named more in A or in B"
    stances = table.assign(stance="mitigate")
    assert headings.compare_stances(stances, PALETTE, names) == "Data and study bias is fought more in B"
    assert headings.compare_stances(stances.head(1), PALETTE, names).startswith("What is done with a sense does not")
    alone = pd.DataFrame({"papers_one": [0, 0, 4], "papers_two": [3, 1, 0]})
    assert headings.on_one_side(alone, names) == (
        "B alone has 2 senses, kinds and methods; A alone has 1 sense, kind or method"
    )
    assert headings.on_one_side(alone.head(0), names) == "Neither side has anything that the other lacks"
    both = pd.DataFrame({"papers_one": [1, 2], "papers_two": [1, 0]})
    assert headings.counted_names(both, "kind", names) == "Two papers or more name 2 kinds; A and B have 1 in common"
    words = pd.DataFrame({"name": ["bias", "kernel"], "estimate": [6.0, 3.0], "low": [5.0, 2.0], "high": [7.0, 4.0]})
    assert headings.ambiguity(words) == "\u201cbias\u201d is the most ambiguous, with 6.0 senses in effect"
    assert headings.ambiguity(words.assign(high=8.0)) == "No word is clearly more ambiguous than the others"


def test_an_evaluation_claims_what_its_intervals_hold():
    rows = [("head", "accuracy", 0.8, 0.75, 0.85), ("collocation", "accuracy", 0.6, 0.5, 0.7),
            ("head", "ari", 0.5, 0.4, 0.6), ("bertopic", "ari", 0.4, 0.3, 0.5)]  # fmt: skip
    figures = pd.DataFrame(rows, columns=["method", "figure", "value", "low", "high"])
    assert evaluation_headings.compared_methods(figures) == (
        "This project's readings are better than every simple method, by accuracy"
    )
    assert evaluation_headings.compared_methods(figures.tail(2)) == (
        "This project's readings are not clearly better than simple methods"
    )
    senses = pd.DataFrame(
        {"sense": ["social", "data"], "n": 9, "f1": [0.9, 0.5], "f1_low": [0.8, 0.4], "f1_high": [1, 0.7]}
    )
    assert evaluation_headings.single_senses(senses, PALETTE) == (
        "Social bias is read clearly better than data and study bias"
    )
    wide = senses.assign(f1_high=1.0)
    assert evaluation_headings.single_senses(wide, PALETTE) == "No sense is clearly read better than another"
    errors = [(3, "data", "skew"), (1, "skew", "data"), (0, "social", "data")]
    assert evaluation_headings.confusion(errors, PALETTE) == (
        "The commonest error takes data and study bias for behavioural skew"
    )
    assert evaluation_headings.reliability(Estimate(0.02, 0.01, 0.03)) == (
        "Readings are right less often than their confidence says, by 2.0 percentage points"
    )
    assert evaluation_headings.reliability(Estimate(0.02, -0.01, 0.05)) == (
        "On average, readings are right as often as their confidence says"
    )
    every = pd.Series({"low": 0.7, "high": 0.8})
    assert evaluation_headings.coverage(Estimate(0.9, 0.85, 0.95), every) == "The surest readings are right more often"
    assert "not clearly" in evaluation_headings.coverage(Estimate(0.9, 0.75, 0.95), every)
    parts = pd.DataFrame(
        [("vision", "papers", 0.7, 0.6, 0.8), ("vision", "field", 0.5, 0.4, 0.55)],
        columns=["part", "left_out", "macro_f1", "macro_f1_low", "macro_f1_high"],
    )
    assert evaluation_headings.fields_left_out(parts) == "In a field that it does not know, the head is worse: vision"
    left = pd.DataFrame(
        {"sense": ["none left out", "a", "b"], "recall": [None, 0.5, 0.1], "best_topic": [None, 0.6, 0.5]}
    )
    assert (
        evaluation_headings.senses_left_out(left) == "1 of 2 left-out senses would be noticed as a topic of their own"
    )
