"""What an amount measures, of what or on what, and compared with what: stretches of its sentence.

Rules on the words around a number; no parse. A parse of the sentences that hold a number would take most of a minute
for 4,700 abstracts.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from analysis.evidence.context import Context, context_of, phrase_after, phrase_before
from analysis.evidence.numbers import Number
from analysis.evidence.quantity_kind import INTERVAL, P_VALUE, RELATION, kind_of
from analysis.evidence.words import GAINS


class Measured(NamedTuple):
    """The kind of an amount and three stretches of its sentence, each "" where the sentence does not say."""

    kind: str
    what: str
    of: str
    versus: str


_CHANGES = (
    r"improv\w+|reduc\w+|increas\w+|decreas\w+|boost\w*|lower\w*|rais\w+|cut\w*|sav\w+|accelerat\w+|lift\w*|enhanc\w+|"
    r"speed\w*|degrad\w+|shorten\w*"
)
_REACHES = (
    r"achiev\w+|reach\w*|attain\w*|obtain\w*|report\w*|show\w*|yield\w*|demonstrat\w+|giv\w+|deliver\w*|record\w*|"
    r"exhibit\w*|provid\w+|produc\w+|has|have|had|having"
)
_BEATS = r"outperform\w*|surpass\w*|exceed\w*|beat\w*"
_BECOMES = (
    r"increas\w+|decreas\w+|declin\w+|drop\w*|rose|rises?|rising|fell|falls?|grew|grows?|improv\w+|"
    r"reduced|degrad\w+|jump\w*|"
    r"climb\w*|plummet\w*|varied|varies|ranged?|ranges|ranging|is|was|were|are|reach\w*|averaged|"
    r"exceed\w*|remained|equals?|"
    r"occurred in|noted in|observed in|reported in|seen in|found in|occurred|been"
)
_ADVERB = r"(?:[a-z]+ly |further |also |still |only )?"
_OBJECT_AFTER = re.compile(rf"\b(?:{_CHANGES}|{_REACHES}|{_BEATS}) ", re.IGNORECASE)
_SUBJECT = re.compile(rf"(?<![ ,(])[ ,(]++{_ADVERB}(?:{_BECOMES})(?: {_ADVERB[:-1]})?$", re.IGNORECASE)
_CONNECTOR = re.compile(
    r"(?: (?:of|is|was|were|are|at|to|from|between|values?|Of)| ?\([^()]{1,25}\)| ?[=:<>≥≤(]| ?>=| ?<=|,)$"
)
_VERB = re.compile(
    rf"(?:.* )?(?:{_CHANGES}|{_REACHES}|{_BEATS}|stor\w+|utili[sz]\w+|us(?:es|ing)|requir\w+|need\w*|"
    rf"tak(?:es|ing)|with)$"
)
_PRONOUNS = ("it", "this", "them", "these")
_SAVED = re.compile(r"\b(?:sav\w+|reduc\w+|cut\w*|eliminat\w+|remov\w+)$")
# Where another claim begins.
_CLAUSE = re.compile(r"[;:]|\.\s|, (?:while|which|with|but|whereas|as well|indicat\w+|expos\w+|reveal\w+|depending)\b")
_PLACE = re.compile(
    r"\b(on|in|for|across|of|among|within|at|under|during) (?!average\b|total\b|respectively\b|terms of|order\b)"
)
_PLACE_FIRST = re.compile(
    r"(?:^|[,:;] )(?:[Oo]n|[Ii]n|[Aa]cross|[Ff]or|[Aa]mong) (?!(?:our |the )?(?:experiments?|addition|"
    r"contrast|particular|"
    r"total|example|fact|this|general|practice|instance|comparison|average|summary|turn|most)\b)(?=\w)"
)
_COMPARED = r"compared (?:with|to|against)|(?:as |in )?compari(?:son|ng) (?:to|with)|relative to|versus|vs\.?|against"
_VERSUS = re.compile(rf"\b(?:{_COMPARED}|than|over|{_BEATS}) (?:that of |those of )?(?=[\w\"“(])", re.IGNORECASE)
_VERSUS_VALUE = re.compile(
    rf"^[^.;]{{0,80}}?\b(?:{_COMPARED}) [\d.,]+\s?\\?%?\w{{0,8}} (?:in|for|of|on|with) ", re.IGNORECASE
)
_VERSUS_FIRST = re.compile(rf"\b(?:{_COMPARED}|outperform\w*|surpass\w*) (?=\w)", re.IGNORECASE)
_GOES_ON = re.compile(rf"(?:,(?: and| or)?| and| or|\b(?:{_COMPARED})) $")  # "40% of men, 57% of women"
_DETERMINERS = re.compile(r"(?:the |a |an |its |their |our |all |each |every |both |various |this |these )*")
_MULTIPLIERS = ("times", "fold", "orders of magnitude")


def measure(number: Number, text: str, start: int, end: int, previous: Measured | None = None) -> Measured:
    """Read the sentence ``text[start:end]`` around a number in it.

    ``previous`` is what the number before it measures, if that stands in the same sentence and has the same unit: the
    second of two values mostly measures the same, and its own words need not say so.
    """
    around = context_of(number, text, start, end)
    kind = kind_of(number, around)
    goes_on = previous and kind == previous.kind and not around.noun and _GOES_ON.search(around.before)
    what = "" if goes_on else _what(number, around, kind)
    if not what and previous and kind == previous.kind:
        what = previous.what
    of, versus = ("", "") if kind == "scope" else (_of(around, what), _versus(around) if kind == "result" else "")
    if of == what:
        of = ""
    return Measured(kind, what, of, versus)


def _what(number: Number, around: Context, kind: str) -> str:
    near, behind, noun = around.near, around.behind, around.noun
    if found := P_VALUE.search(near):
        return found[1]
    if interval := INTERVAL.search(near):
        return interval[1].strip("()")
    if relation := RELATION.search(near, max(0, len(near) - 45)):
        return phrase_before(near[: relation.end(1)])
    if kind == "scope" and noun:
        return noun
    words = noun.lower().split()
    inside = re.match(r"[^.;,]{0,40}? in ", behind)
    if words and words[-1] in GAINS and inside:
        return phrase_after(_DETERMINERS.sub("", behind[inside.end() :], count=1)) or noun
    if number.unit in _MULTIPLIERS and noun:
        return re.sub(r"^(?:more|less|fewer|as|higher|lower) (?=\w)", "", noun)
    if noun and (not number.unit or number.unit[:3] in ("%", "poi", "per", "of ") or kind == "setting"):
        return noun
    part = re.match(r" of ", behind) if number.unit == "%" or number.form == "fraction" else None
    if part:
        if _SAVED.search(around.close):
            return phrase_after(_DETERMINERS.sub("", behind[4:], count=1))
        stem = around.close.rstrip(" ,(")
        subject = _without_verb(stem)
        return phrase_before(subject) if subject != stem else ""
    return _what_before(around) or noun


def _what_before(around: Context) -> str:
    close = around.close.rstrip(" ,(")
    for verb in _OBJECT_AFTER.finditer(close):
        told = close[verb.end() :].strip(" ,(")
        if not told or len(told.split()) > 8 or re.search(r"[;:]|\. ", told):
            continue
        if told.lower() in _PRONOUNS:
            return phrase_before(close[: verb.start()].rstrip(" ,"))
        thing = phrase_before(re.sub(r" (?:of|by|from|to|at)$", "", told))
        inside = re.match(r"[^.;,\d]{0,8} in ", around.behind)
        if inside and thing.lower().split()[-1:] and thing.lower().split()[-1] in GAINS:
            return phrase_after(_DETERMINERS.sub("", around.behind[inside.end() :], count=1)) or thing
        if thing:
            return thing
    stem = _without_verb(close)
    for _ in range(3):
        stem = _CONNECTOR.sub("", stem).rstrip(" ,(")
    phrase = phrase_before(stem)
    return "" if _VERB.fullmatch(phrase) else phrase


def _without_verb(stem: str) -> str:
    """``Death was noted in`` -> ``Death``."""
    for _ in range(3):
        stem = _SUBJECT.sub("", stem)
    return stem


def _of(around: Context, what: str) -> str:
    behind = _clause(around.behind)
    at = behind.find(what) + len(what) if what and 0 <= behind.find(what) < 30 else 0
    told = behind[at:]
    for place in _PLACE.finditer(told):
        between = told[: place.start()]
        if len(between) > 60 or re.search(r"[,.;\d]", between):
            break
        if not (place[1] == "of" and (_VERSUS.search(between) or between.endswith("state "))):
            return _item(told[place.end() :], around.place, around.listed)
    for place in _PLACE_FIRST.finditer(around.before[-200:]):
        phrase = _with_article(around.before[-200:][place.end() :])
        if phrase and re.match(r"(?: of [\w,.]+ \w+)?,", around.before[-200:][place.end() + len(phrase) :]):
            return phrase
    return ""


def _clause(text: str) -> str:
    end = _CLAUSE.search(text)
    return text[: end.start()] if end else text


def _item(text: str, place: int, listed: int) -> str:
    """The phrase that a text begins with; of a list as long as that of the numbers, the item at the same place."""
    if listed > 1:
        items = re.match(rf"(?:[^,;.]{{1,60}}, (?:and )?){{{listed - 1}}}|[^,;.]{{1,60}}? and ", text)
        if items and (listed > 2 or " and " in items[0]):
            parts = re.split(r", and |, | and ", text, maxsplit=listed - 1)
            if len(parts) == listed:
                return _with_article(parts[place]) if place < listed else ""
    return _with_article(text)


def _with_article(text: str) -> str:
    lead = _DETERMINERS.match(text)
    at = lead.end() if lead else 0
    phrase = phrase_after(text[at:])
    return text[: at + text[at:].index(phrase) + len(phrase)].strip() if phrase else ""


def _versus(around: Context) -> str:
    if found := _VERSUS_VALUE.match(around.after[:140]):
        return _with_article(around.after[found.end() :])
    behind = _clause(around.behind[:130])
    for found in _VERSUS.finditer(behind):
        if phrase := _with_article(behind[found.end() :]):
            return phrase
    found = _VERSUS_FIRST.search(around.before[-200:])
    return _with_article(around.before[-200:][found.end() :]) if found else ""
