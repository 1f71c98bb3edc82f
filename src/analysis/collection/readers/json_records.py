"""JSON of any service: lines, an array, or an object that wraps one; each object is told apart by its keys."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from analysis.collection.readers.base import MAX_FIELD, Format, Item, Record, Stray, Unreadable
from analysis.collection.readers.columns import no_paper
from analysis.collection.readers.json_dialects import record_of
from analysis.collection.readers.json_shapes import rows_of, wrapped
from analysis.collection.readers.nesting import DEEPEST, too_deep

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

# No record is longer than a field may be, with room for authors and references.
_MAX_LINE = 20 * MAX_FIELD
_BLOCK = 4 << 20
_DEPTH = 20
_BLANK_LINE = re.compile(rb"\n[ \t\r]*+\n")
_STRETCH = 1_000  # lines that are kept together: fewer take more time as a table than to read


def recognises(head: Head) -> bool:
    """It begins with an object or an array of objects, or of arrays of them."""
    start = head.text[:2000]
    return start.startswith("{") or (start.startswith("[") and start.lstrip("[ \t\n")[:1] in ("{", "]", '"'))


def read(source: Source) -> Iterator[Item]:
    """A record for each object: of lines if the first line is an object by itself, else of the whole text."""
    if _lines_in(source.head.data):
        return _read_lines(source)
    return _read_document(source)


def is_lines(source: Source) -> bool:
    """Whether a source is lines of JSON in UTF-8, or in ASCII."""
    return b"\0" not in source.head.data and recognises(source.head) and _lines_in(source.head.data)


class Lines(NamedTuple):
    """A stretch of a file's lines: their number, and some of them with their places, from 1."""

    number: int
    kept: list[tuple[int, bytes]]


def lines_with(source: Source, letters: Sequence[str]) -> Iterator[Lines]:
    """All lines of a source, a stretch at a time, of which those are kept that hold one of the letters, in any case.

    ``letters`` are some letters one after another, in ASCII and lower case. Blank lines do not count.
    """
    sought = [one.encode("ascii") for one in letters]
    before, there, kept = 0, 0, list[tuple[int, bytes]]()
    with source.open() as stream:
        for whole in _whole_lines(stream):
            found = _held(whole, sought, before + there)
            there += found.number
            kept += found.kept
            if len(kept) >= _STRETCH:
                yield Lines(there, kept)
                before, there, kept = before + there, 0, []
    if there:
        yield Lines(there, kept)


def _held(block: bytes, sought: Sequence[bytes], before: int) -> Lines:
    """The lines of a block in which something is sought; ``before`` lines came before."""
    if block[:1].isspace() or block[-1:].isspace() or _BLANK_LINE.search(block):
        block = b"\n".join(line for line in block.split(b"\n") if line.strip())
    if not block:
        return Lines(0, [])
    lower = block.lower()
    starts = set()
    for one in sought:
        at = lower.find(one)
        while at >= 0:
            starts.add(block.rfind(b"\n", 0, at) + 1)
            end = block.find(b"\n", at)
            at = lower.find(one, end) if end >= 0 else -1
    kept, number, counted = [], before + 1, 0
    for start in sorted(starts):
        number += block.count(b"\n", counted, start)
        end = block.find(b"\n", start)
        kept.append((number, block[start : end if end >= 0 else len(block)]))
        counted = start
    return Lines(number + block.count(b"\n", counted) - before, kept)


def _lines_in(head: bytes) -> bool:
    """Whether the first line that is not blank is a whole object, or a whole object follows on another line."""
    lines = [line for line in head.lstrip(b"\xef\xbb\xbf").splitlines() if line.strip()]
    return bool(lines) and lines[0].lstrip().startswith(b"{") and (_parses(lines[0]) or _is_broken_line(lines))


def _is_broken_line(lines: list[bytes]) -> bool:
    return any(line.startswith(b"{") and len(line) > 2 and _parses(line) for line in lines[1:])


def _parses(text: bytes) -> bool:
    import orjson

    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def _read_lines(source: Source) -> Iterator[Item]:
    import orjson

    for line in _lines(source):
        if not line.strip():
            continue
        if len(line) > _MAX_LINE:
            yield Unreadable(line[:5_000].decode("utf-8", "replace"), f"a line longer than {_MAX_LINE:,} bytes")
            continue
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            yield from _second_try(line, str(error))
            continue
        # Inside of texts JSON has no control character but DEL as it is: the others take a backslash.
        printable = line.isascii() and b"\\" not in line and b"\x7f" not in line
        for item in _items(value):
            if printable and isinstance(item, Record):
                item.printable = True
            yield item


