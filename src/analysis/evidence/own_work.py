"""The name that a paper gives its own method, data set, study or survey."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from analysis.common.split import split_sentences
from analysis.common.tables import check_table, takes_frames
from analysis.evidence.acronyms import find_definitions

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("paper_id", "field", "start", "end", "surface")

_REACH = 300  # characters of a sentence within which a verb and the name it brings stand
_LEAST = 2.0  # points of evidence below which a paper names nothing

# --- the shape of a name ---------------------------------------------------------------------------------------------

_WORD = r"[^\W_][\w']*(?:[-+.@/&*^\u2013\u00d7][^\W_]\w*)*(?:\+\+?|\*|\u00b2|\u00b3|\^\d)?"
_CAPITAL = rf"(?=[\d]*[^\W\d_a-z])(?:{_WORD})"
_COINED = r"(?=[^\W_][\w'+./&*^\u2013-]*[A-Z])"  # a capital behind the first character
# "Rhizome OS-1", "Byte-Token Representation Lemma", "Chain of Fair Thought", "eBias": capitals all through.
_LINK = r"(?:(?:of|and|for|the|in|with|from|to)\s(?:the\s)?)?"
_VERSION = r"(?:\s(?:[vV]ersion\s|v\.?)?\d+(?:\.\d+)*(?![\w%]))?"
_PHRASE = rf"(?:{_CAPITAL}|[a-z]{_COINED}{_WORD})(?:\s{_LINK}{_CAPITAL}){{0,7}}{_VERSION}"
_OPEN = r"(?:\\(?:text\w+|emph|mathsf|mathrm)\{|\*\*|[\"'\u201c\u2018`_*]{1,2})?"
_CLOSE = r"(?:\}|\*\*|[\"'\u201d\u2019_*]{1,2})?"

# No names: words that a sentence opens with, and acronyms of fields, tasks and kinds of model.
_TOPICS = frozenset(
    "this that these those it we our the there here such they one two all most some many each both ai ml nlp rl dl cv "
    "ir hci asr tts ocr llm llms mllm mllms lvlm lvlms vlm vlms vla vlas lm lms slm slms plm plms gan gans cnn cnns "
    "rnn rnns gnn gnns dnn dnns snn snns vits nn nns svm pca api apis sota qa vqa gpu gpus cpu cpus covid-19 covid "
    "hiv dna rna mri ct eeg ecg bmi rct rcts usa us uk eu un who 2d 3d 4d 6g 5g iot url faq r2 auc roc f1 ood id "
    "slam".split()
)
# In front of a title's colon these are what a paper is about; in "we propose LoRA" they are its own.
_FAMOUS = frozenset(
    "bert gpt chatgpt gpt-2 gpt-3 gpt-4 gpt-4o gpt-5 clip llama lora rlhf dpo ppo grpo sgd adam rag moe vit cot "
    "nerf".split()
)
ADJECTIVE = re.compile(
    r"[-\u2013](?:based|driven|guided|aware|free|centric|powered|like|style|level|agnostic|specific|efficient|\w{3,}ed|"
    r"\w{3,}ing|\w{3,}ive|only|to-\w+|scale|modal|shot|friendly|oriented|invariant|wise|time|art)$",
    re.IGNORECASE,
)
_THING = (
    r"(?:frame-?work|method|approach|model|system|algorithm|data ?set|benchmark|corpus|suite|metric|measure|network|"
    r"architecture|tool ?kit|tool|library|package|platform|pipeline|paradigm|strategy|technique|scheme|protocol|module|"
    r"mechanism|loss|taxonomy|index|score|database|collection|resource|survey|study|trial|registry|cohort|"
    r"simulator|environment|questionnaire|instrument|challenge|family|series|variant)s?"
)

# --- how authors speak of their own work -----------------------------------------------------------------------------

_MAKE = (
    r"(?:(?:propos|introduc|present|develop|design|construct|creat|devis|describ|releas|establish|contribut|collect|"
    r"curat|compil|formulat|implement|deriv|provid|offer|launch|conduct|publish|unveil|open-sourc|annotat|"
    r"formali[sz]|assembl)(?:e|es|ed|s|ing)?|builds?|built|obtains?|put forward)"
)
_AUTHORS = (
    r"(?:\b[Ww]e|\bI|\b[Tt]h(?:is|e present|e current)\s(?:[\w-]+\s){0,2}?(?:paper|work|study|article|report|letter|"
    r"thesis|manuscript|survey|review|project|chapter|contribution)|\b[Tt]he authors?|"
    r"\b[Ii]n this (?:paper|work|study|article))"
)
MADE = re.compile(rf"{_AUTHORS}\b[^.;:()]{{0,70}}?\b{_MAKE}\b(?:\sand\s\w+\b)?(?:\s(?:here|in this \w+)\b)?")
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were)\s(?:\w+\s)?"
    r"(?:proposed|introduced|presented|developed|designed|constructed|built|created|devised|released|established)\b"
    r"(?!\sby\b)"
)
# What may stand between the verb and the name ("a novel", "two simple yet effective"), and what ends the object.
_PREMODIFIER = re.compile(
    r"[\s,:]*(?:(?!(?:that|which|where|to|by|with|for|in|on|of|and|from|via|using|as|at|since|into|over|under|between|"
    r"among)\b)[\w'/-]+,?\s){0,7}$"
)
_OBJECT_ENDS = re.compile(r"\s(?:that|which|where|whose|to|by|based on|built on|using|and)\s")

_DIRECT = re.compile(rf"[\s,:]+(?:the\s|our\s)?(?:(?:novel|new|first|original)\s)?{_OPEN}(?P<name>{_PHRASE}){_CLOSE}")
_FOLLOWS = re.compile(
    r"\s*(?:[,.;:(\u2013\u2014\[]|--|-\s|$|(?:that|which|to|for|with|as|by|in|on|via|where|whose|using|through|is|a|an|"
    rf"the|under|based|towards?|from|at|alongside|{_THING})\b)"
)
_BARE = re.compile(r"[\s:]+(?P<name>[a-z]{4,}),\s(?:an?|the|where an?)\s")
_APPOSED = re.compile(
    rf"\b{_THING}\s?(?:[,:\u2013\u2014-]+\s?)?(?:namely,?\s)?{_OPEN}(?P<name>{_COINED}{_WORD}(?:\s{_CAPITAL}){{0,3}})"
    rf"{_CLOSE}"
    r"(?=\s?(?:[,.;:()\u2013\u2014]|--|that\b|which\b|to\b|for\b|with\b|$))"
)
_BRACKETED = re.compile(rf"(?<=[^\W\d][\s~])\({_OPEN}(?P<name>{_COINED}{_WORD}){_CLOSE}(?<=[^\s(]{{3}})\)(?!-)")
# "(MEDIDA), a general framework": said of what is new, unless the sentence takes it from others.
_IS_NEW = re.compile(
    rf"\)?,\s(?:an?|the\sfirst)\s(?:[\w-]+,?\s){{0,3}}?(?:novel|new|general|simple|unified|flexible|open-source|"
    rf"first|principled)\b[^.;]{{0,60}}\b{_THING}\b"
)
_TAKEN = re.compile(
    r"\b(?:us(?:e|es|ed|ing)|adopt|employ|leverag|appl(?:y|ied)|evaluat|compar|extend|based on|recent|existing)"
)
_CALLED = re.compile(
    r"\b(?<!so-)(?:called|named|dubbed|termed|coined|christened|entitled|titled|abbreviated(?: as)?|"
    r"we\s(?:also\s)?(?:call|name|dub|term|coin)(?:\s(?:it|this|them|the|our)(?:\s\w+){0,3}?)?|"
    r"(?:refer(?:red)? to|denoted?)(?:\s\w+){0,3}?\sas)"
    rf"[\s:,]+(?:(?:the|as|an?)\s)?{_OPEN}(?P<name>{_PHRASE}){_CLOSE}"
)
_OURS = re.compile(r"\b(?:[Oo]ur|novel|new|[Tt]his|here)\b|\b[Ww]e (?:call|name|dub|term|coin)")
_OTHERS = re.compile(
    r"\b(?:phenomen\w+|problem|bias|effect|issue|challenge|failures?|behaviou?r|property|setting|limitation|tendency|"
    r"dilemma|paradox)(?:[,\s]|that|which|is|was|we|also)*$|"
    r"\b(?:existing|previous|prior|recent|commonly|often|widely|popular|state-of-the-art)\b[^.]{0,40}$"
)
_STEP = re.compile(
    r"(?:First|Second|Third|Specifically|Then|Next|Finally|Lastly|Concerning|For|Moreover|Furthermore|In addition|"
    r"Additionally|Besides)\b"
)
_PARTS = (
    r"(?:modules?|mechanisms?|loss(?:es)?|blocks?|terms?|units?|layers?|heads?|encoders?|decoders?|regulari[sz]\w+|"
    r"encodings?|embeddings?|strategy|objective|scheme|steps?|stages?|"
    r"problem|phenomenon|effect|issue|hypothesis)"
)
_COMPOUND = re.compile(r"[)}*]*[-\u2013]\w")  # "(DiT)-based"
_PART = re.compile(rf"[)\s\"'\u201d}}]*(?:[a-z]+\s)?{_PARTS}\b")
_PART_NAME = re.compile(rf"\b{_PARTS}$", re.IGNORECASE)
_IS = re.compile(
    rf"(?:The\s)?(?P<name>{_PHRASE})(?:\s\([^()]{{2,120}}\))?(?:\s(?:trial|study|survey|cohort|registry|project|"
    r"program(?:me)?|data ?set|database|initiative|benchmark|corpus))?\s(?:is|are|was)\s"
    r"(?P<what>(?:an?|the\sfirst)\s[^.;]{0,100})"
)
_NEW = re.compile(
    r"\b(?:novel|new|open[- ]source|first|free|publicly|large-scale|randomi[sz]ed|prospective|multi-?cent\w+)\b"
    rf".*\b{_THING}\b"
)
_BEFORE_COLON = re.compile(r"(?P<name>[^:]{2,70}?)\s?(?:[:\u2014]|\s[-\u2013]{1,3}\s)\s?\S")
_TRIAL = re.compile(
    r"[:,(\u2013-]\s?(?:[Rr]esults (?:of|from) )?(?:[Tt]he )?(?P<name>[A-Z][A-Z0-9-]{2,15})\)?(?:\s(?:randomi[sz]ed|"
    r"controlled|clinical|cohort|pilot|feasibility|prospective))*\s(?:trial|study|survey|cohort|registry)s?\.?$"
)
_REUSED = re.compile(r"\b(?:lessons|secondary|post[- ]hoc|sub-?study|sub-?analysis|re-?analysis)\b", re.IGNORECASE)


class _Candidate(NamedTuple):
    """A name, where it stands, and the points of evidence that it is of the authors' own work."""

    field: str
    start: int
    end: int
    points: float


