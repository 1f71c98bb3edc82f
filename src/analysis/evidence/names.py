"""One name for what a collection calls by several: "large language models (LLMs)", "LLM", "Large Language Model"."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from analysis.common.tables import check_table
from analysis.evidence.acronyms import find_definitions

if TYPE_CHECKING:
    import pandas as pd

# An acronym is read in a paper that does not define it as others define it, if so many of those that do agree, and so
# many of all that name it define it: where a hundred papers name SAM and one says it is its own module, it is not.
AGREED, DEFINED = 0.95, 0.1

Definitions = dict[str, str]  # the key of a short form -> its long form as written

_LEADING = re.compile(
    r"^(?:(?:an?|the|our|their|its|this|these|those|such|said)\s+(?:(?:newly\s+)?proposed\s+)?|proposed\s+)(?=\S)", re.I
)
_OUTER = " \t\n\"'\u201c\u201d\u2018\u2019`,;:.*{}$"
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_POSSESSIVE = re.compile(r"['\u2019]s?$")
_UNCLOSED = re.compile(r"\s*\([^()]*$")
_WORD = re.compile(r"[^\s\-/]+")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_ACRONYM_PLURAL = re.compile(r"(?<=[A-Z])s$")
_PREPOSITIONS = frozenset("of for in on with from to between under over without based".split())
_VIRUSES = re.compile(r"[^aeo]uses$")  # not "causes", "houses"

_IRREGULAR = {
    "analyses": "analysis", "hypotheses": "hypothesis", "theses": "thesis", "syntheses": "synthesis",
    "diagnoses": "diagnosis", "biases": "bias", "lenses": "lens", "gases": "gas", "indices": "index",
    "matrices": "matrix", "vertices": "vertex", "appendices": "appendix", "corpora": "corpus", "criteria": "criterion",
    "phenomena": "phenomenon", "taxa": "taxon", "children": "child", "women": "woman", "men": "man", "mice": "mouse",
    "caches": "cache", "niches": "niche", "headaches": "headache", "movies": "movie", "axes": "axis",
}  # fmt: skip
_NO_PLURAL = re.compile(
    r"(?:ss|us|is|ics|bias|lens|atlas|canvas|alias|gas|news|series|species|means|corps|chaos|pathos|cosmos|texas|"
    r"pancreas|kudos)$"
)


def canonical_names(entities: pd.DataFrame, papers: pd.DataFrame) -> pd.DataFrame:
    """The entities with ``name`` filled: the same for all that the collection means by it, and as some paper wrote it.

    ``entities`` is an entities table (paper_id, surface are read), ``papers`` the papers that they stand in (paper_id,
    title, abstract). Returns the same rows in the same order. Two surfaces have one name if they differ only in

    - an acronym and its definition: the paper's own (``find_definitions``), else the one that at least 95 % of the
      papers defining it agree on, if at least 10 % of those naming it define it; else it stays as written;
    - case, except that a word all in capitals is not the word in small letters (ADAPT, adapt);
    - plural (``LLMs``, ``analyses``), hyphens and the spaces between letters (``fine-tuning``, ``finetuning``,
      ``data set``): ``F1`` and ``F2``, ``Llama 2 7B`` and ``Llama 27B``, ``BERT`` and ``RoBERTa`` stay apart;
    - leading articles, possessives and "proposed".

    The name is the commonest of the forms without acronym, or of all if there is none; the earliest on a tie.
    Raises ``BadInput`` if a column is missing.
    """
    check_table(entities, "entities", needs=("paper_id", "surface"))
    check_table(papers, "papers", needs=("paper_id", "title", "abstract"))
    own = _own_definitions(papers)
    forms = [_bare(surface) for surface in entities["surface"]]
    named = {(paper, _key(form)) for paper, form in zip(entities["paper_id"], forms, strict=True) if _is_short(form)}
    agreed = _agreed(own, Counter(key for _, key in named))
    keys: list[str] = []
    full: dict[str, Counter[str]] = defaultdict(Counter)  # forms in which no acronym stands
    short: dict[str, Counter[str]] = defaultdict(Counter)
    for paper_id, form in zip(entities["paper_id"], forms, strict=True):
        known = _Known(own.get(paper_id, {}), agreed)
        long = known.long_form(form) or form
        expanded = known.expand(long)
        key = _key(expanded)
        keys.append(key)
        (full if expanded == long else short)[key][long] += 1
    names = {key: _commonest(full.get(key) or short[key]) for key in dict.fromkeys(keys)}
    return entities.assign(name=[names[key] for key in keys])


def _commonest(forms: Counter[str]) -> str:
    """Counters keep the order of the first count, and ``max`` takes the first of equals."""
    return max(forms, key=forms.__getitem__)


def _own_definitions(papers: pd.DataFrame) -> dict[str, Definitions]:
    """For each paper the acronyms it defines; a second definition of the same in one paper is not read."""
    own: dict[str, Definitions] = {}
    for paper_id, title, abstract in zip(papers["paper_id"], papers["title"], papers["abstract"], strict=True):
        found: Definitions = {}
        for text in (abstract, title):
            for short, long in find_definitions(text):
                written = _bare(text[long[0] : long[1]])
                found.setdefault(_key(text[short[0] : short[1]]), written)
        own[paper_id] = found
    return own


def _is_short(form: str) -> bool:
    return sum(c.isupper() for c in form) > 1


def _agreed(own: dict[str, Definitions], named: Counter[str]) -> Definitions:
    """Acronyms whose definitions agree; ``named`` counts the papers that name each as an entity."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    written: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for definitions in own.values():
        for short, long in definitions.items():
            key = _key(long)
            votes[short][key] += 1
            written[short, key][long] += 1
    agreed = {}
    for short, longs in votes.items():
        key, most = longs.most_common(1)[0]
        if most >= AGREED * longs.total() and longs.total() >= DEFINED * named[short]:
            agreed[short] = _commonest(written[short, key])
    return agreed


