"""From what the user names (files, folders, globs, .gz, .zip) to sources that readers can open, without trusting them.

Nothing is ever unpacked to disk. Archives that would expand beyond reason, members with paths that climb out, and
encrypted members are refused. Texts are decoded from what their bytes say, not from what the machine prefers.
"""

from __future__ import annotations

import codecs
import glob
import io
import lzma
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import urlsplit

from analysis.common.errors import BadInput
from analysis.common.extras import extra

HEAD = 65_536
# Texts compress 3- to 30-fold; DEFLATE's limit is 1032-fold. A bomb is far beyond what a bibliography reaches.
MAX_RATIO = 200
MAX_BYTES = 8 * 1024**3
# What Python puts for the bytes of a file's name that are not UTF-8.
_NO_UTF8 = re.compile("[\udc80-\udcff]+")
_RATIO_FROM = 50 * 1024**2
# Each read from a packed file unpacks so much at a time: a thread that reads ahead then seldom waits for its turn.
_BLOCK = 4 * 1024**2


@dataclass(frozen=True)
class Head:
    """The beginning of a source: the file's name without .gz, its first 64 KB, and these as text ("" if binary).

    ``mapping`` is what the user says about columns, so that a table with unknown names is recognised.
    """

    name: str
    data: bytes
    mapping: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def text(self) -> str:
        """The beginning as text, without a byte-order mark and with line ends as ``\\n``; "" if binary."""
        if is_binary(self.data):
            return ""
        return _unix(decode(self.data, partial=True)[0]).lstrip("\ufeff \t\n")


@dataclass
class Source:
    """One stream of bytes: ``label`` is the path as the user gave it (``archive.zip::member`` inside an archive), in
    letters that can be written; ``path`` is the file's as the system has it.

    ``given`` is true when the user named exactly this file, so that it must be readable; a file that was only found
    in a folder, an archive or by a glob may be something else. ``columns`` are the names of a table's columns, once it
    is read.
    """

    label: str
    opener: Callable[[], IO[bytes]]
    given: bool
    path: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    encoding: str = field(default="", init=False)
    columns: list[str] = field(default_factory=list, init=False)

    @cached_property
    def head(self) -> Head:
        """The beginning, by which a reader is chosen."""
        name = self.label.removesuffix(".gz").rpartition("::")[2]
        return Head(os.path.basename(name).lower(), self._take(HEAD), self.mapping)

    def open(self) -> IO[bytes]:
        """The bytes, uncompressed. Raises ``BadInput`` for what cannot be opened, as a damaged member of an archive."""
        try:
            return self.opener()
        except _DAMAGE as error:
            raise _damaged(self.label, error) from error

    def content(self) -> bytes:
        """All bytes, uncompressed."""
        return self._take(-1)

    def text(self) -> str:
        """The whole text, decoded, with line ends as ``\\n``; ``self.encoding`` then names the encoding."""
        text, self.encoding = decode(self.content())
        return _unix(text)

    def _take(self, size: int) -> bytes:
        try:
            with self.open() as stream:
                return stream.read(size)
        except _DAMAGE as error:
            raise _damaged(self.label, error) from error


# Of zipfile, NotImplementedError says that a member is packed in a way it does not know, RuntimeError that it is
# encrypted although the list of members does not say so.
_DAMAGE = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError, RuntimeError)


def _damaged(label: str, error: Exception) -> BadInput:
    return BadInput(f"{label}: damaged or cut short ({error}); save it again")


PROVENANCE = ".provenance.json"  # ends the name of what ``fetch_papers`` notes beside its file; no source of papers


def expand(*paths: str | os.PathLike[str]) -> Iterator[Source]:
    """The sources behind files, folders (with all below), globs, .gz and .zip, in a stable order; of addresses, too.

    Raises ``BadInput`` for a path that does not exist, an empty file, or an archive that is unsafe or damaged.
    """
    for path in paths:
        label = os.fspath(path)
        if "://" in label:
            yield from _remote(label)
            continue
        if os.path.isdir(label):
            found = [str(p) for p in sorted(Path(label).rglob("*")) if p.is_file() and not _hidden(p, label)]
            if not found:
                raise BadInput(f"{shown(label)}: no file in this folder; name a folder with exports of papers")
        elif os.path.exists(label):
            yield from _open_file(label, given=True)
            continue
        elif glob.has_magic(label):
            found = sorted(p for p in glob.glob(label, recursive=True) if os.path.isfile(p))
            if not found:
                raise BadInput(f"{label}: no file matches")
        else:
            raise BadInput(f"{label}: no such file or folder; check the path")
        for file in found:
            if not file.endswith(PROVENANCE):
                yield from _open_file(file, given=False)


