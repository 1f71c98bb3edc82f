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
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from analysis.errors import BadInput
from analysis.resources import resource
from analysis.senses.assign import Heads, read_features
from analysis.senses.discourse import agree_within_papers
from analysis.senses.head import Features, Head, fit_head, fit_temperature, save_head, softmax
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
    sense, stance = (_calibrated(training, column) for column in ("sense", "stance"))
    return Heads(sense, stance)


def out_of_fold(training: Training, column: str = "sense") -> tuple[np.ndarray, tuple[str, ...]]:
    """Calibrated probabilities of every labelled mention from heads that saw no mention of its paper.

    ``column`` is "sense" or "stance". Everything that ``assign_senses`` does is done here: the other labelled
    mentions of the paper inform each other (by their probabilities, never by their labels), and the temperature is
    the head's. Returns (n, labels) and the labels.
    """
    logits, names = _held_out_evidence(training, column)
    return softmax(logits / _temperature(training, column, logits, names)), names


def _calibrated(training: Training, column: str) -> Head:
    logits, names = _held_out_evidence(training, column)
    labels, known = training.labels, (training.labels[column] != "").to_numpy()
    rows = np.flatnonzero(known)
    head = fit_head(training.features.take(rows), labels[column].iloc[rows].tolist(), weights=certainty(labels)[rows])
    facts = {"mentions": int(is_real(labels)[rows].sum()), "papers": int(labels["paper_id"].iloc[rows].nunique())}
    return replace(head, temperature=_temperature(training, column, logits, names), facts=json.dumps(facts))


def _held_out_evidence(training: Training, column: str) -> tuple[np.ndarray, tuple[str, ...]]:
    labels = training.labels
    logits, names = held_out(training.features, labels[column].tolist(), certainty(labels), labels["paper_id"])
    if column == "sense":
        shares = [float((labels[column] == name).mean()) for name in names]
        logits = agree_within_papers(logits, labels["paper_id"].tolist(), shares)
    return logits, names


def _temperature(training: Training, column: str, logits: np.ndarray, names: tuple[str, ...]) -> float:
    rows = np.flatnonzero(is_real(training.labels))
    return fit_temperature(logits[rows], training.labels[column].iloc[rows].tolist(), names)


def is_real(labels: pd.DataFrame) -> np.ndarray:
    """Which rows are mentions found in papers; the sentences written for the project are no sample of use."""
    return ~labels["paper_id"].str.contains(":", regex=False).to_numpy()


def certainty(labels: pd.DataFrame) -> np.ndarray:
    """How much each label counts in training, by what its reader said of it."""
    return labels["confidence"].map(CERTAINTY).to_numpy(dtype=float)


def held_out(
    features: Features, labels: Sequence[str], weights: np.ndarray, groups: pd.Series
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Logits for each row from a head that saw no mention of the same paper: shape (n, labels), and the labels.

    A row with the label "" is not trained on.
    """
    names = tuple(sorted({label for label in labels if label}))
    out = np.full((len(labels), len(names)), -20.0, np.float32)
    fold = fold_of(groups)
    known = np.array(labels, dtype=object)
    for k in range(FOLDS):
        train, test = np.flatnonzero((fold != k) & (known != "")), np.flatnonzero(fold == k)
        head = fit_head(features.take(train), list(known[train]), weights=weights[train])
        columns = [names.index(label) for label in head.labels]
        out[np.ix_(test, np.array(columns))] = head.logits(features.take(test))
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
        arrays: dict[str, Any] = {
            "vectors": features.vectors.astype(np.float16),
            "cues": features.cues.astype(np.uint8),
        }
        save_file(arrays, temporary)


def _written(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The sentences written for this project (the inventory's examples, written_examples.csv) as papers and labels."""
    import pandas as pd

    from analysis.senses.cues import unmark

    rows: list[dict[str, Any]] = [
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
        assert head is not None  # the shipped labels have both
        save_head(head, folder / f"{name}_head.safetensors")


if __name__ == "__main__":
    main()
