"""Put labels beside what a study reads: align them, leave out what would flatter, add the baselines."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from analysis.common.errors import BadInput
from analysis.common.wording import count_of
from analysis.evaluation.baselines import by_collocation, most_frequent, stock_bertopic
from analysis.evaluation.report import Evaluation, evaluate
from analysis.inventory.inventory import UNCLEAR
from analysis.senses.cues import cue_matrix, find_cues
from analysis.senses.held_out import shipped_readings
from analysis.senses.labels import align_labels, read_labels
from analysis.statistics.bootstrap import DRAWS
from analysis.statistics.metrics import name_clusters
from analysis.vectors.embed import PARTS, WIDTH

if TYPE_CHECKING:
    import pandas as pd

    from analysis.inventory.inventory import Inventory
    from analysis.study.study import Study

Source = str | os.PathLike[str]
READING = ("sense", "confidence", "runner_up", "parent", "parent_confidence", "stance", "stance_confidence")
SENTENCE = slice(PARTS.index("sentence") * WIDTH, (PARTS.index("sentence") + 1) * WIDTH)


class LabelledReadings(NamedTuple):
    """One row per labelled mention with its reading and baselines, the senses to average over, what was left out."""

    rows: pd.DataFrame
    senses: tuple[str, ...]
    about: dict[str, Any]


def evaluate_labels(
    gold: Source,
    sources: Source | Iterable[Source] = (),
    *,
    seed: int = 0,
    draws: int = DRAWS,
    **options: Any,
) -> Evaluation:
    """Open the study of ``sources`` without the labels in the file ``gold`` and measure it against them.

    ``options`` are those of ``open_study``; what is given as ``labels`` or ``reviews`` has been seen and never counts.
    See ``compare`` for what else is left out; ``Evaluation.to_text`` is what the terminal shows. Raises ``BadInput``
    for files that cannot be used, and when no label belongs to a mention.
    """
    from analysis.study.study import open_study

    given = read_labels(gold)
    study = open_study(sources, seed=seed, **options)
    compared = compare(study, given, seed=seed, place=str(gold))
    about = {"labels": Path(gold).name, "term": study.term, **compared.about}
    stances, ids = tuple(study.inventory.stances), study.inventory.ids
    parents = study.inventory.parent_by_sense if compared.senses == ids else {}
    return evaluate(
        compared.rows, compared.senses, stances=stances, parents=parents, draws=draws, seed=seed, about=about
    )


def compare(study: Study, labels: pd.DataFrame, *, seed: int = 0, place: str = "labels") -> LabelledReadings:
    """Align ``labels`` (see ``read_labels``) to the mentions of ``study`` and set its readings beside them.

    Left out and counted: labels without a mention, mentions that were labelled or reviewed for the study, other
    mentions of papers the shipped heads were trained on. A mention that is itself among the shipped labels is read by
    the head that saw nothing of its paper. If the labels name other senses than the inventory, its senses are named
    one to one so that most mentions fit, and a sense without partner counts as wrong. Raises ``BadInput`` if nothing
    is left, naming ``place``.
    """
    import pandas as pd

    merged = dict(zip(study.duplicates["paper_id"], study.duplicates["survivor"], strict=True))
    labels = labels.assign(paper_id=[merged.get(p, p) for p in labels["paper_id"]])
    aligned = align_labels(labels, study.mentions)
    gold = aligned.labels.rename(columns={"sense": "label", "stance": "label_stance"})
    rows = gold[["mention_id", "label", "label_stance"]].merge(
        study.senses[["mention_id", *READING, "reviewed"]], on="mention_id", validate="1:1"
    )
    rows = rows.merge(study.mentions[["mention_id", "paper_id", "start"]], on="mention_id")
    notes = _lost(aligned.lost, len(labels))
    rows, seen = rows[~rows["reviewed"]], int(rows["reviewed"].sum())
    notes += [f"{count_of(seen, 'label')} left out: given to the study as a label or review."] if seen else []
    if study.reading.learned_shipped:
        rows, more = _out_of_fold(rows, study)
        notes += more
    if rows.empty:
        raise BadInput(f"{place}: no label can be measured. {' '.join(notes)}")
    rows = rows.drop(columns="reviewed").reset_index(drop=True)
    rows, senses, named = _named(rows, study.inventory)
    notes += [named] if named else []
    position = pd.Index(study.mentions["mention_id"]).get_indexer(rows["mention_id"])
    mentions, vectors = study.mentions.iloc[position].reset_index(drop=True), study.vectors[position]
    rows = with_baselines(
        rows,
        mentions["sentence"].tolist(),
        vectors[:, SENTENCE],
        cue_matrix(find_cues(mentions, study.inventory), study.inventory.ids) if not named else None,
        study.inventory.ids,
        seed=seed,
    )
    return LabelledReadings(rows, senses, {"given": len(labels), "lost": len(aligned.lost), "notes": notes})


def with_baselines(
    rows: pd.DataFrame,
    documents: Sequence[str],
    sentences: np.ndarray,
    cues: np.ndarray | None,
    senses: Sequence[str],
    *,
    seed: int = 0,
) -> pd.DataFrame:
    """Add the columns ``collocation`` (where the inventory's cues know the labels' senses) and ``bertopic``.

    ``documents`` and ``sentences`` are the sentence of each row and its vector, ``cues`` the rows' cue matrix.
    """
    if cues is not None and cues.any():
        rows = rows.assign(collocation=by_collocation(cues, senses, most_frequent(list(rows["label"]))))
    topics = stock_bertopic(documents, sentences, seed=seed)
    return rows if topics is None else rows.assign(bertopic=topics)


def _lost(lost: pd.DataFrame, given: int) -> list[str]:
    if lost.empty:
        return []
    reasons = "; ".join(f"{n:,} {reason}" for reason, n in lost["reason"].value_counts().items())
    first = ", ".join(f"{r.paper_id} {r.field} {r.start}" for r in lost.head(3).itertuples())
    return [f"{len(lost):,} of {count_of(given, 'label')} could not be aligned: {reasons} (such as {first})."]


def _out_of_fold(rows: pd.DataFrame, study: Study) -> tuple[pd.DataFrame, list[str]]:
    """Rows whose paper the shipped heads know: read out of fold where that very mention was labelled, else left out."""
    known = shipped_readings(scores=study.reading.scores)
    trained = rows["paper_id"].isin(set(known["paper_id"]))
    if not trained.any():
        return rows, []
    here = known[known["paper_id"].isin(set(rows.loc[trained, "paper_id"]))]
    again = align_labels(here, study.mentions).labels.set_index("mention_id")
    reread = trained & rows["mention_id"].isin(set(again.index))
    rows = rows.copy()
    for column in READING:
        there = again.reindex(columns=[column])[column]  # missing where the shipped readings do not have it
        rows.loc[reread, column] = there.loc[rows.loc[reread, "mention_id"]].to_numpy()
    notes = []
    if reread.any():
        own = count_of(int(reread.sum()), "mention")
        notes.append(f"{own} among the shipped labels: read by a head that saw no mention of that paper.")
    other = int((trained & ~reread).sum())
    if other:
        left = count_of(other, "label")
        notes.append(f"{left} left out: the shipped heads were trained on other mentions of that paper.")
    return rows[~trained | reread], notes


def _named(rows: pd.DataFrame, inventory: Inventory) -> tuple[pd.DataFrame, tuple[str, ...], str]:
    """Bring the study's senses to the labels' names if they differ; then a label ``other`` is a sense like any."""
    if set(rows["label"]) <= set(inventory.order):
        return rows, inventory.ids, ""
    labels = set(rows["label"]) - {UNCLEAR}
    decided = rows[rows["label"] != UNCLEAR]
    names = name_clusters(decided["label"], decided["sense"])
    read = [str(names.get(sense, sense if sense == UNCLEAR else f"{sense} (no partner)")) for sense in rows["sense"]]
    renamed = ", ".join(f"{sense} = {name}" for sense, name in sorted(names.items()))
    return rows.assign(sense=read), tuple(sorted(labels)), f"The study's senses are named by the labels: {renamed}."
