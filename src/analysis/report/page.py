"""What a page of a report is called and what surrounds its content."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Link:
    """An entry of the pages' navigation."""

    href: str
    label: str
    current: bool = False


@dataclass(frozen=True)
class Page:
    """What a page shows around its notebook."""

    href: str
    label: str
    site: str = ""
    title: str = ""
    author: str = ""
    chapter: str = ""
    nav: tuple[Link, ...] = ()
    previous: Link | None = None
    next: Link | None = None
    line: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    provenance: tuple[tuple[str, str], ...] = ()
    footer: str = ""
    notebook: Link | None = None  # its source, for whoever wants to run it; the label says format and size
    wide: bool = False
    extra: dict[str, Any] = field(default_factory=dict)


def label_of(stem: str) -> str:
    """Short label of a notebook for the navigation: ``01_collection`` -> ``Collection``, ``report`` -> ``Summary``."""
    words = stem.lstrip("0123456789").strip("_- ").replace("_", " ").replace("-", " ").strip()
    if words == "report":
        return "Summary"
    return words[:1].upper() + words[1:] if words else stem


def chapter_of(stem: str) -> str:
    """Chapter that numbers a notebook's figures: ``03_senses`` -> ``3``; "" where the name has no number."""
    digits = stem[: len(stem) - len(stem.lstrip("0123456789"))]
    return str(int(digits)) if digits else ""
