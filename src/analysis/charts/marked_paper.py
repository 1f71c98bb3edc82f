"""A paper's abstract as its reader would mark it up: roles of sentences, names, numbers, and the mentions in colour.

Nothing is said by colour alone: a role stands before its sentences, each kind of name has a line of its own below it,
and a mention is followed by its sense.
"""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.charts.text import Html, framed, not_shown, sense_chip
from analysis.common.links import mention_link, safe_url
from analysis.common.readable import readable_html
from analysis.common.wording import count_of, probability
from analysis.findings.rows import rows_of
from analysis.senses.probable import said_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.inventory.palette import Palette

# How each kind of name is underlined; a number stands in a frame.
LINES = {"method": "solid", "task": "dotted", "material": "double", "metric": "wavy", "other": "dashed"}
_NUMBER = "outline:1px solid currentColor;outline-offset:1px"
_ROLE = "font:600 .75em sans-serif;text-transform:uppercase;letter-spacing:.04em;margin-right:.4em"
# Grey behind a sentence: what the paper found is darkest, what others knew has none.
_SHADES = {"objective": 0.14, "method": 0.07, "result": 0.22}


class Marks(NamedTuple):
    """The tables that say how a paper is marked up; as a study has them."""

    sentences: pd.DataFrame
    entities: pd.DataFrame
    quantities: pd.DataFrame
    readings: pd.DataFrame


class Layer(NamedTuple):
    """A stretch of text that is marked; ``before`` and ``after`` are the HTML around each piece of it, ``tail`` what
    stands behind its end."""

    start: int
    end: int
    before: str
    after: str
    tail: str = ""


def paper_card(paper_id: str, papers: pd.DataFrame, marks: Marks, palette: Palette) -> Html:
    """Title and abstract of a paper with all that was read in them, and a legend; says so for no ``paper_id``."""
    own = [_of_paper(table, paper_id) for table in (*marks, papers)]
    paper, mentions = next(iter(rows_of(own.pop())), None), own[-1]
    if paper is None or mentions.empty:
        return not_shown("paper-card", "No paper mentions the term, so none is shown.")
    title, abstract = (_marked(text, field, Marks(*own), palette) for field, text in _texts(paper))
    labels = [said_of(row).label for row in mentions.to_dict("records")]
    subtitle = (
        f"{count_of(len(mentions), 'mention')} of the term, {count_of(len(own[1]), 'name')} and "
        f"{count_of(len(own[2]), 'number or link', 'numbers and links')}. A word before a sentence says what the "
        "sentence is for."
    )
    chips = " &nbsp; ".join(sense_chip(label, palette) for label in palette.order(labels))
    body = (
        f'<p>{chips}</p>{legend_html()}<p style="font-weight:600">{title}</p><p>{abstract or "It has no abstract."}</p>'
    )
    heading = str(paper.title or paper.paper_id)
    return framed("paper-card", f'<div class="annotated">{body}</div>', heading=heading, subtitle=subtitle)


def legend_html() -> str:
    """How names and numbers are marked."""
    names = [f'<span style="{_underlined(kind)}">{kind}</span>' for kind in LINES]
    return f'<p style="font-size:.85em">{" &nbsp; ".join(names)} &nbsp; <span style="{_NUMBER}">number</span></p>'


def _texts(paper: Any) -> list[tuple[str, str]]:
    return [("title", paper.title), ("abstract", paper.abstract)]


def _of_paper(table: pd.DataFrame, paper_id: str) -> pd.DataFrame:
    return table[table["paper_id"] == paper_id]


def _underlined(kind: str) -> str:
    return f"text-decoration:underline {LINES[kind]} 1px;text-underline-offset:.25em"


def _marked(text: str, field: str, marks: Marks, palette: Palette) -> str:
    """The text as HTML: its sentences one after the other, each with what is marked in it."""
    tables = Marks(*(table[table["field"] == field] for table in marks))
    found = [_entity(row) for row in rows_of(tables.entities)]
    found += [_quantity(row) for row in rows_of(tables.quantities)]
    found += [_mention(row, palette) for row in rows_of(tables.readings)]
    found.sort()
    parts, at, role = [], 0, ""
    for row in rows_of(tables.sentences.sort_values("start")):
        parts.append(_pieces(text, at, row.start, found))
        label = "" if row.role == role else f'<small style="{_ROLE}">{escape(row.role)}</small>'
        shade = f"background:rgb(128 128 128 / {_SHADES.get(row.role, 0)})"
        inside = _pieces(text, row.start, row.end, found)
        parts.append(f'{label}<span class="{escape(row.role)}" style="{shade}">{inside}</span>')
        at, role = row.end, row.role
    return "".join([*parts, _pieces(text, at, len(text), found)])


def _pieces(text: str, start: int, end: int, found: list[Layer]) -> str:
    """A stretch of the text as HTML, cut wherever a layer begins or ends, so that layers may overlap."""
    inside = [layer for layer in found if layer.start < end and layer.end > start]
    cuts = {start, end, *(cut for layer in inside for cut in layer[:2] if start < cut < end)}
    parts = []
    for a, b in pairwise(sorted(cuts)):
        around = [layer for layer in inside if layer.start <= a and b <= layer.end]
        parts += [layer.before for layer in around] + [readable_html(text[a:b])]
        parts += [layer.after for layer in reversed(around)] + [layer.tail for layer in around if layer.end == b]
    return "".join(parts)


def _entity(row: Any) -> Layer:
    note = escape(f"{row.kind}: {row.name}")
    return Layer(row.start, row.end, f'<span title="{note}" style="{_underlined(row.kind)}">', "</span>")


def _quantity(row: Any) -> Layer:
    if row.kind == "link":
        address = safe_url(row.url)
        opening = f'<a href="{escape(address)}">' if address else "<span>"
        return Layer(row.start, row.end, opening, "</a>" if address else "</span>")
    return Layer(row.start, row.end, f'<span title="{escape(row.kind)}" style="{_NUMBER}">', "</span>")


def _mention(row: Any, palette: Palette) -> Layer:
    said = said_of(row._asdict())
    look = palette[said.label]
    note = escape(f"{look.name}, confidence {probability(said.confidence)}")
    line = "dashed" if said.unsure else "solid"
    style = f"background:none;color:inherit;font-weight:600;border-bottom:.2em {line} {escape(look.colour)}"
    opening = f'<mark title="{note}" style="{style}"><a href="{escape(mention_link(row.mention_id))}" '
    tag = f'<sub style="font-size:.75em"> {escape(palette.tag(said.label))}{"?" * said.unsure}</sub>'
    return Layer(row.start, row.end, f'{opening}style="color:inherit">', "</a></mark>", tag)
