"""SHA-256 of what files hold, as 64 hexadecimal digits."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import IO

from analysis.common.errors import BadInput


def stream_hash(stream: IO[bytes]) -> str:
    """SHA-256 of the rest of a stream."""
    digest = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of a file's content. Raises ``BadInput`` when it cannot be read."""
    try:
        with path.open("rb") as handle:
            return stream_hash(handle)
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror})") from error


def intact(path: Path, sha256: str) -> bool:
    """Whether ``path`` is a file with this SHA-256."""
    return path.is_file() and file_hash(path) == sha256
