"""From numbers to amounts: ranges, shares and sizes are joined; what only looks like an amount is left out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.evidence.links import Link
from analysis.evidence.lookalikes import INTERVAL_BEFORE, formulas_of, is_dated, is_lookalike
from analysis.evidence.numbers import MULTIPLES, Number, scan
from analysis.evidence.words import INDEXED

_SPACE = r"[\s~\u00a0\u2009\u202f]*+"
_ABOUT = (
    r"(?:about |approximately |around |roughly |nearly |almost |only |over |under |just |up to |as "
    r"(?:high|low|much|many) as |above |below |~ ?|≈ ?|\\sim ?|\\approx ?)?"
)
_DASH = re.compile(rf"~|{_SPACE}\$?{_SPACE}(?:[-–—−‐‑]{{1,3}}|\\(?:text)?[-–]){_SPACE}\$?{_SPACE}")
_TO = re.compile(rf"{_SPACE}\$?{_SPACE}(?:-? ?to|through|up to|\\to|→|->|\\rightarrow|vs\.? to){_SPACE}{_ABOUT}\$?")
_TO_LATER = re.compile(
    rf"(?: (?!(?:to|and|or|but|while|whereas|with|by)\b)[\w.'’%/&-]{{0,24}}[\w'’%/&-](?: (?!(?:to|and|but|while|"
    rf"whereas|by)\b)[\w.'’%/&-]{{0,24}}[\w'’%/&-]){{0,7}})?,? to {_ABOUT}\$?"
)
_TO_INDEX = re.compile(
    rf" to ((?:[\w-]{{1,15}} )?{_SPACE}(?:>=|<=|[≥≤<>]|step|layer|level|day|week|grade|epoch)){_SPACE}"
)
_AND = re.compile(rf"\$? and {_ABOUT}\$?")
_PLUS_MINUS = re.compile(rf"{_SPACE}\$?{_SPACE}(?:±|\\pm|\+/-|\+-|\+/−){_SPACE}\$?")
_OF = re.compile(r"(?: out)? of (?:the |a total of |all )?|/")
_IN = re.compile(r" in (?:every )?")
_TIMES = re.compile(rf"{_SPACE}\$?{_SPACE}(?:×|x|X|\*|\\times|times){_SPACE}\$?{_SPACE}")
_COMMA = re.compile(rf"{_SPACE}[,;]{_SPACE}")
_FROM = re.compile(rf"\b[Ff]rom {_ABOUT}(?:step |layer |[\w-]{{1,12}} ?(?:>=|<=|[≥≤<>]) ?|\$)?$")
_BETWEEN = re.compile(rf"\b[Bb]etween {_ABOUT}\$?$")
_LIST_GAP = re.compile(rf"\$?-?(?:,{_SPACE}|,? (?:and|or|to|vs\.?|versus) |/){_ABOUT}\$?")
_LAST_GAP = re.compile(r"\$?-?(?:,? (?:and|or|to|vs\.?|versus) |/)")
_ONE_GOES_ON = re.compile(r"(?: (?:in|of|out of|or|to|and)(?: every| the)? |-(?:to|or)-|[-–])")


def find_amounts(text: str, links: Sequence[Link] = ()) -> list[Number]:
    """Amounts in their order: every number, range, share and size that says how much or how many.

    Left out: names with digits, years and dates, list numbers and citations, ordinals and indices, levels of
    intervals, exponents and terms of formulas, number words that point back ("the two") or count parts of the
    argument ("three contributions"), and whatever stands in one of the ``links``.
    """
    numbers = [number for number in scan(text) if not any(link.start <= number.start < link.end for link in links)]
    numbers = [number for i, number in enumerate(numbers) if not _is_pronoun(number, numbers[i + 1 : i + 2], text)]
    numbers = [_without_index(number, text) for number in numbers]
    joined = _share_units(_joined(numbers, text), text)
    formulas = formulas_of(text)
    kept = [number for number in joined if not is_lookalike(number, text, formulas)]
    return [_with_dollars(number, text) for number in kept]


def _without_index(number: Number, text: str) -> Number:
    """Of "by day 10 135 patients" the 135."""
    spaced = re.fullmatch(r"\d{1,3} ([1-9]\d\d)", text[number.start : number.end])
    before = re.search(r"\b([a-z]+) $", text[max(0, number.start - 20) : number.start])
    if spaced and before and before[1] in INDEXED:
        return number._replace(start=number.start + spaced.start(1), value=float(spaced[1]))
    return number


def _is_pronoun(number: Number, following: Sequence[Number], text: str) -> bool:
    """Whether it is a "one" that begins no share or range: not "one in five", "one or two"."""
    alone = text[number.start : number.end].lower() == "one" and not number.unit
    return alone and not (following and _ONE_GOES_ON.fullmatch(text, number.end, following[0].start))


# --- joining ---------------------------------------------------------------------------------------------------------


def _joined(numbers: Sequence[Number], text: str) -> list[Number]:
    made: list[Number] = []
    at = 0
    while at < len(numbers):
        number, step = numbers[at], 1
        while at + step < len(numbers) and (pair := _pair(number, numbers[at + step], text)):
            after = numbers[at + step + 1] if at + step + 1 < len(numbers) else None
            if after and pair.value_to == pair.value_to and _DASH.fullmatch(text[pair.end : after.start]):
                break  # "from 0.9 to 0.2-0.4"
            number, step = pair, step + 1
        made.append(number)
        at += step
    return made


def _pair(a: Number, b: Number, text: str) -> Number | None:
    """One amount of two neighbours, if what stands between them says so."""
    if b.start - a.end > 120:
        return None
    gap, before = text[a.end : b.start], text[max(0, a.start - 40) : a.start]
    single = a.form in ("digits", "words") and a.value_to != a.value_to and b.form in ("digits", "words")
    if (
        _TIMES.fullmatch(gap)
        and b.form == "digits"
        and a.form in ("digits", "size")
        and a.unit in ("", "times", b.unit)
    ):
        return a._replace(end=b.end, unit=b.unit if b.unit != "times" else "", form="size")
    if not single:
        return None
    if _PLUS_MINUS.fullmatch(gap):
        return a._replace(end=b.end, unit=a.unit or b.unit)
    alike = not a.unit or not b.unit or a.unit == b.unit
    share = (
        (a.form == b.form or b.form == "digits")
        and (a.form == "digits" or a.value > 1 or gap != " of ")
        and not a.unit
        and not b.unit
        and a.value == int(a.value)
        and b.value == int(b.value)
    )
    if share and not is_dated(a, text) and (_OF.fullmatch(gap) or (a.value == 1 and _IN.fullmatch(gap))):
        return _share(a, b, gap, text)
    if not alike or (is_dated(a, text) and is_dated(b, text)):
        return None
    ranged = (
        _DASH.fullmatch(gap)
        or (_TO.fullmatch(gap) and not (before.endswith(" in ") and is_dated(a, text)))
        or (
            before.endswith("(")
            and re.fullmatch(r" [a-z]+ to ", gap)
            and re.match(r" [a-z]+\)", text[b.end : b.end + 20])
        )
        or (_FROM.search(before) and (_TO_LATER.fullmatch(gap) or _TO_INDEX.fullmatch(gap)))
        or (_BETWEEN.search(before) and _AND.fullmatch(gap))
        or (_COMMA.fullmatch(gap) and (INTERVAL_BEFORE.search(before) or _is_interval(a, b, text)))
    )
    if not ranged:
        return None
    value = a.value
    multiple = re.search(r"\d ?-?(k|K|M|B|thousand|million|billion|trillion)\b", text[b.start : b.end])
    if multiple and value < 1000 and _DASH.fullmatch(gap):  # "7-9B"
        value *= MULTIPLES[multiple[1]]
    return a._replace(end=b.end, value=value, value_to=b.value, unit=a.unit or b.unit)


def _is_interval(a: Number, b: Number, text: str) -> bool:
    """Whether two decimals alone in brackets are an interval, in a text that speaks of such: ``0.36 (0.14, 0.97)``."""
    alone = text[a.start - 1 : a.start] in ("(", "[") and text[b.end : b.end + 1] in (")", "]", ";")
    decimal = "." in text[a.start : a.end] and "." in text[b.start : b.end]
    return (
        alone
        and decimal
        and a.value < b.value
        and re.search(r"\b(?:CI|[Cc]onfidence|[Cc]redible)\b", text[max(0, a.start - 400) : a.start]) is not None
    )


def _share(a: Number, b: Number, gap: str, text: str) -> Number | None:
    written = text[a.start : b.end]
    if a.value > b.value or b.value < 2 or (gap == "/" and not re.fullmatch(r"[1-9][\d,]*/[1-9][\d,]*", written)):
        return None
    if gap == "/" and written in ("1/2", "1/3", "1/4", "1/5", "1/10", "2/3", "3/4"):
        return Number(a.start, b.end, round(a.value / b.value, 3), "", "fraction")
    return Number(a.start, b.end, a.value, f"of {b.value:.0f}", "share")


def _share_units(numbers: list[Number], text: str) -> list[Number]:
    """Give the unit at the end of a list to those before it: of ``5, 25 and 60 cm`` to each."""
    listed = False  # whether an "and" or "or" stands between here and the unit
    for i in range(len(numbers) - 2, -1, -1):
        a, b = numbers[i], numbers[i + 1]
        gap = text[a.end : b.start]
        fits = not a.unit and b.unit and a.form == b.form == "digits" and not b.unit.startswith(("of ", "$"))
        if "v" in gap and a.value_to == a.value_to:  # "at hops 2-4 vs. 79%"
            fits = False
        listed = bool(fits and _LIST_GAP.fullmatch(gap) and (listed or _LAST_GAP.match(gap)) and not is_dated(a, text))
        if listed:
            numbers[i] = a._replace(unit=b.unit)
    return numbers


def _with_dollars(number: Number, text: str) -> Number:
    r"""The span with the delimiters of a formula that holds nothing else: ``$10^{-5}$``, ``\(20\%\)``."""
    start, end = number.start, number.end
    for opening, closing in (("$", "$"), ("\\(", "\\)")):
        if text.endswith(opening, 0, start) and text.startswith(closing, end):
            return number._replace(start=start - len(opening), end=end + len(closing))
    if text[start:end].count("$") % 2 and text.endswith("$", 0, start):  # "$50$--$90\times$" lacks its first
        return number._replace(start=start - 1)
    return number
