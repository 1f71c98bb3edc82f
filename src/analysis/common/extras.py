"""Packages that the main job runs without: they come with an extra of this project."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from analysis.common.errors import BadInput


@contextmanager
def extra(name: str, purpose: str) -> Iterator[None]:
    """Imports within it belong to the extra ``name``; without them ``BadInput`` says how to add it."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise BadInput(
            f"{purpose} needs {error.name}, which is not installed; pip install 'bias-senses[{name}]'"
        ) from error
