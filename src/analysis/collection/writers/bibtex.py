"""BibTeX, as bibtexparser writes it; TeX's own characters are escaped, other characters are UTF-8."""

from __future__ import annotations

import re
from collections.abc import Iterable

from analysis.collection.doi import find_doi
from analysis.collection.extra import extra_of
from analysis.collection.note import note_of
from analysis.collection.writers.base import Row, fragile, is_preprint, one_line
from analysis.common.escape import to_tex

# Of a record that came from BibTeX these fields go back as they were.
_NATIVE = (
    "editor", "volume", "number", "issue", "pages", "publisher", "address", "series", "edition", "month", "issn",
    "isbn", "school", "institution", "organization", "chapter", "howpublished", "eprint", "archiveprefix", "pmid",
)  # fmt: skip
_KEY = re.compile(r"[^A-Za-z0-9.:/-]+")
_TYPE = re.compile(r"[A-Za-z]{2,20}")
_AND = re.compile(r"(?<!\s)\s++and\s+|^and\s|\sand$|^and$|^others$", re.IGNORECASE)


def write(rows: Iterable[Row]) -> str:
    """One entry for each row, with a key of its own made from the paper's id."""
    from bibtexparser.library import Library
    from bibtexparser.model import Entry, Field
    from bibtexparser.writer import write as write_library

    library, rows = Library(), list(rows)
    for row, key in zip(rows, citation_keys(row["paper_id"] for row in rows), strict=True):
        kind, fields = _entry(row)
        values = [Field(name, "{" + value + "}") for name, value in fields.items() if value]
        library.add(Entry(kind, key, values))
    return write_library(library)


def _entry(row: Row) -> tuple[str, dict[str, str]]:
    extra = extra_of(row["extra"])
    kind = extra.get("ENTRYTYPE", "")
    if not (isinstance(kind, str) and _TYPE.fullmatch(kind)) or kind.lower() in ("comment", "string", "preamble"):
        kind = "misc" if is_preprint(row) else "article"
    unsafe = fragile(row)
    if any(_AND.search(author) for author in row["authors"]):
        unsafe["authors"] = row["authors"]
    home = "journal" if kind in ("article", "misc") else "booktitle"
    fields = {
        "title": row["title"], "author": "", "year": str(row["year"] or ""), home: row["venue"], "doi": "",
        "url": row["url"], "abstract": row["abstract"],
        "keywords": ", ".join(word.replace(",", " ") for word in row["shown"]), "language": row["language"],
    }  # fmt: skip
    native = {name: extra[name] for name in _NATIVE if isinstance(extra.get(name), str) and _whole(extra[name])}
    written = {name: to_tex(one_line(value)) for name, value in fields.items()}
    written["author"] = " and ".join(_name(author) for author in row["authors"])
    # A clean DOI has nothing that ends its field; to programs it is the same only as it is.
    written["doi"] = row["doi"] if row["doi"] == find_doi(row["doi"]) else to_tex(one_line(row["doi"]))
    # What came from a BibTeX file is TeX already. No style prints an annote.
    return kind, written | {n: one_line(v) for n, v in native.items()} | {"annote": note_of(row, unsafe)}


def _name(author: str) -> str:
    """A name with "and" in it is held together by braces."""
    name = to_tex(one_line(author))
    return f"{{{name}}}" if _AND.search(author) else name


def _whole(value: str) -> bool:
    """Whether the braces of a TeX value close each other, so that it cannot end its field or swallow the next."""
    depth = 0
    for mark in re.findall(r"(?<!\\)[{}]", value):
        depth += 1 if mark == "{" else -1
        if depth < 0:
            return False
    return depth == 0 and not value.endswith("\\") and "@" not in value


def citation_keys(paper_ids: Iterable[str]) -> list[str]:
    """The key of each paper in a file of all of them, in this order."""
    taken: set[str] = set()
    keys = []
    for paper_id in paper_ids:
        stem = _KEY.sub("-", paper_id).strip("-") or "paper"
        key, number = stem, 1
        while key.lower() in taken:
            number += 1
            key = f"{stem}-{number}"
        taken.add(key.lower())
        keys.append(key)
    return keys
