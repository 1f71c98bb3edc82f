"""Collections as sets of works: what two have together, in common, or one alone; and the part that matters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from analysis.collection.dedup import same_works
from analysis.common.errors import BadInput
from analysis.common.tables import check_table, make_table, takes_frames

if TYPE_CHECKING:
    from typing import TypeAlias

    import pandas as pd

    from analysis.collection.load import Collection

    Papers: TypeAlias = pd.DataFrame | Collection


@takes_frames
def union(first: Papers, *others: Papers) -> pd.DataFrame:
    """All papers of ``first``, then those of each other collection whose work is not there yet.

    Works are recognised as ``merge_duplicates`` does: identifiers, then title, year and authors. Each argument is a
    papers table or a ``Collection``; the papers table returned has unique ids (a second use of one gets ``~2``).
    """
    import pandas as pd

    together = _papers(first)
    for other in others:
        new = _papers(other)
        together = pd.concat([together, new[~_members(new, together)]], ignore_index=True)
    return make_table("papers", together.assign(paper_id=_unique(together["paper_id"])))


@takes_frames
def intersection(first: Papers, *others: Papers) -> pd.DataFrame:
    """The papers of ``first`` whose work is in every other collection, too; records are those of ``first``."""
    common = _papers(first)
    for other in others:
        common = common[_members(common, _papers(other))]
    return make_table("papers", common)


@takes_frames
def difference(first: Papers, *others: Papers) -> pd.DataFrame:
    """The papers of ``first`` whose work is in none of the other collections."""
    alone = _papers(first)
    for other in others:
        alone = alone[~_members(alone, _papers(other))]
    return make_table("papers", alone)


@takes_frames
def filter_papers(
    papers: Papers,
    *,
    year: int | tuple[int | None, int | None] | None = None,
    venue: str | None = None,
    subject: str | None = None,
    term: str | None = None,
) -> pd.DataFrame:
    """The papers that meet every condition given.

    ``year`` is one year or (first, last), both included, None for an open end; papers without year meet no such
    condition. ``venue`` and ``subject`` are looked for inside the venue and among subjects and keywords, upper and
    lower case alike. ``term`` keeps papers whose title or abstract mentions its word family (as ``find_mentions``
    does). Raises ``BadInput`` for years in the wrong order or a term without a letter.
    """
    chosen = _papers(papers)
    if year is not None:
        first, last = (year, year) if isinstance(year, int) else year
        if first is not None and last is not None and first > last:
            raise BadInput(f"year: {first} to {last} is the wrong way round")
        if first is not None:
            chosen = chosen[(chosen["year"] >= first).fillna(False).astype(bool)]
        if last is not None:
            chosen = chosen[(chosen["year"] <= last).fillna(False).astype(bool)]
    if venue is not None:
        chosen = _where(chosen, [_within(venue, [text]) for text in chosen["venue"]])
    if subject is not None:
        labels = zip(chosen["subjects"], chosen["keywords"], strict=True)
        chosen = _where(chosen, [_within(subject, [*subjects, *keywords]) for subjects, keywords in labels])
    if term is not None:
        from analysis.inventory.inventory import family_of

        family = family_of(term)
        texts = zip(chosen["title"], chosen["abstract"], strict=True)
        chosen = _where(chosen, [any(any(family.find(text)) for text in pair) for pair in texts])
    return make_table("papers", chosen)


def _papers(collection: Papers) -> pd.DataFrame:
    papers: pd.DataFrame = collection.papers if isinstance(collection, tuple) else collection
    check_table(papers, "papers")
    return papers


def _where(papers: pd.DataFrame, keep: list[bool]) -> pd.DataFrame:
    import numpy as np

    return papers[np.array(keep, dtype=bool)]


def _within(wanted: str, texts: Iterable[str]) -> bool:
    return any(wanted.casefold() in text.casefold() for text in texts)


class _Copy(NamedTuple):
    paper_id: str
    title: str
    abstract: str


def same_papers(papers: Papers, others: Papers) -> dict[str, str]:
    """Which papers are in ``others``, too: the id in ``papers`` -> the id of the first record of that work there."""
    chosen, there = _papers(papers), _papers(others)
    works = _works(chosen, there)
    first = dict(reversed(list(zip(works[len(chosen) :], there["paper_id"], strict=True))))
    mine = zip(chosen["paper_id"], works[: len(chosen)], strict=True)
    return {paper: first[work] for paper, work in mine if work in first}


def _members(papers: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """Of each row of ``papers``, whether ``others`` has its work: a boolean Series on the index of ``papers``."""
    import pandas as pd

    works = _works(papers, others)
    there = set(works[len(papers) :])
    return pd.Series([work in there for work in works[: len(papers)]], index=papers.index, dtype=bool)


def _works(papers: pd.DataFrame, others: pd.DataFrame) -> list[int]:
    """The number of the work of each row of ``papers``, then of each of ``others``."""
    import pandas as pd

    both = pd.concat([papers, others], ignore_index=True)
    # Two editorials are two works, but the very same record is the same work whatever its title.
    rows = list(map(_Copy, both["paper_id"], both["title"], both["abstract"]))
    theirs = {row: len(papers) + j for j, row in enumerate(rows[len(papers) :])}
    copies = [(i, theirs[row]) for i, row in enumerate(rows[: len(papers)]) if row in theirs]
    return same_works(both, copies)


def _unique(ids: Iterable[str]) -> list[str]:
    """The ids, a repeated one with ``~2``, ``~3`` in place of the suffix it may have."""
    taken: set[str] = set()
    unique = []
    for paper_id in ids:
        stem, number, name = re.sub(r"~\d+$", "", paper_id), 1, paper_id
        while name in taken:
            number += 1
            name = f"{stem}~{number}"
        taken.add(name)
        unique.append(name)
    return unique
