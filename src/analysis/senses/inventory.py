"""The sense inventory: the senses of a term as data (``data/senses.yaml`` for "bias"), and the term's word family."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from analysis.errors import BadInput
from analysis.resources import resource

UNCLEAR = "unclear"
CUE_KINDS = ("modifier", "head", "verb", "context")
MARK_OPEN, MARK_CLOSE = "[[", "]]"


@dataclass(frozen=True)
class Sense:
    """One sense of the term: its definition, what collocates with it, and example sentences ``... [[bias]] ...``."""

    id: str
    name: str
    definition: str
    aliases: tuple[str, ...] = ()
    cues: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    examples: tuple[str, ...] = ()
    colour: str = ""
    marker: str = ""


@dataclass(frozen=True)
class Inventory:
    """The senses of one term in their order, and what belongs to its word family."""

    term: str
    senses: tuple[Sense, ...]
    prefixes: tuple[str, ...] = ()
    exceptions: Mapping[str, str] = field(default_factory=dict)
    stances: Mapping[str, str] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        """Sense ids in the inventory's order."""
        return tuple(sense.id for sense in self.senses)

    def __getitem__(self, sense_id: str) -> Sense:
        for sense in self.senses:
            if sense.id == sense_id:
                return sense
        raise KeyError(sense_id)

    def as_data(self) -> dict[str, Any]:
        """Plain data in the shape of the YAML file; ``inventory_of`` reads it back."""
        return {
            "term": self.term,
            "family": {"prefixes": list(self.prefixes), "exceptions": dict(self.exceptions)},
            "stances": [{"id": i, "definition": d} for i, d in self.stances.items()],
            "senses": [
                {**asdict(s), "aliases": list(s.aliases), "examples": list(s.examples),
                 "cues": {kind: list(cues) for kind, cues in s.cues.items()}}
                for s in self.senses
            ],
        }  # fmt: skip

    def without(self, sense_id: str) -> Inventory:
        """The inventory less one sense, for finding out whether it is discovered again."""
        return Inventory(
            self.term, tuple(s for s in self.senses if s.id != sense_id), self.prefixes, self.exceptions, self.stances
        )


def load_inventory(path: str | os.PathLike[str] | None = None) -> Inventory:
    """Read an inventory from YAML; without ``path``, the shipped one for "bias".

    The file holds ``term`` and ``senses`` (each with ``id`` and ``definition``; name, aliases, cues, examples, colour
    and marker may be left out), and optionally ``family`` and ``stances``. Raises ``BadInput`` when the file is
    absent, no YAML, or misses what it must have.
    """
    return _load(str(path) if path is not None else str(resource("data", "senses.yaml")))


@cache
def _load(path: str) -> Inventory:
    import yaml

    try:
        data = yaml.safe_load(Path(path).read_text("utf-8"))
    except FileNotFoundError as error:
        raise BadInput(f"{path}: no such inventory file") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadInput(f"{path}: not a readable YAML inventory ({str(error).splitlines()[0]})") from error
    return inventory_of(data, path)


def inventory_of(data: Any, place: str = "inventory") -> Inventory:
    """Make an inventory of plain data in the shape of the YAML file. Raises ``BadInput``, naming ``place``."""
    if not isinstance(data, dict) or not data.get("term") or not isinstance(data.get("senses"), list):
        raise BadInput(f"{place}: an inventory needs `term: WORD` and a list `senses:`")
    senses = tuple(_sense(place, number, entry) for number, entry in enumerate(data["senses"], 1))
    ids = [sense.id for sense in senses]
    if len(set(ids)) < len(ids) or UNCLEAR in ids:
        raise BadInput(f"{place}: sense ids must differ from each other and from {UNCLEAR!r}")
    family = data.get("family") or {}
    return Inventory(
        term=str(data["term"]).strip().lower(),
        senses=senses,
        prefixes=tuple(map(str, family.get("prefixes") or ())),
        exceptions=_exceptions(family.get("exceptions") or ()),
        stances={str(s["id"]): str(s["definition"]) for s in data.get("stances") or ()},
    )


def _sense(path: str, number: int, entry: Any) -> Sense:
    if not isinstance(entry, dict) or not entry.get("id") or not entry.get("definition"):
        raise BadInput(f"{path}: sense {number} needs an `id` and a `definition`")
    cues = entry.get("cues") or {}
    return Sense(
        id=str(entry["id"]),
        name=str(entry.get("name") or entry["id"]),
        definition=" ".join(str(entry["definition"]).split()),
        aliases=tuple(map(str, entry.get("aliases") or ())),
        cues={kind: tuple(str(c).lower() for c in cues.get(kind) or ()) for kind in CUE_KINDS},
        examples=tuple(map(str, entry.get("examples") or ())),
        colour=str(entry.get("colour") or ""),
        marker=str(entry.get("marker") or ""),
    )


def _exceptions(entries: Any) -> dict[str, str]:
    if isinstance(entries, dict):
        return {str(word).lower(): str(reason) for word, reason in entries.items()}
    return {str(e["word"]).lower(): str(e["reason"]) for e in entries}
