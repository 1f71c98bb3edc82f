"""Which kind of it a mention names ("gender bias", "bias toward head classes"), in the paper's own words.

Rules on the words around the mention, without a parse: the run of adjectives and nouns before it that the mentions
table has, what is coordinated with that run, a compound ("sex-biased"), where it leads ("biased against women"), and a
noun behind it that names what becomes of it ("bias propagation"). The word lists are ``data/kinds.yaml``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.findings.bearers import find_bearer, find_treated
from analysis.findings.rows import rows_of
from analysis.inventory.family import inflections, normal_term
from analysis.inventory.kind_words import KindWords, kind_words, plain, singular_of
from analysis.inventory.marks import place_in_sentence

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["mention_id", "paper_id", "sense", "stance", "kind", "family", "surface", "field", "start", "end", "has_it",
           "bearer", "bearer_start", "bearer_end"]  # fmt: skip
_WORD = r"[^\W_]+(?:['\u2019.][^\W_]+)*"
_COMPOUND = rf"{_WORD}(?:[-\u2010\u2011]{_WORD})*"
# The same from its beginning, and whole: what follows it never begins with a letter.
_WHOLE = r"(?<![^\W_])[^\W_]++(?:['\u2019.][^\W_]++)*+(?:[-\u2010\u2011][^\W_]++(?:['\u2019.][^\W_]++)*+)*+"
_HYPHENED = re.compile(rf"({_WHOLE})[-\u2010\u2011]\s?$")
_JOINED = re.compile(
    rf"(?:(?P<two>{_WHOLE}\s++))?(?P<one>{_WHOLE})-?\s*+(?P<by>(?:,\s*+)?(?:\band/or|\band|\bor|&)\s++|/|,\s++)$"
)
_SHARED = re.compile(rf"({_WHOLE})\s++{_WHOLE}/$")  # publication pressure/bias
_GERUND = re.compile(rf"\b({_COMPOUND}ing)\s+$")
_NEXT = re.compile(rf"(?:\s+|[-\u2010\u2011])({_COMPOUND})")
_SHARING = re.compile(rf"\s+(?:and|or)\s+{_COMPOUND}\s+({_COMPOUND})")
_PIECE = re.compile(rf"{_COMPOUND}|/")
_BRACKET = re.compile(r"\s*\([^()]{1,24}\)")
_ADJECTIVE = re.compile(r"(?:al|ic|ive|ous|ary|ist|istic)$", re.IGNORECASE)
_MOST_WORDS = 7  # of what a bias leads to
_HYPHENS = "-\u2010\u2011"
_NEAR = 120  # characters before a mention in which its modifiers are looked for


_NEEDED = ["mention_id", "paper_id", "field", "start", "end", "surface", "lemma", "sentence", "sentence_start",
           "modifier", "sense", "stance"]  # fmt: skip


class _Named(NamedTuple):
    """A kind within a sentence: the words that make it, and the span of the phrase that names it."""

    before: tuple[str, ...]
    behind: str
    start: int
    end: int


def named_kinds(readings: pd.DataFrame, term: str = "bias") -> pd.DataFrame:
    """The kinds of ``term`` that mentions name, one row per mention and kind; a mention that names none has no row.

    ``readings`` needs mention_id, paper_id, field, start, end, surface, lemma, sentence, sentence_start, modifier,
    sense and stance. Returns ``COLUMNS``: ``surface`` is the text of ``field`` from ``start`` to ``end``; of
    coordinated kinds ("gender and racial bias") each goes from its own word to the mention, so that it is "gender and
    racial bias" for the first. ``kind`` is what this collection's spellings of it have in common, in the commonest of
    them: case, plural, hyphens and British spelling tell no kinds apart, synonyms do. ``family`` puts kinds beside
    each other that the word lists hold for near, or that end in one word ("relative position bias" and "positional
    bias"). ``has_it`` is model, data, people, method or "", ``bearer`` the words for it (``findings.bearers``), with
    their place in ``field`` (-1 where none is named).
    """
    import pandas as pd

    term = normal_term(term).lower()
    words = kind_words(term)
    verbal = _verbal(term)
    mentions = rows_of(readings[_NEEDED])
    runs = [_run(row, term, verbal) for row in mentions]
    attested = _attested(runs)
    rows, kinds = [], []
    for row, run in zip(mentions, runs, strict=True):
        found = list(_kinds(row, run, term, words, attested))
        for named in found:
            modifiers = (named.start, named.end) if named.before else None
            bearer = find_bearer(row.sentence, found[0].start, named.end, modifiers, words)
            if bearer and named.behind in words.heads and bearer.start > named.end:  # from pre-training data
                named = named._replace(end=bearer.end)
            offset = row.sentence_start
            kinds.append((named, row.field == "abstract" and row.surface[0].islower() and named.start > 0))
            place = (offset + bearer.start, offset + bearer.end) if bearer else (-1, -1)
            rows.append((
                row.mention_id, row.paper_id, row.sense, row.stance, named, "", row.sentence[named.start : named.end],
                row.field, offset + named.start, offset + named.end, bearer.sort if bearer else "",
                row.sentence[bearer.start : bearer.end] if bearer else "", *place,
            ))  # fmt: skip
    names = _names(kinds, term)
    families = {key: _family(key, name, term, words) for key, name in names.items()}
    table = pd.DataFrame(rows, columns=COLUMNS)
    keys = table["kind"].map(_key)
    return table.assign(kind=keys.map(names).astype("str"), family=keys.map(families).astype("str"))


def named_bearers(readings: pd.DataFrame, kinds: pd.DataFrame, term: str = "bias") -> pd.DataFrame:
    """Who has it, of mentions that name no kind: "the bias of LLMs", "this debiases LLMs".

    ``readings`` and ``term`` are as in ``named_kinds``, ``kinds`` is its table. Returns ``COLUMNS``, one row per
    mention that says who has it; ``kind`` and ``family`` are "", ``surface`` is the mention.
    """
    import pandas as pd

    term = normal_term(term).lower()
    words, verbal = kind_words(term), _verbal(term)
    rows = []
    for row in rows_of(readings[~readings["mention_id"].isin(set(kinds["mention_id"]))][_NEEDED]):
        start, end = place_in_sentence(row._asdict())
        lower = row.surface.lower()
        treats = row.lemma != term or lower in verbal
        bearer = find_treated(row.sentence, end, words) if treats else None
        if not treats or lower.endswith("ed"):
            bearer = bearer or find_bearer(row.sentence, start, end, None, words)
        if bearer:
            offset = row.sentence_start
            rows.append((
                row.mention_id, row.paper_id, row.sense, row.stance, "", "", row.surface, row.field, row.start, row.end,
                bearer.sort, row.sentence[bearer.start : bearer.end], offset + bearer.start, offset + bearer.end,
            ))  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def _verbal(term: str) -> set[str]:
    return {form for form in inflections(term) if form != term and re.search(r"(ed|ing|edly|edness)$", form)}


class _Run(NamedTuple):
    """The words directly before a mention, each with its start in the sentence; ``verbal``: "biased", "debiasing"."""

    words: tuple[tuple[str, int], ...]
    verbal: bool
    own: bool  # the term itself, not one of its prefixed forms
    gerund: tuple[tuple[str, int], ...] = ()  # a verb in -ing directly before it, where there is no modifier


def _run(row: Any, term: str, verbal: set[str]) -> _Run:
    start, _ = place_in_sentence(row._asdict())
    before = row.sentence[:start]
    form = re.sub(r"[-\u2010\u2011\s]+", "", row.surface.lower()) if " " not in term else row.surface.lower()
    own = row.lemma == term
    is_verbal = not own or form in verbal
    compound = _at_end(_HYPHENED, before, _HYPHENS)
    if not own or (is_verbal and not compound):
        return _Run((), is_verbal, own)
    if compound and is_verbal:
        return _Run(((compound[1], compound.start(1)),), is_verbal, own)
    at = _start_of(row.modifier, before)
    if at == start and compound:
        at = compound.start(1)
    head = _at_end(_HYPHENED, before[:at], _HYPHENS)  # box-to-| pixel
    at = head.start() if head else at
    found = [(m.group(), m.start()) for m in _PIECE.finditer(before, at)]
    if shared := _at_end(_SHARED, before, "/"):
        found = [(shared[1], shared.start(1))]
    slash = max((i for i, (word, _) in enumerate(found) if word == "/"), default=-1)
    gerund = None if found else _at_end(_GERUND, before, "g")
    return _Run(tuple(found[slash + 1 :]), is_verbal, own, ((gerund[1], gerund.start(1)),) if gerund else ())


def _at_end(pattern: re.Pattern[str], text: str, last: str) -> re.Match[str] | None:
    """The match of a pattern that ends with ``text``, of which the last letter must be one of ``last``."""
    return pattern.search(text, max(0, len(text) - _NEAR)) if text.rstrip()[-1:] in tuple(last) else None


def _start_of(modifier: str, before: str) -> int:
    """Where the modifier that the mentions table has, in lower case and perhaps with other blanks, starts."""
    if not modifier:
        return len(before)
    text = before.rstrip(" -\u2010\u2011")
    if text.lower().endswith(modifier) and len(text.lower()) == len(text):
        return len(text) - len(modifier)
    joint = r"[\s/\u2010\u2011-]*"
    parts = map(re.escape, re.split(r"[\s/-]+", modifier.strip(" -")))
    match = re.search(rf"{joint.join(parts)}{joint}$", before, re.IGNORECASE)
    return match.start() if match else len(before)


def _attested(runs: list[_Run]) -> set[str]:
    """Words, and pairs of words, that stand directly before the term somewhere in the collection.

    A gerund that the tagger takes for a verb ("channeling bias") must stand there twice.
    """
    found: set[str] = set()
    gerunds: Counter[str] = Counter()
    for run in runs:
        texts = [word for word, _ in run.words]
        found.update(plain(" ".join(texts[-n:])) for n in (1, 2) if len(texts) >= n)
        gerunds.update(plain(word) for word, _ in run.gerund)
    return found | {gerund for gerund, times in gerunds.items() if times > 1}


def _kinds(row: Any, run: _Run, term: str, words: KindWords, attested: set[str]) -> Iterator[_Named]:
    start, end = place_in_sentence(row._asdict())
    after = row.sentence[end:]
    behind = _NEXT.match(after)
    noun = behind[1] if behind and not run.verbal else ""
    shared = _SHARING.match(after)  # bias and toxicity metrics
    activity = singular_of(noun) in words.activities or bool(shared and singular_of(shared[1]) in words.activities)
    direct = run.words or tuple(g for g in run.gerund if plain(g[0]) in attested)
    kept = _naming(direct, words, activity=activity)
    if kept:
        if kept[0] == direct[0]:
            yield from _coordinated(row.sentence[: kept[0][1]], kept, end, words, attested)
        yield _Named(tuple(word for word, _ in kept), "", kept[0][1], end)
    elif run.own and noun and singular_of(noun) in words.heads:
        assert behind is not None
        yield _Named((), singular_of(noun), start, end + behind.end())
    elif run.own and (led := _leading(after, words)):
        yield _Named((), led[0], start, end + led[1])


def _naming(run: tuple[tuple[str, int], ...], words: KindWords, *, activity: bool = False) -> list[tuple[str, int]]:
    """The words of the run that name a kind: none of degree, judgement or reference.

    What stands before a verb, a plural or, unless it is an adjective, a word of degree is another phrase: "in this
    study | different biases", "position | mitigates position bias".
    """
    kept: list[tuple[str, int]] = []
    for number, (word, at) in enumerate(run):
        lower = word.lower()
        following = run[number + 1][0].lower() if number + 1 < len(run) else ""
        last = re.split(r"[-\u2010\u2011]", lower)[-1]
        if lower in words.verbs or last in words.ends or (following and _plural(word)):
            kept.clear()
            continue
        if lower in words.degree and following in words.measures:
            kept.append((word, at))
        elif lower in words.degree | words.generic or re.search(r"\w{3}ly$", lower) or lower.isdigit():
            if kept and not _ADJECTIVE.search(kept[-1][0]):
                kept.clear()
        elif not (activity and lower in words.of_activity):
            kept.append((word, at))
    return kept


def _plural(word: str) -> bool:
    return singular_of(word) != word.lower() and not word[:-1].isupper()


def _coordinated(
    before: str, kept: list[tuple[str, int]], end: int, words: KindWords, attested: set[str]
) -> Iterator[_Named]:
    """Kinds that share the mention: "gender" and "age" of "gender, age and racial bias", the first in the text first.

    A word is taken for one if it stands before the term elsewhere in the collection, belongs to a family, or is an
    adjective like the one behind it: "stereotypes and gender bias" names one kind.
    """
    found: list[_Named] = []
    while match := _at_end(_JOINED, before, ",/&dr"):
        if not found and match["by"].strip() == ",":
            break
        at = match.start("one")
        run = [(match["one"], at)]
        if match["two"] and plain(match["two"] + match["one"]) in attested:
            run, at = [(match["two"].strip(), match.start("two")), *run], match.start("two")
        named = _naming(tuple(run), words)
        key = plain(run[-1][0])
        alike = bool(_ADJECTIVE.search(run[-1][0]) and _ADJECTIVE.search(kept[-1][0]))
        if not named or not (alike or key in attested or key in words.families):
            break
        found.insert(0, _Named(tuple(word for word, _ in named), "", named[0][1], end))
        before = before[:at]
    yield from found


def _leading(after: str, words: KindWords) -> tuple[str, int] | None:
    """``("toward head classes", end)`` of what the mention leads to or is about, if that is said right behind it."""
    bracket = _BRACKET.match(after)
    rest = after[bracket.end() if bracket else 0 :]
    for phrases, joined in ((words.towards, "toward"), (words.about, "about")):
        match = re.match(rf"\s+({'|'.join(map(re.escape, phrases))})\s+", rest, re.IGNORECASE)
        if match:
            said = match[1].lower()
            joined = joined if said.startswith(("toward", "in ")) else said
            base = len(after) - len(rest) + match.end()
            last = 0
            texts: list[str] = []
            for token in re.finditer(rf"(?:{_COMPOUND})(?P<mark>[^\w\s]*)", rest[match.end() :]):
                word = token.group().removesuffix(token["mark"])
                if word.lower() in words.ends - words.articles - {"and", "of"}:
                    break
                more = bool(re.match(r"\s\w", rest[match.end() + token.end() :]))
                if token.start() > last + 1 or len(texts) == _MOST_WORDS:
                    break
                if texts[-1:] == ["and"] and more and _plural(word):  # and provides limited supervision
                    break
                texts.append(word)
                last = token.start() + len(word)
                if token["mark"]:
                    break
            while texts and texts[-1].lower() in words.ends | words.articles:
                last = rest[match.end() :][:last].rstrip().rfind(" ")
                texts.pop()
            named = [text for text in texts if text.lower() not in words.articles]
            if len(named) > 1 and all(text[0].isupper() for text in named):  # as in titles
                named = [_lower(text) for text in named]
            return (f"{joined} {' '.join(named)}", base + last) if named and last > 0 else None
    return None


def _key(named: _Named) -> str:
    before = [*named.before[:-1], singular_of(named.before[-1])] if named.before else []
    return f"{plain(' '.join(before))}|{plain(named.behind)}"


def _names(found: list[tuple[_Named, bool]], term: str) -> dict[str, str]:
    """For each key the commonest spelling: "pre-training bias"; of equally common ones the first by letter.

    ``found`` says of each whether its capitals are those of names, not of a title or of a sentence's first word.
    """
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for named, cased in found:
        before = [*named.before[:-1], _one(named.before[-1])] if named.before else []
        if not cased:
            before = [_lower(word) for word in before]
        spellings[_key(named)][" ".join([*before, term, named.behind]).strip()] += 1
    return {key: min(counts, key=lambda text: (-counts[text], text)) for key, counts in spellings.items()}


def _one(word: str) -> str:
    """The word in the singular, with its capitals."""
    one = singular_of(word)
    return word[: len(one)] if word.lower().startswith(one) else one


def _lower(word: str) -> str:
    """In lower case, save names with capitals inside: RBF, PINNs, 3D."""
    is_name = any(letter.isupper() for letter in word[1:]) and not re.search(r"-[A-Z][a-z]", word)
    return word if is_name else word.lower()


def _family(key: str, name: str, term: str, words: KindWords) -> str:
    """The family of a kind: by its last words that belong to one, else the kind of its last word alone."""
    own = [] if key.startswith("|") else name.partition(f" {term}")[0].split()
    for candidates in ([" ".join(own[-2:])], own[::-1], re.split(r"[\s-]+", " ".join(own))[::-1] if own else []):
        for candidate in candidates:
            if family := words.families.get(plain(candidate)):
                return family
    if own:
        return f"{own[-1]} {term}"
    return next((words.families[plain(w)] for w in name.split() if plain(w) in words.families and w != term), name)
