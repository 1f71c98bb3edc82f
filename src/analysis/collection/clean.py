"""Cleaning of a record's texts. Each step is a function from text to text with a name that stands in the audit.

A text that needs no cleaning is returned as it is, to the character: annotations point into it. This project's own
tables ("verbatim") were cleaned when they were first loaded; of them only damage is repaired.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from analysis.collection.readers.absent import says_nothing
from analysis.collection.readers.base import LISTS, Record
from analysis.collection.readers.xml_records import without_comments
from analysis.common.latex import decode_address, decode_latex


class Step(NamedTuple):
    """A cleaning step: its name in the audit, what it does, and whether it is for our own tables, too."""

    name: str
    apply: Callable[[str, str], str]
    damage: bool = False


# --- damage ----------------------------------------------------------------------------------------------------------

# UTF-8 read as Windows-1252: the lead byte of a character as a letter, followed by what its other bytes look like.
_MOJIBAKE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
# C0 and C1 controls, soft hyphens, zero-width characters, byte-order marks inside texts.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]")
_BREAK = re.compile(r"(?<![ \t])[ \t]*+[\r\n\u2028\u2029\x85]\s*")
_HYPHEN_BREAK = re.compile(r"(?<![^\W\d_])([^\W\d_]++)[-\u2010][^\S\n]*+\n\s*+([^\W\d_]+)")
# Compounds with these keep their hyphen where a line broke: "self-\nsupervised".
_COMPOUNDS = frozenset(
    "self non well long short high low cross semi multi pre post real state large small data text end fine coarse "
    "zero few one two three open closed time word sentence human machine domain task model meta co anti ex all half "
    "bias gender race age".split()
)  # fmt: skip


def _repair_mojibake(text: str, markup: str) -> str:
    if text.isascii() or not _MOJIBAKE.search(text):
        return text
    from ftfy import fix_encoding

    return fix_encoding(text)


def _drop_controls(text: str, markup: str) -> str:
    return text if text.isprintable() else _CONTROL.sub("", text)


def _join_lines(text: str, markup: str) -> str:
    """Hard line breaks to spaces, hyphenated words to one, in favour of the form the text uses elsewhere."""
    if not any(c in text for c in "\n\r\t\u2028\u2029\x85"):
        return text

    def join(found: re.Match[str]) -> str:
        left, right = found[1], found[2]
        hyphenated = f"{left}-{right}"
        if f"{left}{right}" in text or not right[0].islower():
            return f"{left}{right}" if right[0].islower() else hyphenated
        return hyphenated if hyphenated in text or left.lower() in _COMPOUNDS else f"{left}{right}"

    text = _HYPHEN_BREAK.sub(join, text) if "\n" in text else text
    return _BREAK.sub(" ", text).replace("\t", " ")


def _compose(text: str, markup: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _trim(text: str, markup: str) -> str:
    return text.strip()


# --- markup and additions --------------------------------------------------------------------------------------------

_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
# Known elements only: "detects <human, verb, object> triplets" and "a <LOOK> token" are text.
_INLINE = (
    "i|b|u|em|strong|sub|sup|italic|bold|span|a|font|small|sc|scp|strike|roman|bold-italic|tt|code|underline|inf|"
    "monospace|styled-content|ext-link|xref|email|uri|inline-formula|tex-math|alternatives|mml:\\w+|m:\\w+|math|"
    "m[inor]|mtext|mrow|msub|msup|msubsup|mfrac|msqrt|mover|munder|mspace|mfenced|mstyle|semantics|annotation|"
    "named-content|inline-graphic|astrobj"
)
_BLOCK = "p|div|br|sec|title|abstract|li|ul|ol|list|list-item|h[1-6]|disp-formula|section|label|table|tr|td|th|hr"
_TAG = re.compile(
    rf"<(?P<close>/?)(?:jats:)?(?:(?P<inline>{_INLINE})|(?P<block>{_BLOCK}))(?:\s[^<>]{{0,300}})?/?>", re.I
)
_HEADING_TAG = re.compile(
    r"<(?:jats:)?(title|h[1-6])(?:\s[^<>]*)?>\s*+([^<>]{1,80}?)\s*+[:.]?\s*+</(?:jats:)?\1>", re.I
)
_SECTION = re.compile(r"<!\[CDATA\[|\]\]>")


def _strip_markup(text: str, markup: str) -> str:
    if "<" not in text and "&" not in text:
        return text
    for _ in range(2):  # "&amp;lt;p&amp;gt;": exported twice
        if "&" in text and _ENTITY.search(text):
            text = html.unescape(text).replace("\u00a0", " ")
    if "<" not in text:
        return text
    stripped = _SECTION.sub("", without_comments(text))
    stripped = _HEADING_TAG.sub(lambda found: f" {found[2]}: ", stripped)
    stripped = _TAG.sub(lambda found: " " if found["block"] else "", stripped)
    return text if stripped == text else re.sub(r"\s+", " ", stripped).strip()


def _decode_latex(text: str, markup: str) -> str:
    return decode_latex(text, whole=markup == "latex")


_HOLDERS = (
    r"(?:(?:the\s+)?authors?(?:\(s\))?|elsevier|springer|wiley|ieee|acm|association|sage|taylor|informa|oxford|cambridge|"
    r"american|british|society|university|press|publish\w*|limited|ltd|inc|llc|gmbh|b\.?\s?v|wolters|lippincott|mdpi|"
    r"frontiers|hindawi|plos|bmj|bmc|nature|macmillan|emerald|iop|institute|college|group|academy|copyright|licensee|apa|"
    r"psycinfo|the royal|federation|thieme|karger|licen[cs]e)"
)
_TAIL = re.compile(
    r"(?<!\s)\s*+(?:[(\[]\s*+)?(?:PsycINFO Database Record\s*+)?"
    r"(?:(?:copyright|crown copyright)\s*+)?(?:©|\(c\)|copyright)\s*+(?:copyright\s*+)?(?:by\s++)?"
    rf"(?=[^\n]{{0,300}}$)(?:(?:19|20)\d\d(?:[-–]\d{{2,4}})?\b|(?=[^.]{{0,80}}{_HOLDERS}\b))[^\n]*$",
    re.IGNORECASE,
)
_RESERVED = re.compile(
    r"(?<=[.!?)])\s+(?:Published by [^.]{2,80}(?:Ltd|Inc|B\.V|LLC|GmbH)?\.\s*)?All rights reserved\.?\s*$", re.I
)
_PUBLISHED = re.compile(
    r"(?<=[.!?)])\s+Published by (?:Elsevier|Wiley|Springer|Oxford|SAGE)[^.]{0,60}\.(?:V\.)?\s*$", re.I
)
_LEADING = re.compile(
    r"^(?:©|\(c\)|copyright(?:\s*+(?:©|\(c\)))?)\s*+(?:19|20)\d\d\b[^.]{0,150}?"
    r"(?:B\.\s?V\.|(?<!B)\.)(?:\s*+(?:on behalf of [^.]{2,80}\.|Published by [^.]{2,80}\.|All rights reserved\.))*"
    r"\s++(?=[A-Z])",
    re.IGNORECASE,
)


def _cut_copyright(text: str, markup: str) -> str:
    """A publisher's notice at the end (or, in older Scopus exports, the beginning) of an abstract."""
    lowered = text[:160].lower() + text[-500:].lower()
    if "©" not in lowered and "(c)" not in lowered and "copyright" not in lowered and "rights reserved" not in lowered:
        return _PUBLISHED.sub("", text) if "published by" in lowered else text
    head, tail = text[:-500], text[-500:]
    cut = _PUBLISHED.sub("", _RESERVED.sub("", _TAIL.sub("", tail)))
    text = head + cut if cut.strip() or head else text
    rest = _LEADING.sub("", text, count=1)
    return rest if len(rest) >= 40 else text


