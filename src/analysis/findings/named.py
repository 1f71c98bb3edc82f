"""Which of the things that a paper names stand in the evidence table: methods, materials and metrics.

The reader of abstracts marks too much and not everything (half of its spans are exact), and a reader of the table wants
what has a name. So a proper name counts even at a low confidence, and by the words around it ("models such as X", "on
the X dataset") even unmarked; a plain noun phrase only at a high one, and never if it names everything of a sort.
The word lists are ``data/named.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from analysis.common.split import split_sentences
from analysis.evidence.acronyms import Definition, find_definitions
from analysis.evidence.links import find_links
from analysis.evidence.own_work import ADJECTIVE, MADE
from analysis.evidence.words import FUNCTION_WORDS
from analysis.findings.metrics import find_metrics
from analysis.findings.name_words import NameWords, key_of, name_words
from analysis.findings.spans import Span, reading_order
from analysis.findings.told import released
from analysis.inventory.kind_words import singular_of

KINDS = ("method", "material", "metric")
MOST = 6  # things in a cell
# Least confidence of a coined name (LLaMA), of one with a capital, of a noun phrase that ends in a part of a method
# ("refiner network"), of any other, of one word.
COINED, CASED, PART, PLAIN, SINGLE = 0.3, 0.45, 0.3, 0.6, 0.75

_WORD = r"[^\W_]+(?:(?:[-\u2010\u2011/.+@]|['\u2019](?!s\b))[^\W_]+)*"
_CAPITAL = rf"(?=[^\s,;()]*[A-Z])(?:{_WORD})"
_NUMBER = r"[vV]?\.?\s?\d+(?:\.\d+)*(?![\w%])"
_NAME = re.compile(rf"(?<![\w@/.-]){_CAPITAL}(?:\s(?:{_CAPITAL}|{_NUMBER}))*")
_JOINT = re.compile(r"(?:\s\([^()]{1,40}\))?(?:\s*,\s*(?:and |or |& )?|\s+(?:and|or|&|<|>|vs\.?)\s+|/)(?:the )?")
_NOUN_BEHIND = re.compile(rf"(?:['\u2019]s)?\s(?:[a-z][a-z-]+\s)?(?P<noun>{_WORD})")
_SUCH_AS = re.compile(
    r"(?<![\w-])(?P<noun>[\w-]+?)(?:,?\s(?:such as|including|like|e\.g\.,?|i\.e\.,?|namely|called|named)|"
    r"\s?[-:\u2013\u2014]{1,2}|\s?\((?:such as|including|e\.g\.,?|i\.e\.,?|namely)?)\s?(?:the\s)?$"
)
_APPOSED = re.compile(r"(?<![\w-])(?P<noun>[\w-]++),?\s$")  # "the leading method, Marigold"
_TRIED_ON = re.compile(r"\bon\s(?:both\s)?(?:the\s)?$")
_TRIED = re.compile(
    r"\b(?:evaluat|experiment|benchmark|test|train|result|achiev|outperform|improv|demonstrat|accura|valid)", re.I
)
_COMPARED = re.compile(
    r"\b(?:outperform\w*|surpass\w*|exceed\w*|beat\w*|than|compar\w+ (?:with|to|against)|against|baselines?|"
    r"competitive (?:to|with)|extension of|improv\w+ (?:up)?on|superior to|using|us(?:es?|ed)|employ\w*|adopt\w*|"
    r"leverag\w+|fine-?tun\w+|applied to|built on|based on)\s(?:the\s|both\s|plain\s|vanilla\s)?$",
    re.I,
)
_OPENING = re.compile(r"[\"'\u201c\u2018(\[]*")


_BY_MEANS_OF = re.compile(
    r"\b(?:us(?:ing|es|e|ed)|via|through|by means of|leverag\w+|employ\w*|adopt\w*|incorporat\w+|introduc\w+|"
    r"propos\w+|develop\w*|design\w*|add(?:s|ing)|integrat\w+|combin\w+|appl(?:y|ies|ying|ied))\s(?:(?:an?|the|two|three|novel|new|simple|both)\s){0,3}$",
    re.I,
)


class _Thing(NamedTuple):
    span: Span
    kind: str
    proper: bool
    confidence: float


def named_things(
    texts: Mapping[str, str], entities: Sequence[tuple[Span, str, float]], results: Sequence[Any], own: Sequence[Span]
) -> dict[str, list[Span]]:
    """By kind the things that a paper names, at most ``MOST``, in the order of the text.

    ``texts`` has title and abstract. ``entities`` are spans, named as the collection calls them, with kind and
    confidence; ``results`` rows of the quantities table of kind result; ``own`` the spans of the paper's own name,
    which is left out wherever it stands. So is what sentences name that release or promise something. Of the title
    only coined names (LLaMA) count, if the abstract does not have them; all does where there is no abstract. Where
    more is named than fits, proper names go first, then by confidence. A name counts once, where it stands first.
    """
    words = name_words()
    abstract = texts["abstract"]
    sentences = split_sentences(abstract)
    metrics = [_Thing(s, "metric", True, sure) for s, sure in find_metrics(abstract, sentences, entities, results)]
    acronyms = _acronyms(abstract, sentences, entities, words)
    own = [
        *own,
        *(whole for whole in map(_whole, find_definitions(abstract)) if any(whole.meets(name) for name in own)),
    ]
    links = [Span("abstract", link.start, link.end) for link in find_links(abstract)]
    apart = [Span("abstract", *ends) for ends in sentences if released(abstract[slice(*ends)])]
    taken = [*own, *links, *apart, *(thing.span for thing in metrics)]
    known = [text for span in own if (text := texts[span.field][span.start : span.end])]
    own_name = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)", re.I) if known else None
    shown: dict[str, list[_Thing]] = {kind: [] for kind in KINDS}
    seen: set[str] = set()
    found = [
        *acronyms.values(),
        *_marked(texts, sentences, entities, acronyms, words),
        *_unmarked(abstract, sentences, entities, acronyms, words),
    ]
    for thing in [*metrics, *sorted(filter(None, found), key=lambda t: (reading_order(t.span), -t.span.end))]:
        text = texts[thing.span.field][thing.span.start : thing.span.end]
        keys = {key_of(text), key_of(thing.span.name), _bare(text, words)} - {""}
        if keys & seen or (own_name and own_name.search(text)):
            continue
        if thing.kind != "metric" and any(thing.span.meets(other) for other in taken):
            continue
        seen |= keys
        taken.append(thing.span)
        shown[thing.kind].append(thing)
    return {kind: _best(things) for kind, things in shown.items()}


def _best(things: Iterable[_Thing]) -> list[Span]:
    best = sorted(things, key=lambda t: (not t.proper, -t.confidence, reading_order(t.span)))[:MOST]
    return sorted((thing.span for thing in best), key=reading_order)


def _acronyms(
    abstract: str, sentences: Sequence[tuple[int, int]], entities: Sequence[tuple[Span, str, float]], words: NameWords
) -> dict[str, _Thing | None]:
    """What each short form that the abstract defines stands for, from the long form to the bracket behind the short.

    None where that is a task, a field or a thing of every paper.
    """
    made: dict[str, _Thing | None] = {}
    for definition in find_definitions(abstract):
        whole = _whole(definition)
        end = whole.end + (abstract[whole.end : whole.end + 1] == ")")
        whole = whole._replace(end=max([end, *(span.end for span, _, _ in entities if span.meets(whole))]))
        start, short, long = whole.start, abstract[slice(*definition.short)], abstract[slice(*definition.long)]
        head = singular_of(long.split()[-1].strip("-")) if long.split() else ""
        marked = [(kind, sure) for span, kind, sure in entities if span.meets(whole) and kind in KINDS]
        sentence = next((abstract[a:start] for a, b in sentences if a <= start < b), "")
        thing = None
        if not (
            _many(abstract[end : whole.end], words)
            or {key_of(long), key_of(short)} & words.broad
            or head in words.task_heads
            or words.metric.fullmatch(short)
        ):
            kind, sure = max(marked, key=lambda m: m[1], default=(words.nouns.get(head, ""), COINED))
            if not kind and MADE.search(sentence):
                kind = "method"
            if kind in KINDS:
                thing = _Thing(whole._replace(name=abstract[whole.start : whole.end]), kind, True, sure)
        made[short] = made[short.removesuffix("s")] = thing
    return made


def _whole(definition: Definition) -> Span:
    """From the long form to the short one, or the other way round."""
    ends = (*definition.long, *definition.short)
    return Span("abstract", min(ends), max(ends))


def _marked(
    texts: Mapping[str, str],
    sentences: Sequence[tuple[int, int]],
    entities: Sequence[tuple[Span, str, float]],
    acronyms: Mapping[str, Any],
    words: NameWords,
) -> Iterator[_Thing]:
    """What the reader of abstracts took for a method or a material, if it is worth a place."""
    starts = {start for start, _ in sentences}
    for span, kind, confidence in entities:
        text = texts[span.field][span.start : span.end]
        means = len(re.split(r"[\s-]+", text)) > 2 and _BY_MEANS_OF.search(texts[span.field][: span.start][-60:])
        if kind == "other" and means:
            kind = "method"
        if kind not in ("method", "material") or not _specific(text, words) or _defined(text, acronyms):
            continue
        if re.search(r"\s(?:and|or)\s|,", re.sub(r"\([^()]*\)", "", text)):  # several in one
            continue
        parts, in_title = text.split(), span.field == "title"
        coined = any(map(_coined, parts))
        cased = not in_title and any(
            word[:1].isupper() and not ADJECTIVE.search(word) for word in parts[span.start in starts :]
        )
        if (
            in_title
            and texts["abstract"]
            and (not coined or re.search(rf"(?<!\w){re.escape(text)}(?!\w)", texts["abstract"], re.I))
        ):
            continue
        kind = words.known.get(key_of(text), kind)
        if coined or cased:
            if confidence >= (COINED if coined else CASED) and not _class_of(text, words):
                yield _Thing(span, kind, True, confidence)
        elif (
            means
            and kind == "method"
            and (singular_of(parts[-1]) not in words.task_heads and not (_many(text, words) and len(parts) < 3))
        ) or (singular_of(parts[-1]) not in words.vague_heads and confidence >= _least(parts, kind, words)):
            yield _Thing(span, kind, False, confidence)


def _least(parts: list[str], kind: str, words: NameWords) -> float:
    """The least confidence of a plain noun phrase."""
    if len(parts) == 1:
        return SINGLE
    return PART if words.nouns.get(singular_of(parts[-1])) == kind else PLAIN


def _unmarked(
    abstract: str,
    sentences: Sequence[tuple[int, int]],
    entities: Sequence[tuple[Span, str, float]],
    acronyms: Mapping[str, Any],
    words: NameWords,
) -> Iterator[_Thing]:
    """Proper names whose kind is well known, or is told by the words around them or by the others of a list."""
    marked = [(span, kind) for span, kind, _ in entities if span.field == "abstract" and kind in ("method", "material")]
    for start, end in sentences:
        group: list[tuple[int, int]] = []
        for match in [*_NAME.finditer(abstract, start, end), None]:
            if match and group and _JOINT.fullmatch(abstract, group[-1][1], match.start()):
                group.append(match.span())
                continue
            around = _kind_around(abstract, start, group, end, words) if group else ""
            for a, b in group:
                span, text = Span("abstract", a, b, abstract[a:b]), abstract[a:b]
                beside = next(
                    (kind for other, kind in marked for c, d in group if c <= other.start and other.end <= d), ""
                )
                kind = words.known.get(key_of(text)) or around or (beside if len(group) > 1 else "")
                if kind and _specific(text, words) and not _defined(text, acronyms):
                    yield _Thing(span, kind, True, COINED)
            group = []
            if match:
                a, b = match.span()
                opening, *more = match.group().split()
                opens = _OPENING.fullmatch(abstract, start, a) and not _coined(opening)
                if opens and (not more or opening.lower() in FUNCTION_WORDS):
                    rest = _NAME.search(abstract, a + len(opening), b)
                    group = [rest.span()] if rest and rest.start() < b else []
                else:
                    group = [(a, b)]


def _kind_around(text: str, start: int, group: list[tuple[int, int]], end: int, words: NameWords) -> str:
    before, behind = text[start : group[0][0]], text[group[-1][1] : end]
    noun = _NOUN_BEHIND.match(behind)
    if noun and not _many(noun["noun"], words) and (kind := words.nouns.get(singular_of(noun["noun"]), "")):
        return kind
    for pattern in (_SUCH_AS, _APPOSED):
        noun = pattern.search(before[-60:])
        one = singular_of(noun["noun"].split("-")[-1]) if noun else ""
        if noun and one in words.nouns and (pattern is _SUCH_AS or noun["noun"].lower().endswith(one)):
            return words.nouns[one]
    if _TRIED_ON.search(before) and _TRIED.search(text[start:end]):
        return "material"
    coined = any(_coined(word) for a, b in group for word in text[a:b].split())
    return "method" if coined and _COMPARED.search(before[-60:]) else ""


def _specific(text: str, words: NameWords) -> bool:
    """Whether a name says which one it is."""
    return (
        len(text) > 1
        and text.lower() not in FUNCTION_WORDS
        and key_of(text) not in words.broad
        and not ADJECTIVE.search(text)
        and any(letter.isalpha() for letter in text)
        and not re.search(r"[\\${}^=]", text)
    )


def _class_of(text: str, words: NameWords) -> bool:
    """Whether a phrase with a proper name speaks of a class of things: "PEFT methods", "FER models"."""
    parts = text.split()
    only = all(key_of(word) in words.broad or ADJECTIVE.search(word) or not _coined(word) for word in parts[:-1])
    return len(parts) > 1 and singular_of(parts[-1]) in words.vague_heads and (_many(text, words) or only)


def _many(text: str, words: NameWords) -> bool:
    """Whether the last word is the plural of a noun for a class of things."""
    last = text.rsplit(maxsplit=1)[-1] if text.strip() else ""
    return singular_of(last) in words.vague_heads and singular_of(last) != last.lower()


def _defined(text: str, acronyms: Mapping[str, Any]) -> bool:
    """Whether a word of a name stands for what the abstract gives in full elsewhere ("the FER models")."""
    return any(word.strip("()") in acronyms for word in text.split())


def _coined(word: str) -> bool:
    """A capital behind the first character, or one beside a digit, in a word that is no adjective: LLaMA, F1, BERT."""
    bare = word.strip("\"'()\u201c\u201d,.")
    inner = any(letter.isupper() for part in re.split(r"[-\u2010\u2011/]", bare) for letter in part[1:])
    return (
        bool(bare)
        and not ADJECTIVE.search(bare)
        and (inner or (bare[0].isupper() and any(letter.isdigit() for letter in bare)))
    )


def _bare(text: str, words: NameWords) -> str:
    """A name without the noun that says what it is: "ImageNet" of "the ImageNet dataset"."""
    parts = key_of(text).split()
    while len(parts) > 1 and singular_of(parts[-1]) in words.nouns:
        parts.pop()
    return " ".join(parts)
