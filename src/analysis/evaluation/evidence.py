"""How well roles, entities and quantities are read: the shipped figures as small tables, each with its aim."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.common.resources import resource
from analysis.evaluation.quantities import BUNDLED
from analysis.statistics.bootstrap import Estimate
from analysis.statistics.intervals import wilson

if TYPE_CHECKING:
    import pandas as pd

QUANTITIES = "quantities.json"
# The parts of the labels of quantities, as a reader meets them.
PARTS = {
    BUNDLED: "bundled papers",
    "open": "open abstracts",
    "sealed": "abstracts opened later",
    "sealed2": "abstracts opened after that",
    "unseen": "unseen abstracts",
}
UNSEEN = "unseen"  # the part that no rule of quantities was written on
# What was asked of each figure before it was measured; a calibration error shall be at most that.
AIMS = {
    "roles: micro-F1": 0.80,
    "roles: calibration error": 0.05,
    "entities: micro-F1 of words": 0.62,
    "entities: F1 of spans": 0.55,
}
AIMS_OF_RESULTS = {BUNDLED: 0.90, UNSEEN: 0.85}  # recall and precision, by part


@dataclass(frozen=True)
class Evidence:
    """What was measured of the reading of abstracts, as tables.

    ``figures``: figure, value, low, high, n (what it is over), aim (NaN for none). ``roles`` and ``entities``: one row
    per class with n (labelled so), read (read so), precision, recall and f1 with 95 % intervals. ``reliability``: of
    (roles | entities), n, confidence, accuracy in bins of equal mass. ``quantities``: one row per part of the labels
    and kind with papers, n, found, right, recall and precision with intervals. ``about``: how many abstracts have
    labelled roles, and how many entities.
    """

    figures: pd.DataFrame
    roles: pd.DataFrame
    entities: pd.DataFrame
    reliability: pd.DataFrame
    quantities: pd.DataFrame
    about: Mapping[str, int]

    def value(self, figure: str) -> Estimate:
        """One figure with its interval (NaN for none). Raises ``KeyError`` when it was not measured."""
        row = self.figures[self.figures["figure"] == figure]
        if row.empty:
            raise KeyError(f"{figure} was not measured")
        return Estimate(*(float(row.iloc[0][name]) for name in ("value", "low", "high")))


@cache
def shipped_evidence() -> Evidence:
    """The figures of what ships: abstracts.json, which training writes, and quantities.json."""
    folder = resource("data", "models")
    abstracts, quantities = (json.loads((folder / name).read_text("utf-8")) for name in ("abstracts.json", QUANTITIES))
    return evidence_of(abstracts, quantities)


def evidence_of(abstracts: Mapping[str, Any], quantities: Mapping[str, Any]) -> Evidence:
    """The tables of both JSON files.

    Intervals are Wilson's (1927), as if sentences and spans were drawn one by one. That of F1 comes from what F1 is a
    function of: of all that is labelled or read as a class, the share that is both, j; F1 is 2j / (1 + j).
    """
    import pandas as pd

    roles, entities = (_classes(abstracts[name]["classes"], singular) for name, singular in
                       (("roles", "role"), ("entities", "kind")))  # fmt: skip
    scores = pd.DataFrame(quantities["scores"])
    reliability = pd.concat(
        [pd.DataFrame(abstracts[name]["reliability"]).assign(of=name) for name in ("roles", "entities")],
        ignore_index=True,
    )
    return Evidence(
        figures=_figures(abstracts["roles"], abstracts["entities"], entities, scores),
        roles=roles,
        entities=entities,
        reliability=reliability[["of", "n", "confidence", "accuracy"]],
        quantities=scores,
        about={name: abstracts[name]["abstracts"] for name in ("roles", "entities")},
    )


def _classes(rows: list[dict[str, Any]], singular: str) -> pd.DataFrame:
    """Classes with intervals; the counts of hits are whole numbers again, as figures are rounded in the file."""
    import pandas as pd

    table = pd.DataFrame(rows).rename(columns={"name": singular})
    right = (table["recall"].fillna(0) * table["n"]).round()
    for figure, out_of in (("precision", table["read"]), ("recall", table["n"])):
        table[f"{figure}_low"], table[f"{figure}_high"] = wilson(right.to_numpy(), out_of.to_numpy())
    either = table["n"] + table["read"] - right
    for end, share in zip(("low", "high"), wilson(right.to_numpy(), either.to_numpy()), strict=True):
        table[f"f1_{end}"] = 2 * share / (1 + share)
    return table


def _figures(
    roles: Mapping[str, Any], entities: Mapping[str, Any], kinds: pd.DataFrame, scores: pd.DataFrame
) -> pd.DataFrame:
    import pandas as pd

    rows = [
        ("roles: micro-F1", roles["micro_f1"], *_share(roles["micro_f1"] * roles["n"], roles["n"]), roles["n"]),
        ("roles: micro-F1, own split", roles["own_split"],
         *_share(roles["own_split"] * roles["n"], roles["n"]), roles["n"]),
        ("roles: calibration error", roles["ece"], np.nan, np.nan, roles["n"]),
    ]  # fmt: skip
    right, n, read = float((kinds["recall"].fillna(0) * kinds["n"]).round().sum()), entities["n"], entities["read"]
    low, high = _share(right, n + read - right)
    rows += [
        ("entities: micro-F1 of words", entities["token_f1"], np.nan, np.nan, n),
        ("entities: F1 of spans", entities["span_f1"], 2 * low / (1 + low), 2 * high / (1 + high), n),
        ("entities: precision of spans", right / read, *_share(right, read), read),
        ("entities: calibration error", entities["ece"], np.nan, np.nan, read),
    ]
    aims = dict(AIMS)
    for row in scores[scores["kind"] == "result"].to_dict("records"):
        for figure, of in (("recall", "n"), ("precision", "found")):
            name = f"results, {PARTS.get(row['part'], row['part'])}: {figure}"
            rows.append((name, *(row[f"{figure}{end}"] for end in ("", "_low", "_high")), row[of]))
            if row["part"] in AIMS_OF_RESULTS:
                aims[name] = AIMS_OF_RESULTS[row["part"]]
    table = pd.DataFrame(rows, columns=["figure", "value", "low", "high", "n"])
    return table.assign(aim=table["figure"].map(aims))


def _share(right: float, of: float) -> tuple[float, float]:
    low, high = wilson(np.array([round(right)]), np.array([of]))
    return float(low[0]), float(high[0])


def missed(figures: pd.DataFrame) -> pd.Series:
    """Which of ``Evidence.figures`` miss their aim, as bool; a figure without an aim misses none."""
    error = figures["figure"].str.endswith("calibration error")
    return (figures["value"] > figures["aim"]).where(error, figures["value"] < figures["aim"])


def aims_table(figures: pd.DataFrame) -> pd.DataFrame:
    """``Evidence.figures`` for print: each interval beside its value, aims, and whether they are met."""
    from analysis.evaluation.report import str_of

    values = [
        str_of(Estimate(*span), 3) for span in zip(figures["value"], figures["low"], figures["high"], strict=True)
    ]
    met = np.where(figures["aim"].isna(), "", np.where(missed(figures), "missed", "met"))
    aims = [f"{aim:.2f}" if aim == aim else "" for aim in figures["aim"]]
    return figures[["figure"]].assign(aim=aims, met=met, value=values, n=figures["n"])


def quantities_table(quantities: pd.DataFrame) -> pd.DataFrame:
    """``Evidence.quantities`` for print: parts by name, each interval beside its value."""
    from analysis.evaluation.text import joined_table

    named = quantities.assign(part=[PARTS.get(part, part) for part in quantities["part"]])
    return joined_table(named)[["part", "kind", "recall", "precision", "n", "found", "papers"]]
