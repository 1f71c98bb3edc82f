"""BibTeX and BibLaTeX of Zotero, Better BibTeX, Mendeley, JabRef, Scopus, Web of Science, IEEE and the ACL Anthology.

bibtexparser takes the file apart; what it gives up on (an entry without key, a lost comma, a brace that never closes)
is read field by field as far as it goes and noted in the audit.
"""

from __future__ import annotations

import logging
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.collection.readers.base import Format, Item, Record, Stray, Unreadable, put
from analysis.collection.readers.people import braced

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

NAMES = {
    "title": ("title", "maintitle"),
    "abstract": ("abstract", "abstractnote", "summary"),
    "authors": ("author", "editor"),
    "year": ("year", "date", "issued"),
    "venue": ("journal", "journaltitle", "booktitle", "eventtitle", "howpublished", "series"),
    "doi": ("doi",),
    "url": ("url", "link", "adsurl", "biburl"),
    "keywords": ("keywords", "keyword", "author_keywords", "author-keywords"),
    "subjects": ("web-of-science-categories", "research-areas", "primaryclass"),
    "language": ("language", "langid"),
    "arxiv": ("arxivid", "arxiv"),
    "pmid": ("pmid", "pubmed_id", "pubmedid"),
}  # fmt: skip
# Vendors name types as they like: "Conference paper", "journal-article", "Review [open]", "Article (in press)".
_TYPE = r"[^\W\d_][^@={}()\"\\,;\n]{0,60}?(?:\([^@={}()\"\\\n]{0,60}\)\s{0,9}(?=\{))?"
_ENTRY = re.compile(r"^\ufeff?[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(]", re.MULTILINE)
# A type of any words, where a field follows, so that it is no mail address.
_HEADER = re.compile(
    rf"@[ \t]*({_TYPE})(\s{{0,9}})([{{(])" r"(?=\s*+(?:[^={}\"\n]{0,300},)?\s*+[A-Za-z][\w:.+-]*\s*+=)"
)
_STAND_IN = re.compile(r"@(typenumber\d+)(?=[{(])")
# What bibtexparser takes for a comment but begins as an entry does, or has a field on a line.
_LINE_AT = re.compile(r"^(?=[ \t]*@[ \t]*[^\W\d_])", re.MULTILINE)
_LOOKS_LIKE_ENTRY = re.compile(
    rf"\s*+@[ \t]*+(?:{_TYPE}\s{{0,9}}\{{|(?s:.)*?\n[ \t]*+[A-Za-z][\w:.+-]*+\s*+=\s*+[{{\"])"
)
# A run of what names are made of is looked at once, from its beginning.
_FIELD = re.compile(r"(?<![\w:.+-])(?:(?![A-Za-z])[\w:.+-])*+([A-Za-z][\w:.+-]*+)\s*+=\s*+")
_OPENING = re.compile(rf"\s*@\s*({_TYPE})\s*[{{(]" r"\s*(?:([^\s=,{}\"]+)\s*(?:,|(?=\s[A-Za-z][\w-]*\s*=)))?")
_BARE = re.compile(r"[^\s,#{}()\"=]+")
_MARKS = re.compile(r'(?<!\\)[{}"]')
_AFTER_QUOTE = re.compile(r"\s*(?:#|,\s*(?:[A-Za-z][\w:.+-]*\s*=|[})]|$)|[})]|[A-Za-z][\w-]*\s*=|$)")
# What follows an entry that a brace too many has closed: its other fields.
_TORN = re.compile(r"\s*,\s*[A-Za-z][\w-]*\s*=\s*[{\"\d]")
_FOLLOWS = re.compile(r"[\s,]*+(?:[A-Za-z][\w:.+-]*+\s*+=|[})\s,]*+$)")
_NEXT_FIELD = re.compile(r",?(?<!\s)[^\S\n]*+\n\s*+[A-Za-z][\w-]*+\s*+=\s*+[{\"\d]")
_MENDED = "mended: the entry is not well-formed, its fields were read as far as they go"
_MONTHS = {month[:3].lower(): month for month in (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)}  # fmt: skip
_KINDS = frozenset(
    "article book booklet collection comment conference dataset electronic inbook incollection inproceedings manual "
    "mastersthesis misc online patent phdthesis preamble proceedings report software string techreport thesis "
    "unpublished".split()
)
_NO_PAPERS = ("control", "xdata", "set", "bibnote")


def recognises(head: Head) -> bool:
    """A line that begins with "@name{" and a field "name =" (or only strings, comments and a preamble so far)."""
    text = head.text
    return not text.startswith(("{", "[")) and (
        bool(_ENTRY.search(text))
        or any(found[3] == "{" and _is_header(text, found) for found in _HEADER.finditer(text))
    )


