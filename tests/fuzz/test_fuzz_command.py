"""Whatever papers say: mentions that stand where they say they do, a sense for each, and a table to write."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fuzzing import RUNS, bounded, fuzz
from hostile import EDITS, mangled, seeds, texts
from hypothesis import strategies as st

from analysis import assign_senses, embed_mentions, find_mentions, read_in_context
from analysis.cli import main
from analysis.collection import load_papers
from analysis.common.tables import read_table

Note = Callable[..., None]
PAPERS = st.lists(st.tuples(texts(6), texts()), min_size=1, max_size=12)


def write_papers(path: Path, found: list[tuple[str, str]]) -> Path:
    """JSON lines, which hold any text; each mentions the term, so that every paper goes all the way."""
    rows = [{"id": f"p{n}", "title": f"{title} bias", "abstract": text} for n, (title, text) in enumerate(found)]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


def stand_where_they_say(mentions: pd.DataFrame, papers: pd.DataFrame) -> None:
    texts_of = papers.set_index("paper_id")
    for row in mentions.itertuples():
        text = texts_of.loc[row.paper_id, row.field]
        assert text[row.start : row.end] == row.surface
        assert row.surface in row.sentence
        assert text[row.sentence_start :].startswith(row.sentence)


@pytest.mark.parametrize("run", RUNS)
def test_a_sense_for_every_mention(tmp_path: Path, record_property: Note, run: str) -> None:
    def check(found: list[tuple[str, str]]) -> None:
        papers = load_papers(write_papers(tmp_path / "x.jsonl", found)).papers
        mentions = find_mentions(papers)
        stand_where_they_say(mentions, papers)
        vectors, scores = embed_mentions(mentions, papers), read_in_context(mentions, papers)
        assert np.isfinite(vectors).all() and np.isfinite(scores.drop(columns="mention_id").to_numpy()).all()
        senses = assign_senses(mentions, vectors, scores=scores)
        assert senses["mention_id"].tolist() == mentions["mention_id"].tolist()
        assert senses["confidence"].between(0, 1).all() and senses["sense"].all()

    check([("A title", "We study bias.")])  # the models load once, and outside of the bounds
    fuzz(run, PAPERS, check, few=3, many=200, note=record_property)


@pytest.mark.parametrize("run", RUNS[1:])
def test_the_command(
    tmp_path: Path, record_property: Note, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, run: str
) -> None:
    monkeypatch.setenv("BIAS_SENSES_DEBUG", "1")  # a fault of ours is an exception

    def command(source: Path) -> None:
        source.with_suffix(".study").mkdir(exist_ok=True)
        code = main(["senses", str(source), "--out", str(tmp_path / "out.csv")])
        told = capsys.readouterr().err
        assert code in (0, 2) and "Traceback" not in told
        if code == 0:
            table = read_table(tmp_path / "out.csv")
            assert table["mention_id"].is_unique and table["sense"].all()

    def check(made: tuple[str, list[tuple[str, int, object]], list[tuple[str, str]]]) -> None:
        name, edits, found = made
        path = tmp_path / name.removeprefix("made ")
        path.write_bytes(mangled(seeds()[name], edits))
        command(path)
        command(write_papers(tmp_path / "papers.jsonl", found))

    command(write_papers(tmp_path / "papers.jsonl", [("A title", "We study bias.")] * 5))
    made = st.tuples(st.sampled_from(sorted(seeds())), EDITS, PAPERS)
    fuzz(run, made, check, few=0, many=15, note=record_property, seconds=90)


HUGE = {
    "one word": "bias" + "x" * 999_000,
    "one word beside a mention": "bias " + "x" * 990_000,
    "one word in many lines": "bias \n" + "x" * 990_000,
    "no stop": "The bias of " + "many words " * 80_000,
    "mentions alone": "bias " * 20_000,
    "sentences alone": "Bias. " * 10_000,
    "brackets": "(" * 300_000 + "bias" + ")" * 300_000,
    "formulas": "bias " + "$x_" * 200_000,
    "prefixes": "de-" * 200_000 + "biasing",
    "joined emoji": "bias " + "👩‍👩‍👧" * 100_000,
    "no width": "bias" + "\u200b" * 900_000 + " bias",
    "marks": "bias" + "\u0301" * 900_000,
    "right to left": "\u202ebias הטיה " * 5_000,
    "blanks": "bias" + " " * 900_000 + "bias",
    "line ends": "bias" + "\n" * 900_000 + "bias",
    "addresses": "bias https://" + "a/" * 400_000,
    "quotes": "bias" + "'" * 900_000,
    "commands": "bias " + "\\emph{" * 150_000,
    "tags": "bias " + "<p" * 400_000,
    "comments": "bias " + "<!--" * 200_000,
    "entities": "bias " + "&amp;" * 180_000,
}


@pytest.mark.fuzz
@pytest.mark.parametrize("form", ["x.jsonl", "x.ris", "x.bib"])
@pytest.mark.parametrize("name", HUGE)
def test_an_abstract_of_a_megabyte(tmp_path: Path, record_property: Note, name: str, form: str) -> None:
    text = HUGE[name]
    written = {
        "x.jsonl": json.dumps({"title": "A title", "abstract": text}),
        "x.ris": f"TY  - JOUR\nTI  - A title\nAB  - {text}\nER  - \n",
        "x.bib": f"@article{{k, title={{A title}}, abstract={{{text}}}}}",
    }
    (tmp_path / form).write_text(written[form], "utf-8")
    record_property("inputs", 1)
    with bounded(300, 3 * 2**30):
        papers = load_papers(tmp_path / form).papers
        mentions = find_mentions(papers)
        stand_where_they_say(mentions.iloc[:50], papers)
        if form == "x.jsonl":
            scores = read_in_context(mentions, papers)
            assert len(assign_senses(mentions, embed_mentions(mentions, papers), scores=scores)) == len(mentions)


@pytest.mark.fuzz
@pytest.mark.parametrize("form", ["x.jsonl", "x.json", "x.csv"])
def test_an_abstract_of_50_megabytes_on_one_line_costs_no_other_paper(
    tmp_path: Path, record_property: Note, form: str
) -> None:
    huge, small = {"title": "A title", "abstract": "bias " * 10_000_000}, {"title": "B", "abstract": "We study bias."}
    written = {
        "x.jsonl": f"{json.dumps(small)}\n{json.dumps(huge)}\n{json.dumps(small)}\n",
        "x.json": json.dumps([small, huge, small]),
        "x.csv": f"title,abstract\nB,We study bias.\nA title,{huge['abstract']}\nB,We study bias.\n",
    }
    (tmp_path / form).write_text(written[form], "utf-8")
    record_property("inputs", 1)
    with bounded(60, 2**30):
        papers, audit, _ = load_papers(tmp_path / form, keep_duplicates=True)
    assert papers["title"].tolist() == ["B", "B"]
    assert audit["status"].tolist() == ["kept", "unreadable", "kept"]
