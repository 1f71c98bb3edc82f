"""Is what a service found the paper that we asked for? An id must not lead to another title, and titles must agree."""

from __future__ import annotations

from analysis.collection.identity import Identity
from analysis.collection.similarity import compare, contradict, other_part

LIKENESS = 0.95  # of two titles, blanks and signs aside, from which one may stand for the other
SAME_ID = 0.6  # less like each other, two titles under one id are of two papers
_YEARS = 1  # apart, as a preprint and the paper are


def refused_by_id(mine: Identity, theirs: Identity) -> str:
    """Why a paper found by an id is not ours, "" if it is.

    The id may be wrong in our record or in theirs: then the titles have little in common (rapidfuzz's
    ``token_set_ratio`` below ``SAME_ID``), or both have another DOI or PMID besides.
    """
    from rapidfuzz import fuzz

    if contradict(mine, theirs):
        return f"it has another DOI or PMID: {theirs.doi or theirs.pmid}"
    if not mine.title or not theirs.title:
        return ""
    alike = fuzz.token_set_ratio(mine.title, theirs.title) / 100
    if alike < SAME_ID:
        return f"it has another title (likeness {alike:.2f}): {theirs.title[:120]}"
    return "it is another part of the work" if other_part(mine.title, theirs.title) else ""


def likeness(mine: Identity, theirs: Identity) -> float:
    """How like two titles are, from 0 to 1: rapidfuzz's ``ratio`` of their letters and digits in lower case."""
    from rapidfuzz import fuzz

    return float(fuzz.ratio(mine.title.replace(" ", ""), theirs.title.replace(" ", ""))) / 100


def refused_by_title(mine: Identity, theirs: Identity, least: float) -> str:
    """Why a paper found by its title is not taken for ours, "" if it is.

    Titles must be alike to ``least``, years at most one apart and first authors of one surname, where both are known;
    and the rules by which duplicates are told must agree, so that an erratum, another part or a work with another
    abstract is no match.
    """
    alike = likeness(mine, theirs)
    if alike < least:
        return f"its title is not ours (likeness {alike:.2f}): {theirs.title[:120]}"
    if mine.year is not None and theirs.year is not None and abs(mine.year - theirs.year) > _YEARS:
        return f"it is of {theirs.year}"
    if mine.surnames and theirs.surnames and _last(mine.surnames[0]) != _last(theirs.surnames[0]):
        return f"its first author is {theirs.surnames[0]}"
    return "" if compare(mine, theirs, alike) else "it seems another work: another part, an erratum or another abstract"


def _last(surname: str) -> str:
    """The last word of a surname: not everybody writes the "van der" of one."""
    return surname.rsplit(maxsplit=1)[-1] if surname else ""
