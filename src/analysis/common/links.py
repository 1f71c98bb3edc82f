"""Where a number leads: every mention has an anchor in the report's concordance, and so has every selection of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from urllib.parse import urlencode

CONCORDANCE = "mentions.html"
SIDES = ("mentions-one.html", "mentions-two.html")  # the concordances of two collections that are compared
EVIDENCE = "evidence.html"
CARDS = "03_senses.ipynb"  # the report names the page of a notebook like the notebook
VALIDATION = "06_validation.ipynb"
PRIMER = "primer.ipynb"


def anchor(mention_id: str) -> str:
    """The id that a mention has in a page: ``m-`` and letters, digits, points and hyphens.

    Ids that hold anything else get a short hash of themselves, so that different mentions keep different anchors:
    ``2502.10010#abstract:17`` -> ``m-2502.10010-abstract-17``.
    """
    field_and_place = re.fullmatch(r"([A-Za-z0-9.-]+)#(title|abstract):(\d+)", mention_id)
    if field_and_place:
        return "m-" + "-".join(field_and_place.groups())
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", mention_id).strip("-")
    return f"m-{plain}-{hashlib.sha256(mention_id.encode()).hexdigest()[:8]}"


def mention_link(mention_id: str) -> str:
    """Address of one mention, relative to the report's pages."""
    return f"{CONCORDANCE}#{anchor(mention_id)}"


def card_id(sense: str) -> str:
    """The id that a sense's card has in a page."""
    return f"sense-{re.sub(r'[^A-Za-z0-9-]+', '-', sense)}"


def card_link(sense: str) -> str:
    """Address of a sense's card: what it means, and typical sentences."""
    return f"{CARDS}#{card_id(sense)}"


def primer_link(name: str) -> str:
    """Address of the section of the primer that shows the sense called ``name``; its heading is the name."""
    return f"{PRIMER}#{name.replace(' ', '-')}"


def selection_link(
    *,
    sense: str | Sequence[str] | None = None,
    stance: str | Sequence[str] | None = None,
    paper: str | Sequence[str] | None = None,
    year: int | None = None,
    mixed: bool = False,
    page: str = CONCORDANCE,
) -> str:
    """Address of the mentions that fit all that is named: ``selection_link(sense="social", year=2024)``.

    Of several senses, stances or papers a mention has one; ``mixed``: its paper uses the term in two senses or more.
    Without any, it is the address of the concordance, which is ``page``.
    """
    named = {"sense": sense, "stance": stance, "paper": paper, "year": year, "mixed": 1 if mixed else None}
    query = urlencode({name: value for name, value in named.items() if value is not None}, doseq=True)
    return f"{page}#{query}" if query else page


def evidence_link(paper_id: str, place: str = "") -> str:
    """Address of a paper in the report's table of evidence, opened at a place such as ``abstract:12-40``."""
    named = {"e-paper": paper_id, "at": place}
    return f"{EVIDENCE}#{urlencode({name: value for name, value in named.items() if value})}"


def place_text(field: str, start: int, end: int) -> str:
    """Where words stand in a paper: ``abstract:12-40``, 0-based, half-open."""
    return f"{field}:{start}-{end}"


def parse_place(place: str) -> tuple[str, int, int]:
    """What ``place_text`` wrote as (field, start, end); ("", 0, 0) for no place."""
    if not place:
        return "", 0, 0
    field, _, span = place.partition(":")
    start, _, end = span.partition("-")
    return field, int(start), int(end)


def safe_url(url: str) -> str:
    """The address if it is one of the web, else ""."""
    return url if url.startswith(("https://", "http://")) else ""
