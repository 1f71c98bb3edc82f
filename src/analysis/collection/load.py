"""``load_papers``: whatever a researcher has, loaded whole and accounted for."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from itertools import accumulate, chain, compress
from operator import attrgetter, not_
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.collection.as_read import differing
from analysis.collection.bulk import in_bulk
from analysis.collection.clean import clean_record
from analysis.collection.doi import doi_of_address, find_doi
from analysis.collection.language import language_at_sight, language_code, read_language
from analysis.collection.note import restored
from analysis.collection.readers import read_source
from analysis.collection.readers.absent import drop_absent
from analysis.collection.readers.base import IDENTIFIERS, MAX_FIELD, Record, Stray, Unreadable
from analysis.collection.readers.columns import absent_columns, checked_mapping
from analysis.collection.sources import Source, expand
from analysis.common.errors import BadInput
from analysis.common.scatter import joined
from analysis.common.tables import Rows, make_table, takes_frames

if TYPE_CHECKING:
    import pandas as pd

    from analysis.common.scatter import Cluster

BUNDLED = ("data", "raw", "hugging_face_papers_bias.txt")
MAX_RAW = 2_000
MAX_NAMED = 40

_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?=\D|$|[01]\d[0-3]\d(?!\d))")
_ARXIV = re.compile(r"(?:\d{4}\.\d{4,5}|(?<![a-z-])[a-z-]++(?:\.[A-Z]{2})?/\d{7})(?=v\d+$|$)")
_IN_EXTRA = frozenset(IDENTIFIERS) - {"id", "doi"}
_REPORTED_MISSING = ("title", "abstract", "authors", "year", "venue", "doi")
_reported = attrgetter(*_REPORTED_MISSING)


class Collection(NamedTuple):
    """What was loaded: the papers, what happened to every record read, and which records were merged away."""

    papers: pd.DataFrame
    audit: pd.DataFrame
    duplicates: pd.DataFrame


class _Loaded:
    """What grows while loading: both tables, the names of the columns read, and by row the languages that ``reader``
    still reads."""

    def __init__(self, reader: Executor) -> None:
        self.papers, self.audit = Rows("papers"), Rows("audit")
        self.columns: list[str] = []
        self.reader = reader
        self.languages: dict[int, Future[str]] = {}


class Read(NamedTuple):
    """What was read of some sources: papers and audit, whose ids may collide, and the names of the columns."""

    papers: pd.DataFrame
    audit: pd.DataFrame
    columns: list[str]


@takes_frames
def load_papers(
    *sources: str | os.PathLike[str],
    keep_duplicates: bool = False,
    mapping: Mapping[str, str] | None = None,
    duplicates: pd.DataFrame | None = None,
    cluster: Cluster | None = None,
) -> Collection:
    """Load papers from files, folders, globs, .gz and .zip, formats found by content; none: the bundled collection.

    A source may also be an address that fsspec reads: ``s3://bucket/works/*.parquet``. ``mapping`` names a table's
    unknown columns: {"my column": "abstract"}. ``duplicates`` is an earlier duplicates table, corrected by hand, that
    merging obeys; ``keep_duplicates`` leaves all records apart. The workers of a ``cluster`` read a file each and look
    for duplicates together; the result is the same. Returns the papers, audit and duplicates tables; the audit has one
    row for every record and for every stretch of text that is none. Raises ``BadInput`` for a source that is absent,
    empty, unsafe, of no known format or without a readable record.
    """
    known = checked_mapping(mapping or {})
    named = ", ".join(os.fspath(source) for source in sources)
    found = each_once(expand(*sources) if sources else bundled())
    if cluster is None:
        reads = [read_sources(found, known)]
    else:
        files = [[one] for one in found]
        kept = cluster.keep(read_sources, files, [known] * len(files))
        reads = cluster.fetch(kept)
    _check_columns(known, chain.from_iterable(read.columns for read in reads), named)
    table, account = joined([read.papers for read in reads]), joined([read.audit for read in reads])
    if table.empty:
        raise BadInput(f"{named}: no readable record in any file")
    table["paper_id"] = account.loc[account["status"] == "kept", "paper_id"] = _apart(table["paper_id"])
    if keep_duplicates:
        return Collection(table, account, make_table("duplicates"))
    if cluster is None:
        from analysis.collection.dedup import merge_duplicates

        merged, removed = merge_duplicates(table, corrections=duplicates)
    else:
        from analysis.collection.across import find_likely
        from analysis.collection.dedup import merge_found

        firsts = list(accumulate((len(read.papers) for read in reads[:-1]), initial=0))
        likely = find_likely(cluster, cluster.keep(attrgetter("papers"), kept), firsts)
        merged, removed = merge_found(table, likely, corrections=duplicates)
    survivors = dict(zip(removed["paper_id"], removed["survivor"], strict=True))
    gone = ~account["paper_id"].isin(merged["paper_id"]) & (account["status"] == "kept")
    account.loc[gone, "status"] = "duplicate"
    account.loc[gone, "reason"] = ["merged into " + survivors.get(i, "") for i in account.loc[gone, "paper_id"]]
    return Collection(merged, account, removed)


@in_bulk()
def read_sources(sources: Iterable[tuple[Source, str]], mapping: Mapping[str, str]) -> Read:
    """Read sources as ``each_once`` gives them."""
    with ThreadPoolExecutor(1) as reader:
        loaded = _Loaded(reader)
        for source, same in sources:
            if same:
                loaded.audit.add(_Account(source.label, "not a record", reason=f"the same file was read as {same}"))
            else:
                _load_source(source, mapping, loaded)
        table, account = loaded.papers.table(), loaded.audit.table()
        if loaded.languages:
            table.loc[list(loaded.languages), "language"] = [found.result() for found in loaded.languages.values()]
    return Read(table, account, loaded.columns)


def bundled() -> Iterator[Source]:
    """The bundled collection."""
    from analysis.common.resources import resource

    path = resource(*BUNDLED)
    yield Source("/".join(BUNDLED), lambda: path.open("rb"), given=True)


def each_once(sources: Iterable[Source]) -> Iterator[tuple[Source, str]]:
    """Each file, and the label by which it came before, if the call names it twice (a folder and a file in it)."""
    seen: dict[str, str] = {}
    for source in sources:
        place, separator, member = source.label.partition("::")
        key = os.path.realpath(source.path or place) + separator + member
        yield source, seen.get(key, "")
        seen.setdefault(key, source.label)


def _load_source(source: Source, mapping: Mapping[str, str], loaded: _Loaded) -> None:
    audit, before, number = loaded.audit, len(loaded.papers), 0
    unreadable: list[str] = []
    try:
        source.mapping = mapping
        for item in read_source(source):
            if isinstance(item, Stray):
                raw = _cut(item.raw)
                audit.add(_Account(source.label, "not a record", item.at, reason=item.reason, raw=raw))
                continue
            number += 1
            read = dict(item.fields) if isinstance(item, Record) else {}
            item = _checked(item)
            if isinstance(item, Unreadable):
                raw = _cut(item.raw)
                audit.add(_Account(source.label, "unreadable", str(number), reason=item.reason, raw=raw))
                unreadable.append(item.reason)
            else:
                _load_record(source, str(number), item, read, loaded)
    except BadInput as error:
        if source.given:
            _check_columns(mapping, source.columns, source.label)
            raise
        reason = str(error).removeprefix(f"{source.label}: ")
        if number:  # it broke off on the way
            audit.add(_Account(source.label, "unreadable", str(number + 1), reason=reason))
        else:
            audit.add(_Account(source.label, "not a record", reason=reason))
        return
    loaded.columns += source.columns
    if len(loaded.papers) == before and source.given:
        _check_columns(mapping, source.columns, source.label)
        why = f" ({len(unreadable)} unreadable; the first: {unreadable[0]})" if unreadable else ""
        raise BadInput(f"{source.label}: no readable record in this file{why}")


def _check_columns(mapping: Mapping[str, str], columns: Iterable[str], label: str) -> None:
    """Raises ``BadInput`` where tables were read and none has a column that the mapping names."""
    there = list(dict.fromkeys(name for name in columns if name))
    if there and (absent := absent_columns(mapping, there)):
        more = f" and {len(there) - MAX_NAMED} more" if len(there) > MAX_NAMED else ""
        raise BadInput(
            f"{label}: no column {absent[0]!r}, which the mapping names; there are {', '.join(there[:MAX_NAMED])}{more}"
        )


def _checked(item: Record | Unreadable) -> Record | Unreadable:
    """The record, as it once was if it is an export of ours; one with a field beyond all reason is of no use."""
    if isinstance(item, Record):
        if item.extra and item.markup != "verbatim":
            item = restored(item)
        for name, value in item.fields.items():
            if isinstance(value, str) and len(value) > MAX_FIELD:
                reason = f"its {name} has {len(value):,} characters, more than the {MAX_FIELD:,} a field may have"
                return Unreadable(value[: MAX_RAW + 1], reason)
        for name in IDENTIFIERS:  # a line break in an id is the file's
            if isinstance(value := item.fields.get(name), str) and not value.isprintable():
                item.fields[name] = " ".join(value.split())
        before = item.fields.copy()
        if item.markup != "verbatim" and not drop_absent(item):
            raw = json.dumps(before | item.extra, ensure_ascii=False, default=str)
            return Unreadable(raw, "no title, abstract, author or id")
    return item


# --- rows ------------------------------------------------------------------------------------------------------------


class _Paper(NamedTuple):
    """A row of the papers table."""

    paper_id: str
    title: str
    abstract: str
    authors: list[str] | None
    year: int | None
    venue: str
    doi: str
    url: str
    keywords: list[str] | None
    subjects: list[str] | None
    language: str
    source: str
    record: str
    extra: str
    as_read: str


class _Account(NamedTuple):
    """A row of the audit."""

    source: str
    status: str
    record: str = ""
    paper_id: str = ""
    reason: str = ""
    cleaned: list[str] | None = None
    missing: list[str] | None = None
    raw: str = ""


def _cut(raw: str) -> str:
    return _encodable(raw if len(raw) <= MAX_RAW else f"{raw[:MAX_RAW]} [cut after {MAX_RAW} characters]")


def _encodable(text: str) -> str:
    """The text without halves of surrogate pairs, which JSON can smuggle in and no file can hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _load_record(source: Source, place: str, record: Record, read: Mapping[str, Any], loaded: _Loaded) -> None:
    resolved = doi_of_address(str(record.fields.get("url") or ""))  # before cleaning leaves one address there
    cleaned = record.cleaned + clean_record(record)
    fields = record.fields
    title, abstract = fields.get("title", ""), fields.get("abstract", "")
    doi = find_doi(fields.get("doi") or "") or resolved
    declared = language_code(fields["language"]) if fields.get("language") else ""
    language = declared if record.markup == "verbatim" else ""  # as found at first loading
    if not language:
        seen = language_at_sight(abstract, title)
        language = seen or declared
        if seen is None:
            loaded.languages[len(loaded.papers)] = loaded.reader.submit(read_language, abstract, title)
    extra = record.extra
    if not _IN_EXTRA.isdisjoint(fields):
        extra = {name: fields[name] for name in _IN_EXTRA if fields.get(name)} | extra
    paper = _Paper(
        _paper_id(fields, doi, title), title, abstract, fields.get("authors"), _year(fields.get("year")),
        fields.get("venue", ""), doi, fields.get("url", ""), fields.get("keywords"), fields.get("subjects"), language,
        source.label, place,
        _encodable(json.dumps(extra, ensure_ascii=False, sort_keys=True, default=str)) if extra else "",
        fields.get("as_read") or differing(read, fields),
    )  # fmt: skip
    loaded.papers.add(paper)
    missing = list(compress(_REPORTED_MISSING, map(not_, _reported(paper))))
    loaded.audit.add(_Account(source.label, "kept", place, paper.paper_id, record.note, cleaned, missing))


