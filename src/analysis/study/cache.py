"""Content-addressed stages: what a stage made is kept under a key of its code, parameters and inputs, and made again
only when the key changes or a file is not what the manifest says."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path
from typing import Any, Self

import numpy as np

from analysis.common.dates import today
from analysis.common.errors import BadInput
from analysis.common.folders import files_in, publish, staging
from analysis.common.hashes import file_hash, intact
from analysis.common.locks import locked
from analysis.common.memory import give_back
from analysis.common.progress import say, timed
from analysis.common.tables import SCHEMAS, UNFINISHED, cannot_write, make_table, read_table, replacing

MANIFEST = "manifest.json"
CACHES = ("notebooks",)  # folders of ``common.kept`` files in a study's
_CHECKSUM = "checksum"  # of the rest of the manifest
_VERSIONS = (
    "bias-senses", "pandas", "numpy", "scipy", "scikit-learn", "spacy", "onnxruntime", "tokenizers", "bertopic",
    "umap-learn", "hdbscan",
)  # fmt: skip


class Result(dict[str, Any]):
    """What a stage made, by name, and the ``key`` that stands for all of it."""

    def __init__(self, key: str, things: Mapping[str, Any]) -> None:
        super().__init__(things)
        self.key = key


class Stages:
    """The stages of one study folder, which other runs leave alone from the first ``run`` to ``finish``.

    What is made is written beside the folder and takes its place as a whole in ``finish``. So the folder holds the old
    study or the new one, and the stages that an interrupted run had finished are found by the next.
    """

    def __init__(self, folder: Path, **about: Any) -> None:
        self.folder = folder
        self.about = about
        self._facts: dict[str, Any] = {}
        self._stages: dict[str, Any] = {}
        self._made: set[str] = set()  # files of this study that lie in ``fresh``
        self._lock = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._lock.close()

    @cached_property
    def fresh(self) -> Path:
        """The folder that files are made in. Raises ``BadInput`` where there cannot be one."""
        place = staging(self.folder)
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise cannot_write(self.folder, error) from error
        return place

    @cached_property
    def _before(self) -> list[tuple[Path, dict[str, Any]]]:
        """What there is to begin with, each as a folder and its manifest: an interrupted run's files, and the study."""
        self._lock.enter_context(locked(self.folder))
        begun = staging(self.folder)
        if begun.is_dir():
            say(f"{self.folder}: an earlier run was interrupted; what it had finished is used")
            for path in files_in(begun):
                if UNFINISHED in path.name:
                    path.unlink()
        old = read_manifest(self.folder / MANIFEST)
        if not old and (self.folder / MANIFEST).exists():
            say(f"{self.folder / MANIFEST}: is damaged; the study is made again")
        return [(begun, read_manifest(begun / MANIFEST)), (self.folder, old)]

    def run(
        self,
        name: str,
        make: Callable[[], Mapping[str, Any]],
        *,
        code: Iterable[str],
        parameters: Mapping[str, Any] | None = None,
        parents: Iterable[Result] = (),
        folders: Iterable[str] = (),
    ) -> Result:
        """Return the stage's things if nothing changed, else make and keep them.

        ``code`` names the modules whose source the result depends on. Things are tables, arrays
        or plain JSON values. ``folders`` are those below ``fresh`` that ``make`` itself writes.
        """
        key = fingerprint(
            name, [code_hash(module) for module in code], parameters or {}, [p.key for p in parents], _versions()
        )
        if kept := self._kept(name, key):
            entry, places = kept
            things = {thing: _read(places[thing + _ENDINGS[kind]], kind) for thing, kind in entry["things"].items()}
        else:
            with timed(name):
                things = dict(make())
            give_back()  # before the next stage needs memory of its own
            kinds = {thing: _write(self.fresh, thing, value) for thing, value in things.items()}
            paths = [self.fresh / (thing + _ENDINGS[kind]) for thing, kind in kinds.items()]
            paths += [path for folder in folders for path in files_in(self.fresh / folder)]
            files = {path.relative_to(self.fresh).as_posix(): file_hash(path) for path in paths}
            entry, places = {"key": key, "things": kinds, "files": files}, dict(zip(files, paths, strict=True))
        self._stages[name] = entry
        self._made |= {file for file, place in places.items() if place.is_relative_to(staging(self.folder))}
        if not kept:
            _write_manifest(self._manifest(), self.fresh)
        return Result(key, things)

    def _kept(self, name: str, key: str) -> tuple[dict[str, Any], dict[str, Path]] | None:
        """The stage of this name and key from before, and where each of its files lies; None where one is damaged."""
        damaged = ""
        for folder, manifest in self._before:
            entry = manifest.get("stages", {}).get(name, {})
            if entry.get("key") != key:
                continue
            places = {}
            for file, sha256 in entry["files"].items():
                there = [place / file for place, _ in self._before if intact(place / file, sha256)]
                if not there:
                    damaged = file if folder == self.folder else ""
                    break
                places[file] = there[-1]
            else:
                return entry, places
        if damaged:
            say(f"{self.folder / damaged}: is absent or damaged; it is made again")
        return None

    def note(self, **facts: Any) -> None:
        """Put facts into the manifest."""
        self._facts |= facts

    def finish(self) -> dict[str, Any]:
        """Put what was made in its place, let other runs in, and return the manifest.

        Raises ``BadInput`` where the folder cannot be written.
        """
        with self._lock:
            (begun, _), (_, old) = self._before
            manifest = self._manifest()
            if self._made or manifest != old:
                new = {*files_of(manifest), MANIFEST}
                _write_manifest(manifest, self.fresh)
                for path in files_in(self.fresh):
                    if path.relative_to(self.fresh).as_posix() not in {*self._made, MANIFEST}:
                        path.unlink()  # an interrupted run made it for another study
                try:
                    publish(self.fresh, self.folder, old=files_of(old), new=new, last=[MANIFEST], caches=CACHES)
                except OSError as error:
                    raise cannot_write(self.folder, error) from error
            elif begun.is_dir():
                shutil.rmtree(begun)
            return manifest

    def _manifest(self) -> dict[str, Any]:
        body = {**self.about, **self._facts, "versions": _versions(), "stages": self._stages}
        body = json.loads(json.dumps(body))
        (*_, (_, old)) = self._before
        same = {k: v for k, v in old.items() if k not in ("created", _CHECKSUM)} == body
        body["created"] = old["created"] if same else today()
        return {**body, _CHECKSUM: fingerprint(body)}


