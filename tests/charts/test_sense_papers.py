"""A small collection lists the papers of each sense: all of them, each with what it does, and nothing run."""

from __future__ import annotations

from bs4 import BeautifulSoup

from analysis import charts, findings
from analysis.charts.figure import TABLE
from analysis.charts.sense_papers import papers_table
from analysis.findings.shares import papers_by_sense, sense_shares
from analysis.inventory.inventory import load_inventory
from analysis.inventory.palette import palette_of

PALETTE = palette_of(load_inventory())
ORDER = list(PALETTE)


def test_papers_stand_under_each_of_their_senses(readings):
    rows = readings(
        {"paper_id": "a", "sense": "data", "stance": "mention", "title": "<script>A</script>", "year": 2020},
        {"paper_id": "a", "sense": "data", "stance": "measure", "title": "<script>A</script>", "year": 2020},
        {"paper_id": "b", "sense": "social", "stance": "mention"},
        {"paper_id": "b", "sense": "data", "abstained": True},
        {"paper_id": "c", "sense": "unclear", "title": ""},
    )
    shares = sense_shares(rows, ORDER, draws=2)
    shown = papers_table(papers_by_sense(rows, shares), rows, PALETTE)
    page = BeautifulSoup(shown.to_html(), "html.parser")
    assert not page.find("script") and page.figure["id"] == "sense-shares"
    assert [th.a.get_text() if th.a else th.span.get_text() for th in page.select("tbody th")] == [
        "Data and study bias", "Social bias", "Unclear"
    ]  # fmt: skip
    assert [th.br.next_sibling.get_text() for th in page.select("tbody th")] == ["2 papers", "1 paper", "1 paper"]
    lines = [
        [(li.a.get_text(), li.a["href"], li.find("small", recursive=False)) for li in cell.select("li")]
        for cell in page.select("tbody td")
    ]
    assert [[(title, link, note and note.get_text()) for title, link, note in own] for own in lines] == [
        [
            (
                "<script>A</script>",
                "mentions.html#sense=data&paper=a",
                "2020; measured",
            ),  # not "merely mentioned"
            ("Paper b", "mentions.html#sense=data&paper=b", "unsure"),
        ],
        [("Paper b", "mentions.html#sense=social&paper=b", "merely mentioned")],
        [("c", "mentions.html#sense=unclear&paper=c", None)],
    ]
    assert len(page.select("tbody tr:first-child td li:first-child .passage")) == 2  # its two mentions


def test_the_shares_are_in_the_table_for_download(readings):
    rows = readings(("a", "data"), ("b", "data"), ("b", "social"))
    shares = sense_shares(rows, ORDER, draws=2)
    bundle, _ = papers_table(papers_by_sense(rows, shares), rows, PALETTE)._repr_mimebundle_()
    head, *lines = bundle[TABLE].splitlines()
    assert head == "sense,unit,count,of,share,estimate,low,high,error,paper_ids"
    data = next(line for line in lines if line.startswith("data,papers"))
    assert data.startswith("data,papers,2,2,1.0,1.0,") and data.endswith(",a; b")


def test_a_small_study_shows_papers_and_no_shares_of_stances(study):
    shares, stances = findings.sense_shares(study), findings.stance_by_sense(study)
    assert 'class="sense-papers"' in charts.senses(shares, study).to_html()
    assert charts.stances(stances, study).text.startswith("The papers are too few for shares")
    assert "<picture>" in charts.sense_shares(shares, study).to_html()  # for whoever asks for it
    whole = findings.papers_by_sense(study).set_index(["sense", "unit"])["paper_ids"]
    assert whole["social", "papers"] == ["2502.10010"] and whole["data", "papers"] == []
