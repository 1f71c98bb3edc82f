"""From mentions to senses whatever the user brings: an inventory or none, labels or none, reviews or none."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from analysis.common.cores import one_thread
from analysis.common.errors import BadInput
from analysis.common.tables import make_table
from analysis.inventory.inventory import (
    SHIPPED,
    UNCLEAR,
    Inventory,
    Sense,
    inventory_for,
    inventory_of,
)
from analysis.inventory.marks import cut_at_mention
from analysis.senses.assign import Heads, assign_senses, has_scores, read_features, shipped_heads
from analysis.senses.few import FewReader, keep_labels
from analysis.senses.head import Head, fit_head
from analysis.senses.labels import Aligned, align_labels, read_labels
from analysis.senses.reader import EXTENDED, FEW, INDUCED, Reading
from analysis.senses.reviews import apply_reviews, labels_from_reviews, read_reviews

if TYPE_CHECKING:
    import pandas as pd

EXAMPLES = 5  # labelled sentences shown for a sense that only the labels know


@one_thread()
def read_senses(
    mentions: pd.DataFrame,
    vectors: np.ndarray,
    papers: pd.DataFrame,
    *,
    term: str,
    inventory: str,
    scores: pd.DataFrame | None = None,
    labels: str | os.PathLike[str] | None = None,
    reviews: Path | None = None,
    seed: int = 0,
) -> Mapping[str, Any]:
    """Read each mention's sense; ``inventory`` is a path, "shipped" or "none".

    ``vectors`` and ``scores`` are what ``embed_mentions`` and ``read_in_context`` made of the mentions.
    Labels whose senses are all in the inventory extend what the machine learns from, other labels replace the
    inventory. Mentions in papers of another language than English get no sense unless they are labelled. The machine
    learns from reviews as from labels (not where senses are induced), then table and inventory obey them. Returns
    ``read`` (the senses table without topics), ``machine`` (the reading before any review, the table of that name),
    ``inventory`` (plain data, induced if there was none), ``reading`` (plain data of a ``Reading``: who read),
    ``held_out`` (the labels of labels and reviews beside a reading that did
    not know them, a table as in ``analysis.common.tables``; empty where none could be made), ``labels_report`` and
    ``reviews_report`` (plain data: what became of the labels and the reviews, see ``apply_reviews``). Raises
    ``BadInput`` for an inventory, labels or reviews that cannot be used.
    """
    _, chosen = inventory_for(term, inventory)
    aligned = align_labels(read_labels(labels), mentions) if labels is not None else None
    extends = chosen is not None and aligned is not None and _known(aligned) <= _labels_of(chosen, inventory)
    if labels is not None and aligned is not None and len(mentions) and aligned.labels.empty:
        reason = aligned.lost["reason"].iloc[0]
        raise BadInput(f"{labels}: none of {len(aligned.lost)} labels belongs to a mention of {term!r} ({reason})")
    given = aligned.labels if aligned is not None and len(aligned.labels) else None
    if given is not None and not extends:
        chosen = _inventory_of_labels(given, chosen, term)

    foreign = set(papers.loc[~papers["language"].isin(["", "en"]), "paper_id"])
    shipped = inventory == SHIPPED and (given is None or extends)

    def read_whole(labels: pd.DataFrame | None) -> _Made:
        rows = ~mentions["paper_id"].isin(foreign).to_numpy()
        if labels is not None:
            rows |= mentions["mention_id"].isin(labels["mention_id"]).to_numpy()
        english = mentions[rows].reset_index(drop=True)
        made = _read(english, vectors[rows], scores, chosen, labels, term, seed, shipped=shipped)
        read = made.read if labels is None else keep_labels(made.read, labels, made.inventory)
        return made._replace(read=_with_other_languages(read, mentions, made.inventory))

    made = read_whole(given)
    read, used = made.read, made.inventory
    before = make_table("machine", read)
    if given is not None and not extends:
        used = _with_examples(used, given, mentions)
    obeyed: dict[str, Any] = {}
    if reviews is not None:
        rows = read_reviews(reviews)
        learned = align_labels(labels_from_reviews(rows, used), mentions).labels
        if len(learned) and chosen is not None:
            made = read_whole(learned if given is None else _displaced(given, learned))
        read, used, obeyed = apply_reviews(made.read, mentions, used, rows, machine=read)
    return {
        "read": read,
        "machine": before,
        "inventory": used.as_data(),
        "reading": made.reading._asdict(),
        "held_out": made.held_out,
        "labels_report": _report(aligned, extends),
        "reviews_report": obeyed,
    }


def _displaced(labels: pd.DataFrame, by: pd.DataFrame) -> pd.DataFrame:
    """The labels of both, the second's where both speak of a mention."""
    import pandas as pd

    return pd.concat([labels[~labels["mention_id"].isin(by["mention_id"])], by], ignore_index=True)


