"""Leave one sense of "bias" out of inventory and training: do novel topics find it again?

    python benchmarks/novel.py CORPUS... [--seed 0] [--save]

CORPUS are the files whose papers data/annotations labels. Heads are trained on three fifths of the labelled papers
without the sense; the labelled mentions of the other papers are read, clustered, and those in novel topics compared
with the labels. The row without a sense says how much is flagged when nothing is missing. ``--save`` keeps the table
as ``data/models/novel.csv``, which model card (``make evaluate``) and notebook show.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from analysis.collection import load_papers
from analysis.common.resources import resource
from analysis.common.tables import write_table
from analysis.evaluation.novelty import recover_senses
from analysis.inventory.inventory import load_inventory
from analysis.mentions.find import find_mentions
from analysis.senses.folds import fold_of
from analysis.senses.labelled import Training, is_real, shipped_training
from analysis.senses.labels import align_labels

TRAINED = 3  # folds of papers, of five


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--save", action="store_true")
    given = parser.parse_args()
    training = shipped_training()
    fold = fold_of(training.labels["paper_id"])
    train, test = np.flatnonzero(fold < TRAINED), np.flatnonzero((fold >= TRAINED) & is_real(training.labels))
    labels = training.labels.iloc[test].reset_index(drop=True)
    papers = load_papers(*given.corpora, keep_duplicates=True).papers
    papers = papers[papers["paper_id"].isin(labels["paper_id"])]
    mentions = find_mentions(papers)
    aligned = align_labels(labels.assign(row=test), mentions)
    mentions = mentions.set_index("mention_id").loc[aligned.labels["mention_id"]].reset_index()
    vectors = training.features.vectors[aligned.labels["row"]]
    part = Training(training.labels.iloc[train].reset_index(drop=True), training.features.take(train))
    table = recover_senses(mentions, vectors, aligned.labels["sense"].tolist(), part, load_inventory(), seed=given.seed)
    print(table.round(2).to_string(index=False))
    if given.save:
        write_table(table.round(4), resource("data", "models") / "novel.csv")
    print(table[table["sense"] != ""][["precision", "recall"]].fillna(0).mean().round(3).to_string())


if __name__ == "__main__":
    main()
