"""What the tables of counted words say: the finding, how much was tested, and where counts are too small."""

from __future__ import annotations

import pandas as pd

from analysis.charts.counted_words import collocates_table, dispersion_table, keyness_table, ngrams_table
from analysis.inventory.inventory import load_inventory
from analysis.inventory.palette import palette_of

PALETTE = palette_of(load_inventory())


def test_phrases():
    table = pd.DataFrame([("gender bias", 2, 4, 3)], columns=["ngram", "words", "mentions", "papers"])
    shown = ngrams_table(table, "bias")
    assert shown.heading == "The commonest phrase that papers share is “gender bias” (4 mentions)"
    two = pd.concat([table, table.assign(ngram="bias <b>", mentions=1)])
    assert ngrams_table(two, "bias").heading == (
        "The commonest phrases that papers share are “gender bias” (4 mentions) and “bias <b>” (1 mention)"
    )
    assert "bias &lt;b&gt;" in ngrams_table(two, "bias").to_html()
    assert "No two papers share" in ngrams_table(table.iloc[:0], "bias").to_html()


def test_collocates_say_when_counts_are_too_small():
    columns = ["word", "near", "papers", "frequency", "log_dice", "mi", "mi3", "t", "log_likelihood", "p_adjusted"]
    table = pd.DataFrame([("gender", 9, 4, 9, 13.0, 4.0, 9.0, 2.5, 40.0, 0.001),
                          ("models", 5, 3, 40, 10.0, 1.0, 4.0, 1.5, 0.5, 0.4)], columns=columns)  # fmt: skip
    shown = collocates_table(table, "bias")
    assert shown.heading == "The strongest collocate of “bias” is “gender”"
    assert shown.subtitle.endswith("the p-value of 1 of 2 is below 0.05.")
    assert collocates_table(table.iloc[1:], "bias").heading == (
        "The counts are too small to tell collocates of “bias” from chance"
    )
    assert "No word stands near the term in 3 papers" in collocates_table(table.iloc[:0], "bias").to_html()


def test_key_words_say_how_many_were_tested_or_why_there_is_none():
    columns = ["word", "tokens", "papers", "reference_tokens", "reference_papers", "log_ratio", "log_likelihood",
               "p_adjusted", "tested"]  # fmt: skip
    table = pd.DataFrame([("gender", 9, 4, 9, 8, 6.0, 40.0, 0.001, 1234)], columns=columns)
    shown = keyness_table(table, 12, "general abstracts")
    assert shown.heading == "“gender” sets this collection apart most surely"
    assert "1 of 1,234 tested" in shown.subtitle and "tested" not in shown.table
    none = table.iloc[:0]
    assert "No word is surely more common" in keyness_table(none, 12, "general abstracts").to_html()
    assert "A key word must stand in 3 papers, and this collection has 2" in keyness_table(none, 2, "x").to_html()


def test_dispersion_names_senses_that_few_papers_hold():
    row = {
        "mentions": 9,
        "papers": 2,
        "of": 20,
        "dp": 0.9,
        "dp_by_chance": 0.5,
        "dp_norm": 0.9,
        "juilland_d": 0.1,
        "juilland_d_years": 0.1,
    }
    table = pd.DataFrame([{"sense": "", **row}, {"sense": "social", **row}, {"sense": "data", **row, "dp": 0.6}])
    shown = dispersion_table(table, PALETTE)
    assert shown.heading == "Few papers hold most of social bias, fewer than chance would give"
    assert "<td>all mentions</td>" in shown.to_html()
    even = dispersion_table(table.assign(dp=0.6), PALETTE)
    assert even.heading == "No sense keeps to far fewer papers than chance would give"
    two = dispersion_table(table.assign(of=2), PALETTE)
    assert two.heading == "The papers are too few to say which senses keep to few of them"
    one = dispersion_table(table.assign(of=1, dp=float("nan"), dp_by_chance=float("nan")), PALETTE)
    assert one.heading == "One paper shows no spread over papers" and "nan" not in one.to_html()
    assert "no spread" in dispersion_table(table.iloc[:0], PALETTE).to_html()
