"""Concordance, annotated abstracts, cards and references: everything shown as it is, nothing run."""

from __future__ import annotations

import re
from html import unescape

from analysis.charts.cards import cards_html
from analysis.charts.figure import table_html
from analysis.charts.links import mention_link, place_of
from analysis.charts.references import reference_text, references
from analysis.charts.shares import shares_figure
from analysis.charts.style import ink_on, shorten
from analysis.charts.text import annotated_paper, concordance, marked
from analysis.common.tables import make_table
from analysis.common.wording import in_sentence, percent, probability, size_of, span
from analysis.evaluation import shipped_evaluation
from analysis.findings.cards import sense_cards
from analysis.findings.collocates import distinguishing_collocates
from analysis.findings.shares import sense_shares
from analysis.inventory.inventory import Inventory, Sense, load_inventory
from analysis.inventory.palette import GREY, palette_of

PALETTE = palette_of(load_inventory())


def plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


def test_marked_text_is_the_text():
    text = 'A <b>bias</b> & a "bias".'
    html = marked(
        text, [(5, 9, "social", "n", "", False), (19, 23, "data", "n", "x.html#y", True)], PALETTE, name=False
    )
    assert plain(html) == text
    assert html.count("<mark ") == 2 and "<b>" not in html
    assert f"solid {PALETTE['social'].colour}" in html and f"dashed {PALETTE['data'].colour}" in html


def test_latex_around_a_mention_is_readable_and_kept_as_tooltip():
    text = r"The $x^2$ bias costs 5\% & more."
    html = marked(text, [(10, 14, "social", "n", "", False)], PALETTE, name=False)
    assert plain(html) == "The x\u00b2 bias costs 5% & more."
    back = re.sub(r'<span class="tex" title="([^"]*)">[^<]*</span>', r"\1", html)
    assert plain(back) == text


def test_a_cell_leads_to_a_mention_and_says_where_it_stands():
    table = make_table("mentions", [{"mention_id": "a-b#abstract:17", "paper_id": "a-b"}])[["mention_id"]]
    html = table_html(table, links={"mention_id": mention_link}, texts={"mention_id": place_of})
    assert '<a href="mentions.html#m-a-b-abstract-17">abstract, 17</a>' in html


def test_tables_name_senses_and_their_counts_lead_to_the_mentions(table):
    html = shares_figure(sense_shares(table, list(PALETTE), draws=5), PALETTE).to_html()
    assert "<td>Social bias</td><td>papers</td>" in html
    assert '<td class="number"><a href="mentions.html#sense=social">' in html
    assert PALETTE.named(["social", "data"]) == "Social bias; Data and study bias"
    assert PALETTE.named("none left out") == "none left out"


def test_annotated_abstract(table):
    page = annotated_paper(table, "p0", PALETTE)
    assert plain(page.html).count("<script>alert(1)</script>") == 2  # title and abstract
    assert "<script" not in page.html
    assert page.html.count("<mark ") == 2
    assert "2 mentions" in page.text and "?" not in page.text
    unsure = annotated_paper(table.assign(abstained=table["field"] == "title"), "p0", PALETTE)
    assert unsure.html.count("?</sub>") == unsure.html.count(".2em dashed") == 1  # of the title
    assert "1 of them, dashed and with a question mark, is unsure." in unsure.text
    assert "No paper" in annotated_paper(table, "absent", PALETTE).text


def test_concordance_shows_all_or_says_how_many(table):
    assert concordance(table, PALETTE).text.splitlines() == [
        "The word in 2 senses: social bias and inductive bias",
        "All 60 mentions, aligned on the keyword and grouped by sense.",
    ]
    few = concordance(table, PALETTE, lines=10)
    shown = int(few.text.splitlines()[1].split()[0])
    assert few.html.count("mentions.html#m-") == shown
    assert few.html.count('<a href="mentions.html#m-') == few.html.count('style="display:block"') == shown
    assert "line-height:24px" in few.html.split("<tr>")[0]  # WCAG 2.2 AA, target size: lines are close to each other
    # One line's context is cut at its start, the other at its end, both with dots.
    assert few.html.count('dir="rtl"') == shown and few.html.count("text-overflow:ellipsis") == 2 * shown
    assert 3 <= shown <= 12
    assert "no lines" in concordance(table.iloc[:0], PALETTE).html


def test_cards(table):
    order = list(PALETTE)
    cards = sense_cards(
        table, load_inventory(), sense_shares(table, order, draws=5), distinguishing_collocates(table, order)
    )
    html = cards_html(cards, PALETTE).html
    assert html.count("<article ") == 2
    links = re.findall(r'<li><a href="#(sense-[a-z]+)">', html)
    assert links == re.findall(r'<article [^>]*id="([^"]+)"', html) and len(links) == 2
    assert "<script" not in html
    assert "Social bias" in html and "Inductive bias" in html
    assert "Found again" not in html
    assert html.count("How sure is this? Not measured for this sense; 0 of ") == 2
    assert "No word" not in html and "unsure:" not in html  # nothing is said of what there is not
    assert "No sense" in cards_html([], PALETTE).text


