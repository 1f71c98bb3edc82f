"""Concordance, n-grams, collocates, keyness and dispersion on a text of 22 words, worked out by hand.

Conc 0.1.13 gives the same logDice, MI, log-likelihood and log ratio on this text, with a window of two words.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from analysis.common.errors import BadInput
from analysis.common.words import word_counts
from analysis.findings.collocates import collocates
from analysis.findings.keywords import Reference, keyness, read_reference, reference_of, shipped_reference
from analysis.findings.kwic import concordance
from analysis.findings.phrases import ngrams
from analysis.findings.spread import dispersion

TEXTS = {"p1": "Models show gender bias in hiring.", "p2": "We reduce gender bias in models.",
         "p3": "Gender gaps and a bias term.", "p4": "Models of gender roles"}  # fmt: skip


@pytest.fixture
def make(readings):
    def build(*rows: tuple[str, str], sense: str = "social") -> pd.DataFrame:
        """Mentions of "bias" in (paper, sentence) that starts its abstract; every one in a sentence is a mention."""
        made = []
        for paper, text in rows:
            at = text.lower().find("bias")
            while at >= 0:
                made.append({"paper_id": paper, "sentence": text, "sentence_start": 0, "start": at, "end": at + 4,
                             "surface": text[at : at + 4], "abstract": text, "sense": sense})  # fmt: skip
                at = text.lower().find("bias", at + 4)
        return readings(*made)

    return build


@pytest.fixture
def three(make):
    return make(*[row for row in TEXTS.items() if row[0] != "p4"])


COUNTS = word_counts(TEXTS.values())


def test_lines_have_the_words_beside_the_mention_outwards(three):
    lines = concordance(three, sort="")
    assert lines[["paper_id", "L3", "L2", "L1", "R1", "R2", "R3"]].to_numpy().tolist() == [
        ["p1", "models", "show", "gender", "in", "hiring", ""],
        ["p2", "we", "reduce", "gender", "in", "models", ""],
        ["p3", "gaps", "and", "a", "term", "", ""],
    ]
    assert (lines["left"] + lines["surface"] + lines["right"]).tolist() == list(TEXTS.values())[:3]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ((), ["p1", "p2", "p3"]),
        ("L1", ["p3", "p1", "p2"]),  # a, gender, gender
        ("L2", ["p3", "p2", "p1"]),  # and, reduce, show
        (("R1", "R2"), ["p1", "p2", "p3"]),  # in hiring, in models, term
        (("R2",), ["p1", "p2", "p3"]),  # nothing comes last
    ],
)
def test_lines_are_sorted_by_the_words_beside(three, sort, expected):
    assert concordance(three, sort=sort)["paper_id"].tolist() == expected


def test_accents_and_capitals_do_not_part_words_in_the_order(make):
    lines = make(("a", "zone bias"), ("b", "\u00c9tat bias"), ("c", "etait bias"), ("d", "bias alone"))
    assert concordance(lines, sort="L1")["L1"].tolist() == ["etait", "\u00e9tat", "zone", ""]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"left": "gender"}, ["p1", "p2", "p3"]),
        ({"left": "gender", "span": 2}, ["p1", "p2"]),
        ({"left": "GENDER reduc*"}, ["p2"]),
        ({"left": "show|gaps"}, ["p1", "p3"]),
        ({"left": "gend"}, []),  # whole words
        ({"right": "*ing"}, ["p1"]),
        ({"left": "gender", "right": "models"}, ["p2"]),
        ({"left": "g.nder"}, []),  # a stop is a stop
        ({"left": " | "}, ["p1", "p2", "p3"]),
        ({"sense": "social"}, ["p1", "p2", "p3"]),
    ],
)
def test_lines_are_chosen_by_the_words_beside(three, chosen, expected):
    assert concordance(three, sort="", **chosen)["paper_id"].tolist() == expected


def test_typographic_hyphens_and_apostrophes_are_found_either_way(make):
    lines = make(("a", "GPT\u20114\u2019s bias"), ("b", "gpt-4's bias"))
    for wanted in ("gpt-4's", "GPT\u20104\u2019s"):
        assert concordance(lines, sort="", left=wanted)["paper_id"].tolist() == ["a", "b"]


def test_bad_choices_are_told(three):
    with pytest.raises(BadInput, match="'L4' is no place to sort by; use L3, L2, L1, R1, R2 and R3"):
        concordance(three, sort=("R1", "L4"))
    with pytest.raises(BadInput, match="no mention has the sense 'none'; there are social"):
        concordance(three, sense="none")
    with pytest.raises(BadInput, match="span of 0 words"):
        concordance(three, span=0)
    with pytest.raises(BadInput, match="span of 0 words"):
        collocates(three, COUNTS.table, span=0)
    with pytest.raises(BadInput, match="2 words or more"):
        ngrams(three, lengths=(1,))


def test_without_a_mention_each_table_has_its_columns_and_no_row(three):
    none = three.iloc[:0]
    for table in (concordance(none), ngrams(none), collocates(none, COUNTS.table)):
        assert table.empty and len(table.columns) >= 4
    papers = pd.DataFrame({"paper_id": ["p"], "year": pd.array([None], dtype="Int64")})
    assert dispersion(none, papers, [5], ["social"]).empty


def test_collocates_with_their_measures(three):
    table = collocates(three, COUNTS.table, span=2, least=1, stop_words=True).set_index("word")
    assert table.loc["gender", ["near", "papers", "frequency"]].tolist() == [2, 2, 4]
    assert table.loc["gender", ["log_dice", "mi", "mi3", "t", "log_likelihood"]].tolist() == pytest.approx(
        [13.192645, 1.874469, 3.874469, 1.028519, 0.100987], abs=1e-6
    )
    assert table.loc["models", ["log_dice", "mi", "log_likelihood"]].tolist() == pytest.approx(
        [12.415037, 1.289507, 0.733992], abs=1e-6  # near once, three times in all
    )  # fmt: skip
    # "gender" is rarer near the term (2 of 11) than elsewhere (2 of 8), so there is nothing to be sure of
    assert table.loc["gender", "p_adjusted"] > 0.5
    assert "bias" not in table.index and "roles" not in table.index


def test_collocates_need_papers_and_leave_out_stop_words(three):
    assert collocates(three, COUNTS.table, span=2, least=2)["word"].tolist() == ["gender"]
    assert collocates(three, COUNTS.table, span=2, least=2, stop_words=True)["word"].tolist() == ["in", "gender"]
    assert collocates(three, COUNTS.table).empty or set(collocates(three, COUNTS.table)["papers"]) == {3}


def test_collocates_are_corrected_for_the_words_that_do_not_stand_near_too(make):
    lines = make(*[(paper, "gender bias") for paper in "abc"])
    counts = word_counts(["gender bias"] * 3 + ["models learn data"] * 5)
    table = collocates(lines, counts.table)
    # 3 of the 3 words near, none of the 15 others: G2 = 2 * 3 ln(3 / (3 * 3 / 18)); four words, mentions are none
    assert table[["word", "log_likelihood"]].to_numpy().tolist() == [["gender", pytest.approx(6 * math.log(6))]]
    assert table["p_adjusted"].tolist() == pytest.approx([4 * math.erfc(math.sqrt(3 * math.log(6))) / 2])


def test_a_word_between_two_mentions_counts_once_and_a_mention_is_no_collocate(make):
    lines = make(("a", "bias beats bias"), ("b", "a bias-variance bias"))
    counts = word_counts(["bias beats bias", "a bias-variance bias"])
    table = collocates(lines, counts.table, least=1, stop_words=True).set_index("word")
    assert table[["near", "frequency"]].to_dict("index") == {
        "a": {"near": 1, "frequency": 1},
        "beats": {"near": 1, "frequency": 1},
        "variance": {"near": 1, "frequency": 1},  # cut off at the mention
    }


def test_collocates_of_one_sense(make):
    lines = pd.concat([make(("a", "gender bias")), make(("b", "inductive bias"), sense="inductive")])
    counts = word_counts(["gender bias", "inductive bias"])
    table = collocates(lines, counts.table, sense="inductive", least=1)
    assert table[["word", "near"]].to_numpy().tolist() == [["inductive", 1]]
    assert table["log_dice"].tolist() == [14]  # one mention of the sense, one of the word


def test_ngrams_hold_the_term_and_end_at_punctuation(make):
    lines = make(
        ("a", "We study strong gender bias in models, today."), ("b", "Strong gender bias, in models"),
        ("c", "a gender-bias 2 models"), ("c", "gender bias. models"),
    )  # fmt: skip
    found = ngrams(lines)[["ngram", "words", "mentions", "papers"]].to_numpy().tolist()
    assert found == [["gender bias", 2, 4, 3], ["strong gender bias", 3, 2, 2]]
    with_stop_words = ngrams(make(("a", "the bias in it"), ("b", "the bias in us")), stop_words=True)
    assert with_stop_words["ngram"].tolist() == ["the bias in"]  # its parts always stand in it
    assert ngrams(make(("a", "gender bias"), ("a", "gender bias"))).empty  # of one paper


@pytest.fixture
def other():
    """Ten abstracts of ten words; two of them have "gender" twice, one has "gaps"."""
    texts = ["gender gender " + "word " * 8] * 2 + ["gaps " + "word " * 9] + ["word " * 10] * 7
    return reference_of(word_counts(texts))


def test_keyness_has_effect_size_and_an_exact_test_on_papers(other):
    table = keyness(COUNTS, other, least=1, level=1.1).set_index("word")
    columns = ["tokens", "papers", "reference_tokens", "reference_papers", "tested"]
    assert table.loc["gender", columns].tolist() == [4, 4, 4, 2, 15]
    assert table.loc["gender", ["log_ratio", "log_likelihood"]].tolist() == pytest.approx([2.184425, 4.204281])
    assert table.loc["models", ["log_ratio", "log_likelihood"]].tolist() == pytest.approx([4.769387, 10.277872])
    # models and bias: 3 of 4 papers and none of 10: C(11, 1) / C(14, 4) = 11 / 1001; gender: C(6, 4) / C(14, 4), see
    # test_association. Of 15 words ("word" is only in the reference) these have the smallest p: times 15 / 3 the
    # largest of them, which is smaller than 15 / 2 times the second
    assert table.loc[["models", "bias", "gender"], "p_adjusted"].tolist() == pytest.approx([15 / 1001 * 15 / 3] * 3)


def test_key_words_need_papers_are_sure_and_no_form_of_the_term(other):
    many = word_counts(list(TEXTS.values()) * 3)
    # models: 9 of 12 papers and none of 10; gender: 12 and 2; in: 6 and none, whose p of 924 / 74613 is too large once
    # it is corrected for 14 words ("bias" is left out): times 14 / 3, as the third smallest
    assert keyness(many, other, besides={"Bias"})["word"].tolist() == ["models", "gender"]
    assert keyness(word_counts(list(TEXTS.values())[:2]), other).empty  # two papers are too few for anything
    assert keyness(word_counts([]), other).empty
    assert keyness(many, reference_of(many)).empty  # the same collection


def test_collections_drawn_by_chance_have_no_key_words():
    """Every word has one rate everywhere. Corrected for the words of three papers alone, 7 of these 20 have some."""
    random = np.random.default_rng(0)
    rates = 5 / np.arange(10, 10_010)  # of papers that have a word
    held = random.binomial(50_000, rates)
    names = np.array([f"w{i}" for i in range(len(rates))])
    other = Reference(pd.DataFrame({"word": names, "tokens": held, "papers": held}), 50_000, int(held.sum()))
    drawn = [word_counts(" ".join(names[random.random(len(rates)) < rates]) for _ in range(20)) for _ in range(20)]
    assert sum(len(keyness(counts, other)) > 0 for counts in drawn) <= 1  # 5 % of them


def test_a_word_that_the_reference_does_not_list_counts_as_just_missed():
    reference = Reference(pd.DataFrame({"word": ["x"], "tokens": [9], "papers": [9]}), 1000, 100_000, least=3)
    table = keyness(COUNTS, reference)
    assert table["word"].tolist() == ["gender", "bias", "models"]
    assert set(table["reference_tokens"]) == set(table["reference_papers"]) == {2}


def test_the_shipped_reference_is_whole():
    shipped = shipped_reference()
    assert (shipped.papers, shipped.least) == (74_436, 3)
    assert shipped.table["papers"].min() == 3 and shipped.table["word"].is_unique
    assert (shipped.table["tokens"] >= shipped.table["papers"]).all()
    assert 0.97 < shipped.table["tokens"].sum() / shipped.tokens < 1
    assert {"null", "nan", "true"} <= set(shipped.table["word"])  # read as words
    assert (shipped.table["word"] != "").all()


def test_a_reference_comes_back_as_it_was_written(tmp_path):
    from analysis.training.reference import count_reference, write_reference

    papers = pd.DataFrame({"title": ["One nan", "Two nan", "Three"], "abstract": ["caf\u00e9", "caf\u00e9", "rare"]})
    counted = count_reference(papers, least=2)
    for name in ("a", "b"):
        write_reference(*counted, tmp_path / name)
    read = read_reference(tmp_path / "a")
    assert read.table.to_numpy().tolist() == [["caf\u00e9", 2, 2], ["nan", 2, 2]]
    assert read[1:] == (3, 8, 2)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_dispersion_over_papers_years_and_within_texts(make):
    # five papers of 9, 10, 10, 10 and 11 words with 1 to 5 mentions: Gries (2008)
    texts = [" ".join(["bias"] * n + ["word"] * (size - n)) for n, size in zip(range(1, 6), [9, 10, 10, 10, 11])]  # noqa: B905
    lines = make(*[(f"p{i}", text) for i, text in enumerate(texts)])
    years = pd.array([2020, 2020, 2021, 2021, None], dtype="Int64")
    papers = pd.DataFrame({"paper_id": [f"p{i}" for i in range(5)], "year": years})
    table = dispersion(lines, papers, word_counts(texts).sizes, ["data", "social"])
    assert table["sense"].tolist() == ["", "social"]
    row = table.iloc[1]
    assert row[["mentions", "papers", "of", "years"]].tolist() == [15, 5, 5, 2]
    assert [row["dp"], row["juilland_d"]] == pytest.approx([0.18, 0.785], abs=5e-4)
    # years: 3 of 10 mentions in 19 of 39 words
    assert row["dp_years"] == pytest.approx(abs(3 / 10 - 19 / 39))
    assert row[["in_titles", "first_third", "second_third", "last_third"]].sum() == 15
    assert 0 < row["dp_by_chance"] < 0.4
    assert dispersion(lines, papers, word_counts(texts).sizes, ["social"]).equals(table)  # the same each time


def test_one_paper_without_a_year_has_no_spread(make):
    lines = make(("p", "bias"))
    papers = pd.DataFrame({"paper_id": ["p"], "year": pd.array([None], dtype="Int64")})
    row = dispersion(lines, papers, [1], ["social"]).iloc[0]
    assert np.isnan(row[["dp", "dp_norm", "juilland_d", "dp_years"]].astype(float)).all()
    assert row[["mentions", "papers", "years"]].tolist() == [1, 1, 0]
