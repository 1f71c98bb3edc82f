"""Train the shipped heads from the shipped labels (``make train``), and refit them with a user's own.

The labelled texts are their authors' and do not ship. What ships is what a head reads of them: the mention's vectors
(float16), the cues that fired and the words beside it, so that training and evaluation run again from a clean clone.
``python -m analysis.senses.train --collect CORPUS...`` makes those features anew from the texts; without arguments
the heads are fitted on the features as they are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.errors import BadInput
from analysis.resources import resource
from analysis.senses.assign import Heads, read_features
from analysis.senses.head import Features, Head, fit_head, fit_temperature, save_head
from analysis.senses.inventory import load_inventory
from analysis.senses.labels import align_labels, read_labels
from analysis.tables import make_table, replacing

if TYPE_CHECKING:
    import pandas as pd

LABELS = ("bias_mentions.csv", "other_fields.csv", "more_mentions.csv")
WRITTEN = "written_examples.csv"
FOLDS = 5
CERTAINTY = {"high": 1.0, "medium": 0.8, "low": 0.5, "": 1.0}  # how much a label counts by its reader's own confidence


class Training(NamedTuple):
    """Labelled mentions (one row each, with ``group``: the paper) and what a head reads of them."""

    labels: pd.DataFrame
    features: Features


@cache
def shipped_training() -> Training:
    """The shipped labels with their features. Raises ``BadInput`` when they do not belong together."""
    import pandas as pd
    from safetensors.numpy import load_file

    folder = resource("data", "annotations")
    labels = pd.read_csv(folder / "training.csv", dtype={"paper_id": str}, keep_default_na=False)
    arrays = load_file(folder / "training.safetensors")
    if len(labels) != len(arrays["vectors"]):
        raise BadInput(f"{folder}: training.csv and training.safetensors differ in length; collect them again")
    words = [row.split("|") if row else [] for row in labels.pop("words")]
    features = Features(arrays["vectors"].astype(np.float32), arrays["cues"].astype(np.float32), words)
    return Training(labels, features)


def train_heads(training: Training) -> Heads:
    """Fit the sense head and the stance head; their temperatures come from held-out papers."""
    weights = training.labels["confidence"].map(CERTAINTY).to_numpy()
    return Heads(
        *(
            _calibrated(training.features, training.labels[column].tolist(), weights, training.labels["paper_id"])
            for column in ("sense", "stance")
        )
    )


def _calibrated(features: Features, labels: Sequence[str], weights: np.ndarray, groups: pd.Series) -> Head:
    logits, names = held_out(features, labels, weights, groups)
    real = ~groups.str.contains(":", regex=False).to_numpy()  # sentences written for the project are no sample of use
    temperature = fit_temperature(logits[real], [label for label, r in zip(labels, real, strict=True) if r], names)
    head = fit_head(features, labels, weights=weights)
    facts = {"mentions": len(labels), "papers": int(groups.nunique())}
    return replace(head, temperature=temperature, facts=json.dumps(facts))


def held_out(
    features: Features, labels: Sequence[str], weights: np.ndarray, groups: pd.Series
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Logits for each row from a head that saw no mention of the same paper: shape (n, labels), and the labels."""
    names = tuple(sorted(set(labels)))
    out = np.full((len(labels), len(names)), -20.0, np.float32)
    fold = fold_of(groups)
    known = np.array(labels, dtype=object)
    for k in range(FOLDS):
        train, test = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        head = fit_head(features.take(train), list(known[train]), weights=weights[train])
        columns = [names.index(label) for label in head.labels]
        out[np.ix_(test, columns)] = head.logits(features.take(test))
    return out, names


def fold_of(groups: pd.Series) -> np.ndarray:
    """Fold 0 to FOLDS - 1 of each row, by its paper, the same on every machine."""
    import zlib

    return np.array([zlib.crc32(str(group).encode()) % FOLDS for group in groups])


def collect(corpora: Sequence[Path]) -> None:
    """Make training.csv and training.safetensors from the labels and the texts they point into."""
    import pandas as pd
    from safetensors.numpy import save_file

    from analysis.collection import load_papers
    from analysis.mentions import find_mentions
    from analysis.vectors import embed_mentions

    folder = resource("data", "annotations")
    labels = pd.concat([read_labels(folder / name).assign(file=name) for name in LABELS], ignore_index=True)
    papers = load_papers(*corpora, keep_duplicates=True).papers
    papers = pd.concat([papers[papers["paper_id"].isin(labels["paper_id"])], _written(folder)[0]], ignore_index=True)
    mentions = find_mentions(papers)
    labels = pd.concat([labels, _written(folder)[1]], ignore_index=True)
    aligned = align_labels(labels, mentions)
    if len(aligned.lost):
        raise BadInput(f"{len(aligned.lost)} labels have no mention, such as {aligned.lost.iloc[0].to_dict()}")
    mentions = mentions.set_index("mention_id").loc[aligned.labels["mention_id"]].reset_index()
    features = read_features(mentions, embed_mentions(mentions, papers), load_inventory())
    table = aligned.labels.drop(columns="mention_id").assign(words=["|".join(w) for w in features.words])
    with replacing(folder / "training.csv") as temporary:
        table.to_csv(temporary, index=False, lineterminator="\n")
    with replacing(folder / "training.safetensors") as temporary:
        arrays = {"vectors": features.vectors.astype(np.float16), "cues": features.cues.astype(np.uint8)}
        save_file(arrays, temporary)


def _written(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The sentences written for this project (the inventory's examples, written_examples.csv) as papers and labels."""
    import pandas as pd

    from analysis.senses.cues import unmark

    rows = [
        {"paper_id": f"written:{n}", "title": r.title, "text": r.sentence, "sense": r.sense, "stance": r.stance}
        for n, r in enumerate(pd.read_csv(folder / WRITTEN, keep_default_na=False).itertuples(), 1)
    ]
    rows += [
        {"paper_id": f"example:{s.id}:{n}", "title": "", "text": text, "sense": s.id, "stance": ""}
        for s in load_inventory().senses
        for n, text in enumerate(s.examples, 1)
    ]
    papers, labels = [], []
    for row in rows:
        text, start, end = unmark(row["text"])
        papers.append({"paper_id": row["paper_id"], "title": row["title"], "abstract": text})
        labels.append(
            {**row, "field": "abstract", "start": start, "end": end, "surface": text[start:end], "file": WRITTEN,
             "confidence": "high"}
        )  # fmt: skip
    return make_table("papers", papers), pd.DataFrame(labels).drop(columns=["title", "text"])


def main() -> None:
    """Entry of ``python -m analysis.senses.train``."""
    import argparse

    parser = argparse.ArgumentParser(description="Train the shipped heads.")
    parser.add_argument("--collect", nargs="+", type=Path, metavar="CORPUS", help="make the features from these texts")
    arguments = parser.parse_args()
    if arguments.collect:
        collect(arguments.collect)
    heads = train_heads(shipped_training())
    folder = resource("data", "annotations").parent / "models"
    for name, head in zip(("sense", "stance"), heads, strict=True):
        save_head(head, folder / f"{name}_head.safetensors")


if __name__ == "__main__":
    main()
