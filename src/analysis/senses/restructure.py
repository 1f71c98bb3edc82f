"""Renames and merges of senses: what they make of an inventory, and what of them contradicts itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analysis.inventory.inventory import CUE_KINDS, OTHER, Inventory, Sense

if TYPE_CHECKING:
    import pandas as pd

RENAME, MERGE = "rename", "merge"


@dataclass(frozen=True)
class Plan:
    """An inventory after renames and merges.

    ``now`` leads from each id before to its id after; ``applied`` counts the actions done; ``conflicts`` holds what
    was left out, as ``{"lines": [...], "reason": ...}``.
    """

    inventory: Inventory
    now: Mapping[str, str]
    applied: Mapping[str, int]
    conflicts: tuple[dict[str, Any], ...] = ()

    @cached_property
    def names(self) -> dict[str, str]:
        """Every name, old or new, id or display name, as ``key_of`` gives it, with the id it stands for now."""
        names = {key_of(before): after for before, after in self.now.items()}
        for sense in self.inventory.senses:
            names |= {key_of(sense.name): sense.id}
        return names | {key_of(i): i for i in self.inventory.order}

    def resolve(self, name: str) -> str:
        """The id that ``name`` stands for now, "" if none."""
        return self.names.get(key_of(name), "")

    def is_free(self, name: str) -> bool:
        """Whether a sense may be made under this name: nothing has it, or only ``OTHER``, which a sense may take."""
        known = self.resolve(name)
        return not known or (known == OTHER and OTHER in self.inventory.no_sense)


@dataclass(frozen=True)
class _Wish:
    """One rename or merge, and the lines that ask for it; ``sense`` and ``target`` are ids where they are known."""

    action: str
    sense: str
    target: str
    to: str
    lines: tuple[int, ...]


def restructured(inventory: Inventory, reviews: pd.DataFrame) -> Plan:
    """Apply the renames and merges of a reviews table (with ``line``) to an inventory, from the top down.

    A sense for which different things are asked, and senses merged in a circle, stay as they are; so does what names
    an unknown sense or takes a name in use. Each of these is a conflict of the plan.
    """
    plan = Plan(inventory, {i: i for i in inventory.ids}, {RENAME: 0, MERGE: 0})
    wishes = _wishes(plan, reviews[reviews["action"].isin([RENAME, MERGE])])
    conflicts = [*_contradictions(wishes), *_circles(wishes)]
    plan = replace(plan, conflicts=tuple(conflicts))
    contested = {line for conflict in conflicts for line in conflict["lines"]}
    for wish in wishes:
        if contested.isdisjoint(wish.lines):
            plan = _apply(plan, wish)
    return plan


def key_of(name: str) -> str:
    """A name as an id: lower case, words joined by hyphens."""
    return re.sub(r"[^\w]+", "-", name.strip().lower()).strip("-")


def _wishes(plan: Plan, rows: pd.DataFrame) -> list[_Wish]:
    found: dict[tuple[str, str, str], _Wish] = {}
    for action, sense, to, line in zip(rows["action"], rows["sense"], rows["to"], rows["line"], strict=True):
        key = (action, plan.resolve(sense) or key_of(sense), plan.resolve(to) or key_of(to))
        known = found.setdefault(key, _Wish(*key, to, ()))
        found[key] = replace(known, lines=(*known.lines, int(line)))
    return list(found.values())


def _contradictions(wishes: list[_Wish]) -> list[dict[str, Any]]:
    by_sense: dict[str, list[_Wish]] = {}
    for wish in wishes:
        by_sense.setdefault(wish.sense, []).append(wish)
    return [
        {
            "lines": sorted(line for wish in several for line in wish.lines),
            "reason": f"{sense}: {' and '.join(f'{w.action} to {w.to!r}' for w in several)}",
        }
        for sense, several in by_sense.items()
        if len(several) > 1
    ]


def _circles(wishes: list[_Wish]) -> list[dict[str, Any]]:
    into = {wish.sense: wish.target for wish in wishes if wish.action == MERGE and wish.sense != wish.target}
    conflicts = []
    for sense in sorted(into):
        ring, at = [sense], into[sense]
        while at in into and at not in ring:
            ring.append(at)
            at = into[at]
        if at == sense == min(ring):
            lines = sorted(n for w in wishes if w.action == MERGE and w.sense in ring for n in w.lines)
            conflicts.append({"lines": lines, "reason": f"merged in a circle: {', '.join(sorted(ring))}"})
    return conflicts


def _apply(plan: Plan, wish: _Wish) -> Plan:
    inventory, source, target = plan.inventory, plan.resolve(wish.sense), plan.resolve(wish.to)
    reason = _refusal(plan, wish, source, target)
    if reason:
        return replace(plan, conflicts=(*plan.conflicts, {"lines": sorted(wish.lines), "reason": reason}))
    if wish.action == RENAME:
        target = key_of(wish.to)
        senses = tuple(_renamed(s, target, wish.to) if s.id == source else s for s in inventory.senses)
    else:
        joined = _joined(inventory[target], inventory[source])
        senses = tuple(joined if s.id == target else s for s in inventory.senses if s.id != source)
    return replace(
        plan,
        inventory=replace(inventory, senses=senses),
        now={before: target if after == source else after for before, after in plan.now.items()},
        applied={**plan.applied, wish.action: plan.applied[wish.action] + 1},
    )


def _refusal(plan: Plan, wish: _Wish, source: str, target: str) -> str:
    if source not in plan.inventory.ids:
        return f"{wish.action}: there is no sense {wish.sense!r}"
    if wish.action == RENAME:
        if not key_of(wish.to):
            return f"rename: {wish.to!r} is no name"
        free = target == source or plan.is_free(wish.to)
        return f"rename: {wish.to!r} is taken; to join two senses use merge" if not free else ""
    if target not in plan.inventory.ids:
        return f"merge: there is no sense {wish.to!r}"
    return f"merge: {wish.to!r} is the same sense" if target == source else ""


def _renamed(sense: Sense, new_id: str, name: str) -> Sense:
    before = [a for a in (sense.id, sense.name) if a not in (new_id, name)]
    return replace(sense, id=new_id, name=titled(name), aliases=_both(sense.aliases, before))


def _joined(kept: Sense, gone: Sense) -> Sense:
    return replace(
        kept,
        aliases=_both(kept.aliases, (gone.id, gone.name, *gone.aliases)),
        cues={kind: _both(kept.cues.get(kind, ()), gone.cues.get(kind, ())) for kind in CUE_KINDS},
        examples=_both(kept.examples, gone.examples),
    )


def _both(a: tuple[str, ...], b: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*a, *b]))


def titled(name: str) -> str:
    """A display name: the first letter is a capital."""
    return name.strip()[:1].upper() + name.strip()[1:]
