"""The report that is there already stays as it is, and only that."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_study import MENTIONS, PAPERS, make_study, write_notebook

from analysis.common.errors import Incomplete
from analysis.common.folders import staging
from analysis.report import render_report
from analysis.report.verify import verify_folder
from analysis.study.study import Study

Made = tuple[Study, Path, Path]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    study = make_study(tmp_path / "study", PAPERS, MENTIONS)
    book = write_notebook(tmp_path, "only", ("markdown", "# Only"), "1 + 1")
    return study, book, render_report(study, tmp_path / "out", notebooks=[book]).parent


def again(made: Made, **options: object) -> bool:
    """Whether the report is written anew."""
    study, book, out = made
    before = (out / "index.html").stat().st_ino
    render_report(study, out, notebooks=[book], **options)  # type: ignore[arg-type]
    return (out / "index.html").stat().st_ino != before


def test_the_same_report_is_not_written_again(made: Made) -> None:
    assert not again(made)
    _, _, out = made
    (out / "notes.txt").write_text("a reader's own")
    assert not again(made) and (out / "notes.txt").is_file()


def test_whatever_it_is_made_of_counts(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    style = tmp_path / "style"
    style.mkdir()
    (style / "page.css").write_text("body { color: teal }")
    study, book, _ = made
    for options in ({"title": "Mine"}, {"author": "A"}, {"one_file": True}, {"template": style}, {"term": "x"}):
        assert again(made, **options), options
        assert not again(made, **options), options
        assert again(made), options  # without them
    (style / "page.css").write_text("body { color: olive }")
    assert again(made, template=style)
    assert again(made)
    write_notebook(book.parent, book.stem, ("markdown", "# Only"), "1 + 2")
    assert again(made)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert again(made)
    monkeypatch.setattr("analysis.report.unchanged.code_hash", lambda module: "other")
    assert again(made)
    study.manifest["seed"] = 7
    assert again(made)


def test_a_page_that_is_changed_or_gone_is_made_again(made: Made) -> None:
    _, _, out = made
    whole = (out / "map.html").read_bytes()
    (out / "map.html").write_bytes(whole[:-1])
    assert again(made) and (out / "map.html").read_bytes() == whole
    (out / "map.html").unlink()
    assert again(made) and (out / "map.html").read_bytes() == whole


def test_what_an_interrupted_run_left_is_cleared_away(made: Made) -> None:
    _, _, out = made
    staging(out).mkdir()
    assert again(made) and not staging(out).exists()


def test_damage_to_what_the_study_keeps_is_mended(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    study, _, _ = made
    kept = sorted((study.folder / "notebooks").iterdir())
    assert [path.suffix for path in kept] == [".txt", ".ipynb"]
    for path in kept:
        path.write_bytes(path.read_bytes()[:-1])
        assert again(made)
        assert capsys.readouterr().err.count("is damaged; it is made again") == 1
        assert not verify_folder(made[2])[1]


def test_a_report_with_a_cell_that_fails_says_so_each_time(made: Made) -> None:
    study, book, out = made
    write_notebook(book.parent, book.stem, "1 / 0")
    for _ in range(2):
        with pytest.raises(Incomplete, match="a part of it failed"):
            render_report(study, out, notebooks=[book])
