"""What is read of papers is their own text, whatever it looks like, and never depends on the papers beside it."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from analysis.common.resources import resource
from analysis.common.tables import make_table
from analysis.evidence.abstracts import read_abstracts
from analysis.evidence.entities import find_entities
from analysis.evidence.sentences import read_sentences

PLAIN = (
    "Debiasing Word Embeddings with Projection",
    "Word embeddings carry gender bias. We propose Hard Debias, a projection method for word embeddings. "
    "Experiments on the WEAT benchmark show an accuracy of 91 %.",
)
ODD = [
    ("", ""),
    ("  ", " \n "),
    ("\U0001f600", "\U0001f600\U0001f600"),
    ("Naïve Bayes für Résumés", "Naïve Bayes — “quoted” — beats SVMs by 3\u202f%. 中文 文本 is handled, too."),
    (r"$\ell_1$-norm of \textbf{x}", r"We minimise $\sum_i |x_i|^2$ with \emph{gradient descent}. See Eq.~(3)."),
    ("ALL CAPS: A STUDY", "WE USE BERT."),
    ("Tabs\tand\nlines", "One\tsentence\nover lines.\r\n\r\nAnother one with e\u0301 combined."),
]


def papers(rows: list[tuple[str, str]]) -> pd.DataFrame:
    return make_table("papers", [{"paper_id": f"p{i}", "title": t, "abstract": a} for i, (t, a) in enumerate(rows)])


def check(table: pd.DataFrame, sentences: pd.DataFrame, entities: pd.DataFrame) -> None:
    """Spans lie within their text in order, do not overlap, and are what they say; confidences are probabilities."""
    texts = {
        (row.paper_id, field): getattr(row, field) for row in table.itertuples() for field in ("title", "abstract")
    }
    for found in (sentences, entities):
        assert found["confidence"].between(0, 1).all()
        for key, group in found.groupby(["paper_id", "field"]):
            assert (group["start"] < group["end"]).all()
            assert (group["start"].to_numpy()[1:] >= group["end"].to_numpy()[:-1]).all()
            assert group["end"].max() <= len(texts[key])
    for row in entities.itertuples():
        assert texts[row.paper_id, row.field][row.start : row.end] == row.surface == row.surface.strip() != ""
    assert set(sentences["field"]) <= {"abstract"}


def test_every_row_is_a_span_of_the_papers_own_text() -> None:
    table = papers([PLAIN, *ODD])
    sentences, entities = read_abstracts(table)
    check(table, sentences, entities)
    for row in table.itertuples():
        own = sentences[sentences["paper_id"] == row.paper_id]
        kept = "".join(row.abstract[a:b] for a, b in zip(own["start"], own["end"], strict=True))
        assert "".join(kept.split()) == "".join(row.abstract.split())
    plain = entities[entities["paper_id"] == "p0"]
    assert {"title", "abstract"} <= set(plain["field"])
    assert any("embeddings" in surface for surface in plain["surface"])


def test_papers_do_not_change_each_other_and_order_is_kept() -> None:
    table = papers([PLAIN, *ODD[3:5], ("A Survey", "This paper surveys bias. Much is left to do. " * 12)])
    together = read_abstracts(table)
    assert list(dict.fromkeys(together[0]["paper_id"])) == table["paper_id"].tolist()
    for found, read in zip(together, (read_sentences, find_entities), strict=True):
        pd.testing.assert_frame_equal(read(table), found)
        backward = read(table.iloc[::-1].reset_index(drop=True))
        for paper_id in table["paper_id"]:
            pd.testing.assert_frame_equal(
                *(x[x["paper_id"] == paper_id].reset_index(drop=True) for x in (backward, found))
            )


def test_nothing_to_read_makes_empty_tables() -> None:
    for table in (papers([]), papers([("", "")])):
        sentences, entities = read_abstracts(table)
        assert list(sentences.columns) == list(make_table("sentences").columns)
        assert list(entities.columns) == list(make_table("entities").columns)
        assert not len(sentences) and not len(entities)


def test_a_single_sentence_is_one_row() -> None:
    sentences, _ = read_abstracts(papers([("T", "We propose a new parser.")]))
    assert sentences[["start", "end"]].to_numpy().tolist() == [[0, 24]]


def test_an_abstract_of_five_thousand_words_is_read_to_its_end() -> None:
    text = "We train a convolutional neural network on the MNIST dataset. " * 500
    table = papers([("Long", text), ("Endless", "word " * 5000)])
    sentences, entities = read_abstracts(table)
    check(table, sentences, entities)
    long = sentences[sentences["paper_id"] == "p0"]
    assert len(long) == 500 and long["end"].max() == len(text) - 1
    assert entities.loc[entities["paper_id"] == "p0", "end"].max() > len(text) - 70
    assert sentences.loc[sentences["paper_id"] == "p1", "end"].max() == 24999


def test_the_shipped_figures_are_those_of_the_shipped_reader(shared) -> None:
    """What ``data/models/abstracts.json`` says of the development abstracts is what reading them gives."""
    from analysis.training.abstracts_figures import FIGURES, entity_figures, role_figures
    from analysis.training.labelled_abstracts import read_labelled

    if not (shared / "labelled").is_dir():
        pytest.skip("the labelled abstracts are not here")
    shipped = json.loads(resource("data", "models", FIGURES).read_text(encoding="utf-8"))
    with_roles, with_entities = read_labelled(shared / "labelled", "dev")
    entities = entity_figures(with_entities)
    for figure in ("token_f1", "span_f1", "ece"):
        assert entities[figure] == pytest.approx(shipped["entities"][figure], abs=0.005)
    part = role_figures(with_roles[:60])
    assert part["micro_f1"] == pytest.approx(shipped["roles"]["micro_f1"], abs=0.08)  # of a fifth
    assert shipped["roles"]["ece"] <= 0.05
    assert shipped["entities"]["token_f1"] >= 0.62
    assert shipped["entities"]["span_f1"] >= 0.53