def read(source: Source) -> Iterator[Item]:
    """A record for every entry; comments, strings and preambles are strays."""
    text, types = _with_plain_types(source.text())
    blocks = list(_blocks(text, types))
    macros = dict(_MONTHS)
    for kind, block in blocks:
        if kind == "macro":
            macros[block.key.lower()] = _value(block.value, 0, len(block.value), macros)[0]
    entries = [_entry(kind, block, macros) if kind in ("entry", "failed") else None for kind, block in blocks]
    parents = {entry.key.lower(): entry.values for entry in reversed(entries) if entry}
    for (kind, block), entry in zip(blocks, entries, strict=True):
        at = f"line {(block.start_line or 0) + 1}"
        if entry is None:
            yield Stray(block.raw, at, f"a {kind}")
        elif entry.kind in _NO_PAPERS:
            yield Stray(block.raw, at, f"an entry @{entry.kind}, which is no paper")
        elif not entry.values:
            yield Unreadable(block.raw, "no field of this entry can be read")
        else:
            yield _record(entry, parents)


class _Entry(NamedTuple):
    kind: str
    key: str
    values: dict[str, str]
    note: str


class _Failed(NamedTuple):
    raw: str
    start_line: int


def _with_plain_types(text: str) -> tuple[str, dict[str, str]]:
    """The text with a stand-in for every type that bibtexparser would not take for one, and what each stands for."""
    types: dict[str, str] = {}

    def plain(found: re.Match[str]) -> str:
        kind, gap, bracket = found.groups()
        if not _is_header(text, found) or re.fullmatch(r"@\w+[ \t]*", found[0][:-1]):
            return found[0]
        stand_in = f"typenumber{len(types)}"
        types[stand_in] = " ".join(kind.split())
        return f"@{stand_in}{bracket}{gap}"  # the gap may hold line ends, which count

    return _HEADER.sub(plain, text), types


def _is_header(text: str, found: re.Match[str]) -> bool:
    """Whether a match of ``_HEADER`` stands at a line's beginning or behind another entry."""
    before = text[max(0, found.start() - 99) : found.start()].rstrip(" \t\ufeff")
    return not before or before[-1] in "\n})"


def _parted(blocks: list[Any]) -> Iterator[Any]:
    """The blocks, what looks like an entry in a comment as a block of its own that failed."""
    from bibtexparser import model

    for block in blocks:
        if not isinstance(block, model.ImplicitComment):
            yield block
            continue
        line = block.start_line or 0
        for piece in filter(None, _LINE_AT.split(block.raw or "")):
            if _LOOKS_LIKE_ENTRY.match(piece):
                yield _Failed(piece.strip(), line)
            else:
                yield model.ImplicitComment(piece, line, piece)
            line += piece.count("\n")


