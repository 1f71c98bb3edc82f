"""Shortcuts for tests that load files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis.collection import Collection, load_papers


@pytest.fixture
def folder(data: Path) -> Path:
    """The folder of the hand-written exports."""
    return data / "collection"


@pytest.fixture
def load(folder: Path) -> Callable[..., Collection]:
    """Load a hand-written export by its name, or any path, duplicates kept."""

    def load_one(name: str | Path, **options: Any) -> Collection:
        path = folder / name if isinstance(name, str) else name
        return load_papers(path, keep_duplicates=True, **options)

    return load_one


@pytest.fixture
def loads(tmp_path: Path) -> Callable[..., Collection]:
    """Load a text or bytes as a file of the given name."""

    def load_text(content: str | bytes, name: str = "export.txt", **options: Any) -> Collection:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return load_papers(path, keep_duplicates=True, **options)

    return load_text
