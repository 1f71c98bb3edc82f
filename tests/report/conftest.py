"""A small study and notebooks to render."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from small_study import MENTIONS, PAPERS, make_study, write_notebook

from analysis.study.study import Study


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Two papers and five mentions, with hostile text in every field that a stranger fills."""
    return make_study(tmp_path / "study", PAPERS, MENTIONS)


@pytest.fixture
def notebook(tmp_path: Path) -> Callable[..., Path]:
    """Writes a notebook: ``notebook("name", "code", ("markdown", "text"), ...)``; a parameters cell comes first."""
    return partial(write_notebook, tmp_path)
