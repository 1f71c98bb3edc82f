"""The labelled mentions and what a head reads of them: what ships, and what new labels add to it.

The labelled texts are their authors' and do not ship. What ships is what a head reads of them: the mention's vectors
(int8, a scale for each row), what encoders that never saw its paper or its discipline say of it in context, the cues
that fired and the words beside it, so that training and evaluation run again from a clean clone.
``analysis.training.tune`` makes all of it from the texts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.common.errors import BadInput
from analysis.common.resources import resource
from analysis.inventory.inventory import CUE_KINDS, Inventory, load_inventory
from analysis.senses.cues import cue_matrix, cues_in_words
from analysis.senses.head import Features

if TYPE_CHECKING:
    import pandas as pd

CERTAINTY = {"high": 1.0, "medium": 0.8, "low": 0.5, "": 1.0}  # how much a label counts by its reader's own confidence
TABLE, ARRAYS = "training.csv", "training.safetensors"


class Training(NamedTuple):
    """Labelled mentions, one row each, and what a head reads of them.

    The scores in ``features`` are those of encoders which saw no mention of the same paper; of a mention whose field of
    research is in ``LEFT_OUT`` they saw none of that group of fields.
    """

    labels: pd.DataFrame
    features: Features

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
        names = json.loads(file.metadata()["columns"])
        vectors, scale, cues, scores = (
            file.get_tensor(name).astype(np.float32) for name in ("vectors", "scale", "cues", "scores")
        )
    vectors *= scale[:, None]
    if len(labels) != len(vectors):
        raise BadInput(f"{folder}: {TABLE} and {ARRAYS} differ in length; make them again (tune)")
    words = [row.split("|") if row else [] for row in labels.pop("words")]
    cues = _cues_of(inventory, cues, names["cues"], words)
    return Training(labels, Features(vectors, cues, words, pd.DataFrame(scores, columns=names["scores"])))


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


def is_real(labels: pd.DataFrame) -> np.ndarray:
    """Which rows are mentions found in papers; the sentences written for the project are no sample of use."""
    return ~labels["paper_id"].str.contains(":", regex=False).to_numpy()


def certainty(labels: pd.DataFrame) -> np.ndarray:
    """How much each label counts in training, by what its reader said of it; a label that gives probabilities says it
    there."""
    sure = labels["confidence"].map(CERTAINTY).to_numpy(dtype=float)
    return np.where(labels["probabilities"] != "", 1.0, sure) if "probabilities" in labels else sure
