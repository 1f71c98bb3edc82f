"""Cues: what stands beside a mention and speaks for a sense ("one sense per collocation", Yarowsky 1993).

Two layers. The *inventory's* cues are patterns with a known sense: each mention gets, for every kind and sense, whether
one fired (and which: ``find_cues``). The *words* around the mention (its form, neighbours, modifier, head, verb) are
open-ended; a head learns what they are worth.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.inventory.family import singular
from analysis.inventory.inventory import CUE_KINDS, Inventory
from analysis.inventory.marks import unmark

if TYPE_CHECKING:
    import pandas as pd

_WORDS = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_COORDINATED = re.compile(
    r"((?<![\w-])(?:[\w-]++(?:\s[\w-]++)?\s*+,\s*+){0,12}[\w-]++(?:\s[\w-]++)?)(?:\s*+,)?\s++(?:and/or|and|or|&)\s*$"
)
_JOINT = re.compile(r"[-\u2010\u2011]\s*")  # of a word in two parts; pandas may search as Arrow does, which knows no \u
_LONGEST = 4  # words of the longest pattern looked for


class Cue(NamedTuple):
    """One pattern that fired for a mention."""

    sense: str
    kind: str
    pattern: str


class _Near(NamedTuple):
    """The words near a mention, lower case, nearest first for what stands before it."""

    modifiers: list[list[str]]
    heads: list[str]
    verb: str
    sentence: list[str]


def find_cues(mentions: pd.DataFrame, inventory: Inventory) -> list[list[Cue]]:
    """The inventory's patterns that fire for each mention: one list a row, longest match of each kind and place.

    ``mentions`` is a mentions table. A pattern fires on a word's lower-case form or on its singular.
    """
    tables = _tables(inventory)
    return [_fired(near, tables) for near in _nearby(mentions)]


def _tables(inventory: Inventory) -> dict[str, dict[tuple[str, ...], str]]:
    """For each kind of cue, which pattern speaks for which sense."""
    return {
        kind: {tuple(cue.split()): sense.id for sense in inventory.senses for cue in sense.cues.get(kind, ())}
        for kind in CUE_KINDS
    }


def cue_matrix(fired: list[list[Cue]], senses: Iterable[str]) -> np.ndarray:
    """Fired cues as numbers: float32 of shape (mentions, kinds x senses), 1 where a pattern of that kind fired.

    Columns run over ``CUE_KINDS`` and within them over ``senses``.
    """
    senses = list(senses)
    column = {(kind, s): k * len(senses) + i for k, kind in enumerate(CUE_KINDS) for i, s in enumerate(senses)}
    matrix = np.zeros((len(fired), len(column)), dtype=np.float32)
    for row, cues in enumerate(fired):
        for cue in cues:
            if (cue.kind, cue.sense) in column:
                matrix[row, column[cue.kind, cue.sense]] = 1
    return matrix


def cues_in_words(words: Iterable[Sequence[str]], inventory: Inventory) -> list[list[Cue]]:
    """As ``find_cues``, for mentions of which only the ``word_features`` are known: cues of their context stay
    unseen."""
    tables = _tables(inventory)
    return [_fired(_Near(*_parts(row), []), tables) for row in words]


def _parts(words: Sequence[str]) -> tuple[list[list[str]], list[str], str]:
    """Modifiers (nearest word first), heads and verb that word features tell of."""
    values = [feature.partition("=")[::2] for feature in words]
    modifiers = [value.split()[::-1] for name, value in values if name == "modifier"]
    heads = [value for name, value in sorted(values) if name in ("next1", "next2")]
    return modifiers, heads, next((value for name, value in values if name == "verb"), "")


def word_features(mentions: pd.DataFrame) -> list[list[str]]:
    """Names of the word features of each mention, such as ``modifier=inductive`` or ``next=term``."""
    rows = []
    forms = [_JOINT.sub("", surface.lower()) for surface in mentions["surface"]]
    for near, form, field in zip(_nearby(mentions), forms, mentions["field"], strict=True):
        features = {f"form={form}", f"verb={near.verb}", f"field={field}"}
        for modifier in near.modifiers:
            features.add(f"modifier={singular(modifier[0])}")
            if len(modifier) > 1:
                features.add(f"modifier={singular(modifier[1])} {singular(modifier[0])}")
        features.update(f"next{i}={word}" for i, word in enumerate(near.heads[:2], 1))
        rows.append(sorted(f for f in features if not f.endswith("=")))
    return rows


def _nearby(mentions: pd.DataFrame) -> Iterator[_Near]:
    columns = ("sentence", "sentence_start", "start", "end", "modifier", "head", "verb")
    for sentence, offset, start, end, modifier, head, verb in zip(*(mentions[c] for c in columns), strict=True):
        before, after = sentence[: start - offset], sentence[end - offset :]
        own = _words(modifier)[::-1]
        modifiers = [own] if own else []
        rest = before.rstrip()
        if modifier and rest.lower().endswith(modifier):
            rest = rest[: len(rest) - len(modifier)]
        joined = _COORDINATED.search(rest[-80:])
        if joined:
            modifiers += [words[::-1] for part in joined[1].split(",") if (words := _words(part))]
        if not own and re.search(r"[^\W_]-$", before):
            modifiers.insert(0, _words(before[-40:])[::-1][:2])
        heads = _words(after[:60])
        if re.match(r"\s*[.;:!?)]", after):
            heads = []
        yield _Near(modifiers, heads or _words(head), verb, _words(before + " " + after))


def _fired(near: _Near, tables: dict[str, dict[tuple[str, ...], str]]) -> list[Cue]:
    cues: dict[Cue, None] = {}

    def match(kind: str, candidates: Iterable[list[str]]) -> bool:
        for words in candidates:
            for key in (tuple(words), tuple(map(singular, words))):
                if key in tables[kind]:
                    cues[Cue(tables[kind][key], kind, " ".join(key))] = None
                    return True
        return False

    for modifier in near.modifiers:
        match("modifier", (modifier[:n][::-1] for n in range(min(len(modifier), _LONGEST), 0, -1)))
    match("head", (near.heads[:n] for n in range(min(len(near.heads), _LONGEST), 0, -1)))
    if near.verb:
        match("verb", [[near.verb]])
    place = 0
    while place < len(near.sentence):
        for n in range(min(_LONGEST, len(near.sentence) - place), 0, -1):
            if match("context", [near.sentence[place : place + n]]):
                place += n - 1
                break
        place += 1
    return list(cues)


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(text)]


def example_mentions(inventory: Inventory) -> pd.DataFrame:
    """The inventory's example sentences as papers to find mentions in: paper_id, abstract, sense, start, end.

    ``[[ ]]`` marks are taken out; ``start`` and ``end`` give the marked mention. ``paper_id`` is
    ``example:<sense>:<number>``.
    """
    import pandas as pd

    rows = []
    for sense in inventory.senses:
        for number, example in enumerate(sense.examples, 1):
            text, start, end = unmark(example)
            rows.append((f"example:{sense.id}:{number}", "", text, sense.id, start, end))
    return pd.DataFrame(rows, columns=["paper_id", "title", "abstract", "sense", "start", "end"])
