"""Whether a number without a unit is a result, scope or a setting: what it counts, and what is said of that.

What a study took in is scope, what it found of these is a result: "12 nurses were asked, and five said no".
"""

from __future__ import annotations

import re

from analysis.evidence.context import Context
from analysis.evidence.numbers import Number
from analysis.evidence.words import (
    COURSES,
    FOUND,
    LITERATURE,
    PEOPLE,
    RESULT_NOUNS,
    SCOPE_NOUNS,
    SCORES,
    SETTING_NOUNS,
    SETTINGS,
    TREATED,
)  # fmt: skip

SETTING_BEFORE = re.compile(
    rf"(?<!mean )(?<!average )(?<!median )(?<!observed )(?<!estimated )\b(?:{SETTINGS})\)?(?: (?:of|at|to|is|"
    rf"was|were|between|from|in|only|set to|ranging from))?\s?[=:<>≥≤(]?\s?$"
)
CONDITIONAL = re.compile(
    r"\b(?:unless|if|provided that|as long as)\b[^.;,]{0,80}$|\b(?:when|where) [^.;,]{0,50}[<>≥≤]\s?\$?$"
)
TREATED_BY = re.compile(rf"\b(?:{TREATED})\b", re.IGNORECASE)
_FOUND = re.compile(rf"\b(?:{FOUND}) (?:an? |the )?$", re.IGNORECASE)
_ESTIMATED = re.compile(
    r"\b(?:estimated|estimates? (?:of|that)|abundance|predicts|predicted|projects|projected)\b(?! from)"
    r"(?![^.;]*(?<!estimated) (?:for|in|at|across|over|among|using|on|with) (?:over |about |more than |"
    r"all )*$)[^.;]{0,70}$"
)
_CHANGED_FROM = re.compile(
    r"\b(?:increas|decreas|declin|drop|rise|rose|f[ae]ll|gr[eo]w|trend|chang|reduc|"
    r"boost|improv|outperform|surpass|exceed|sav)\w*[^.;,]{0,30} (?:from|to|by) $"
)
_NOTED_IN = re.compile(r"\b(?:noted|observed|seen|occurred|developed|detected|present) in (?:only |just |about )?$")
_OF_LITERATURE = re.compile(r"(?:identified|(?:were|are) found|detected|show\w*)$")
_WITH_THEM = re.compile(r"\s(?:deemed|considered|rated|judged|classified|having|showing|being|at (?:high|low))\b")
# What was found of the things counted, right behind them: "seven studies had", "12 died".
_TURNED_OUT = re.compile(
    r"\s?(?:\([^()]{1,40}\) )?(?:(?:in|of|from|on|at) (?:[\w-]+ ){1,4}?)?(?:[a-z]+ly |"
    r"also |still )?"
    r"(?:(?:were|was|are|being|be) (?:[a-z]+ly )?(?:found|deemed|considered|rated|judged|identified|detected|observed|"
    r"produced|discovered|infected|positive|negative|born|killed|lost|dead|unclear|classified as|at (?:high|low)|"
    r"significant\w*|associated|of (?:low|high|medium|poor|good|moderate|fair)\b|discontinued|withdrawn|"
    r"misclassified|correct\w*)|"
    r"had(?! (?:\w+ed|been|undergone|given)\b)|did|showed|shows?|reported|found|deemed|considered|rated|judged|"
    r"identified|detected|observed|died|"
    r"developed(?! (?:by|from|for|in|using|with))|experienced|achieved|survived|failed|improved|responded|"
    r"recovered|relapsed|withdrew|dropped out|exceeded|differed|"
    r"suffered|declined|increased|decreased|persisted|occurred|affected|carried|harbou?red|remained|exhibited)\b"
)
_NO_SUBJECT = re.compile(
    r"\b(?:on|in|at|with|using|of|for|by|from|across|over|between|among|and|to|through|than|into|via|under|"
    r"representing|"
    r"comprising|including|assess\w*|stud(?:y|ied)|evaluat\w+|examin\w+|compar\w+|us(?:e|ed|ing)) "
    r"(?:the |these |all |our |those |both |about |over |more than |approximately )*$",
    re.IGNORECASE,
)
_TAKEN_IN = re.compile(r"\b(?:includ|enrol|recruit|randomi[sz]|eligible|participat|complet|analy[sz])")
_ALL_OF_THEM = re.compile(r"\b(?:the|these|those|all|our)(?: other| remaining)? $", re.IGNORECASE)
_STUDIED_BEHIND = re.compile(
    r"\b(?:includ\w+|enrol\w+|recruit\w+|participat\w+|eligible|analy[sz]ed|randomi[sz]ed|assigned|reviewed|screened|"
    r"studied|evaluated|examined|interviewed|surveyed|assessed|compared|underwent|undergoing|referred|admitted|"
    r"selected|"
    r"sampled|collected|used|tested|retrieved)\b"
)
_OR_MORE = re.compile(r" or (?:more|fewer|less|greater|older|younger)\b")


