"""LaTeX in titles and abstracts to readable Unicode. Every word of the source stays; only markup goes.

The names of symbols come from pylatexenc's table. Its converter itself is not used: it takes an unprotected % (which
publishers' BibTeX is full of) for a comment and drops the rest of the line, and prints citations as "<cit.>".
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# TeX's accents and the combining characters of Unicode.
_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323",
    "b": "\u0331",
}  # fmt: skip
# What pylatexenc's table lacks or has as code rather than as text.
_SYMBOLS = {
    "textpm": "±", "texttimes": "×",
    "textless": "<", "textgreater": ">", "S": "§", "P": "¶", "copyright": "©", "pounds": "£", "textbar": "|",
    "textasciitilde": "~", "textasciicircum": "^", "textunderscore": "_", "textbackslash": "\\", "textdollar": "$",
    "textpercent": "%", "textquotesingle": "'", "textmu": "µ", "textregistered": "®", "texttrademark": "™",
    "quad": " ", "qquad": " ", "newline": " ", "par": " ", "item": " ", "left": "", "right": "", "big": "", "Big": "",
    "bigl": "", "bigr": "", "displaystyle": "", "limits": "", "nolimits": "", "it": "", "em": "", "bf": "", "rm": "",
    "tt": "", "sc": "", "sl": "", "sf": "", "small": "", "large": "", "protect": "", "noindent": "", "centering": "",
}  # fmt: skip

_MATH = re.compile(
    r"\$\$(?P<display>[^$]{1,2000})\$\$|(?<!\\)\$(?P<inline>(?!\s)[^$]{1,1000}?(?<![\s\\]))\$"
    r"|\\\((?P<round>.{1,1000}?)\\\)|\\\[(?P<square>.{1,2000}?)\\\]",
    re.DOTALL,
)
_FORMULA_SIGNS = re.compile(r"[\\^_{}=<>]")
_ACCENT = re.compile(
    r"""\\(?:(?P<sign>['`^"~=.])\s*|(?P<letter>[uvHckrdb])(?:\s+|(?=\{)))"""
    r"(?:\{\s*(?P<braced>\\?[A-Za-z])\s*\}|(?P<bare>\\[ij](?![A-Za-z])|[A-Za-z]))"
)
_ARGUMENT = re.compile(
    r"\\(?P<name>text(?:bf|it|tt|sc|rm|sf|sl|up|md|normal|superscript|subscript|color)|text|emph|underline|[mh]box|"
    r"math(?:bf|bb|cal|rm|it|sf|tt|frak|scr|op|bin|rel)|operatorname\*?|boldsymbol|bm|ensuremath|uppercase|"
    r"MakeUppercase|url|footnote|cite[a-z]*\*?|ref|eqref|label|hat|bar|tilde|vec|dot|overline|widehat|widetilde|sqrt)"
    r"\s*(?:\[[^\]]{0,100}\])?\{(?P<body>[^{}]*)\}"
)
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_SCRIPT = re.compile(r"([\^_])\s*\{([^{}]*)\}")
_ESCAPED = re.compile(r"\\([%&$#_{}])")
_COMMAND = re.compile(r"\\([A-Za-z]+)(\*?(?:\{\}|\s+)?)")
_SPACING = re.compile(r"\\[,;:!> ]|\\\\(?:\[[^\]]*\])?|\\-")
_COLOUR = re.compile(r"\\(?:textcolor|colorbox|color|href)\s*\{[^{}]*\}(?=\s*\{)")
# Escaped signs must survive the removal of markup; private characters stand for them meanwhile.
_KEPT = {"%": "%", "&": "&", "#": "#", "_": "\ue000", "$": "\ue001", "{": "\ue002", "}": "\ue003", "\\": "\ue004"}
_BACK = {"\ue000": "_", "\ue001": "$", "\ue002": "{", "\ue003": "}", "\ue004": "\\"}
_MARKS = ("\\", "$", "{", "}", "~", "``", "''", "--")


def decode_latex(text: str, *, whole: bool) -> str:
    """``text`` with accents and symbols as Unicode, without formatting commands, formulas readable.

    ``whole`` says that the text is LaTeX as a whole (BibTeX, arXiv): then braces, ties (~) and dashes (--) are markup,
    too. Else only commands and formulas are, and an unknown command stays as it is.
    """
    if not any(mark in text for mark in (_MARKS if whole else _MARKS[:2])):
        return text
    text = _ACCENT.sub(_accent, text)
    text = _MATH.sub(_formula, text) if "$" in text or "\\(" in text or "\\[" in text else text
    text = _ESCAPED.sub(lambda found: _KEPT[found[1]], text)
    text = _commands(text, keep_unknown=not whole)
    if whole:
        text = text.replace("{", "").replace("}", "").replace("~", " ")
        text = text.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
    return _restored(text)


def _restored(text: str) -> str:
    for sign, character in _BACK.items():
        text = text.replace(sign, character)
    return text


def _accent(found: re.Match[str]) -> str:
    letter = (found["braced"] or found["bare"]).lstrip("\\")
    return unicodedata.normalize("NFC", letter + _ACCENTS[found["sign"] or found["letter"]])


def _formula(found: re.Match[str]) -> str:
    text = next(part for part in found.groups() if part is not None)
    if found["inline"] and found.string[found.end() : found.end() + 1].isdigit() and not _FORMULA_SIGNS.search(text):
        return found[0]  # "$5-$10" is money
    text = _symbols_in(_ESCAPED.sub(lambda escaped: _KEPT[escaped[1]], text))
    previous = ""
    while previous != text:  # from the innermost braces outwards
        previous = text
        text = _SCRIPT.sub(_script, text)
        text = _FRACTION.sub(lambda f: f"{_operand(f[1])}/{_operand(f[2])}", text)
        text = _ARGUMENT.sub(_argument, text)
    text = _commands(text, keep_unknown=False).replace("{", "").replace("}", "").replace("~", " ")
    return " ".join(text.split())


def _script(found: re.Match[str]) -> str:
    return found[1] + (found[2] if re.fullmatch(r"[-+]?[\w.,*'\\]*", found[2]) else f"({found[2]})")


def _operand(text: str) -> str:
    return text if re.fullmatch(r"[\w.\\]*", text) else f"({text})"


def _symbols_in(text: str) -> str:
    """Commands that stand for a character, replaced by it; the others left for later."""

    def symbol(found: re.Match[str]) -> str:
        name, after = found[1], found[2]
        text = _symbols().get(name)
        if text is None:
            return found[0]
        if len(text) > 1 and text.isascii() and text.isalpha():  # \log, \max
            before = " " if found.string[: found.start()][-1:].isalnum() else ""
            return before + text + (" " if found.string[found.end() :][:1].isalnum() else "")
        # TeX swallows the space after a command. Authors mean it, save after letters and quotes inside words.
        letter = len(text) == 1 and text.isalpha() and text < "\u0250"
        space = "" if not text or letter or name.startswith("text") else " " * after[-1:].isspace()
        return _KEPT.get(text, text) + space

    return _COMMAND.sub(symbol, text)


def _commands(text: str, *, keep_unknown: bool) -> str:
    if "\\" not in text:
        return text
    text = _symbols_in(_COLOUR.sub("", text))
    previous = ""
    while previous != text:
        previous = text
        text = _ARGUMENT.sub(_argument, text)
    text = _SPACING.sub(lambda found: "" if found[0] in ("\\-", "\\!") else " ", text)
    return text if keep_unknown else _COMMAND.sub(lambda found: found[0][1:].replace("{}", ""), text)


def _argument(found: re.Match[str]) -> str:
    name, body = found["name"], found["body"]
    if name.startswith("cite"):
        return f"[{body}]"
    if name == "label":
        return ""
    if name == "sqrt":
        return "√" + _operand(body)
    if name == "footnote":
        return f" ({body})"
    return body


@lru_cache(maxsize=1)
def _symbols() -> dict[str, str]:
    """Command -> character, from pylatexenc's table of some 900 names."""
    from pylatexenc.latex2text import get_default_latex_context_db

    table = get_default_latex_context_db()
    known: dict[str, str] = {}
    for category in table.categories():
        for name, macro in table.d[category]["macros"].items():
            text = macro.simplify_repl
            if isinstance(text, str) and not set("%<") & set(text) and name.isalpha():
                known.setdefault(name, text)
    return known | _SYMBOLS
