"""On the bundled collection: quotes are verbatim, and the numbers told are those of the tables."""

from __future__ import annotations

import re

import pytest

from analysis.charts.flow import prisma_figure
from analysis.collection import load_papers
from analysis.collection.flow import record_flow
from analysis.findings.cards import as_quote
from analysis.findings.prisma_report import prisma
from analysis.findings.summary import answer_collection, answer_mentions
from analysis.mentions.find import find_excluded, find_mentions


def unread(collection, mentions):
    """The mentions with their papers, as if all were read with the same confidence."""
    return mentions.merge(collection.papers, on="paper_id").assign(confidence=1.0, abstained=False)


@pytest.fixture(scope="module")
def bundled():
    collection = load_papers()
    return collection, find_mentions(collection.papers)


def test_every_quote_is_verbatim(bundled):
    collection, mentions = bundled
    readings = unread(collection, mentions).assign(sense="", runner_up="", reviewed=False)
    assert len(readings) == len(mentions) > 0
    for _, row in readings.iterrows():
        quote = as_quote(row)
        offset = row["sentence_start"]
        assert row[row["field"]][offset : offset + len(quote.sentence)] == quote.sentence
        assert quote.sentence[quote.start : quote.end] == row["surface"]


def test_flow_figure_tells_the_tables_numbers(bundled):
    collection, mentions = bundled
    table = record_flow(collection, mentions)
    total = table[table["source"] == ""].set_index("stage")["n"]
    figure = prisma_figure(prisma(table, "bias"), table, "bias")
    told = [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", figure.alt)]
    sources = table.loc[table["source"] != "", "source"].nunique()
    assert told == [total["read"], sources, total["kept"], total["with the term"], total["mentions"]]
    assert total["read"] == (collection.audit["status"] != "not a record").sum()
    assert total["kept"] == len(collection.papers)
    assert total["mentions"] == len(mentions)


def test_answers_count_what_is_there(bundled):
    collection, mentions = bundled
    excluded, readings = find_excluded(collection.papers), unread(collection, mentions)
    told = answer_collection(collection.papers, collection.audit, readings).text
    assert told.startswith(
        f"All {len(collection.papers)} papers use the term. "
        f"Of {len(collection.papers)} records read, none was left out."
    )
    told = answer_mentions(readings, excluded, "bias").text
    assert f"occur {len(mentions)} times in {mentions['paper_id'].nunique()} papers" in told
    assert f"{len(excluded)} word" in told
    inductive = mentions["modifier"].map(lambda words: words == "inductive" or words.endswith(" inductive")).sum()
    assert f"next to it are \u201cinductive\u201d ({inductive})" in told