def test_a_card_says_who_labelled(table):
    order = list(PALETTE)
    shares, words = sense_shares(table, order, draws=5), distinguishing_collocates(table, order)
    html = cards_html(
        sense_cards(table, load_inventory(), shares, words, evaluation=shipped_evaluation()), PALETTE
    ).html
    assert html.count("a language model's, of papers held out") == html.count("Found again") == 2
    assert html.count('<details class="notes"><summary>How sure is this? ') == 2


def test_references_without_authors_are_sorted_by_the_title_as_it_reads():
    titles = ["Zebra bias", "$\\lambda$-nets", "!Apple", "\u201cMint\u201d or not"]
    papers = make_table("papers", [{"paper_id": str(i), "title": title} for i, title in enumerate(titles)])
    html = references(papers).html
    places = [html.index(word) for word in ("Apple", "Mint", "Zebra", "-nets")]  # the Greek letter comes last
    assert places == sorted(places)


def test_references():
    papers = make_table(
        "papers",
        [
            {"paper_id": "b", "title": "Why bias?", "authors": ["Ann Zed", "Bo Fox"], "year": 2020, "venue": "ACL",
             "doi": "10/x"},
            {"paper_id": "a", "title": "<script>", "url": "javascript:alert(1)"},
        ],
    )  # fmt: skip
    first = papers.to_dict("records")[0]
    assert reference_text(first) == "Ann Zed and Bo Fox (2020). Why bias? ACL. https://doi.org/10/x"
    assert reference_text({**first, "authors": []}) == "Why bias? (2020). ACL. https://doi.org/10/x"
    html = references(papers).html
    assert "&lt;script&gt;." in html and "javascript" not in html
    assert html.index("&lt;script") < html.index("Why bias")
    assert "1 further paper" in references(papers, most=1).html
    assert reference_text({**first, "authors": [f"A{i}" for i in range(9)]}).startswith("A0, A1, A2, A3, A4, A5 et al.")


def test_a_reference_without_authors_begins_with_its_title():
    def entry(**known):
        return reference_text(make_table("papers", [{"paper_id": "a", **known}]).to_dict("records")[0])

    assert entry(title="On bias.", year=2025, venue="ACL") == "On bias (2025). ACL."
    assert entry(title="Why bias?", year=2025, url="https://e.org/1") == "Why bias? (2025). https://e.org/1"
    assert entry(title="On bias", venue="ACL") == "On bias. ACL."
    assert entry(title="On bias", authors=["Ann Zed"]) == "Ann Zed. On bias."
    assert entry(authors=["Ann Zed"], year=2025) == "Ann Zed (2025)."


def test_palette_keeps_the_inventorys_looks_and_deals_out_missing_ones():
    inventory = load_inventory()
    assert [PALETTE[s.id].colour for s in inventory.senses] == [s.colour for s in inventory.senses]
    induced = palette_of(Inventory("x", tuple(Sense(f"s{i}", f"s{i}", "") for i in range(14))))
    looks = [(induced[f"s{i}"].colour, induced[f"s{i}"].marker) for i in range(12)]
    assert len(set(looks)) == 12 and GREY not in dict(looks)
    assert induced["unclear"].colour == induced["never heard of"].colour == GREY
    assert induced.order(["unclear", "zzz", "s3", "s1"]) == ["s1", "s3", "zzz", "unclear"]


def test_small_helpers():
    shares = (0, 0.0004, 0.0006, 0.021, 0.0994, 0.0996, 0.126, 0.994, 0.996, 1, float("nan"))
    told = ["0%", "<0.1%", "0.1%", "2.1%", "9.9%", "10%", "13%", "99%", ">99%", "100%", "n/a"]
    assert [percent(x) for x in shares] == told
    assert [span(0.0004, 0.021), span(0.12, 0.996)] == ["<0.1\u20132.1", "12 to >99"]
    assert [probability(x) for x in (0.004, 0.994, 0.996, 1)] == ["0.00", "0.99", ">0.99", ">0.99"]
    names = ("Social bias", "Shortcut or spurious-cue bias", "LLM bias", "A/B test", "")
    told = ["social bias", "shortcut or spurious-cue bias", "LLM bias", "A/B test", ""]
    assert [in_sentence(name) for name in names] == told
    assert [size_of(n) for n in (999, 1000, 999_499, 999_500)] == ["999 bytes", "1 KB", "999 KB", "1.0 MB"]
    assert shorten("a long label", 8) == "a long\u2026"
    assert [ink_on(c) for c in ("#FFFFFF", "#000000", "#F0E442", "#0072B2")] == ["black", "white", "black", "white"]


def test_many_references_are_folded_and_counted():
    papers = make_table("papers", [{"paper_id": str(i), "title": f"T{i:03}"} for i in range(130)])
    html = references(papers).html
    shown, folded = html.split("<details>")
    assert shown.count("<li>") == 100 and folded.count("<li>") == 30
    assert "The next 30 of 130 papers" in folded and 'start="101"' in folded