@takes_frames
def find_own_work(papers: pd.DataFrame) -> pd.DataFrame:
    """The name that each paper gives its own work: "we propose X", "called X", "Full Name (X)", "X: ..." as a title.

    ``papers`` has paper_id, title and abstract. Returns one row per paper that names something of its own
    (``paper_id``, ``field``, ``start``, ``end``, ``surface``), in their order: the best supported name where the text
    introduces it, in its short form where it has one. Spans are half-open code points; ``surface`` is verbatim.

    Evidence is counted in points: how the name is introduced, whether the title opens with it, how often it returns;
    a part ("X module") counts less than a whole. Raises ``BadInput`` if a column is missing.
    """
    import pandas as pd

    check_table(papers, "papers", needs=("paper_id", "title", "abstract"))
    rows = []
    for paper_id, title, abstract in zip(papers["paper_id"], papers["title"], papers["abstract"], strict=True):
        if (best := _best(title, abstract)) is not None:
            text = title if best.field == "title" else abstract
            rows.append((paper_id, best.field, best.start, best.end, text[best.start : best.end]))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype({"paper_id": "str", "field": "str", "start": "int64", "end": "int64", "surface": "str"})


def _best(title: str, abstract: str) -> _Candidate | None:
    """The candidate with most points; the earliest on a tie."""
    opens = _opening_of(title, abstract)
    best, most = None, _LEAST
    for candidate in (*_introduced(abstract), *_titled(title, abstract)):
        name = (title if candidate.field == "title" else abstract)[candidate.start : candidate.end]
        points = candidate.points
        points += 2 if opens and name.casefold() == opens.casefold() else float(_word_in(name, title))
        points += min(0.2 * (abstract.count(name) - 1), 1.0)
        if points > most or (best is None and points == most):
            best, most = candidate, points
    return best


