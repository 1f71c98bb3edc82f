"""Whether a study or a report is as it was made: every hash of its manifest computed anew."""

from __future__ import annotations

from pathlib import Path

from analysis.common.errors import BadInput
from analysis.common.folders import files_in
from analysis.common.hashes import intact
from analysis.common.kept import is_whole
from analysis.common.locks import LOCK
from analysis.common.sums import SUMS, read_sums
from analysis.report.site import LOG
from analysis.report.unchanged import kept_files
from analysis.study.cache import MANIFEST, files_of, read_manifest


def verify_folder(folder: Path) -> tuple[int, dict[str, str]]:
    """How many files were compared, and by name what is "missing", "changed" or "extra" in a study or a report.

    What a study keeps to save time is no part of its manifest; it is checked by the hash in its name. Raises
    ``BadInput`` where there is no manifest, or a damaged one.
    """
    sums: dict[str, str] = {}
    about, known = [LOCK], 0
    if (folder / MANIFEST).is_file():
        manifest = read_manifest(folder / MANIFEST)
        if not manifest.get("stages"):
            raise BadInput(f"{folder / MANIFEST}: is damaged, or no study's; make the study again")
        sums |= files_of(manifest)
        about += [MANIFEST, LOG]
    if (folder / SUMS).is_file():
        sums |= read_sums(folder / SUMS)
        about.append(SUMS)
    if not sums:
        raise BadInput(f"{folder}: neither a report nor a study (it has no {SUMS} and no {MANIFEST})")
    differ = {}
    for name, sha256 in sums.items():
        if not (folder / name).is_file():
            differ[name] = "missing"
        elif not intact(folder / name, sha256):
            differ[name] = "changed"
    kept = kept_files(folder) if MANIFEST in about else []
    for path in files_in(folder):
        name = path.relative_to(folder).as_posix()
        if name in sums or name in about:
            continue
        if path in kept:
            known += 1
            if not is_whole(path, path.read_bytes()):
                differ[name] = "changed"
        else:
            differ[name] = "extra"
    return len(sums) + known, dict(sorted(differ.items()))
