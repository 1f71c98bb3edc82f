"""Which sentence of an abstract states its problem, and which its result, by the words of ``data/told.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from analysis.common.resources import resource
from analysis.evidence.own_work import MADE
from analysis.findings.spans import Span

RESULT, METHOD = "result", "method"
PROBLEM = ("background", "objective")


@cache
def _says(what: str) -> re.Pattern[str]:
    """The pattern of this name in ``data/told.yaml``."""
    import yaml

    patterns: dict[str, str] = yaml.safe_load(resource("data", "told.yaml").read_text("utf-8"))
    return re.compile(patterns[what].replace("\n", ""))


def released(sentence: str) -> bool:
    """Whether a sentence says what was made public, is planned or is promised."""
    return _says("released").search(sentence) is not None


def problem_in(
    sentences: Sequence[tuple[Span, Any]], mentions: Sequence[Span], texts: Mapping[str, str]
) -> Span | None:
    """The sentence that states the problem: it speaks of something amiss, and not of what the authors did.

    ``sentences`` are spans and rows of the sentences table, in their order. It is a background or objective sentence;
    one that turns ("However, ...") may have any role but result, if nothing that the authors made stands before it. One
    with a mention goes first, then one that turns, then the first.
    """
    ranked, did = [], False
    for span, row in sentences:
        text = texts[span.field][span.start : span.end]
        turns = _says("turns").match(text) is not None
        if _says("did").search(text):
            did = did or MADE.search(text) is not None
        elif _says("amiss").search(text) and (row.role in PROBLEM or (turns and not did and row.role != RESULT)):
            ranked.append((not any(span.meets(mention) for mention in mentions), not turns, span))
    return min(ranked)[-1] if ranked else None


def result_in(
    sentences: Sequence[tuple[Span, Any]],
    mentions: Sequence[Span],
    quantities: Sequence[Span],
    texts: Mapping[str, str],
) -> Span | None:
    """The sentence that states the main result: what was found, rather than released, planned or tried.

    Its role is result, or it holds one of the result ``quantities``, or it is a method sentence that says of a finding
    that it is one ("we show that", "outperforms"). One with a quantity or with words of findings goes first, then one
    with a mention, then one with a quantity, then one that says of a finding that it is one, then one whose
    role is result, then the first.
    """
    ranked = []
    for span, row in sentences:
        text = texts[span.field][span.start : span.end]
        number = any(span.holds(quantity) for quantity in quantities)
        found = number or (_says("found").search(text) is not None and not _says("may").search(text))
        plain = _says("found_out").search(text) is not None
        if not (row.role == RESULT or number or (row.role == METHOD and plain)):
            continue
        if not number and (released(text) or (_says("tried").search(text) and not found)):
            continue
        told = any(span.meets(mention) for mention in mentions)
        ranked.append((not found, not told, not number, not plain, row.role != RESULT, span))
    return min(ranked)[-1] if ranked else None
