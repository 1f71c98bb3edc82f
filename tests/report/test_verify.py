"""``bias-senses verify``: what differs from the manifest, by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.cli import main
from analysis.common.errors import BadInput
from analysis.report.site import write_files
from analysis.report.verify import verify_folder
from analysis.study.cache import Stages


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    write_files({"index.html": b"page", "tables/a.csv": b"a", "tables/b.csv": b"b"}, tmp_path / "pages")
    return tmp_path / "pages"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    def make():
        (stages.fresh / "model").mkdir()
        (stages.fresh / "model" / "a.json").write_text("{}")
        return {"facts": {"a": 1}}

    with Stages(tmp_path / "s.study", term="bias") as stages:
        stages.run("first", make, code=["common.links"], folders=["model"])
        stages.finish()
    return tmp_path / "s.study"


def test_what_differs_is_said_line_by_line(pages: Path, capsys) -> None:
    assert main(["verify", str(pages)]) == 0
    assert capsys.readouterr().out == f"{pages}: 3 files as the manifest says\n"
    (pages / "tables" / "a.csv").write_text("A")
    (pages / "tables" / "b.csv").unlink()
    (pages / "mine.txt").write_text("x")
    assert main(["verify", str(pages)]) == 2
    out, err = capsys.readouterr()
    assert out.splitlines() == ["extra: mine.txt", "changed: tables/a.csv", "missing: tables/b.csv"]
    assert err == f"bias-senses: {pages}: 3 files not as the manifest says; make it again\n"


def test_all_of_a_study_is_checked_its_models_too(study: Path) -> None:
    assert verify_folder(study) == (2, {})
    (study / "model" / "a.json").write_text("[]")
    (study / "facts.json").unlink()
    assert verify_folder(study)[1] == {"facts.json": "missing", "model/a.json": "changed"}


@pytest.mark.parametrize("old", ["bias", "created"])
def test_a_study_whose_manifest_was_changed_is_refused(study: Path, old: str) -> None:
    text = (study / "manifest.json").read_text()
    (study / "manifest.json").write_text(text.replace(old, "x" + old[1:]))
    with pytest.raises(BadInput, match=r"manifest\.json: is damaged"):
        verify_folder(study)


def test_a_folder_that_is_neither_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="neither a report nor a study"):
        verify_folder(tmp_path)


def test_pages_that_the_next_report_lacks_go_and_what_a_person_put_there_stays(pages: Path) -> None:
    (pages / "mine.txt").write_text("x")
    (pages / "tables" / "a.csv").write_text("corrected by hand")
    write_files({"index.html": b"new"}, pages)
    found = {path.relative_to(pages).as_posix() for path in pages.rglob("*") if path.is_file()}
    assert found == {".lock", "index.html", "manifest-sha256.txt", "mine.txt", "tables/a.csv"}
    assert verify_folder(pages) == (1, {"mine.txt": "extra", "tables/a.csv": "extra"})


def test_a_report_that_cannot_be_written_leaves_the_old_one(pages: Path, monkeypatch) -> None:
    def full(self, content):
        raise OSError(28, "No space left on device")

    before = {path: path.read_bytes() for path in pages.rglob("*") if path.is_file()}
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(BadInput, match=r"pages: cannot be written \(No space left on device\)"):
        write_files({"index.html": b"new"}, pages)
    assert {path: path.read_bytes() for path in pages.rglob("*") if path.is_file()} == before
    assert [path.name for path in pages.parent.iterdir()] == ["pages"]
