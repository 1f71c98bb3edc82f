"""Where a number leads: every mention has an anchor in the report's concordance, and so has every selection of them."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import urlencode

CONCORDANCE = "mentions.html"


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


def selection_link(**filters: str | int) -> str:
    """Address of a selection of mentions: ``selection_link(sense="social", year=2024)``.

    Filters are those of the concordance: sense, stance, year, paper, topic and q (words looked for).
    """
    return f"{CONCORDANCE}#{urlencode({name: str(value) for name, value in filters.items()})}"