def _lines(source: Source) -> Iterator[bytes]:
    """The lines of the stream in UTF-8; only texts in another encoding are taken into memory whole."""
    wide = b"\0" in source.head.data
    with io.BytesIO(source.text().encode()) if wide else source.open() as stream:
        for whole in _whole_lines(stream):
            yield from whole.split(b"\n")


def _whole_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """The stream in pieces of whole lines, without the mark of its encoding and without the line end behind each."""
    rest, first = b"", True
    for block in _blocks(stream):
        whole, end, rest = (rest + block).rpartition(b"\n")
        rest = rest[: _MAX_LINE + 1]  # enough to show that a line is too long; its end is not kept
        if end:
            yield whole.removeprefix(codecs.BOM_UTF8) if first else whole
            first = False
    yield rest.removeprefix(codecs.BOM_UTF8) if first else rest


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """The stream in blocks; while one is parsed, the next is unpacked on another core."""
    with ThreadPoolExecutor(1) as ahead:
        coming = ahead.submit(stream.read, _BLOCK)
        while block := coming.result():
            coming = ahead.submit(stream.read, _BLOCK)
            yield block


def _second_try(line: bytes, problem: str) -> Iterator[Item]:
    """What strict JSON refuses but Python's own writer produces: NaN; and text that is not in UTF-8."""
    import json

    text = line.decode("utf-8", "replace") if b"\xff" in line else _decoded(line)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        yield Unreadable(text.strip(), f"not JSON ({problem})")
    else:
        yield from _items(value)


def _decoded(line: bytes) -> str:
    from analysis.collection.sources import decode

    return decode(line)[0]


def _read_document(source: Source) -> Iterator[Item]:
    import orjson

    data = source.content()
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        for value, broken in _salvage(source.text()):
            if broken:
                yield Unreadable(broken, "not JSON")
            else:
                yield from _items(value)
        return
    del data
    yield from _items(value)


def _salvage(text: str) -> Iterator[tuple[Any, str]]:
    """The values of several documents in one file, or those of a broken array: (value, "") or (None, broken piece)."""
    import json

    decoder = json.JSONDecoder()
    at, failures = 0, 0
    opening = re.compile(r"[\s,\[\ufeff]*")
    while (at := opening.match(text, at).end()) < len(text):  # type: ignore[union-attr]
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            failures += 1
            # After many failures every restart may fail as late as the first: one piece then, to stay linear.
            following = re.compile(r"(?<=\})\s*,?\s*(?=\{)").search(text, at + 1) if failures < 50 else None
            end = following.end() if following else len(text)
            if text[at:end].strip(" \t\r\n]},"):
                yield None, text[at:end].strip()
            at = end
        else:
            yield value, ""


def _items(value: Any, depth: int = 0) -> Iterator[Item]:
    """The records in a value: itself, those of the list it wraps, or the rows of a table."""
    if depth < _DEPTH and isinstance(value, (list, dict)) and (rows := rows_of(value)) is not None:
        value = rows
    if isinstance(value, list):
        for element in value:
            inner = isinstance(element, dict) or (isinstance(element, list) and depth < _DEPTH)
            yield from _items(element, depth + 1) if inner else [_not_an_object(element)]
    elif not isinstance(value, dict):
        yield _not_an_object(value)
    elif beside := no_paper(value):
        yield Stray(_dump(value), *beside)
    elif record := _converted(value):
        yield record
    elif depth < _DEPTH and (within := wrapped(value)) is not None:
        yield from _items(within, depth + 1)
    else:
        yield Unreadable(_dump(value), "no title and no abstract under any known name")


def _converted(value: dict[str, Any]) -> Record | Unreadable | None:
    """The record of an object; a service's names with values of other types than the service's are unreadable."""
    if too_deep(value):
        return Unreadable(_dump(value), f"nested more than {DEEPEST} deep")
    try:
        return record_of(value)
    except (TypeError, ValueError, AttributeError, KeyError, IndexError) as error:
        return Unreadable(_dump(value), f"a field of an unexpected type ({error})")


def _not_an_object(value: Any) -> Unreadable:
    return Unreadable(_dump(value), f"not an object but {'null' if value is None else type(value).__name__}")


def _dump(value: Any) -> str:
    import orjson

    try:
        return orjson.dumps(value, default=str).decode()
    except TypeError:  # halves of surrogate pairs, or what is nested too deep to be written
        return "" if too_deep(value) else repr(value)


FORMAT = Format("JSON", recognises, read)