def _word_in(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w]|-\w)", text) is not None


def _introduced(abstract: str) -> Iterator[_Candidate]:
    """Names in sentences of the abstract that introduce them."""
    shorts = {d.long: d.short for d in find_definitions(abstract) if d.short[0] > d.long[0]}
    for a, b in split_sentences(abstract):
        sentence = abstract[a:b]
        inside = {long: short for long, short in shorts.items() if a <= long[0] < b}
        for start, end, points in _in_sentence(sentence, inside, a):
            start, end = _shortened(abstract, a + start, a + end, inside)
            if not _is_name(abstract[start:end]) or _COMPOUND.match(abstract, end):
                continue
            before = abstract[max(a, start - 40) : start].rstrip(" (\"'")
            if _PART.match(abstract, end) or _PART_NAME.search(before):
                points -= 1.5
            if _STEP.match(sentence):
                points -= 0.5
            yield _Candidate("abstract", start, end, points)


def _in_sentence(
    sentence: str, shorts: dict[tuple[int, int], tuple[int, int]], offset: int
) -> Iterator[tuple[int, int, float]]:
    """``(start, end, points)`` of names that a sentence introduces; ``shorts`` has spans in the abstract."""
    for made in MADE.finditer(sentence):
        at = made.end()
        if (direct := _DIRECT.match(sentence, at)) and _FOLLOWS.match(sentence, direct.end()):
            yield (*direct.span("name"), 3.0)
        if made.group().rstrip("esd").endswith(("propos", "introduc")) and (bare := _BARE.match(sentence, at)):
            yield (*bare.span("name"), 2.0)
        ends = _OBJECT_ENDS.search(sentence, at, at + _REACH)
        for long, short in shorts.items():
            if at <= long[0] - offset < at + _REACH and _PREMODIFIER.fullmatch(sentence, at, long[0] - offset):
                yield (short[0] - offset, short[1] - offset, 3.0)
        reach = ends.start() + 1 if ends else at + _REACH
        for apposed in _APPOSED.finditer(sentence, at, reach):
            yield (*apposed.span("name"), 2.5)
        for bracketed in _BRACKETED.finditer(sentence, at, reach):
            if bracketed.start("name") + offset not in {short[0] for short in shorts.values()}:
                yield (*bracketed.span("name"), 2.0)
    for short in shorts.values():
        told = sentence[max(0, short[0] - offset - _REACH) : short[0] - offset]
        if _IS_NEW.match(sentence, short[1] - offset) and re.search(_AUTHORS, told) and not _TAKEN.search(told):
            yield (short[0] - offset, short[1] - offset, 2.0)
    if offset and (passive := _PASSIVE.search(sentence)):  # a first sentence tells of others
        for long, short in shorts.items():
            told = sentence[: min(long[0] - offset, _REACH)].replace(",", "")
            if short[1] - offset < passive.start() and _PREMODIFIER.fullmatch(told):
                yield (short[0] - offset, short[1] - offset, 2.5)
    for called in _CALLED.finditer(sentence):
        told = sentence[max(0, called.start() - _REACH) : called.start("name")]
        if not _OTHERS.search(sentence, max(0, called.start() - 60), called.start()):
            yield (*called.span("name"), 3.0 if _OURS.search(told) or MADE.search(told) else 1.5)
    if (is_a := _IS.match(sentence)) and _NEW.search(is_a["what"]):
        yield (*is_a.span("name"), 2.0)