def shown(path: str) -> str:
    """``path`` in letters that can be written: bytes of a name that are not UTF-8 become what they most likely are."""
    return _NO_UTF8.sub(lambda found: _decode_line(os.fsencode(found[0]), "cp1252"), path)


def _hidden(path: Path, below: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in path.relative_to(below).parts)


def _open_file(path: str, given: bool) -> Iterator[Source]:
    label = shown(path)
    magic = _magic(label, lambda: open(path, "rb"))
    if magic[:2] == b"\x1f\x8b":
        yield Source(label, lambda: _bounded(_gunzipped(open(path, "rb")), label, os.path.getsize(path)), given, path)
    elif magic == b"PK\x03\x04" and not _is_workbook(path):
        yield from _open_zip(path)
    else:
        yield Source(label, lambda: open(path, "rb"), given, path)


def _magic(label: str, opener: Callable[[], IO[bytes]]) -> bytes:
    try:
        with opener() as stream:
            return stream.read(4)
    except OSError as error:
        raise BadInput(f"{label}: cannot be read ({error.strerror or error})") from error


def _remote(address: str) -> Iterator[Source]:
    """The sources at an address that fsspec reads: a file, a folder with all below, or a glob."""
    with extra("scale", shown(address)):
        import fsspec
    if urlsplit(address).username:
        raise BadInput("an address with a name and a password in it: give these to fsspec by its configuration")
    try:
        files, place = fsspec.url_to_fs(address)
        if given := files.isfile(place):
            found = [place]
        else:
            found = sorted(files.glob(place) if glob.has_magic(place) else files.find(place))
    except (ImportError, ValueError, OSError) as error:
        raise BadInput(f"{address}: cannot be read ({error})") from error
    if not found:
        raise BadInput(f"{address}: no such file or folder; check the address")
    for file in found:
        yield _remote_file(files, file, given)


def _remote_file(files: Any, place: str, given: bool) -> Source:
    label = files.unstrip_protocol(place)
    opener = partial(files.open, place, "rb")
    if (magic := _magic(label, opener))[:2] == b"\x1f\x8b":
        return Source(label, lambda: _bounded(_gunzipped(opener()), label, files.size(place)), given)
    if magic == b"PK\x03\x04":
        raise BadInput(
            f"{label}: an archive or a workbook behind an address; fetch it first, or use Parquet or .jsonl.gz"
        )
    return Source(label, opener, given)


def _is_workbook(path: str) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive, shown(path))
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as error:  # the last: of a member's name
        raise BadInput(f"{shown(path)}: not a whole zip archive ({error}); save it again") from error


def check_archive(archive: zipfile.ZipFile, label: str) -> None:
    """Raise ``BadInput``, which names ``label``, for what an honest archive of exports never is."""
    total = sum(member.file_size for member in archive.infolist())
    packed = max(1, sum(member.compress_size for member in archive.infolist()))
    if total > MAX_BYTES or (total > _RATIO_FROM and total / packed > MAX_RATIO):
        raise BadInput(f"{label}: would expand to {total:,} bytes from {packed:,}; refused as a zip bomb")
    for member in archive.infolist():
        parts = re.split(r"[/\\]", member.filename)
        if ".." in parts or member.filename.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", member.filename):
            raise BadInput(f"{label}: refused, its member {member.filename!r} points outside the archive")
        if member.flag_bits & 1:
            raise BadInput(f"{label}: encrypted; unpack it first")


def _open_zip(path: str) -> Iterator[Source]:
    with zipfile.ZipFile(path) as archive:
        members = [m for m in archive.infolist() if not m.is_dir() and not _hidden(Path(m.filename), "")]
    if not members:
        raise BadInput(f"{shown(path)}: an empty archive")
    for member in sorted(members, key=lambda m: m.filename):
        yield Source(f"{shown(path)}::{member.filename}", _member_opener(path, member), given=False, path=path)


