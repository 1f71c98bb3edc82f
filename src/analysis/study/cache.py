"""Content-addressed stages: what a stage made is kept under a key of its code, parameters and inputs, and made again
only when the key changes. Every file is replaced in one step, and the manifest after its files, so that a broken run
leaves either the old stage or the new one."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from analysis.common.dates import today
from analysis.common.errors import BadInput
from analysis.common.hashes import file_hash
from analysis.common.progress import timed
from analysis.common.tables import SCHEMAS, make_table, read_table, replacing

MANIFEST = "manifest.json"
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
    """The stages of one study folder."""

    def __init__(self, folder: Path, **about: Any) -> None:
        self.folder = folder
        self.about = about
        self._facts: dict[str, Any] = {}
        self._stages: dict[str, Any] = {}
        self._old = _read_manifest(folder / MANIFEST)

    def run(
        self,
        name: str,
        make: Callable[[], Mapping[str, Any]],
        *,
        code: Iterable[str],
        parameters: Mapping[str, Any] | None = None,
        parents: Iterable[Result] = (),
    ) -> Result:
        """Return the stage's things from the folder if nothing changed, else make and keep them.

        ``code`` names the modules whose source the result depends on. Things are tables, arrays
        or plain JSON values.
        """
        old = self._old.get("stages", {}).get(name, {})
        key = fingerprint(
            name, [code_hash(module) for module in code], parameters or {}, [p.key for p in parents], _versions()
        )
        if old.get("key") == key and all(_intact(self.folder / f, h) for f, h in old["files"].items()):
            things = {thing: _read(self.folder, thing, kind) for thing, kind in old["things"].items()}
            entry = old
        else:
            with timed(name):
                things = dict(make())
            kinds = {thing: _write(self.folder, thing, value) for thing, value in things.items()}
            names = [thing + _ENDINGS[kind] for thing, kind in kinds.items()]
            files = {name: file_hash(self.folder / name) for name in names}
            entry = {"key": key, "things": kinds, "files": files}
        self._stages[name] = entry
        if entry is not old:
            self._save()
        return Result(key, things)

    def note(self, **facts: Any) -> None:
        """Put facts into the manifest."""
        self._facts |= facts

    def finish(self) -> dict[str, Any]:
        """Write the manifest and return it."""
        return self._save(final=True)

    def _save(self, *, final: bool = False) -> dict[str, Any]:
        stages = self._stages if final else {**self._old.get("stages", {}), **self._stages}
        body = {**self.about, **self._facts, "versions": _versions(), "stages": stages}
        same = {k: v for k, v in self._old.items() if k != "created"} == json.loads(json.dumps(body))
        manifest = {**body, "created": self._old["created"] if same else today()}
        if not same or not final:
            with replacing(self.folder / MANIFEST) as temporary:
                temporary.write_text(json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
        return manifest


def read_stages(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The manifest of a folder, and by name all that its stages made, as it lies there; nothing is made.

    Raises ``BadInput`` when there is no manifest, or when a file is not the one that the manifest names.
    """
    manifest = _read_manifest(folder / MANIFEST)
    entries = list(manifest.get("stages", {}).values())
    if not entries:
        raise BadInput(f"{folder}: no study (it has no {MANIFEST} that names its tables); make one with open_study")
    for name, sha256 in (file for entry in entries for file in entry["files"].items()):
        if not _intact(folder / name, sha256):
            raise BadInput(f"{folder / name}: absent or not as the study's {MANIFEST} knows it; make the study again")
    return manifest, {thing: _read(folder, thing, kind) for entry in entries for thing, kind in entry["things"].items()}


def fingerprint(*parts: Any) -> str:
    """SHA-256 of anything JSON can say, as 64 hexadecimal digits."""
    text = json.dumps(parts, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def code_hash(module: str) -> str:
    """SHA-256 of a module's or package's source files, named below ``analysis``: ``senses``, ``common.tables``."""
    package = Path(__file__).parents[1]
    base = package.joinpath(*module.split("."))
    files = sorted(base.rglob("*.py")) if base.is_dir() else [base.with_suffix(".py")]
    return fingerprint([(f.relative_to(package).as_posix(), file_hash(f)) for f in files])


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _VERSIONS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _read_manifest(path: Path) -> dict[str, Any]:
    """An absent or damaged manifest means that nothing is known: every stage runs again."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _intact(path: Path, sha256: str) -> bool:
    return path.is_file() and file_hash(path) == sha256


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
            from safetensors.numpy import save_file

            save_file({thing: np.ascontiguousarray(value)}, temporary)
        else:
            temporary.write_text(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    return kind


def _read(folder: Path, thing: str, kind: str) -> Any:
    path = folder / (thing + _ENDINGS[kind])
    if kind == "table":
        return make_table(thing, read_table(path)) if thing in SCHEMAS else read_table(path)
    if kind == "array":
        from safetensors.numpy import load_file

        return load_file(path)[thing]
    return json.loads(path.read_text("utf-8"))
