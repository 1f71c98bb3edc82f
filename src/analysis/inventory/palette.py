"""The colour, marker and name that each sense keeps everywhere, and the order in which senses are shown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.inventory.inventory import MARKERS, NO_SENSE, OTHER, UNCLEAR

if TYPE_CHECKING:
    from analysis.inventory.inventory import Inventory, Parent, Sense

GREY, DARK_GREY = "#999999", "#5F5F5F"
_PLAIN = {OTHER: ("Other", DARK_GREY, "+"), UNCLEAR: ("Unclear", GREY, "x")}  # how labels that are no sense are drawn

# Okabe and Ito (2008) and Paul Tol's muted set, for senses whose inventory names no colour (induced ones).
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#332288", "#882255", "#117733",
            "#999933", "#DDCC77", "#F0E442")  # fmt: skip


@dataclass(frozen=True)
class Look:
    """How one sense is named and drawn."""

    name: str
    colour: str = GREY
    marker: str = "."


def dealt(names: Iterable[str]) -> list[Look]:
    """Looks for things that have none of their own, such as stances or topics: colours and markers in their order."""
    return [Look(name, _COLOURS[i % len(_COLOURS)], MARKERS[i % len(MARKERS)]) for i, name in enumerate(names)]


class Palette(Mapping[str, Look]):
    """Sense id -> ``Look``, in the inventory's order; a label it does not know is drawn in grey under its own id.

    ``past`` has the inventory's words for what authors do ("fought"), by stance; ``roles`` the stances of each role.
    ``no_sense`` are the labels that are no sense. The ``parents`` of senses are known by their ids, too, but not
    listed among the senses.
    """

    def __init__(
        self,
        looks: Mapping[str, Look],
        past: Mapping[str, str] | None = None,
        roles: Mapping[str, tuple[str, ...]] | None = None,
        *,
        no_sense: Collection[str] = NO_SENSE,
        parents: Mapping[str, Look] | None = None,
    ) -> None:
        self._looks, self.past, self.roles = dict(looks), dict(past or {}), dict(roles or {})
        self.no_sense, self.parents = tuple(no_sense), dict(parents or {})

    def __getitem__(self, sense: str) -> Look:
        return self._looks.get(sense) or self.parents.get(sense) or Look(sense)

    def __iter__(self) -> Iterator[str]:
        return iter(self._looks)

    def __len__(self) -> int:
        return len(self._looks)

    @property
    def telling(self) -> tuple[str, ...]:
        """The stances that say what authors do: those with a role."""
        return tuple(stance for stances in self.roles.values() for stance in stances)

    def tag(self, sense: str) -> str:
        """A sense in a word, for narrow places: its id, or for an induced one, whose id says nothing, its name."""
        return self[sense].name if re.fullmatch(r"sense-\d+", sense) else sense

    def named(self, senses: str | Iterable[str]) -> str:
        """A sense, or several, by name, as the cells of a table show them."""
        return "; ".join(self[sense].name for sense in ([senses] if isinstance(senses, str) else senses))

    def order(self, senses: Iterable[str]) -> list[str]:
        """The senses that occur, in the inventory's order; unknown ones behind it by name, ``no_sense`` last."""
        found = set(senses)
        known = [sense for sense in self._looks if sense in found and sense not in self.no_sense]
        last = [label for label in self.no_sense if label in found]
        return [*known, *sorted(found - set(self._looks) - set(last)), *last]


def palette_of(inventory: Inventory) -> Palette:
    """The palette of an inventory: its own colours and markers; missing ones are dealt out in order."""
    looks = _looks(inventory.senses) | {label: Look(*_PLAIN[label]) for label in inventory.no_sense}
    past = {stance.id: stance.past or stance.id for stance in inventory.stances.values()}
    parents = _looks(inventory.parents)
    return Palette(looks, past, inventory.roles, no_sense=inventory.no_sense, parents=parents)


def _looks(named: Sequence[Sense | Parent]) -> dict[str, Look]:
    plain = dealt(one.name for one in named)
    return {
        one.id: Look(one.name, one.colour or look.colour, one.marker or look.marker)
        for one, look in zip(named, plain, strict=True)
    }