def _member_opener(path: str, member: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    def opener() -> IO[bytes]:
        try:
            stream: IO[bytes] = zipfile.ZipFile(path).open(member)
        except UnicodeDecodeError as error:  # its name before its content, which is not the one in the list of members
            raise zipfile.BadZipFile(str(error)) from error
        label = f"{shown(path)}::{member.filename}"
        if member.filename.lower().endswith(".gz"):
            stream = _gunzipped(stream)
        return _bounded(stream, label, member.compress_size)

    return opener


class _Gunzipped:
    """The content of a gzip stream, unpacked a megabyte and more at a time, where the standard library takes 8 KB."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._engine = stream, zlib.decompressobj(zlib.MAX_WBITS | 16)

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes, none at the end. Raises ``EOFError`` or ``zlib.error`` for a damaged stream."""
        while True:
            packed = self._engine.unconsumed_tail
            if self._engine.eof:  # another member may follow, after zeros that fill a block up
                packed = self._engine.unused_data.lstrip(b"\0")
                while not packed:
                    if not (packed := self._stream.read(_BLOCK // 4)):
                        return b""
                    packed = packed.lstrip(b"\0")
                self._engine = zlib.decompressobj(zlib.MAX_WBITS | 16)
            elif not packed and not (packed := self._stream.read(_BLOCK // 4)):
                raise EOFError("it ends before its end is marked")
            if unpacked := self._engine.decompress(packed, size):
                return unpacked

    def close(self) -> None:
        """Close the packed stream."""
        self._stream.close()


def _gunzipped(stream: IO[bytes]) -> IO[bytes]:
    return cast(IO[bytes], _Gunzipped(stream))


def _bounded(stream: IO[bytes], label: str, packed: int) -> IO[bytes]:
    return io.BufferedReader(_Bounded(stream, label, packed), _BLOCK)


class _Bounded(io.RawIOBase):
    """A stream that refuses to yield more than a text of ``packed`` bytes can honestly expand to."""

    def __init__(self, stream: IO[bytes], label: str, packed: int) -> None:
        self._stream, self._label, self._read = stream, label, 0
        self._limit = min(MAX_BYTES, max(_RATIO_FROM, packed * MAX_RATIO))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            chunk = self._stream.read(len(buffer))
        except _DAMAGE as error:
            raise _damaged(self._label, error) from error
        self._read += len(chunk)
        if self._read > self._limit:
            raise BadInput(f"{self._label}: expands beyond {self._limit:,} bytes; refused as a decompression bomb")
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def readall(self) -> bytes:
        return b"".join(iter(lambda: self.read(_BLOCK), b""))

    def close(self) -> None:
        self._stream.close()
        super().close()


# --- text ------------------------------------------------------------------------------------------------------------

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_DECLARED = re.compile(rb"(?:%\s*Encoding:|<\?xml[^>]{0,80}?encoding=[\"'])\s*([\w.-]+)", re.IGNORECASE)


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def is_binary(data: bytes) -> bool:
    """Whether the first bytes are of no text in any encoding we know: NULs without the pattern of UTF-16 or 32."""
    sample = data[:4096]
    return b"\0" in sample and not _wide(sample)


def _wide(data: bytes) -> str:
    """The encoding of a text in UTF-16 or UTF-32 by its mark, or by where its zero bytes fall; "" if neither."""
    for mark, encoding in _BOMS[1:]:
        if data.startswith(mark):
            return encoding
    sample = data[:2000]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = max(1, len(sample) // 2)
    if odd > 0.4 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.1 * half:
        return "utf-16-be"
    return ""


def decode(data: bytes, *, partial: bool = False) -> tuple[str, str]:
    """Text and the name of its encoding: by byte-order mark, UTF-8 where valid, a declared encoding, else a guess.

    Exports pasted together mix encodings, so in a text that is not valid UTF-8 each line is decoded by itself: as
    UTF-8 where it is, else in the guessed encoding (Windows-1252, the superset of Latin-1, unless most letters are
    foreign to it). ``partial`` allows a character cut off at the end.
    """
    if data.startswith(codecs.BOM_UTF8):
        data = data[3:]
    elif wide := _wide(data):
        text = data.decode(wide, errors="ignore" if partial else "replace")
        return text.removeprefix("\ufeff"), wide
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(data, final=not partial), "utf-8"
    except UnicodeDecodeError:
        encoding = _guess(data)
        return "".join(_decode_line(line, encoding) for line in data.splitlines(keepends=True)), encoding


def _decode_line(line: bytes, encoding: str) -> str:
    for candidate in ("utf-8", encoding):
        try:
            return line.decode(candidate)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")


def _of_text(name: str) -> str:
    """Python's name of an encoding. Raises ``LookupError`` or ``UnicodeError`` for what is none of texts ("hex")."""
    b"".decode(name)
    b"a".decode(name, "replace")
    return codecs.lookup(name).name


def _guess(data: bytes) -> str:
    declared = _DECLARED.search(data[:2000])
    if declared:
        try:
            return _of_text(declared[1].decode("ascii"))
        except (LookupError, UnicodeError):
            pass
    sample = b"\n".join(line for line in data[:1_000_000].splitlines() if not line.isascii())[:20_000]
    letters = sum(1 for byte in sample if byte > 127 or chr(byte).isalpha())
    if sum(byte > 127 for byte in sample) > 0.25 * letters:
        from charset_normalizer import from_bytes

        if best := from_bytes(sample, enable_fallback=False).best():
            return best.encoding
    return "cp1252"