_HEADINGS = (
    r"abstract|background(?:\s*(?:and|&|/)\s*(?:aims?|objectives?|purpose))?|introduction|context|rationale|"
    r"(?:study\s+)?objectives?|aims?(?:\s*(?:and|&|/)\s*(?:objectives?|methods))?|purpose|goals?|motivation|"
    r"(?:materials?\s*(?:and|&)\s*)?methods?(?:\s*(?:and|&|/)\s*(?:results|findings|materials?))?|methodology|"
    r"(?:study\s+|research\s+)?design(?:\s*(?:and|&|,|/)\s*(?:methods|setting|participants))*|setting|participants|patients|"
    r"interventions?|measurements?|main\s+outcome\s+measures?|outcome\s+measures?|(?:main\s+)?results?|findings|"
    r"(?:results\s*(?:and|&)\s*)?discussion|conclusions?(?:\s*(?:and|&)\s*(?:relevance|implications))?|interpretation|"
    r"significance|implications|limitations|funding|importance|data\s+sources|design/methodology/approach|"
    r"research\s+limitations/implications|practical\s+implications|originality/value|originality|trial\s+registration"
)
_HEADING = re.compile(
    rf"(?:^|(?<=[.?!)\]]))\s*(?:(?P<name>{_HEADINGS})\s*(?P<sign>:|\s[-–—]\s|—|\.(?=\s[A-Z])))\s*(?=\S)", re.IGNORECASE
)


