"""The words around a number in its sentence, as the rules for its kind and its measure read them."""

from __future__ import annotations

import re
from typing import NamedTuple

from analysis.evidence.numbers import Number
from analysis.evidence.words import CLASSIFIERS, FUNCTION_WORDS, LEADING, MEASURES_OF

# The others of a number's list: "16.8%, 4.3%, and" before it, ", 4.3% and 2%" behind it.
_UNIT = (
    r" ?(?!(?:on|in|for|of|and|or|to|at|by|vs|as|is|was)\b)(?:[A-Za-zμ°²³]{1,3}|days|weeks|months|years|"
    r"hours|points|times)\b"
)
_VALUE = rf"\$?[-−+~]?[\d.,·]{{1,15}}(?:\\?%|\$?\\times|×|{_UNIT})?\\?\$?"
_LISTED_BEFORE = re.compile(rf"(?:{_VALUE}(?:, and |, or |, | and | or |/| to | vs?\. | vs | versus )){{1,12}}$")
_LISTED_AFTER = re.compile(rf"(?:(?:, and |, or |, | and | or |/){_VALUE}(?=[\s,.;)])){{1,12}}")
_ITEM = re.compile(_VALUE)
_HEDGE = re.compile(
    r"(?:\b(?:about|approximately|around|roughly|nearly|almost|only|over|under|just|up to|as (?:high|"
    r"low|much|many|few) as|an average of|"
    r"on average|average of|a mean of|a median of|a total of|more than|less than|fewer than|at least|"
    r"at most|merely|a mere|similar to|an estimated|by|"
    r"an additional|a factor of|some|exactly|below|above|close to|to|from|between|ranging)\s?|"
    r"[~≈(\[$]\s?|\\(?:sim|approx)\s?|\{?\\sim\}?)$"
)
_IN_BRACKETS = re.compile(r"^\s?\([^()]{1,60}\)(?= \w)")  # "25% (P=0.05) fewer deaths"
_TOKEN = re.compile(r"[ ~-]?([^\W_][\w'’/+@*&.-]*[\w*]|[^\W_])")
_WORD_OR_MARK = re.compile(r"[^\W_][\w'’/+@*&-]*(?:\.\w+)*|[^\s\w]")


_REACH = 300  # characters to each side that the rules read


class Context(NamedTuple):
    """A number's sentence before and behind it, and what stands next to it.

    ``near`` is ``before`` without the other numbers of a list, ``close`` is ``near`` without hedges ("up to about"),
    ``behind`` is ``after`` without the rest of the list, ``noun`` the phrase that ``behind`` begins with. ``place`` is
    the number's place in its list, ``listed`` how many that list has.
    """

    written: str
    before: str
    after: str
    near: str
    close: str
    behind: str
    noun: str
    place: int
    listed: int


def context_of(number: Number, text: str, start: int, end: int) -> Context:
    """The context of a number within the sentence ``text[start:end]``."""
    before = text[max(start, number.start - _REACH) : number.start]
    after = text[number.end : min(end, number.end + _REACH)]
    earlier, later = _LISTED_BEFORE.search(before[-160:]), _LISTED_AFTER.match(after[:200])
    near = before[-160:][: earlier.start()] if earlier else before[-160:]
    behind = _IN_BRACKETS.sub("", after[later.end() if later else 0 :][:200])
    close = near
    while (hedged := _HEDGE.sub("", close)) != close:
        close = hedged.rstrip(" ")
    place = len(_ITEM.findall(earlier[0])) if earlier else 0
    listed = place + 1 + (len(_ITEM.findall(later[0])) if later else 0)
    noun = phrase_after(re.sub(r"^\+?\}?", "", behind))
    return Context(text[number.start : number.end], before, after, near, close, behind, noun, place, listed)


def phrase_after(text: str) -> str:
    """The noun phrase that a text begins with, up to and with its first plural: ``popular LLMs``; "" if none."""
    at = good = 0
    last, plural = "", False
    for _ in range(9):
        match = _TOKEN.match(text, at)
        if not match:
            break
        word, lower = match[1], match[1].lower()
        if plural:
            if lower != "of" or last not in CLASSIFIERS:
                break
            at, plural = match.end(), False
            continue
        if lower in ("and", "or") and good and at:
            at = match.end()
            continue
        function = lower in FUNCTION_WORDS and not word[1:].isupper()
        if function or (good and lower.endswith("ly")) or not re.search(r"[^\W\d]", word):
            break
        at = good = match.end()
        last = lower
        plural = lower.endswith("s") and not lower.endswith(("ss", "us", "is", "'s", "’s"))
        if text[at : at + 1] not in (" ", "~"):
            break
    return text[:good].strip(" ~-")


def phrase_before(text: str) -> str:
    """The noun phrase that a text ends with, without articles and praise: ``a new state-of-the-art FID`` -> ``FID``."""
    tail = text[-100:]
    words = list(_WORD_OR_MARK.finditer(tail))
    while words and words[-1][0] in "()[]$,":
        words.pop()
    start = None
    for i in range(len(words) - 1, max(-1, len(words) - 9), -1):
        word = words[i][0]
        lower = word.lower()
        of = lower == "of" and start is not None and i > 0 and words[i - 1][0].lower() in MEASURES_OF
        if not of and ((lower in FUNCTION_WORDS and not word[1:].isupper()) or not word[0].isalnum()):
            break
        if tail[words[i].end() : words[i + 1].start() if i + 1 < len(words) else len(tail)].strip():
            break
        start = i
    if start is None:
        return ""
    while start < len(words) - 1 and words[start][0].lower() in LEADING:
        start += 1
    return tail[words[start].start() : words[-1].end()]
