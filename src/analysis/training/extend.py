"""New labels beside the shipped ones, and what ships of them for training."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.common.tables import replacing
from analysis.inventory.inventory import Inventory
from analysis.senses.assign import read_features
from analysis.senses.head import Features
from analysis.senses.labelled import ARRAYS, TABLE, Training
from analysis.training.collect import LabelledTexts, collect

if TYPE_CHECKING:
    import pandas as pd

INT8 = 127


def save_training(training: Training, inventory: Inventory, folder: Path) -> None:
    """Write training.csv and training.safetensors, which names its columns."""
    from safetensors.numpy import save_file

    features = training.features
    assert features.scores is not None
    table = training.labels.assign(words=["|".join(words) for words in features.words])
    with replacing(folder / TABLE) as temporary:
        table.to_csv(temporary, index=False, lineterminator="\n")
    # Eight bits are a quarter of a float's size, and turn a vector by less than a degree.
    scale = (np.abs(features.vectors).max(axis=1, initial=0) / INT8).astype(np.float16)
    vectors = features.vectors / np.where(scale, scale, 1).astype(np.float32)[:, None]
    arrays: dict[str, np.ndarray] = {
        "vectors": vectors.round().astype(np.int8),
        "scale": scale,
        "cues": features.cues.astype(np.uint8),
        "scores": features.scores.to_numpy(dtype=np.float16),
    }
    # safetensors writes memory as it lies there, whatever the order of its axes, and shuffles entries of metadata.
    arrays = {name: np.ascontiguousarray(values) for name, values in arrays.items()}
    names = json.dumps({"cues": inventory.ids, "scores": features.scored})
    with replacing(folder / ARRAYS) as temporary:
        save_file(arrays, temporary, metadata={"columns": names})


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
    from analysis.vectors.context import read_in_context

    features = training.features.join(features_of(texts, inventory, read_in_context(texts.mentions, texts.papers)))
    labels = pd.concat([training.labels, texts.labels], ignore_index=True)
    return Training(labels, features)


def features_of(texts: LabelledTexts, inventory: Inventory, scores: pd.DataFrame) -> Features:
    """What a head reads of labelled texts, for which an encoder gave ``scores``."""
    from analysis.vectors.embed import embed_mentions

    return read_features(texts.mentions, embed_mentions(texts.mentions, texts.papers), inventory, scores)
