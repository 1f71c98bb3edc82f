"""A folder is replaced as a whole, and what a person put there stays."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from analysis.common import folders
from analysis.common.folders import files_in, publish, staging


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def contents(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files_in(folder)}


@pytest.fixture(params=["in one step", "one by one"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An old state: a page, a table, and a file of a person's; with and without a system that exchanges folders."""
    if request.param == "one by one":
        monkeypatch.setattr(folders, "_exchange", lambda one, two: False)
    place = tmp_path / "pages"
    write(place, {"index.html": "old", "tables/a.csv": "old", "tables/b.csv": "old", "notes.txt": "mine"})
    write(staging(place), {"index.html": "new", "tables/a.csv": "new"})
    return place


OLD = {name: sha("old") for name in ("index.html", "tables/a.csv", "tables/b.csv")}
NEW = ("index.html", "tables/a.csv")


def test_the_new_state_takes_the_place_of_the_old_one_and_nothing_else(folder: Path) -> None:
    publish(staging(folder), folder, old=OLD, new=NEW, last=["index.html"])
    assert contents(folder) == {"index.html": "new", "tables/a.csv": "new", "notes.txt": "mine"}
    assert [path.name for path in folder.parent.iterdir()] == ["pages"]


def test_an_outdated_file_that_a_person_changed_stays(folder: Path) -> None:
    write(folder, {"tables/b.csv": "mine, too"})
    publish(staging(folder), folder, old=OLD, new=NEW, last=["index.html"])
    assert contents(folder)["tables/b.csv"] == "mine, too"


def test_files_that_go_on_to_be_valid_stay(folder: Path) -> None:
    publish(staging(folder), folder, old=OLD, new=(*NEW, "tables/b.csv"), last=["index.html"])
    assert contents(folder)["tables/b.csv"] == "old"


@pytest.mark.parametrize("name", ["site/.git/config", "empty"])
def test_a_folder_that_is_not_ours_is_never_moved(folder: Path, name: str) -> None:
    """A program may be at work in it, and an empty one may mean something."""
    other = folder / name
    other.mkdir(parents=True)
    before = other.stat().st_ino
    publish(staging(folder), folder, old=OLD, new=NEW, last=["index.html"])
    assert other.stat().st_ino == before
    assert contents(folder)["index.html"] == "new"


def test_the_folder_that_the_process_is_in_is_never_moved(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    before = folder.stat().st_ino
    publish(staging(folder), Path(), old=OLD, new=NEW, last=["index.html"])
    assert folder.stat().st_ino == before
    assert Path("index.html").read_text() == "new"


def test_a_link_to_a_folder_stays_one(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    publish(staging(tmp_path / "link"), tmp_path / "link", old=OLD, new=NEW, last=["index.html"])
    assert (tmp_path / "link").is_symlink() and contents(folder)["index.html"] == "new"


def test_permissions_stay(folder: Path) -> None:
    folder.chmod(0o750)
    publish(staging(folder), folder, old=OLD, new=NEW, last=["index.html"])
    assert folder.stat().st_mode & 0o777 == 0o750
