"""Abstracts that people labelled: spans and roles as their sources give them, and figures of merit by hand."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest

from analysis.common.errors import BadInput
from analysis.evidence.encoder import Reading
from analysis.training import abstracts_figures as figures
from analysis.training.labelled_abstracts import KINDS, ROLES, Abstract, read_labelled, read_structured

CONLL = """-DOCSTART- NN O O

We NN O O
parse NN O I-Task
trees NN O I-Task
-LRB- NN O O
GLR NN O I-Method
-RRB- NN O O

It NN O I-Generic
beats NN O O
CKY NN O I-Method
Earley NN O B-Method
F1 NN O I-Metric
"""


@pytest.fixture
def labelled(tmp_path):
    rows = [{"abstract_id": 0, "sentences": ["Why.", "How so."], "labels": ["background", "method"], "confs": [1, 0.5]}]
    (tmp_path / "csabstruct_dev.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    (tmp_path / "scierc_dev.txt").write_text(CONLL)
    return tmp_path


def test_roles_and_entities_are_read_with_their_places(labelled) -> None:
    (roles,), (entities,) = read_labelled(labelled, "dev")
    assert (roles.text, roles.sentences, roles.roles) == ("Why. How so.", [(0, 4), (5, 12)], [0, 2])
    assert entities.text == "We parse trees ( GLR ) It beats CKY Earley F1"
    assert [entities.text[a:b] for a, b in entities.sentences] == ["We parse trees ( GLR )", "It beats CKY Earley F1"]
    named = [
        (entities.text[entities.words[a][0] : entities.words[b - 1][1]], KINDS[kind])
        for a, b, kind in entities.entities
    ]
    # Generic is left out; B and another kind each begin a new one.
    assert named == [
        ("parse trees", "task"), ("GLR", "method"), ("CKY", "method"), ("Earley", "method"), ("F1", "metric"),
    ]  # fmt: skip


def test_abstracts_of_medicine_are_labelled_by_their_own_headings() -> None:
    text = (
        "BACKGROUND: Falls are common. They hurt. METHODS: We asked 20 people. RESULTS: Ten fell. "
        "CONCLUSIONS: Mind them."
    )
    others = ["METHODS: We asked. RESULTS: Ten fell.", "Falls hurt. METHODS: We asked."]
    (abstract,) = read_structured([text, text, *others])
    assert abstract.text == "Falls are common. They hurt. We asked 20 people. Ten fell. Mind them."
    assert [ROLES[role] for role in abstract.roles] == ["background", "background", "method", "result", "result"]
    assert [abstract.text[a:b] for a, b in abstract.sentences][1:3] == ["They hurt.", "We asked 20 people."]


def test_tokens_get_the_begin_and_the_inside_of_their_kind(labelled) -> None:
    _, (abstract,) = read_labelled(labelled, "dev")
    tokens = [(0, 2), (3, 6), (6, 8), (9, 14), (15, 16), (17, 20)]  # We par ##se trees ( GLR
    assert abstract.tags(tokens).tolist() == [0, 1, 2, 2, 0, 3]


def test_absent_and_odd_files_are_named(tmp_path, labelled) -> None:
    with pytest.raises(BadInput, match=r"csabstruct_train\.jsonl.*do not ship"):
        read_labelled(tmp_path, "train")
    (labelled / "scierc_dev.txt").write_text(CONLL.replace("I-Metric", "I-Person"))
    with pytest.raises(BadInput, match=r"scierc_dev\.txt.*I-Person"):
        read_labelled(labelled, "dev")


def test_training_refuses_in_one_line_without_its_data(tmp_path, monkeypatch) -> None:
    from analysis.training.abstracts import main

    monkeypatch.setattr(sys, "argv", ["abstracts", str(tmp_path)])
    with pytest.raises(SystemExit, match="do not ship"):
        main()


def reading(abstract: Abstract, *, roles: np.ndarray | None = None, tags: np.ndarray | None = None) -> Reading:
    return Reading(
        "", "abstract", abstract.text, abstract.sentences, abstract.words, [0, len(abstract.words)],
        np.zeros((len(abstract.sentences), len(ROLES))) if roles is None else roles,
        np.zeros((len(abstract.words), 1 + 2 * len(KINDS))) if tags is None else tags,
        np.zeros((len(abstract.words), len(KINDS))),
    )  # fmt: skip


def test_figures_of_entities_by_hand(monkeypatch) -> None:
    # Labelled: "deep nets" a method, "GLUE" a material. Read: "deep" a method, "GLUE" a material, "on" a task.
    abstract = Abstract(
        "deep nets on GLUE", [(0, 17)], [], [(0, 4), (5, 9), (10, 12), (13, 17)], [(0, 2, 1), (3, 4, 2)]
    )
    tags = np.full((4, 11), -20.0)
    tags[[0, 1, 2, 3], [3, 0, 1, 5]] = np.log(0.9)
    monkeypatch.setattr(figures, "read_text", lambda *_: reading(abstract, tags=tags))
    said = figures.entity_figures([abstract])
    assert (said["n"], said["read"]) == (2, 3)
    assert said["token_f1"] == pytest.approx(2 * 2 / (3 + 3))  # deep, GLUE; of deep, nets, GLUE and deep, on, GLUE
    assert said["span_f1"] == pytest.approx(2 * 1 / (3 + 2))
    assert {k["name"]: k["f1"] for k in said["classes"]} == {
        "task": 0.0, "method": 0.0, "material": 1.0, "metric": None, "other": None,
    }  # fmt: skip
