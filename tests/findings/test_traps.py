"""Queries mean what a database would make of them; precision and recall are counted by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from small_readings import make_confusion

from analysis.charts.traps import candidates_table, traps_figure
from analysis.common.errors import BadInput
from analysis.common.tables import make_table
from analysis.findings import traps
from analysis.findings.query import parse_query
from analysis.findings.traps import candidate_terms, query_senses, usual_query
from analysis.inventory.inventory import load_inventory
from analysis.inventory.palette import palette_of


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("bias", "Bias everywhere", True),
        ("bias", "unbiased", False),
        ("bias*", "biases", True),
        ('"language model*"', "large language-models", True),
        ('"language model*"', "models of language", False),
        ("bias AND social", "social bias", True),
        ("bias social", "bias alone", False),
        ("bias OR social", "social", True),
        ("bias NOT social", "social bias", False),
        ("bias AND NOT (social OR media)", "inductive bias", True),
        ("bias AND (social OR media)", "media bias", True),
        ("a OR b AND c", "a", True),  # AND binds before OR
        ("c++", "we use c++ here", True),
    ],
)
def test_query(query, text, found):
    assert parse_query(query)(text) is found


@pytest.mark.parametrize("query", ["", "  ", '"open', "(bias", "bias)", "AND bias", "bias AND", "NOT", '""', "*"])
def test_faulty_query_is_told_in_one_line(query):
    with pytest.raises(BadInput, match="query") as error:
        parse_query(query)
    assert "\n" not in str(error.value)


@pytest.fixture
def collection(readings):
    papers = make_table(
        "papers",
        [
            {"paper_id": "a", "title": "Inductive bias", "abstract": "of networks"},
            {"paper_id": "b", "title": "On inductive bias", "abstract": "of networks and people"},
            {"paper_id": "c", "title": "Gender bias", "abstract": "in networks"},
            {"paper_id": "d", "title": "Something else", "abstract": "networks"},
            {"paper_id": "e", "title": "An inductive bias", "abstract": "of graphs"},
        ],
    )
    table = readings(
        {"paper_id": "a", "sense": "inductive", "modifier": "inductive", "sentence": "Inductive bias",
         "sentence_start": 0, "start": 10, "end": 14},
        {"paper_id": "b", "sense": "inductive", "modifier": "inductive", "sentence": "On inductive bias",
         "sentence_start": 0, "start": 13, "end": 17},
        {"paper_id": "c", "sense": "social", "modifier": "gender", "sentence": "Gender bias", "sentence_start": 0,
         "start": 7, "end": 11},
        {"paper_id": "e", "sense": "inductive", "modifier": "inductive", "sentence": "An inductive bias",
         "sentence_start": 0, "start": 13, "end": 17},
    )  # fmt: skip
    return papers, table


def test_query_brings_in_other_senses(collection):
    found = query_senses(*collection, "bias AND networks", ["inductive", "social"]).set_index("sense")
    assert found.loc["inductive", ["papers", "of", "all_papers", "kept"]].tolist() == [2, 3, 3, 2 / 3]
    assert found.loc["social", "share"] == pytest.approx(1 / 3)
    assert set(query_senses(*collection, "networks", ["inductive", "social"])["of"]) == {
        4
    }  # the paper without the term, too


def test_the_query_to_try_is_of_the_collection_itself():
    texts = [
        ("a", "Bias in a river basin", "Many river basins, one climate model."),
        ("b", "", "The river basin has a selection bias, as the study area has."),
        ("c", "Bias", "A climate model of an upper river"),  # basin is not its next word
        ("d", "River basin", "Climate model, climate model: never the term."),
    ]
    papers = make_table("papers", [dict(zip(("paper_id", "title", "abstract"), row, strict=True)) for row in texts])
    readings = pd.DataFrame({"paper_id": list("abc"), "surface": ["Bias", "bias", "Bias"]})
    # a and b have "river basin", a and c "climate model"; of two the first by name
    assert usual_query(papers, readings, "bias") == 'bias* AND "climate model"'
    assert usual_query(papers[papers["paper_id"] != "c"], readings, "bias") == 'bias* AND "river basin*"'  # and basins
    assert usual_query(papers, readings, "big bias") == '"big bias*" AND "climate model"'
    assert usual_query(papers.head(1), readings, "bias") == ""
    assert usual_query(papers, readings.iloc[:0], "bias") == ""


def test_no_phrase_is_of_the_term_or_a_part_of_a_longer_one():
    text = (
        "Large language models of selection bias; the selection bias of large language models. The results suggest it."
    )
    papers = make_table("papers", [{"paper_id": i, "abstract": text} for i in "ab"])
    readings = pd.DataFrame({"paper_id": list("ab"), "surface": ["bias", "bias"]})
    # not selection bias (the term), not large language (goes on), not results suggest (in any abstract)
    assert usual_query(papers, readings, "bias") == 'bias* AND "language models"'


def test_no_query_finds_nothing(collection):
    found = query_senses(*collection, "", ["inductive", "social"])
    assert found["papers"].tolist() == [0, 0]
    assert traps_figure(found, "", palette_of(load_inventory())).instead == (
        "No two papers that use the term share a phrase beside it, so there is no query to try."
    )


@pytest.fixture
def supported(monkeypatch):
    """Three papers are enough for a word to be listed, so that a collection of five can be counted by hand."""
    monkeypatch.setattr(traps, "SUPPORT", 3)


def test_a_word_that_too_few_papers_support_is_not_listed(readings):
    papers = [{"paper_id": f"p{i}", "title": "Inductive bias", "abstract": "of trees" * (i < 4)} for i in range(5)]
    rows = [
        {"paper_id": f"p{i}", "sense": "inductive", "modifier": "inductive", "head": "tree" if i < 4 else ""}
        for i in range(5)
    ]
    found = candidate_terms(make_table("papers", papers), readings(*rows), "inductive", ["inductive", "social"])
    assert found["term"].tolist() == ["inductive bias"]  # five papers have it, four have trees
    told = candidates_table(found.head(0), "inductive", palette_of(load_inventory()), share=1.0, corrected=False)
    assert told.to_html() == (
        '<p class="not-shown" id="candidate-terms">The collection is too small to say which words keep a sense: none '
        "stands in 5 papers with \u201cInductive bias\u201d.</p>"
    )


@pytest.mark.usefixtures("supported")
def test_candidates_with_precision_and_recall(collection):
    found = candidate_terms(*collection, "inductive", ["inductive", "social"]).set_index("term")
    assert found.loc["inductive bias", ["found", "right", "precision", "recall", "f1"]].tolist() == [3, 3, 1, 1, 1]
    assert "gender bias" not in found.index
    assert candidate_terms(*collection, "absent", ["inductive", "social"]).empty
    papers, table = collection
    two = table[table["paper_id"] != "e"]
    assert candidate_terms(papers, two, "inductive", ["inductive", "social"]).empty  # two papers say too little


@pytest.mark.usefixtures("supported")
def test_candidates_say_where_labels_stand_for_the_readings(collection):
    papers, table = collection
    order = ["inductive", "social"]
    held = [(f"h{i}", sense, sense) for i, sense in enumerate(order * 5)]
    mention = table["mention_id"].iloc[1]  # of b, read as inductive
    labels = pd.DataFrame([(mention, "bias", "social", "")], columns=["mention_id", "surface", "label", "label_stance"])
    for known, counts in ((labels, [3, 3, 1]), (labels.assign(mention_id="other#title:0"), [3, 3, 0])):
        confusion = make_confusion(held, order)._replace(labels=known)
        found = candidate_terms(papers, table, "inductive", order, confusion=confusion)
        assert found.set_index("term").loc["inductive bias", ["found", "right", "labelled"]].tolist() == counts
        told = candidates_table(found, "inductive", palette_of(load_inventory()), share=0.5, corrected=True)
        assert ("labelled" in told.table) == ("labels stand for the readings" in told.notes) == bool(counts[2])
