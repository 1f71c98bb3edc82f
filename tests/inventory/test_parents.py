"""Senses have parents, and the labels that are no sense have a place of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.common.errors import BadInput
from analysis.inventory import load_inventory, palette_of
from analysis.inventory.inventory import Inventory, inventory_of
from analysis.inventory.palette import DARK_GREY, GREY

FAMILY = {
    "term": "kernel",
    "parents": [
        {"id": "maths", "name": "Mathematics", "definition": "Functions.", "colour": "#0072B2"},
        {"id": "things", "definition": "What can be held."},
    ],
    "senses": [
        {"id": "null", "definition": "What maps to zero.", "parent": "maths", "aliases": ["null space"]},
        {"id": "svm", "definition": "A similarity.", "parent": "maths", "cues": {"modifier": ["gaussian"]}},
        {"id": "corn", "definition": "A seed.", "parent": "things"},
    ],
}


def test_the_shipped_senses_have_the_parents_that_others_rely_on() -> None:
    inventory = load_inventory()
    of = {"behaviour": {"skew", "shortcut", "implicit"}, "measurement": {"data", "estimator", "physical", "open"},
          "people": {"social", "media", "cognitive"}, "design": {"inductive", "parameter", "steering", "electrical"},
          "nature": {"tendency", "tracer"}}  # fmt: skip
    assert [parent.id for parent in inventory.parents] == list(of)
    assert all(sense.id in of[sense.parent] for sense in inventory.senses)
    assert all(parent.name and parent.definition and parent.colour for parent in inventory.parents)


def test_a_label_has_the_parent_of_its_sense_or_is_its_own() -> None:
    inventory = inventory_of(FAMILY)
    labels = ["null", "svm", "corn", "other", "unclear"]
    assert [inventory.parent_of(label) for label in labels] == ["maths", "maths", "things", "other", "unclear"]
    assert inventory.order == tuple(labels)
    assert inventory_of(inventory.as_data()) == inventory


def test_an_inventory_without_parents_says_none() -> None:
    plain = inventory_of({"term": "x", "senses": [{"id": "a", "definition": "d", "parent": "said in vain"}]})
    assert (plain.parent_of("a"), plain.parent_of("unclear"), plain.parent_by_sense) == ("", "", {})
    with pytest.raises(BadInput, match="has no parents"):
        plain.of_parents()


def test_parents_are_an_inventory_of_their_own() -> None:
    coarse = inventory_of(FAMILY).of_parents()
    assert coarse.order == ("maths", "things", "other", "unclear")
    assert [sense.name for sense in coarse.senses] == ["Mathematics", "things"]
    assert coarse["maths"].cues["modifier"] == ("gaussian",)
    assert [coarse.current(label) for label in ("svm", "null space", "corn", "other", "?")] == [
        "maths", "maths", "things", "other", ""
    ]  # fmt: skip


def test_a_sense_of_the_users_own_may_be_called_other() -> None:
    own = inventory_of({"term": "x", "senses": [{"id": "a", "definition": "d"}, {"id": "other", "definition": "d"}]})
    assert (own.order, own.no_sense) == (("a", "other", "unclear"), ("unclear",))
    palette = palette_of(own)
    assert palette.no_sense == ("unclear",)
    assert palette["other"].colour not in (GREY, DARK_GREY)
    assert palette.order(["unclear", "other", "a"]) == ["a", "other", "unclear"]


def test_no_senses_are_drawn_in_greys_of_their_own_behind_the_senses() -> None:
    palette = palette_of(inventory_of(FAMILY))
    assert palette.order(["unclear", "corn", "other", "null"]) == ["null", "corn", "other", "unclear"]
    looks = [(palette[label].name, palette[label].colour, palette[label].marker) for label in ("other", "unclear")]
    assert looks == [("Other", DARK_GREY, "+"), ("Unclear", GREY, "x")]
    assert (palette["maths"].name, palette["maths"].colour) == ("Mathematics", "#0072B2")
    assert "maths" not in list(palette)


@pytest.mark.parametrize(
    ("parents", "parent", "told"),
    [
        ("[{id: p, definition: d}]", "q", "sense 'a' has the parent 'q'; under `parents:` stand p"),
        ("[{id: p, definition: d}]", "", "sense 'a' has no parent; under `parents:` stand p"),
        ("[{id: a, definition: d}]", "a", "'a' is a parent and a sense; rename one"),
        ("[{id: other, definition: d}]", "other", "parent ids must differ"),
        ("[{id: p}]", "p", "a parent needs an `id` and a `definition`"),
        ("[{id: p, definition: d, colour: blue}]", "p", "parent 'p' has the colour 'blue'"),
    ],
)
def test_a_fault_of_parents_is_told_in_one_line(tmp_path: Path, parents: str, parent: str, told: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(f"term: x\nparents: {parents}\nsenses: [{{id: a, definition: d, parent: '{parent}'}}]\n", "utf-8")
    with pytest.raises(BadInput) as caught:
        load_inventory(path)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_empty_inventory_has_the_labels_that_are_no_sense() -> None:
    assert Inventory("x", ()).order == ("other", "unclear")
