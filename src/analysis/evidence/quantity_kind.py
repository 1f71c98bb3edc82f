"""Whether an amount is a result, the scope of a study or a setting: rules on the words around it, in their order.

A result came out of a study or is reported of others, scope is how much was studied or made, a setting was chosen
beforehand. data/annotations/QUANTITIES.md draws the lines.
"""

from __future__ import annotations

import re

from analysis.evidence.context import Context
from analysis.evidence.numbers import Number
from analysis.evidence.quantity_count import CONDITIONAL, SETTING_BEFORE, TREATED_BY, kind_of_count
from analysis.evidence.words import GAINS, MODELS, OUTCOME, SCOPE_CUES, SCORES, SETTING_VARIABLES

_SOME = r"(?:the |an? |about |approximately |only |just |more than |less than |fewer than |at least |over |up to )*"
RELATION = re.compile(
    r"([\w%αβγδεθλμρσστφχωΔκτη²()/-]{1,30})\)?\s?\$?(?:[=<>≥≤≈:]|>=|<=|==|\\(?:leq?|geq?|approx|sim|lt|gt))\s?\$?$"
)
P_VALUE = re.compile(r"\b([Pp](?:[- ]?values?)?)\s?(?:of|[=<>≤≥]|>=|\\leq?|<=|<?/=)\s?$")
INTERVAL = re.compile(
    r"((?:\d\d(?:\.\d)?\s?\\?%[- ]?)?(?:\(?\b(?:CIs?|CrIs?|HDI|UI|PI|IQR|SD|SE|SEM)\)?|\b(?:confidence|credible|"
    r"uncertainty|interquartile|standard)[- ](?:intervals?|range|deviation|error)(?: \(\w+\))?))"
    r"(?: of| was|:|,|=)?\s?[:=,]?\s?[\[(]?\s?$",
    re.IGNORECASE,
)
_INTENDED = re.compile(r"\b(?:aim|aimed|aims|aiming|goals?|targets?|objectives?)\b[^.;,]{0,90}$")
_AT_A_RATE = re.compile(r" (?:[a-z-]+ ){0,2}(?:rate|ratio|level|budget|threshold|sparsity|reduction)\b")
_OVER_A_RANGE = re.compile(r"\b(?:over|across|in|within|for) (?:the|an?) (?:[a-z]+ )?range (?:of|from) $")
_SAMPLE = re.compile(r"\b(?:aged?|years? of age|old|follow-?up)\b")
_INCLUDED = re.compile(r"\(\s?(?:[<>≥≤]|[<>]=|>/=|</=)\s?$")  # "infants (<1,000 g)"
_REACHED = re.compile(r"\b(?:reach|achiev|obtain|attain)\w*\b[^.;]{0,40}$")
_MEAN_AGE = re.compile(
    r"\b(?:(?:mean|median|average) (?:\w+ )?age|[Aa]ge (?:\w+ ){0,3}averaged)"
    r"(?: of (?:the )?\w+)?(?: at \w+)?(?: of| was|:|,|\s?=)?\s?[(\[]?$"
)
_STEP_OR_ASSUMED = re.compile(r"\b(?:step|layer|level|grade|epoch) $|\b[Aa]ssuming\b[^.;,]{0,40}$")
_MULTIPLIERS = ("times", "fold", "orders of magnitude", "points", "percentage points", "standard deviations")
_SIZES = ("parameters", "epochs", "steps", "iterations", "bits")
_MODEL_SIZE = re.compile(r"\$?\d[\d.]*[BM]?(?: ?(?:to|[-–]{1,2}) ?\d[\d.]*)?[BM]\$?")
_SCALE = re.compile(r"[ -](?:Likert|(?:\w+ )?scale\b)")
_VALIDATION = re.compile(r"[\s-]*(?:stratified |nested |repeated |leave-one-out )?(?:[Cc]ross|CV\b)")
_ENLARGED = re.compile(
    r"[\s-]*(?:super|upscal\w+|upsampl\w+|downsampl\w+|magnification|zoom|SR\b|optical|objective|acceleration factor|"
    r"undersampl\w+|resolution|scale\b|(?:\w+ )?pooling|depth|coverage)"
)


