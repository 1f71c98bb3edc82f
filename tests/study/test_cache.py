"""Stages: run once, run again when something they depend on changed, never trust a damaged file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.common.tables import make_table
from analysis.study.cache import MANIFEST, Result, Stages, code_hash, fingerprint


class Maker:
    """Counts how often a stage is made."""

    def __init__(self, value: int = 1) -> None:
        self.runs = 0
        self.value = value

    def __call__(self) -> Mapping[str, Any]:
        self.runs += 1
        return {
            "mentions": make_table("mentions", [{"mention_id": "1#title:0", "start": self.value}]),
            "vectors": np.full((2, 3), self.value, np.float32),
            "facts": {"value": self.value, "text": "naïve"},
        }


def run(
    folder: Path, make: Maker, *, parameters: Mapping[str, Any] | None = None, parents: tuple[Result, ...] = ()
) -> Result:
    stages = Stages(folder, term="bias")
    made = stages.run("first", make, code=["common.links"], parameters=parameters or {"a": 1}, parents=parents)
    stages.finish()
    return made


def test_an_unchanged_stage_is_read_not_made(tmp_path: Path) -> None:
    make = Maker()
    first, second = run(tmp_path, make), run(tmp_path, make)
    assert make.runs == 1
    assert first.key == second.key
    pd.testing.assert_frame_equal(first["mentions"], second["mentions"])
    np.testing.assert_array_equal(first["vectors"], second["vectors"])
    assert second["facts"] == {"value": 1, "text": "naïve"}


def test_a_log_has_a_line_for_each_stage_made_with_its_time(tmp_path: Path, capsys, monkeypatch) -> None:
    clock = iter([100.0, 172.4])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    run(tmp_path, Maker())
    assert capsys.readouterr().err == "bias-senses: first done in 72 s\n"
    run(tmp_path, Maker())  # read, not made: nothing to say
    monkeypatch.setenv("BIAS_SENSES_QUIET", "1")
    monkeypatch.setattr("time.monotonic", lambda: 0.0)
    run(tmp_path, Maker(), parameters={"a": 2})
    assert capsys.readouterr().err == ""


def test_a_changed_parameter_or_parent_makes_it_again(tmp_path: Path) -> None:
    make = Maker()
    run(tmp_path, make)
    run(tmp_path, make, parameters={"a": 2})
    assert make.runs == 2
    run(tmp_path, make, parameters={"a": 2}, parents=(Result("parent", {}),))
    assert make.runs == 3
    run(tmp_path, make, parameters={"a": 2}, parents=(Result("another", {}),))
    assert make.runs == 4


def test_changed_code_makes_it_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make = Maker()
    run(tmp_path, make)
    monkeypatch.setattr("analysis.study.cache.code_hash", lambda module: "other")
    run(tmp_path, make)
    assert make.runs == 2


@pytest.mark.parametrize("name", ["mentions.parquet", "vectors.safetensors", "facts.json"])
@pytest.mark.parametrize("harm", ["cut", "changed", "gone"])
def test_a_damaged_file_is_noticed_and_made_again(tmp_path: Path, name: str, harm: str) -> None:
    make = Maker()
    run(tmp_path, make)
    path = tmp_path / name
    content = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(content[:-3] if harm == "cut" else content[:-1] + bytes([content[-1] ^ 1]))
    assert run(tmp_path, make)["facts"]["value"] == 1
    assert make.runs == 2
    assert path.read_bytes() == content


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"stages": {}}'])
def test_a_damaged_manifest_means_that_nothing_is_known(tmp_path: Path, text: str) -> None:
    make = Maker()
    run(tmp_path, make)
    (tmp_path / MANIFEST).write_text(text)
    run(tmp_path, make)
    assert make.runs == 2
    assert json.loads((tmp_path / MANIFEST).read_text())["term"] == "bias"


def test_a_stage_that_fails_leaves_the_last_one(tmp_path: Path) -> None:
    make = Maker()
    run(tmp_path, make)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}

    class Failing(Maker):
        def __call__(self) -> Mapping[str, Any]:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        run(tmp_path, Failing(), parameters={"a": 2})
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before
    run(tmp_path, make)
    assert make.runs == 1


def test_a_run_broken_between_files_and_manifest_is_made_again(tmp_path: Path) -> None:
    """The manifest comes last: until it does, the new files do not pass for the old stage."""
    make = Maker(1)
    run(tmp_path, make)
    manifest = (tmp_path / MANIFEST).read_bytes()
    run(tmp_path, Maker(2), parameters={"a": 2})
    (tmp_path / MANIFEST).write_bytes(manifest)
    assert run(tmp_path, make)["facts"]["value"] == 1
    assert make.runs == 2


def test_the_date_stays_while_nothing_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    run(tmp_path, Maker())
    assert json.loads((tmp_path / MANIFEST).read_text())["created"] == "1970-01-01"
    before = (tmp_path / MANIFEST).read_bytes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    run(tmp_path, Maker())
    assert (tmp_path / MANIFEST).read_bytes() == before
    run(tmp_path, Maker(), parameters={"a": 2})
    assert json.loads((tmp_path / MANIFEST).read_text())["created"] == "1970-01-02"


def test_a_stage_no_longer_run_leaves_the_manifest_at_the_end(tmp_path: Path) -> None:
    stages = Stages(tmp_path)
    stages.run("first", Maker(), code=["common.links"])
    stages.run("second", Maker(), code=["common.links"])
    assert set(stages.finish()["stages"]) == {"first", "second"}
    again = Stages(tmp_path)
    again.run("first", Maker(), code=["common.links"])
    assert set(again.finish()["stages"]) == {"first"}


def test_fingerprints_tell_values_apart_and_ignore_the_order_of_keys() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert len({fingerprint(v) for v in (1, "1", [1], {"a": 1}, None, True)}) == 6
    assert len(code_hash("senses")) == 64
    assert code_hash("common.links") != code_hash("common.errors")


def test_what_an_interrupted_run_finished_is_used_and_the_study_is_old_until_all_is_there(
    tmp_path: Path, capsys, monkeypatch
) -> None:
    monkeypatch.delenv("BIAS_SENSES_QUIET", raising=False)
    folder, old, new = tmp_path / "s.study", Maker(1), Maker(2)
    run(folder, old)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with Stages(folder, term="bias") as stages:  # and then the process ends
        stages.run("first", new, code=["common.links"], parameters={"a": 2})
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    capsys.readouterr()
    assert run(folder, new, parameters={"a": 2})["facts"]["value"] == 2
    line = f"bias-senses: {folder}: an earlier run was interrupted; what it had finished is used\n"
    assert capsys.readouterr().err == line
    assert new.runs == 1
    assert json.loads((folder / "facts.json").read_text())["value"] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["s.study"]


def test_what_an_interrupted_run_left_is_removed_when_it_is_of_no_use(tmp_path: Path) -> None:
    folder = tmp_path / "s.study"
    run(folder, Maker(1))
    before = (folder / "facts.json").read_bytes()
    with Stages(folder, term="bias") as stages:
        stages.run("first", Maker(2), code=["common.links"], parameters={"a": 2})
    run(folder, Maker(1))
    assert (folder / "facts.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["s.study"]


def test_what_is_damaged_is_told_in_one_line(tmp_path: Path, capsys, monkeypatch) -> None:
    run(tmp_path, Maker())
    (tmp_path / "facts.json").write_text("{}")
    monkeypatch.delenv("BIAS_SENSES_QUIET", raising=False)
    capsys.readouterr()
    run(tmp_path, Maker())
    told, *rest = capsys.readouterr().err.splitlines()
    assert told == f"bias-senses: {tmp_path / 'facts.json'}: is absent or damaged; it is made again"
    assert rest == ["bias-senses: first done in 0 s"]


def test_a_reader_sees_the_study_before_or_after_a_run_never_both(tmp_path: Path, monkeypatch) -> None:
    from analysis.study import cache

    folder = tmp_path / "s.study"
    run(folder, Maker(1))
    read_all, times = cache._read_all, []

    def replaced_meanwhile(*arguments: Any) -> Any:
        if not times:
            times.append(run(folder, Maker(2), parameters={"a": 2}))
        return read_all(*arguments)

    monkeypatch.setattr(cache, "_read_all", replaced_meanwhile)
    manifest, made = cache.read_stages(folder)
    assert made["facts"]["value"] == 2
    assert manifest == cache.read_manifest(folder / MANIFEST)
