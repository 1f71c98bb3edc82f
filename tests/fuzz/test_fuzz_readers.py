"""Whatever a file holds: tables that account for every record, or one line that says why not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fuzzing import RUNS, fuzz
from hostile import EDITS, FORMATS, PAYLOAD, mangled, seeds, texts
from hypothesis import strategies as st

from analysis.collection import Collection, load_papers
from analysis.common.errors import BadInput
from analysis.common.tables import SCHEMAS

Note = Callable[..., None]
STATUSES = {"kept", "duplicate", "unreadable", "not a record"}


def accounted(loaded: Collection) -> None:
    """Every record read is in the audit once, and every paper is one of them."""
    papers, audit, duplicates = loaded
    assert list(papers) == list(SCHEMAS["papers"]) and list(audit) == list(SCHEMAS["audit"])
    assert set(audit["status"]) <= STATUSES
    assert papers["paper_id"].is_unique and papers["paper_id"].all()
    records = audit[audit["status"] != "not a record"]
    for _, of_source in records.groupby("source"):
        assert of_source["record"].tolist() == [str(n) for n in range(1, len(of_source) + 1)]
    kept = records[records["status"] == "kept"]
    assert set(kept["paper_id"]) == set(papers["paper_id"]) and len(kept) == len(papers)
    merged = records[records["status"] == "duplicate"]
    assert sorted(merged["paper_id"]) == sorted(duplicates["paper_id"])
    for table in loaded:
        for column in table:
            for value in table[column]:
                for text in value if isinstance(value, list) else [value]:
                    if isinstance(text, str):
                        text.encode()  # no half of a surrogate pair: no file could hold it


def load(path: Path, content: bytes, **options: Any) -> Collection | None:
    """What a file of this content gives; None where it is refused as it should be."""
    path.write_bytes(content)
    try:
        loaded = load_papers(path, **options)
    except BadInput as refusal:
        assert "\n" not in str(refusal) and len(str(refusal)) < 2_000
        return None
    accounted(loaded)
    return loaded


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("name", sorted(seeds()))
def test_a_mangled_file(tmp_path: Path, record_property: Note, name: str, run: str) -> None:
    path = tmp_path / name.removeprefix("made ")

    def check(edits: list[tuple[str, int, Any]]) -> None:
        load(path, mangled(seeds()[name], edits), keep_duplicates=len(edits) > 1)

    fuzz(run, EDITS, check, few=4, many=1_000, note=record_property)


@pytest.mark.parametrize("run", RUNS)
def test_anything_at_all(tmp_path: Path, record_property: Note, run: str) -> None:
    content = st.one_of(st.binary(max_size=400), st.lists(PAYLOAD, max_size=8).map(b"".join))
    fuzz(run, content, lambda content: load(tmp_path / "x", content), few=40, many=6_000, note=record_property)


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("name", FORMATS)
def test_no_record_of_a_sound_file_is_lost(tmp_path: Path, record_property: Note, name: str, run: str) -> None:
    def check(found: list[str]) -> None:
        loaded = load(tmp_path / name, FORMATS[name](found), keep_duplicates=True)
        assert loaded is not None
        assert (loaded.audit["status"] == "kept").sum() == len(found)
        assert (loaded.papers["title"] == "A title").all()

    written = st.lists(texts(), min_size=1, max_size=4)
    fuzz(run, written, check, few=4, many=600, note=record_property)
