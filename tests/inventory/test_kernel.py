"""The inventory of "kernel", the worked example of another term, is sound."""

from __future__ import annotations

import re

from analysis import load_inventory
from analysis.common.resources import resource
from analysis.inventory.inventory import CUE_KINDS

KERNEL = load_inventory(resource("data", "kernel.yaml"))


def test_it_has_four_senses_of_kernel() -> None:
    assert KERNEL.term == "kernel"
    assert KERNEL.ids == ("method", "filter", "system", "seed")
    assert all(sense.definition and sense.name != sense.id for sense in KERNEL.senses)


def test_derived_words_count_without_an_option() -> None:
    found = [match.group() for match in KERNEL.family().find("Kernelized and kernelised, a micro-kernel, an exokernel")]
    assert found == ["Kernelized", "kernelised", "micro-kernel", "exokernel"]


def test_each_example_marks_one_mention_of_the_family() -> None:
    family = KERNEL.family()
    for sense in KERNEL.senses:
        assert len(set(sense.examples)) >= 5, sense.id
        for example in sense.examples:
            marked = re.fullmatch(r"([^\[\]]*)\[\[([^\[\]]+)\]\]([^\[\]]*)", example)
            assert marked, example
            before, mention, after = marked.groups()
            spans = [match.span() for match in family.find(before + mention + after)]
            assert (len(before), len(before) + len(mention)) in spans, example


def test_senses_are_told_apart_by_colour_and_by_marker() -> None:
    colours = [sense.colour.upper() for sense in KERNEL.senses]
    assert all(re.fullmatch(r"#[0-9A-F]{6}", colour) for colour in colours)
    assert len({*colours, "#999999"}) == 5
    assert len({sense.marker for sense in KERNEL.senses} - {""}) == 4


def test_a_pattern_speaks_for_one_sense_only() -> None:
    for kind in CUE_KINDS:
        patterns = [cue for sense in KERNEL.senses for cue in sense.cues[kind]]
        assert sorted(patterns) == sorted(set(patterns)), kind
        assert all(1 <= len(p.split()) <= 4 and p == p.lower() and "-" not in p for p in patterns)
