"""The worked inventories of other terms are sound, found by name, and their labels belong to the texts."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from analysis import load_inventory
from analysis.common.errors import BadInput
from analysis.common.resources import resource
from analysis.inventory.inventory import CUE_KINDS, WORKED, Inventory, inventory_for
from analysis.senses.labels import read_labels

SENSES = {
    "attention": ("mechanism", "human", "interest", "care"),
    "kernel": ("method", "filter", "operator", "system", "seed"),
    "representation": ("learned", "encoding", "process", "mathematical", "mental", "presence"),
}
NO_LABELS = {("kernel", "seed")}  # the corpora hold no paper on grain


def worked(name: str) -> Inventory:
    return load_inventory(resource("data", f"{name}.yaml"))


@pytest.fixture(params=WORKED)
def inventory(request: pytest.FixtureRequest) -> Inventory:
    return worked(request.param)


def test_the_senses_are_these() -> None:
    assert {name: worked(name).ids for name in WORKED} == SENSES
    assert all(sense.definition and sense.name != sense.id for name in WORKED for sense in worked(name).senses)


@pytest.mark.parametrize(
    ("name", "text", "mentions"),
    [
        ("kernel", "Kernelized, kernelised, micro-kernel, exokernel", "Kernelized kernelised micro-kernel exokernel"),
        ("attention", "self-attention, inattention, attentional, attentive", "attention inattention attentional"),
        (
            "representation", "misrepresentation, under-representations, represents",
            "misrepresentation under-representations",
        ),
    ],
)  # fmt: skip
def test_derived_words_count_without_an_option(name: str, text: str, mentions: str) -> None:
    assert [match.group() for match in worked(name).family().find(text)] == mentions.split()


def test_each_example_marks_one_mention_of_the_family(inventory: Inventory) -> None:
    family = inventory.family()
    assert {len(set(sense.examples)) for sense in inventory.senses} == {16}
    for sense in inventory.senses:
        for example in sense.examples:
            marked = re.fullmatch(r"([^\[\]]*)\[\[([^\[\]]+)\]\]([^\[\]]*)", example)
            assert marked, example
            before, mention, after = marked.groups()
            spans = [match.span() for match in family.find(before + mention + after)]
            assert (len(before), len(before) + len(mention)) in spans, example


def test_senses_are_told_apart_by_colour_and_by_marker(inventory: Inventory) -> None:
    colours = [sense.colour.upper() for sense in inventory.senses]
    assert all(re.fullmatch(r"#[0-9A-F]{6}", colour) for colour in colours)
    assert len({*colours, "#999999"}) == len(colours) + 1
    assert len({sense.marker for sense in inventory.senses} - {""}) == len(colours)


def test_a_pattern_speaks_for_one_sense_only(inventory: Inventory) -> None:
    for kind in CUE_KINDS:
        patterns = [cue for sense in inventory.senses for cue in sense.cues[kind]]
        assert sorted(patterns) == sorted(set(patterns)), kind
        assert all(1 <= len(p.split()) <= 4 and p == p.lower() and "-" not in p for p in patterns)


def test_a_worked_inventory_is_found_by_its_name(inventory: Inventory) -> None:
    name, found = inventory_for(inventory.term, inventory.term)
    assert name == str(resource("data", f"{inventory.term}.yaml"))
    assert found == inventory


def test_a_file_of_that_name_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("attention").write_text("term: attention\nsenses: [{id: own, definition: One of my own.}]\n")
    name, found = inventory_for("attention", "attention")
    assert name == "attention"
    assert found is not None
    assert found.ids == ("own",)


def test_a_name_of_none_lists_the_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput, match=r"^atention: no such inventory file; by name there are attention, kernel, rep"):
        inventory_for("attention", "atention")


@pytest.mark.parametrize("name", WORKED)
def test_its_labels_are_whole(name: str) -> None:
    labels = read_labels(resource("data", "annotations", f"{name}.csv"))
    assert len(labels) >= 100
    assert set(labels["sense"]) - {"other", "unclear"} == set(SENSES[name]) - {s for n, s in NO_LABELS if n == name}
    assert set(labels["field"]) <= {"title", "abstract"}
    assert set(labels["confidence"]) <= {"high", "medium", "low"}
    assert not labels.duplicated(["paper_id", "field", "start"]).any()
    assert ((labels["end"] - labels["start"]) == labels["surface"].str.len()).all()
    family = worked(name).family()
    assert all(next(family.find(surface)).group() == surface for surface in labels["surface"])


def test_their_spans_are_mentions_of_the_texts(shared: Path) -> None:
    wanted = {name: read_labels(resource("data", "annotations", f"{name}.csv")) for name in WORKED}
    ids = {paper for labels in wanted.values() for paper in labels["paper_id"]}
    papers = {}
    for corpus in ("arxiv_2025_2026", "other_fields", "disciplines"):
        with gzip.open(shared / "corpora" / f"{corpus}.jsonl.gz", "rt", encoding="utf-8") as lines:
            papers |= {paper["id"]: paper for paper in map(json.loads, lines) if paper["id"] in ids}
    for name, labels in wanted.items():
        family = worked(name).family()
        for row in labels.itertuples():
            text = papers[row.paper_id][row.field]
            assert text[row.start : row.end] == row.surface, row.paper_id
            assert (row.start, row.end) in {match.span() for match in family.find(text)}, row.paper_id
