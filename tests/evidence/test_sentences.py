"""Roles of sentences: neighbours are heard, headings are honoured, every row is a sentence of the abstract."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.common.tables import make_table
from analysis.evidence.encoder import Known
from analysis.evidence.sentences import headed, read_sentences, role_probabilities


def told(between: list[list[float]], temperature: float = 1.0) -> Known:
    transitions = np.array([*between, [0, 0], [0, 0]], float)
    return Known(("a", "b"), (), transitions, temperature, (1.0, 0.0))


def test_without_ties_between_neighbours_each_sentence_stands_for_itself() -> None:
    scores = np.log([[3.0, 1.0], [1.0, 4.0]])
    np.testing.assert_allclose(role_probabilities(scores, told([[0, 0], [0, 0]])), [[0.75, 0.25], [0.2, 0.8]])


def test_a_sure_sentence_tells_of_its_neighbour_before_and_behind() -> None:
    stay = [[float(np.log(3)), 0], [0, float(np.log(3))]]  # a role is three times as likely to stay as to change
    sure, open_ = [100.0, 0.0], [0.0, 0.0]
    np.testing.assert_allclose(role_probabilities(np.array([sure, open_]), told(stay))[1], [0.75, 0.25])
    np.testing.assert_allclose(role_probabilities(np.array([open_, sure]), told(stay))[0], [0.75, 0.25])
    # Temperature 2 halves scores and steps: the square root of 3 to 1.
    warm = role_probabilities(np.array([sure, open_]), told(stay, 2.0))[1]
    np.testing.assert_allclose(warm[0] / warm[1], np.sqrt(3))


@pytest.mark.parametrize(
    ("sentence", "roles"),
    [
        ("METHODS: We searched PubMed.", ("method",)),
        ("Background and aims: Bias is common.", ("background", "objective")),
        ("CONCLUSIONS - It is rare.", ("result",)),
        ("Main outcome measures: mortality.", ("method",)),
        ("Objective.", ("objective",)),
        ("2. Results: half.", ("result",)),
        ("Trial registration: NCT01.", ("other",)),
        ("Methods for parsing are slow.", ()),
        ("Results show that: all is well.", ()),
        ("The results: none.", ()),
    ],
)
def test_headings_are_told_from_sentences_that_begin_alike(sentence: str, roles: tuple[str, ...]) -> None:
    assert list(headed([sentence])) == [roles]


def test_a_heading_holds_until_the_next() -> None:
    given = ["Before.", "METHODS: We asked.", "Then we read.", "RESULTS:", "Half agreed."]
    assert list(headed(given)) == [(), ("method",), ("method",), ("result",), ("result",)]


def test_a_structured_abstract_gets_the_roles_it_brings() -> None:
    abstract = (
        "OBJECTIVE: To assess bias. METHODS: We searched five databases. Two authors read the titles. "
        "RESULTS: Of 40 trials, 12 were biased. CONCLUSIONS: Bias is common."
    )
    table = read_sentences(make_table("papers", [{"paper_id": "p", "title": "T", "abstract": abstract}]))
    said = {abstract[a:b]: role for a, b, role in table[["start", "end", "role"]].itertuples(index=False)}
    for sentence, role in said.items():
        if "databases" in sentence or "titles" in sentence:
            assert role == "method"
        if "trials" in sentence or "common" in sentence:
            assert role == "result"
    assert (table["confidence"] > 0.5).all()
