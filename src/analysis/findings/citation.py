"""How a text names a paper: "Luo et al. 2024", or the title where authors or year are unknown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from analysis.collection.retracted import split_mark
from analysis.common.names import family_name

SHORT = 60  # characters of a title


def citations(papers: Mapping[str, tuple[Sequence[str], int | None, str]]) -> dict[str, str]:
    """The citation of each paper: paper_id -> (authors, year, title) to paper_id -> text.

    Papers that would be cited alike get a letter behind the year, in the order given: Luo et al. 2024a, 2024b. The mark
    of a retracted paper goes from the end of its title to that of its citation.
    """
    alike: dict[tuple[str, bool], list[str]] = defaultdict(list)
    marks: dict[str, str] = {}
    for paper_id, (authors, year, title) in papers.items():
        title, marks[paper_id] = split_mark(title)
        families = [name for name in map(family_name, authors) if name]
        if families and year is not None:
            who = " and ".join(families) if len(families) < 3 else f"{families[0]} et al."
            alike[f"{who} {year}", True].append(paper_id)
        else:
            alike[_shortened(title) or paper_id, False].append(paper_id)
    named = {}
    for (text, dated), same in alike.items():
        for number, paper_id in enumerate(same):
            named[paper_id] = text + (_letters(number) if dated and len(same) > 1 else "")
    return {paper_id: f"{named[paper_id]} {marks[paper_id]}".rstrip() for paper_id in papers}


def _shortened(title: str) -> str:
    title = " ".join(title.split())
    if len(title) <= SHORT:
        return title
    return title[:SHORT].rsplit(" ", 1)[0].rstrip(" ,;:.-") + "\u2026"


def _letters(number: int) -> str:
    """a, b, ... z, aa, ab, ..."""
    before, last = divmod(number, 26)
    return (_letters(before - 1) if before else "") + chr(ord("a") + last)
