"""What each chart of an evaluation found, in one line: its heading. Pure functions over the evaluation's tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from analysis.common.wording import count_of, in_sentence, listed, percent
from analysis.evaluation.report import COMPARED, FIGURES, METHODS
from analysis.statistics.intervals import surely_above

if TYPE_CHECKING:
    import pandas as pd

    from analysis.inventory.palette import Palette
    from analysis.statistics.bootstrap import Estimate

OWN = ("head", "without_scores")  # methods of this project; the others are baselines
FEW = 3  # fields that a heading names


def compared_methods(figures: pd.DataFrame) -> str:
    """On which of the compared figures this project's readings are surely above every baseline."""
    ahead, measured = [], []
    for figure in COMPARED:
        rows = figures[figures["figure"] == figure].set_index("method")
        baselines = rows.loc[[method for method in METHODS if method in rows.index and method not in OWN]]
        if "head" not in rows.index or baselines.empty:
            continue
        measured.append(figure)
        if rows.loc["head", "low"] > baselines["high"].max():
            ahead.append(FIGURES[figure])
    if not measured:
        return "No method is compared with another"
    if not ahead:
        return "This project's readings are not clearly better than simple methods"
    where = "every figure" if len(ahead) == len(measured) else listed(ahead)
    return f"This project's readings are better than every simple method, by {where}"


def single_senses(table: pd.DataFrame, palette: Palette) -> str:
    """Whether the sense with the highest F1 is surely read better than that with the lowest."""
    there = table[table["n"] > 0].sort_values("f1").reset_index(drop=True)
    if len(there) < 2:
        return "There are no two senses to compare"
    above = surely_above(there["f1_low"].to_numpy(), there["f1_high"].to_numpy())
    best, worst = len(there) - 1, 0
    if not above[best, worst]:
        return "No sense is clearly read better than another"
    good, bad = (palette[str(there["sense"].iloc[i])].name for i in (best, worst))
    return f"{good} is read clearly better than {in_sentence(bad)}"


def confusion(pairs: list[tuple[int, str, str]], palette: Palette) -> str:
    """What is mistaken most; ``pairs`` are (mentions, label, reading) with the two unlike."""
    wrong = sorted(((n, label, read) for n, label, read in pairs if n), key=lambda pair: (-pair[0], pair[1:]))
    if not wrong:
        return "No reading differs from its label"
    if len(wrong) > 1 and wrong[0][0] == wrong[1][0]:
        return "No two senses are confused more often than any others"
    label, read = (in_sentence(palette[sense].name) for sense in wrong[0][1:])
    return f"The commonest error takes {label} for {read}"


def fields_left_out(parts: pd.DataFrame) -> str:
    """In which fields the readings are surely worse once the head knows nothing of the field."""
    known = parts[parts["left_out"] != "field"].set_index("part")
    apart = parts[(parts["left_out"] == "field") & parts["part"].isin(known.index)]
    if apart.empty:
        return "No field was left out of training"
    worse = [
        part
        for part, high in zip(apart["part"], apart["macro_f1_high"], strict=True)
        if high < known.loc[part, "macro_f1_low"]
    ]
    if not worse and len(apart) > FEW:
        return f"In none of {len(apart)} fields that it does not know is the head clearly worse"
    if not worse:
        return f"In {listed(list(apart['part']))}, unknown to it, the head is not clearly worse"
    return f"In a field that it does not know, the head is worse: {listed(worse)}"


def stability(again: Mapping[str, tuple[int, int]]) -> str:
    """How many were found again in most runs, of how many, by method."""
    said = [f"{found:,} of {of:,} by {in_sentence(method).partition(',')[0]}" for method, (found, of) in again.items()]
    return f"Found again in most runs: {listed(said)}"


def surest_errors(table: pd.DataFrame) -> str:
    """How sure the program was of the errors that are shown."""
    if table.empty:
        return "No reading differs from its label"
    least = np.floor(100 * table["confidence"].min()) / 100
    return f"The program was sure of its worst errors: confidence is {least:.2f} or more"


def senses_left_out(table: pd.DataFrame) -> str:
    """How many left-out senses make up most of a topic that was flagged as novel."""
    tried = table[table["recall"].notna()]  # the row in which none is left out has no recall
    found = int((tried["best_topic"] > 0.5).sum())
    return f"{found:,} of {count_of(len(tried), 'left-out sense')} would be noticed as a topic of their own"


def reliability(gap: Estimate) -> str:
    """Whether confidence is on average as high as accuracy; ``gap`` is the one less the other."""
    if not (gap.low > 0 or gap.high < 0):
        return "On average, readings are right as often as their confidence says"
    points = f"{percent(abs(gap.value)).rstrip('%')} percentage points"
    return f"Readings are right {'less' if gap.value > 0 else 'more'} often than their confidence says, by {points}"


def coverage(at: Estimate, every: pd.Series) -> str:
    """Whether the surest 70 % are right more often than all; ``every`` has the accuracy on all and its interval."""
    if at.low > every["high"]:
        return "The surest readings are right more often"
    return "The surest readings are not clearly right more often"
