"""The study: all tables of one collection, the same bytes each time, and only what changed is made again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from small_study import MENTIONS, make_study
from small_study import PAPERS as SMALL

from analysis import BadInput, open_study, read_study, steps, write_table
from analysis.study import Study
from analysis.tables import SCHEMAS, make_table

PAPERS = (
    '{"id": "2501.00001", "title": "Gender bias in hiring", "abstract": "We measure gender bias. Debiasing helps.",'
    ' "year": 2025, "authors": ["A. Ada"]}\n'
    '{"id": "2501.00002", "title": "Symbiosis", "abstract": "Tobias works on symbiosis."}\n'
    '{"id": "2501.00003", "title": "Drones", "abstract": "We estimate the gyroscope bias online."}\n'
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    (folder / "papers.jsonl").write_text(PAPERS, "utf-8")
    return folder


@pytest.fixture(scope="module")
def study(place: Path) -> Study:
    return open_study(place / "papers.jsonl", folder=place / "bias.study")


def test_all_tables_are_whole_and_belong_together(study: Study) -> None:
    assert study.papers["paper_id"].tolist() == ["2501.00001", "2501.00002", "2501.00003"]
    assert study.mentions["mention_id"].tolist() == [
        "2501.00001#title:7", "2501.00001#abstract:18", "2501.00001#abstract:24", "2501.00003#abstract:26",
    ]  # fmt: skip
    assert study.excluded["surface"].tolist() == ["Tobias"]
    assert study.senses["mention_id"].tolist() == study.mentions["mention_id"].tolist()
    assert study.vectors.shape == (4, 1152 + 13 + 4)  # parts, and evidence for twelve senses, unclear and four stances
    for name in ("papers", "audit", "duplicates", "mentions", "excluded", "senses", "topics"):
        assert list(getattr(study, name).columns) == list(SCHEMAS[name]), name
    assert set(study.senses["sense"]) <= {*study.inventory.ids, "unclear"}
    assert study.senses["confidence"].between(0, 1).all()


def test_readings_join_mentions_senses_and_papers(study: Study) -> None:
    assert len(study.readings) == 4
    row = study.readings.iloc[0]
    assert (row["title"], row["year"], row["surface"]) == ("Gender bias in hiring", 2025, "bias")
    assert row["sense"] == study.senses.iloc[0]["sense"]


def test_the_manifest_says_what_was_done_with_what(study: Study) -> None:
    import hashlib

    manifest = study.manifest
    assert (manifest["term"], manifest["seed"], manifest["inventory"]) == ("bias", 0, "shipped")
    (read,) = manifest["inputs"]
    assert read["sha256"] == hashlib.sha256(PAPERS.encode()).hexdigest()
    assert read["records"] == 3
    assert set(manifest["stages"]) == {"papers", "mentions", "vectors", "senses", "topics"}
    assert manifest == json.loads((study.folder / "manifest.json").read_text("utf-8"))


def test_opening_again_makes_nothing_and_gives_the_same(
    study: Study, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {p.name: p.read_bytes() for p in study.folder.iterdir() if p.is_file()}

    def never(*args: object, **options: object) -> None:
        raise AssertionError

    for name in (
        "analysis.collection.load_papers",
        "analysis.mentions.find_mentions",
        "analysis.vectors.embed_mentions",
        "analysis.senses.reading.read_senses",
        "analysis.topics.model_topics",
    ):
        monkeypatch.setattr(name, never)
    again = open_study(place / "papers.jsonl", folder=place / "bias.study")
    for table in ("papers", "audit", "duplicates", "mentions", "excluded", "senses", "topics"):
        pd.testing.assert_frame_equal(getattr(again, table), getattr(study, table))
    assert (again.vectors == study.vectors).all()
    assert again.inventory == study.inventory
    assert {p.name: p.read_bytes() for p in study.folder.iterdir() if p.is_file()} == before


def test_a_source_named_by_another_path_is_the_same_source(
    study: Study, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (study.folder / "manifest.json").read_bytes()
    monkeypatch.setattr("analysis.collection.load_papers", None)
    monkeypatch.chdir(place)
    open_study("papers.jsonl", folder="bias.study")
    assert (study.folder / "manifest.json").read_bytes() == before


def test_a_notebook_of_a_report_sees_the_study_as_it_was_made(tmp_path: Path) -> None:
    """It is told the folder only; forms, seed and labels must not fall back to their defaults."""
    import nbformat
    from nbformat import v4

    from analysis.report.execute import execute_notebooks

    (tmp_path / "papers.jsonl").write_text(PAPERS, "utf-8")
    made = open_study(tmp_path / "papers.jsonl", also=["drones"], seed=3, folder=tmp_path / "a.study")
    before = (made.folder / "manifest.json").read_bytes()
    parameters = v4.new_code_cell("STUDY = None", metadata={"tags": ["parameters"]})
    asking = "from analysis import read_study\nprint(sorted(read_study(STUDY).mentions['surface']))"
    nbformat.write(v4.new_notebook(cells=[parameters, v4.new_code_cell(asking)]), tmp_path / "mine.ipynb")
    (tmp_path / "elsewhere").mkdir()
    told = {"STUDY": str(tmp_path / "elsewhere" / ".." / "a.study")}
    (node,) = execute_notebooks([tmp_path / "mine.ipynb"], told, cache=tmp_path / "cache")
    assert node.cells[1].outputs[0]["text"].strip() == "['Debiasing', 'Drones', 'bias', 'bias', 'bias']"
    assert (made.folder / "manifest.json").read_bytes() == before


def test_a_study_opens_as_it_is_wherever_it_lies(study: Study, place: Path, tmp_path: Path) -> None:
    """Sent to somebody without its sources, made with options that nobody repeats: all of it is there, nothing runs."""
    sent = shutil.copytree(study.folder, tmp_path / "sent")
    before = {p.name: p.read_bytes() for p in sent.iterdir() if p.is_file()}
    opened = read_study(str(sent))
    for table in ("papers", "audit", "duplicates", "mentions", "excluded", "senses", "topics"):
        pd.testing.assert_frame_equal(getattr(opened, table), getattr(study, table))
    assert (opened.vectors == study.vectors).all()
    assert (opened.term, opened.inventory, opened.manifest) == (study.term, study.inventory, study.manifest)
    assert {p.name: p.read_bytes() for p in sent.iterdir() if p.is_file()} == before


def test_what_is_no_study_is_not_opened(study: Study, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nowhere: no study"):
        read_study(tmp_path / "nowhere")
    sent = shutil.copytree(study.folder, tmp_path / "sent")
    (sent / "senses.parquet").write_bytes(b"")
    with pytest.raises(BadInput, match=r"senses\.parquet: absent or not as the study's manifest\.json knows it"):
        read_study(sent)
    manifest = json.loads((sent / "manifest.json").read_text("utf-8"))
    del manifest["stages"]["topics"]
    (sent / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(BadInput, match="an unfinished study \\(it lacks senses, topics\\)"):
        read_study(sent)


def test_another_seed_reads_neither_papers_nor_vectors_again(
    study: Study, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*args: object, **options: object) -> None:
        raise AssertionError

    monkeypatch.setattr("analysis.collection.load_papers", never)
    monkeypatch.setattr("analysis.vectors.embed_mentions", never)
    assert open_study(place / "papers.jsonl", folder=place / "bias.study", seed=1).manifest["seed"] == 1


def test_a_changed_source_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "papers.jsonl").write_text(PAPERS.splitlines()[2] + "\n", "utf-8")
    assert len(open_study(tmp_path / "papers.jsonl", folder=tmp_path / "a.study").mentions) == 1
    (tmp_path / "papers.jsonl").write_text(PAPERS, "utf-8")
    assert len(open_study([tmp_path / "papers.jsonl"], folder=tmp_path / "a.study").mentions) == 4


def test_no_mention_is_a_study_too(tmp_path: Path) -> None:
    (tmp_path / "papers.jsonl").write_text(PAPERS.splitlines()[1] + "\n", "utf-8")
    study = open_study(tmp_path / "papers.jsonl", folder=tmp_path / "none.study")
    assert (len(study.papers), len(study.mentions), len(study.senses)) == (1, 0, 0)
    assert study.manifest["rung"] == "none: no mention"
    assert repr(study).startswith("Study of 'bias': 0 mentions in 0 of 1 paper,")
    assert "\u201cbias\u201d: 0 mentions in 0 of 1 paper; 0 senses (unclear mentions: 0) and" in study._repr_html_()


def test_the_senses_counted_are_those_that_have_a_name(tmp_path: Path) -> None:
    papers = [*SMALL, {"paper_id": "p3", "title": "Nothing here", "abstract": ""}]
    told = make_study(tmp_path / "s.study", papers, MENTIONS)._repr_html_()
    # social twice, parameter and skew once; the fifth mention is unclear, and p3 has none
    assert "5 mentions in 2 of 3 papers; 3 senses (unclear mentions: 1) and 0 finer topics" in told


def reviews(folder: Path, *rows: dict[str, object]) -> None:
    write_table(make_table("reviews", rows), folder / "reviews.csv")


def test_reviews_beside_the_study_are_obeyed_and_survive(tmp_path: Path) -> None:
    (tmp_path / "papers.jsonl").write_text(PAPERS, "utf-8")
    machine = open_study(tmp_path / "papers.jsonl", folder=tmp_path / "bias.study")
    assert (machine.senses["sense"] == "physical").any()
    reviews(
        tmp_path,
        {"action": "rename", "sense": "physical", "to": "Sensor"},
        {"action": "merge", "sense": "media", "to": "nothing like it"},
    )
    study = open_study(tmp_path / "papers.jsonl", folder=tmp_path / "bias.study")
    assert study.senses["sense"].tolist() == machine.senses["sense"].replace("physical", "sensor").tolist()
    assert study.inventory["sensor"].name == "Sensor"
    assert study.manifest["reviews_report"]["conflicts"] == [
        {"lines": [3], "reason": "merge: there is no sense 'nothing like it'"}
    ]
    (tmp_path / "reviews.csv").unlink()
    again = open_study(tmp_path / "papers.jsonl", folder=tmp_path / "bias.study")
    pd.testing.assert_frame_equal(again.senses, machine.senses)


def test_the_machine_learns_from_reviews_and_is_judged_without_them(tmp_path: Path) -> None:
    (tmp_path / "papers.jsonl").write_text(PAPERS, "utf-8")
    (tmp_path / "two.yaml").write_text(
        "term: bias\nsenses:\n"
        "- {id: people, definition: Unfair treatment of people., examples: ['A gender [[bias]] in pay.']}\n"
        "- {id: device, definition: Drift of a sensor., examples: ['A gyroscope [[bias]] drifts.']}\n"
    )
    label = {"action": "label", "field": "abstract", "surface": "bias", "reviewer": "ann"}
    reviews(
        tmp_path,
        {**label, "paper_id": "2501.00003", "start": 26, "end": 30, "sense": "people"},
        {**label, "paper_id": "2501.00001", "start": 18, "end": 22, "sense": "people"},
    )
    study = open_study(tmp_path / "papers.jsonl", folder=tmp_path / "two.study", inventory=tmp_path / "two.yaml")
    read = study.senses.set_index("mention_id")
    row = read.loc["2501.00003#abstract:26"]
    assert (row["sense"], row["confidence"], row["reviewed"], row["runner_up"]) == ("people", 1.0, True, "device")
    assert read["reviewed"].sum() == 2
    judged = study.manifest["reviews_report"]["agreement"]["machine"]
    assert (judged["hits"], judged["n"]) == (1, 2)  # by itself it had read the gyroscope's as of a device
    assert "The machine read 1 of 2 mentions (settled) as the reviewers did" in repr(study)


def test_what_cannot_be_used_is_refused(place: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="absent"):
        open_study(place / "absent.jsonl", folder=tmp_path / "a.study")
    with pytest.raises(BadInput, match=r"absent\.csv"):
        open_study(place / "papers.jsonl", folder=tmp_path / "a.study", reviews=tmp_path / "absent.csv")
    with pytest.raises(BadInput, match="no letter"):
        open_study(place / "papers.jsonl", folder=tmp_path / "a.study", term="?")


def test_two_processes_write_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Same sources, seed and machine: not a byte differs, whatever the folder, the clock's zone or the hash seed."""
    (tmp_path / "papers.jsonl").write_text(PAPERS, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    open_study("papers.jsonl", folder="one/deep.study")
    environment = {**os.environ, "PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo"}  # this process has others
    code = "from analysis import open_study; open_study('papers.jsonl', folder='two/deep.study')"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / name / "deep.study").iterdir()} for name in ("one", "two"))
    assert sorted(one) == sorted(two)
    assert json.loads(one["manifest.json"]) == json.loads(two["manifest.json"])
    assert [name for name in one if one[name] != two[name]] == []
    assert "2023-11-14" in one["manifest.json"].decode()


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"gone\.csv: cannot be read"):
        steps.file_hash(tmp_path / "gone.csv")
