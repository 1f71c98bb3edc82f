"""Quantities that can stand side by side: claimed results of one measure in one unit, of several papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.collection.retracted import split_mark
from analysis.common.tables import check_table
from analysis.common.wording import listed
from analysis.inventory.kind_words import plain

if TYPE_CHECKING:
    import pandas as pd

FEW = 3  # papers that make a comparison
COLUMNS = ["measure", "unit", "papers", "paper_id", "label", "value", "value_to", "of", "versus", "senses", "field",
           "start", "end", "sentence"]  # fmt: skip


def comparable_quantities(quantities: pd.DataFrame, readings: pd.DataFrame, *, least: int = FEW) -> pd.DataFrame:
    """The results whose unit and measure at least ``least`` papers share; nothing else is comparable.

    Of the quantities table the rows of kind ``result`` count that have a value and say what they measure, in papers of
    ``readings``. Two measures are one if they differ in case, hyphens, a final s or British spelling alone; units are
    compared as they stand. Returns one row per result, groups with most papers first, in a group the largest value
    first: measure (its commonest wording), unit, papers (of the group), paper_id, label ("Ames et al. 2024", else the
    title), value, value_to, of, versus, senses (that the paper uses), and where it stands. Raises ``BadInput`` if a
    column is missing.
    """
    import pandas as pd

    check_table(quantities, "quantities")
    senses = readings.groupby("paper_id", sort=False)["sense"].agg(lambda own: list(dict.fromkeys(own)))
    told = quantities[
        (quantities["kind"] == "result")
        & quantities["value"].notna()
        & (quantities["what"].str.strip() != "")
        & quantities["paper_id"].isin(senses.index)
    ]
    if told.empty:
        return pd.DataFrame(columns=COLUMNS)
    told = told.assign(key=told["what"].map(lambda what: plain(what).removesuffix("s")))
    groups = told.groupby(["key", "unit"])
    told = told.assign(
        papers=groups["paper_id"].transform("nunique"),
        measure=groups["what"].transform(lambda what: what.value_counts().sort_index().idxmax()),
    )
    told = told[told["papers"] >= least]
    known = readings.drop_duplicates("paper_id").set_index("paper_id")
    labels = {paper: _label(known.loc[paper]) for paper in told["paper_id"].unique()}
    told = told.assign(label=told["paper_id"].map(labels), senses=told["paper_id"].map(senses))
    told = told.sort_values(
        ["papers", "measure", "unit", "value", "paper_id"], ascending=[False, True, True, False, True]
    )
    return told[COLUMNS].reset_index(drop=True)


def _label(paper: pd.Series) -> str:
    """A paper in a few words: ``Ames and Berg 2024``, without authors its title."""
    _, mark = split_mark(str(paper["title"]))
    families = [str(name).split()[-1] for name in paper.get("authors", ()) if str(name).split()]
    if not families:
        return str(paper["title"])
    named = f"{families[0]} et al." if len(families) > 2 else listed(families)
    year = str(paper["year"])
    return " ".join(filter(None, (named, str(int(float(year))) if year[:1].isdigit() else "", mark)))