class _Made(NamedTuple):
    """A reading, the inventory it is in, who read, and the labels that were held out."""

    read: pd.DataFrame
    inventory: Inventory
    reading: Reading
    held_out: pd.DataFrame


def _read(
    mentions: pd.DataFrame,
    vectors: np.ndarray,
    scores: pd.DataFrame | None,
    inventory: Inventory | None,
    labels: pd.DataFrame | None,
    term: str,
    seed: int,
    *,
    shipped: bool,
) -> _Made:
    """The reading that this inventory and these labels ask for."""
    nothing = make_table("held_out")
    if inventory is None:
        from analysis.inventory.inventory import family_of
        from analysis.senses.induce import induce_senses

        induced = induce_senses(mentions, vectors, family_of(term), seed=seed)
        return _Made(induced.read, inventory_of(induced.inventory), Reading(INDUCED, scores=False), nothing)
    scored = has_scores(scores)
    if not shipped:
        reader = FewReader(mentions, vectors, inventory, scores)
        held_out = nothing if labels is None else _beside(reader.held_out(labels), mentions)
        return _Made(reader.read(labels), inventory, Reading(FEW, scored), held_out)
    read = assign_senses(mentions, vectors, inventory, scores=scores)
    if labels is None:
        return _Made(read, inventory, Reading(SHIPPED, scored), nothing)
    given = labels[["mention_id", "sense", "stance"]].rename(columns={"sense": "label", "stance": "label_stance"})
    held_out = _beside(read.merge(given, on="mention_id"), mentions)
    heads = _extended_heads(mentions, vectors, scores, inventory, labels)
    read = assign_senses(mentions, vectors, inventory, scores=scores, heads=heads)
    return _Made(read, inventory, Reading(EXTENDED, scored), held_out)


