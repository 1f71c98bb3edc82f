"""What the tests of reviewing share: a fixed day, nobody named by the environment, two studies made once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from small_study import MENTIONS, PAPERS, make_study
from worded_study import make_worded_study

from analysis.study.study import Study


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")  # 2023-11-14
    monkeypatch.delenv("BIAS_SENSES_REVIEWER", raising=False)


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Study]:
    folder = tmp_path_factory.mktemp("review")
    return make_study(folder / "hostile", PAPERS, MENTIONS), make_worded_study(folder / "worded")


@pytest.fixture
def study(_made: tuple[Study, Study], tmp_path: Path) -> Study:
    """Two papers and five mentions with hostile text, as if its folder lay in the test's own."""
    return replace(_made[0], folder=tmp_path / "study")


@pytest.fixture
def worded(_made: tuple[Study, Study], tmp_path: Path) -> Study:
    """Three English mentions of gender bias (one as biases), one bias term, one bare, and a German one."""
    return replace(_made[1], folder=tmp_path / "study")
