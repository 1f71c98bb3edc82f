"""What is kept to save time is used only where it is whole."""

from __future__ import annotations

from pathlib import Path

from analysis.common.kept import keep, read_kept

ONE, TWO = "0123456789abcdef", "fedcba9876543210"


def test_a_kept_file_comes_back_under_its_key_alone(tmp_path: Path) -> None:
    keep(tmp_path / "map [1].npy", ONE, b"places")
    assert read_kept(tmp_path / "map [1].npy", ONE) == b"places"
    assert read_kept(tmp_path / "map [1].npy", TWO) is None


def test_another_key_takes_its_place_and_no_other_file_goes(tmp_path: Path) -> None:
    keep(tmp_path / "a.npy", ONE, b"x")
    keep(tmp_path / "a-b.npy", ONE, b"x")
    keep(tmp_path / "a.npy", TWO, b"y")
    assert sorted(path.name[:-21] for path in tmp_path.iterdir()) == [f"a-b-{ONE}", f"a-{TWO}"]


def test_a_flipped_bit_is_told_in_one_line_and_never_used(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.delenv("BIAS_SENSES_QUIET", raising=False)
    keep(tmp_path / "a.npy", ONE, b"x")
    (path,) = tmp_path.iterdir()
    path.write_bytes(b"y")
    assert read_kept(tmp_path / "a.npy", ONE) is None
    assert capsys.readouterr().err == f"bias-senses: {path}: is damaged; it is made again\n"
