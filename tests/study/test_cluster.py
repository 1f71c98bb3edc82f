"""A study on two worker processes, one of which dies in the middle: the tables are those of one process."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from analysis import load_papers, open_study
from analysis.cli import main
from analysis.common import scatter
from analysis.common.scatter import Cluster

distributed = pytest.importorskip("distributed", reason="needs the extra scale")
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled papers in seven files, in turn, and one of them twice."""
    made = tmp_path_factory.mktemp("shards")
    papers = load_papers().papers.drop(columns=["source", "record", "extra", "as_read"])
    rows = json.loads(papers.to_json(orient="records"))
    for number in range(7):
        lines = [json.dumps(row) + "\n" for row in [*rows[number::7], *(rows[:1] if number == 6 else [])]]
        (made / f"{number}.jsonl").write_text("".join(lines), "utf-8")
    return made


def tables(study: Path) -> dict[str, bytes]:
    """The bytes of every file of a study but its manifest."""
    return {file.name: file.read_bytes() for file in study.iterdir() if file.suffix in (".parquet", ".safetensors")}


def test_a_worker_dies_and_every_table_is_the_same(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scatter, "SHARD", 4)
    alone = open_study(folder, folder=tmp_path / "alone.study")
    assert len(alone.duplicates) == 1
    killed = []
    whole = Cluster.map

    def map_and_kill(self, work, *arguments):
        """After the first shard of mentions one worker is gone, with what it had and what it was doing."""
        for number, result in enumerate(whole(self, work, *arguments)):
            if number == 0 and not killed and "find_mentions" in str(work):
                pids = self._client.run(os.getpid)
                killed.append(pids[min(pids)])
                os.kill(killed[0], signal.SIGKILL)
            yield result

    monkeypatch.setattr(Cluster, "map", map_and_kill)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as workers:
        open_study(folder, folder=tmp_path / "many.study", scheduler=workers.scheduler_address)
        assert killed
    made = tables(tmp_path / "many.study")
    assert made.keys() == tables(tmp_path / "alone.study").keys()
    assert [name for name, content in tables(tmp_path / "alone.study").items() if made[name] != content] == []


def test_commands_do_their_work_on_workers(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    alone, many = tmp_path / "alone.csv", tmp_path / "many.csv"
    assert main(["entities", str(folder), "--out", str(alone)]) == 0
    assert main(["entities", str(folder), "--out", str(many), "--scheduler", "local"]) == 0
    assert many.read_bytes() == alone.read_bytes()
    assert main(["load", str(folder / "absent"), "--out", str(tmp_path / "x.csv"), "--scheduler", "local"]) == 2
    assert main(["load", "--out", str(tmp_path / "x.csv"), "--scheduler", "tcp://127.0.0.1:9"]) == 2
    assert "tcp://127.0.0.1:9: no scheduler answers there" in capsys.readouterr().err
