"""Every number in a sentence is the tables'; here they are counted again without our code."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from analysis.common.prose import AROUND, Fact, Passage, Prose, between, sentence, share_of
from analysis.common.tables import make_table
from analysis.common.wording import count_of, listed
from analysis.findings.compare import ambiguity
from analysis.findings.mixing import mixing_share
from analysis.findings.quoted import counted
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
from analysis.inventory.palette import Look, Palette, palette_of
from analysis.statistics.bootstrap import Estimate

PALETTE = palette_of(load_inventory())
ORDER = list(PALETTE)


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


def test_a_number_quotes_what_is_behind_it_as_text_alone():
    hostile = Passage('<b>A</b> "', "bias", " of $x^2$", "<script>T</script>")
    html = Fact("2 papers", "mentions.html#a=1&b", (hostile,), "1 more paper").html
    page = BeautifulSoup(html, "html.parser")
    link, quotes = page.a, page.select_one(".quotes")
    assert link["href"] == "mentions.html#a=1&b" and link["aria-describedby"] == quotes["id"]
    assert link["title"] == '\u201c<b>A</b> "bias of x\u00b2\u201d (<script>T</script>)\nand 1 more paper'
    assert quotes.has_attr("hidden") and not page.find(["script", "b"])
    assert quotes.get_text() == '\u201c<b>A</b> "bias of x\u00b2\u201d <script>T</script>and 1 more paper'
    assert quotes.mark.get_text() == "bias" and quotes.cite.get_text() == "<script>T</script>"


def test_a_long_quote_is_cut_between_words_around_its_mention():
    passage = Passage("left " * 99, "bias", " right" * 99, "T")
    left, right = passage.text.removeprefix("\u201c").removesuffix("\u201d (T)").split("bias")
    assert left == f"\u2026 {'left ' * 31}"  # of 160 characters 32 words of five, the first of which may be half a word
    assert right == f"{' right' * 26} \u2026"  # of 160 characters 26 words of six and a part of the next
    assert max(len(left), len(right)) <= AROUND + 2


def test_a_note_stands_behind_its_sentence():
    told = sentence("About 10%.", note=["As read: ", Fact("1 of 9", "mentions.html"), "."])
    assert told.text == "About 10%. As read: 1 of 9."
    assert told.html == (
        'About 10%. <small class="note">As read: <a class="fact" href="mentions.html">1 of 9</a>.</small>'
    )


def test_quotes_are_of_different_papers_and_of_abstracts_first(readings):
    table = readings(
        {"paper_id": "a", "confidence": 0.6}, {"paper_id": "a", "confidence": 0.9},
        {"paper_id": "b", "confidence": 0.8}, {"paper_id": "c", "confidence": 0.99, "field": "title"},
        {"paper_id": "d", "confidence": 0.95, "abstained": True}, {"paper_id": "e", "sense": "data"},
    )  # fmt: skip
    fact = counted("4 papers", table, sense="social")
    assert [passage.source for passage in fact.passages] == ["Paper a", "Paper b", "Paper d"]
    assert (fact.link, fact.more) == ("mentions.html#sense=social", "1 more paper")
    # five mentions: one of each of a, b and d
    assert counted("5 mentions", table, unit="mention", sense="social").more == "2 more mentions"
    assert [p.source for p in counted("2", table, unit="mention", paper="a").passages] == ["Paper a", "Paper a"]
    assert counted("1", table, sense="data").more == ""
    assert fact.passages[0][:3] == ("A ", "bias", " here.")


def test_quotes_of_papers_that_mix_show_each_sense(readings):
    rows = [("a", "social"), ("b", "social"), ("b", "social"), ("b", "data"), ("c", "skew"), ("c", "data")]
    fact = counted("2 papers", readings(*rows), mixed=True)
    assert [passage.source for passage in fact.passages] == ["Paper b", "Paper b", "Paper c"]
    assert (fact.link, fact.more) == ("mentions.html#mixed=1", "")


@pytest.fixture
def table(readings) -> pd.DataFrame:
    """Ten papers and sixteen mentions: social is measured in five papers, parameter used in five; s0 has both."""

    def of(paper, sense, stance):
        return {"paper_id": paper, "sense": sense, "stance": stance}

    return readings(
        *[of(f"s{i}", "social", "measure") for i in range(5)],
        *[of(f"p{i}", "parameter", "exploit") for i in range(4)],
        of("s0", "parameter", "exploit"),
        *[of("u", "unclear", "mention")] * 6,
    )


def stated(table: pd.DataFrame, **options) -> Prose:
    roles = stance_by_sense(table, ORDER, roles=load_inventory().roles, draws=50)
    shares = sense_shares(table, ORDER, draws=50)
    return key_findings(table, shares, roles, mixing_share(table, ORDER), PALETTE, **options)


def test_few_papers_are_counted_without_shares(table):
    assert stated(table).text.splitlines() == [
        "Bias term or parameter (5 papers) is used on purpose; Social bias (5 papers) is fought or measured.",
        "Bias term or parameter (5 of 10 papers) and Social bias (5) are equally common.",
        "1 of 10 papers uses the word in more than one sense.",
        "How often these senses are wrong is not known, as there are no labels: read their sentences before you call "
        "one "
        "a finding.",
    ]
    right = stated(table, right=Estimate(0.77, 0.76, 0.78)).text.splitlines()[-1]
    assert right == (
        "How far to trust this: of mentions in papers that it had not seen, the program read 77% as they were labelled "
        "(95% interval 76% to 78%). It was trained on none of these papers."
    )


@pytest.mark.parametrize(
    ("papers", "told"),
    [
        ("aab", "A (2 of 3 papers) is the commonest sense, followed by B (1)."),
        ("aaabbcdef", "A (3 of 9 papers) is the commonest sense, followed by B (2), C (1), D (1) and 2 more senses."),
        ("abcdef", "A (1 of 6 papers), B (1), C (1), D (1) and 2 more are equally common."),
        ("aabbc", "A (2 of 5 papers) and B (2) are equally common, followed by C (1)."),
    ],
)
def test_senses_are_counted_and_ties_are_ties(readings, papers, told):
    rows = readings(*[(f"p{i}", sense) for i, sense in enumerate(papers)])
    shares = sense_shares(rows, list("abcdef"), draws=2)
    looks = Palette({sense: Look(sense.upper()) for sense in "abcdef"})
    found = ambiguity(rows, list("abcdef"), draws=2)
    assert answer_senses(rows, shares, make_table("topics"), found, looks).sentences[0].text == told


def test_kinds_take_their_place(table):
    kinds = pd.DataFrame({"kind": ["gender", "race", "age", "name"], "papers": [4, 3, 2, 1]})
    told = stated(table, kinds=kinds)
    assert [s.text for s in told.sentences][1] == (
        "The kinds named most, with the number of papers: \u201cgender\u201d (4), \u201crace\u201d (3) and "
        "\u201cage\u201d (2)."
    )
    assert len(told.sentences) == 5


@pytest.fixture
def many(readings) -> pd.DataFrame:
    """33 papers, each with one mention but data0, which has one of social bias, too."""
    senses = ("social", "data", "skew", "parameter", "media")
    papers = [(sense, i) for sense, n in zip(senses, (9, 8, 7, 5, 4), strict=True) for i in range(n)]
    done = {"parameter": "exploit"}
    rows = [{"paper_id": f"{s}{i}", "sense": s, "stance": done.get(s, "measure")} for s, i in papers]
    return readings(*rows, {"paper_id": "data0", "sense": "social", "stance": "mitigate"})


def test_many_papers_have_shares_each_with_one_interval(many):
    told = [re.sub(r"[\d.]+% to >?[\d.]+%", "L to H", s.text) for s in stated(many).sentences]
    assert told == [
        "Social bias is mostly fought or measured, in 100% of its mentions (95% interval L to H); so are Data and "
        "study "
        "bias "
        "and Behavioural skew. As read, Social bias: 10 of 10 mentions.",
        "Bias term or parameter is used on purpose more than other senses, in 100% of its mentions (95% interval L "
        "to H). As read: 5 of 5 "
        "mentions.",
        "Social bias may be the commonest sense, in 30% of the papers (95% interval L to H), followed by Data and "
        "study bias, "
        "Behavioural skew, Bias term or parameter and 1 more sense. As read, Social bias: 10 of 33 papers.",
        "3.0% of the papers use the word in more than one sense (95% interval L to H). As read: 1 of 33 papers.",
        "How often these senses are wrong is not known, as there are no labels: read their sentences before you call "
        "one "
        "a finding.",
    ]


def test_a_sense_is_the_commonest_where_no_interval_meets_its_own(readings):
    table = readings(*[(f"p{i}", "social" if i < 30 else "data") for i in range(40)])  # give or take 14 points
    assert any(s.text.startswith("Social bias is the commonest sense, in 75%") for s in stated(table).sentences)


def test_every_count_of_the_summary_leads_to_just_its_mentions(many):
    parts = [part for s in stated(many).sentences for part in (*s.parts, *s.note) if isinstance(part, Fact)]
    facts = {part.text: part.link for part in parts}
    names = {PALETTE[sense].name: f"03_senses.ipynb#sense-{sense}" for sense in ("social", "data", "skew", "parameter")}
    assert facts == names | {
        "10 of 33 papers": "mentions.html#sense=social",  # nine and data0
        "10 of 10 mentions": "mentions.html#sense=social&stance=mitigate&stance=measure",
        "5 of 5 mentions": "mentions.html#sense=parameter&stance=exploit",
        "1 of 33 papers": "mentions.html#mixed=1",
    }
    assert {part.text: (len(part.passages), part.more) for part in parts if part.passages} == {
        "10 of 33 papers": (3, "7 more papers"),
        "10 of 10 mentions": (3, "7 more mentions"),
        "5 of 5 mentions": (3, "2 more mentions"),
        "1 of 33 papers": (2, ""),
    }


def test_answers_hold_the_counted_numbers(table):
    # of sixteen mentions seven and three are in topics
    found = ambiguity(table, ORDER, draws=50)
    sky = {"topic": 0, "novel": True, "n": 7, "label": "sky, blue", "proposed_name": "sky bias"}
    topics = [sky, {"topic": 1, "n": 3}]
    shares = sense_shares(table, ORDER, draws=50)
    assert answer_senses(table, shares, make_table("topics", topics), found, PALETTE).text == (
        "Bias term or parameter (5 of 10 papers) and Social bias (5) are equally common. The mentions fall "
        "into 2 finer topics. 6 mentions are in none of them. No sense explains the topic \u201csky, blue\u201d well "
        "(7 "
        "mentions): it may be a sense that is missing, or merely what is in doubt, so read it first."
    )
    told = answer_senses(table, shares, make_table("topics", topics[1:]), found, PALETTE).text
    assert told.endswith("The mentions fall into 1 finer topic. 13 mentions are in none of them.")
    roles = stance_by_sense(table, ORDER, roles=load_inventory().roles)
    assert answer_relations(table, roles, mixing_share(table, ORDER), PALETTE, few=True).text == (
        "Bias term or parameter (5 papers) is used on purpose; Social bias (5 papers) is fought or measured. 1 of 10 "
        "papers uses the word in more than one sense."
    )
    told = answer_relations(table, roles, mixing_share(table, ORDER), PALETTE, few=False).text
    found = [tuple(map(float, pair)) for pair in re.findall(r"interval ([\d.]+)% to >?([\d.]+)%", told)]
    # five of five papers under Jeffreys' prior: Beta(5.5, 0.5) has 2.5 % below 0.62 (the harm, the tool);
    # one of ten: Beta(1.5, 9.5) has 2.5 % below 0.011 and above 0.381
    assert [low for low, _ in found] == [pytest.approx(62, abs=5), pytest.approx(62, abs=5), pytest.approx(1, abs=1)]
    assert [high for _, high in found] == [
        pytest.approx(100, abs=1),
        pytest.approx(100, abs=1),
        pytest.approx(38, abs=4),
    ]


def test_the_answer_on_senses_of_many_papers_tells_how_ambiguous_the_term_is(readings):
    even = readings(*[(f"{sense}{i}", sense) for sense in ("social", "data") for i in range(15)])
    found = ambiguity(even, ORDER, draws=50)
    told = answer_senses(even, sense_shares(even, ORDER, draws=9), make_table("topics"), found, PALETTE).text
    # two senses with fifteen mentions each: exactly two equally common ones
    assert re.search(
        r"as if it had [12]\.\d equally common senses \(95% interval 1\.\d to 2\.0\)\. As read: 2\.0\.", told
    )


def test_answers_about_the_collection(readings):
    papers = make_table(
        "papers", [{"paper_id": "a", "abstract": "x", "year": 2020}, {"paper_id": "b", "abstract": "y"}]
    )
    audit = make_table("audit", [{"status": "kept"}] * 2 + [{"status": "duplicate"}] * 3 + [{"status": "not a record"}])
    mentions = readings({"paper_id": "a", "field": "title", "modifier": "gender"}, {"paper_id": "a"})
    assert answer_collection(papers, audit, mentions).text == (
        "1 of 2 papers uses the term. Of 5 records read, 3 merged as duplicates. Every paper has an abstract. 1 of 2 "
        "papers has a year. No paper has authors."
    )
    assert answer_collection(papers.head(1), audit, mentions).text.endswith(
        "The paper has an abstract. The paper has a year. The paper has no authors."
    )
    excluded = make_table("excluded", [{"surface": "Tobias"}])
    assert answer_mentions(mentions, excluded, "bias").text == (
        "\u201cbias\u201d and its family occur 2 times in 1 paper. 1 mention stands in a title. The commonest "
        "modifiers "
        "next to it are \u201cgender\u201d (1). 1 mention has no modifier. 1 word that only contains the letters is "
        "left "
        "out."
    )


def test_nothing_found_is_said(readings):
    empty = readings()
    shares, found = sense_shares(empty, ORDER, draws=2), ambiguity(empty, ORDER, draws=2)
    stances, mixed = stance_by_sense(empty, ORDER, roles=load_inventory().roles), mixing_share(empty, ORDER)
    assert "nothing to show" in answer_senses(empty, shares, make_table("topics"), found, PALETTE).text
    assert "nothing to show" in answer_mentions(empty, make_table("excluded"), "bias").text
    assert key_findings(empty, shares, stances, mixed, PALETTE).text == "The term does not occur in these papers."
    assert answer_relations(empty, stances, mixed, PALETTE, few=True).text == (
        "No paper uses the word, so there is nothing to show here."
    )


def test_one_of_a_kind_is_told_as_one(readings):
    one = readings(("a", "social"))
    found = ambiguity(one, ORDER, draws=2)
    told = answer_senses(one, sense_shares(one, ORDER, draws=2), make_table("topics"), found, PALETTE).text
    assert told == "Social bias (1 of 1 paper) is the only sense. No finer topics were found."
    assert "No paper uses the word in more than one sense." in stated(one).text
    told = answer_mentions(one, make_table("excluded"), "bias").text
    assert told == "\u201cbias\u201d and its family occur 1 time in 1 paper. No word modifies it."
