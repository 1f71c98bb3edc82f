"""What the writers share: rows as dictionaries, and which values a line of text would not keep."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from analysis.collection.readers.people import apart

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]

# Line breaks (all that Unicode knows), control characters, invisible marks, half surrogates, and blanks that a reader
# would strip or join.
_FRAGILE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]|[^\S ]|  |^ | \Z"
)


def rows_of(papers: pd.DataFrame, tags: Iterable[list[str]]) -> Iterator[Row]:
    """Each paper as a dictionary: its columns (a missing year is None) and ``shown``, its keywords and tags."""
    years = [int(year) if known else None for year, known in zip(papers["year"], papers["year"].notna(), strict=True)]
    for row, year, more in zip(papers.to_dict("records"), years, tags, strict=True):
        shown = [*row["keywords"], *(tag for tag in more if tag not in row["keywords"])]
        yield {str(name): value for name, value in row.items()} | {"year": year, "shown": shown}


def one_line(text: str) -> str:
    """``text`` without line breaks, control characters and doubled blanks."""
    return re.sub(r"\s+", " ", re.sub(r"[\x00-\x1f\x7f-\x9f\ufeff]", " ", text)).strip()


def fragile(row: Row, separators: Iterable[str] = ()) -> Row:
    """The columns of text that one line of text does not keep; authors also if one would be read as several."""
    columns = {name: row[name] for name in ("title", "abstract", "venue", "doi", "url") if _FRAGILE.search(row[name])}
    authors = row["authors"]
    if apart(authors) != authors or any(_FRAGILE.search(a) or any(s in a for s in separators) for a in authors):
        columns["authors"] = authors
    return columns


def is_preprint(row: Row) -> bool:
    """Whether the record is one of arXiv or of nowhere in particular, rather than of a journal or a book."""
    return not row["venue"] or "arxiv" in row["venue"].lower()
