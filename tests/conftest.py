"""Fixtures every test may use, and what makes a run the same each time."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock
from hypothesis import settings
from labelled import Labelled

if TYPE_CHECKING:
    import pandas as pd

    from analysis.study.study import Study

# One thread a process for linear algebra, read when numpy loads: two processes of tests share two cores, and threads
# that wait for each other there cost more than they save.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Where the primer is kept: not in the home of whoever runs the tests.
os.environ.setdefault("BIAS_SENSES_CACHE", str(Path(__file__).resolve().parents[1] / ".pytest_cache" / "primer"))

# The same examples in every run, and no limit of time on one, which a busy machine would break. To look for new ones:
# pytest --hypothesis-profile=default
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")


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


@pytest.fixture(scope="session", params=["written", "shared"])
def labelled(request: pytest.FixtureRequest, data: Path) -> Labelled:
    """Six papers written for the tests, and all that were labelled, where they are at hand."""
    if request.param == "written":
        folder = data / "labelled"
        return Labelled((folder / "written.jsonl",), (folder / "written.csv",), 6, 3, [])
    folder = request.getfixturevalue("shared")
    corpora = ("arxiv_2025_2026.jsonl.gz", "other_fields.jsonl.gz")
    return Labelled(
        tuple(folder / "corpora" / name for name in corpora),
        tuple(folder / "annotations" / name for name in ("bias_mentions.csv", "other_fields.csv")),
        74_437 + 460, 0, ["2512.08606", "2605.31404"],
    )  # fmt: skip


@pytest.fixture(scope="session")
def seed_study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The study of the bundled collection, made once however many processes run the tests; leave it as it is."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # which this run's processes share
    from analysis import open_study

    with FileLock(folder / "seed.lock"):
        return open_study(folder=folder / "seed" / "bias.study")


@pytest.fixture
def readings() -> Callable[..., pd.DataFrame]:
    """``readings(("a", "social"), ("a", "data"), ...)``: one row per mention, as (paper_id, sense) or a mapping."""
    from small_readings import make_readings

    def build(*rows: tuple[str, str] | dict[str, Any]) -> pd.DataFrame:
        return make_readings([r if isinstance(r, dict) else {"paper_id": r[0], "sense": r[1]} for r in rows])

    return build


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Two papers and five mentions, with hostile text in every field that a stranger fills."""
    from small_study import MENTIONS, PAPERS, make_study

    return make_study(tmp_path / "study", PAPERS, MENTIONS)


@pytest.fixture
def notebook(tmp_path: Path) -> Callable[..., Path]:
    """Writes a notebook: ``notebook("name", "code", ("markdown", "text"), ...)``; a parameters cell comes first."""
    from small_study import write_notebook

    return partial(write_notebook, tmp_path)
