"""What a word of a text is, for everything that counts words: concordance, collocates, n-grams, keyness, reference."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from analysis.common.readable import readable

if TYPE_CHECKING:
    import pandas as pd

_PLAIN = str.maketrans({"\u2019": "'", "\u2010": "-", "\u2011": "-"})
_JOINED = r"(?<![^\W_])(?<!\\)(?=[\d'-]{{0,99}}[^\W\d_]){run}(?:[-']{run})*"
_PLAIN_WORD = re.compile(_JOINED.format(run=r"[^\W_]+"))


@cache
def _marks() -> frozenset[str]:
    """Marks that Unicode joins to a letter without making one letter of both, such as the vowel signs of Devanagari."""
    return frozenset(c for c in map(chr, range(0x300, 0x20000)) if unicodedata.category(c) in ("Mn", "Mc"))


@cache
def _marked_word() -> re.Pattern[str]:
    return re.compile(_JOINED.format(run=rf"[^\W_](?:[^\W_]|[{''.join(sorted(_marks()))}])*"))


def words(text: str) -> list[str]:
    """The words of ``text`` in small letters and in order.

    A word is a run of letters and digits of any script; hyphens and apostrophes may join runs. It holds at least one
    letter, so "2024" is none. What follows a backslash is a command of LaTeX, and none either; other LaTeX is made
    readable first. A script without spaces is not cut into words: each run of its letters is one.
    """
    return [found[0] for found in word_places(as_counted(text))]


def word_places(counted: str) -> Iterator[re.Match[str]]:
    """The words of a text that ``as_counted`` gave, each with its place in it."""
    pattern = _PLAIN_WORD if counted.isascii() or _marks().isdisjoint(counted) else _marked_word()
    return pattern.finditer(counted)


def as_counted(text: str) -> str:
    """``text`` as its words are counted: small letters, composed accents, one kind of hyphen and of apostrophe."""
    return in_one_spelling(readable(text))


def in_one_spelling(text: str) -> str:
    """As ``as_counted``, for a text that holds no LaTeX, such as words that are looked for."""
    return unicodedata.normalize("NFC", text).lower().translate(_PLAIN)


class WordCounts(NamedTuple):
    """The words of several texts.

    ``table`` has one row per word, in their order: word, tokens (how often it stands there), papers (texts that hold
    it). ``sizes`` has one entry per text: its words.
    """

    table: pd.DataFrame
    sizes: list[int]


def word_counts(texts: Iterable[str]) -> WordCounts:
    """The words of ``texts``, counted; one text is in memory at a time."""
    import pandas as pd

    tokens: Counter[str] = Counter()
    holding: Counter[str] = Counter()
    sizes = []
    for text in texts:
        here = words(text)
        sizes.append(len(here))
        tokens.update(here)
        holding.update(set(here))
    found = sorted(tokens)
    columns = {"word": found, "tokens": [tokens[w] for w in found], "papers": [holding[w] for w in found]}
    return WordCounts(pd.DataFrame(columns).astype({"word": "str", "tokens": "int64", "papers": "int64"}), sizes)


def whole_text(title: str, abstract: str) -> str:
    """Title and abstract as the one text whose words are counted."""
    return f"{title}\n{abstract}"
