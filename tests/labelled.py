"""Papers with labelled mentions, for tests that ask whether every one is found."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Labelled(NamedTuple):
    """Papers as JSON lines and the places of their mentions, labelled by reading: files, and what is in them."""

    corpora: tuple[Path, ...]
    labels: tuple[Path, ...]
    papers: int
    cleaned: int  # labels in a text that cleaning moves
    linked: list[str]  # papers with a label inside a link, which is no mention
