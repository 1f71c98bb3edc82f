"""What a caller gives, checked and as a reviews file holds it: senses, notes, mentions, who reviews, and which file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.common.errors import BadInput
from analysis.common.wording import count_of
from analysis.inventory.inventory import Inventory
from analysis.senses.restructure import key_of
from analysis.senses.reviews import CONSENSUS, tags_of

if TYPE_CHECKING:
    from analysis.study.study import Study

REVIEWER = "BIAS_SENSES_REVIEWER"  # the environment variable that says who reviews where a call does not


def known_sense(inventory: Inventory, name: str, stance: str = "") -> tuple[str, str]:
    """The id of a sense given by id or display name, and the stance, "" for none.

    Raises ``BadInput`` if the inventory lacks either.
    """
    ids = {key_of(sense.name): sense.id for sense in inventory.senses} | {key_of(i): i for i in inventory.order}
    if key_of(name) not in ids:
        raise BadInput(f"there is no sense {name!r}; use {', '.join(inventory.order)}")
    if stance and stance not in inventory.stances:
        raise BadInput(f"there is no stance {stance!r}; use {', '.join(inventory.stances) or 'none'}")
    return ids[key_of(name)], stance


def tidied(note: str, tags: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """A note and tags as a row of a file holds them: on one line, each tag once."""
    return on_one_line(note), tuple(tags_of(on_one_line("; ".join(tags))))


def reviewer_named(given: str | None) -> str:
    """Who reviews: the name given, else that of the environment variable ``BIAS_SENSES_REVIEWER``, else "".

    Raises ``BadInput`` for the name that settles what others dispute (``settle_panel`` writes under it).
    """
    name = on_one_line(os.environ.get(REVIEWER, "") if given is None else given)
    if name.lower() == CONSENSUS:
        raise BadInput(f"{name!r} settles what reviewers dispute and is no reviewer's name; choose another")
    return name


def on_one_line(text: str) -> str:
    """Text that a person typed, on one line and without what cannot be shown, as a row of a file is one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def known_ids(study: Study, mention_ids: Iterable[str]) -> list[str]:
    """The mention ids, each once. Raises ``BadInput`` if the study lacks one."""
    ids, there = list(dict.fromkeys(map(str, mention_ids))), set(study.mentions["mention_id"])
    absent = [m for m in ids if m not in there]
    if absent:
        raise BadInput(f"{len(absent)} of {count_of(len(ids), 'mention')} are not in this study, such as {absent[0]!r}")
    return ids


def reviews_beside(study: Study, path: str | os.PathLike[str] | None) -> Path:
    """The reviews file given, else ``reviews.csv`` beside the study folder, where ``open_study`` finds it."""
    from analysis.study.study import REVIEWS

    return Path(path) if path is not None else study.folder.parent / REVIEWS[0]
