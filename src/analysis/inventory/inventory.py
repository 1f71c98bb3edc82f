"""The sense inventory: the senses of a term as data (``data/senses.yaml`` for "bias"), and the term's word family."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from analysis.common.errors import BadInput
from analysis.common.resources import resource
from analysis.inventory.family import Family, normal_term

UNCLEAR = "unclear"
SHIPPED, NONE = "shipped", "none"  # names of inventories that are no file
CUE_KINDS = ("modifier", "head", "verb", "context")


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
class Stance:
    """What authors do with what the term names; ``past`` says it in a sentence ("fought"), ``role`` is tool or harm."""

    id: str
    definition: str
    past: str = ""
    role: str = ""


@dataclass(frozen=True)
class Inventory:
    """All that is known of one term: its senses in their order, its stances, and what belongs to its word family."""

    term: str
    senses: tuple[Sense, ...]
    prefixes: tuple[str, ...] = ()
    exceptions: Mapping[str, str] = field(default_factory=dict)
    stances: Mapping[str, Stance] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        """Sense ids in the inventory's order."""
        return tuple(sense.id for sense in self.senses)

    @property
    def order(self) -> tuple[str, ...]:
        """Every label that a mention may have, in order: the senses, and last ``UNCLEAR``."""
        return (*self.ids, UNCLEAR)

    @property
    def roles(self) -> dict[str, tuple[str, ...]]:
        """The stances of each role, such as harm: mitigate and measure."""
        named = dict.fromkeys(stance.role for stance in self.stances.values() if stance.role)
        return {role: tuple(i for i, stance in self.stances.items() if stance.role == role) for role in named}

    def current(self, label: str) -> str:
        """The label that an older one stands for, since reviews rename and merge senses; "" if there is none."""
        if label in self.order:
            return label
        return next((sense.id for sense in self.senses if label in sense.aliases), "")

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
            "stances": [asdict(stance) for stance in self.stances.values()],
            "senses": [
                {**asdict(s), "aliases": list(s.aliases), "examples": list(s.examples),
                 "cues": {kind: list(cues) for kind, cues in s.cues.items()}}
                for s in self.senses
            ],
        }  # fmt: skip

    def family(self, also: Iterable[str] = ()) -> Family:
        """The term's word family; ``also`` adds irregular forms."""
        return Family(self.term, self.prefixes, tuple(also), self.exceptions)

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


def inventory_for(term: str, choice: str | os.PathLike[str] | None = None) -> tuple[str, Inventory | None]:
    """The inventory of a study of ``term``, and its name: ``SHIPPED``, ``NONE`` (and None), or the path of a file.

    Without ``choice`` it is the shipped one if that is about the term, else none. Raises ``BadInput`` for a file that
    cannot be used, or that is about another term.
    """
    term = normal_term(term).lower()
    name = str(choice) if choice is not None else SHIPPED if term == load_inventory().term else NONE
    if name == NONE:
        return name, None
    inventory = load_inventory(None if name == SHIPPED else name)
    if inventory.term != term:
        raise BadInput(f"{name}: an inventory of {inventory.term!r}, not of {term!r}; say --term {inventory.term!r}")
    return name, inventory


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
        term=normal_term(str(data["term"])).lower(),
        senses=senses,
        prefixes=tuple(map(str, family.get("prefixes") or ())),
        exceptions=_exceptions(family.get("exceptions") or ()),
        stances={stance.id: stance for stance in (_stance(place, entry) for entry in data.get("stances") or ())},
    )


def _stance(path: str, entry: Any) -> Stance:
    if not isinstance(entry, dict) or not entry.get("id") or not entry.get("definition"):
        raise BadInput(f"{path}: a stance needs an `id` and a `definition`")
    own = {name: str(entry.get(name) or "") for name in ("past", "role")}
    return Stance(str(entry["id"]), " ".join(str(entry["definition"]).split()), **own)


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


def family_of(term: str | Family, *, also: Iterable[str] = (), inventory: Inventory | None = None) -> Family:
    """The word family of a term: that of ``inventory`` (default: the shipped one) if it is about this term, else plain
    inflections."""
    if isinstance(term, Family):
        return term
    from analysis.inventory.inventory import load_inventory

    known = inventory or load_inventory()
    if normal_term(term).lower() == known.term:
        return known.family(also)
    return Family(term, (), tuple(also))
