"""Readings and studies with what a test says of them, and plain values for the rest."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd

from analysis.collection import Collection
from analysis.common.tables import make_table
from analysis.evidence.abstracts import Abstracts
from analysis.inventory.inventory import SHIPPED, Inventory
from analysis.senses.reader import Reading
from analysis.statistics.confusion import Confusion, count_confusion
from analysis.study.study import Study, open_study
from analysis.topics.model import Topics

COLUMNS = ["paper_id", "field", "start", "end", "surface", "lemma", "sentence", "sentence_start", "modifier", "head",
           "verb", "left", "right", "sense", "confidence", "runner_up", "abstained", "stance",
           "stance_confidence", "topic", "topic_label", "novel",
           "reviewed", "title", "abstract", "year", "venue", "url", "mention_id"]  # fmt: skip
BY_SHIPPED = Reading(SHIPPED, scores=True)


def make_readings(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Readings with what each row says, and plain values for the rest; mentions of a paper follow each other."""
    made, at = [], 0
    for row in rows:
        at += 10
        full = {
            "field": "abstract", "start": at, "end": at + 4, "surface": "bias", "lemma": "bias",
            "sentence": "A bias here.", "sentence_start": at - 2, "modifier": "", "head": "", "verb": "", "left": "A ",
            "right": " here.", "sense": "social", "confidence": 0.9, "runner_up": "", "abstained": False,
            "stance": "", "stance_confidence": 0.9,
            "topic": -1, "topic_label": "", "novel": False, "reviewed": False,
            "title": f"Paper {row['paper_id']}", "abstract": "", "year": None, "venue": "", "url": "", **row,
        }  # fmt: skip
        full["mention_id"] = f"{full['paper_id']}#{full['field']}:{full['start']}"
        made.append(full)
    table = pd.DataFrame(made, columns=COLUMNS)
    return table.assign(year=pd.array(table["year"].tolist(), dtype="Int64"))


def make_confusion(rows: Sequence[tuple[Any, ...]], order: Sequence[str], *, times: int = 1) -> Confusion:
    """Held-out mentions, ``(paper, label, sense)`` and perhaps its confidence (else 0.9), each ``times`` times."""
    table = pd.DataFrame([(*row, 0.9)[:4] for row in rows], columns=["paper_id", "label", "sense", "confidence"])
    counted = count_confusion(table, order)
    senses, papers = (part._replace(counts=part.counts * times) for part in counted[:2])
    return Confusion(senses, papers)


def make_bare_study(
    papers: list[dict[str, Any]],
    mentions: list[dict[str, Any]],
    senses: list[dict[str, Any]],
    inventory: Inventory,
    folder: Path,
    /,
    *,
    audit: Sequence[dict[str, Any]] = (),
    duplicates: Sequence[dict[str, Any]] = (),
    excluded: Sequence[dict[str, Any]] = (),
    topics: Sequence[dict[str, Any]] = (),
    sentences: Sequence[dict[str, Any]] = (),
    entities: Sequence[dict[str, Any]] = (),
    quantities: Sequence[dict[str, Any]] = (),
    own_work: Sequence[dict[str, Any]] = (),
    rung: str = "by hand",
    reading: Reading = BY_SHIPPED,
    held_out: Sequence[dict[str, Any]] = (),
    machine: Sequence[dict[str, Any]] | None = None,
    **options: Any,
) -> Study:
    """A study with these rows and random vectors with a fixed seed, in a folder as ``open_study`` keeps it.

    ``open_study`` runs, with ``options``, on a file that names the papers; only its verbs give what the test says. So
    the manifest is the code's own.
    """
    collection = Collection(
        make_table("papers", papers), make_table("audit", audit), make_table("duplicates", duplicates)
    )
    read = make_table("senses", senses)
    verbs = {
        "analysis.collection.load_papers": collection,
        "analysis.mentions.find.find_mentions": make_table("mentions", mentions),
        "analysis.mentions.find.find_excluded": make_table("excluded", excluded),
        "analysis.vectors.embed.embed_mentions": np.random.default_rng(0).normal(
            size=(len(mentions), 12)
        ).astype("float32"),
        "analysis.vectors.context.read_in_context": make_table("mentions", mentions)[["mention_id"]],
        "analysis.senses.reading.read_senses": {
            "read": read, "machine": make_table("machine", read if machine is None else machine),
            "inventory": inventory.as_data(), "labels_report": {}, "reviews_report": {},
            "reading": reading._asdict(), "held_out": make_table("held_out", held_out),
        },
        "analysis.evidence.abstracts.read_apart": Abstracts(
            make_table("sentences", sentences), make_table("entities", entities)
        ),
        "analysis.evidence.names.canonical_names": make_table("entities", entities),
        "analysis.evidence.quantities.find_quantities": make_table("quantities", quantities),
        "analysis.evidence.own_work.find_own_work": make_table("own_work", own_work),
        "analysis.topics.model.model_topics": Topics(read, make_table("topics", topics), rung, None),
    }  # fmt: skip
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    source = folder.parent / "papers.jsonl"
    source.write_text("".join(json.dumps({"id": str(paper["paper_id"])}) + "\n" for paper in papers), "utf-8")
    with ExitStack() as replaced:
        for verb, result in verbs.items():
            replaced.enter_context(patch(verb, return_value=result))
        return open_study(source, **{"term": inventory.term, "folder": folder, **options})
