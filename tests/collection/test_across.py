"""Duplicates across shards are those of the whole, and ids are told apart as if all had been read in one place."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from one_process import one_process
from test_dedup import APART, SAME

from analysis import BadInput, load_papers


def written(folder: Path, rows: list[dict], files: int) -> Path:
    """The rows in so many files, in turn: the records of one work lie in different ones."""
    folder.mkdir()
    for number in range(files):
        lines = [json.dumps(row) + "\n" for row in rows[number::files]]
        (folder / f"{number:02}.jsonl").write_text("".join(lines), "utf-8")
    return folder


def the_same(one, other) -> None:
    for mine, theirs in zip(one, other, strict=True):
        pd.testing.assert_frame_equal(mine, theirs)


@pytest.mark.parametrize("files", [2, 7])
def test_shards_have_the_duplicates_of_the_whole(tmp_path: Path, files: int) -> None:
    rows = [dict(row) for pairs in (SAME, APART) for pair in pairs.values() for row in pair]
    rows += [
        {"title": f"Editorial {n % 3}", "abstract": "In this paper, we propose a novel framework for that"}
        for n in range(30)
    ]
    folder = written(tmp_path / "records", rows, files)
    whole = load_papers(folder)
    assert len(whole.duplicates) > 10
    the_same(load_papers(folder, cluster=one_process()), whole)
    split = whole.duplicates.assign(decision=["split", *[""] * (len(whole.duplicates) - 1)])
    corrected = load_papers(folder, duplicates=split)
    assert len(corrected.papers) == len(whole.papers) + 1
    the_same(load_papers(folder, duplicates=split, cluster=one_process()), corrected)
    the_same(
        load_papers(folder, keep_duplicates=True, cluster=one_process()), load_papers(folder, keep_duplicates=True)
    )


def test_ids_that_several_files_have_are_told_apart(tmp_path: Path) -> None:
    rows = [{"id": i, "title": f"On {n} things"} for n, i in enumerate(["x", "x", "x~2", "x", "y"])]
    folder = written(tmp_path / "records", rows, 5)
    loaded = load_papers(folder, keep_duplicates=True, cluster=one_process())
    assert loaded.papers["paper_id"].tolist() == ["x", "x~2", "x~2~2", "x~3", "y"]
    assert loaded.audit["paper_id"].tolist() == loaded.papers["paper_id"].tolist()


def test_addresses_that_fsspec_reads_are_sources(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    rows = [{"id": "a", "title": "Bias here"}, {"id": "b", "title": "Bias there"}]
    folder = written(tmp_path / "records", rows, 2)
    pd.DataFrame([{"id": "c", "title": "Bias in Parquet"}]).to_parquet(folder / "c.parquet")
    files = fsspec.filesystem("memory")
    for file in folder.iterdir():
        files.pipe(f"/bucket/{file.name}", file.read_bytes())
    found = load_papers("memory://bucket/*", cluster=one_process())
    assert found.papers["paper_id"].tolist() == ["a", "b", "c"]
    assert found.papers["source"].tolist() == [f"memory:///bucket/{n}" for n in ("00.jsonl", "01.jsonl", "c.parquet")]
    the_same([found.papers.drop(columns="source")], [load_papers(folder).papers.drop(columns="source")])
    with pytest.raises(BadInput, match="no such file"):
        load_papers("memory://elsewhere/x.jsonl")
    with pytest.raises(BadInput, match="a name and a password"):
        load_papers("https://me:secret@example.org/x.jsonl")
