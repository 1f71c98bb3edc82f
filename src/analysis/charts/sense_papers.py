"""The papers of each sense as a table: what a small collection shows in the place of shares."""

from __future__ import annotations

from html import escape
from numbers import Integral
from typing import TYPE_CHECKING, Any

from analysis.charts.figure import Table, captioned, noted
from analysis.charts.text import sense_chip
from analysis.common.links import card_link
from analysis.common.readable import readable
from analysis.common.wording import count_of, in_sentence, listed
from analysis.findings.quoted import counted
from analysis.findings.stance import told_stances
from analysis.senses.probable import said_of
from analysis.statistics.intervals import ENOUGH

if TYPE_CHECKING:
    import pandas as pd

    from analysis.inventory.palette import Palette


class SensePapers(Table):
    """``findings.shares.papers_by_sense`` with a row per sense and its papers in it; the CSV has the shares, too."""

    def __init__(self, table: pd.DataFrame, readings: pd.DataFrame, palette: Palette, **options: Any) -> None:
        super().__init__(table, **options)
        self.readings = readings
        self.palette = palette

    def to_html(self) -> str:
        """The table as HTML in a figure under a heading; each paper leads to its mentions of the sense."""
        by_papers = self.table[(self.table["unit"] == "papers") & (self.table["count"] > 0)]
        if by_papers.empty:
            return super().to_html()
        last = by_papers["sense"].isin(self.palette.no_sense)
        by_papers = by_papers.assign(last=last).sort_values(
            ["last", "count", "sense"], ascending=[True, False, True], kind="stable"
        )
        rows = "".join(self._row(sense) for sense in by_papers["sense"])
        head = '<thead><tr><th scope="col">sense</th><th scope="col">papers, and what they do</th></tr></thead>'
        return (
            f'<figure id="{escape(self.name)}" class="table">{captioned(self.heading, self.subtitle)}'
            f'<table class="sense-papers">{head}<tbody>{rows}</tbody></table>{noted(self.notes, "table")}</figure>'
        )

    def _row(self, sense: str) -> str:
        own = self.readings[self.readings["sense"] == sense]
        papers = [self._paper(str(paper), own) for paper in own["paper_id"].drop_duplicates()]
        name = sense_chip(sense, self.palette)
        name = name if sense in self.palette.no_sense else f'<a href="{escape(card_link(sense))}">{name}</a>'
        return (
            f'<tr><th scope="row">{name}<br><small>{count_of(len(papers), "paper")}</small></th>'
            f"<td><ul>{''.join(f'<li>{paper}</li>' for paper in papers)}</ul></td></tr>"
        )

    def _paper(self, paper: str, readings: pd.DataFrame) -> str:
        """The title, which leads to the mentions and quotes them, the year, and what authors do there."""
        own = readings[readings["paper_id"] == paper]
        title, year = str(own["title"].iloc[0]) or paper, own["year"].iloc[0]
        fact = counted(readable(title), own, unit="mention", paper=paper, sense=str(own["sense"].iloc[0]))
        read = zip(own["stance"], own["stance_confidence"], strict=True)
        stances = [self.palette.past.get(stance, stance) for stance in told_stances(read, self.palette.telling)]
        told = [str(year)] if isinstance(year, Integral) else []
        told += [listed(stances)] if stances else []
        told += [self._doubt(own)] if own["abstained"].all() else []
        return f"{fact.html} <small>{escape('; '.join(told))}</small>" if told else fact.html

    def _doubt(self, own: pd.DataFrame) -> str:
        """What is said of a paper whose readings are all unsure: the parent, where they are sure of one."""
        said = {said_of(row) for row in own.to_dict("records")}
        sure = {one.label for one in said if not one.unsure}
        return f"unsure, but sure of {in_sentence(self.palette[sure.pop()].name)}" if len(sure) == 1 else "unsure"


def papers_table(table: pd.DataFrame, readings: pd.DataFrame, palette: Palette) -> SensePapers:
    """``findings.shares.papers_by_sense`` with its caption."""
    using = readings["paper_id"].nunique()
    senses = readings.loc[~readings["sense"].isin(palette.no_sense), "sense"].nunique()
    stances = " Behind a paper stands what its authors do, commonest first." if (readings["stance"] != "").any() else ""
    return SensePapers(
        table, readings, palette, name="sense-shares", instead="There is no mention, so there are no papers to list.",
        heading=f"{count_of(using, 'paper')} {'uses' if using == 1 else 'use'} the term in {count_of(senses, 'sense')}",
        subtitle="Papers by the sense that they use, most papers first; a paper stands under each of its senses."
        f"{stances}",
        notes=f"Fewer than {ENOUGH} papers use the term, so no shares are drawn. The table as CSV has them with their "
        "intervals.",
    )  # fmt: skip
