"""What looks like an amount and is none: names, years, list numbers, indices, levels, formulas, rhetoric."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from analysis.evidence.context import phrase_after
from analysis.evidence.numbers import Number
from analysis.evidence.words import (
    ABBREVIATED,
    COMPARABLE,
    COUNTED_NOT,
    FUNCTION_WORDS,
    GREEK,
    HEADINGS,
    INDEXED,
    MONTHS,
    POINTERS,
    RANGE_OF_INDEX,
    SCOPE_NOUNS,
    SCORES,
)

INTERVAL_BEFORE = re.compile(
    r"(?:\b(?:CIs?|CrIs?|CL|PI|HDI|UI|IQR|[Cc]onfidence [Ii]ntervals?|[Cc]redible [Ii]ntervals?|"
    r"[Ii]nterquartile ranges?|[Rr]ange|[Ii]ntervals?)[)\]]?"
    r"(?: (?:of|was|is|from|between))?\s?[:=,]?\s?[\[(]?|[\[(]95 ?%[:,]? ?)$"
)
_LEVEL_AFTER = re.compile(
    r"[-\s]*(?:\(?(?:CIs?|C\.\s?I\.|CrIs?|CL|PIs?|UIs?|HDIs?|HPDs?|BCI)(?!\w)|(?:[Bb]ayesian |"
    r"[Bb]ootstrap |[Ee]mpirical |[Pp]osterior )?(?:[Cc]onfidence|[Cc]redible|[Uu]ncertainty|"
    r"[Pp]rediction|[Cc]redibility|[Hh]ighest)[\s-]|limits of agreement)"
)
_MONTH = "|".join(MONTHS)
_MONTH_BEFORE = re.compile(rf"\b(?:{_MONTH})\.? $")
_MONTH_AFTER = re.compile(rf" (?:of )?(?:{_MONTH})\b")
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


def formulas_of(text: str) -> list[tuple[int, int]]:
    """The spans of the text's formulas between dollar signs, in their order."""
    return [match.span() for match in re.finditer(r"\$[^$]{1,300}\$(?!\d)", text)] if "$" in text else []


def is_lookalike(number: Number, text: str, formulas: Sequence[tuple[int, int]]) -> bool:
    """Whether a number of the text is no amount; ``formulas`` are ``formulas_of`` the text."""
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
        return not _is_part(number, text, before, after)
    if number.form == "words":
        return _is_rhetoric(number, text, before, after)
    return (
        _is_level(number, after)
        or is_dated(number, text)
        or _is_marker(number, text, before, after)
        or _is_named(number, text, before, after)
        or _is_formula(number, text, before, after, formulas)
        or (re.fullmatch(r"\d", text[number.start : number.end]) is not None and _ARGUED.match(after) is not None)
    )


_WHOSE = re.compile(r" (?:the|that|its|their|our)\b")
_COULD = re.compile(r"\b(?:to|can|could|may|might|would|will|than|or|and|nearly|almost|more than|over) $")
_HALF_AFTER = re.compile(r" (?:of|the|that|as|its|their|an?|were|was|had|have|are)\b")
_HALF_BEFORE = re.compile(r"\b(?:in|by|to|than|nearly|about|only|over) $")
_HALF_NOT = re.compile(r"\b(?:second|first|latter|other|and a|last|one and) $")
_PART_OF = re.compile(r" (?:of|the|lower|higher|less|fewer|more|as|reduction|increase)\b|[.,;)]")
_CHANGED_FOLD = re.compile(
    r"[ -](?:[a-z]+ )?(?:increase|decrease|reduction|improve|higher|lower|more|less|greater|faster|larger|smaller|"
    r"speed|gain|change|rise|drop|difference|cross|risk)"
)
_NONE_OF = re.compile(r" (?:[a-z-]+ )?(?:errors|failures|deaths|violations|events|cases|false|collisions)\b")
_BARE_POWERS = ("hundred", "thousand", "million", "billion", "trillion")  # "a few hundred"


