"""Where the sentences of a text are, by rules that know how abstracts are written.

A stop ends a sentence unless what stands before it or after it says otherwise. Rules beat a trained recogniser here
because what misleads it is closed: abbreviations, formulas, addresses, brackets, list numbers.
"""

from __future__ import annotations

import re
from itertools import pairwise

# A stop, what closes after it (quotes, brackets), and the space behind. Two single quotes are LaTeX's closing quotes.
_STOP = re.compile(
    r"(?P<stop>\.(?:\s\.){2,}|[.?!\u2026]+|[\u3002\uff01\uff1f])"
    r"(?P<close>(?:''|\s\u201d|[;\"'\u201d\u2019\u00bb)\]}])*)(?P<space>\s*)"
)
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n\s*")

# Stops in here end nothing: formulas, addresses, names of files.
_FORMULA = re.compile(
    r"\$\$.{1,400}?\$\$|(?<!\\)\$(?!\s)(?:[^$\\\n]|\\.){1,300}?(?<!\s)(?<!\\)\$(?!\d)|\\\(.{1,300}?\\\)|\\\[.{1,400}?\\\]",
    re.DOTALL,
)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s()<>\[\]]+(?:\([^\s()]*\)[^\s()<>\[\]]*)?")
_BRACKET = re.compile(r"[()\[\]{}]")
_CLOSES = {")": "(", "]": "[", "}": "{"}
_LONGEST_BRACKET = 400  # characters; a bracket open for longer was never closed, or encloses sentences

# Abbreviations that something always follows, and those that something follows if it is a number.
_NEVER_LAST = frozenset(
    "e.g eg i.e ie c.f cf vs v.s viz approx ca resp w.r.t wrt a.k.a aka incl excl fig figs eq eqs eqn eqns sect refs "
    "vol vols nos pp ed eds thm lem prop def cor alg dept univ ver suppl subsp ssp spp".split()
)
_TITLES = frozenset("Dr Mr Mrs Ms Prof St Mt".split())  # in this case: "2 ms." and "MT." end sentences
_BEFORE_NUMBER = frozenset("no iss sec secs ch chap ref tab p art app ex v n vol".split())
# Those that may be last: "et al." and "U.S." end a sentence only before a word that opens one.
_SELDOM_LAST = frozenset("al inc ltd corp co jr sr phd ph.d d.c i.i.d a.m p.m sp var min max avg std dev".split())
_OPENERS = frozenset(
    "a an the this these that those here there we our i in on for with by to from at as of under over across after "
    "before during within without through using based given while when where although though because since if it its "
    "they their he she his her however moreover furthermore additionally thus therefore hence finally first second "
    "third secondly thirdly lastly then next also in both all each most many some several few such other another "
    "experiments experimental results empirical empirically extensive evaluation evaluations specifically unlike "
    "despite compared recent recently existing previous prior yet but and or so what how why which can code data "
    "background methods method results conclusions conclusion objective objectives purpose findings one two three "
    "no not nevertheless nonetheless instead overall notably importantly surprisingly interestingly similarly "
    "conversely consequently subsequently together besides among between".split()
)

