"""Abstracts that people labelled, as training reads them: roles of sentences, entities. None of them ships.

Roles are CSAbstruct's (Cohan, Beltagy, King, Dalvi and Weld 2019: JSON lines with sentences and the label that most
gave to each) and, for medicine, those of the headings that abstracts bring themselves. Entities are SciERC's (Luan, He,
Ostendorf and Hajishirzi 2018: CoNLL columns, the last one the kind in IOB1).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from analysis.common.errors import BadInput
from analysis.common.split import split_sentences
from analysis.evidence.sentences import heading_of

ROLES = ("background", "objective", "method", "result", "other")
KINDS = ("task", "method", "material", "metric", "other")
_KIND_OF = {
    "Task": "task", "Method": "method", "Material": "material", "Metric": "metric", "OtherScientificTerm": "other",
}  # fmt: skip
# The treebank's names of marks.
_MARKS = {
    "-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}", "``": '"', "''": '"',
}  # fmt: skip

Span = tuple[int, int]


class Abstract(NamedTuple):
    """One labelled abstract; labels that its source does not have are empty.

    ``roles`` are indices into ROLES, one a sentence; ``agreed`` says how far those who labelled a sentence agreed, 0 to
    1. ``words`` are spans of characters, ``entities`` are (first word,
    end, index into KINDS) over the whole abstract.
    """

    text: str
    sentences: list[Span]
    roles: list[int]
    words: list[Span]
    entities: list[tuple[int, int, int]]
    agreed: Sequence[float] = ()

    def tags(self, tokens: list[Span]) -> np.ndarray:
        """Tag of each token by its span of characters: 0 none, 1 + 2k the begin of kind k, 2 + 2k its inside."""
        tags = np.zeros(len(tokens), np.int64)
        starts = np.array([start for start, _ in tokens])
        for first, end, kind in self.entities:
            inside = np.flatnonzero((starts >= self.words[first][0]) & (starts < self.words[end - 1][1]))
            tags[inside] = 2 + 2 * kind
            tags[inside[:1]] = 1 + 2 * kind
        return tags


def read_labelled(folder: Path, part: str) -> tuple[list[Abstract], list[Abstract]]:
    """Abstracts of a part ("train" or "dev") with roles, and abstracts with entities.

    Raises ``BadInput`` naming the file that is absent or cannot be understood.
    """
    made = []
    for name, read in ((f"csabstruct_{part}.jsonl", _with_roles), (f"scierc_{part}.txt", _with_entities)):
        path = folder / name
        try:
            made.append(read(path.read_text(encoding="utf-8")))
        except OSError as error:
            raise BadInput(
                f"{path}: cannot be read ({error.strerror}); training needs the labelled abstracts of CSAbstruct and "
                "SciERC, which do not ship"
            ) from error
        except (ValueError, KeyError) as error:
            raise BadInput(f"{path}: not in the form of its source ({error})") from error
    return made[0], made[1]


def read_structured(abstracts: Iterable[str]) -> list[Abstract]:
    """Those abstracts that stand under headings of their own from the first sentence on, with the headings taken out.

    At least three roles must be headed. What a heading leaves open is the first of its roles: sentences under
    "Background" are background, though the last of them may state the aim. An abstract that occurs twice counts once.
    """
    made = {}
    for text in dict.fromkeys(abstracts):
        parts: list[str] = []
        roles: list[int] = []
        for start, end in split_sentences(text):
            under, heading = heading_of(text[start:end])
            if not roles and not under:
                break
            if body := text[start + heading : end].strip():
                parts.append(body)
                roles.append(ROLES.index(under[0]) if under else roles[-1])
        if len(set(roles)) >= 3:
            joined, sentences = _joined(parts)
            made[joined] = Abstract(joined, sentences, roles, [], [])
    return list(made.values())


def _with_roles(content: str) -> list[Abstract]:
    made = []
    for line in content.splitlines():
        row = json.loads(line)
        text, sentences = _joined(row["sentences"])
        made.append(Abstract(text, sentences, [ROLES.index(label) for label in row["labels"]], [], [], row["confs"]))
    return made


def _with_entities(content: str) -> list[Abstract]:
    made = []
    for document in content.split("-DOCSTART- NN O O")[1:]:
        rows = [[line.split(" ") for line in block.splitlines()] for block in document.strip().split("\n\n")]
        text, words = _joined([_MARKS.get(row[0], row[0]) for block in rows for row in block])
        sentences, entities, at = [], [], 0
        for block in rows:
            sentences.append((words[at][0], words[at + len(block) - 1][1]))
            entities += [(at + first, at + end, kind) for first, end, kind in _entities([row[-1] for row in block])]
            at += len(block)
        made.append(Abstract(text, sentences, [], words, entities))
    return made


def _entities(labels: list[str]) -> list[tuple[int, int, int]]:
    """Spans in a sentence's IOB1 labels: a new one begins with B, or where the kind changes. Generic ones are none."""
    found: list[tuple[int, int, int]] = []
    before = "O"
    for i, label in enumerate(labels):
        mark, _, name = label.partition("-")
        if name in _KIND_OF:
            if mark == "I" and name == before:
                found[-1] = (found[-1][0], i + 1, found[-1][2])
            else:
                found.append((i, i + 1, KINDS.index(_KIND_OF[name])))
        elif label not in ("O", "I-Generic", "B-Generic"):
            raise ValueError(f"unknown label {label!r}")
        before = name
    return found


def _joined(parts: list[str]) -> tuple[str, list[Span]]:
    """Parts with a blank between, and the span of each."""
    ends = np.cumsum([len(part) + 1 for part in parts])
    return " ".join(parts), [(int(end) - len(part) - 1, int(end) - 1) for end, part in zip(ends, parts, strict=True)]