def _drop_headings(text: str, markup: str) -> str:
    """The headings of a structured abstract ("METHODS: ..."), if it begins with one; sentences stay as they are."""
    first = _HEADING.match(text)
    if not first:
        return text
    plain = first["sign"] == "."  # "Background. ..." is a heading only if others follow in the same manner
    if plain and len(_HEADING.findall(text)) < 2:
        return text

    def drop(found: re.Match[str]) -> str:
        name = found["name"]
        if not name[0].isupper():
            return found[0]
        return "" if found.start() == 0 else " "

    return _HEADING.sub(drop, text).strip()


def _drop_placeholder(text: str, markup: str) -> str:
    return "" if says_nothing(text) else text


TITLE_STEPS = (
    Step("mojibake", _repair_mojibake, damage=True),
    Step("line breaks", _join_lines, damage=True),
    Step("LaTeX", _decode_latex),
    Step("markup", _strip_markup),
    Step("control characters", _drop_controls, damage=True),
    Step("NFC", _compose, damage=True),
    Step("outer spaces", _trim, damage=True),
)
ABSTRACT_STEPS = (
    *TITLE_STEPS,
    Step("no abstract", _drop_placeholder),
    Step("copyright", _cut_copyright),
    Step("headings", _drop_headings),
)


_MARKS = {"plain": ("<", "&", "\\", "$"), "latex": ("<", "&", "\\", "$", "{", "}", "~", "``", "''", "--")}


def _is_plain(text: str, printable: bool) -> bool:
    """Whether the text is plain characters on one line without outer spaces, in which nothing can be damaged."""
    return (printable or (text.isascii() and text.isprintable())) and text[:1] != " " and text[-1:] != " "


def clean_text(
    text: str, steps: tuple[Step, ...] = ABSTRACT_STEPS, markup: str = "plain", *, printable: bool = False
) -> tuple[str, list[str]]:
    """The cleaned text and the names of the steps that changed it. A clean text comes back as it is.

    ``printable`` says that the text is known to be printable ASCII.
    """
    if _is_plain(text, printable):  # the fast path: the steps of a title find nothing unless it is markup
        if markup == "verbatim":
            return text, []
        if not any(mark in text for mark in _MARKS[markup]):
            steps = steps[len(TITLE_STEPS) :]
    changed: list[str] = []
    for step in steps:
        if markup == "verbatim" and not step.damage:
            continue
        cleaned = step.apply(text, markup)
        if cleaned != text:
            changed.append(step.name)
            text = cleaned
    return text, changed


_BETWEEN_ADDRESSES = re.compile(r"[;,|]?\s+|[;,|](?=https?:)")
_PMID = re.compile(r"(?!.*PMC)\D*(\d+)", re.IGNORECASE | re.DOTALL)  # PubMed Central has numbers of its own


def _first_address(text: str) -> str:
    """The first address of several, or of one with other things around it; a text without any as it is."""
    return next((part for part in _BETWEEN_ADDRESSES.split(text) if part.startswith("http")), text)


def _bare_pmid(text: str) -> str:
    """The number of "PUBMED 123" or of its address at PubMed."""
    return found[1] if (found := _PMID.match(text)) else text


_LONE = {"url": _first_address, "pmid": _bare_pmid}


def clean_record(record: Record) -> list[str]:
    """Clean the record's fields in place; returns "field: step" for each step that changed title or abstract.

    Names, venue and keywords go through the title's steps; that is not told, as nothing points into them.
    """
    fields, changes = record.fields, []
    markup, printable = record.markup, record.printable
    verbatim = markup == "verbatim"
    for name, value in fields.items():
        if name in LISTS:
            parts = value if isinstance(value, list) else str(value).split("; ")
            fields[name] = [
                kept for part in parts if (kept := clean_text(str(part), TITLE_STEPS, markup, printable=printable)[0])
            ]
        elif name == "year" or (isinstance(value, str) and (not value or (verbatim and _is_plain(value, printable)))):
            continue
        elif name in ("title", "abstract", "venue"):
            steps = ABSTRACT_STEPS if name == "abstract" else TITLE_STEPS
            fields[name], changed = clean_text(str(value), steps, markup, printable=printable)
            if changed:
                changes += [f"{name}: {step}" for step in changed if name != "venue"]
        else:
            text = decode_address(str(value)) if markup == "latex" and name == "url" else str(value)
            text = (text if text.isprintable() and text.isascii() else _CONTROL.sub("", text)).strip()
            fields[name] = text if verbatim or name not in _LONE else _LONE[name](text)
            if name == "url" and fields[name] != text:
                record.extra.setdefault("url", text)
    return changes