def kind_of(number: Number, around: Context) -> str:
    """The kind of an amount in its context: result | scope | setting."""
    unit, near, noun = number.unit, around.near, around.noun.split()
    ranged = number.value_to == number.value_to
    hyphened = re.match(r"[^-]*\d[-‐‑][A-Za-z]|[A-Za-z]+-(?:year|month|week|day|hour)$", around.written) or re.match(
        r"[-‐‑], ", around.after
    )
    if unit and hyphened and _is_compound(number, around):
        return "setting"
    if number.form == "size":
        fine = re.search(r"\b(?:resolutions?|grids?|spacing|cells?|pixels?)\b", f"{near[-40:]} {around.behind[:30]}")
        return "scope" if unit in ("m", "km", "cm") and not fine else "setting"
    if P_VALUE.search(near):
        return "result"
    if ranged and _OVER_A_RANGE.search(near):
        return "scope"
    if (_INTENDED.search(near) and not _REACHED.search(near)) or (
        near.endswith(("at a ", "at an ")) and _AT_A_RATE.match(around.after)
    ):
        return "setting"
    relation = RELATION.search(near, max(0, len(near) - 45))
    name = relation[1].strip("()-") if relation else ""
    if name in ("n", "N") or re.search(r"\([nN] $", near):
        return "scope"
    if interval := INTERVAL.search(near):
        told = around.before.removesuffix(interval[0])[-80:]
        return "scope" if _SAMPLE.search(told) and "CI" not in interval[1] else "result"
    if (unit == "fold" and _VALIDATION.match(around.after)) or (unit == "points" and _SCALE.match(around.after)):
        return "setting"
    if unit in _MULTIPLIERS:
        return "setting" if unit in ("times", "fold") and _ENLARGED.match(around.after) else "result"
    if unit in ("years", "") and _MEAN_AGE.search(near):
        return "scope"
    headed = re.search(r"[a-z]{4}:\s?$", near) or (near.rstrip().endswith(":") and noun and not number.value % 1)
    if relation and (name or unit != "%") and not headed:
        return _kind_of_relation(number, around, name)
    if number.form == "share":
        return "result"
    if unit in _LENGTHS and ranged and number.value == 0:
        return "setting"  # the depth of a layer: "0-5 cm"
    if (_INCLUDED.search(near) and unit != "%") or (not unit and _STEP_OR_ASSUMED.search(near)):
        return "setting"
    if unit == "%" or number.form in ("fraction", "factor"):
        return _kind_of_share(around)
    if unit == "parameters" and ranged and re.search(r"\b(?:models?|LLMs)\b", around.before):
        return "scope"
    if unit in _SIZES:
        few = re.search(r"\b(?:only|achiev\w+|reduc\w+(?: \w+)? to|just|merely) $", near)
        return "result" if unit == "parameters" and few else "setting"
    if _MODEL_SIZE.fullmatch(around.written) and (not noun or set(noun) & MODELS):
        amassed = re.search(r"\b(?:data|dataset|corpus|samples|images|pairs|tokens|examples|records)\s?\($", near)
        return "scope" if ranged or amassed else "setting"
    return _kind_of_unit(number, around) if unit else kind_of_count(number, around)


_PERIODS = frozenset(
    "follow-up period periods study studies survival trial survey project campaign data "
    "record records dataset database".split()
)


def _is_compound(number: Number, around: Context) -> bool:
    """Whether a compound names a set-up, as a 5-cm depth does; a 12-fold rise and a 5-year follow-up do not."""
    told = set(around.noun.lower().split()) & (GAINS | _PERIODS)
    return number.unit not in (*_MULTIPLIERS, "%") and not told


