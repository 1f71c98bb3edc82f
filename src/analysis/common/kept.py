"""What could be made again and is kept to save time: each file's name ends with its key and the hash of its content."""

from __future__ import annotations

import hashlib
from glob import escape
from pathlib import Path

from analysis.common.progress import say
from analysis.common.tables import replacing

_DIGITS = 16  # of a key and of a SHA-256, hexadecimal
_HEX = "[0-9a-f]" * _DIGITS


def keep(path: Path, key: str, content: bytes) -> None:
    """Keep ``content`` under ``path`` and ``key`` (16 hexadecimal digits) and nothing else under ``path``.

    Raises ``BadInput`` where it cannot be written.
    """
    place = path.with_name(f"{path.stem}-{key}-{_short_hash(content)}{path.suffix}")
    with replacing(place) as temporary:
        temporary.write_bytes(content)
    for outdated in _kept(path, _HEX):
        if outdated != place:
            outdated.unlink(missing_ok=True)


def read_kept(path: Path, key: str) -> bytes | None:
    """What was kept under ``path`` and ``key``; None where nothing was, or, as one line tells, where it is damaged."""
    for place in _kept(path, key):
        content = place.read_bytes()
        if is_whole(place, content):
            return content
        say(f"{place}: is damaged; it is made again")
    return None


def is_whole(place: Path, content: bytes) -> bool:
    """Whether a kept file holds what its name says."""
    return place.stem[-_DIGITS:] == _short_hash(content)


def _kept(path: Path, key: str) -> list[Path]:
    return sorted(path.parent.glob(f"{escape(path.stem)}-{key}-{_HEX}{escape(path.suffix)}"))


def _short_hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_DIGITS]
