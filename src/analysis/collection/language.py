"""The language a text is written in, as an ISO 639-1 code, at a cost that 70,000 abstracts can bear."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

# English function words: those no other language in Latin script has, and those that some share (Dutch "of", "we").
_ONLY_ENGLISH = frozenset("the and with this that from which these their by been using are were our".split())
_ENGLISH = _ONLY_ENGLISH | frozenset("of to for we is as on".split())
# Shorter texts (bare titles of a few words) are decided wrongly too often, and a wrong label would exclude a paper.
MIN_LETTERS = 60
_LOOK_FIRST, _LOOK_AT = (250, 800), 1_000
# Nearly all abstracts have four of these, the most frequent first; to find them is quicker than to split the text.
_FREQUENT = tuple(f" {word} " for word in "and the to of for that we on with this".split())

# What papers are written in. py3langid knows 97 languages; the rare ones win by accident on text full of symbols.
_LANGUAGES = (
    "af ar bg bn ca cs da de el en es et eu fa fi fr gl he hi hr hu id it ja ka kk ko la lt lv mk ms nb nl nn no "
    "pl pt ro ru sk sl sq sr sv ta te th tr uk ur vi zh"
).split()  # fmt: skip


def detect_language(text: str, title: str = "") -> str:
    """ISO 639-1 code of the language of ``text`` (with ``title`` where the text is short); "" when too short to tell.

    Four different English function words among the first 800 characters decide at once, as does 1 word in 25 of the
    text; that settles nearly all English abstracts, and py3langid (Lui and Baldwin's langid.py, naive Bayes over byte
    n-grams) reads the others. Less than 60 letters are not judged: on titles of four words it is wrong often enough
    to drop English papers.
    """
    seen = language_at_sight(text, title)
    return read_language(text, title) if seen is None else seen


def language_at_sight(text: str, title: str = "") -> str | None:
    """As ``detect_language``, but None for a text that py3langid must read, whose model takes half a second to load."""
    beginning, found = text[: _LOOK_FIRST[-1]], 0
    for word in _FREQUENT:
        found += word in beginning
        if found == 4:
            return "en"
    for length in _LOOK_FIRST:
        if len(_ENGLISH.intersection(text[:length].split())) >= 4:
            return "en"
    words = text.split()
    only = [word for word in words if word in _ONLY_ENGLISH]
    if text.isascii() and 25 * len(only) >= len(words) >= 15 and len(set(only)) >= 2:
        return "en"
    return "" if _weight(_sample(text, title)) < MIN_LETTERS else None


def read_language(text: str, title: str = "") -> str:
    """The language by py3langid alone."""
    return str(_identifier().classify(_sample(text, title))[0])


def _sample(text: str, title: str) -> str:
    sample = text if len(text) >= 4 * MIN_LETTERS else f"{title} {text}".strip()
    return sample[:_LOOK_AT]


def _weight(text: str) -> int:
    """Letters, where one of Chinese, Japanese or Korean says as much as four of an alphabet."""
    letters = sum(map(str.isalpha, text))
    return letters if text.isascii() else letters + 3 * sum("\u2e80" <= c <= "\ud7ff" for c in text)


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in _LANGUAGES if code in identifier.labels])
    return identifier


_ISO = {
    "english": "en", "eng": "en", "german": "de", "ger": "de", "deu": "de", "deutsch": "de", "french": "fr",
    "fre": "fr", "fra": "fr", "francais": "fr", "français": "fr", "spanish": "es", "spa": "es", "español": "es",
    "portuguese": "pt", "por": "pt", "italian": "it", "ita": "it", "russian": "ru", "rus": "ru", "chinese": "zh",
    "chi": "zh", "zho": "zh", "japanese": "ja", "jpn": "ja", "korean": "ko", "kor": "ko", "dutch": "nl", "dut": "nl",
    "nld": "nl", "polish": "pl", "pol": "pl", "turkish": "tr", "tur": "tr", "czech": "cs", "cze": "cs", "ces": "cs",
    "swedish": "sv", "swe": "sv", "danish": "da", "dan": "da", "norwegian": "no", "nor": "no", "finnish": "fi",
    "fin": "fi", "hungarian": "hu", "hun": "hu", "arabic": "ar", "ara": "ar", "persian": "fa", "per": "fa",
    "fas": "fa", "hebrew": "he", "heb": "he", "ukrainian": "uk", "ukr": "uk", "greek": "el", "gre": "el", "ell": "el",
}  # fmt: skip


def language_code(declared: str) -> str:
    """The ISO 639-1 code of what a source declares ("eng", "English", "en-US"); "" when it names several or none."""
    name = declared.strip().lower()
    if name in _ISO:
        return _ISO[name]
    code = name.replace("_", "-").partition("-")[0]
    return code if len(code) == 2 and code in _LANGUAGES else ""