_AT_VALUE = re.compile(r"\b(?:at|for|when|using|with|where) \S{1,12}\s?=\s?\$?$")
_WHO = re.compile(
    r"\b(?:if|unless|when|where|patients|subjects|participants|those|adults|children|women|men|defined|percentage of|"
    r"proportion of|number of) [^.;,]{0,60}$"
)


def _kind_of_relation(number: Number, around: Context, name: str) -> str:
    """Of ``k = 5`` and ``AUC > 0.9``."""
    if _REACHED.search(around.near):
        return "result"
    measured = number.unit not in ("", "%", "$", "FPS") or (not name and not number.unit and number.value >= 10)
    limited = measured and re.search(r"(?:[<>≥≤]|[<>](?:/| or )?=)\s?\$?$", around.near)
    if limited and (not name or _WHO.search(around.near)):
        return "setting"
    if len(name) <= 4 and (name not in SCORES or number.unit not in ("", "%")) and _AT_VALUE.search(around.near):
        return "setting"
    knob = name in SETTING_VARIABLES or SETTING_BEFORE.search(around.near) or (name == "r" and abs(number.value) > 1)
    limit = re.match(r" (?:clinical )?(?:threshold|cut-?off)", around.behind) or re.search(r"(?:>=|≥)\s?$", around.near)
    return "setting" if knob or limit else "result"


_DEMOGRAPHIC = re.compile(
    r"\s?(?:were |was |are |of (?:the )?(?:participants|patients|sample|respondents|subjects|users) (?:were|are) )?"
    r"(?:female|male|women|men|girls|boys|white|black|Hispanic)\b",
    re.IGNORECASE,
)
_KNOB_SHARE = re.compile(r" (?:of )?(?:missing\w*|sparsity|dropout|pruning|masking|poison\w*|label noise|noise)\b")
_CHANCE = re.compile(r" (?:significance|confidence|probability|power|level)\b")
_CHOSEN_CHANCE = re.compile(r"\b(?:with|at|of) (?:an? |the |at least )*$")
_DATA_SHARE = re.compile(
    r" (?:of )?(?:the |its |all |available |original |full |total |entire )*(?:train(?:ing)?|"
    r"labell?ed|labels|annotat\w+|data|"
    r"dataset|tokens|samples|examples|supervision|compression|mask\w*|layers|quantile|budget|retention)\b"
)
_USING = re.compile(
    r"\b(?:using|with|on|given|under|at|mask\w*|prun\w*|from|keep\w*|retain\w*|remov\w*|train\w*|fine-?tun\w*|updat\w*|"
    rf"tun\w*|freez\w*|drop\w*|sampl\w*|even|merely|top|until|unless|if|discard\w*|select\w*) {_SOME}[~(]?$",
    re.IGNORECASE,
)


def _kind_of_share(around: Context) -> str:
    near, behind = around.near, around.behind
    if _DEMOGRAPHIC.match(behind):
        return "scope"
    chosen = (
        re.search(r"\btop[- ]$|\b(?:unless|if|until|when) (?:\w+ ){0,2}$", near)
        or (_CHANCE.match(behind) and _CHOSEN_CHANCE.search(near))
        or _KNOB_SHARE.match(behind)
        or (_DATA_SHARE.match(behind) and _USING.search(near))
        or CONDITIONAL.search(near)
        or re.search(r"\b(?:training|test|validation|development) (?:set|data|split) \($", near)
        or (SETTING_BEFORE.search(near) and not re.search(r"\b(?:every|per|aged?|depths?)\s?$", near))
    )
    return "setting" if chosen else "result"


