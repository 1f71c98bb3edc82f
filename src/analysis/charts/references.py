"""The papers of a collection as a reference list, in HTML. Everything is escaped."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

from analysis.charts.text import Html, not_shown
from analysis.common.readable import readable, readable_html
from analysis.common.wording import count_of

if TYPE_CHECKING:
    import pandas as pd

MOST = 1000  # entries shown; the collection's export has them all
OPEN = 100  # entries that stand open; the others are folded
_ALL = "<code>bias-senses export</code> writes all, for a reference manager, tagged with their senses"


def references(papers: pd.DataFrame, *, most: int = MOST) -> Html:
    """A list in one style - Authors (year). Title. Venue. Address - sorted by author, then year, then title.

    Without authors the title takes their place, as in APA style: Title (year). Venue. Address. At most ``most``
    entries, and it says so; those behind ``OPEN`` are folded. What a paper does not tell is left out, never guessed.
    """
    if papers.empty:
        return not_shown("references", "There is no paper to list.")
    records = papers.to_dict("records")
    records.sort(key=_sorting)
    items = [f"<li>{reference_html(record)}</li>" for record in records[:most]]
    left = len(records) - most
    more = f"<p>{count_of(left, 'further paper')} in the collection: {_ALL}.</p>" if left > 0 else ""
    folded = ""
    if len(items) > OPEN:
        heading = f"The next {len(items) - OPEN:,} of {count_of(len(records), 'paper')}"
        rest = "".join(items[OPEN:])
        folded = f'<details><summary>{heading}</summary><ol class="references" start="{OPEN + 1}">{rest}</ol></details>'
    return Html(
        f'<ol class="references">{"".join(items[:OPEN])}</ol>{folded}{more}',
        "\n".join(reference_text(r) for r in records[:most]),
    )


def reference_text(paper: dict[Any, Any]) -> str:
    """One paper as plain text."""
    authors, title, year = _authors(paper["authors"]), str(paper["title"]).strip(), _year(paper)
    dated = f"({year})" if year else ""
    if authors:
        lead = [f"{authors} {dated}".strip(), title]
    else:
        lead = [f"{title.removesuffix('.')} {dated}".strip()] if dated else [title]
    parts = [*map(_ended, [*lead, str(paper["venue"])]), address(paper)]
    return " ".join(part for part in parts if part)


def _ended(text: str) -> str:
    """With a full stop, unless a sign ends it already."""
    return f"{text}." if text and text[-1] not in ".?!" else text


def reference_html(paper: dict[Any, Any]) -> str:
    """One paper as HTML, its address a link."""
    link = address(paper)
    text = reference_text(paper)
    if not link:
        return readable_html(text)
    return f'{readable_html(text[: -len(link)])}<a href="{escape(link)}">{escape(link)}</a>'


def address(paper: dict[Any, Any]) -> str:
    """The DOI as an address, else the paper's web address, else ""."""
    if paper["doi"]:
        return f"https://doi.org/{paper['doi']}"
    return str(paper["url"]) if re.match(r"https?://\S+$", str(paper["url"])) else ""


def _authors(names: list[str]) -> str:
    """All names up to six, else the first six and "et al."."""
    if len(names) > 6:
        return f"{', '.join(names[:6])} et al."
    return ", ".join(names[:-1]) + (f" and {names[-1]}" if len(names) > 1 else "".join(names[-1:]))


def _sorting(paper: dict[Any, Any]) -> tuple[str, int, str]:
    first = paper["authors"][0].split()[-1].lower() if len(paper["authors"]) and paper["authors"][0].split() else ""
    title = re.sub(r"^\W+", "", readable(str(paper["title"]))).lower()
    return first or title, _year(paper), title


def _year(paper: dict[Any, Any]) -> int:
    """The year, 0 if it is not known."""
    text = str(paper["year"])
    return int(float(text)) if text[:1].isdigit() else 0
