"""Text that is its own chart, as HTML: concordance lines, an annotated abstract, sense cards. Everything is escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from analysis.charts.figure import captioned, noted
from analysis.common.display import as_it_is
from analysis.common.links import mention_link
from analysis.common.readable import readable_html
from analysis.common.wording import count_of, in_sentence, listed, probability
from analysis.findings.mixing import in_reading_order
from analysis.inventory.palette import Palette
from analysis.senses.probable import said_of

if TYPE_CHECKING:
    import pandas as pd

LINES = 60  # of a concordance; the report's concordance page has them all
_EDGE = "box-shadow:0 1px currentColor"  # pale senses on a light page, dark ones on a dark page


class Html:
    """HTML that shows itself in a notebook; ``text`` is what a terminal shows."""

    display: Callable[[str], str] = staticmethod(as_it_is)  # what a notebook does with the HTML before it shows it

    def __init__(self, html: str, text: str = "") -> None:
        self.html = html
        self.text = text

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.display(self.html), "text/plain": self.text}

    def __repr__(self) -> str:
        return self.text


def framed(
    name: str, body: str, *, heading: str, subtitle: str, notes: str = "", what: Literal["figure", "table"] = "figure"
) -> Html:
    """``body`` in a figure under its heading, as charts and tables have it; it is numbered as ``what``."""
    return Html(
        f'<figure id="{escape(name)}" class="{what}">{captioned(heading, subtitle)}{body}{noted(notes, what)}</figure>',
        f"{heading}\n{subtitle}",
    )


def not_shown(name: str, why: str) -> Html:
    """What stands in the place of ``name`` when there is nothing to show, and why."""
    return Html(f'<p class="not-shown" id="{escape(name)}">{escape(why)}</p>', why)


def sense_chip(sense: str, palette: Palette) -> str:
    """A sense's name behind a dot in its colour: colour never stands alone."""
    look = palette[sense]
    dot = (
        "display:inline-block;flex:none;width:.7em;height:.7em;border-radius:50%;border:1px solid currentColor;"
        f"margin-right:.3em;background:{look.colour}"
    )
    return f'<span class="sense"><span aria-hidden="true" style="{escape(dot)}"></span>{escape(look.name)}</span>'


def marked(
    text: str, spans: Iterable[tuple[int, int, str, str, str, bool]], palette: Palette, *, name: bool = True
) -> str:
    """``text`` as HTML, LaTeX made readable, with its mentions underlined in their sense's colour.

    ``spans`` are (start, end, sense, note, address, unsure), not overlapping; ``note`` is the tooltip. With ``name``
    the sense's id stands behind each mention, so that nothing is said by colour alone. What is unsure is dashed, its
    id questioned.
    """
    parts, at = [], 0
    for start, end, sense, note, address, unsure in sorted(spans):
        parts.append(readable_html(text[at:start]))
        word = readable_html(text[start:end])
        word = f'<a href="{escape(address)}" style="color:inherit">{word}</a>' if address else word
        tag = f'<sub style="font-size:.75em"> {escape(palette.tag(sense))}{"?" * unsure}</sub>' if name else ""
        colour = escape(palette[sense].colour)
        parts.append(
            f'<mark title="{escape(note)}" style="background:none;color:inherit;font-weight:600;'
            f'border-bottom:.2em {"dashed" if unsure else "solid"} {colour};{_EDGE}">{word}</mark>{tag}'
        )
        at = end
    return "".join([*parts, readable_html(text[at:])])


