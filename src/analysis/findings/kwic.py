"""The concordance: every mention as a line, sorted and chosen by the words around it (keyword in context)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from analysis.common.errors import BadInput
from analysis.common.wording import listed
from analysis.common.words import in_one_spelling, words
from analysis.inventory.marks import cut_at_mention

if TYPE_CHECKING:
    import pandas as pd

POSITIONS = ("L3", "L2", "L1", "R1", "R2", "R3")
SPAN = 5  # words to either side among which a word is looked for
_READ = ["mention_id", "paper_id", "title", "year", "field", "surface", "sense"]
_MADE_OF = ["sentence", "sentence_start", "start", "end"]
_LINE = ["mention_id", "paper_id", "title", "year", "field", "left", "surface", "right", "sense"]


def concordance(
    readings: pd.DataFrame,
    *,
    sort: str | Sequence[str] = ("L1", "L2", "L3"),
    left: str = "",
    right: str = "",
    span: int = SPAN,
    sense: str | None = None,
) -> pd.DataFrame:
    """The mentions as lines of a concordance, one row each.

    Needs mention_id, paper_id, title, year, field, sentence, sentence_start, start, end, surface and sense. Returns
    mention_id, paper_id, title, year, field, left, surface, right (its sentence, before and after), sense, and L3 to
    R3: the third word to the left of the mention up to the third to the right, "" where its sentence has none.

    ``sort`` names the positions to sort by, the first of them first; accents and capitals do not matter, and lines
    without a word there come last. No position keeps the order of the collection. ``left`` and ``right`` are words
    that must stand within ``span`` words on that side: all of several, one of those parted by ``|``, any letters for
    ``*``. ``sense`` keeps its mentions alone. Raises ``BadInput`` for an unknown position or sense, or no span.
    """
    import pandas as pd

    by = [sort] if isinstance(sort, str) and sort else list(sort)
    if unknown := [position for position in by if position not in POSITIONS]:
        raise BadInput(f"{unknown[0]!r} is no place to sort by; use {listed(POSITIONS)}")
    if span < 1:
        raise BadInput(f"a span of {span} words holds none; use 1 or more")
    if sense is not None:
        if sense not in set(readings["sense"]):
            raise BadInput(f"no mention has the sense {sense!r}; there are {listed(sorted(set(readings['sense'])))}")
        readings = readings[readings["sense"] == sense]
    is_left, is_right = context_test(left), context_test(right)
    lines = []
    for row in readings[[*_READ, *_MADE_OF]].to_dict("records"):
        cut = cut_at_mention(row)
        before, after = words(cut.left)[::-1], words(cut.right)  # both from the mention outwards
        if is_left(before[:span]) and is_right(after[:span]):
            near = [*[*before, "", "", ""][2::-1], *[*after, "", "", ""][:3]]
            lines.append([*(row[column] for column in _READ), cut.left, cut.right, *near])
    table = pd.DataFrame(lines, columns=[*_READ, "left", "right", *POSITIONS]).astype({"year": "Int64"})
    table = table[[*_LINE, *POSITIONS]]
    if by:
        keys = pd.DataFrame({position: table[position].map(_alphabetic) for position in by})
        table = table.loc[keys.sort_values(by, kind="stable").index]
    return table.reset_index(drop=True)


def context_test(wanted: str) -> Callable[[Sequence[str]], bool]:
    """A test of words: whether each of those ``wanted`` is among them; ``|`` parts alternatives, ``*`` is any letters.

    The concordance page reads its fields in the same way (``words.js``).
    """
    patterns = [
        re.compile("|".join(".*".join(map(re.escape, one.split("*"))) for one in item.split("|") if one))
        for item in in_one_spelling(wanted).split()
        if item.strip("|")
    ]
    return lambda found: all(any(pattern.fullmatch(word) for word in found) for pattern in patterns)


def _alphabetic(word: str) -> tuple[bool, str, str]:
    """Sorts ``word`` as a dictionary does, without accents first, and nothing last."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return word == "", plain, word
