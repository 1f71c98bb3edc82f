"""``load_papers``: whatever a researcher has, loaded whole and accounted for."""

from __future__ import annotations

import gc
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.collection.clean import clean_record
from analysis.collection.language import detect_language, language_code
from analysis.collection.note import restored
from analysis.collection.readers import read_source
from analysis.collection.readers.base import IDENTIFIERS, MAX_FIELD, Record, Stray, Unreadable
from analysis.collection.readers.columns import checked_mapping
from analysis.collection.sources import Source, expand
from analysis.errors import BadInput
from analysis.tables import SCHEMAS, make_table

if TYPE_CHECKING:
    import pandas as pd

BUNDLED = ("data", "raw", "hugging_face_papers_bias.txt")
MAX_RAW = 2_000

_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?=\D|$|[01]\d[0-3]\d(?!\d))")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_ARXIV = re.compile(r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?=v\d+$|$)")
_IN_EXTRA = tuple(name for name in IDENTIFIERS if name not in ("id", "doi"))
_REPORTED_MISSING = ("title", "abstract", "authors", "year", "venue", "doi")


class Collection(NamedTuple):
    """What was loaded: the papers, what happened to every record read, and which records were merged away."""

    papers: pd.DataFrame
    audit: pd.DataFrame
    duplicates: pd.DataFrame


