"""A manifest of files: each with its SHA-256, in the lines of BagIt (RFC 8493), which ``sha256sum --check`` reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from analysis.common.errors import BadInput

SUMS = "manifest-sha256.txt"
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_ESCAPED = {"%": "%25", "\r": "%0D", "\n": "%0A"}  # all that BagIt escapes in a name


def sums_text(sums: Mapping[str, str]) -> str:
    """One line a file, in the order of their names; ``sums`` is SHA-256 by name."""
    return "".join(f"{sha256}  {_escaped(name)}\n" for name, sha256 in sorted(sums.items()))


def read_sums(path: Path) -> dict[str, str]:
    """SHA-256 by name, as ``sums_text`` wrote it. Raises ``BadInput`` when the file is absent or another kind."""
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, ValueError) as error:
        raise BadInput(f"{path}: cannot be read ({error}); make the report again") from error
    found = [_LINE.fullmatch(line) for line in lines[:-1]]
    if lines[-1] or not all(found):
        raise BadInput(f"{path}: is damaged; make the report again")
    return {_plain(line[2]): line[1] for line in found if line}


def _escaped(name: str) -> str:
    return "".join(_ESCAPED.get(letter, letter) for letter in name)


def _plain(name: str) -> str:
    for letter, escaped in reversed(_ESCAPED.items()):
        name = name.replace(escaped, letter)
    return name
