"""A search as databases understand it: words, "phrases", truncation*, AND, OR, NOT and brackets."""

from __future__ import annotations

import re
from collections.abc import Callable

from analysis.common.errors import BadInput

Test = Callable[[str], bool]
_TOKEN = re.compile(r'(?P<open>\()|(?P<close>\))|"(?P<phrase>[^"]*)"|(?P<word>[^\s()"]+)')
_EXAMPLE = 'such as bias AND ("case report*" OR survey)'


def parse_query(query: str) -> Test:
    """Turn a query into a test of a text. Case does not matter; words side by side are joined by AND.

    NOT binds before AND, AND before OR. A ``*`` at a word's end stands for any ending. Hyphens and blanks within a
    phrase match each other. Raises ``BadInput`` for an empty query, an unclosed quote or bracket, or an operator that
    stands alone.
    """
    tokens = _tokens(query)
    if not tokens:
        raise BadInput(f"query {query!r}: is empty; give words, {_EXAMPLE}")
    test, rest = _either(tokens, query)
    if rest:
        raise BadInput(f"query {query!r}: a closing bracket too many; write it {_EXAMPLE}")
    return test


def _tokens(query: str) -> list[tuple[str, str]]:
    if query.count('"') % 2:
        raise BadInput(f"query {query!r}: a quote is not closed; write it {_EXAMPLE}")
    found = []
    for match in _TOKEN.finditer(query):
        kind = str(match.lastgroup)
        text = match[kind]
        found.append(("operator", text) if kind == "word" and text in ("AND", "OR", "NOT") else (kind, text))
    return found


def _either(tokens: list[tuple[str, str]], query: str) -> tuple[Test, list[tuple[str, str]]]:
    test, tokens = _all(tokens, query)
    tests = [test]
    while tokens[:1] == [("operator", "OR")]:
        test, tokens = _all(tokens[1:], query)
        tests.append(test)
    return lambda text: any(t(text) for t in tests), tokens


def _all(tokens: list[tuple[str, str]], query: str) -> tuple[Test, list[tuple[str, str]]]:
    test, tokens = _one(tokens, query)
    tests = [test]
    while tokens and tokens[0] != ("operator", "OR") and tokens[0][0] != "close":
        test, tokens = _one(tokens[1:] if tokens[0] == ("operator", "AND") else tokens, query)
        tests.append(test)
    return lambda text: all(t(text) for t in tests), tokens


def _one(tokens: list[tuple[str, str]], query: str) -> tuple[Test, list[tuple[str, str]]]:
    if not tokens or tokens[0][0] == "close" or tokens[0] in (("operator", "AND"), ("operator", "OR")):
        raise BadInput(f"query {query!r}: an operator or bracket lacks its words; write it {_EXAMPLE}")
    (kind, text), rest = tokens[0], tokens[1:]
    if kind == "operator":
        inner, rest = _one(rest, query)
        return lambda text: not inner(text), rest
    if kind == "open":
        inner, rest = _either(rest, query)
        if rest[:1] != [("close", ")")]:
            raise BadInput(f"query {query!r}: a bracket is not closed; write it {_EXAMPLE}")
        return inner, rest[1:]
    pattern = phrase_pattern(text, query)
    return lambda text: pattern.search(text) is not None, rest


def quoted(words: str) -> str:
    """``words`` as one part of a query, in quotes where a query would take it for more than a word."""
    plain = " ".join(words.replace('"', " ").split())
    return plain if re.fullmatch(r"\w+\*?", plain) and plain not in ("AND", "OR", "NOT") else f'"{plain}"'


def phrase_pattern(phrase: str, query: str = "") -> re.Pattern[str]:
    """A pattern that finds a phrase as whole words; see ``parse_query``."""
    words = re.split(r"[\s-]+", phrase.strip())
    if not any(re.search(r"\w", word) for word in words):
        raise BadInput(f"query {query or phrase!r}: {phrase!r} has no letter in it; write it {_EXAMPLE}")
    parts = [re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "") for word in words if word]
    return re.compile(r"(?<!\w)" + r"[\s-]+".join(parts) + r"(?!\w)", re.IGNORECASE)
