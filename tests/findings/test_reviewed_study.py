"""A study whose random sample was reviewed: the record beside it is read, and texts, shares and charts rest on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_readings import make_bare_study

from analysis import charts, findings
from analysis.inventory.inventory import load_inventory
from analysis.senses.reader import INDUCED, Reading
from analysis.study.sample import next_at_random, record_drawn, sample_of, sampled_order
from analysis.study.study import Study, read_study

PAPERS = 60


def make(folder: Path, reviewed: set[str]) -> Study:
    """Sixty mentions in as many papers, all read as social; those that are reviewed are of data if their number is
    even."""
    papers = [{"paper_id": f"p{i}", "title": f"Paper {i}", "abstract": "A bias here."} for i in range(PAPERS)]
    mentions = [
        {"mention_id": f"p{i}#abstract:2", "paper_id": f"p{i}", "field": "abstract", "start": 2, "end": 6,
         "surface": "bias", "lemma": "bias", "sentence": "A bias here.", "sentence_start": 0}
        for i in range(PAPERS)
    ]  # fmt: skip
    senses = [
        {"mention_id": m["mention_id"], "sense": "data" if m["mention_id"] in reviewed and i % 2 == 0 else "social",
         "confidence": 0.9, "reviewed": m["mention_id"] in reviewed}
        for i, m in enumerate(mentions)
    ]  # fmt: skip
    read_as = [{**row, "sense": "social", "reviewed": False} for row in senses]
    nobody = Reading(INDUCED, scores=False)
    return make_bare_study(papers, mentions, senses, load_inventory(), folder, reading=nobody, machine=read_as)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("reviewed") / "study"
    before = make(folder, set())
    drawn = next_at_random(before, 30)
    record_drawn(before, drawn)
    return make(folder, set(drawn))


def test_the_record_beside_the_study_is_read(study: Study):
    assert sample_of(study) == sampled_order(study)[:30] == study.drawn["mention_id"].tolist()
    assert set(study.drawn["probability"]) == {0.5}
    assert set(study.machine["sense"]) == {"social"}


def test_shares_of_mentions_rest_on_the_sample(study: Study):
    even = sum(int(m[1:].split("#")[0]) % 2 == 0 for m in sample_of(study))
    table = findings.sense_shares(study).set_index(["unit", "sense"])
    assert table.loc[("mentions", "data"), "estimate"] == pytest.approx(even / 30)
    assert table.loc[("mentions", "data"), "error"] == "reviewed"
    assert table.loc[("papers", "data"), "error"] == "papers"
    assert findings.reviewed_shares(study)["reviewed"].iloc[0] == 30


def test_texts_and_charts_say_what_stands_behind_the_shares(study: Study):
    told = findings.key_findings(study).text
    assert "By 30 mentions drawn at random and reviewed, of 60," in told
    assert "is not known, as there are no labels" not in told
    assert "Of 60 mentions, 30 were drawn at random and reviewed." in findings.methods(study).text
    assert "rest on 30 mentions drawn at random" in findings.limits(study).text
    assert "Reviewing can stop after about" in findings.answer_reviews(study).text
    assert "so reviewing can stop" in findings.answer_reviews(study, within=0.5).text
    figure = charts.reviewed_shares(findings.reviewed_shares(study), study)
    assert not figure.instead and "30 that were drawn at random" in figure.subtitle
    assert "Of mentions: estimates rest" in charts.sense_shares(findings.sense_shares(study), study).notes


def test_a_study_from_before_there_was_a_sample_is_read_and_says_so(study: Study, tmp_path: Path):
    import json
    import shutil

    shutil.copytree(study.folder, tmp_path / "old")
    manifest = json.loads((tmp_path / "old" / "manifest.json").read_text("utf-8"))
    del manifest["stages"]["drawn"], manifest["checksum"]
    for kind in ("things", "files"):
        entry = manifest["stages"]["senses"][kind]
        manifest["stages"]["senses"][kind] = {name: v for name, v in entry.items() if not name.startswith("machine")}
    (tmp_path / "old" / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    old = read_study(tmp_path / "old")
    assert findings.reviewed_shares(old).empty
    assert "With 25 mentions" in charts.reviewed_shares(findings.reviewed_shares(old), old).instead
    assert "No mention drawn at random is reviewed yet" in findings.answer_reviews(old).text