_LONG = ("years", "months", "weeks", "days")
_SHORT = ("ms", "s", "min", "hours")
_LASTING = (*_LONG, "hours", "min", "s", "decades", "person-years", "patient-years", "GB", "TB", "km")
_AREA = re.compile(r"(?:km|m)(?:\^?\{?2\}?|\(2\)|²)|ha")
_LENGTHS = ("km", "m", "cm", "mm", "μm", "µm", "nm", "°")
_DOSE = re.compile(r"[mμµu]?g\b|m[Ll]|IU|kg|.*/day")
_OUTCOME = re.compile(rf"\b(?:{OUTCOME})\b", re.IGNORECASE)
_SCOPE = re.compile(rf"\b(?:{SCOPE_CUES})\b", re.IGNORECASE)
_DIFFERED = re.compile(r"\b(?:by|median|mean|difference|reduced|reduction) (?:of )?$")
_INCLUSION = re.compile(
    r"(?:\b(?:aged(?: from| between| under| over| above| below)?|age of|older than|younger than|over the age of|"
    r"at least)|≥|>=|>)\s?$"
)
_AND_OLDER = re.compile(r" (?:of age |old )?(?:and|or) (?:older|over|younger|above|under)\b")
_EXTENT = re.compile(
    r" (?:in (?:all|each|every|both) direction|radius|around|transect|of (?:road|river|coast|transect|shore|"
    r"trail|track|"
    r"stream|habitat))"
)
_LATER = re.compile(r" (?:later|after|before|prior to|post|following)\b")
_NOT_LATER = re.compile(
    r"\b(?:by|median|mean|difference|occurr\w+|died|delay\w*|earl\w+|lat(?:er|est)|within|averag\w+|took|takes?|period|"
    r"reduc\w+)(?: \w+){0,2} $"
)
_FIRST = re.compile(r"\b(?:first|initial|next|each|every) $")
_LIMIT = re.compile(
    r"(?:[<>≥≤]|[<>]=|>/=|</=|\\(?:leq?|geq?|lt|gt)|\b(?:below|above|under|beyond|in excess of|(?:greater|less|larger|"
    r"smaller|longer|shorter|higher|lower) than))\s?\$?$"
)
_CONDITION = re.compile(
    r"\b(?:if|unless|when|whenever|where|provided|assuming|once|until|with|patients|those|for|"
    r"at) [^,.;:()]{0,50}[(]?[<>≥≤=]*\s?$"
)
_LASTED = re.compile(r"\blast(?:ed|s|ing) (?:for )?(?:at least |about |up to )?$")
_SPAN = re.compile(
    rf"\b(?:spanning|spans|follow(?:ed)?[- ]?up (?:of|was|for)|(?:past|last|previous|preceding)|periods? of) {_SOME}$"
)
_STUDIED = re.compile(
    r"[ -](?:[a-z-]+ ){0,2}?(?:follow|of follow|study|period|project|program|trial|survey|campaign|"
    r"data ?sets?\b|records?\b)|-?old"
)
_THROUGHOUT = re.compile(
    r"\b(?:over|during|for|comprising|containing|with|of|contains|totall?ing|than|follow\w*|period) "
    rf"{_SOME}(?:last |past |period of )?$"
)
_QUICKLY = re.compile(r"\b(?:in|within|under|in (?:about|only|under|just|merely|as little as)|less than) $")
_CAME_OUT = re.compile(
    r"\b(?:by|within|takes?|took|taking|requir\w+|in|median|mean|average|reach\w*|achiev\w*|from|to|was|were|is|costs?|"
    rf"only|than|decreas\w+|increas\w+|reduc\w+|error|of) {_SOME}$"
)
_AT = re.compile(r"\b(?:at|for|every|of|with|under|in|and|per)\s?$")
_SET_UP = re.compile(
    r" (?:resolution|intervals?|depths?|window|horizon|lead|time ?step|spacing|grid|nests?|wavelength|thick|diameter|"
    r"field|bias|dose|treatment|temperature|increments|steps)"
)