def _beside(read: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """Labelled rows of a senses table as the table of what was held out."""
    return make_table("held_out", read.merge(mentions[["mention_id", "paper_id", "surface"]], on="mention_id"))


def _extended_heads(
    mentions: pd.DataFrame,
    vectors: np.ndarray,
    scores: pd.DataFrame | None,
    inventory: Inventory,
    labels: pd.DataFrame,
) -> Heads:
    """The shipped heads fitted again with the user's labels, which displace shipped ones of the same mention.

    The temperatures stay: the user's few labels are no ground for calibrating anew.
    """
    import pandas as pd

    from analysis.senses.labelled import certainty, shipped_training
    from analysis.senses.soft import candidates

    place = ["paper_id", "field", "start"]
    at = pd.Index(mentions["mention_id"]).get_indexer(labels["mention_id"])
    theirs = read_features(mentions.iloc[at].reset_index(drop=True), vectors[at], inventory, scores)
    training = shipped_training() if has_scores(scores) else shipped_training().without_scores()
    same = pd.MultiIndex.from_frame(training.labels[place]).isin(pd.MultiIndex.from_frame(mentions.iloc[at][place]))
    ours = np.flatnonzero(~same)
    features = training.features.take(ours).join(theirs)
    table = pd.concat([training.labels.iloc[ours], labels.assign(probabilities="")], ignore_index=True)
    table[["sense", "stance"]] = table[["sense", "stance"]].fillna("")
    weights = np.nan_to_num(certainty(table), nan=1.0)

    def fitted(column: str, shipped: Head) -> Head:
        known = candidates(table, column)
        head = fit_head(features.take(known.rows), known.names, weights=weights[known.rows] * known.weights)
        return replace(head, temperature=shipped.temperature, facts=shipped.facts)

    shipped = shipped_heads(scores=has_scores(scores))
    return Heads(fitted("sense", shipped.sense), fitted("stance", shipped.stance) if shipped.stance else None)


def _labels_of(chosen: Inventory, name: str) -> set[str]:
    """The labels that extend an inventory. A reader from few labels is taught senses alone, and ``OTHER`` as one."""
    return set(chosen.order) if name == SHIPPED else {*chosen.ids, UNCLEAR}


def _known(aligned: Aligned) -> set[str]:
    return {*aligned.labels["sense"], *aligned.lost["sense"]}


def _inventory_of_labels(labels: pd.DataFrame, chosen: Inventory | None, term: str) -> Inventory:
    """An inventory of the labels' senses, the most frequent first; what an inventory at hand says of them is kept."""
    counts = Counter(sense for sense in labels["sense"] if sense != UNCLEAR)
    names = sorted(counts, key=lambda name: (-counts[name], name))
    known = {sense.id: sense for sense in chosen.senses} if chosen is not None else {}
    senses = tuple(known.get(name) or Sense(name, name.replace("_", " "), "As labelled by the user.") for name in names)
    if len(senses) < 2:
        raise BadInput(f"labels: only one sense ({', '.join(names)}); label mentions of at least two senses")
    family = chosen or Inventory(term.lower(), ())
    return replace(family, senses=senses)


def _with_examples(inventory: Inventory, labels: pd.DataFrame, mentions: pd.DataFrame) -> Inventory:
    """Senses without example sentences show the first ones that were labelled so."""
    labelled = mentions.merge(labels[["mention_id", "sense"]], on="mention_id")

    def shown(sense: Sense) -> Sense:
        own = labelled[labelled["sense"] == sense.id].drop_duplicates("sentence").head(EXAMPLES)
        marked = tuple(cut_at_mention(row).marked() for row in own.to_dict("records"))
        return sense if sense.examples else replace(sense, examples=marked)

    return replace(inventory, senses=tuple(map(shown, inventory.senses)))


def _with_other_languages(read: pd.DataFrame, mentions: pd.DataFrame, inventory: Inventory) -> pd.DataFrame:
    """One row per mention again: those that were not read are unclear, without confidence."""
    if len(read) == len(mentions):
        return read
    whole = mentions[["mention_id"]].merge(read, on="mention_id", how="left", validate="1:1")
    absent = whole["sense"].isna()
    whole["sense"] = whole["sense"].where(~absent, UNCLEAR)
    whole["parent"] = whole["parent"].where(~absent, inventory.parent_of(UNCLEAR))
    whole["abstained"] = whole["abstained"].where(~absent, True)
    whole["topic"] = whole["topic"].where(~absent, -1)
    whole[["confidence", "stance_confidence"]] = whole[["confidence", "stance_confidence"]].fillna(0.0)
    if inventory.parents:
        whole["parent_confidence"] = whole["parent_confidence"].fillna(0.0)
    return make_table("senses", whole)


def _report(aligned: Aligned | None, extends: bool) -> dict[str, Any]:
    """What became of the labels, as plain data; empty when there were none."""
    if aligned is None:
        return {}
    lost = aligned.lost[["paper_id", "field", "start", "surface", "sense", "reason"]]
    return {
        "labels": len(aligned.labels) + len(lost),
        "aligned": len(aligned.labels),
        "use": "extend the inventory's own" if extends else "replace the inventory",
        "lost": [{**row, "start": int(row["start"])} for row in lost.to_dict("records")],
    }