# As a unit is written that the list of units lacks: psu, dBZ, cm2V-1s-1, Pg C.
_LIKE_UNIT = re.compile(r"[b-df-hj-np-tv-zμ]{1,3}[A-Z]?|[A-Z][a-z]|[a-zA-Z]+[\d/^][\w/^()-]*")


def _is_like_unit(noun: list[str]) -> bool:
    counted = noun[-1].endswith("s") or noun[-1] in SETTING_NOUNS
    return len(noun) <= 2 and not counted and _LIKE_UNIT.fullmatch(noun[0]) is not None


def _turned_out(behind: str, head: str, before: str) -> bool:
    """Whether the words behind a count say what was found of the things counted, not that they were studied."""
    before = re.sub(r"\b[Aa] total of $", "", before)
    if before.endswith("with ") and _WITH_THEM.match(behind):
        return True
    told = None if _NO_SUBJECT.search(before[-60:]) else _TURNED_OUT.match(behind)
    if told and _ALL_OF_THEM.search(before) and not re.search(r"(?:identified|found|detected|observed)$", told[0]):
        return False  # "the two raters differed"
    if not told or (head in LITERATURE and _OF_LITERATURE.search(told[0])):
        return False
    return not (_STUDIED_BEHIND.search(behind[:110].split(". ", maxsplit=1)[0]) or _STUDIED_BEHIND.search(before[-50:]))


def kind_of_count(number: Number, around: Context) -> str:
    """Of a number without a unit: a count of things, or the value of a measure."""
    near, behind, noun = around.near, around.behind, around.noun.split()
    whole = number.value == int(number.value) and (number.value >= 1000 or "." not in around.written)
    if _OR_MORE.match(behind) or re.search(r"\b(?:per|every)\s?$", near):
        return "setting"
    if not whole or not noun or _is_like_unit(noun):
        if whole and re.search(r"\(\s?$", near) and re.match(r"\s?[);,]", behind):
            return "scope"
        if SETTING_BEFORE.search(near) or CONDITIONAL.search(near):
            return "setting"
        if number.form == "words" and behind.startswith(" with "):
            return "result"
        if whole and _turned_out(behind, "", around.before):
            return "result"
        sample = re.search(r"\b(?:total of|sample of|samples? size of) $", near) if whole else None
        return "scope" if sample or number.form == "words" else "result"
    first, head = noun[0], noun[-1]
    if (head in COURSES and number.value < 100 and TREATED_BY.search(around.before[-120:])) or (
        number.value < 1000 and {first, head} & SETTING_NOUNS
    ):
        return "setting"
    if {first, head} & RESULT_NOUNS or (first in SCORES and len(noun) == 1):
        named = number.form == "words" and head[-1] == "s" and not _FOUND.search(near)  # "two rain events"
        return "scope" if named else "result"
    if re.match(r"\s?\(\s?\d[\d.]*\s?\\?%", around.after) and not _TAKEN_IN.search(behind[:80]):
        return "result"
    if head in PEOPLE and _NOTED_IN.search(near):
        return "result"
    if len(noun) == 1 and _turned_out(behind, "", around.before):
        return "result"  # "12 died"
    if _turned_out(behind.removeprefix("+").lstrip()[len(around.noun) :], head, around.before):
        return "result"
    if number.form != "words" and (_ESTIMATED.search(near) or _CHANGED_FROM.search(near)):
        return "result"
    if head not in SCOPE_NOUNS and head not in LITERATURE:
        if number.form != "words" and _FOUND.search(near):
            return "result"
        if SETTING_BEFORE.search(near):
            return "setting"
    return "scope"
