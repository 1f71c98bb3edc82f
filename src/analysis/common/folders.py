"""A folder that is replaced as a whole: its new content is written beside it and takes its place in one step.

Linux can exchange two folders in one step (renameat2, man 2 rename), so that whoever looks at any moment, also after a
crash, finds the old folder or the new one. Elsewhere, and where the folder cannot move, files are replaced one by one,
the manifest last. Both are used under a lock (``common.locks``).
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from analysis.common.hashes import intact

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h


def staging(folder: Path) -> Path:
    """Where the new content of ``folder`` is written: beside it, or inside where it cannot lie beside.

    What lies there before a run is what an interrupted one left.
    """
    folder = Path(os.path.realpath(folder))
    if folder.is_dir():
        other_disk = folder.stat().st_dev != folder.parent.stat().st_dev
        if other_disk or not os.access(folder.parent, os.W_OK):
            return folder / ".new"
    return folder.with_name(f".{folder.name}.new")


def publish(
    fresh: Path,
    folder: Path,
    *,
    old: Mapping[str, str],
    new: Collection[str],
    last: Sequence[str],
    caches: Collection[str] = (),
) -> None:
    """Put the files in ``fresh`` into ``folder`` and remove ``fresh``, in one step where the system can.

    ``old`` are the files that the folder's manifest names, with their SHA-256, and ``new`` the names that stand for it
    from now on. What is in the folder stays: files of ``new`` that ``fresh`` lacks, files that a person put there or
    changed, and the folders ``caches``. What ``old`` names and ``new`` does not is removed. Where files must be
    replaced one by one, those named in ``last`` are. Raises ``OSError``.
    """
    folder = Path(os.path.realpath(folder))
    outdated = {name for name, sha256 in old.items() if name not in new and intact(folder / name, sha256)}
    ours = {parent for name in (*old, *new) for parent in Path(name).parents} | {Path(name) for name in caches}
    if not _within(Path.cwd(), folder) and _carry(fresh, folder, outdated, ours) and _exchange(fresh, folder):
        shutil.rmtree(fresh, ignore_errors=True)
        return
    names = [path.relative_to(fresh).as_posix() for path in files_in(fresh)]
    for name in sorted(set(names) - set(last)):
        _move(fresh / name, folder / name)
    for name in outdated:
        (folder / name).unlink()
    for name in last:
        if name in names:
            _move(fresh / name, folder / name)
    shutil.rmtree(fresh, ignore_errors=True)


def _carry(fresh: Path, folder: Path, outdated: Collection[str], ours: Collection[Path]) -> bool:
    """Link into ``fresh`` what stays of ``folder``. False if that cannot be done, as with folders that are not ours."""
    try:
        if folder.stat().st_dev != fresh.stat().st_dev or fresh.is_relative_to(folder):
            return False
        for path in sorted(folder.rglob("*")):
            place = path.relative_to(folder)
            if path.is_dir() and not path.is_symlink():
                if place not in ours:  # a program may be at work in it
                    return False
            elif place.as_posix() not in outdated and not os.path.lexists(fresh / place):
                (fresh / place.parent).mkdir(parents=True, exist_ok=True)
                os.link(path, fresh / place, follow_symlinks=False)
        shutil.copymode(folder, fresh)
    except (OSError, NotImplementedError):
        return False
    return True


def _exchange(one: Path, two: Path) -> bool:
    """Let two folders change places in one step. False where the system or the file system cannot."""
    if sys.platform != "linux":
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    return bool(rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(two), _RENAME_EXCHANGE) == 0)


def files_in(folder: Path) -> list[Path]:
    """All files below a folder, in order; links count as files."""
    return sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())


def _move(one: Path, two: Path) -> None:
    two.parent.mkdir(parents=True, exist_ok=True)
    os.replace(one, two)


def _within(place: Path, folder: Path) -> bool:
    return Path(os.path.realpath(place)).is_relative_to(folder)
