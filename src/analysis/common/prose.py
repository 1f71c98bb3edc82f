"""Words around numbers: lists, counts and intervals written out, so that no number in a text is ever typed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from analysis.common.display import as_it_is
from analysis.common.readable import readable, readable_html
from analysis.common.wording import percent

AROUND = 160  # characters of a quoted sentence before its mention, and after it


def share_of(count: int, of: int) -> str:
    """``33% (7 of 21)``."""
    return f"{percent(count / of if of else float('nan'))} ({count:,} of {of:,})"


def between(low: float, high: float) -> str:
    """A 95 % interval of shares: ``95% interval 10% to 57%``."""
    return f"95% interval {percent(low)} to {percent(high)}"


def spread(error: str) -> str:
    """What the intervals of a caption cover; ``error`` as in ``analysis.statistics.intervals``."""
    if error == "papers":
        return "Intervals (95%) cover the choice of papers only: the labels are taken as they are."
    return (
        "Intervals (95%) cover the choice of papers and the classifier's errors, as these vary between fields of "
        "research and mixes of senses. In the shares known labels stand in the place of readings; the table has the "
        "shares as read, too."
    )


class Passage(NamedTuple):
    """A sentence of a paper behind a number, cut at its mention, and the paper's title."""

    left: str
    mention: str
    right: str
    source: str

    @property
    def text(self) -> str:
        """The sentence in quotation marks, and where it stands."""
        quote = readable(f"{_tail(self.left)}{self.mention}{_head(self.right)}")
        return f"\u201c{quote}\u201d ({readable(self.source)})"

    @property
    def html(self) -> str:
        """The same as HTML, escaped, the mention marked."""
        left, mention, right = map(readable_html, (_tail(self.left), self.mention, _head(self.right)))
        cite = f"<cite>{readable_html(self.source)}</cite>"
        return f'<span class="passage">\u201c{left}<mark>{mention}</mark>{right}\u201d {cite}</span>'


def _head(text: str) -> str:
    """The beginning of what follows a mention, cut between words where it is long."""
    return text if len(text) <= AROUND else f"{text[:AROUND].rsplit(' ', 1)[0]} \u2026"


def _tail(text: str) -> str:
    """The end of what precedes a mention, likewise."""
    return text if len(text) <= AROUND else f"\u2026 {text[-AROUND:].split(' ', 1)[-1]}"


@dataclass(frozen=True)
class Fact:
    """A number in a sentence, the address of the mentions behind it ("" for none), and some of their sentences.

    ``more`` says what is behind it beyond these, such as "4 more papers".
    """

    text: str
    link: str = ""
    passages: tuple[Passage, ...] = ()
    more: str = ""

    @property
    def html(self) -> str:
        """A link, everything escaped. A page's ``quotes.js`` shows what follows it on hover and focus.

        Where that script does not run, as in JupyterLab, the same stands in the link's title.
        """
        if not self.link:
            return escape(self.text)
        if not self.passages:
            return f'<a class="fact" href="{escape(self.link)}">{escape(self.text)}</a>'
        more = [f"and {self.more}"] if self.more else []
        title = "\n".join([*(passage.text for passage in self.passages), *more])
        body = "".join([*(passage.html for passage in self.passages), *(f"<small>{escape(m)}</small>" for m in more)])
        name = f"quotes-{hashlib.sha256(f'{self.link}{body}'.encode()).hexdigest()[:10]}"
        return (
            f'<a class="fact" href="{escape(self.link)}" title="{escape(title)}" aria-describedby="{name}">'
            f'{escape(self.text)}</a><span class="quotes" id="{name}" role="tooltip" hidden>{body}</span>'
        )


@dataclass(frozen=True)
class Sentence:
    """A sentence of plain strings and facts, and a ``note`` on it that stands behind it in small type."""

    parts: tuple[str | Fact, ...]
    note: tuple[str | Fact, ...] = ()

    @property
    def text(self) -> str:
        """The sentence and its note as plain text."""
        return " ".join(
            "".join(part.text if isinstance(part, Fact) else part for part in parts)
            for parts in (self.parts, self.note)
            if parts
        )

    @property
    def html(self) -> str:
        """The sentence and its note as HTML: everything escaped, each fact with an address a link."""
        made, note = (
            "".join(part.html if isinstance(part, Fact) else escape(part) for part in parts)
            for parts in (self.parts, self.note)
        )
        return f'{made} <small class="note">{note}</small>' if note else made


def sentence(*parts: str | Fact, note: Sequence[str | Fact] = ()) -> Sentence:
    """Put a sentence together from strings and facts."""
    return Sentence(parts, tuple(note))


class Prose:
    """Sentences that the code wrote; shows itself as a paragraph, or as a list of findings."""

    display: Callable[[str], str] = staticmethod(as_it_is)  # what a notebook does with the HTML before it shows it

    def __init__(self, sentences: Iterable[Sentence], *, bullets: bool = False) -> None:
        self.sentences = tuple(sentences)
        self.bullets = bullets

    @property
    def text(self) -> str:
        """All sentences as plain text."""
        return ("\n" if self.bullets else " ").join(s.text for s in self.sentences)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        if self.bullets:
            html = f'<ul class="findings">{"".join(f"<li>{s.html}</li>" for s in self.sentences)}</ul>'
        else:
            html = f'<p class="finding">{" ".join(s.html for s in self.sentences)}</p>'
        return {"text/html": self.display(html), "text/plain": self.text}

    def __repr__(self) -> str:
        return self.text
