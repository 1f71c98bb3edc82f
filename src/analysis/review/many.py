"""One decision for many mentions: all with the same words, or a selection such as one on the map."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.review.given import known_ids, known_sense, reviewer_named, reviews_beside, tidied
from analysis.review.journal import Entry, Journal
from analysis.study.sample import readable

if TYPE_CHECKING:
    import pandas as pd

    from analysis.study.study import Study

TOGETHER = "decided together with others"  # why a mention was decided that was not on the sheet


def label_many(
    study: Study,
    mention_ids: Iterable[str],
    sense: str,
    *,
    stance: str = "",
    note: str = "",
    tags: Iterable[str] = (),
    reviewer: str | None = None,
    path: str | os.PathLike[str] | None = None,
) -> int:
    """Write that each of these mentions has ``sense``: a row each in the reviews file, all one step to undo.

    ``mention_ids`` may come from anywhere, such as ``selection["mention_id"]`` of a map. ``sense`` is an id or a name.
    ``note`` and ``tags``, if given, replace those that the reviewer gave a mention before. A mention that the reviewer
    had decided otherwise takes the new sense. ``path`` defaults to ``reviews.csv`` beside the study folder, and
    ``reviewer`` to the environment variable ``BIAS_SENSES_REVIEWER``. Returns how many were written. Raises
    ``BadInput`` for an unknown mention, sense or stance, and then writes nothing.
    """
    ids = known_ids(study, mention_ids)
    sense, stance = known_sense(study.inventory, sense, stance)
    note, tags = tidied(note, tags)
    journal = Journal(study, reviews_beside(study, path), reviewer_named(reviewer))
    machine = machine_of(study)
    said = {}
    for mention_id in ids:
        before = journal.entries.get(mention_id) or Entry(read_as=machine[mention_id], why=TOGETHER)
        before = replace(before, note=note or before.note, tags=tags or before.tags)
        said[mention_id] = replace(before, sense=sense, stance=stance, postponed=False)
    journal.write(said)
    return len(said)


def with_same_words(study: Study, mention_id: str) -> tuple[str, list[str]]:
    """The collocation of a mention, such as "gender bias", and the ids of all English mentions that have it.

    A collocation is the term's lemma with the word before it that belongs to it or, where there is none, the word after
    it: the nearest word of ``modifier``, else ``head``. A mention without either has none: "" and no ids.
    """
    words = collocations(study)
    own = words[known_ids(study, [mention_id])[0]]
    return (own, words.index[(words == own) & words.index.isin(readable(study))].tolist()) if own else ("", [])


def collocations(study: Study) -> pd.Series:
    """The collocation of each mention, by id; see ``with_same_words``."""
    mentions = study.mentions.set_index("mention_id")
    lemma = mentions["lemma"].str.lower()
    before = mentions["modifier"].map(lambda words: (words.lower().split() or [""])[-1]).astype("str")
    after = mentions["head"].str.lower()
    words = (before + " " + lemma).where(before != "", lemma + " " + after)
    return words.mask((before == "") & (after == ""), "")


def machine_of(study: Study) -> pd.Series:
    """The machine's own sense of each mention, by id: "" where a person's label stands in its place."""
    senses = study.senses.set_index("mention_id")
    return senses["sense"].mask(senses["reviewed"], "")
