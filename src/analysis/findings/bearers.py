"""Who or what has it: the model, data, people or method that a sentence says has a bias, in the sentence's words.

Rules on words: the phrase behind the mention ("bias in language models"), an owner before it ("transformers' bias"),
the subject of a verb that gives it ("LLMs exhibit gender bias", "the teacher is biased"), or its modifier ("annotator
bias"). A phrase counts if its noun is one of the word lists of ``data/kinds.yaml``; else nobody is named.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from analysis.inventory.kind_words import KindWords, singular_of

_TOKEN = re.compile(r"[^\s]+")
_BEHIND = re.compile(
    r"(?:\s*\([^()]{1,24}\))?(?P<joined>\s(?:and|or)(?:\s[\w-]+){1,2}?)?"
    r"(?:(?P<words>(?:[\s-]++\w[\w-]*){0,2}?)\s+(?:in|of|within|among|from|by|into|inside|associated with)|"
    r"\s+(?:between|across))\s+(?:both\s+)?",
    re.IGNORECASE,
)
_UNDONE = re.compile(r"[\s-](?:correct|adjust|remov|reduc|mitigat)ed\b", re.IGNORECASE)  # "the data are bias corrected"
_CLAUSE = re.compile(r"[.;:!?]\s")
_MARKS = "(),.;:!?'\"\u2018\u2019\u201c\u201d`"
_FAR, _LONG = 7, 8  # words between a verb and what it gives; words of a phrase
_AS = {"such", "as", "including", "like", "e.g.", "both", "and", "biases", "bias"}
_THAT = {"that", "which", "who", "from", "on", "upon", "to", "of", "the", "level", "levels", "amount", "degree", "form"}
_THEY = re.compile(r"\s(?:that\s|which\s)?they\s(?:[a-z]+ly\s|may\s|often\s|can\s)?(?P<verb>[a-z]+)", re.IGNORECASE)
_KNOWN = {"shown", "known", "found", "believed", "said", "reported", "seem", "seems", "appear", "appears", "continue",
          "susceptible", "vulnerable", "subject"}  # fmt: skip
_PREPOSITIONS = {"by", "on", "from", "of", "for", "in", "with"}
_BE = {"is", "are", "was", "were", "be", "been", "become", "becomes", "became", "remain", "remains", "being"}


class Bearer(NamedTuple):
    """A phrase of the sentence, and what sort of thing it names: model, data, people or method."""

    start: int
    end: int
    sort: str


def find_bearer(
    sentence: str, start: int, end: int, modified: tuple[int, int] | None, words: KindWords
) -> Bearer | None:
    """Who has what ``sentence`` names from ``start``, with all that is coordinated, to ``end``.

    ``modified`` is the span of the mention with its modifiers, if it has any that name its kind.
    """
    if _UNDONE.match(sentence, end):
        return None
    return (
        (_modifier(sentence, *modified, words) if modified else None)
        or _behind(sentence, end, words)
        or _owner(sentence, start, words)
        or _relative(sentence, end, words)
        or _subject(sentence, start, words)
        or _pronoun(sentence, start, words)
    )


def find_treated(sentence: str, end: int, words: KindWords) -> Bearer | None:
    """Who has it, or is freed of it, by what follows a verb or a participle: "debiases LVLMs", "biased models"."""
    tokens: list[re.Match[str]] = []
    for token in _TOKEN.finditer(sentence, end):
        lower = token.group().strip(_MARKS).lower()
        if token.start() == end or len(tokens) == _LONG // 2 or (lower in words.ends and lower not in words.articles):
            break
        if lower in words.articles:
            continue
        tokens.append(token)
        if token.group()[-1] in ",.;:!?)":
            break
    for token in tokens:
        bare = token.group().strip(_MARKS)
        if singular_of(bare) != bare.lower() and sort_of(bare, words):
            return Bearer(
                _first_letter(tokens[0]), token.start() + len(token.group().rstrip(_MARKS)), sort_of(bare, words)
            )
    return None


def sort_of(word: str, words: KindWords) -> str:
    """What sort of thing a noun names, "" if the lists do not know it: ``LVLMs`` and ``Mixtral-LLM`` are models."""
    bare = re.sub(r"['\u2019]s?$", "", word.strip(_MARKS))
    last = re.split(r"[-\u2010\u2011/]", bare)[-1]
    for candidate in (bare, last):
        if sort := words.bearers.get(singular_of(candidate)):
            return sort
    capitals = sum(letter.isupper() for letter in last)
    return "model" if capitals > 1 and singular_of(last).endswith(words.model_endings) else ""


def _behind(sentence: str, end: int, words: KindWords) -> Bearer | None:
    match = _BEHIND.match(sentence, end)
    if match is None:
        return None
    if any(w.lower() in words.ends - words.borne for w in re.findall(r"\w+", match["words"] or "")):
        return None
    tokens: list[re.Match[str]] = []
    for token in _TOKEN.finditer(sentence, match.end()):
        lower = token.group().strip(_MARKS).lower()
        if token.group().startswith("(") or len(tokens) == _LONG:
            break
        if lower == "of":
            tokens = []
            continue
        if lower in words.ends and tokens:
            break
        if lower in words.articles and not tokens:
            continue
        if lower in words.ends:
            return None
        tokens.append(token)
        if token.group()[-1] in ",.;:!?)":
            break
    for number, token in enumerate(tokens):
        bare = token.group().strip(_MARKS)
        sort = "" if re.search(r"['\u2019]s?$", token.group()) else sort_of(bare, words)
        plural = singular_of(bare) != bare.lower()
        if sort and (plural or number == len(tokens) - 1):
            return Bearer(_first_letter(tokens[0]), token.start() + len(token.group().rstrip(_MARKS)), sort)
    return None


def _first_letter(token: re.Match[str]) -> int:
    return token.start() + len(token.group()) - len(token.group().lstrip(_MARKS))


def _before(sentence: str, at: int) -> list[re.Match[str]]:
    """The words of the clause before ``at``."""
    clause = max((m.end() for m in _CLAUSE.finditer(sentence, 0, at)), default=0)
    return list(_TOKEN.finditer(sentence, clause, at))


def _phrase_ending(tokens: list[re.Match[str]], words: KindWords) -> Bearer | None:
    """The phrase that ends with the last of ``tokens``, if the lists know its noun."""
    if not tokens or tokens[-1].group()[-1] in ",.;:)":
        return None
    last = tokens[-1]
    sort = sort_of(last.group(), words)
    if not sort:
        return None
    first, closed = last, words.ends | words.articles | words.has | words.adverbs | {"of"}
    for token in reversed(tokens[:-1][-3:]):
        lower = token.group().lower().strip(_MARKS)
        if lower in closed or singular_of(lower) != lower or not re.fullmatch(r"[\w'\u2019/-]+", token.group()):
            break
        first = token
    end = last.start() + len(re.sub(rf"(?:['\u2019]s?)?[{re.escape(_MARKS)}]*$", "", last.group()))
    return Bearer(_first_letter(first), end, sort)


def _owner(sentence: str, at: int, words: KindWords) -> Bearer | None:
    tokens = _before(sentence, at)
    while tokens and tokens[-1].group().lower() in words.generic | words.degree:
        tokens.pop()
    if tokens and re.search(r"['\u2019]s$|s['\u2019]$", tokens[-1].group()):
        return _phrase_ending(tokens, words)
    return None


def _subject(sentence: str, at: int, words: KindWords) -> Bearer | None:
    tokens = _before(sentence, at)
    filler = words.generic | words.degree | words.articles | words.adverbs | _THAT | _AS
    skipped, found = 0, False
    while tokens and skipped <= _FAR:
        lower = tokens[-1].group().lower().rstrip(",")
        if lower in words.has or (lower in _BE and not skipped) or (lower in _BE and found):
            found = True
        elif (lower == "to" and found and not _leads_to(tokens, words)) or (
            lower not in filler and not (found and lower in words.adverbs)
        ):
            break
        tokens.pop()
        skipped += 1
    return _with_what_follows(tokens, words) if found else None


def _leads_to(tokens: list[re.Match[str]], words: KindWords) -> bool:
    """Whether "to" belongs to a verb of the subject, as in "tend to have", not to a purpose: "methods to manifest"."""
    return len(tokens) > 1 and tokens[-2].group().lower() in words.adverbs | _KNOWN


def _with_what_follows(tokens: list[re.Match[str]], words: KindWords) -> Bearer | None:
    """The phrase that ends with ``tokens``, from its head on: "datasets generated by simple prompts"."""
    last = _phrase_ending(tokens, words)
    if last is None:
        return None
    before = [token for token in tokens if token.start() < last.start]
    while before and before[-1].group().lower() in words.articles:
        before.pop()
    if before and before[-1].group().lower() in _PREPOSITIONS:
        head = before[:-1]
        if head and head[-1].group().lower().endswith("ed"):
            head = head[:-1]
        if first := _phrase_ending(head, words):
            return Bearer(first.start, last.end, first.sort)
    return last


def _relative(sentence: str, end: int, words: KindWords) -> Bearer | None:
    """Whom the text calls "they" of "the biases they exhibit"."""
    match = _THEY.match(sentence, end)
    return _antecedent(sentence, end, words) if match and match["verb"].lower() in words.has else None


def _pronoun(sentence: str, at: int, words: KindWords) -> Bearer | None:
    """Whom "their bias" speaks of."""
    tokens = _before(sentence, at)
    while tokens and tokens[-1].group().lower() in words.generic | words.degree:
        tokens.pop()
    return _antecedent(sentence, at, words) if tokens and tokens[-1].group().lower() == "their" else None


def _antecedent(sentence: str, at: int, words: KindWords) -> Bearer | None:
    """The nearest plural before ``at`` that names models or people."""
    tokens = _before(sentence, at)
    for number in range(len(tokens), 0, -1):
        noun = tokens[number - 1].group().strip(_MARKS)
        if singular_of(noun) != noun.lower() and sort_of(noun, words) in ("model", "people"):
            return _phrase_ending(tokens[:number], words) or _word(tokens[number - 1], words)
    return None


def _word(token: re.Match[str], words: KindWords) -> Bearer:
    return Bearer(
        _first_letter(token), token.start() + len(token.group().rstrip(_MARKS)), sort_of(token.group(), words)
    )


def _modifier(sentence: str, start: int, end: int, words: KindWords) -> Bearer | None:
    tokens = list(_TOKEN.finditer(sentence, start, end))[:-1]
    for token in reversed(tokens):
        bare = token.group().strip(_MARKS)
        sort = "" if re.match(r"(inter|intra|cross|multi|non)-", bare.lower()) else sort_of(bare, words)
        if sort in ("model", "people") or singular_of(bare) in words.data_modifiers:
            return Bearer(start, token.start() + len(token.group().rstrip(_MARKS)), sort)
    return None
