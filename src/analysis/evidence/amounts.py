"""From numbers to amounts: ranges, shares and sizes are joined; what only looks like an amount is left out."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from analysis.evidence.context import phrase_after
from analysis.evidence.links import Link
from analysis.evidence.numbers import MULTIPLES, Number, scan
from analysis.evidence.words import (
    ABBREVIATED,
    COMPARABLE,
    COUNTED_NOT,
    FUNCTION_WORDS,
    HEADINGS,
    INDEXED,
    MONTHS,
    POINTERS,
    RANGE_OF_INDEX,
    SCOPE_NOUNS,
    SCORES,
)  # fmt: skip

_SPACE = r"[\s~\u00a0\u2009\u202f]*"
_ABOUT = (
    r"(?:about |approximately |around |roughly |nearly |almost |only |over |under |just |up to |as "
    r"(?:high|low|much|many) as |above |below |~ ?|≈ ?|\\sim ?|\\approx ?)?"
)
_DASH = re.compile(rf"{_SPACE}\$?{_SPACE}(?:[-–—−‐‑]{{1,3}}|\\(?:text)?[-–]){_SPACE}\$?{_SPACE}")
_TO = re.compile(rf"{_SPACE}\$?{_SPACE}(?:-? ?to|through|up to|\\to|→|->|\\rightarrow|vs\.? to){_SPACE}{_ABOUT}\$?")
_TO_LATER = re.compile(
    rf"(?: (?!(?:to|and|or|but|while|whereas|with|by)\b)[\w.'’%/&-]{{1,25}}(?: (?!(?:to|and|but|while|"
    rf"whereas|by)\b)[\w.'’%/&-]{{1,25}}){{0,7}})?,? to {_ABOUT}\$?"
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
_INTERVAL_BEFORE = re.compile(
    r"(?:\b(?:CIs?|CrIs?|CL|PI|HDI|UI|IQR|[Cc]onfidence [Ii]ntervals?|[Cc]redible [Ii]ntervals?|"
    r"[Ii]nterquartile ranges?|[Rr]ange|[Ii]ntervals?)\)?"
    r"(?: (?:of|was|is|from|between))?\s?[:=,]?\s?[\[(]?|[\[(]95 ?%[:,]? ?)$"
)
_FROM = re.compile(rf"\b[Ff]rom {_ABOUT}(?:step |layer |[\w-]{{1,12}} ?(?:>=|<=|[≥≤<>]) ?|\$)?$")
_BETWEEN = re.compile(rf"\b[Bb]etween {_ABOUT}\$?$")
_LIST_GAP = re.compile(rf"\$?-?(?:,{_SPACE}|,? (?:and|or|to|vs\.?|versus) |/){_ABOUT}\$?")
_LAST_GAP = re.compile(r"\$?-?(?:,? (?:and|or|to|vs\.?|versus) |/)")
_LEVEL_AFTER = re.compile(
    r"[-\s]*(?:\(?(?:CIs?|C\.\s?I\.|CrIs?|CL|PIs?|UIs?|HDIs?|HPDs?|BCI)(?!\w)|(?:[Bb]ayesian |"
    r"[Bb]ootstrap |[Ee]mpirical |[Pp]osterior )?(?:[Cc]onfidence|[Cc]redible|[Uu]ncertainty|"
    r"[Pp]rediction|[Cc]redibility|[Hh]ighest)[\s-]|limits of agreement)"
)
_MONTH = "|".join(MONTHS)
_YEAR_BEFORE = re.compile(
    rf"(?:\b(?:in|since|until|till|from|to|during|before|after|by|through|of|and|between|early|late|"
    rf"mid|year|years|circa|ca\.?|{_MONTH}|[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all|[Ww]inter)\.?,? ?|"
    rf"[-–—/(,;:'’.] ?|\d ?)$"
)
_MONTH_BEFORE = re.compile(rf"\b(?:{_MONTH})\.? $")
_MONTH_AFTER = re.compile(rf" (?:of )?(?:{_MONTH})\b")
_ONE_GOES_ON = re.compile(r"(?: (?:in|of|out of|or|to|and)(?: every| the)? |-(?:to|or)-|[-–])")
_INDICES = re.compile(
    r"(?:\(?(?:particularly|especially|e\.g\.,?|i\.e\.,?|namely) )?(?:\d{1,3}(?:, and |, or |, | and | or |[-–])){0,8}$"
)
_WORD_AFTER = re.compile(r"[\s$]*([^\W\d_][\w'’-]*)")
_PLURAL_AFTER = re.compile(
    r"\s(?:[a-z][\w-]*,? (?:and |or )?){0,4}?(?:[A-Za-z][\w-]*[^s\W]s|people|children|men|women|data)\b"
)
_ARGUED = re.compile(
    r" (?:[a-z-]+ )?(?:contributions?|reasons|challenges|components?|modules|stages|phases|insights)\b"
)
_COMPARED = re.compile(
    r"\b(?:compar\w+|evaluat\w+|test\w*|stud(?:y|ied|ies)|investigat\w+|examin\w+|benchmark\w*|"
    r"analy[sz](?:e|es|ed|ing)|assess\w*|survey\w*)\b[^.;:]{0,40}$"
)


def find_amounts(text: str, links: Sequence[Link] = ()) -> list[Number]:
    """Amounts in their order: every number, range, share and size that says how much or how many.

    Left out: names with digits, years and dates, list numbers and citations, ordinals and indices, levels of
    intervals, exponents and terms of formulas, number words that point back ("the two") or count parts of the
    argument ("three contributions"), and whatever stands in one of the ``links``.
    """
    numbers = [number for number in scan(text) if not any(link.start <= number.start < link.end for link in links)]
    numbers = [number for i, number in enumerate(numbers) if not _is_pronoun(number, numbers[i + 1 : i + 2], text)]
    joined = _share_units(_joined(numbers, text), text)
    formulas = _formulas(text)
    kept = [number for number in joined if not _is_no_amount(number, text, formulas)]
    return [_with_dollars(number, text) for number in kept]


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
    if share and (_OF.fullmatch(gap) or (a.value == 1 and _IN.fullmatch(gap))):
        return _share(a, b, gap, text)
    if not alike or (_is_dated(a, text) and _is_dated(b, text)):
        return None
    ranged = (
        _DASH.fullmatch(gap)
        or (_TO.fullmatch(gap) and not (before.endswith(" in ") and _is_dated(a, text)))
        or (_FROM.search(before) and (_TO_LATER.fullmatch(gap) or _TO_INDEX.fullmatch(gap)))
        or (_BETWEEN.search(before) and _AND.fullmatch(gap))
        or (_COMMA.fullmatch(gap) and (_INTERVAL_BEFORE.search(before) or _is_interval(a, b, text)))
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
        listed = bool(fits and _LIST_GAP.fullmatch(gap) and (listed or _LAST_GAP.match(gap)) and not _is_dated(a, text))
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


# --- leaving out -----------------------------------------------------------------------------------------------------


def _formulas(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"\$[^$]{1,300}\$(?!\d)", text)] if "$" in text else []


def _is_no_amount(number: Number, text: str, formulas: Sequence[tuple[int, int]]) -> bool:
    before = text[max(0, number.start - 40) : number.start]
    after = text[number.end : number.end + 60]
    if number.unit == "°" and re.match(r"[- ]of[- ]freedom", after):
        return True
    if number.form == "share":
        return False
    if number.form == "size":
        return bool(re.search(r"\b[A-Z][\w-]*[ -]$", before))  # "ImageNet 512x512"
    if number.form == "fraction" and (re.match(r"\)?[\w^]", after) or re.search(r"[\^_][({]?$", before)):
        return True  # "(1/2)exp(x)"
    if number.form in ("fraction", "factor"):
        return not _is_factor(number, text, before, after)
    if number.form == "words":
        return _is_rhetoric(number, text, before, after)
    return (
        _is_level(number, after)
        or _is_dated(number, text)
        or _is_marker(number, text, before, after)
        or _is_named(number, text, before, after)
        or _is_formula(number, text, before, after, formulas)
        or (re.fullmatch(r"\d", text[number.start : number.end]) is not None and _ARGUED.match(after) is not None)
    )


def _is_factor(number: Number, text: str, before: str, after: str) -> bool:
    written = text[number.start : number.end].lower()
    if number.form == "factor":
        if written in ("double", "triple", "quadruple"):
            return bool(
                re.match(r" (?:the|that|its|their|our)\b", after)
                or re.search(r"\b(?:to|can|could|may|would|will|than|or|and|nearly|almost|more than|over) $", before)
            )
        if written == "triples":  # more often facts in three parts
            return bool(re.match(r" (?:the|its|their|our)\b", after))
        if written in ("twice", "thrice"):
            return bool(re.match(r" (?:as|the|that|its|their)\b|[.,;)]", after)) and not re.search(
                r"\b(?:once|or) $", before
            )
        return True
    if written in ("half", "a half", "one-half", "one half", "halves"):
        return (
            written != "halves"
            and bool(
                re.match(r" (?:of|the|that|as|its|their|a(?:n)? |were|was|had|have|are)\b", after)
                or re.search(r"\b(?:in|by|to|than|nearly|about|only|over) $", before)
            )
            and not re.search(r"\b(?:second|first|latter|other|and a|last|one and) $", before)
        )
    several = "-" in written or not written.startswith(("a ", "an "))
    if "fourth" in written or "fifth" in written or "sixth" in written or "eighth" in written or "third" in written:
        if not written.endswith("s"):
            return bool(re.match(r" of\b|[.,;)]| the\b| (?:fewer|less|more|lower|higher)\b", after)) and (
                several or after.startswith(" of") or bool(re.search(r"\bby $", before))
            )
    return bool(re.match(r" (?:of|the|lower|higher|less|fewer|more|as|reduction|increase)\b|[.,;)]", after))


def _is_rhetoric(number: Number, text: str, before: str, after: str) -> bool:
    """Whether a number word counts nothing that was studied: "one", "the two", "three contributions"."""
    if number.value_to == number.value_to or number.unit not in ("", "fold"):
        return (
            number.unit in ("steps", "times")
            and number.value <= 9
            and not re.match(r" (?:as|more|less|the|\w+er)\b", after)
            and number.unit == "steps"
        )
    if number.unit == "fold":
        return not re.match(
            r"[ -](?:[a-z]+ )?(?:increase|decrease|reduction|improve|higher|lower|more|less|greater|"
            r"faster|larger|smaller|speed|gain|change|rise|drop|difference|cross|risk)",
            after,
        )
    written = text[number.start : number.end].lower()
    if written in ("one", "zero"):
        return not (
            written == "zero"
            and re.match(r" (?:[a-z-]+ )?(?:errors|failures|deaths|violations|events|cases|false|collisions)\b", after)
        )
    last = re.search(r"([\w'’-]+),? $", before)
    if last and last[1].lower() in POINTERS:
        return True
    if not re.match(r"[ ~](?=[^\W\d_])|[ ~]\(?[\"“‘'$\\]", after):
        return True
    if written in ("hundred", "thousand", "million", "billion", "trillion"):  # "a few hundred"
        return True
    follows = re.match(r"[ ~]\(?([\w'’/+&-]+)", after)
    return bool(follows and follows[1].lower() in FUNCTION_WORDS) or _counts_rhetoric(before, after)


def _counts_rhetoric(before: str, after: str) -> bool:
    words = phrase_after(after).lower().split()
    if told := next((word for word in words if word in COUNTED_NOT), None):
        return not (told in COMPARABLE and _COMPARED.search(before))
    return bool(re.match(r" (?:[a-z]+ )?(?:research|key|central|core|main|fundamental|related) questions?\b", after))


def _is_level(number: Number, after: str) -> bool:
    return number.unit == "%" and bool(_LEVEL_AFTER.match(after))


def _is_dated(number: Number, text: str) -> bool:
    """Whether it is a year, or a day beside its month."""
    written = text[number.start : number.end].strip()
    before, after = text[max(0, number.start - 20) : number.start], text[number.end : number.end + 60]
    if number.value_to == number.value_to:
        return bool(re.fullmatch(r"(?:1[6-9]|20)\d\d ?[-–—/−]+ ?(?:\d\d|(?:1[6-9]|20)\d\d)", written)) or (
            bool(re.fullmatch(r"(?:1[6-9]|20)\d\d (?:to|and|through) (?:1[6-9]|20)\d\d", written))
        )
    if re.fullmatch(r"\d{1,2}", written) and (_MONTH_BEFORE.search(before) or _MONTH_AFTER.match(after)):
        return True
    if re.fullmatch(r"(?:1[6-9]|20)\d0s", written):
        return True
    if number.unit or not re.fullmatch(r"(?:1[6-9]|20)\d\d", written):
        return False
    if re.search(
        rf"\b(?:in|since|until|from|to|during|before|after|by|through|between|early|late|mid|{_MONTH})[ -]$", before
    ):
        return not (
            _PLURAL_AFTER.match(after) and re.search(r"\b(?:to|by|from|in|after) $", before) and int(written) % 50 == 0
        )
    counted = re.match(r" (?:[a-z-]+ )?([A-Za-z-]+)", after)
    return not (counted and counted[1] in SCOPE_NOUNS) and not re.search(
        r"[=<>≥≤]\s?$|\b(?:total|sum|sample) of $", before
    )


def _is_marker(number: Number, text: str, before: str, after: str) -> bool:
    """Whether it numbers an item of a list, a citation or a date: (1), 2), [12], 3. Next."""
    written = text[number.start : number.end]
    if number.unit or not re.fullmatch(r"\d{1,3}(?: ?[-–] ?\d{1,3})?", written):
        around = (
            re.match(r":\d", after) or re.search(r"\d:$", before) or (re.search(r"\d/$", before) and not number.unit)
        )
        return bool(re.fullmatch(r"0\d", written) or around)
    if number.value <= 20 and re.match(r" [A-Z][a-z]", after) and re.search(r"[.?!]\s$", before):
        return True  # a footnote's number
    if re.match(r"[:/]\d", after) or re.search(r"\d[:/]$", before):
        return True
    if re.match(r"(?:\s?[,;–-]\s?\d{1,3})*\]", after) and re.search(r"\[(?:\d{1,3}\s?[,;–-]\s?)*$", before):
        return not _INTERVAL_BEFORE.search(before)
    if after.startswith(")"):
        opened = before.rfind("(") > before.rfind(")")
        return before.endswith("(") if opened else bool(re.search(r"(?:^|[\s,;:.])$", before))
    return (
        number.value <= 20
        and bool(re.match(r"\.\s+[A-Z]|\.$", after))
        and bool(re.search(r"(?:^|[.:;?!]\s+)$", before))
    )


def _is_named(number: Number, text: str, before: str, after: str) -> bool:
    """Whether it belongs to a name or an index: Study 1, Llama 3, type 2, step 5, top 10, version 3.5, No. 7, § 3."""
    if re.search(
        r"(?:§|#|№|@|[A-Za-z]\(|\bRCPs?|\bSSPs?|\bPM|\bRCP scenarios|\b[Nn]os?\.|[Ff]igs?\.|[Ee]qs?\.|"
        r"[Ss]ecs?\.|\bv\.?|\b[Vv]er\.?) ?$",
        before,
    ):
        return True
    indexed = _INDICES.sub("", before)
    if indexed != before and (index := re.search(r"([a-z]+)s $", indexed)) and index[1] in INDEXED and not number.unit:
        return True  # "layers 2, 3 and 5"
    last = re.search(r"([^\W\d_][\w'’+.-]*|[\w-]*\d[\w.-]*)[ ~]$", before)
    if not last:
        return False
    word, ranged = last[1], number.value_to == number.value_to
    if word.endswith(".") and word.lower() not in ABBREVIATED:
        return False
    lower = word.lower().rstrip(".")
    plain = not number.unit and number.form == "digits"
    if plain and re.match(rf" (?:UTC|GMT|LST?|a\.m|p\.m|o'clock)\b| \([A-Za-z]{{2,8}}[- ]?{number.value:.0f}\b", after):
        return True  # "cyclooxygenase 2 (COX-2)"
    model_size = number.unit in ("", "B") and bool(re.fullmatch(r"\d+(?:\.\d+)?[BM]", text[number.start : number.end]))
    if lower in RANGE_OF_INDEX and ranged:
        return False
    if (
        lower in INDEXED
        and (plain or number.unit in ("steps",))
        and "." not in text[number.start : number.end].rstrip(".")
    ):
        return True
    if re.search(r"\d", word) and (model_size or (plain and not _WORD_AFTER.match(after))):  # Llama-2 7B
        return True
    if not word[0].isupper() or not (plain or model_size):
        return False
    begins = not before[: last.start()].strip() or bool(re.search(r"[.!?:;]\s*$", before[: last.start()]))
    if lower in FUNCTION_WORDS or word in HEADINGS or word in SCORES or lower.endswith("ly") or word in MONTHS:
        return False
    if begins and not model_size and word[1:].islower() and _PLURAL_AFTER.match(after):
        return False
    if word.isupper() and len(word) <= 6 and (number.value % 1 or ranged) and not model_size:
        return False  # a measure's name: AUC 0.91
    return number.value < 1000 or "," not in text[number.start : number.end]


def _is_formula(number: Number, text: str, before: str, after: str, formulas: Sequence[tuple[int, int]]) -> bool:
    if re.search(
        r"[\^_]\{?$|[\^_]\($|[)\]}][*/+-]$|\b[OΘΩ]\([^)]{0,20}$|\\frac\{[^}]{0,15}$|"
        r"\\(?:textsuperscript|textsubscript|ref|cite\w*|label)\{[^}]{0,30}$|\\(?:sqrt|log)\{?$",
        before,
    ):
        return True
    if after[:1] in ("^", "_"):
        return True
    if re.match(r"(?:\\sqrt|\\log|\\frac|/[A-Za-z√]|\s?[-+−]\s?[A-Za-z]+\s?[(^_)])", after) and not number.unit:
        return True
    if number.value == 0 and number.unit == "" and number.value_to != number.value_to:
        if re.search(r"[<>≥≤≠=]\s?\$?$|\\(?:geq?|leq?|to|rightarrow|neq?) ?$", before) or not re.match(
            r" [a-z-]+", after
        ):
            return True
    at = bisect_right(formulas, (number.start, 0)) - 1
    for start, end in formulas[max(at, 0) : at + 1]:
        if start < number.start and number.end < end:
            inner_before, inner_after = text[start + 1 : number.start].rstrip(), text[number.end : end - 1].lstrip()
            if (
                inner_before
                and re.search(r"[A-Za-z^_*/(|{+]$", inner_before)
                and not re.search(r"\\[A-Za-z]+$|\{?,?\}$", inner_before)
            ):
                return True
            if inner_after and re.match(
                r"[A-Za-z^_*/(|+]|\\(?!%|times|pm|,|;|text|sim|to|le|ge|cdot|mathrm|\))", inner_after
            ):
                return True
    return False
