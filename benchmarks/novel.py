"""Leave one sense of "bias" out of inventory and training: do novel topics find it again?

    python benchmarks/novel.py CORPUS... [--seed 0] [--save] [--tune]

CORPUS are the files whose papers data/annotations labels. Heads are trained on three fifths of the labelled papers
without the sense; the labelled mentions of the other papers are read, clustered, and those in novel topics compared
with the labels. The row without a sense says how much is flagged when nothing is missing. How precise it can be
depends on how many mentions have the sense, here between 13 and 950 of 3,893; so ``tenth_precision`` and
``tenth_recall`` are measured again on mentions drawn so that a tenth has the sense, as many as there can be. The
weights of ``topics.unexplained`` were fitted with every second sense left out, from the first of the inventory on
(``tuned``): the means over the other senses are the test. A sense that is never flagged has precision 0 in the means.

Then the papers of other disciplines, read by heads that no such paper trained: with none left out, and without the four
senses that the inventory gained for them.

Last, small collections, each of papers about one to three senses, with nothing left out: in how many of them is a sense
called new that is not?

``--save`` keeps the tables as ``novel.csv``, ``novel_disciplines.csv`` and ``novel_small.csv`` in ``data/models``,
which model card (``make evaluate``) and notebook show. ``--tune`` fits the weights anew and prints them, no more.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.collection import load_papers
from analysis.common.resources import resource
from analysis.common.tables import write_table
from analysis.evaluation.novelty import Gold, fit_weights, head_without, recover_senses
from analysis.inventory.inventory import Inventory, load_inventory
from analysis.mentions.find import find_mentions
from analysis.senses.assign import assign_senses
from analysis.senses.folds import fold_of
from analysis.senses.labelled import Training, is_real, shipped_training
from analysis.senses.labels import align_labels
from analysis.topics.model import model_topics
from analysis.topics.unexplained import SIGNS

TRAINED = 3  # folds of papers, of five
DISCIPLINES = "disciplines.csv"
NEW = ("electrical", "tracer", "tendency", "open")  # what the inventory gained for the disciplines
SIZES, TIMES, SUBJECTS = (21, 40, 80, 160), 10, 3  # papers of small collections, how many of each size, senses in one
SHARES = ["precision", "recall", "tenth_precision", "tenth_recall"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--save", action="store_true")
    parser.add_argument("--tune", action="store_true")
    given = parser.parse_args()
    training, inventory = shipped_training(), load_inventory()
    labels, real = training.labels, is_real(training.labels)
    train, discipline = fold_of(labels["paper_id"]) < TRAINED, (labels["file"] == DISCIPLINES).to_numpy()
    papers = load_papers(*given.corpora, keep_duplicates=True).papers
    gold = gold_of(training, ~train & real, papers)
    if given.tune:
        fitted = fit_weights(gold, part_of(training, train), inventory, seed=given.seed)
        print(*(f"{sign} {weight:.2f}" for sign, weight in zip(SIGNS, fitted.weights, strict=True)))
        print(f"intercept {fitted.intercept:.2f}, unexplained from {fitted.strange:.1f} on")
        return
    table = recover_senses(gold, part_of(training, train), inventory, seed=given.seed)
    print(table.round(2).to_string(index=False))
    means = table[table["sense"] != ""].fillna(dict.fromkeys(SHARES, 0)).groupby("tuned")[SHARES].mean()
    print(means.round(3).to_string())
    alarms = small(gold, part_of(training, train), inventory, seed=given.seed)
    print(alarms.to_string(index=False))
    gold = gold_of(training, discipline & real, papers)
    others = recover_senses(gold, part_of(training, ~discipline), inventory, left_out=[(), NEW], seed=given.seed)
    print(others.round(2).to_string(index=False))
    if given.save:
        write_table(table.round(4), resource("data", "models") / "novel.csv")
        write_table(others.round(4), resource("data", "models") / "novel_disciplines.csv")
        write_table(alarms, resource("data", "models") / "novel_small.csv")


def small(gold: Gold, training: Training, inventory: Inventory, *, seed: int) -> pd.DataFrame:
    """Of small collections, in how many a topic is called new, by papers: the papers are drawn from those whose first
    mention has one of three senses, drawn too."""
    heads, rng = head_without(training, inventory), np.random.default_rng(seed)
    first = pd.Series(gold.senses).groupby(gold.mentions["paper_id"]).first()
    rows = []
    for papers in SIZES:
        alarms = mentions = 0
        for _ in range(TIMES):
            about = rng.choice(inventory.ids, SUBJECTS, replace=False)
            there = first.index[first.isin(about)]
            few = rng.choice(there, min(papers, len(there)), replace=False)
            one = gold.take(np.flatnonzero(gold.mentions["paper_id"].isin(few)))
            read = assign_senses(one.mentions, one.vectors, inventory, heads=heads)
            found = model_topics(one.mentions, one.vectors, read, labelled=training.features, inventory=inventory)
            alarms, mentions = alarms + bool(found.topics["novel"].any()), mentions + len(one.senses)
        rows.append(
            {"papers": papers, "mentions": round(mentions / TIMES), "collections": TIMES, "false alarms": alarms}
        )
    return pd.DataFrame(rows)


def part_of(training: Training, rows: np.ndarray) -> Training:
    """Some of the labelled mentions."""
    return Training(training.labels[rows].reset_index(drop=True), training.features.take(np.flatnonzero(rows)))


def gold_of(training: Training, rows: np.ndarray, papers: pd.DataFrame) -> Gold:
    """Labelled mentions as they stand in their papers."""
    labels = training.labels.assign(row=np.arange(len(rows)))[rows].reset_index(drop=True)
    mentions = find_mentions(papers[papers["paper_id"].isin(labels["paper_id"])])
    labels = align_labels(labels, mentions).labels
    mentions = mentions.set_index("mention_id").loc[labels["mention_id"]].reset_index()
    return Gold(mentions, training.features.vectors[labels["row"]], labels["sense"].to_numpy(dtype=object))


if __name__ == "__main__":
    main()
