"""The random sample of a study: which mentions may be drawn, which were, and which are asked next."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.common.dates import today
from analysis.common.locks import locked
from analysis.common.tables import make_table, read_table, write_table
from analysis.senses.sampled import DRAWN, drawn_stretch, random_order, random_sample, seed_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.study.study import Study


def readable(study: Study) -> pd.Series:
    """The ids of the mentions that can be reviewed: those of papers in English."""
    english = study.papers.loc[study.papers["language"].isin(["", "en"]), "paper_id"]
    return study.mentions.loc[study.mentions["paper_id"].isin(english), "mention_id"]


def sampled_order(study: Study, seed: int | None = None) -> list[str]:
    """The random order of the mentions that can be reviewed, without those whose sense a labels file gives.

    ``seed`` (default: the study's) counts until something is drawn; then the order that was begun goes on.
    """
    machine = study.machine
    labelled = set(machine.loc[machine["reviewed"], "mention_id"])
    return random_order((m for m in readable(study) if m not in labelled), _seed(study, seed))


def sample_of(study: Study) -> list[str]:
    """The mentions that count as reviewed at random, answered or passed over: ``sampled.random_sample``."""
    return random_sample(sampled_order(study), set(study.drawn["mention_id"]), _answered(study))


def next_at_random(study: Study, n: int, seed: int | None = None) -> list[str]:
    """The ids of the at most ``n`` mentions that the random part of a sheet asks about, in the random order.

    First those that were drawn and have no answer yet; then the order goes on, by as many places as are missing. What
    was answered before for another reason takes its place, too, unasked: else it would be rarer in the sample than in
    the collection.
    """
    order, answered = sampled_order(study, seed), _answered(study)
    begun = len(drawn_stretch(order, set(study.drawn["mention_id"]), answered))
    waiting = sum(m not in answered for m in order[:begun])
    return [m for m in order[: begun + max(0, n - waiting)] if m not in answered][:n]


def record_drawn(
    study: Study, at_random: Sequence[str], *, seed: int | None = None, folder: str | os.PathLike[str] | None = None
) -> None:
    """Write into ``drawn.csv`` (in ``folder``, default: beside the study) that these mentions were drawn.

    Every mention of the order up to the last of them is listed, each once, with its place in the order, of how many,
    and the probability that a mention is drawn so early. Raises ``BadInput`` where the file cannot be written.
    """
    import pandas as pd

    order = sampled_order(study, seed)
    places = {mention: place for place, mention in enumerate(order, 1)}
    end = max((places[m] for m in at_random), default=0)
    path = (study.folder.parent if folder is None else Path(folder)) / DRAWN
    with locked(study.folder):  # two runs may add to the same file
        there = read_table(path) if path.is_file() else pd.DataFrame({"mention_id": []}, dtype=str)
        known = set(there["mention_id"])
        rows = [
            {"mention_id": m, "place": places[m], "of": len(order), "probability": round(end / len(order), 6),
             "seed": _seed(study, seed), "date": today()}
            for m in order[:end]
            if m not in known
        ]  # fmt: skip
        if rows:
            new = make_table("drawn", rows).astype(str)
            write_table(pd.concat([there, new], ignore_index=True).fillna(""), path)


def _seed(study: Study, seed: int | None) -> int:
    return seed_of(study.drawn, int(study.manifest["seed"]) if seed is None else seed)


def _answered(study: Study) -> set[str]:
    return set(study.senses.loc[study.senses["reviewed"], "mention_id"])