def _year(value: Any) -> int | None:
    if isinstance(value, int) and 1500 <= value < 2100:
        return value
    found = _YEAR.search(str(value)) if value else None
    return int(found[1]) if found else None


def _paper_id(fields: Mapping[str, Any], doi: str, title: str) -> str:
    """The source's own id, else arXiv id (without version), DOI, PMID, citation key, else a slug of the title."""
    paper_id = fields.get("id") or _arxiv_id(fields) or doi or fields.get("pmid") or fields.get("key")
    return paper_id or _slug(title) or "untitled"


def _apart(paper_ids: Iterable[str]) -> list[str]:
    """The ids, each once: those that came before get ``~2``, ``~3`` behind them."""
    taken: Counter[str] = Counter()
    apart = []
    for paper_id in paper_ids:
        candidate = paper_id
        taken[paper_id] += 1
        if taken[paper_id] > 1:
            while taken[candidate := f"{paper_id}~{taken[paper_id]}"]:
                taken[paper_id] += 1
            taken[candidate] += 1
        apart.append(candidate)
    return apart


def _arxiv_id(fields: Mapping[str, Any]) -> str:
    found = _ARXIV.search(fields["arxiv"]) if fields.get("arxiv") else None
    return found[0] if found else ""


def _slug(title: str) -> str:
    """The first words of a title, up to 60 characters, as an id: "bias-in-bios"."""
    slug = "-".join(re.findall(r"\w+", title.lower()))
    return slug if len(slug) <= 60 else slug[:61].rpartition("-")[0] or slug[:60]
