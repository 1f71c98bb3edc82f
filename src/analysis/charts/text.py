"""Text that is its own chart, as HTML: concordance lines, an annotated abstract, sense cards. Everything is escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from analysis.charts.figure import captioned, noted
from analysis.common.display import as_it_is
from analysis.common.links import card_id, mention_link, selection_link
from analysis.common.prose import between
from analysis.common.readable import readable_html
from analysis.common.wording import count_of, in_sentence, listed, percent, probability
from analysis.findings.cards import Card, Quote, Reliability
from analysis.findings.mixing import in_reading_order
from analysis.findings.rows import rows_of
from analysis.findings.tree import NOVEL
from analysis.inventory.inventory import UNCLEAR
from analysis.inventory.palette import Palette
from analysis.vectors.embed import MADE_OF

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


def framed(name: str, body: str, *, heading: str, subtitle: str, notes: str = "") -> Html:
    """``body`` in a figure under its heading, as charts have it."""
    return Html(
        f'<figure id="{escape(name)}" class="figure">{captioned(heading, subtitle)}{body}{noted(notes, "figure")}'
        "</figure>",
        f"{heading}\n{subtitle}",
    )


def not_shown(name: str, why: str) -> Html:
    """What stands in the place of ``name`` when there is nothing to show, and why."""
    return Html(f'<p class="not-shown" id="{escape(name)}">{escape(why)}</p>', why)


def sense_chip(sense: str, palette: Palette) -> str:
    """A sense's name behind a dot in its colour: colour never stands alone."""
    look = palette[sense]
    dot = (
        "display:inline-block;width:.7em;height:.7em;border-radius:50%;border:1px solid currentColor;margin-right:.3em;"
        f"background:{look.colour}"
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

    Sorted within a sense by what precedes the keyword, read backwards, as concordances are. At most ``lines`` lines:
    then every sense gets its share of them, at least one.
    """
    if readings.empty:
        return not_shown("concordance-lines", "There is no mention, so there are no lines to show.")
    senses = palette.order(readings["sense"])
    rows, shown = [], 0
    for sense in senses:
        own = readings[readings["sense"] == sense]
        quota = len(own) if len(readings) <= lines else max(1, lines * len(own) // len(readings))
        key = own["left"].str.lower().map(lambda left: " ".join(left.split()[::-1]))
        own = own.assign(key=key).sort_values(["key", "mention_id"])
        own = own.iloc[[i * len(own) // quota for i in range(quota)]]
        shown += len(own)
        rows.append(
            f'<tbody><tr><th scope="rowgroup" colspan="3" style="text-align:left">{sense_chip(sense, palette)} '
            f"({len(own):,} of {int((readings['sense'] == sense).sum()):,})</th></tr>"
        )
        rows += [_line(row, palette[sense].colour) for row in own.to_dict("records")]
        rows.append("</tbody>")
    which = f"{shown:,} of " if shown < len(readings) else "All " if shown > 1 else ""
    clear = [in_sentence(palette[sense].name) for sense in senses if sense != UNCLEAR]
    heading = (
        f"The word in {count_of(len(clear), 'sense')}: {listed(clear, most=3)}" if clear else "No line has a sense"
    )
    subtitle = f"{which}{count_of(len(readings), 'mention')}, aligned on the keyword and grouped by sense."
    notes = "Within a sense, lines are sorted by the words before the keyword, which leads to its mention."
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
                int(row.start), int(row.end), str(row.sense),
                f"{palette[str(row.sense)].name}, confidence {probability(row.confidence)}",
                mention_link(str(row.mention_id)), bool(row.abstained),
            )
            for row in rows_of(own[own["field"] == field])
        ]  # fmt: skip
        texts[field] = marked(str(own[field].iloc[0]), spans, palette)
    senses = list(dict.fromkeys(own["sense"]))
    key = " &nbsp; ".join(sense_chip(sense, palette) for sense in senses)
    clear = [in_sentence(palette[sense].name) for sense in senses if sense != UNCLEAR]
    heading = (
        f"One paper, {count_of(len(clear), 'sense')}: {listed(clear)}" if clear else "A paper without a clear sense"
    )
    subtitle = f"Abstract of {paper_id} with its {count_of(len(own), 'mention')}, underlined by sense."
    if unsure := int(own["abstained"].sum()):
        subtitle += f" {unsure:,} of them, dashed and with a question mark, {'is' if unsure == 1 else 'are'} unsure."
    body = f'<p>{key}</p><p style="font-weight:600">{texts["title"]}</p><p>{texts["abstract"]}</p>'
    return framed("annotated-abstract", f'<div class="annotated">{body}</div>', heading=heading, subtitle=subtitle)


def _reliability(known: Reliability) -> list[str]:
    precision, recall = (
        f"{percent(value)} ({between(low, high)})" for value, low, high in (known.precision, known.recall)
    )
    return [
        f"<b>Agreement with labels</b> (a language model's, of papers held out): {precision} of the "
        f"mentions read as this sense are labelled so; {recall} of the {known.labelled:,} mentions labelled so are "
        "read so",
        f"<b>Stability:</b> found again in {known.found:,} of {known.runs:,} trainings on resampled papers",
    ]


def quote_html(quote: Quote, sense: str, palette: Palette) -> str:
    """A quote with its mention marked, and its source behind it as a link to the mention."""
    text = marked(
        quote.sentence, [(quote.start, quote.end, sense, palette[sense].name, "", False)], palette, name=False
    )
    sure = "reviewed" if quote.reviewed else f"confidence {probability(quote.confidence)}"
    link = f'<a href="{escape(mention_link(quote.mention_id))}">{readable_html(quote.title or quote.paper_id)}</a>'
    source = f'<p class="origin" style="font-size:.85em">{link}, {sure}</p>'
    return f"<blockquote><p>{text}</p>{source}</blockquote>"


def cards_html(cards: Sequence[Card], palette: Palette) -> Html:
    """A list that leads to the cards, then all cards, each an ``article`` with the sense's colour at its side."""
    if not cards:
        return not_shown("cards", "No sense was found, so there are no cards.")
    listing = "".join(
        f'<li><a href="#{card_id(card.sense)}">{sense_chip(card.sense, palette)}</a>, '
        f"{count_of(card.papers, 'paper')}</li>"
        for card in cards
    )
    made = f"Typical quotes are the more confident mentions nearest to the mean of their sense, by {MADE_OF}."
    note = f"<p>{escape(made)}</p>" if any(card.by_vectors for card in cards) else ""
    return Html(
        f'<nav class="card-list" aria-label="Sense cards"><ul>{listing}</ul></nav>{note}'
        f"{''.join(_card(card, palette) for card in cards)}",
        "; ".join(card.name for card in cards),
    )


def _card(card: Card, palette: Palette) -> str:
    count = escape(f"{card.papers:,} of {count_of(card.of_papers, 'paper')}")
    facts = [
        f'<a href="{escape(selection_link(sense=card.sense))}">{count}</a>, '
        f"{card.mentions:,} of {count_of(card.of_mentions, 'mention')}; estimated share of papers "
        f"{percent(card.share)} "
        f"({between(card.low, card.high)})"
    ]
    if card.collocates:
        facts.append(f"<b>Words that tell it apart:</b> {escape(', '.join(card.collocates))}")
    else:
        facts.append("No word tells it apart for sure.")
    if card.topics:
        listing = listed(
            [f"\u201c{label}\u201d ({n:,}{f', {NOVEL}' if label in card.novel else ''})" for label, n in card.topics],
            most=5,
        )
        outside = card.mentions - sum(n for _, n in card.topics)
        listing += f"; {outside:,} in none" if outside else ""
        facts.append(f"<b>Finer topics:</b> {escape(listing)}")
    if card.stances:
        listing = listed([f"{stance} {n:,}" for stance, n in card.stances])
        if card.main_stance is not None:
            stance, share, low, high = card.main_stance
            listing += f"; estimated share of {stance} {percent(share)} ({between(low, high)})"
        facts.append(f"<b>Stance</b> (mentions read so): {escape(listing)}")
    facts.append(f"<b>Not marked \u201cunsure\u201d:</b> {percent(card.confident)} of its mentions")
    if card.reliability is not None:
        facts += _reliability(card.reliability)
    quotes = "".join(quote_html(quote, card.sense, palette) for quote in card.typical)
    edge = ""
    if card.borderline is not None:
        other = f", or {escape(palette[card.borderline.runner_up].name)}?" if card.borderline.runner_up else ""
        edge = f"<p><b>Borderline{other}</b></p>{quote_html(card.borderline, card.sense, palette)}"
    definition = f"<p>{escape(card.definition)}</p>" if card.definition else ""
    heading = "Typical" if card.mentions > 1 else "Its only mention"
    rule = f"border-left:.4em solid {palette[card.sense].colour};box-shadow:-1px 0 currentColor"
    style = f"{rule};padding-left:1em;margin:1.5em 0"
    return (
        f'<article class="sense-card" id="{card_id(card.sense)}" style="{escape(style)}">'
        f"<h3>{sense_chip(card.sense, palette)}</h3>{definition}"
        f"<ul>{''.join(f'<li>{fact}</li>' for fact in facts)}</ul><p><b>{heading}</b></p>{quotes}{edge}</article>"
    )