def _kind_of_unit(number: Number, around: Context) -> str:
    unit, near, behind = number.unit, around.near, around.behind
    beside = f"{around.before[-90:]} {around.after[:70]}"
    told = _kind_of_time(unit, around) if unit in (*_LONG, *_SHORT) else ""
    if not told and _DOSE.match(unit) and TREATED_BY.search(beside) and not _DIFFERED.search(around.close[-30:]):
        return "setting"
    if not told and (unit in _LENGTHS or _AREA.fullmatch(unit)):
        told = _kind_of_extent(unit, around)
    if told:
        return told
    if re.search(r"\bvalues? (?:is|are|was|were|of|ranged from) $", around.close + " "):
        return "result"
    if _LIMIT.search(near) and not _REACHED.search(near) and (_CONDITION.search(near) or not _OUTCOME.search(near)):
        return "setting"
    if re.search(r"\b(?:greater|less|higher|lower|better) than $", near) and not _CONDITION.search(near):
        return "result"
    if SETTING_BEFORE.search(near):
        return "setting"
    if unit in _LASTING and set(around.noun.split()) & _PERIODS:
        return "scope"
    if _SPAN.search(near) or _STUDIED.match(behind):
        return "scope"
    if unit in _LONG and behind.startswith(" of ") and not near.endswith("by "):
        return "scope"
    if unit.startswith("GPU"):
        return "result" if _CAME_OUT.search(near) else "scope"
    if unit.endswith("-hours") or (unit in _LASTING and _is_recorded(around, beside)):
        return "scope"
    if unit in _SHORT and _QUICKLY.search(near[-20:]):
        return "result"
    if unit not in (*_SHORT, "$", "FPS") and re.search(r"\b[Aa]t\s?$", near):
        return "setting"
    outcome = _OUTCOME.search(beside)
    if _CAME_OUT.search(near) and outcome:
        return "result"
    if (_AT.search(near) and not outcome) or _SET_UP.match(behind):
        return "setting"
    return "result" if _OUTCOME.search(f"{around.before[-140:]} {around.after[:100]}") else "setting"


def _kind_of_time(unit: str, around: Context) -> str:
    """The kind of an age, a window or a follow-up; "" if the words right beside it do not say."""
    near, behind, long = around.near, around.behind, unit in _LONG
    treated = unit in _LONG[1:] and TREATED_BY.search(f"{around.before[-90:]} {around.after[:70]}")
    if re.search(rf"\bfollow(?:ed)?[- ]?up (?:of|was|for) {_SOME}$", near):
        return "scope"
    if treated and not _DIFFERED.search(around.close[-30:]):
        return "setting"
    if unit in _LONG[:3] and (_INCLUSION.search(near) or _AND_OLDER.match(behind)):
        return "setting"
    if unit == "years" and re.search(r"\b(?:aged?|ages|Age|cohorts?|old)\b[^.;]{0,25}$", near):
        return "scope"
    if _LATER.match(behind) and not _NOT_LATER.search(near):
        return "setting"
    if (_FIRST.search(near) or (long and near.endswith("within "))) and not re.match(r" of (?:19|20)\d\d", behind):
        return "setting"
    return "result" if _LASTED.search(near) else ""


def _kind_of_extent(unit: str, around: Context) -> str:
    """The kind of a resolution, a depth or a place's size; "" if the words right beside it do not say."""
    near, behind = around.near, around.behind
    if unit not in _LENGTHS:
        return "result" if _OUTCOME.search(near[-45:]) else "scope"
    fine = re.search(r"\b(?:resolutions?|top|upper|uppermost)\b[^.;,]{0,25}$", near)
    if fine or re.match(r" (?:grid|cell|resolution|pixel|mesh|spacing)", behind):
        return "setting"
    return "scope" if _EXTENT.match(behind) else ""


def _is_recorded(around: Context, beside: str) -> bool:
    """Whether it says how much was recorded or for how long: ``80 hours of speech``, ``over 6 months``."""
    if re.match(r" of (?!\w+ (?:time|latency|delay))", around.behind) and _SCOPE.search(around.behind[:50]):
        return True
    throughout = _THROUGHOUT.search(around.near) and not _OUTCOME.search(around.close[-30:])
    return bool(throughout and _SCOPE.search(beside))
