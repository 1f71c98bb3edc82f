"""Which mentions are used most like a given one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.common.errors import BadInput
from analysis.mentions.ids import rows_by_id
from analysis.study.explain import meanings

if TYPE_CHECKING:
    import pandas as pd

DIGITS = 6  # of a similarity: mentions alike to this digit keep the order of the readings


def nearest_mentions(readings: pd.DataFrame, vectors: np.ndarray, mention_id: str, n: int = 10) -> pd.DataFrame:
    """The ``n`` mentions nearest to one: the rows of ``readings``, nearest first, with their cosine ``similarity``.

    ``vectors`` has a row for each reading, as ``embed_mentions`` makes them; mention and sentence are compared as in
    ``Study.explain``, the title is left out. Mentions in the very same sentence are left out, too: they are alike
    without telling anything. Equally near ones keep the order of ``readings``. Raises ``BadInput`` for an unknown id
    and for an ``n`` below 1.
    """
    (here,) = rows_by_id(readings, [mention_id])
    if n < 1:
        raise BadInput(f"{n} nearest mentions: ask for at least 1")
    space = meanings(vectors)
    near = (space @ space[here]).astype(np.float64).round(DIGITS)
    other = np.flatnonzero((readings["sentence"] != readings["sentence"].iloc[here]).to_numpy())
    chosen = other[np.argsort(-near[other], kind="stable")[:n]]
    return readings.iloc[chosen].assign(similarity=near[chosen]).reset_index(drop=True)
