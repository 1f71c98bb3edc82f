"""The words that tell which names are methods, materials and metrics: ``data/named.yaml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from analysis.common.resources import resource
from analysis.inventory.kind_words import singular_of


@dataclass(frozen=True)
class NameWords:
    """The lists of the file.

    ``metric`` finds the names of well-known metrics. ``nouns`` gives for a noun the kind of a name beside it
    ("dataset": material), ``known`` for a well-known name its own.
    """

    metric: re.Pattern[str]
    metric_heads: frozenset[str]
    bare_heads: frozenset[str]
    no_metrics: frozenset[str]
    nouns: dict[str, str]
    known: dict[str, str]
    broad: frozenset[str]
    vague_heads: frozenset[str]
    task_heads: frozenset[str]


@cache
def name_words() -> NameWords:
    """The words of the shipped file."""
    import yaml

    data: dict[str, Any] = yaml.safe_load(resource("data", "named.yaml").read_text("utf-8"))

    def listed(name: str) -> frozenset[str]:
        return frozenset(data[name].split())

    return NameWords(
        metric=_any_of(data["metrics"], data["short_metrics"].split()), metric_heads=listed("metric_heads"),
        bare_heads=listed("bare_heads"),
        no_metrics=listed("no_metrics"),
        nouns={noun: kind for kind in ("material", "method", "metric") for noun in listed(f"{kind}_nouns")},
        known={key_of(name): kind for kind in ("method", "material") for name in data[f"known_{kind}s"]},
        broad=frozenset(data["broad"]), vague_heads=listed("vague_heads"), task_heads=listed("task_heads"),
    )  # fmt: skip


def _any_of(names: list[str], short: list[str]) -> re.Pattern[str]:
    """A pattern for any of the names; ``short`` ones with a capital or a digit behind their first letter."""
    full = sorted((re.sub(r"[ -]", "[ -]", re.escape(name).replace("\\ ", " ").replace("\\-", "-")) for name in names),
                  key=len, reverse=True)  # fmt: skip
    brief = sorted(map(re.escape, short), key=len, reverse=True)
    return re.compile(
        rf"(?<![\w-])(?:(?i:(?:{'|'.join(full)})s?)|"
        rf"(?=\w[^\s,;]*[A-Z0-9@])(?i:{'|'.join(brief)})(?:[ -][Ss]cores?)?)(?![\w-])"
    )


def key_of(name: str) -> str:
    """What spellings of one name have in common: its letters and digits, the last word in the singular."""
    plain = re.sub(r"\s*\([^()]*\)|(?<=[A-Z])s\b", "", name)
    words = re.findall(r"[^\W_]+", plain.casefold())
    return " ".join([*words[:-1], singular_of(words[-1])]) if words else ""