def _is_part(number: Number, text: str, before: str, after: str) -> bool:
    """Whether "half", "a third", "doubles" or "twice" is meant as a number, not as in "double-blind", "a third way"."""
    written = text[number.start : number.end].lower()
    if number.form == "factor":
        if written in ("double", "triple", "quadruple"):
            return bool(_WHOSE.match(after) or _COULD.search(before))
        if written == "triples":  # more often facts in three parts
            return bool(_WHOSE.match(after))
        if written == "doubling" and re.search(r"\b(?:frequency|period|genome|dimension)[- ]$", before):
            return False
        if written in ("twice", "thrice"):
            multiplied = written and re.match(r" (?:as|the|that|its|their)\b|[.,;)]", after)
            return bool(multiplied) and not re.search(r"\b(?:once|or) $", before)
        return True
    if written.endswith("half"):
        told = _HALF_AFTER.match(after) or _HALF_BEFORE.search(before)
        return bool(told) and not _HALF_NOT.search(before)
    if re.fullmatch(r"an? (?:third|fourth|fifth|sixth|eighth)", written):  # "a third approach"
        return after.startswith(" of") or before.endswith("by ")
    return bool(_PART_OF.match(after))


def _is_rhetoric(number: Number, text: str, before: str, after: str) -> bool:
    """Whether a number word counts nothing that was studied: "one", "the two", "three contributions"."""
    written = text[number.start : number.end].lower()
    if number.unit == "fold":
        return not _CHANGED_FOLD.match(after)
    if number.value_to == number.value_to or number.unit:
        return number.unit in ("steps", "parameters") and number.value <= 9
    if written in ("one", "zero"):
        return not (written == "zero" and _NONE_OF.match(after))
    last = re.search(r"([\w'’-]+),? $", before)
    follows = re.match(r"[ ~]\(?[\"“‘'$\\]?([^\W\d_][\w'’/+&-]*)", after)
    if (last and last[1].lower() in POINTERS) or written in _BARE_POWERS:
        return True
    if last and last[1][0].isupper() and text[number.start].isupper() and follows and follows[1].islower():
        return True  # the Big Five traits
    if _AND_OTHERS.search(before) and _DID.match(after):
        return False  # "seven studies had a low risk, three with an unclear risk"
    return not follows or follows[1].lower() in FUNCTION_WORDS or _counts_rhetoric(before, after)


_AND_OTHERS = re.compile(r"(?:[,;]|[,;]? (?:and|while|whereas)) $")
_DID = re.compile(r" (?:with (?!which)\w+|had|were|was|did|showed|reported|died|of (?:whom|which|these|them)) ")
_HAS = re.compile(
    r"\b(?:has|have|having|giv(?:es|ing)|admits?|possess(?:es)?|(?:decompos|divid|split|separat|"
    r"resolv)\w+ into) $"
)


def _counts_rhetoric(before: str, after: str) -> bool:
    words = phrase_after(after).split()
    if words and words[-1] not in SCOPE_NOUNS and _HAS.search(before):
        return True  # "the model has two additional factors"
    words = [word.lower() for word in words]
    if words[-1:] == ["sets"]:
        return False
    if told := next((word for word in words if word in COUNTED_NOT), None):
        return not (told in COMPARABLE and _COMPARED.search(before))
    return bool(re.match(r" (?:[a-z]+ )?(?:research|key|central|core|main|fundamental|related) questions?\b", after))


def _is_level(number: Number, after: str) -> bool:
    return number.unit == "%" and bool(_LEVEL_AFTER.match(after))


