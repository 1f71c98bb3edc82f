"""Readings and studies with what a test says of them, and plain values for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.findings.confusion import Confusion, count_confusion
from analysis.senses.inventory import Inventory
from analysis.study import Study
from analysis.tables import make_table

COLUMNS = ["paper_id", "field", "start", "end", "surface", "lemma", "sentence", "sentence_start", "modifier", "head",
           "verb", "left", "right", "sense", "confidence", "runner_up", "abstained", "stance",
           "stance_confidence", "topic", "topic_label", "novel",
           "reviewed", "title", "abstract", "year", "venue", "url", "mention_id"]  # fmt: skip


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
    return Confusion(counted.alike * times, counted.apart * times, counted.papers * times)


def make_bare_study(
    papers: list[dict[str, Any]],
    mentions: list[dict[str, Any]],
    senses: list[dict[str, Any]],
    inventory: Inventory,
    manifest: dict[str, Any],
    folder: Path,
) -> Study:
    """A study of "bias" with these rows, nothing in its other tables, and random vectors with a fixed seed."""
    return Study(
        term="bias",
        papers=make_table("papers", papers),
        audit=make_table("audit"),
        duplicates=make_table("duplicates"),
        mentions=make_table("mentions", mentions),
        excluded=make_table("excluded"),
        vectors=np.random.default_rng(0).normal(size=(len(mentions), 12)).astype("float32"),
        senses=make_table("senses", senses),
        topics=make_table("topics"),
        inventory=inventory,
        manifest=manifest,
        folder=folder,
    )
