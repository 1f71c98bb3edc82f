"""Links that an abstract gives: code, data, demos, project pages."""

from __future__ import annotations

import re
from typing import NamedTuple

# Hosts of code, data and projects whose addresses authors write without a scheme. Other bare names ("Booking.com",
# "Node.js") count only with a path.
_HOSTS = (
    r"(?:[\w-]+\.){1,3}(?:github|gitlab|bitbucket)\.io|[\w-]+\.(?:pages\.dev|readthedocs\.io|vercel\.app|netlify\.app|"
    r"streamlit\.app|web\.app|hf\.space|herokuapp\.com|shinyapps\.io)|sites\.google\.com|(?:doi|osf|zenodo)\.org|"
    r"osf\.io|github\.com|gitlab\.com|bitbucket\.org|huggingface\.co|figshare\.com|kaggle\.com|tinyurl\.com|bit\.ly|"
    r"goo\.gl|anonymous\.4open\.science|git\.io|youtu\.be"
)
_REST = r"[^\s<>\"“”{}|^`\[\]\\]|\\[_%&#~]"
_ENDINGS = "com|org|net|io|ai|edu|gov|dev|app|co|uk|de|fr|ch|eu|cn|jp"
# Bounds keep the time linear in the text.
_WRITTEN = (
    rf"(?:(?:https?|ftp)://(?:{_REST}){{1,500}}"
    rf"|(?<![\w@./-])(?:www\.[\w-]{{1,60}}(?:\.[\w-]{{1,60}}){{1,5}}|(?i:{_HOSTS})|"
    rf"[a-z0-9][\w-]{{1,60}}(?:\.[\w-]{{1,60}}){{0,3}}\.(?:{_ENDINGS})"
    rf"(?=/[\w~-]))(?![\w@-])(?:[/?#](?:{_REST}){{0,500}})?)"
)
_LINK = re.compile(_WRITTEN)
_MAYBE = re.compile(rf"://|www\.|\.(?:{_ENDINGS}|space|science|gl|ly|be)(?!\w)", re.IGNORECASE)
_CLOSING = {")": "(", "]": "[", "}": "{"}


class Link(NamedTuple):
    """Where a link stands in a text, and its address without LaTeX's backslashes."""

    start: int
    end: int
    url: str


def find_links(text: str) -> list[Link]:
    r"""Links in their order, without the punctuation that ends a sentence or a bracket.

    An address is never completed: one without a scheme stays without (``lacing-lvlm.github.io``), and whoever shows it
    decides what to link. Only the backslash of LaTeX is taken off (``a\_b`` -> ``a_b``). Of Markdown's
    ``[shown](address)`` the address counts alone.
    """
    if not _MAYBE.search(text):
        return []
    found = (_trimmed(match) for match in _LINK.finditer(text))
    return [link for link in found if not text.startswith("](", link.end) and "." in link.url]


def _trimmed(match: re.Match[str]) -> Link:
    url = match[0]
    while url and (url[-1] in ".,;:!?'\"’”*_~$\\)]}" and _is_loose(url)):
        url = url[:-1]
    return Link(match.start(), match.start() + len(url), re.sub(r"\\(.)", r"\1", url))


def _is_loose(url: str) -> bool:
    """Whether the last character belongs to the sentence: a bracket does if the address did not open it."""
    last = url[-1]
    return last not in _CLOSING or url.count(last) > url.count(_CLOSING[last])
