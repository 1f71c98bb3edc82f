"""Every number in a sentence is the tables'; here they are counted again without our code."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from analysis.common.prose import Fact, Prose, between, sentence, share_of
from analysis.common.tables import make_table
from analysis.common.wording import count_of, listed
from analysis.findings.compare import ambiguity
from analysis.findings.mixing import mixing_share
from analysis.findings.shares import sense_shares
from analysis.findings.stance import stance_by_sense
from analysis.findings.summary import (
    answer_collection,
    answer_mentions,
    answer_relations,
    answer_senses,
    key_findings,
)  # fmt: skip
from analysis.inventory.inventory import load_inventory
from analysis.inventory.palette import palette_of

PALETTE = palette_of(load_inventory())
ORDER = list(PALETTE)


def numbers(text: str) -> list[str]:
    return re.findall(r"\d[\d,]*(?:\.\d+)?", text)


def test_words_around_numbers():
    assert [count_of(n, "paper") for n in (0, 1, 2, 1234)] == ["no papers", "1 paper", "2 papers", "1,234 papers"]
    assert listed([]) == "none"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a", "b", "c", "d"], most=2) == "a, b and 2 more"
    assert share_of(7, 21) == "33% (7 of 21)"
    assert share_of(1, 500) == "0.2% (1 of 500)"
    assert between(0.104, 0.57) == "95% interval 10% to 57%"


def test_facts_are_links_and_all_text_is_escaped():
    prose = Prose([sentence("<b> has ", Fact("2 & 3", 'mentions.html#q="')), sentence("Then.")])
    html = prose._repr_mimebundle_()["text/html"]
    assert html == (
        '<p class="finding">&lt;b&gt; has <a class="fact" href="mentions.html#q=&quot;">2 &amp; 3</a> Then.</p>'
    )
    assert prose.text == "<b> has 2 & 3 Then."


@pytest.fixture
def table(readings) -> pd.DataFrame:
    def of(paper, sense, stance):
        return {"paper_id": paper, "sense": sense, "stance": stance}

    return readings(
        *[of(f"s{i}", "social", "measure") for i in range(5)],
        *[of(f"p{i}", "parameter", "exploit") for i in range(4)],
        of("s0", "parameter", "exploit"),
        *[of("u", "unclear", "mention")] * 6,
    )


def test_answers_hold_the_counted_numbers(table):
    shares = sense_shares(table, ORDER, draws=50)
    # eleven papers less the one that mixes: ten; social in 5 of them, parameter in 5; parameter is used on purpose in
    # 5 of 5 mentions, where 5 * 5 / 16 = 1.6 are expected: residual 2.8; social is measured in 5 of 5
    # of sixteen mentions seven and three are in topics
    sky = {"topic": 0, "novel": True, "n": 7, "label": "sky, blue", "proposed_name": "sky bias"}
    topics = [sky, {"topic": 1, "n": 3}]
    told = answer_senses(shares, make_table("topics", topics), PALETTE).text
    assert numbers(told)[:5] == ["2", "5", "10", "50", "95"]
    assert told.endswith(
        "2 finer topics (6 mentions are in none); “sky bias” (topic “sky, blue”, 7 mentions) may be novel, as at least "
        "half of its mentions fit no sense of the inventory."
    )
    assert answer_senses(shares, make_table("topics", topics[1:]), PALETTE).text.endswith(
        "1 finer topic (13 mentions are in none), none of them novel."
    )
    roles = stance_by_sense(table, ORDER, roles=load_inventory().roles)
    told = answer_relations(roles, mixing_share(table, ORDER), PALETTE).text
    assert re.sub(r"[\d.]+% to >?[\d.]+%\)", "L% to H%)", told) == (
        "As a tool: Bias term or parameter, used on purpose in 5 of 5 mentions (100%; 95% interval L% to H%); as a "
        "harm: Social bias, fought or measured in 5 of 5 mentions (100%; 95% interval L% to H%). 1 of 10 papers (10%; "
        "95% interval L% to H%) uses the word in more than one sense."
    )
    found = [tuple(map(float, pair)) for pair in re.findall(r"interval ([\d.]+)% to >?([\d.]+)%", told)]
    # five of five papers under Jeffreys' prior: Beta(5.5, 0.5) has 2.5 % below 0.62 (the tool, the harm);
    # one of ten: Beta(1.5, 9.5) has 2.5 % below 0.011 and above 0.381
    assert [low for low, _ in found] == [pytest.approx(62, abs=5), pytest.approx(62, abs=5), pytest.approx(1, abs=1)]
    assert [high for _, high in found] == [
        pytest.approx(100, abs=1),
        pytest.approx(100, abs=1),
        pytest.approx(38, abs=4),
    ]


def test_key_findings_agree_with_the_tables(table):
    shares = sense_shares(table, ORDER, draws=50)
    found = ambiguity(table, ORDER, draws=50)
    text = key_findings(
        shares, stance_by_sense(table, ORDER, roles=load_inventory().roles), mixing_share(table, ORDER), found, PALETTE
    ).text
    assert text.startswith(
        "There are no labels, so it is not known how often these senses are wrong."
    )  # there is no confusion matrix here
    # social and parameter have five mentions each: exactly two equally common senses
    assert "as if 2.0 senses were equally common" in text
    papers = shares[shares["unit"] == "papers"].set_index("sense")
    for sense in ("social", "parameter"):
        span = between(papers.at[sense, "low"], papers.at[sense, "high"])
        assert f"{PALETTE[sense].name}, in 5 of 10 papers (50%; {span})." in text


def test_every_count_of_the_summary_leads_to_just_its_mentions(readings):
    senses = ("social", "data", "skew", "parameter", "media")
    papers = [(sense, i) for sense, n in zip(senses, (9, 8, 7, 5, 4), strict=True) for i in range(n)]
    rows = [{"paper_id": f"{sense}{i}", "sense": sense, "stance": "measure"} for sense, i in papers]
    table = readings(*rows, {"paper_id": "data0", "sense": "social", "stance": "mitigate"})
    shares, roles = sense_shares(table, ORDER, draws=9), stance_by_sense(table, ORDER, roles=load_inventory().roles)
    found = key_findings(shares, roles, mixing_share(table, ORDER), ambiguity(table, ORDER, draws=9), PALETTE)
    facts = {part.text: part.link for s in found.sentences for part in s.parts if isinstance(part, Fact)}
    names = {PALETTE[sense].name: f"03_senses.ipynb#sense-{sense}" for sense in senses}
    assert facts == names | {
        "10 of 33 papers": "mentions.html#sense=social",  # nine and data0
        "8 of 33 papers": "mentions.html#sense=data",
        "7 of 33 papers": "mentions.html#sense=skew",
        "5": "mentions.html#sense=parameter",
        "4": "mentions.html#sense=media",
        "10 of 10 mentions": "mentions.html#sense=social&stance=mitigate&stance=measure",
        "1 of 33 papers": "mentions.html#mixed=1",
    }
    assert "number of papers: Bias term or parameter (5) and Media and political bias (4)." in found.text


def test_answers_about_the_collection():
    papers = make_table("papers", [{"paper_id": "a", "abstract": "x", "year": 2020}, {"paper_id": "b"}])
    audit = make_table("audit", [{"status": "kept"}] * 2 + [{"status": "duplicate"}] * 3 + [{"status": "not a record"}])
    mentions = make_table("mentions", [{"paper_id": "a", "field": "title", "modifier": "gender"}, {"paper_id": "a"}])
    assert answer_collection(papers, audit, mentions).text == (
        "The collection holds 2 papers, read from 5 records (3 merged as duplicates); 1 of these uses the term. "
        "An abstract is known for 1, a year for 1, and authors for 0 of the 2 papers."
    )
    excluded = make_table("excluded", [{"surface": "Tobias"}])
    assert answer_mentions(mentions, excluded, "bias").text == (
        "\u201cbias\u201d and its family occur 2 times in 1 paper, 1 of these times in a title; 1 word that only "
        "contains the letters is left out. The commonest modifiers next to it are \u201cgender\u201d (1); 1 of 2 "
        "mentions stand without a modifier."
    )


def test_nothing_found_is_said(readings):
    empty = readings()
    shares = sense_shares(empty, ORDER, draws=2)
    stances, mixed = stance_by_sense(empty, ORDER, roles=load_inventory().roles), mixing_share(empty, ORDER)
    assert "nothing to show" in answer_senses(shares, make_table("topics"), PALETTE).text
    assert "nothing to show" in answer_mentions(make_table("mentions"), make_table("excluded"), "bias").text
    assert "does not occur" in key_findings(shares, stances, mixed, ambiguity(empty, ORDER, draws=2), PALETTE).text
    assert answer_relations(stances, mixed, PALETTE).text == "No paper uses the word, so there is nothing to show here."


def test_one_of_a_kind_is_told_as_one(readings):
    one = readings(("a", "social"))
    told = answer_senses(sense_shares(one, ORDER, draws=2), make_table("topics"), PALETTE).text
    assert told.startswith("The mentions have one sense: Social bias, in 1 of 1 paper (100%; ")
    assert told.endswith(". No finer topics were found.")
    mentions = make_table("mentions", one)
    told = answer_mentions(mentions, make_table("excluded"), "bias").text
    assert (
        told
        == "\u201cbias\u201d and its family occur 1 time in 1 paper, 0 of these times in a title. No word modifies it."
    )
    told = answer_mentions(mentions, make_table("excluded", [{"surface": "Tobias"}]), "bias").text
    assert "in a title; 1 word that only contains the letters is left out." in told
