"""Token sequences as an encoder takes them: marked, batched by length, padded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

CLS, SEP = 101, 102  # BERT's marks around a text, which bear no character and so are added after cutting
BATCH_TOKENS = 4096


def batches(lengths: Sequence[int], tokens: int = BATCH_TOKENS) -> list[list[int]]:
    """Which sequences go together: the longest first, as many as fit in so many tokens when padded."""
    made: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        if made and (len(made[-1]) + 1) * lengths[made[-1][0]] <= tokens:
            made[-1].append(i)
        else:
            made.append([i])
    return made


def padded(rows: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Token ids and attention mask of a batch: int64 of shape (rows, longest)."""
    ids = np.zeros((len(rows), max(map(len, rows))), np.int64)
    mask = np.zeros_like(ids)
    for i, row in enumerate(rows):
        ids[i, : len(row)], mask[i, : len(row)] = row, 1
    return ids, mask
