"""Which papers are retracted, by what their sources or a service say of them, and the mark that their names carry.

A retraction is told by OpenAlex's ``is_retracted``, by the publication type "Retracted Publication" of PubMed, Europe
PMC, Web of Science and RIS, by Scopus' document type "Retracted", by Crossref's ``updated-by`` (and ``update-to`` of a
notice in the same collection), by the beginning or end of a title ("RETRACTED: ..."), or by ``enrich``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from analysis.collection.doi import find_doi
from analysis.collection.enrich.origins import GUESS, origins_in
from analysis.collection.extra import extra_of

if TYPE_CHECKING:
    import pandas as pd

MARK, PERHAPS = "[retracted]", "[perhaps retracted]"

_FLAGS = frozenset(("retracted", "isretracted"))
_TYPES = frozenset(
    "types type pt m3 dt documenttype publicationtype publicationtypes pubtype pubtypes doctype typeofwork".split()
)
_RETRACTED = re.compile(r"(?:^|[;,|/])\s*retracted(?: publication| article| paper)?\s*(?:$|[;,|/])", re.IGNORECASE)
_UPDATES = frozenset(("retraction", "withdrawal", "removal"))  # the types by which Crossref's notices take a work back
_IN_TITLE = re.compile(
    r"^\W{0,2}retracted(?: article| paper| chapter| publication)?\s*[:\])]|\(retracted (?:article|paper|publication)\b",
    re.IGNORECASE,
)
_WORTH_A_LOOK = re.compile("retract|withdraw|removal", re.IGNORECASE)
_MARKED = re.compile(rf"(?<!\s)\s*+({re.escape(MARK)}|{re.escape(PERHAPS)})$")


def says_retracted(title: str, extra: Mapping[str, Any]) -> bool:
    """Whether a record's own title or the fields that its source gave beside ours say that it is retracted."""
    return bool(_IN_TITLE.search(title)) or any(_tells(_plain(name), value) for name, value in extra.items())


def retractions(papers: pd.DataFrame) -> dict[str, str]:
    """paper_id -> mark of each retracted paper of a papers table: ``PERHAPS`` where a title alone led to the fact."""
    marks: dict[str, str] = {}
    noticed: set[str] = set()
    for paper_id, title, text in zip(papers["paper_id"], papers["title"], papers["extra"], strict=True):
        if not _WORTH_A_LOOK.search(text) and not _IN_TITLE.search(title):
            continue
        extra = extra_of(text)
        noticed.update(_updated_by_this(extra))
        if says_retracted(title, extra):
            origin = origins_in(extra).get("retracted", {})
            marks[paper_id] = PERHAPS if origin.get("matched", "").startswith(GUESS) else MARK
    if noticed:
        known = zip(papers["paper_id"], papers["doi"], strict=True)
        marks |= {paper_id: MARK for paper_id, doi in known if doi in noticed}
    return marks


def named(papers: pd.DataFrame) -> pd.DataFrame:
    """The papers as texts name them: the title of a retracted one ends with its mark. The table itself stays as it is.

    The mark stands behind the title, so places of mentions in it still hold.
    """
    marks = retractions(papers)
    if not marks:
        return papers
    titles = [
        f"{split_mark(title)[0] or paper_id} {marks[paper_id]}" if paper_id in marks else title
        for paper_id, title in zip(papers["paper_id"], papers["title"], strict=True)
    ]
    return papers.assign(title=titles).astype({"title": papers["title"].dtype})


def split_mark(title: str) -> tuple[str, str]:
    """A title as texts name it, apart: the title, and its mark or ""."""
    found = _MARKED.search(title)
    return (title[: found.start()], found[1]) if found else (title, "")


def _tells(name: str, value: Any) -> bool:
    if name in _FLAGS:
        return str(value).strip().lower() in ("true", "1", "yes")
    if name in _TYPES:
        return any(_RETRACTED.search(str(part)) for part in (value if isinstance(value, list) else [value]))
    return name == "updatedby" and any(_takes_back(update) for update in _updates(value))


def _updated_by_this(extra: Mapping[str, Any]) -> Iterator[str]:
    """The DOIs of the works that a notice takes back."""
    for name, value in extra.items():
        if _plain(name) == "updateto":
            found = (find_doi(str(update.get("DOI") or "")) for update in _updates(value) if _takes_back(update))
            yield from filter(None, found)


def _updates(value: Any) -> Iterator[dict[str, Any]]:
    return (part for part in (value if isinstance(value, list) else [value]) if isinstance(part, dict))


def _takes_back(update: Mapping[str, Any]) -> bool:
    return str(update.get("type") or "").lower() in _UPDATES


def _plain(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())