def concordance(readings: pd.DataFrame, palette: Palette, *, lines: int = LINES) -> Html:
    """Concordance lines aligned on the keyword, grouped by sense, with a link from each to its mention.

    ``readings`` needs mention_id, sense, left, surface and right, as ``findings.kwic.concordance`` gives them; within a
    sense its order is kept. At most ``lines`` lines: then every sense gets its share of them, at least one.
    """
    if readings.empty:
        return not_shown("concordance-lines", "There is no mention, so there are no lines to show.")
    senses = palette.order(readings["sense"])
    rows, shown = [], 0
    for sense in senses:
        own = readings[readings["sense"] == sense]
        quota = len(own) if len(readings) <= lines else max(1, lines * len(own) // len(readings))
        own = own.iloc[[i * len(own) // quota for i in range(quota)]]
        shown += len(own)
        rows.append(
            f'<tbody><tr><th scope="rowgroup" colspan="3" style="text-align:left">{sense_chip(sense, palette)} '
            f"({len(own):,} of {int((readings['sense'] == sense).sum()):,})</th></tr>"
        )
        rows += [_line(row, palette[sense].colour) for row in own.to_dict("records")]
        rows.append("</tbody>")
    which = f"{shown:,} of " if shown < len(readings) else "All " if shown > 1 else ""
    clear = [in_sentence(palette[sense].name) for sense in senses if sense not in palette.no_sense]
    heading = (
        f"The word in {count_of(len(clear), 'sense')}: {listed(clear, most=3)}" if clear else "No line has a sense"
    )
    subtitle = f"{which}{count_of(len(readings), 'mention')}, aligned on the keyword and grouped by sense."
    notes = "Within a sense, lines stand in the order of their table. The keyword leads to its mention."
    body = (
        '<table class="kwic" style="width:100%;table-layout:fixed;border-collapse:collapse;line-height:24px"><colgroup>'
        '<col><col style="width:7em"><col></colgroup>'
        f"{''.join(rows)}</table>"
    )
    return framed("concordance-lines", body, heading=heading, subtitle=subtitle, notes=notes)


def _line(row: dict[Any, Any], colour: str) -> str:
    side = "overflow:hidden;white-space:nowrap;text-overflow:ellipsis;padding:1px 4px"
    left, right = (readable_html(" ".join(row[part].split())) for part in ("left", "right"))
    return (
        # in a cell that runs from right to left what is too long ends in its dots at the left
        f'<tr><td dir="rtl" style="{side};text-align:right"><bdi dir="ltr">{left}</bdi></td>'
        '<td style="text-align:center;padding:1px 4px;white-space:nowrap;'
        f'border-bottom:2px solid {escape(colour)};{_EDGE}">'
        f'<a href="{escape(mention_link(row["mention_id"]))}" style="display:block">'
        f"{readable_html(row['surface'])}</a></td>"
        f'<td style="{side}">{right}</td></tr>'
    )


def annotated_paper(readings: pd.DataFrame, paper_id: str, palette: Palette) -> Html:
    """One paper's title and abstract with each mention underlined in its sense's colour and named by its sense."""
    own = in_reading_order(readings[readings["paper_id"] == paper_id])
    if own.empty:
        return not_shown("annotated-abstract", "No paper uses the term in more than one sense, so none is shown.")
    texts = {}
    for field in ("title", "abstract"):
        spans = [
            (
                int(row["start"]), int(row["end"]), said.label,
                f"{palette[said.label].name}, confidence {probability(said.confidence)}",
                mention_link(str(row["mention_id"])), said.unsure,
            )
            for row in own[own["field"] == field].to_dict("records") for said in [said_of(row)]
        ]  # fmt: skip
        texts[field] = marked(str(own[field].iloc[0]), spans, palette)
    senses = list(dict.fromkeys(own["sense"]))
    said = [said_of(row) for row in own.to_dict("records")]
    key = " &nbsp; ".join(sense_chip(label, palette) for label in dict.fromkeys(one.label for one in said))
    clear = [in_sentence(palette[sense].name) for sense in senses if sense not in palette.no_sense]
    heading = (
        f"One paper, {count_of(len(clear), 'sense')}: {listed(clear)}" if clear else "A paper without a clear sense"
    )
    subtitle = f"Abstract of {paper_id} with its {count_of(len(own), 'mention')}, underlined by sense."
    if unsure := sum(one.unsure for one in said):
        subtitle += f" {unsure:,} of them, dashed and with a question mark, {'is' if unsure == 1 else 'are'} unsure."
    if coarse := sum(one.label in palette.parents for one in said):
        subtitle += f" Of {coarse:,}, whose sense is unsure, the parent is named."
    body = f'<p>{key}</p><p style="font-weight:600">{texts["title"]}</p><p>{texts["abstract"]}</p>'
    return framed("annotated-abstract", f'<div class="annotated">{body}</div>', heading=heading, subtitle=subtitle)
