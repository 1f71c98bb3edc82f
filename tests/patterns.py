"""The regular expressions of the code, and texts made to slow each of them down."""

from __future__ import annotations

import ast
import importlib
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

import analysis

SOURCE = Path(analysis.__file__).parent
CALLS = ("compile", "search", "match", "fullmatch", "findall", "finditer", "sub", "subn", "split")
ANCHORED = frozenset(("match", "fullmatch"))
MANY = 20  # a loop that may turn so often is worth growing


class Found(NamedTuple):
    """A regular expression, where it stands, and whether it is tried at one place of a text only."""

    place: str
    pattern: re.Pattern[str]
    anchored: bool


def found_patterns() -> tuple[list[Found], list[str]]:
    """Every regular expression of texts in the code, and the places of those that only a call's own values make."""
    found: dict[tuple[str, int], Found] = {}
    unknown = []
    trees = {path: ast.parse(path.read_text("utf-8")) for path in sorted(SOURCE.rglob("*.py"))}
    for path, tree in trees.items():
        name = ".".join(("analysis", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")
        calls = [node for node in ast.walk(tree) if _is_call(node)]
        if not calls:
            continue
        space, uses = _space(name), _uses(tree)
        names = {id(node.value): node.targets[0].id for node in ast.walk(tree) if _names_a_value(node)}  # type: ignore[attr-defined]
        for call in calls:
            place = f"{path.relative_to(SOURCE)}:{call.lineno}"
            try:
                pattern = _compiled(call, space)
            except NameError:
                unknown.append(place)
                continue
            if isinstance(pattern.pattern, bytes):
                continue
            called = {call.func.attr} - {"compile"} or uses.get(names.get(id(call), ""), set())  # type: ignore[attr-defined]
            found[pattern.pattern, pattern.flags] = Found(place, pattern, bool(called) and called <= ANCHORED)
    return list(found.values()), unknown


def _space(name: str) -> dict[str, Any]:
    try:
        return vars(importlib.import_module(name))
    except ImportError:  # it needs what only the training has
        return {"re": re}


def _uses(tree: ast.Module) -> dict[str, set[str]]:
    """By a pattern's name, which of its methods are called in its file; of one that others may import, all of them."""
    uses: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in CALLS:
            uses[node.value.id].add(node.attr if node.value.id.startswith("_") else "search")
    return uses


def _is_call(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in CALLS
    )


def _names_a_value(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)


def _compiled(call: ast.Call, space: dict[str, Any]) -> re.Pattern[Any]:
    """The pattern of a call. Raises ``NameError`` where it is made of what only the call knows."""

    def value(node: ast.expr) -> Any:
        return eval(compile(ast.Expression(node), "<pattern>", "eval"), dict(space))

    flags = next((value(keyword.value) for keyword in call.keywords if keyword.arg == "flags"), 0)
    if call.func.attr == "compile" and len(call.args) > 1:  # type: ignore[attr-defined]
        flags = value(call.args[1])
    return re.compile(value(call.args[0]), flags)


# Texts that a pattern cannot like


def hard_texts(pattern: re.Pattern[str], length: int) -> Iterator[str]:
    """Texts of about ``length`` characters, each of which repeats what one loop of the pattern repeats.

    Before stands what leads to the loop, or nothing; behind it, what lets the match fail.
    """
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    pumps = dict.fromkeys((lead, body) for lead, body in _loops(tree, "") if body)
    bodies = list(dict.fromkeys(body for _, body in pumps))
    tried = set()
    for lead, body in pumps:
        for before, inner in ((lead, body), ("", body), ("", lead + body)):
            for after in ("\x00", "\n", ""):
                text = before + inner * (length // len(inner) + 1) + after
                if text not in tried:
                    tried.add(text)
                    yield text
    for one in bodies[:6]:
        for other in bodies[:6]:
            if one != other:
                yield one * (length // 2 // len(one)) + other * (length // 2 // len(other)) + "\x00"


def _loops(tree: Any, lead: str) -> Iterator[tuple[str, str]]:
    """(what leads to a loop, what it repeats) for every loop below ``tree`` that may turn often."""
    for operator, argument in tree:
        if operator in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            _, most, body = argument
            yield from _loops(body, lead)
            if most >= MANY:
                yield from ((lead, one) for one in _samples(body))
        elif operator is sre.BRANCH:
            for branch in argument[1]:
                yield from _loops(branch, lead)
        elif operator is sre.SUBPATTERN:
            yield from _loops(argument[3], lead)
        elif operator is sre.ATOMIC_GROUP:
            yield from _loops(argument, lead)
        elif operator in (sre.ASSERT, sre.ASSERT_NOT):
            yield from _loops(argument[1], lead if argument[0] > 0 else "")
        lead += _sample([(operator, argument)])


def _samples(tree: Any) -> list[str]:
    """A few texts that ``tree`` matches: of a set each kind of character, of a branch each way."""
    if len(tree) == 1:
        operator, argument = tree[0]
        if operator is sre.BRANCH:
            return [one for branch in argument[1] for one in _samples(branch)][:8]
        if operator is sre.SUBPATTERN:
            return _samples(argument[3])
        if operator in (sre.IN, sre.ANY, sre.NOT_LITERAL):
            return _characters(operator, argument)[:5]
    once = _sample(tree)
    return [once] if len(tree) == 1 else list(dict.fromkeys([once, _sample(tree, least=True)]))


def _sample(tree: Any, least: bool = False) -> str:
    """A text that ``tree`` matches, or nearly; with ``least`` what may be absent is."""
    made = ""
    for operator, argument in tree:
        if operator is sre.LITERAL:
            made += chr(argument)
        elif operator in (sre.IN, sre.ANY, sre.NOT_LITERAL):
            made += _characters(operator, argument)[0]
        elif operator in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            made += _sample(argument[2], least) * max(argument[0], 0 if least or argument[0] else 1)
        elif operator is sre.BRANCH:
            made += _sample(argument[1][0], least)
        elif operator is sre.SUBPATTERN:
            made += _sample(argument[3], least)
        elif operator is sre.ATOMIC_GROUP:
            made += _sample(argument, least)
    return made


_TYPICAL = "a A1 -.,;:\n\t_x0é(){}[]$\\\"'/<>=#&%@|—*+?!^~`"


def _characters(operator: Any, argument: Any) -> list[str]:
    """Typical characters of a set, one of each kind."""
    if operator is sre.ANY:
        return ["a", " ", "."]
    items = [(sre.NEGATE, None), (sre.LITERAL, argument)] if operator is sre.NOT_LITERAL else argument
    negated = items[0][0] is sre.NEGATE
    fitting = [c for c in _TYPICAL if any(_holds(item, c) for item in items[negated:]) != negated]
    if not fitting and not negated:
        operator, argument = items[0]
        fitting = [chr(argument if operator is sre.LITERAL else argument[0])] if operator is not sre.CATEGORY else []
    return fitting or ["a"]


def _holds(item: tuple[Any, Any], character: str) -> bool:
    operator, argument = item
    if operator is sre.LITERAL:
        return ord(character) == argument
    if operator is sre.RANGE:
        return argument[0] <= ord(character) <= argument[1]
    category = str(argument)
    kind = {"DIGIT": character.isdigit(), "SPACE": character.isspace(), "WORD": character.isalnum() or character == "_"}
    name = next(name for name in kind if name in category)
    return kind[name] != ("NOT" in category)
