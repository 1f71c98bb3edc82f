"""Numbers in a text, as they are written: digits, words, LaTeX, powers of ten, multiples and units.

``scan`` reads single numbers. What is no quantity at all (a name with digits, a link, a citation, a year) is left out
here or by ``analysis.evidence.amounts``, which joins numbers to ranges and shares.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from analysis.evidence.units import UNIT, canonical_unit
from analysis.evidence.words import SCOPE_NOUNS

# --- words -----------------------------------------------------------------------------------------------------------

_SMALL = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS = {w: 10 * v for v, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_POWERS = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_WORDS = _SMALL | _TENS | {"fourty": 40, "hundred": 100} | _POWERS
_FRACTIONS = {
    "half": 0.5, "third": 0.333, "quarter": 0.25, "fourth": 0.25, "fifth": 0.2, "sixth": 0.167, "eighth": 0.125,
    "tenth": 0.1,
}  # fmt: skip
# Words that are a factor by themselves.
_FACTORS = {
    "halve": 0.5, "halves": 0.5, "halved": 0.5, "halving": 0.5, "double": 2, "doubles": 2, "doubled": 2, "doubling": 2,
    "twice": 2, "triple": 3, "triples": 3, "tripled": 3, "tripling": 3, "thrice": 3, "quadruple": 4, "quadruples": 4,
    "quadrupled": 4, "quadrupling": 4,
}  # fmt: skip
MULTIPLES = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "bn": 1e9, "T": 1e12, "hundred": 100.0} | _POWERS

# --- the pattern -----------------------------------------------------------------------------------------------------
# Every repetition is bounded, so that the time is linear in the text.

_THIN = "\u00a0\u2009\u202f"
_SPACES = "- ~\\,;" + _THIN
_GAP = rf"(?:[ {_THIN}\u2000-\u200a~]|\\[ ,;]){{0,2}}"
_MINUS = "\\-\u2212\u2013"
_INTEGER = (
    rf"(?:\d{{1,3}}(?:(?:,|\{{,\}}|['’{_THIN}]|\\,)\d{{3}}){{1,5}}(?!\d)|[1-9]\d{{0,2}}(?: "
    rf"\d{{3}}){{1,3}}(?![\d,.·]\d|\d)|\d{{1,30}})"
)
_STRAY = r"\d{1,2}\. \d{1,2}(?=\\?%)"  # a decimal that was broken: "63. 53%"
_DECIMAL = rf"(?:(?<![\d.,]){_STRAY}|{_INTEGER}(?:(?:[.·]| center dot )\d{{1,20}})?|(?<![\w.])[.·]\d{{1,20}})"
_SUPER = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
_POWER = (
    rf"(?:\d(?:\.\d{{1,9}})?{_GAP}(?:×|x|\\times|\\cdot|\\ast|·|\*|times){_GAP}10\(\d{{1,2}}\)|"
    rf"(?:\d(?:\.\d{{1,9}})?{_GAP}(?:×|x|\\times|\\cdot|\\ast|·|\*|times){_GAP})?"
    rf"10(?:\^(?:\{{[{_MINUS}+]?\d{{1,3}}\}}|\([{_MINUS}]?\d{{1,3}}\)|[{_MINUS}]?\d{{1,3}})|"
    rf"[{_SUPER}]{{1,4}}|\([{_MINUS}]\d{{1,2}}\)))"
)
_SCIENTIFIC = r"\d(?:\.\d{1,9})?[eE][-−+]?\d{1,3}"
_MULTIPLE = (
    rf"(?:(?:k|K|M|B|bn|T(?=[ -](?:tokens?|words|param)))(?![A-Za-z\d])|{_GAP}-?(?:hundred|thousand|"
    rf"million|billion|trillion)(?![A-Za-z]))"
)
_BY = r"(?:×|x|X|\*|\\times ?|times)"
_SIZE = rf"(?:(?:{_BY}\d{{1,6}}){{1,3}}|(?: {_BY} \d{{1,6}}){{1,3}})(?![\d^(])(?!\.\d)"
_CURRENCY = r"(?:(?:US|AU|CA|C|A)?\\?\$|(?:USD|EUR|GBP)[ ]?|[€£¥])"
# Of the dollar signs of a formula the first is not a currency.
_NO_FORMULA = r"(?!(?:[^A-Za-z$]|\\[A-Za-z]{1,12}){0,30}\$(?!\d))"
_DIGITS = (
    rf"(?:(?P<currency>(?<![\w$]){_CURRENCY}){_NO_FORMULA})?"
    rf"(?P<sign>(?<![\w)\]}}%$.{_MINUS}])[{_MINUS}+](?=[\d.]))?"
    rf"(?P<digits>{_POWER}|{_SCIENTIFIC}|{_DECIMAL})(?P<multiple>{_MULTIPLE})?(?P<size>{_SIZE})?"
)
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_FRACTION = "|".join(_FRACTIONS)
_WORDED = (
    rf"(?i:(?P<fold>{_WORD})-?fold(?![A-Za-z])"
    rf"|(?P<fraction>(?:an?|one|two|three|four)[- ](?:{_FRACTION})s?|half)(?![A-Za-z-])"
    rf"|(?P<factor>{'|'.join(_FACTORS)})(?![A-Za-z-])"
    rf"|(?P<words>(?:an?(?= (?:hundred|thousand|million|billion|order(?: |-)of(?: |-)magnitude))|{_WORD})(?![A-Za-z])"
    rf"(?:[- ](?:and )?(?:{_WORD})(?![A-Za-z])){{0,7}}))"
)
# A name with digits (GPT-4, Qwen2.5-7B, top-5, H2O), an identifier, a word: nothing inside is a number.
_NAME = r"[^\W\d_][\w]{0,60}(?:(?:[-‐‑/+’']|(?<=\d)\.(?=\d))\w{1,60}){0,12}"
_REFERENCE = r"(?:(?i:arxiv|doi|pmid|pmcid|isbn|issn|isrctn)\s?:?\s?[\w./-]{2,60}|10\.\d{4,9}/\S{1,200})"
_SCANNED = re.compile(
    rf"(?P<skip>(?<!\w){_REFERENCE}|\\[A-Za-z]{{1,20}}(?![A-Za-z\d.]))|(?<![\w\\])(?P<name>{_NAME})"
    rf"|(?P<command>\\[A-Za-z]{{1,12}})?(?<![A-Za-z\d]\.)(?(command)|(?<!\w)){_DIGITS}(?P<rest>{UNIT})?"
    rf"|\d[\w.,]{{0,60}}|\w{{1,60}}"
)
_IN_WORDS = re.compile(_WORDED)
_BEHIND_FORMULA = re.compile(
    rf"\$(?P<multiple>{_GAP}(?:hundred|thousand|million|billion|trillion)(?![A-Za-z]))?(?P<rest>{UNIT})?"
)
_FIRST = re.compile(rf"(?:an?|half|{'|'.join(_FACTORS)}|(?:{_WORD})(?:-?fold)?)(?![A-Za-z])", re.IGNORECASE)
_UNIT = re.compile(UNIT)
# Letters or a hyphen and a letter right after a number make a name of it: 3D, 21st, 4-bit, two-stage.
_GLUED = re.compile(r"[A-Za-z_]|[-‐‑][A-Za-z]|\.\d|\d")
_ESCAPES = re.compile(r"\{,\}|\\,|[,'’ " + _THIN + "]")


_HALVED = re.compile(r" (?:the|as|that|its|their)\b")


class Number(NamedTuple):
    """A number and its unit in a text: ``text[start:end]``; ``value_to`` is NaN unless it is a range.

    ``form``: digits | words | share (3 of 5) | fraction (a third) | factor (halves) | size (3 x 4).
    """

    start: int
    end: int
    value: float
    unit: str
    form: str
    value_to: float = math.nan


def scan(text: str) -> Iterator[Number]:
    """Single numbers with their units, from left to right; names with digits and identifiers are left out.

    So are numbers beyond what a float holds.
    """
    done = 0
    for token in _SCANNED.finditer(text):
        if token.start() < done:  # "hundred" of "two hundred"
            continue
        if token["digits"]:
            number = _in_digits(token, text)
            done = number.end if number else 0
        elif token["name"] and _FIRST.match(token["name"]):
            match = _IN_WORDS.match(text, token.start())
            number = _in_words(match, text) if match else None
            done = match.end() if match else 0
        else:
            continue
        if number and math.isfinite(number.value):  # "1e999" is more than a float holds
            yield number


def _in_digits(match: re.Match[str], text: str) -> Number | None:
    value = _value_of_digits(match["digits"])
    if match["multiple"]:
        multiple = match["multiple"].strip(_SPACES)
        value *= MULTIPLES.get(multiple) or MULTIPLES[multiple.lower()]
    if match["sign"] and match["sign"] != "+":
        value = -value
    unit = canonical_unit(match["rest"]) if match["rest"] else ""
    if match["currency"]:
        if not unit:
            unit = {"$": "$", "\\$": "$"}.get(match["currency"], match["currency"].strip())
        elif match["rest"] and unit[0] not in "/%":
            unit = match["currency"].strip() + unit
    start, end = match.end("command") if match["command"] else match.start(), match.end()
    if not unit and not match["multiple"] and text.startswith("$", end) and text.endswith("$", 0, start):
        told = _BEHIND_FORMULA.match(text, end)  # "$34$ billion parameters"
        if told and (told["multiple"] or told["rest"]):
            value *= MULTIPLES[told["multiple"].strip(_SPACES).lower()] if told["multiple"] else 1
            unit = canonical_unit(told["rest"]) if told["rest"] else ""
            return Number(start - 1, told.end(), float(f"{value:.15g}"), unit, "digits")
    if not match["rest"] and _GLUED.match(text, end):
        counted = re.match(r"-([a-z]+)", text[end : end + 20])  # "a 1.25-billion-word corpus"
        if not (counted and value >= 100 and {counted[1], counted[1] + "s"} & SCOPE_NOUNS):
            return None
    return Number(
        start,
        end,
        float(f"{value:.15g}"),
        unit,
        "size" if match["size"] else "digits",
    )


def _value_of_digits(digits: str) -> float:
    plain = digits.replace(" center dot ", ".")
    if power := re.search(rf"10(?:\^[{{(]?([{_MINUS}+]?\d+)[}})]?|([{_SUPER}]+)|\(([{_MINUS}]?\d+)\))$", plain):
        raised = power[1] or power[3] or power[2].translate(str.maketrans(_SUPER, "0123456789-"))
        before = re.match(r"\d(?:\.\d+)?", plain[: power.start()])
        return float(f"{before[0] if before else 1}e{raised.replace('−', '-').replace('–', '-')}")
    if re.fullmatch(_SCIENTIFIC, plain):
        return float(plain.replace("−", "-"))
    return float(_ESCAPES.sub("", plain).replace("·", "."))


def _in_words(match: re.Match[str], text: str) -> Number | None:
    start, end = match.span()
    if match["fold"]:
        return Number(start, end, float(_WORDS[match["fold"].lower()]), "fold", "words")
    if match["factor"]:
        return Number(start, end, _FACTORS[match["factor"].lower()], "times", "factor")
    if match["fraction"]:
        return _fraction(match["fraction"].lower(), start, end, text)
    if not match["words"]:
        return None
    value, length = _value_of_words(match["words"])
    end = start + length
    unit = _UNIT.match(text, end)
    if unit and not re.fullmatch(r" [A-Z]{1,2}", unit[0]):  # "four TW experts" are no terawatts
        return Number(start, unit.end(), value, canonical_unit(unit[0]), "words")
    return None if _GLUED.match(text, end) else Number(start, end, value, "", "words")


def _fraction(words: str, start: int, end: int, text: str) -> Number:
    count, _, part = re.sub(r"^half$", "a-half", words).replace(" ", "-").partition("-")
    share = _FRACTIONS.get(part) or _FRACTIONS[part.rstrip("s")]
    times = {"two": 2, "three": 3, "four": 4}.get(count, 1)
    exact = {(2, 0.333): 0.667}.get((times, share), round(times * share, 3))
    halved = share == 0.5 and (
        _HALVED.match(text, end) or (text.endswith(" in ", 0, start) and not text.startswith(" of", end))
    )  # "half the price"
    return Number(start, end, exact, "times" if halved else "", "fraction")


def _value_of_words(words: str) -> tuple[float, int]:
    """Value and length of the longest number that the words begin with: ``two hundred and five`` of all of it."""
    total, group, last, length = 0.0, 0.0, math.inf, 0
    joined = False
    for match in re.finditer(r"[A-Za-z]+", words):
        word = match[0].lower()
        if word == "and":
            if last < 100:
                break
            joined = True
            continue
        value = 1.0 if word in ("a", "an") else float(_WORDS[word])
        if value >= 1000:
            if length and not group:
                break
            total, group, last = total + max(group, 1.0) * value, 0.0, value
        elif value == 100:
            if joined or (length and not 0 < group < 10):
                break
            group, last = max(group, 1.0) * 100, 100
        else:
            fits = not length or last >= 100 or (last in _TENS.values() and value < 10)
            if not fits:
                break
            group, last = group + value, value
        length, joined = match.end(), False
    return total + group, length
