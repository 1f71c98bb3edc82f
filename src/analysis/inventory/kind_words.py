"""The words that tell which kind of a term a mention names, and who has it: ``data/kinds.yaml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from analysis.common.resources import resource
from analysis.inventory.family import singular


@dataclass(frozen=True)
class KindWords:
    """Word lists for one term; ``heads`` and ``families`` are empty for a term of which nothing is known.

    ``families`` gives for a word before the term the name of its family, ``bearers`` for a word the sort of thing it
    is: model, data, people or method (of several the first).
    """

    generic: frozenset[str]
    verbs: frozenset[str]
    degree: frozenset[str]
    measures: frozenset[str]
    of_activity: frozenset[str]
    activities: frozenset[str]
    towards: tuple[str, ...]
    about: tuple[str, ...]
    ends: frozenset[str]
    articles: frozenset[str]
    bearers: dict[str, str]
    model_endings: tuple[str, ...]
    data_modifiers: frozenset[str]
    has: frozenset[str]
    adverbs: frozenset[str]
    borne: frozenset[str]
    heads: frozenset[str]
    families: dict[str, str]


@cache
def kind_words(term: str) -> KindWords:
    """The words for a term, those of the shipped file."""
    import yaml

    data: dict[str, Any] = yaml.safe_load(resource("data", "kinds.yaml").read_text("utf-8"))
    own = data["terms"].get(term.lower(), {})
    bearers: dict[str, str] = {}
    for sort, words in data["bearers"].items():
        bearers.update({word: sort for word in words.split() if word not in bearers})
    families: dict[str, str] = {}
    for family, words in own.get("families", {}).items():
        families.update({plain(word): family for word in words if plain(word) not in families})

    def listed(name: str) -> frozenset[str]:
        return frozenset(data[name].split())

    return KindWords(
        generic=listed("generic"), verbs=listed("verbs"), degree=listed("degree"), measures=listed("measures"),
        of_activity=listed("of_activity"), activities=listed("activities"), towards=tuple(data["towards"]),
        about=tuple(data["about"]), ends=listed("ends"), articles=listed("articles"), bearers=bearers,
        model_endings=tuple(data["model_endings"]), data_modifiers=listed("data_modifiers"), has=listed("has"),
        adverbs=listed("adverbs"), borne=listed("borne"), heads=frozenset(own.get("heads", "").split()),
        families=families,
    )  # fmt: skip


_IRREGULAR = {"corpora": "corpus", "men": "man", "women": "woman", "children": "child", "news": "news",
              "analyses": "analysis", "hypotheses": "hypothesis"}  # fmt: skip


def singular_of(word: str) -> str:
    """The singular of a word in lower case, also of the irregular ones that are who or what has something."""
    return _IRREGULAR.get(word.lower()) or singular(word.lower())


_BRITISH = (
    (re.compile(r"is(e|es|ed|ing|ation)\b"), r"iz\1"),
    (re.compile(r"(behavi|col|fav|neighb|lab|hum|harb)our"), r"\1or"),
    (re.compile(r"centre"), "center"),
    (re.compile(r"(mode|labe|signa|cance)ll"), r"\1l"),
)


def plain(words: str) -> str:
    """What spellings of the same words have in common: case, hyphens, blanks and British spelling are left out."""
    text = words.lower()
    for pattern, american in _BRITISH:
        text = pattern.sub(american, text)
    return re.sub(r"[\W_]+", "", text)
