"""The sense inventory: the senses of a term as data (``data/senses.yaml`` for "bias"), and the term's word family."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from analysis.common.errors import BadInput
from analysis.common.resources import resource
from analysis.inventory.family import Family, normal_term
from analysis.inventory.marks import MARK_CLOSE, MARK_OPEN

OTHER, UNCLEAR = "other", "unclear"  # none of the senses fits; the context does not decide which
NO_SENSE = (OTHER, UNCLEAR)  # the labels that are no sense, unless an inventory has a sense of its own called so
SHIPPED, NONE = "shipped", "none"  # names of inventories that are no file
WORKED = ("attention", "kernel", "representation")  # worked examples for other terms: data/NAME.yaml
CUE_KINDS = ("modifier", "head", "verb", "context")
# Matplotlib's filled markers and three of ``charts.markers``. Its crosses are kept for what is no sense.
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*", "<", ">", "h", "p", "d", "H", "8", "hourglass", "bowtie", "arrow")

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


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
    parent: str = ""


@dataclass(frozen=True)
class Parent:
    """What several senses have in common: a coarser sense, which a reader may be sure of before it is of the sense."""

    id: str
    name: str
    definition: str
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
    also: tuple[str, ...] = ()
    parents: tuple[Parent, ...] = ()

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Sense ids in the inventory's order."""
        return tuple(sense.id for sense in self.senses)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Every label that a mention may have, in order: the senses, ``OTHER``, and last ``UNCLEAR``."""
        return (*self.ids, *self.no_sense)

    @cached_property
    def no_sense(self) -> tuple[str, ...]:
        """The labels that are no sense: ``OTHER``, unless a sense is called so, and ``UNCLEAR``."""
        return tuple(label for label in NO_SENSE if label not in self.ids)

    @property
    def parent_by_sense(self) -> dict[str, str]:
        """The parent of each sense; empty where the inventory has none."""
        return {sense.id: self.parent_of(sense.id) for sense in self.senses} if self.parents else {}

    def parent_of(self, label: str) -> str:
        """The parent of a sense; a label without one is its own. "" for all where the inventory has no parents."""
        if not self.parents:
            return ""
        return next((sense.parent for sense in self.senses if sense.id == label), "") or label

    def of_parents(self) -> Inventory:
        """The inventory whose senses are the parents, in their order, with what all their senses bring.

        A sense without a parent stands among them. Raises ``BadInput`` where there are no parents.
        """
        if not self.parents:
            raise BadInput(f"the inventory of {self.term!r} has no parents; its senses are read by themselves")
        coarse = [
            Sense(p.id, p.name, p.definition, colour=p.colour, marker=p.marker, **_joined(self.senses, p.id))
            for p in self.parents
        ]
        return replace(self, senses=(*coarse, *(s for s in self.senses if not s.parent)), parents=())

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
            "family": {
                "prefixes": list(self.prefixes), "also": list(self.also), "exceptions": dict(self.exceptions),
            },
            "stances": [asdict(stance) for stance in self.stances.values()],
            "parents": [asdict(parent) for parent in self.parents],
            "senses": [
                {**asdict(s), "aliases": list(s.aliases), "examples": list(s.examples),
                 "cues": {kind: list(cues) for kind, cues in s.cues.items()}}
                for s in self.senses
            ],
        }  # fmt: skip

    def family(self, also: Iterable[str] = ()) -> Family:
        """The term's word family; ``also`` adds irregular forms to the inventory's own."""
        return Family(self.term, self.prefixes, tuple(dict.fromkeys((*self.also, *also))), self.exceptions)

    def without(self, sense_id: str) -> Inventory:
        """The inventory less one sense, for finding out whether it is discovered again."""
        return replace(self, senses=tuple(s for s in self.senses if s.id != sense_id))


def _joined(senses: Iterable[Sense], parent: str) -> dict[str, Any]:
    """What the senses of a parent bring to it: their ids and aliases, cues and examples, each once."""
    own = [sense for sense in senses if sense.parent == parent]
    cues = {kind: tuple(dict.fromkeys(cue for s in own for cue in s.cues.get(kind, ()))) for kind in CUE_KINDS}
    examples = tuple(dict.fromkeys(example for sense in own for example in sense.examples))
    aliases = tuple(dict.fromkeys(name for sense in own for name in (sense.id, *sense.aliases)))
    return {"aliases": aliases, "cues": cues, "examples": examples}


def load_inventory(path: str | os.PathLike[str] | None = None) -> Inventory:
    """Read an inventory from YAML; without ``path``, the shipped one for "bias".

    The file holds ``term`` and ``senses`` (each with ``id`` and ``definition``; name, aliases, cues, examples, colour
    and marker may be left out), and optionally ``family``, ``stances`` and ``parents``, one of which each sense then
    names as its ``parent``. Raises ``BadInput`` when the file is
    absent, no YAML, misses what it must have, or says what no chart or reader could use.
    """
    return _load(str(path) if path is not None else str(resource("data", "senses.yaml")))


def is_shipped(sense: str, name: str, definition: str) -> bool:
    """Whether the shipped inventory has this sense, under this name and with this definition."""
    return (sense, name, definition) in {(own.id, own.name, own.definition) for own in load_inventory().senses}


def inventory_for(term: str, choice: str | os.PathLike[str] | None = None) -> tuple[str, Inventory | None]:
    """The inventory of a study of ``term``, and its name: ``SHIPPED``, ``NONE`` (and None), or the path of a file.

    ``choice`` is one of these or the name of a worked example (``WORKED``), unless a file of that name is at hand.
    Without it the inventory is the shipped one if that is about the term, else none. Raises ``BadInput`` for a file
    that cannot be used, or that is about another term.
    """
    term = normal_term(term).lower()
    name = str(choice) if choice is not None else SHIPPED if term == load_inventory().term else NONE
    if name in WORKED and not Path(name).is_file():
        name = str(resource("data", f"{name}.yaml"))
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
        raise BadInput(f"{path}: no such inventory file; by name there are {', '.join(WORKED)}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadInput(f"{path}: not a readable YAML inventory ({str(error).splitlines()[0]})") from error
    inventory = inventory_of(data, path)
    _check_cues(path, inventory)
    _check_examples(path, inventory)
    _check_parents(path, inventory)
    named: list[Sense | Parent] = [*inventory.senses, *inventory.parents]
    for sense in named:
        kind = "sense" if isinstance(sense, Sense) else "parent"
        if sense.colour and not _COLOUR.fullmatch(sense.colour):
            raise BadInput(f"{path}: {kind} {sense.id!r} has the colour {sense.colour!r}; write it as '#0072B2'")
        if sense.marker and sense.marker not in MARKERS:
            raise BadInput(
                f"{path}: {kind} {sense.id!r} has the marker {sense.marker!r}; use one of {' '.join(MARKERS)}"
            )
    return inventory


def _check_parents(path: str, inventory: Inventory) -> None:
    """Where there are parents, each sense names one of them, and none is called like a sense."""
    known = [parent.id for parent in inventory.parents]
    if both := next((i for i in known if i in inventory.ids), ""):
        raise BadInput(f"{path}: {both!r} is a parent and a sense; rename one")
    for sense in inventory.senses if known else ():
        if sense.parent not in known:
            named = f"the parent {sense.parent!r}" if sense.parent else "no parent"
            raise BadInput(f"{path}: sense {sense.id!r} has {named}; under `parents:` stand {', '.join(known)}")


def _check_cues(path: str, inventory: Inventory) -> None:
    """A pattern speaks for one sense only, within its kind."""
    for kind in CUE_KINDS:
        owner: dict[str, str] = {}
        for sense in inventory.senses:
            for cue in sense.cues[kind]:
                if owner.setdefault(cue, sense.id) != sense.id:
                    raise BadInput(
                        f"{path}: the {kind} cue {cue!r} stands under {owner[cue]!r} and {sense.id!r}; leave it to one"
                    )


def _check_examples(path: str, inventory: Inventory) -> None:
    """Each example marks one mention, a whole word of the family: nobody could learn from another one."""
    family = inventory.family()
    for sense in inventory.senses:
        for example in sense.examples:
            before, opened, rest = example.partition(MARK_OPEN)
            marked, closed, after = rest.partition(MARK_CLOSE)
            if not (opened and closed and marked.strip()) or MARK_OPEN in rest or MARK_CLOSE in before + after:
                raise BadInput(
                    f"{path}: an example of {sense.id!r} needs one mention in double brackets, such as "
                    f"[[{inventory.term}]]: {example[:60]!r}"
                )
            span = (len(before), len(before + marked))
            if all(found.span() != span for found in family.find(before + marked + after)):
                raise BadInput(
                    f"{path}: an example of {sense.id!r} marks {marked!r}, which is no whole form of "
                    f"{inventory.term!r}; mark the word alone, or name the form under family, `also:`"
                )


def inventory_of(data: Any, place: str = "inventory") -> Inventory:
    """Make an inventory of plain data in the shape of the YAML file. Raises ``BadInput``, naming ``place``."""
    if not isinstance(data, dict) or not data.get("term") or not isinstance(data.get("senses"), list):
        raise BadInput(f"{place}: an inventory needs `term: WORD` and a list `senses:`")
    senses = tuple(_sense(place, number, entry) for number, entry in enumerate(data["senses"], 1))
    ids = [sense.id for sense in senses]
    twice = next((i for number, i in enumerate(ids) if i in ids[:number] or i == UNCLEAR), "")
    if twice:
        raise BadInput(f"{place}: sense ids must differ from each other and from {UNCLEAR!r}; rename {twice!r}")
    parents = tuple(_parent(place, entry) for entry in data.get("parents") or ())
    of_parents = [parent.id for parent in parents]
    twice = next((i for number, i in enumerate(of_parents) if i in of_parents[:number] or i in NO_SENSE), "")
    if twice:
        raise BadInput(
            f"{place}: parent ids must differ from each other and from {' and '.join(NO_SENSE)}; rename {twice!r}"
        )
    family = data.get("family") or {}
    if not isinstance(family, dict):
        raise BadInput(f"{place}: `family:` holds `prefixes:`, `also:` and `exceptions:`")
    return Inventory(
        term=normal_term(str(data["term"])).lower(),
        senses=senses,
        prefixes=_texts(place, "family", "prefixes", family),
        also=_texts(place, "family", "also", family),
        exceptions=_exceptions(place, family.get("exceptions") or ()),
        stances={stance.id: stance for stance in (_stance(place, entry) for entry in data.get("stances") or ())},
        parents=parents,
    )


def _parent(path: str, entry: Any) -> Parent:
    if not isinstance(entry, dict) or not str(entry.get("id") or "").strip() or not entry.get("definition"):
        raise BadInput(f"{path}: a parent needs an `id` and a `definition`")
    own = {name: str(entry.get(name) or "") for name in ("colour", "marker")}
    parent_id = str(entry["id"]).strip()
    return Parent(parent_id, str(entry.get("name") or parent_id), " ".join(str(entry["definition"]).split()), **own)


def _stance(path: str, entry: Any) -> Stance:
    if not isinstance(entry, dict) or not entry.get("id") or not entry.get("definition"):
        raise BadInput(f"{path}: a stance needs an `id` and a `definition`")
    own = {name: str(entry.get(name) or "") for name in ("past", "role")}
    return Stance(str(entry["id"]), " ".join(str(entry["definition"]).split()), **own)


def _sense(path: str, number: int, entry: Any) -> Sense:
    if not isinstance(entry, dict) or not str(entry.get("id") or "").strip() or not entry.get("definition"):
        raise BadInput(f"{path}: sense {number} needs an `id` and a `definition`")
    sense_id = str(entry["id"]).strip()
    if entry.get("colour", "") is None:  # YAML takes what follows a bare # for a comment
        raise BadInput(f"{path}: sense {sense_id!r} has an empty colour; write it in quotes, as in colour: '#0072B2'")
    cues = entry.get("cues") or {}
    if not isinstance(cues, dict) or not set(cues) <= set(CUE_KINDS):
        raise BadInput(f"{path}: the cues of sense {sense_id!r} stand under {', '.join(CUE_KINDS)}")
    patterns = {kind: _texts(path, f"cues of {sense_id!r}", kind, cues) for kind in CUE_KINDS}
    return Sense(
        id=sense_id,
        name=str(entry.get("name") or sense_id),
        definition=" ".join(str(entry["definition"]).split()),
        aliases=_texts(path, f"sense {sense_id!r}", "aliases", entry),
        cues={kind: tuple(" ".join(cue.lower().split()) for cue in found) for kind, found in patterns.items()},
        examples=_texts(path, f"sense {sense_id!r}", "examples", entry),
        colour=str(entry.get("colour") or ""),
        marker=str(entry.get("marker") or ""),
        parent=str(entry.get("parent") or "").strip(),
    )


def _texts(path: str, owner: str, name: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
    found = entry.get(name) or ()
    if not isinstance(found, (list, tuple)):
        raise BadInput(f"{path}: `{name}` ({owner}) is a list; write [{found}] or one a line behind a dash")
    return tuple(map(str, found))


def _exceptions(path: str, entries: Any) -> dict[str, str]:
    if isinstance(entries, dict):
        return {str(word).lower(): str(reason) for word, reason in entries.items()}
    if not all(isinstance(entry, dict) and entry.get("word") and entry.get("reason") for entry in entries):
        raise BadInput(f"{path}: each of the `exceptions:` is written {{word: WORD, reason: WHY}}")
    return {str(entry["word"]).lower(): str(entry["reason"]) for entry in entries}


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
