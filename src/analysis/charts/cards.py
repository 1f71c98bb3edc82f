"""Sense cards as HTML: what a sense means, what is done with it, its kinds and quotes; how sure that is unfolds."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from analysis.charts.text import Html, marked, not_shown, sense_chip
from analysis.common.display import in_report
from analysis.common.links import card_id, mention_link, primer_link, selection_link
from analysis.common.prose import between
from analysis.common.readable import readable_html
from analysis.common.wording import count_of, in_sentence, listed, percent, probability
from analysis.findings.cards import Card, Quote, Reliability
from analysis.findings.tree import NOVEL
from analysis.inventory.inventory import is_shipped
from analysis.inventory.palette import Palette
from analysis.vectors.embed import MADE_OF

KINDS = 6  # kinds of a sense that its card names; the others are counted


def cards_html(cards: Sequence[Card], palette: Palette) -> Html:
    """A list that leads to the cards, then all cards, each an ``article`` with the sense's colour at its side."""
    if not cards:
        return not_shown("cards", "No sense was found, so there are no cards.")
    listing = "".join(
        f'<li><a href="#{card_id(card.sense)}">{sense_chip(card.sense, palette)}</a>, '
        f"{count_of(card.papers, 'paper')}</li>"
        for card in cards
    )
    return Html(
        f'<nav class="card-list" aria-label="Sense cards"><ul>{listing}</ul></nav>'
        f"{''.join(_card(card, palette) for card in cards)}",
        "; ".join(card.name for card in cards),
    )


def _card(card: Card, palette: Palette) -> str:
    definition = f"<p>{escape(card.definition)}</p>" if card.definition else ""
    facts = [_use(card), *_stances(card, palette), *_kinds(card), *_words(card)]
    quotes = "".join(quote_html(quote, card.sense, palette) for quote in card.typical)
    rule = f"border-left:.4em solid {palette[card.sense].colour};box-shadow:-1px 0 currentColor"
    style = f"{rule};padding-left:1em;margin:1.5em 0"
    return (
        f'<article class="sense-card" id="{card_id(card.sense)}" style="{escape(style)}">'
        f"<h3>{sense_chip(card.sense, palette)}</h3>{definition}"
        f"<ul>{''.join(f'<li>{fact}</li>' for fact in facts)}</ul>{quotes}{_primer(card)}{_how_sure(card, palette)}"
        "</article>"
    )


def _primer(card: Card) -> str:
    """Where the primer shows the sense; nothing for a sense of somebody else's inventory, or where no pages are."""
    if not in_report() or not is_shipped(card.sense, card.name, card.definition):
        return ""
    return f'<p><a href="{escape(primer_link(card.name))}">See this sense at work</a></p>'


def _linked(text: str, *, sense: str, stance: str | None = None) -> str:
    return f'<a href="{escape(selection_link(sense=sense, stance=stance))}">{escape(text)}</a>'


def _use(card: Card) -> str:
    papers = _linked(f"{card.papers:,} of {count_of(card.of_papers, 'paper')}", sense=card.sense)
    return f"{papers} {'uses' if card.papers == 1 else 'use'} it, in {count_of(card.mentions, 'mention')}"


def _stances(card: Card, palette: Palette) -> list[str]:
    """What is done with it, by mentions, the commonest first; nothing where stances are not known."""
    if not card.stances:
        return []
    parts = [
        f"{escape(palette.past.get(stance, stance))} in {_linked(f'{n:,}', sense=card.sense, stance=stance)}"
        for stance, n in card.stances
    ]
    of = sum(n for _, n in card.stances)
    if of == 1:
        return [f"In its one mention it is {parts[0].rpartition(' in ')[0]}"]
    return [f"Of {of:,} mentions, it is {listed(parts)}"]


def _kinds(card: Card) -> list[str]:
    if not card.kinds:
        return []
    named = [f"{kind} ({count_of(papers, 'paper')})" for kind, papers in card.kinds]
    return [f"<b>Kinds:</b> {escape(listed(named, most=KINDS))}"]


