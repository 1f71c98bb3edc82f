"""The labelled mentions and what a head reads of them: what ships, and what new labels add to it.

The labelled texts are their authors' and do not ship. What ships is what a head reads of them: the mention's vectors
(float16), what encoders that never saw its paper say of it in context, the cues that fired and the words beside it, so
that training and evaluation run again from a clean clone. ``analysis.senses.tune`` makes all of it from the texts.
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
from analysis.senses.assign import read_features
from analysis.senses.collect import LabelledTexts, collect
from analysis.senses.cues import cue_matrix, cues_in_words
from analysis.senses.head import Features
from analysis.senses.inventory import CUE_KINDS, Inventory, load_inventory
from analysis.tables import replacing

if TYPE_CHECKING:
    import pandas as pd

CERTAINTY = {"high": 1.0, "medium": 0.8, "low": 0.5, "": 1.0}  # how much a label counts by its reader's own confidence
TABLE, ARRAYS = "training.csv", "training.safetensors"


class Training(NamedTuple):
    """Labelled mentions, one row each, and what a head reads of them.

    The scores in ``features`` are those of encoders which saw no mention of the same paper, ``left_out`` those of
    encoders which saw none of its whole field of research.
    """

    labels: pd.DataFrame
    features: Features
    left_out: pd.DataFrame | None = None

    def with_field_left_out(self) -> Features:
        """The features with the scores of encoders that saw none of each mention's field of research."""
        assert self.left_out is not None  # the shipped labels have it
        return replace(self.features, scores=self.left_out)

    def without_scores(self) -> Training:
        """The same, for heads that read no scores."""
        return Training(self.labels, self.features.without_scores())


@cache
def shipped_training() -> Training:
    """The shipped labels with their features. Raises ``BadInput`` when they do not belong together."""
    return read_training(resource("data", "annotations"), load_inventory())


def read_training(folder: Path, inventory: Inventory) -> Training:
    """What ``save_training`` wrote, its cues in the columns of ``inventory``.

    The cues of a sense that the file does not know are found in the words near each mention, which are all that is
    kept of its text: those of the kind "context" are not.
    """
    import pandas as pd
    from safetensors import safe_open

    labels = pd.read_csv(folder / TABLE, dtype={"paper_id": str}, keep_default_na=False)
    with safe_open(str(folder / ARRAYS), framework="numpy") as file:
        names = {name: json.loads(value) for name, value in (file.metadata() or {}).items()}
        vectors, cues, scores, left_out = (
            file.get_tensor(name).astype(np.float32) for name in ("vectors", "cues", "scores", "left_out")
        )
    if len(labels) != len(vectors):
        raise BadInput(f"{folder}: {TABLE} and {ARRAYS} differ in length; make them again (tune)")
    words = [row.split("|") if row else [] for row in labels.pop("words")]
    by_name = (pd.DataFrame(values, columns=names["scores"]) for values in (scores, left_out))
    cues = _cues_of(inventory, cues, names["cues"], words)
    said, said_without = by_name
    return Training(labels, Features(vectors, cues, words, said), said_without)


def _cues_of(
    inventory: Inventory, cues: np.ndarray, senses: Sequence[str], words: Sequence[Sequence[str]]
) -> np.ndarray:
    """Cues whose columns run over ``senses``, in the columns of ``inventory`` (see ``cue_matrix``)."""
    if list(senses) == list(inventory.ids):
        return cues
    kept = cues.reshape(len(cues), len(CUE_KINDS), len(senses))
    made = cue_matrix(cues_in_words(words, inventory), inventory.ids).reshape(len(cues), len(CUE_KINDS), -1)
    for column, sense in enumerate(inventory.ids):
        if sense in senses:
            made[:, :, column] = kept[:, :, senses.index(sense)]
    return made.reshape(len(cues), -1)


def save_training(training: Training, inventory: Inventory, folder: Path) -> None:
    """Write training.csv and training.safetensors, which names its columns."""
    from safetensors.numpy import save_file

    features, left_out = training.features, training.left_out
    assert features.scores is not None and left_out is not None
    table = training.labels.assign(words=["|".join(words) for words in features.words])
    with replacing(folder / TABLE) as temporary:
        table.to_csv(temporary, index=False, lineterminator="\n")
    arrays: dict[str, np.ndarray] = {
        "vectors": features.vectors.astype(np.float16),
        "cues": features.cues.astype(np.uint8),
        "scores": features.scores.to_numpy(dtype=np.float16),
        "left_out": left_out.to_numpy(dtype=np.float16),
    }
    names = {"cues": json.dumps(inventory.ids), "scores": json.dumps(features.scored)}
    with replacing(folder / ARRAYS) as temporary:
        save_file(arrays, temporary, metadata=names)


def with_new_labels(
    training: Training, inventory: Inventory, corpora: Sequence[Path] = (), *, folder: Path | None = None
) -> Training:
    """Add the labels of ``folder`` (default: data/annotations) and the inventory's examples that are not there yet.

    ``corpora`` hold the texts of the labelled papers; sentences written for the project have theirs with them. The
    shipped encoder has seen none of the new papers, so its scores are used as they are. Raises ``BadInput`` for a
    label whose text is not in ``corpora``.
    """
    import pandas as pd

    texts = collect(corpora, inventory, folder=folder, known=training.labels)
    if not len(texts.labels):
        return training
    from analysis.context import read_in_context

    features = training.features.join(features_of(texts, inventory, read_in_context(texts.mentions, texts.papers)))
    labels = pd.concat([training.labels, texts.labels], ignore_index=True)
    left_out = None
    if training.left_out is not None:  # no encoder was trained without their field: zeros say nothing
        left_out = training.left_out.reindex(range(len(labels)), fill_value=0.0)
    return Training(labels, features, left_out)


def features_of(texts: LabelledTexts, inventory: Inventory, scores: pd.DataFrame) -> Features:
    """What a head reads of labelled texts, for which an encoder gave ``scores``."""
    from analysis.vectors import embed_mentions

    return read_features(texts.mentions, embed_mentions(texts.mentions, texts.papers), inventory, scores)


def is_real(labels: pd.DataFrame) -> np.ndarray:
    """Which rows are mentions found in papers; the sentences written for the project are no sample of use."""
    return ~labels["paper_id"].str.contains(":", regex=False).to_numpy()


def certainty(labels: pd.DataFrame) -> np.ndarray:
    """How much each label counts in training, by what its reader said of it."""
    return labels["confidence"].map(CERTAINTY).to_numpy(dtype=float)