class _Known(NamedTuple):
    """What acronyms mean in one paper: what it says itself, before what the collection agrees on."""

    own: Definitions
    agreed: Definitions

    def long_form(self, form: str) -> str:
        """The long form of an acronym, "" if it is none or nobody, or not everybody, says which."""
        if not _is_short(form):
            return ""
        key = _key(form)
        return self.own.get(key) or self.agreed.get(key, "")

    def expand(self, form: str) -> str:
        """A phrase with the acronyms in it written out, once: ``LLM agents`` -> ``large language model agents``."""
        if not any(c.isupper() for c in form):
            return form
        for short, _ in reversed(find_definitions(form)):  # "natural language processing (NLP) systems"
            form = form[: short[0]].rstrip(" (") + form[short[1] :].lstrip(")")
        return _WORD.sub(lambda word: _singular_end(self.long_form(word.group())) or word.group(), form)


def _bare(surface: str) -> str:
    """The surface without what is no part of a name: articles, quotes, an acronym or definition in brackets."""
    form = _UNCLOSED.sub("", surface)
    for short, long in find_definitions(form):
        if short[0] < long[0]:
            form = form[long[0] : long[1]]
        elif form[short[1] :].strip() == ")":
            form = form[: long[1]]
        break
    before = None
    while form != before:
        before = form
        form = _LEADING.sub("", _POSSESSIVE.sub("", form.strip(_OUTER)))
    return form or surface


def _key(form: str) -> str:
    """The same text for all forms of one name."""
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", form))
    words = [_ACRONYM_PLURAL.sub("", word) for word in re.split(r"[\s\-]+", text) if word]
    if not words:
        return form
    if len(words) == 1 and len(words[0]) > 1 and words[0].isalpha() and words[0].isupper():
        return "=" + words[0]
    heads = {len(words) - 1, *(i for i, following in enumerate(words[1:]) if following in _PREPOSITIONS)}
    key = ""
    for i, word in enumerate(words):
        word = _singular_end(word.casefold()) if i in heads else word.casefold()
        key += " " + word if key[-1:].isdigit() and word[:1].isdigit() else word
    return key


def _singular_end(phrase: str) -> str:
    return _LAST_WORD.sub(lambda last: _singular(last.group()), phrase)


def _singular(word: str) -> str:
    """The singular of a noun in small letters, by its ending; words that only look like plurals stay."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.endswith("s") or _NO_PLURAL.search(word):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "zzes", "ches", "shes")) or _VIRUSES.search(word):
        return word[:-2]
    return word[:-1]
