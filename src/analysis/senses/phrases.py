"""How an induced sense is called: by the noun phrases, verbs and words that its mentions have and the others have not.

What a person would say of a group of mentions is mostly in the text already: "central bank", "river bank". A phrase
belongs to the group whose mentions have it more often than the others', by the test that keyness uses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.common.wording import count_of, listed
from analysis.statistics.association import surplus_p

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 2  # mentions that have a phrase or a verb, for it to be told
CHANCE = 0.1  # probability that chance alone gives a group as many; names need less proof than findings
PHRASES, VERBS, WORDS = 3, 3, 4  # told in a description, at most
NAMED = 2  # phrases or words in a name
SHORTEST = 3  # letters of a phrase's other word; shorter ones are symbols


class Told(NamedTuple):
    """Name and one-line description of one group of mentions."""

    name: str
    description: str


def tell_groups(mentions: pd.DataFrame, groups: np.ndarray, words: Sequence[Sequence[str]], term: str) -> list[Told]:
    """Name and describe each group.

    ``mentions`` is a mentions table of n rows, ``groups`` the group of each, from 0 on; ``words`` are the words that
    set each group apart, best first. Phrases are the term with its modifier or its head. No phrase, verb or name is
    given to two groups.
    """
    count = len(words)
    rows = list(zip(mentions["modifier"], mentions["head"], mentions["verb"], groups, strict=True))
    phrases = _apart([(phrase, k) for mod, head, _, k in rows for phrase in _phrases(mod, head, term)], groups, count)
    verbs = _apart([(verb, k) for _, _, verb, k in rows if verb], groups, count)
    sizes = np.bincount(groups, minlength=count)
    return [
        Told(_name(k, phrases[k], words[k]), _description(int(sizes[k]), phrases[k], verbs[k], words[k]))
        for k in range(count)
    ]


def _phrases(modifier: str, head: str, term: str) -> list[str]:
    """The term with what modifies it, and with what it modifies."""
    parts = ((modifier, f"{modifier} {term}"), (head, f"{term} {head}"))
    return [phrase for word, phrase in parts if sum(map(str.isalpha, word)) >= SHORTEST and word != term]


def _apart(found: Sequence[tuple[str, int]], groups: np.ndarray, count: int) -> list[list[str]]:
    """Of each group, what it uses more often than the others, best first."""
    uses = [Counter(what for what, k in found if k == group) for group in range(count)]
    whole = sum(uses, Counter())
    sizes = np.bincount(groups, minlength=count)
    if count == 1:
        return [[what for what, n in sorted(whole.items(), key=lambda item: (-item[1], item[0])) if n >= FEWEST]]
    told: list[list[str]] = []
    for group, own in enumerate(uses):
        kept = sorted(what for what, n in own.items() if n >= FEWEST)
        if not kept:
            told.append([])
            continue
        mine = np.array([own[what] for what in kept], dtype=int)
        rest = np.array([whole[what] for what in kept], dtype=int) - mine
        chance = surplus_p(mine, rest, int(sizes[group]), int(sizes.sum() - sizes[group]))
        order = np.lexsort((-mine, chance))
        told.append([kept[i] for i in order if chance[i] <= CHANCE])
    return told


def _name(group: int, phrases: Sequence[str], words: Sequence[str]) -> str:
    """The best phrases; where there are too few, words that they do not say already."""
    named = list(phrases[:NAMED])
    for word in words:
        if len(named) < NAMED and not any(set(word.split()) & set(other.split()) for other in named):
            named.append(word)
    return ", ".join(named) or f"sense {group + 1}"


def _description(size: int, phrases: Sequence[str], verbs: Sequence[str], words: Sequence[str]) -> str:
    """One sentence a kind of evidence, as far as there is any, and how many mentions it stands on."""
    quoted = [f"\u201c{phrase}\u201d" for phrase in phrases[:PHRASES]]
    parts = [
        f"as in {listed(quoted)}" if quoted else "",
        f"with the {'verbs' if len(verbs[:VERBS]) > 1 else 'verb'} {listed(verbs[:VERBS])}" if verbs else "",
        f"near the words {listed(words[:WORDS])}" if words else "",
    ]
    said = "; ".join(part for part in parts if part)
    found = f"Found in {count_of(size, 'mention')}"
    return f"{said[0].upper()}{said[1:]}. {found}." if said else f"{found}."
