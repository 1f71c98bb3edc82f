"""The inventory: the shipped one is sound, a user's is read or refused with a reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis import BadInput, load_inventory
from analysis.inventory.inventory import CUE_KINDS, UNCLEAR, inventory_of

GUIDELINES = (
    "social", "media", "cognitive", "data", "shortcut", "skew", "estimator", "implicit", "inductive", "parameter",
    "physical", "steering",
)  # fmt: skip


def test_the_shipped_ids_are_those_of_the_guidelines() -> None:
    assert load_inventory().ids == GUIDELINES
    assert list(load_inventory().stances) == ["mitigate", "measure", "exploit", "mention"]


def test_every_shipped_sense_is_whole() -> None:
    for sense in load_inventory().senses:
        assert sense.definition and sense.aliases and sense.name != sense.id
        assert re.fullmatch(r"#[0-9A-F]{6}", sense.colour)
        assert sense.marker
        for example in sense.examples:
            assert re.fullmatch(r"[^\[\]]*\[\[[^\[\]]+\]\][^\[\]]*", example), example
    colours = [sense.colour for sense in load_inventory().senses]
    assert len(set(colours)) == 12
    assert "#999999" not in colours


def test_a_pattern_speaks_for_one_sense_only() -> None:
    for kind in CUE_KINDS:
        patterns = [cue for sense in load_inventory().senses for cue in sense.cues[kind]]
        assert len(patterns) == len(set(patterns)), kind
        assert all(1 <= len(p.split()) <= 4 and p == p.lower() and "-" not in p for p in patterns)


def test_plain_data_and_back() -> None:
    inventory = load_inventory()
    assert inventory_of(inventory.as_data()) == inventory


def test_what_may_be_left_out() -> None:
    inventory = inventory_of({"term": " Kernel ", "senses": [{"id": "os", "definition": "A core\n of it."}]})
    assert inventory.term == "kernel"
    assert (inventory["os"].name, inventory["os"].definition) == ("os", "A core of it.")
    assert inventory["os"].cues == dict.fromkeys(CUE_KINDS, ())
    with pytest.raises(KeyError):
        inventory["nut"]


def test_without_one_sense() -> None:
    assert load_inventory().without("skew").ids == tuple(i for i in GUIDELINES if i != "skew")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "needs `term: WORD`"),
        ("- a list", "needs `term: WORD`"),
        ("term: x", "needs `term: WORD`"),
        ("term: x\nsenses: [{id: a}]", "sense 1 needs an `id` and a `definition`"),
        ("term: x\nsenses: [{id: a, definition: d}, {id: a, definition: e}]", "must differ"),
        (f"term: x\nsenses: [{{id: {UNCLEAR}, definition: d}}]", "must differ"),
        ("term: x\nsenses: [", "not a readable YAML inventory"),
    ],
)
def test_a_faulty_file_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(BadInput, match=re.escape(said)) as caught:
        load_inventory(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_an_absent_or_binary_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such inventory file"):
        load_inventory(tmp_path / "absent.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="not a readable YAML"):
        load_inventory(tmp_path / "binary.yaml")
