"""One study divided in two sides: by the source of its papers, their years, venues or subjects."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from analysis.collection.sets import filter_papers
from analysis.common.errors import BadInput
from analysis.common.wording import listed

if TYPE_CHECKING:
    import pandas as pd

    from analysis.study.study import Study

COLUMNS = ("year", "venue", "subject")  # of papers, by which one collection is divided
SOURCE = "source"
_SPAN = re.compile(r"(\d{1,4})?\s*([-\u2013])?\s*(\d{1,4})?")
_NAMED = 5  # venues that an error offers


def papers_of_side(study: Study, by: str, value: str) -> list[str]:
    """The papers of one side of a study, in its order.

    ``by`` is ``source`` (``value`` is a file, folder or glob, as the study was opened with it), ``year`` (a year, or a
    span such as 2018-2020, 2018- or -2020), ``venue`` or ``subject`` (words that stand in it, see ``filter_papers``).
    A paper that several sources have is of all these. Raises ``BadInput`` where that is no paper, and for another
    ``by``.
    """
    if by == SOURCE:
        return _of_source(study, value)
    if by not in COLUMNS:
        raise BadInput(f"--by {by}: papers are divided by {', '.join(COLUMNS)}")
    chosen = filter_papers(study.papers, **{by: _span(value) if by == "year" else value})  # type: ignore[arg-type]
    if chosen.empty:
        raise BadInput(f"--by {by}: no paper of {value!r}; {_offered(study.papers, by)}")
    return list(chosen["paper_id"])


def _span(text: str) -> tuple[int | None, int | None]:
    found = _SPAN.fullmatch(text.strip())
    if found is None or not (found[1] or found[3]) or not (found[2] or (found[1] and not found[3])):
        raise BadInput(f"--by year: {text!r} is no year and no span of years; write 2020, 2018-2020, 2018- or -2020")
    first, last = (int(year) if year else None for year in (found[1], found[3] if found[2] else found[1]))
    return first, last


def span_name(text: str, papers: pd.DataFrame) -> str:
    """How a span of years reads: ``2018-2020`` is 2018\u20132020, ``2021-`` ends with the last year of ``papers``."""
    first, last = _span(text)
    first = int(papers["year"].min()) if first is None else first
    last = int(papers["year"].max()) if last is None else last
    return f"{first}" if first == last else f"{first}\u2013{last}"


def _offered(papers: pd.DataFrame, by: str) -> str:
    """What the papers have instead."""
    if by == "year":
        years = papers["year"].dropna()
        return f"their years are {years.min()} to {years.max()}" if len(years) else "no paper has a year"
    column = "venue" if by == "venue" else "subjects"
    values = papers[column].explode() if by == "subject" else papers[column]
    common = [str(value) for value in values[values.fillna("") != ""].value_counts().head(_NAMED).index]
    return f"the commonest {by}s are {listed([repr(value) for value in common])}" if common else f"none has a {by}"


def _of_source(study: Study, given: str) -> list[str]:
    labels = _labels(study.manifest["inputs"], given)
    records = study.audit[study.audit["source"].isin(labels)]
    survivor = dict(zip(study.duplicates["paper_id"], study.duplicates["survivor"], strict=True))
    ids = set(records.loc[records["status"] == "kept", "paper_id"])
    ids |= {survivor.get(paper, paper) for paper in records.loc[records["status"] == "duplicate", "paper_id"]}
    return [paper for paper in study.papers["paper_id"] if paper in ids]


def _labels(inputs: Sequence[Mapping[str, Any]], given: str) -> set[str]:
    """The files of a study that ``given`` names, also those that hold the same bytes: of two such one is read."""
    own = [one["sha256"] for one in inputs if _is_of(one["source"], given)]
    if not own:
        raise BadInput(f"{given}: not among the sources of the study; make it again")
    return {one["source"] for one in inputs if one["sha256"] in own}


def _is_of(source: str, given: str) -> bool:
    """Whether ``given``, a file, folder or glob, is where a source was found."""
    file, path = PurePath(source.partition("::")[0]), PurePath(given)
    below = file.parts[len(path.parts) :]
    inside = path.parts + below == file.parts and below[:1] != ("..",)
    return source == given or (file.anchor == path.anchor and (inside or _fits(file.parts, path.parts)))


def _fits(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether the parts of a path fit those of a glob, as ``glob.glob`` finds files with ``recursive``."""
    if not pattern or not parts:
        return not parts and set(pattern) <= {"**"}
    if parts[0].startswith(".") and not pattern[0].startswith("."):
        return False  # what is hidden, or above
    if pattern[0] == "**":
        return _fits(parts, pattern[1:]) or _fits(parts[1:], pattern)
    return fnmatchcase(parts[0], pattern[0]) and _fits(parts[1:], pattern[1:])


def side_names(one: str, two: str) -> tuple[str, str]:
    """What two paths are called: the names of their files without endings, with their folders where these are alike."""
    names = [PurePath(path.rstrip("/\\")) for path in (one, two)]
    short = [_stem(path.name) or str(path) for path in names]
    if short[0] == short[1]:
        short = [f"{path.parent.name}/{path.name}" for path in names]
    return (short[0], short[1]) if short[0] != short[1] else (f"{short[0]} (1)", f"{short[1]} (2)")


def _stem(name: str) -> str:
    return name if any(mark in name for mark in "*?[") else re.sub(r"(\.\w{1,8}){1,2}$", "", name)


def check_division(sources: Sequence[str], studies: Sequence[bool], by: Sequence[str] | None) -> None:
    """Refuse what cannot be two sides before any work is done; ``studies`` says which sources are study folders.

    Raises ``BadInput`` unless there are two sources, two studies, or one collection (sources or a study) with a way to
    divide it.
    """
    if by is not None:
        if any(studies) and len(studies) > 1:
            raise BadInput("--by divides one collection; name one study, or only sources")
        if by[0] not in COLUMNS:
            raise BadInput(f"--by {by[0]}: papers are divided by {', '.join(COLUMNS)}")
        if by[0] == "year":
            for text in by[1:]:
                _span(text)
    elif len(sources) != 2:
        raise BadInput(
            f"compare takes two collections, not {len(sources)}: two files, folders, quoted globs or studies; or one "
            "with --by venue ONE TWO"
        )
    elif any(studies) and not all(studies):
        raise BadInput("a study and a source cannot be compared; name two studies, or two sources to read them alike")
    if (by or ["", *sources])[1] == (by or ["", *sources])[2]:
        raise BadInput("the two sides are the same; name two")
