"""Phrases with the term: runs of words that hold a mention."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.common.errors import BadInput
from analysis.common.words import as_counted, word_places
from analysis.inventory.marks import cut_at_mention

if TYPE_CHECKING:
    import pandas as pd

LENGTHS = (2, 3, 4)
LEAST = 2  # papers that must share a phrase
_JOINS = re.compile(r"[\s-]*")  # what may stand between the words of a phrase: anything else ends it


def ngrams(
    readings: pd.DataFrame, *, lengths: Sequence[int] = LENGTHS, least: int = LEAST, stop_words: bool = False
) -> pd.DataFrame:
    """The phrases of ``lengths`` words that hold a mention and that ``least`` papers share, commonest first.

    Needs paper_id, sentence, sentence_start, start and end. Returns ngram (small letters), words, mentions,
    papers. A phrase ends with its sentence and at any punctuation or number. One that begins or ends in an English
    stop word ("bias in the") is left out unless ``stop_words``, and so is one that always stands in one longer phrase
    of the table. Raises ``BadInput`` for a length under 2.
    """
    import pandas as pd
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    if not lengths or min(lengths) < 2:
        raise BadInput("an n-gram with the term has 2 words or more; give lengths such as (2, 3)")
    empty = frozenset() if stop_words else ENGLISH_STOP_WORDS
    papers: dict[tuple[str, ...], set[str]] = {}
    places: dict[tuple[str, ...], set[int]] = {}
    columns = ["paper_id", "sentence", "sentence_start", "start", "end"]
    for number, row in enumerate(readings[columns].to_dict("records")):
        run, node = _run(*cut_at_mention(row), reach=max(lengths) - 1)
        for n in lengths:
            for at in range(max(0, node - n + 1), min(node, len(run) - n) + 1):
                phrase = tuple(run[at : at + n])
                if phrase[0] not in empty and phrase[-1] not in empty:
                    papers.setdefault(phrase, set()).add(row["paper_id"])
                    places.setdefault(phrase, set()).add(number)
    shared = {phrase for phrase, holding in papers.items() if len(holding) >= least}
    parts = {part for phrase in shared for part in _parts(phrase) & shared if places[part] == places[phrase]}
    table = pd.DataFrame(
        [(" ".join(p), len(p), len(places[p]), len(papers[p])) for p in shared - parts],
        columns=["ngram", "words", "mentions", "papers"],
    )
    return table.sort_values(["mentions", "papers", "ngram"], ascending=[False, False, True], ignore_index=True)


def _run(left: str, surface: str, right: str, *, reach: int) -> tuple[list[str], int]:
    """The unbroken run of words around a mention, at most ``reach`` to either side, and the mention's place in it."""
    before, after = as_counted(left), as_counted(right)
    words: list[str] = []
    edge = len(before)
    for found in reversed(list(word_places(before))):
        if len(words) == reach or not _JOINS.fullmatch(before, found.end(), edge):
            break
        words.insert(0, found[0])
        edge = found.start()
    node, edge = len(words), 0
    words.append(as_counted(surface))
    for found in word_places(after):
        if len(words) == node + 1 + reach or not _JOINS.fullmatch(after, edge, found.start()):
            break
        words.append(found[0])
        edge = found.end()
    return words, node


def _parts(phrase: tuple[str, ...]) -> set[tuple[str, ...]]:
    """The shorter phrases within ``phrase``."""
    n = len(phrase)
    return {phrase[a:b] for a in range(n) for b in range(a + 2, n + 1) if b - a < n}