def _shortened(text: str, start: int, end: int, shorts: dict[tuple[int, int], tuple[int, int]]) -> tuple[int, int]:
    """The short form of a name that the text gives one: ``Chain of Thought (CoT)`` -> ``CoT``."""
    for long, short in shorts.items():
        if long[0] < end and start < long[1]:
            return short
    bracketed = _BRACKETED.match(text, end + 1)
    return bracketed.span("name") if bracketed and text[start:end].count(" ") else (start, end)


def _is_name(name: str) -> bool:
    return name.casefold() not in _TOPICS and not ADJECTIVE.search(name) and len(name) > 1


def _titled(title: str, abstract: str) -> Iterator[_Candidate]:
    """What stands in front of a title's colon, if it looks like a name; a trial named at the title's end."""
    if opens := _opening_of(title, abstract):
        at = abstract.find(opens)
        field, at = ("abstract", at) if at >= 0 else ("title", title.index(opens))
        yield _Candidate(field, at, at + len(opens), 2.0)
    if (trial := _TRIAL.search(title)) and not _REUSED.search(title) and _is_name(trial["name"]):
        yield _Candidate("title", *trial.span("name"), 2.0)


def _opening_of(title: str, abstract: str) -> str:
    """The name in front of a title's colon: "" if it is a phrase like any other.

    One token with a capital inside is a name. So are a few words that the abstract repeats as they stand, if one of
    them has a capital inside; or whose initials the abstract uses as a word: these are the name then.
    """
    found = _BEFORE_COLON.match(title)
    if not found:
        return ""
    opens = found["name"].strip(" \"'\u201c\u201d*`")
    opens = re.sub(r"^(?:The|Introducing|Meet)\s", "", opens)
    words = opens.split()
    if not re.fullmatch(_PHRASE, opens) or not all(_is_name(w) and w.casefold() not in _FAMOUS for w in words):
        return ""
    coined = any(re.fullmatch(rf"{_COINED}{_WORD}", word) for word in words)
    if len(words) == 1:
        return opens if coined or re.search(rf"(?<![.?!:]\s)(?<!^)\b{re.escape(opens)}\b", abstract) else ""
    if coined and len(words) <= 3 and _word_in(opens, abstract):
        return opens
    initials = "".join(word[0] for word in words if word[0].isupper())
    return initials if len(initials) > 2 and _word_in(initials, abstract) else ""
