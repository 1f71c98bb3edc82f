"""Fixtures every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of material that is not part of the project (corpora, samples); tests skip where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not (folder / "corpora").is_dir():
        pytest.skip("needs the shared material, which lies beside the repository")
    return folder


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of hand-written fixtures."""
    return Path(__file__).resolve().parent / "data"
