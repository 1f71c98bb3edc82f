"""Where the cells of a table lead."""

from __future__ import annotations

from analysis.common.links import mention_link, selection_link

__all__ = ["mention_link", "paper_link", "place_of"]


def paper_link(paper_id: str) -> str:
    """Address of a paper's mentions in the report's concordance."""
    return selection_link(paper=paper_id)


def place_of(mention_id: str) -> str:
    """Where a mention stands in its paper, in words: ``2502.10010#abstract:17`` -> ``abstract, 17``."""
    return ", ".join(mention_id.rpartition("#")[2].split(":"))
