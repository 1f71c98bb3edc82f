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

from analysis import BadInput, open_study, read_study, write_table
from analysis.common.hashes import file_hash
from analysis.common.tables import SCHEMAS, make_table
from analysis.study.study import Study

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
    assert study.vectors.shape == (4, 1152)
    assert study.scores.shape == (4, 1 + 18 + 4)  # mention_id, sixteen senses, other and unclear, four stances
    assert study.scores["mention_id"].tolist() == study.mentions["mention_id"].tolist()
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
    assert set(manifest["stages"]) == {
        "papers", "mentions", "vectors", "scores", "senses", "topics", "abstracts", "claims", "corrections", "drawn"
    }  # fmt: skip
    assert manifest == json.loads((study.folder / "manifest.json").read_text("utf-8"))


def test_opening_again_makes_nothing_and_gives_the_same(
    study: Study, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {p.name: p.read_bytes() for p in study.folder.iterdir() if p.is_file()}

    def never(*args: object, **options: object) -> None:
        raise AssertionError

    for name in (
        "analysis.collection.load_papers",
        "analysis.mentions.find.find_mentions",
        "analysis.vectors.embed.embed_mentions",
        "analysis.vectors.context.read_in_context",
        "analysis.senses.reading.read_senses",
        "analysis.topics.model.model_topics",
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
    with pytest.raises(BadInput, match=r"manifest\.json: is damaged"):
        read_study(sent)
    del manifest["checksum"]  # as the studies of older versions
    (sent / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(BadInput, match="an unfinished study \\(it lacks senses, topics\\)"):
        read_study(sent)


def test_another_seed_reads_neither_papers_nor_vectors_again(
    study: Study, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*args: object, **options: object) -> None:
        raise AssertionError

    monkeypatch.setattr("analysis.collection.load_papers", never)
    monkeypatch.setattr("analysis.vectors.embed.embed_mentions", never)
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
    assert repr(study).startswith("Study of 'bias': no mentions in 0 of 1 paper,")
    told = "\u201cbias\u201d: no mentions in 0 of 1 paper; no senses (mentions without one: 0) and"
    assert told in study._repr_html_()


def test_the_senses_counted_are_those_that_have_a_name(tmp_path: Path) -> None:
    papers = [*SMALL, {"paper_id": "p3", "title": "Nothing here", "abstract": ""}]
    told = make_study(tmp_path / "s.study", papers, MENTIONS)._repr_html_()
    # social twice, parameter and skew once; the fifth mention is unclear, and p3 has none
    assert "5 mentions in 2 of 3 papers; 3 senses (mentions without one: 1) and no finer topics" in told


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
        file_hash(tmp_path / "gone.csv")


def test_only_the_head_reads_scores(seed_study: Study) -> None:
    """Tree, map, typical quotes and neighbours are made of the vectors: other scores change none of them."""
    from dataclasses import replace

    from analysis.findings.cards import sense_cards
    from analysis.findings.collocates import distinguishing_collocates
    from analysis.findings.layout import layout
    from analysis.findings.shares import sense_shares
    from analysis.findings.tree import topic_tree

    names = [name for name in seed_study.scores.columns if name != "mention_id"]
    turned = seed_study.scores.assign(**{name: seed_study.scores[name].to_numpy()[::-1] for name in names})
    other = replace(seed_study, scores=turned)
    mention = seed_study.mentions["mention_id"].iloc[0]

    def made_of_vectors(study: Study) -> list[object]:
        order = study.inventory.order
        shares, words = sense_shares(study.readings, order, draws=2), distinguishing_collocates(study.readings, order)
        cards = sense_cards(study.readings, study.inventory, shares, words, vectors=study.vectors)
        tree = topic_tree(study.readings, study.vectors)
        found = study.explain(mention)
        return [tree.leaves.to_dict(), tree.merges.to_dict(), layout(study.vectors).tolist(),
                [card.typical for card in cards], found.neighbours, found.examples, found.labelled]  # fmt: skip

    assert made_of_vectors(other) == made_of_vectors(seed_study)
    assert other.explain(mention).contributions != seed_study.explain(mention).contributions
    parts = seed_study.vectors.reshape(len(seed_study.vectors), 3, 384)
    assert ((parts**2).sum(axis=2).round(4) == 1).all()  # mention, sentence and title, nothing beside them


OWN = (
    "term: bias\nfamily: {prefixes: [hyper], exceptions: [{word: symbias, reason: a made-up word}]}\n"
    "stances:\n- {id: praise, definition: It is praised., past: praised, role: tool}\n"
    "- {id: blame, definition: It is blamed.}\n"
    "senses:\n"
    "- {id: social, definition: Unfair treatment of people., examples: ['A gender [[bias]] in pay.']}\n"
    "- {id: physical, definition: Drift of a sensor., examples: ['A gyroscope [[bias]] drifts.']}\n"
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A study with an inventory of the user's own, which keeps two of the shipped ids, and a label with a stance."""
    folder = tmp_path_factory.mktemp("own")
    abstract = "We measure gender bias. Hyperbias is debiased. A symbias is none."
    (folder / "papers.jsonl").write_text(
        json.dumps({"id": "p1", "title": "Gender", "abstract": abstract}) + "\n" + PAPERS
    )
    (folder / "own.yaml").write_text(OWN)
    (folder / "labels.csv").write_text(
        "paper_id,field,start,end,surface,sense,stance\np1,abstract,18,22,bias,social,praise\n"
    )
    options = {"inventory": folder / "own.yaml", "labels": folder / "labels.csv", "folder": folder / "own.study"}
    return open_study(folder / "papers.jsonl", **options)


def test_the_family_of_an_own_inventory_is_obeyed(own: Study) -> None:
    mine = own.mentions[own.mentions["paper_id"] == "p1"]
    assert mine["surface"].tolist() == ["bias", "Hyperbias"]  # no "debiased": this inventory has no such prefix
    left = own.excluded.set_index("surface")["reason"]
    assert left["symbias"] == "a made-up word"
    assert "debiased" in left.index


def test_the_stances_of_an_own_inventory_are_obeyed(own: Study) -> None:
    from analysis.charts.stance import say_stance
    from analysis.findings.stance import stance_by_sense
    from analysis.inventory.palette import palette_of

    assert list(own.inventory.stances) == ["praise", "blame"]
    assert own.inventory.roles == {"tool": ("praise",)}
    cells = stance_by_sense(own.readings, own.inventory.order, stances=tuple(own.inventory.stances), draws=20)
    assert cells[["sense", "stance", "count"]].values.tolist() == [["social", "praise", 1], ["social", "blame", 0]]
    clear = cells.assign(clear=True, estimate=0.5, low=0.25, high=0.75, elsewhere=0.0).head(1)
    assert say_stance(clear, palette_of(own.inventory)).startswith("social is praised in 50% of its mentions")


def test_who_read_is_recorded_where_it_happens(study: Study, own: Study, tmp_path: Path) -> None:
    """An own inventory that keeps shipped ids, and labels that replace the inventory, are read by another reader."""
    (tmp_path / "papers.jsonl").write_text(PAPERS, "utf-8")
    (tmp_path / "labels.csv").write_text(
        "paper_id,field,start,end,surface,sense\n2501.00001,abstract,18,22,bias,social\n"
        "2501.00003,abstract,26,30,bias,drift\n"
    )
    of = {"sources": tmp_path / "papers.jsonl", "term": "bias"}
    replaced = open_study(**of, labels=tmp_path / "labels.csv", folder=tmp_path / "labels.study")
    induced = open_study(**of, inventory="none", folder=tmp_path / "none.study")
    found = {one.folder.stem: (one.reading.by, one.reading.scores) for one in (study, own, replaced, induced)}
    assert found == {
        "bias": ("shipped", True), "own": ("few", True), "labels": ("few", True), "none": ("induced", False)
    }  # fmt: skip
    assert set(own.inventory.ids) < set(study.inventory.ids)
    for one in (own, replaced, induced):
        assert one.error_model.senses is None and one.error_model.stances is None
        assert one.manifest["reading"] == one.reading._asdict()
        assert not one.explain(one.mentions["mention_id"].iloc[0]).contributions
    assert study.error_model.senses is not None and study.error_model.stances is not None
    assert read_study(own.folder).reading == own.reading


def test_an_inventory_of_another_term_is_refused_before_any_work(own: Study, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="an inventory of 'bias', not of 'kernel'; say --term 'bias'"):
        open_study(term="kernel", inventory=own.folder.parent / "own.yaml", folder=tmp_path / "none.study")
    assert not (tmp_path / "none.study").exists()


def test_a_source_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis import collection

    load, source = collection.load_papers, tmp_path / "papers.jsonl"
    source.write_text(PAPERS, "utf-8")

    def load_while_another_writes(*arguments: object, **options: object) -> object:
        loaded = load(*arguments, **options)
        source.write_text(PAPERS[:-1], "utf-8")
        return loaded

    monkeypatch.setattr(collection, "load_papers", load_while_another_writes)
    with pytest.raises(BadInput, match=r"papers\.jsonl: changed while it was read"):
        open_study(source, folder=tmp_path / "s.study")
    assert not (tmp_path / "s.study" / "manifest.json").exists()
