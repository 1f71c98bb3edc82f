"""The manifest of a report, which sha256sum checks, too."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from analysis.common.errors import BadInput
from analysis.common.sums import SUMS, read_sums, sums_text

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # of "abc", FIPS 180-2


def test_names_come_back_whatever_is_in_them(tmp_path: Path) -> None:
    sums = {"a b.csv": ABC, "100%25.csv": ABC, "two\nlines.csv": ABC, "\u2028 \u00e4.csv": ABC}
    (tmp_path / SUMS).write_text(sums_text(sums), "utf-8")
    assert read_sums(tmp_path / SUMS) == sums


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")
def test_sha256sum_checks_it(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "a b.csv").write_text("abc")
    (tmp_path / SUMS).write_text(sums_text({"tables/a b.csv": ABC}), "utf-8")
    check = subprocess.run(["sha256sum", "--check", SUMS], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert check.stdout == "tables/a b.csv: OK\n"


@pytest.mark.parametrize("text", ["x", f"{ABC} a\n", f"{ABC}  a", "{}\n"])
def test_a_damaged_one_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / SUMS).write_text(text)
    with pytest.raises(BadInput, match=r"manifest-sha256\.txt: is damaged"):
        read_sums(tmp_path / SUMS)