def is_dated(number: Number, text: str) -> bool:
    """Whether it is a year, or a day beside its month."""
    written = text[number.start : number.end].strip()
    before, after = text[max(0, number.start - 20) : number.start], text[number.end : number.end + 60]
    if number.value_to == number.value_to:
        return bool(re.fullmatch(r"(?:1[6-9]|20)\d\d ?[-–—/−]+ ?(?:\d\d|(?:1[6-9]|20)\d\d|2100)", written)) or (
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
    if not number.unit and re.match(r"(?:, \d[\d–-]*)? \((?:19|20)\d\d\)", after) and re.search(r"[\d.],? $", before):
        return True  # "Lett. 128, 130606 (2022)"
    if number.unit or not re.fullmatch(r"\d{1,3}(?: ?[-–] ?\d{1,3})?", written):
        around = (
            re.match(r":\d", after) or re.search(r"\d:$", before) or (re.search(r"\d/$", before) and not number.unit)
        )
        return bool(re.fullmatch(r"0\d", written) or around)
    if number.value <= 20 and re.match(r" [A-Z][a-z]", after) and re.search(r"[.?!]\s$", before):
        return True  # a footnote's number
    if re.match(r"[:/]\d|['’′](?:-| [a-zA-Z])|\((?:Suppl|\d+\):)", after) or re.search(
        r"\d[:/]$|[a-z][,.;]$|\d\((?:Suppl )?\d+\): ?$|\((?:19|20)\d\d\)[,:;]? $|\bSuppl\.? $", before
    ):
        return True  # "5' end", "trials,1 which", "Proteins 79(10): 126"
    if re.match(r"(?:\s?[,;–-]\s?\d{1,3})*\]", after) and re.search(r"\[(?:\d{1,3}\s?[,;–-]\s?)*$", before):
        return not INTERVAL_BEFORE.search(before)
    if after.startswith(")"):
        opened = before.rfind("(") > before.rfind(")")
        return before.endswith("(") if opened else bool(re.search(r"(?:^|[\s,;:.])$", before))
    return (
        number.value <= 20
        and bool(re.match(r"\.\s+[A-Z]|\.$", after))
        and bool(re.search(r"(?:^|[.:;?!][\"”’)]?\s+)$", before))
    )


def _is_named(number: Number, text: str, before: str, after: str) -> bool:
    """Whether it belongs to a name or an index: Study 1, Llama 3, type 2, step 5, top 10, version 3.5, No. 7, § 3."""
    if re.search(
        r"(?:§|#|№|@|[A-Za-z]\(|\b[Ftr] ?\[|\bRCPs?|\bSSPs?|\bPM|\bRCP scenarios|\b[Nn]os?\.|[Ff]igs?\.|[Ee]qs?\.|"
        r"[Ss]ecs?\.|\bv\.?|\b[Vv]er\.?) ?$",
        before,
    ):
        return True
    indexed = _INDICES.sub("", before)
    if indexed != before and (index := re.search(r"([a-z]+)s $", indexed)) and index[1] in INDEXED and not number.unit:
        return True  # "layers 2, 3 and 5"
    last = re.search(r"([^\W\d_][\w'’+.-]{0,30}|[\w-]{0,20}\d[\w.-]{0,20})[ ~]$", before)
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
    if plain and lower in GREEK and "." not in text[number.start : number.end]:
        return True  # "the beta 3 agonist"
    if lower in RANGE_OF_INDEX and ranged:
        return False
    if lower == "study" and _PLURAL_AFTER.match(after):  # "we study 21 models"
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


_TERM_BEFORE = re.compile(r"[A-Za-z^_*/(|{+]$")
_TERM_AFTER = re.compile(r"[A-Za-z^_*/(|+]|\\(?!%|times|pm|,|;|text|sim|to|le|ge|cdot|mathrm|\))")


def _is_formula(number: Number, text: str, before: str, after: str, formulas: Sequence[tuple[int, int]]) -> bool:
    if re.search(
        r"[\^_]\{?$|[\^_]\($|[)\]}][*/+-]$|\b[OΘΩ]\([^)]{0,20}$|\\[dt]?frac(?:\{[^}]{0,15})?$|"
        r"\\(?:textsuperscript|textsubscript|ref|cite\w*|label)\{[^}]{0,30}$|\\(?:sqrt|log)\{?$",
        before,
    ):
        return True
    if after[:1] in ("^", "_"):
        return True
    if re.match(r"(?:\\sqrt|\\log|\\frac|/[A-Za-z√]|\s?[-+−]\s?[A-Za-z]+\s?[(^_)])", after) and not number.unit:
        return True
    if number.value == 0 and not number.unit and number.value_to != number.value_to:
        compared = re.search(r"[<>≥≤≠=]\s?\$?$|\\(?:geq?|leq?|to|rightarrow|neq?) ?$", before)
        if compared or not re.match(r" [a-z-]+", after):
            return True
    at = bisect_right(formulas, (number.start, 0)) - 1
    if at < 0 or number.end >= formulas[at][1]:
        return False
    start, end = formulas[at]
    inner_before, inner_after = text[start + 1 : number.start].rstrip(), text[number.end : end - 1].lstrip()
    term_before = _TERM_BEFORE.search(inner_before) and not re.search(r"\\[A-Za-z]+$|\{?,?\}$", inner_before)
    return bool(term_before or _TERM_AFTER.match(inner_after))
