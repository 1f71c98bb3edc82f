"""Words around numbers: lists, counts and intervals written out, so that no number in a text is ever typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape

from analysis.common.display import as_it_is
from analysis.common.wording import percent


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
        "Estimates and intervals (95%) allow for the choice of papers and for the classifier's errors, assuming that "
        "these depend on its confidence alone. The table has the shares as read, too."
    )


@dataclass(frozen=True)
class Fact:
    """A number in a sentence, and the address of the mentions behind it ("" for none)."""

    text: str
    link: str = ""


@dataclass(frozen=True)
class Sentence:
    """A sentence of plain strings and facts; ``text`` reads it, ``html`` links its numbers."""

    parts: tuple[str | Fact, ...]

    @property
    def text(self) -> str:
        """The sentence as plain text."""
        return "".join(part.text if isinstance(part, Fact) else part for part in self.parts)

    @property
    def html(self) -> str:
        """The sentence as HTML: everything escaped, each fact with an address a link."""
        return "".join(
            f'<a class="fact" href="{escape(part.link)}">{escape(part.text)}</a>'
            if isinstance(part, Fact) and part.link
            else escape(part.text if isinstance(part, Fact) else part)
            for part in self.parts
        )


def sentence(*parts: str | Fact) -> Sentence:
    """Put a sentence together from strings and facts."""
    return Sentence(parts)


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
