"""The evidence table as a reader of a review meets it: one block per sense, one row per paper."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from analysis.charts.text import Html, framed, not_shown, sense_chip
from analysis.common.links import evidence_link, safe_url
from analysis.common.readable import readable_html
from analysis.common.wording import count_of, in_sentence, probability
from analysis.findings.evidence_table import EMPTY
from analysis.findings.rows import rows_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.inventory.palette import Palette

ROWS = 25  # per sense; the page of all evidence has every row
_HEAD = ("Paper", "Which bias", "What is done", "With what, on what", "What came of it")
_BRIEF = ("Paper", "Which bias", "What is done", "What came of it")


def evidence_table(table: pd.DataFrame, palette: Palette, *, rows: int = ROWS, brief: bool = False) -> Html:
    """``findings.evidence`` as HTML; each cell leads to the words that it was taken from.

    At most ``rows`` rows of a sense are shown. What the paper has no words for says so. ``brief`` leaves out the
    problem and what was used.
    """
    if table.empty:
        return not_shown("evidence", "No mention has a sense, so there is no evidence to show.")
    blocks, head = [], _BRIEF if brief else _HEAD
    for sense in palette.order(table["sense"]):
        own = table[table["sense"] == sense]
        group = f"{sense_chip(sense, palette)}, {_shown(len(own), rows)}"
        blocks.append(
            f'<tbody><tr><th scope="rowgroup" colspan="{len(head)}" style="text-align:left">{group}</th></tr>'
            f"{''.join(_row(row, palette, head) for row in rows_of(own.head(rows)))}</tbody>"
        )
    columns = "".join(f'<th scope="col">{name}</th>' for name in head)
    body = f'<table class="evidence stacked"><thead><tr>{columns}</tr></thead>{"".join(blocks)}</table>'
    subtitle = (
        "Each cell is in the paper's own words and leads to the sentence it was taken from. Papers whose sense is "
        "surest come first within a sense."
    )
    if table["corrected"].map(bool).any():
        subtitle += " A star marks a person's own words, which stand nowhere in the paper."
    return framed("evidence", body, heading=_heading(table), subtitle=subtitle, what="table")


def _heading(table: pd.DataFrame) -> str:
    """The finding in one line: how many papers name their own work, and how many claim a number."""
    papers = table.drop_duplicates("paper_id")
    own, numbers = int((papers["own"] != "").sum()), int(papers["quantities"].map(bool).sum())
    of = count_of(len(papers), "paper")
    return f"Own work has a name in {own:,} of {of}, and a result stands in numbers in {numbers:,}"


def doubt_of(unsure: bool, parent: str, palette: Palette) -> str:
    """What is said of a row whose sense is unsure: that, and the parent that is sure, if there is one."""
    return "" if not unsure else f"unsure, but sure of {in_sentence(palette[parent].name)}" if parent else "unsure"


def _shown(count: int, rows: int) -> str:
    return f"the first {rows:,} of {count_of(count, 'paper')}" if count > rows else count_of(count, "paper")


def _row(row: Any, palette: Palette, head: Sequence[str]) -> str:
    def spans(column: str) -> str:
        value = getattr(row, column)
        texts = [value] if isinstance(value, str) else value
        return _cell(row.paper_id, [text for text in texts if text], getattr(row, f"{column}_at")) or _empty(column)

    def part(label: str, column: str) -> str:
        return f"<p><b>{label}</b> {spans(column)}</p>"

    name = f'<a href="{escape(evidence_link(row.paper_id))}">{readable_html(row.citation)}</a>'
    sure = f"{doubt_of(row.unsure, row.parent, palette)}, " if row.unsure else ""
    stance = escape(palette.past.get(row.stance, row.stance)) or _empty("stance")
    links = _links(row.links, row.urls) or _empty("links")
    cells = {
        "Paper": f"{name}<br><small>{sure}confidence {probability(row.confidence)}</small>",
        "Which bias": f"{spans('kinds')}{part('in', 'has_it')}",
        "What is done": f"{stance}{part('own work', 'own')}{'' if head is _BRIEF else part('problem', 'problem')}",
        "With what, on what": "".join(part(column, column) for column in ("methods", "materials", "metrics")),
        "What came of it": f"{spans('result')}{part('numbers', 'quantities')}<p><b>links</b> {links}</p>",
    }
    shown = "".join(f'<td data-label="{label}">{cells[label]}</td>' for label in head)
    return f"<tr>{shown}</tr>"


def _empty(column: str) -> str:
    return f'<span class="quiet">{EMPTY[column]}</span>'


def _cell(paper_id: str, texts: Sequence[str], places: Sequence[str]) -> str:
    """Spans of the paper, each a link to its place; the reader's own words have none and are marked as such."""
    parts = []
    for i, text in enumerate(texts):
        place = places[i] if i < len(places) else ""
        shown = readable_html(text)
        parts.append(
            f'<a class="span" href="{escape(evidence_link(paper_id, place))}">{shown}</a>' if place else f"{shown} *"
        )
    return "; ".join(parts)


def _links(links: Sequence[str], urls: Sequence[str]) -> str:
    shown = [
        f'<a href="{escape(safe_url(url))}">{escape(link)}</a>' if safe_url(url) else escape(link)
        for link, url in zip_longest(links, urls[: len(links)], fillvalue="")
    ]
    return "; ".join(shown)