_WORD_BEFORE = re.compile(r"[^\s()\[\]{}\"\u201c\u2018,;:/=<>~]+$")
_LETTERS = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_OPENING = "([{\"'\u201c\u2018\u00ab`*-\u2013\u2014\u2022"
# "eBay", "k-means", "p53", "wav2vec", "x-vectors": sentences that open with a small letter.
_SMALL_NAME = re.compile(r"[a-z](?:-[A-Za-z]|[a-z]*[A-Z\d])")
_GLUED = re.compile(r"(?:[A-Z][a-z]+(?:['\u2019-]\w+)*,?\s|(?:A|I)\s|[A-Z][A-Z ,/&]{2,}:)(?<!Gov )(?<!Com )(?<!Org )")
_DOMAIN = re.compile(r"(?:com|io|org|net|ai|gov|edu)\b")
_NUMERAL = re.compile(r"[IVX]+\b")
_DOTTED = re.compile(r"(?:\w+-)?(?:[^\W\d_]\.)+[^\W\d_]{1,2}")  # "U.S", "pro-U.S"
_ITEM = re.compile(r"\((?:\d{1,2}|[ivx]{1,4}|[a-h])\)\s")
_PERCENT = re.compile(r"\d+\s?\\?%")
# Characters of a sentence: the longest of 75,000 abstracts has 1,929. What goes on for longer is no prose, and parsers
# take memory by the sentence.
LONGEST = 3_000
_LIST_NUMBER = re.compile(r"(?:\d{1,2}|[ivx]{1,4}|[a-h])")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of an abstract, in order.

    ``(start, end)`` are half-open code points, without outer space; together they hold every character that is no
    space. A blank line always ends a sentence, a semicolon or colon never does; a list number ("2.") belongs to what
    it numbers. What goes on for more than ``LONGEST`` characters is cut there, at a blank if it has any. A text without
    a letter or digit has at most one, if it is no longer than that.
    """
    shielded = _shield(text)
    bounds = [len(text) - len(text.lstrip())]
    for found in _STOP.finditer(shielded):
        if found.end() < len(text) and _ends(text, found, bounds[-1]):
            bounds.append(found.end())
    if "\n" in text:
        bounds = sorted({*bounds, *(found.end() for found in _PARAGRAPH.finditer(text))})
    spans: list[tuple[int, int]] = []
    for start, end in pairwise(cut_long(text, [*bounds, len(text)])):
        end = start + len(text[start:end].rstrip())
        start = end - len(text[start:end].lstrip())
        if start == end:
            continue
        if spans and not any(c.isalnum() for c in text[start:end]):  # a stray stop or quote
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def cut_long(text: str, bounds: list[int]) -> list[int]:
    """The bounds of a text's pieces, with more of them wherever two lie more than ``LONGEST`` apart."""
    if all(end - start <= LONGEST for start, end in pairwise(bounds)):
        return bounds
    cut = bounds[:1]
    for end in bounds[1:]:
        while end - cut[-1] > LONGEST:
            blank = text.rfind(" ", cut[-1] + LONGEST // 2, cut[-1] + LONGEST)
            cut.append(blank + 1 if blank > 0 else cut[-1] + LONGEST)
        cut.append(end)
    return cut


def _shield(text: str) -> str:
    """The text with every character of a formula, address or bracket that holds a stop replaced by ``x``."""
    spans = [found.span() for found in _FORMULA.finditer(text)] if "$" in text or "\\" in text else []
    if "://" in text or "www." in text:
        addresses = ((found.start(), found.group()) for found in _ADDRESS.finditer(text))
        spans += [(at, at + len(address.rstrip(".,;:!?'\""))) for at, address in addresses]
    spans += _brackets(text)
    if not spans:
        return text
    pieces, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            pieces += [text[at:start], "x" * (end - start)]
            at = end
    return "".join(pieces) + text[at:]


def _brackets(text: str) -> list[tuple[int, int]]:
    """Insides of outermost brackets, each without a stop that the closing bracket follows ("(We agree.)")."""
    spans: list[tuple[int, int]] = []
    opened: list[tuple[str, int]] = []
    for found in _BRACKET.finditer(text):
        sign, at = found.group(), found.start()
        if sign not in _CLOSES:
            opened.append((sign, at))
            continue
        while opened:  # a bracket of another kind that nobody closed is forgotten
            other, start = opened.pop()
            if other == _CLOSES[sign]:
                if at - start <= _LONGEST_BRACKET:
                    end = at - 1 if text[at - 1] in ".?!" else at
                    spans.append((start + 1, max(start + 1, end)))
                break
    spans.sort()
    outer: list[tuple[int, int]] = []
    for start, end in spans:
        if not outer or start >= outer[-1][1]:
            outer.append((start, end))
    return outer


def _ends(text: str, found: re.Match[str], start: int) -> bool:
    """Whether a stop ends the sentence that began at ``start``."""
    stop, at = found["stop"], found.start()
    if stop[0] in "\u3002\uff01\uff1f":
        return True
    after = text[found.end() : found.end() + 60]
    if not found["space"]:
        return _ends_without_space(text, found, after)
    opening = after.lstrip(_OPENING)
    if not opening:
        return True
    word = _LETTERS.match(opening)
    opener = word is not None and opening[0].isupper() and word.group().lower() in _OPENERS
    if _ITEM.match(after):
        opening, opener = after, True
    if ")" in found["close"] and text[start] != "(":  # the stop is within a bracket of this sentence
        return opener
    if stop == "\u2026" or (stop[0] in ".\u2026" and len(stop) > 2):
        return opener
    if stop[-1] in "?!":
        return not opening[0].islower()
    return _ends_after_word(text, at, start, opening, opener)


def _ends_without_space(text: str, found: re.Match[str], after: str) -> bool:
    """Whether two sentences touch: "done.We", "(n = 5).The", "unclear.PURPOSE: To", but not "ClinicalTrials.gov"."""
    before = text[max(0, found.start() - 3) : found.start()]
    glued = _GLUED.match(after)
    if found["stop"] not in (".", "?", "!") or not glued:
        return False
    if found["close"] or before[-1:] in ")]}%$":
        return True
    opener = glued.group().strip(" ,:").lower() in _OPENERS
    return len(before) == 3 and before.isalpha() and (before.islower() or opener)


def _ends_after_word(text: str, at: int, start: int, opening: str, opener: bool) -> bool:
    """Whether a single stop at ``at`` ends a sentence, by the word before it and what opens behind it."""
    found = _WORD_BEFORE.search(text, max(start, at - 40), at)
    written = found.group() if found else ""
    word = written.lower()
    acronym = len(written) > 1 and written.isupper() and "." not in written  # "DR." is no doctor
    if (word in _NEVER_LAST and not acronym) or written in _TITLES or _DOMAIN.match(opening):
        return False
    if word in _BEFORE_NUMBER and (opening[0].isdigit() or _NUMERAL.match(opening)):
        return False
    if (word in _SELDOM_LAST and not acronym) or _DOTTED.fullmatch(word):
        return opener
    lead = text[max(start, at - 44) : at - len(written)].rstrip()
    if _LIST_NUMBER.fullmatch(word) and (not lead or lead[-1] in ":;," or lead.endswith((" and", " or"))):
        return False
    if len(written) == 1 and written.isalpha() and not lead[-1:].isdigit():  # an initial, a species
        return opener
    if opening[0].islower():
        return bool(_SMALL_NAME.match(opening)) or not written or len(word) > 3
    return not (word.isdigit() and _PERCENT.match(opening))  # "63. 53%"
