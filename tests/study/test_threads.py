"""The same bytes on any number of threads, where matrices are large enough to be divided among them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from analysis import load_papers
from analysis.common.tables import write_table

COPIES = 10


@pytest.mark.long
def test_a_study_of_hundreds_of_mentions_is_the_same_on_one_and_two_threads(tmp_path: Path) -> None:
    papers = load_papers().papers
    copies = [
        papers.assign(
            paper_id=[f"{name}.{n}" for name in papers["paper_id"]],
            abstract=[text.replace(". ", f" {n}. ") for text in papers["abstract"]],
        )
        for n in range(COPIES)
    ]
    write_table(pd.concat(copies, ignore_index=True), tmp_path / "papers.parquet")
    for threads in ("1", "2"):
        words = ["senses", tmp_path / "papers.parquet", "--keep-duplicates", "--out", f"{threads}.parquet"]
        command = [sys.executable, "-m", "analysis", *map(str, words)]
        environment = {**os.environ, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
        subprocess.run(command, check=True, cwd=tmp_path, env=environment, capture_output=True)
    assert (tmp_path / "1.parquet").read_bytes() == (tmp_path / "2.parquet").read_bytes()
