"""The largest changes that papers claim: by a factor, or by orders of magnitude."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.findings.rows import rows_of

FACTORS = ("times", "fold")
ORDERS = "orders of magnitude"


def largest_changes(quantities: pd.DataFrame, sentences: pd.DataFrame, readings: pd.DataFrame) -> pd.DataFrame:
    """One row per paper that claims a change by a factor: mention_id, paper_id, title, sentence, factor; largest first.

    Counts only result quantities in sentences that are read as results. A factor below 1 counts as its inverse, so
    that halving equals doubling. Percentages are no factor, since their base is unknown, nor are ranges: "from 2 % to
    10 %" may be a change or the span of several results. ``mention_id`` is the paper's surest mention that is not
    marked unsure; papers without one are left out.
    """
    results = sentences[sentences["role"] == "result"]
    holds: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for row in rows_of(results):
        holds.setdefault((row.paper_id, row.field), []).append((row.start, row.end))
    sure = readings[~readings["abstained"]].sort_values(["confidence", "mention_id"], ascending=[False, True])
    first = {row.paper_id: row for row in rows_of(sure.drop_duplicates("paper_id"))}
    made: list[dict[str, Any]] = []
    for row in rows_of(quantities[quantities["kind"] == "result"]):
        spans = holds.get((row.paper_id, row.field), [])
        factor = factor_of(row.value, row.unit)
        if factor > 1 and row.paper_id in first and any(a <= row.start and row.end <= b for a, b in spans):
            mention = first[row.paper_id]
            made.append(
                {"mention_id": mention.mention_id, "paper_id": row.paper_id, "title": mention.title,
                 "sentence": row.sentence, "factor": factor}
            )  # fmt: skip
    table = pd.DataFrame(made, columns=["mention_id", "paper_id", "title", "sentence", "factor"])
    table = table.sort_values(["factor", "paper_id"], ascending=[False, True], kind="stable")
    return table.drop_duplicates("paper_id").reset_index(drop=True)


def factor_of(value: float, unit: str) -> float:
    """The factor by which something changed; 1.0 where the quantity is no change."""
    if unit == ORDERS:
        return float(10 ** min(abs(value), 300))
    return max(value, 1 / value) if unit in FACTORS and value > 0 else 1.0
