"""The inventory: the shipped one is sound, a user's is read or refused with a reason."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from analysis import BadInput, load_inventory
from analysis.charts.markers import marker_path
from analysis.inventory.inventory import CUE_KINDS, MARKERS, UNCLEAR, family_of, inventory_of

GUIDELINES = (
    "social", "media", "cognitive", "data", "shortcut", "skew", "estimator", "implicit", "inductive", "parameter",
    "physical", "steering", "electrical", "tracer", "tendency", "open",
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
    assert len(set(colours)) == len(colours)
    assert "#999999" not in colours
    assert len({sense.marker for sense in load_inventory().senses}) == len(colours)


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
        ("term: x\nsenses: [{id: '  ', definition: d}]", "sense 1 needs an `id` and a `definition`"),
        ("term: x\nsenses: [{id: a, definition: d, colour: #0072B2\n}]", "write it in quotes"),
        ("term: x\nsenses: []\nfamily: [de]", "`family:` holds `prefixes:`, `also:` and `exceptions:`"),
        ("term: x\nsenses: []\nfamily: {also: xes}", "`also` (family) is a list; write [xes]"),
        ("term: x\nsenses: []\nfamily: {exceptions: [tax]}", "written {word: WORD, reason: WHY}"),
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


def _file(tmp_path: Path, *more: dict[str, Any]) -> Path:
    """A file with a sense for each of ``more``, called a, b and so on."""
    senses = [{"id": i, "definition": f"Sense {i}.", **own} for i, own in zip("abc", more, strict=False)]
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump({"term": "kernel", "senses": senses}))
    return path


@pytest.mark.parametrize(
    ("senses", "said"),
    [
        (
            [{"cues": {"head": ["row size"]}}, {"cues": {"head": ["size", "Row  size"]}}],
            "the head cue 'row size' stands under 'a' and 'b'; leave it to one",
        ),
        ([{}, {"id": "a"}], "must differ from each other and from 'unclear'; rename 'a'"),
        ([{"colour": "blue"}], "sense 'a' has the colour 'blue'; write it as '#0072B2'"),
        ([{"colour": "#0072B"}], "sense 'a' has the colour '#0072B'"),
        ([{"marker": "circle"}], "sense 'a' has the marker 'circle'; use one of o s ^ D"),
        ([{"marker": "x"}], "sense 'a' has the marker 'x'"),
        ([{"cues": {"modifiers": ["small"]}}], "the cues of sense 'a' stand under modifier, head, verb, context"),
        ([{"cues": {"head": "size"}}], "`head` (cues of 'a') is a list; write [size]"),
        ([{"examples": ["The kernel is small."]}], "an example of 'a' needs one mention in double brackets"),
        (
            [{"examples": ["A [[kernel]], a [[kernel]]."]}],
            "needs one mention in double brackets, such as [[kernel]]: 'A",
        ),
        ([{"examples": ["A [[ ]]kernel."]}], "needs one mention in double brackets"),
        ([{"examples": ["A ]]kernel[[."]}], "needs one mention in double brackets"),
        ([{"examples": ["A [[kernelized]] loss."]}], "marks 'kernelized', which is no whole form of 'kernel'"),
        ([{"examples": ["A [[small kernel]]."]}], "marks 'small kernel', which is no whole form"),
    ],
)
def test_what_no_chart_or_reader_could_use_is_refused_in_one_line(
    tmp_path: Path, senses: list[dict[str, Any]], said: str
) -> None:
    path = _file(tmp_path, *senses)
    with pytest.raises(BadInput, match=re.escape(said)) as caught:
        load_inventory(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_a_pattern_may_stand_under_two_senses_if_its_kinds_differ(tmp_path: Path) -> None:
    path = _file(tmp_path, {"cues": {"head": ["size"]}}, {"cues": {"context": ["size"]}})
    assert load_inventory(path)["b"].cues["context"] == ("size",)


def test_markers_that_an_inventory_may_name_are_those_that_pages_can_draw() -> None:
    assert len({marker_path(marker) for marker in MARKERS}) == len(MARKERS)


def test_irregular_forms_of_the_inventory_and_of_the_caller_count() -> None:
    mice = inventory_of({"term": "mouse", "family": {"also": ["mice"]}, "senses": []})
    assert mice.family().also == ("mice",)
    assert mice.family(["mice", "meeces"]).also == ("mice", "meeces")
    assert family_of("mouse", also=["meeces"], inventory=mice).also == ("mice", "meeces")
    assert inventory_of(mice.as_data()) == mice
    assert mice.without("a").also == ("mice",)
    assert family_of("rat", inventory=mice).also == ()


def test_an_irregular_form_may_be_marked_in_an_example(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    sense = {"id": "a", "definition": "d", "examples": ["The [[mice]] ran."]}
    path.write_text(yaml.safe_dump({"term": "mouse", "family": {"also": ["mice"]}, "senses": [sense]}))
    assert load_inventory(path)["a"].examples == ("The [[mice]] ran.",)
