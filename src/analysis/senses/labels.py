"""Labelled mentions: the shipped ones and the user's, and which mention of a study each of them is about."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.common.errors import BadInput
from analysis.common.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

NEEDED = ("paper_id", "field", "start", "end", "sense")
OPTIONAL = ("surface", "stance", "confidence", "probabilities")


class Aligned(NamedTuple):
    """Labels that belong to a mention (with its ``mention_id``), and those that could not be aligned (``reason``)."""

    labels: pd.DataFrame
    lost: pd.DataFrame


def read_labels(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read a labels file: CSV with paper_id, field, start, end, sense and, where known, surface, stance, confidence,
    probabilities (as in ``analysis.senses.soft``; "" where the reader was sure).

    Returns one row per label, ``start`` and ``end`` as integers, missing text as "". Raises ``BadInput`` when the file
    or a column is missing, a position is no number, or one mention has two senses.
    """
    import pandas as pd

    path = Path(path)
    frame = read_table(path).rename(columns=str.strip)
    absent = [c for c in NEEDED if c not in frame.columns]
    if absent:
        raise BadInput(f"{path}: lacks the column{'s' * (len(absent) > 1)} {', '.join(absent)}")
    for column in OPTIONAL:
        if column not in frame.columns:
            frame[column] = ""
    for column in ("start", "end"):
        numbers = pd.to_numeric(frame[column], errors="coerce")
        if numbers.isna().any():
            line = int(numbers.isna().to_numpy().argmax()) + 2
            raise BadInput(f"{path}: line {line}: {column} is {frame[column].iloc[line - 2]!r}, not a number")
        frame[column] = numbers.astype("int64")
    text = ["paper_id", "field", "sense", *OPTIONAL]
    frame[text] = frame[text].fillna("").astype(str).apply(lambda column: column.str.strip())
    frame = frame[frame["sense"] != ""]
    if frame.empty:
        raise BadInput(f"{path}: no row has a sense")
    frame = frame.drop_duplicates(["paper_id", "field", "start", "sense"])
    twice = frame.duplicated(["paper_id", "field", "start"], keep=False)
    if twice.any():
        row = frame[twice].iloc[0]
        raise BadInput(f"{path}: {row.paper_id} {row.field} {row.start} has two senses; keep one")
    return frame[["paper_id", "field", "start", "end", "surface", "sense", *OPTIONAL[1:]]].reset_index(drop=True)


def align_labels(labels: pd.DataFrame, mentions: pd.DataFrame) -> Aligned:
    """Find the mention of each label: at its very place, else the nearest one of that surface in that field.

    The nearest is taken because cleaning may have moved the text. Each mention takes at most one label; what finds
    none is returned with the reason.
    """
    import pandas as pd

    places = {(m.paper_id, m.field, m.start): m for m in mentions.itertuples()}
    papers = set(mentions["paper_id"])
    found: dict[Any, str] = {}
    lost: dict[Any, str] = {}
    moved: list[Any] = []
    for row in labels.itertuples():
        there: Any = places.get((row.paper_id, row.field, row.start))
        if there is not None and (not row.surface or there.surface.lower() == str(row.surface).lower()):
            found[row.Index] = there.mention_id
        else:
            moved.append(row)
    taken = set(found.values())
    near_by = mentions[mentions["paper_id"].isin({row.paper_id for row in moved})]
    in_field = dict(list(near_by.groupby(["paper_id", "field"], sort=False)))
    for row in moved:
        near = in_field.get((row.paper_id, row.field))
        if near is None:
            known = row.paper_id in papers
            lost[row.Index] = f"no mention in its {row.field}" if known else "no mention in a paper of that id"
            continue
        near = near[~near["mention_id"].isin(taken)]
        if row.surface:
            near = near[near["surface"].str.lower() == row.surface.lower()]
        if near.empty:
            lost[row.Index] = "no mention of that surface is left in that field"
            continue
        nearest = int((near["start"] - row.start).abs().to_numpy().argmin())
        found[row.Index] = str(near["mention_id"].iloc[nearest])
        taken.add(found[row.Index])
    kept = labels.loc[sorted(found)].assign(mention_id=[found[i] for i in sorted(found)])
    gone = labels.loc[sorted(lost)].assign(reason=pd.Series([lost[i] for i in sorted(lost)], sorted(lost), dtype="str"))
    return Aligned(kept.reset_index(drop=True), gone.reset_index(drop=True))
