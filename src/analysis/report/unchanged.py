"""Whether a report that was made before is still the one that would be made: then it stays as it is."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.common.errors import BadInput
from analysis.common.folders import files_in, staging
from analysis.common.hashes import file_hash, intact
from analysis.common.kept import is_whole, keep, read_kept
from analysis.common.sums import SUMS, read_sums
from analysis.findings.layout import MAP
from analysis.study.cache import CACHES, code_hash, fingerprint

_KEPT_AS = Path(CACHES[0], SUMS)  # in a study's folder: the manifest of its last report


def report_key(notebooks: Sequence[Path], template: Path | None, *parts: Any) -> str:
    """16 hexadecimal digits for all that a report is made of: ``parts`` are whatever else JSON can say of it.

    Of the notebooks and the template's files the content counts, of the code all.
    """
    files = [*notebooks, *(files_in(template) if template else ())]
    hashes = [(path.name, file_hash(path) if path.is_file() else "") for path in files]
    return fingerprint(hashes, parts, code_hash(""), sys.version)[:16]


def is_unchanged(out: Path, study: Path, key: str) -> bool:
    """Whether the folder ``out`` holds, byte for byte, the last whole report of a study, made with this ``key``.

    False, too, where an interrupted run left something to clear away, beside ``out`` or in what the study keeps.
    """
    kept = read_kept(study / _KEPT_AS, key)
    if kept is None or staging(out).exists():
        return False
    try:
        there = (out / SUMS).read_bytes() == kept and all(intact(out / n, s) for n, s in read_sums(out / SUMS).items())
        return there and all(is_whole(path, path.read_bytes()) for path in kept_files(study))
    except (OSError, BadInput):  # what cannot be read is made again
        return False


def keep_manifest(manifest: bytes, study: Path, key: str) -> None:
    """Keep the manifest of a whole report, made with this ``key``, for ``is_unchanged``."""
    keep(study / _KEPT_AS, key, manifest)


def kept_files(study: Path) -> list[Path]:
    """The files of ``common.kept`` in a study's folder."""
    return [path for path in files_in(study) if path.relative_to(study).parts[0] in CACHES or path.name.startswith(MAP)]