def read_stages(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The manifest of a folder, and by name all that its stages made, as it lies there; nothing is made.

    Raises ``BadInput`` when there is no manifest, or when a file is not the one that the manifest names.
    """
    while True:
        manifest = read_manifest(folder / MANIFEST)
        fault: Exception | None = None
        things: dict[str, Any] = {}
        try:
            things = _read_all(folder, manifest)
        except (BadInput, OSError) as error:
            fault = error
        if read_manifest(folder / MANIFEST) == manifest:  # else another run has just put a new study there
            if fault:
                raise fault
            return manifest, things


def _read_all(folder: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    if not manifest.get("stages") and (folder / MANIFEST).exists():
        raise BadInput(f"{folder / MANIFEST}: is damaged, or no study's; make the study again")
    if not manifest.get("stages"):
        raise BadInput(f"{folder}: no study (it has no {MANIFEST} that names its tables); make one with open_study")
    for name, sha256 in files_of(manifest).items():
        if not intact(folder / name, sha256):
            raise BadInput(f"{folder / name}: absent or not as the study's {MANIFEST} knows it; make the study again")
    things = (thing for entry in manifest["stages"].values() for thing in entry["things"].items())
    return {thing: _read(folder / (thing + _ENDINGS[kind]), kind) for thing, kind in things}


def files_of(manifest: Mapping[str, Any]) -> dict[str, str]:
    """SHA-256 by name of all files that a manifest names."""
    return {name: sha for entry in manifest.get("stages", {}).values() for name, sha in entry["files"].items()}


def fingerprint(*parts: Any) -> str:
    """SHA-256 of anything JSON can say, as 64 hexadecimal digits."""
    text = json.dumps(parts, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def code_hash(module: str) -> str:
    """SHA-256 of a module's or package's files, named below ``analysis`` (``senses``, ``common.tables``; "" is all)."""
    package = Path(__file__).parents[1]
    base = package.joinpath(*module.split("."))
    files = files_in(base) if base.is_dir() else [base.with_suffix(".py")]
    files = [file for file in files if "__pycache__" not in file.parts]  # files come and go there while others import
    return fingerprint([(f.relative_to(package).as_posix(), file_hash(f)) for f in files])


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _VERSIONS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def read_manifest(path: Path) -> dict[str, Any]:
    """An absent or damaged manifest is empty: nothing is known, and every stage runs again."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    body = {name: value for name, value in found.items() if name != _CHECKSUM}
    whole = found.get(_CHECKSUM) in (None, fingerprint(body))  # studies made before had none
    return found if whole else {}


def _write_manifest(manifest: Mapping[str, Any], folder: Path) -> None:
    with replacing(folder / MANIFEST) as temporary:
        temporary.write_text(json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")


# --- things and their files ------------------------------------------------------------------------------------------


_ENDINGS = {"table": ".parquet", "array": ".safetensors", "json": ".json"}


def _write(folder: Path, thing: str, value: Any) -> str:
    import pandas as pd

    if isinstance(value, pd.DataFrame):
        kind = "table"
    elif isinstance(value, np.ndarray):
        kind = "array"
    else:
        kind = "json"
    with replacing(folder / (thing + _ENDINGS[kind])) as temporary:
        if kind == "table":
            value.to_parquet(temporary, index=False)
        elif kind == "array":
            from safetensors import SafetensorError
            from safetensors.numpy import save_file

            try:
                save_file({thing: np.ascontiguousarray(value)}, temporary)
            except SafetensorError as error:  # it tells nothing else than that the file cannot be written
                raise OSError(str(error)) from error
        else:
            temporary.write_text(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    return kind


def _read(path: Path, kind: str) -> Any:
    thing = path.stem
    if kind == "table":
        return make_table(thing, read_table(path)) if thing in SCHEMAS else read_table(path)
    if kind == "array":
        from safetensors.numpy import load_file

        return load_file(path)[thing]
    return json.loads(path.read_text("utf-8"))