def load_papers(
    *sources: str | os.PathLike[str],
    keep_duplicates: bool = False,
    mapping: Mapping[str, str] | None = None,
    duplicates: pd.DataFrame | None = None,
) -> Collection:
    """Load papers from files, folders, globs, .gz and .zip, formats found by content; none: the bundled collection.

    ``mapping`` names a table's unknown columns: {"my column": "abstract"}. ``duplicates`` is an earlier duplicates
    table, corrected by hand, that merging obeys; ``keep_duplicates`` leaves all records apart. Returns the papers,
    audit and duplicates tables; the audit has one row for every record and for every stretch of text that is none.
    Raises ``BadInput`` for a source that is absent, empty, unsafe, of no known format or without a readable record.
    """
    papers: list[dict[str, Any]] = []
    audit: list[dict[str, Any]] = []
    taken: Counter[str] = Counter()
    known_mapping = checked_mapping(mapping or {})
    with _no_garbage():
        for source in _once(expand(*sources) if sources else _bundled(), audit):
            _load_source(source, known_mapping, papers, audit, taken)
    if not papers:
        raise BadInput(f"{', '.join(os.fspath(source) for source in sources)}: no readable record in any file")
    table, account = _table("papers", papers), _table("audit", audit)
    if keep_duplicates:
        return Collection(table, account, make_table("duplicates"))
    from analysis.collection.dedup import merge_duplicates

    merged, removed = merge_duplicates(table, corrections=duplicates)
    survivors = dict(zip(removed["paper_id"], removed["survivor"], strict=True))
    gone = ~account["paper_id"].isin(merged["paper_id"]) & (account["status"] == "kept")
    account.loc[gone, "status"] = "duplicate"
    account.loc[gone, "reason"] = ["merged into " + survivors.get(i, "") for i in account.loc[gone, "paper_id"]]
    return Collection(merged, account, removed)


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Rows pile up and none is garbage: looking for cycles among them again and again costs a fifth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _table(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """``make_table`` by columns, which spares pandas guessing a type for each: a third of the time of a large load."""
    import pandas as pd

    columns = {column: pd.Series([row.get(column) for row in rows], dtype="object") for column in SCHEMAS[name]}
    return make_table(name, pd.DataFrame(columns))


def _bundled() -> Iterator[Source]:
    from analysis.resources import resource

    path = resource(*BUNDLED)
    yield Source("/".join(BUNDLED), lambda: path.open("rb"), given=True)


def _once(sources: Iterable[Source], audit: list[dict[str, Any]]) -> Iterator[Source]:
    """Each file once, even if the call names it twice (a folder and a file in it)."""
    seen: dict[str, str] = {}
    for source in sources:
        place, separator, member = source.label.partition("::")
        key = os.path.realpath(place) + separator + member
        if key in seen:
            reason = f"the same file was read as {seen[key]}"
            audit.append({"source": source.label, "status": "not a record", "reason": reason})
        else:
            seen[key] = source.label
            yield source


def _load_source(
    source: Source,
    mapping: Mapping[str, str],
    papers: list[dict[str, Any]],
    audit: list[dict[str, Any]],
    taken: Counter[str],
) -> None:
    before, first, number = len(papers), len(audit), 0
    try:
        source.mapping = mapping
        for item in read_source(source):
            if isinstance(item, Stray):
                audit.append(_stray_row(source, item))
                continue
            number += 1
            item = _checked(item)
            if isinstance(item, Unreadable):
                audit.append(_unreadable_row(source, number, item))
            else:
                papers.append(_paper_row(source, number, item, taken, audit))
    except BadInput as error:
        if source.given:
            raise
        row = {"source": source.label, "reason": str(error).removeprefix(f"{source.label}: ")}
        if number:  # it broke off on the way
            audit.append({**row, "record": str(number + 1), "status": "unreadable"})
        else:
            audit.append({**row, "status": "not a record"})
        return
    if len(papers) == before and source.given:
        reasons = [row["reason"] for row in audit[first:] if row["status"] == "unreadable"]
        why = f" ({len(reasons)} unreadable; the first: {reasons[0]})" if reasons else ""
        raise BadInput(f"{source.label}: no readable record in this file{why}")


def _checked(item: Record | Unreadable) -> Record | Unreadable:
    """The record, as it once was if it is an export of ours; one with a field beyond all reason is of no use."""
    if isinstance(item, Record):
        if item.extra and item.markup != "verbatim":
            item = restored(item)
        for name, value in item.fields.items():
            if isinstance(value, str) and len(value) > MAX_FIELD:
                reason = f"its {name} has {len(value):,} characters, more than the {MAX_FIELD:,} a field may have"
                return Unreadable(value[: MAX_RAW + 1], reason)
    return item


# --- rows ------------------------------------------------------------------------------------------------------------


def _cut(raw: str) -> str:
    return _encodable(raw if len(raw) <= MAX_RAW else f"{raw[:MAX_RAW]} [cut after {MAX_RAW} characters]")


def _encodable(text: str) -> str:
    """The text without halves of surrogate pairs, which JSON can smuggle in and no file can hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _stray_row(source: Source, item: Stray) -> dict[str, Any]:
    return {
        "source": source.label, "record": item.at, "status": "not a record", "reason": item.reason,
        "raw": _cut(item.raw),
    }  # fmt: skip


def _unreadable_row(source: Source, number: int, item: Unreadable) -> dict[str, Any]:
    return {
        "source": source.label, "record": str(number), "status": "unreadable", "reason": item.reason,
        "raw": _cut(item.raw),
    }  # fmt: skip


def _paper_row(
    source: Source, number: int, record: Record, taken: Counter[str], audit: list[dict[str, Any]]
) -> dict[str, Any]:
    cleaned = clean_record(record)
    fields = record.fields
    title, abstract = fields.get("title", ""), fields.get("abstract", "")
    doi = _doi(fields["doi"]) if fields.get("doi") else ""
    declared = language_code(fields["language"]) if fields.get("language") else ""
    ours = declared if record.markup == "verbatim" else ""  # what we found when we first loaded it
    extra = {name: fields[name] for name in _IN_EXTRA if fields.get(name)} | record.extra
    row = {
        "paper_id": _paper_id(fields, doi, title, taken), "title": title, "abstract": abstract,
        "authors": fields.get("authors"), "year": _year(fields.get("year")), "venue": fields.get("venue", ""),
        "doi": doi, "url": fields.get("url", ""), "keywords": fields.get("keywords"),
        "subjects": fields.get("subjects"), "language": ours or detect_language(abstract, title) or declared,
        "source": source.label, "record": str(number),
        "extra": _encodable(json.dumps(extra, ensure_ascii=False, sort_keys=True, default=str)) if extra else "",
    }  # fmt: skip
    audit.append({
        "source": source.label, "record": row["record"], "paper_id": row["paper_id"], "status": "kept",
        "reason": record.note, "cleaned": cleaned or None,
        "missing": [name for name in _REPORTED_MISSING if not row[name]],
    })  # fmt: skip
    return row


def _year(value: Any) -> int | None:
    if isinstance(value, int) and 1500 <= value < 2100:
        return value
    found = _YEAR.search(str(value)) if value else None
    return int(found[1]) if found else None


def _doi(value: str) -> str:
    """The bare DOI in lower case (DOIs ignore case), without resolver and prefix."""
    found = _DOI.search(value)
    return found[0].lower().rstrip(".,;") if found else ""


def _paper_id(fields: Mapping[str, Any], doi: str, title: str, taken: Counter[str]) -> str:
    """The source's own id, else arXiv id (without version), DOI, PMID, citation key, else a slug of the title."""
    paper_id = fields.get("id") or _arxiv_id(fields) or doi or fields.get("pmid") or fields.get("key")
    paper_id = paper_id or _slug(title) or "untitled"
    if paper_id not in taken:
        taken[paper_id] = 1
        return paper_id
    taken[paper_id] += 1
    while taken[paper_id] > 1:
        candidate = f"{paper_id}~{taken[paper_id]}"
        if not taken[candidate]:
            taken[candidate] += 1
            return candidate
        taken[paper_id] += 1
    return paper_id


def _arxiv_id(fields: Mapping[str, Any]) -> str:
    found = _ARXIV.search(fields["arxiv"]) if fields.get("arxiv") else None
    return found[0] if found else ""


def _slug(title: str) -> str:
    """The first words of a title, up to 60 characters, as an id: "bias-in-bios"."""
    slug = "-".join(re.findall(r"\w+", title.lower()))
    return slug if len(slug) <= 60 else slug[:61].rpartition("-")[0] or slug[:60]
