"""A count with its mentions: where it leads, and which of their sentences are quoted beside it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from analysis.common.links import CONCORDANCE, selection_link
from analysis.common.prose import Fact, Passage
from analysis.common.wording import count_of
from analysis.findings.mixing import mixed_papers
from analysis.inventory.inventory import NO_SENSE
from analysis.inventory.marks import cut_at_mention

if TYPE_CHECKING:
    import pandas as pd

QUOTED = 3  # sentences beside a number


def counted(
    text: str,
    readings: pd.DataFrame,
    *,
    unit: str = "paper",
    sense: str | None = None,
    stance: Sequence[str] | None = None,
    paper: str | Sequence[str] | None = None,
    mixed: bool = False,
    page: str = CONCORDANCE,
    no_sense: Collection[str] = NO_SENSE,
) -> Fact:
    """``text``, a count of papers or mentions (``unit``), as a fact that leads to these mentions and quotes them.

    What selects the mentions is as in ``selection_link``. Quoted are those of abstracts that were read with most
    confidence, each of another paper as long as there are any; of papers that mix senses one for each sense, the surest
    papers first. Labels in ``no_sense`` are no senses.
    """
    found = readings
    if sense is not None:
        found = found[found["sense"] == sense]
    if stance is not None:
        found = found[found["stance"].isin(list(stance))]
    if paper is not None:
        found = found[found["paper_id"].isin([paper] if isinstance(paper, str) else list(paper))]
    if mixed:
        quoted = found = _of_mixed(found, no_sense)
    else:
        quoted = found.assign(title_=found["field"] == "title")  # a title stands beside its quote anyway
        order = ["title_", "abstained", "confidence", "mention_id"]
        quoted = quoted.sort_values(order, ascending=[True, True, False, True])
        of_other_papers = ~quoted["paper_id"].duplicated()
        quoted = quoted[of_other_papers] if unit == "paper" else _first(quoted, of_other_papers)
    quoted = quoted.head(QUOTED)
    passages = tuple(Passage(*cut_at_mention(row), _source(row)) for row in quoted.to_dict("records"))
    rest = len(found) - len(quoted)
    if unit == "paper":
        rest = found["paper_id"].nunique() - quoted["paper_id"].nunique()
    link = selection_link(sense=sense, stance=stance, paper=paper, mixed=mixed, page=page)
    more = count_of(rest, f"more {unit}") if rest else ""
    return Fact(text, link, passages, more)


def _first(readings: pd.DataFrame, wanted: pd.Series) -> pd.DataFrame:
    """The rows with those that are ``wanted`` before the others."""
    import pandas as pd

    return pd.concat([readings[wanted], readings[~wanted]])


def _of_mixed(readings: pd.DataFrame, no_sense: Collection[str]) -> pd.DataFrame:
    """One mention for each sense of each paper that mixes senses, surest papers and mentions first."""
    rank = {paper: i for i, paper in enumerate(mixed_papers(readings, no_sense=no_sense)["paper_id"])}
    clear = readings[readings["paper_id"].isin(rank) & ~readings["sense"].isin(no_sense)]
    clear = clear.assign(rank=clear["paper_id"].map(rank))
    clear = clear.sort_values(["rank", "abstained", "confidence", "mention_id"], ascending=[True, True, False, True])
    return clear.drop_duplicates(["paper_id", "sense"])


def _source(row: dict[object, object]) -> str:
    """The paper's title, else its id."""
    return str(row["title"] or row["paper_id"])