def _blocks(text: str, types: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """What bibtexparser makes of the text: ("entry" | "failed" | "macro" | "preamble" | "comment", block)."""
    from bibtexparser import model
    from bibtexparser.splitter import Splitter

    logger = logging.getLogger("bibtexparser.splitter")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # what it would log is told in the audit
    try:
        blocks = list(_parted(Splitter(bibstr=text).split().blocks))
    finally:
        logger.setLevel(level)
    failed: list[str] = []
    start = 0
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        # The rest of an entry that failed is taken for a comment; "@home{now}" at a line's beginning for an entry.
        if failed and (isinstance(block, model.ImplicitComment) or _is_prose(block)):
            failed.append(block.raw or "")
            continue
        if failed:
            yield "failed", _Failed("\n".join(failed), start)
            failed = []
        whole = getattr(block, "ignore_error_block", None)  # a second entry of one key, or a field given twice
        if whole is not None:
            block = whole
        torn = isinstance(following, model.ImplicitComment) and _TORN.match(following.raw or "")
        if isinstance(block, _Failed | model.ParsingFailedBlock) or (torn and isinstance(block, model.Entry)):
            failed = [_STAND_IN.sub(lambda found: "@" + types.get(found[1], found[1]), block.raw or "")]
            start = block.start_line or 0
        elif isinstance(block, model.Entry):
            block.entry_type = types.get(block.entry_type, block.entry_type)
            yield "entry", block
        elif isinstance(block, model.String):
            yield "macro", block
        elif isinstance(block, model.Preamble):
            yield "preamble", block
        else:
            yield "comment", block
    if failed:
        yield "failed", _Failed("\n".join(failed), start)


def _is_prose(block: Any) -> bool:
    raw = block.raw or ""
    opening = None if isinstance(block, _Failed) else _OPENING.match(raw)
    return bool(opening) and "=" not in raw and opening[1].strip().lower() not in _KINDS  # type: ignore[index]


def _entry(kind: str, block: Any, macros: Mapping[str, str]) -> _Entry:
    """Type, key and values of an entry; of one that bibtexparser gave up on, as many as can be read."""
    if kind == "failed":
        opening = _OPENING.match(block.raw)
        kind, key, at = (opening[1], opening[2] or "", opening.end()) if opening else ("", "", 0)
        return _Entry(kind.strip().lower(), key.strip(), _assignments(block.raw, at, macros), _MENDED)
    values: dict[str, str] = {}
    note = ""
    for field in block.fields:
        text = str(field.value)
        value, end = _value(text, 0, len(text), macros)
        left = text[end:].strip(' \t\n,}"')
        if left and "=" not in left:  # a brace too many closed the value early
            value, note = value + text[end:].rstrip(' \t\n,}"').replace("{", ""), _MENDED
        _keep(values, field.key, value)
        if "=" in left:
            note = _MENDED
            for name, further in _assignments(text, end, macros).items():
                _keep(values, name, further)
    return _Entry(block.entry_type.lower(), block.key.strip(), values, note)


def _assignments(text: str, at: int, macros: Mapping[str, str]) -> dict[str, str]:
    """All "name = value" from ``at`` on, commas or none between them.

    No value goes on where the next line begins a field, so that a brace too many costs no other field; what stands
    between a value's end and the next line that begins a field belongs to the value.
    """
    values: dict[str, str] = {}
    stops = [found.start() for found in _NEXT_FIELD.finditer(text, at)]
    while found := _FIELD.search(text, at):
        stop = bisect_right(stops, found.end())
        end = stops[stop] if stop < len(stops) else len(text)
        value, at = _value(text, found.end(), end, macros)
        if at < end and not _FOLLOWS.match(text, at, end):
            value, at = value + text[at:end].rstrip(' \t\n,}"').replace("{", ""), end
        _keep(values, found[1], value)
    return values


def _keep(values: dict[str, str], name: str, value: str) -> None:
    """A field given twice keeps both values under one name, unless they say the same."""
    name = name.lower()
    if not values.get(name):
        values[name] = value
    elif value and value != values[name]:
        values[f"{name}-2"] = value


def _value(text: str, at: int, end: int, macros: Mapping[str, str]) -> tuple[str, int]:
    """The value at ``at`` (braced, quoted, a number or a macro; joined by #), and where it ends, at most at ``end``."""
    parts = []
    while True:
        at = _space(text, at, end)
        if text[at : at + 1] in ("{", '"') and at < end:
            close = _closing(text, at, end)
            parts.append(text[at + 1 : close])
            at = min(close + 1, end)
        else:
            found = _BARE.match(text, at, end)
            word = found[0] if found else ""
            parts.append(macros.get(word.lower(), word))
            at += len(word)
        following = _space(text, at, end)
        if text[following : following + 1] != "#" or following >= end:
            return "".join(parts).strip(), at
        at = following + 1


def _space(text: str, at: int, end: int) -> int:
    while at < end and text[at].isspace():
        at += 1
    return at


def _closing(text: str, at: int, end: int) -> int:
    """Where the brace or quote opened at ``at`` closes; if it does not before ``end``, the last sign there.

    A quoted value ends at a quote outside braces that is followed by what may follow a value, since vendors leave
    quotes inside unprotected.
    """
    depth, quoted = 0, text[at] == '"'
    for found in _MARKS.finditer(text, at + quoted, end):
        mark = found[0]
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
            if not quoted and depth == 0:
                return found.start()
        elif mark == '"' and quoted and depth <= 0 and _AFTER_QUOTE.match(text, found.end()):
            return found.start()
    return end - 1 if end - 1 > at and text[end - 1] in '}"' else end


def _record(entry: _Entry, parents: Mapping[str, dict[str, str]]) -> Record:
    values = dict(entry.values)
    parent = parents.get(values.get("crossref", "").lower(), {}) if "crossref" in values else {}
    for name, inherited in parent.items():
        values.setdefault("booktitle" if name == "title" else name, inherited)
    if values.get("subtitle") and values.get("title"):
        values["title"] = f"{values['title']}: {values.pop('subtitle')}"
    fields: dict[str, Any] = {"key": entry.key}
    for name, choices in NAMES.items():
        for choice in choices:
            if values.get(choice) and (name not in fields or name in ("keywords", "subjects")):
                put(fields, name, _split(name, values.pop(choice)))
    _arxiv(fields, values)
    extra = {"ENTRYTYPE": entry.kind, **{name: value for name, value in values.items() if value}}
    return Record(fields, extra, "latex", entry.note)


def _split(name: str, value: str) -> Any:
    if name == "authors":
        return braced(value)
    if name in ("keywords", "subjects"):
        separator = ";" if ";" in value else ","
        return [" ".join(part.split()) for part in value.split(separator) if part.strip()]
    return value


def _arxiv(fields: dict[str, Any], values: dict[str, str]) -> None:
    kind = values.get("archiveprefix") or values.get("eprinttype") or ""
    if kind.lower() == "arxiv" and values.get("eprint"):
        fields.setdefault("arxiv", values["eprint"])


FORMAT = Format("BibTeX", recognises, read)