def _words(card: Card) -> list[str]:
    """Words that tell the sense apart, and its finer topics where it has several or a new one."""
    said = []
    if card.collocates:
        said.append(f"<b>Words beside it:</b> {escape(', '.join(card.collocates))}")
    if len(card.topics) > 1 or card.novel:
        named = [
            f"\u201c{label}\u201d ({n:,}{f', {NOVEL}' if label in card.novel else ''})" for label, n in card.topics
        ]
        outside = card.mentions - sum(n for _, n in card.topics)
        rest = f"; {outside:,} in none" if outside else ""
        said.append(f"<b>Finer topics, by mentions:</b> {escape(listed(named, most=5) + rest)}")
    return said


def quote_html(quote: Quote, sense: str, palette: Palette, *, sure: bool = False) -> str:
    """A quote with its mention marked, and its source behind it as a link to the mention; ``sure`` adds how sure."""
    text = marked(
        quote.sentence, [(quote.start, quote.end, sense, palette[sense].name, "", False)], palette, name=False
    )
    link = f'<a href="{escape(mention_link(quote.mention_id))}">{readable_html(quote.title or quote.paper_id)}</a>'
    how = ", reviewed" if quote.reviewed else f", confidence {probability(quote.confidence)}" if sure else ""
    source = f'<p class="origin" style="font-size:.85em">{link}{how}</p>'
    return f"<blockquote><p>{text}</p>{source}</blockquote>"


def _how_sure(card: Card, palette: Palette) -> str:
    """One line that unfolds: how far the readings of this sense can be trusted."""
    unsure = round((1 - card.confident) * card.mentions)
    counted = f"{unsure:,} of {card.mentions:,} mentions {'is' if unsure == 1 else 'are'} marked unsure"
    if card.mentions == 1:
        counted = f"its one mention is {'' if unsure else 'not '}marked unsure"
    if card.reliability is not None:
        share = percent(card.reliability.precision[0])
        line = f"How sure is this? {share} of the mentions read as this sense are labelled so"
    else:
        line = f"How sure is this? Not measured for this sense; {counted}"
    facts = [
        f"<b>Share of papers:</b> {percent(card.share)} by the estimate ({between(card.low, card.high)})",
        *([] if card.reliability is None else [*_agreement(card.reliability), counted]),
    ]
    if card.main_stance is not None:
        stance, estimate, low, high = card.main_stance
        past = escape(palette.past.get(stance, stance))
        facts.append(f"<b>Share that is {past}:</b> {percent(estimate)} of the mentions ({between(low, high)})")
    if card.by_vectors:
        facts.append(
            escape(f"The quotes are the more confident mentions nearest to the mean of the sense, by {MADE_OF}")
        )
    edge = ""
    if card.borderline is not None:
        other = f", or {escape(palette[card.borderline.runner_up].name)}?" if card.borderline.runner_up else ""
        if card.borderline.parent:
            other += f" Surely {escape(in_sentence(palette[card.borderline.parent].name))}"
        quote = quote_html(card.borderline, card.sense, palette, sure=True)
        edge = f"<p><b>The least sure mention{other}</b></p>{quote}"
    listing = "".join(f"<li>{fact}</li>" for fact in facts)
    return f'<details class="notes"><summary>{escape(line)}</summary><ul>{listing}</ul>{edge}</details>'


def _agreement(known: Reliability) -> list[str]:
    (right, *right_interval), (found, *found_interval) = known.precision, known.recall
    return [
        "Labels are a language model's, of papers held out from training",
        f"<b>Right when read so:</b> {percent(right)} ({between(*right_interval)})",
        f"<b>Found of {known.labelled:,} labelled so:</b> {percent(found)} ({between(*found_interval)})",
        f"<b>Found again</b> in {known.found:,} of {known.runs:,} trainings on resampled papers",
    ]
