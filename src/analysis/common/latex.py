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
    "textbraceleft": "{", "textbraceright": "}", "lt": "<", "gt": ">", "slash": "/", "hyp": "-",
    **dict.fromkeys("quad qquad newline par item thinspace enspace nobreakspace linebreak hfill".split(), " "),
    **dict.fromkeys(  # how something is set
        "left right big Big bigl bigr displaystyle textstyle limits nolimits it em bf rm tt sc sl sf itshape bfseries "
        "scshape slshape rmfamily sffamily ttfamily upshape mdseries normalfont tiny scriptsize footnotesize small "
        "normalsize large Large LARGE huge Huge protect noindent centering relax selectfont leavevmode xspace "
        "allowbreak nobreak nolinebreak boldmath unboldmath".split(), ""),
}  # fmt: skip
# Commands whose arguments are text, so that they are known in a text that is not LaTeX as a whole, too.
_OF_TEXT = frozenset(
    "textbf textit texttt textsc textrm textsf textsl textup textmd textnormal textsuperscript textsubscript text emph "
    "underline mbox hbox fbox makebox uppercase lowercase MakeUppercase MakeLowercase NoCaseChange "
    "mathbf mathbb mathcal mathrm mathit mathsf mathtt mathfrak mathscr mathop mathbin mathrel operatorname boldsymbol "
    "bm ensuremath hat bar tilde vec dot overline widehat widetilde sqrt frac dfrac tfrac nicefrac sfrac binom pmod "
    "unicode url nolinkurl footnote thanks ref eqref cref Cref autoref ce num gls Gls ac acs enquote textquote "
    "mkbibquote mkbibemph mkbibbold mkbibitalic mkbibparens mkbibbrackets mkbibsuperscript mkbibsubscript".split()
)
# How many of a command's first arguments say how the others are set, or are no text at all.
_ALL = 9
_SETTING = {
    **dict.fromkeys("textcolor colorbox color href foreignlanguage textlang texorpdfstring raisebox scalebox rotatebox "
                    "parbox".split(), 1),
    **dict.fromkeys("fcolorbox resizebox multirow multicolumn".split(), 2),
    **dict.fromkeys("hspace vspace begin end label index phantom hphantom vphantom rule includegraphics selectlanguage "
                    "noopsort SortNoop fontsize vskip setlength".split(), _ALL),
}  # fmt: skip
_SCRIPTS = ("^", "_")
_GAPS = frozenset("hspace vspace begin end".split())
_FORMS = {
    "footnote": " ({})", "pmod": " (mod {})", "mkbibparens": "({})", "mkbibbrackets": "[{}]",
    **dict.fromkeys("enquote textquote mkbibquote".split(), "“{}”"),
}  # fmt: skip
_CITES = re.compile(r"(?:paren|text|auto|foot|smart|super|full)?[cC]ite[a-z]*")

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
# A command with the brace of its first argument; a script with its; a brace; a command alone; any other text.
_PIECE = re.compile(
    r"\\(?P<name>[A-Za-z]+)(?P<options>\*?(?:\s{0,9}\[[^\][{}]{0,100}\]){0,3})(?P<gap>\s{0,9})\{"
    r"|(?P<script>[\^_])\s{0,9}\{|[{}]|\\(?P<bare>[A-Za-z]+)\s*|[^\\{}^_]+|.",
    re.DOTALL,
)
_FRACTION = re.compile(r"\\[dt]?frac\s*(\d)\s*(\d)")
_ESCAPED = re.compile(r"\\([%&$#_{}])")
_COMMAND = re.compile(r"\\([A-Za-z]+)(\*?(?:\{\}|\s+)?)")
_SPACING = re.compile(
    r"\\(?:[,;:!> /@-]|\\(?:\[[^\]]{0,20}\])?|(?:kern|[hm]skip)\s{0,9}-?[\d.]{1,9}\s{0,9}(?:em|ex|mu|pt|[cm]m|in)\b ?)"
)
_NO_SPACE = ("\\-", "\\!", "\\/", "\\@", "\\kern", "\\mskip")
# "{\textless}", "{\"o}": in a text that is not LaTeX as a whole these braces are markup all the same; a sign says so.
_BRACED = re.compile(r"\{(\\(?:(?P<name>[A-Za-z]+)|[\W_]\{?\\?[A-Za-z]\}?))\s*\}")
# Escaped signs must survive the removal of markup; private characters stand for them meanwhile.
_KEPT = {"%": "%", "&": "&", "#": "#", "_": "\ue000", "$": "\ue001", "{": "\ue002", "}": "\ue003", "\\": "\ue004"}
_BACK = {"\ue000": "_", "\ue001": "$", "\ue002": "{", "\ue003": "}", "\ue004": "\\"}
_MARKUP = "\ue005"
_MARKS = ("\\", "$", "{", "}", "~", "``", "''", "--")


def decode_latex(text: str, *, whole: bool) -> str:
    """``text`` with accents and symbols as Unicode, without formatting commands, formulas readable.

    ``whole`` says that the text is LaTeX as a whole (BibTeX, arXiv): then braces, ties (~) and dashes (--) are markup,
    too. Else only commands and formulas are, and an unknown command stays as it is.
    """
    if not any(mark in text for mark in (_MARKS if whole else _MARKS[:2])):
        return text
    decoded = _decoded(text, whole)
    # LaTeX that was escaped as if it were text: "\textbackslash textit\textbraceleft bias\textbraceright".
    return _decoded(decoded, whole=False) if "textbackslash" in text and "\\" in decoded else decoded


def decode_address(text: str) -> str:
    """``text``, an address or an identifier written as LaTeX, as it is: escapes decoded, braces dropped."""
    return decode_latex(text.replace("\\/", "/"), whole=False).replace("\\", "").replace("{", "").replace("}", "")


def _decoded(text: str, whole: bool) -> str:
    if not whole:
        text = _BRACED.sub(_unbraced, text)
    text = _ACCENT.sub(_accent, text)
    text = _MATH.sub(_formula, text) if "$" in text or "\\(" in text or "\\[" in text else text
    text = _ESCAPED.sub(lambda found: _KEPT[found[1]], text)
    text = _printed(_symbols_in(text), whole=whole)
    if whole:
        text = text.replace("~", " ")
        text = text.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
    return _restored(text)


def _unbraced(found: re.Match[str]) -> str:
    return found[0] if found["name"] and found["name"] not in _symbols() else f"{{{_MARKUP}{found[1]}}}"


def _restored(text: str) -> str:
    for sign, character in _BACK.items():
        text = text.replace(sign, character)
    return text.replace(_MARKUP, "")


def _accent(found: re.Match[str]) -> str:
    letter = (found["braced"] or found["bare"]).lstrip("\\")
    return unicodedata.normalize("NFC", letter + _ACCENTS[found["sign"] or found["letter"]])


def _formula(found: re.Match[str]) -> str:
    text = next(part for part in found.groups() if part is not None).replace(_MARKUP, "")
    money = re.match(r"\d|.*?[A-Za-z]{2}", text, re.DOTALL) and not _FORMULA_SIGNS.search(text)
    if found["inline"] and found.string[found.end() : found.end() + 1].isdigit() and money:
        return found[0]  # "$5-$10", "C$/US$10"
    text = _FRACTION.sub(r"\\frac{\1}{\2}", _ESCAPED.sub(lambda escaped: _KEPT[escaped[1]], text))
    text = _symbols_in(text)
    return " ".join(_printed(text, whole=True, formula=True).replace("~", " ").split())


def _script(sign: str, text: str) -> str:
    return sign + (text if re.fullmatch(r"[-+]?[\w.,*'\\]*|.", text) else f"({text})")


def _operand(text: str) -> str:
    return text if re.fullmatch(r"[\w.\\]*", text) else f"({text})"


def _symbols_in(text: str) -> str:
    """Commands that stand for a character, replaced by it; the others left for later."""

    def symbol(found: re.Match[str]) -> str:
        name, after = found[1], found[2]
        text = _symbols().get(name)
        if text is None:
            return _run_together(found)
        if len(text) > 1 and text.isascii() and text.isalpha():  # \log, \max
            before = " " if found.string[: found.start()][-1:].isalnum() else ""
            return before + text + (" " if found.string[found.end() :][:1].isalnum() else "")
        # TeX swallows the space after a command. Authors mean it, save after letters and quotes inside words.
        letter = len(text) == 1 and text.isalpha() and text < "\u0250"
        space = "" if not text or letter or name.startswith("text") else " " * after[-1:].isspace()
        return _KEPT.get(text, text) + space

    if "\\" not in text:
        return text
    return _SPACING.sub(lambda found: "" if found[0].startswith(_NO_SPACE) else " ", _COMMAND.sub(symbol, text))


def _run_together(found: re.Match[str]) -> str:
    """``\\textgreaterbias`` for ``\\textgreater bias``, as some services write it; else the command as it is."""
    name = found[1]
    if name.startswith("text") and name not in _OF_TEXT and name not in _SETTING:
        for length in range(len(name) - 1, 5, -1):
            if text := _symbols().get(name[:length]):
                return _KEPT.get(text, text) + name[length:] + found[2]
    return found[0]


def _printed(text: str, *, whole: bool, formula: bool = False) -> str:
    """What TeX would print of groups and of commands with arguments, from the innermost outwards, in one pass."""
    if whole and not formula and "\\" not in text:
        return text.replace("{", "").replace("}", "")
    out: list[str] = []
    # What is open: of a call its name, its arguments and where in ``out`` it began; of a mere group how it ends.
    opened: list[tuple[list[str], int] | str] = []
    calls = 0  # of those; inside one, braces are markup
    waiting: list[str] = []  # a call whose next argument follows
    for piece in _PIECE.finditer(text):
        mark, bare = piece[0], piece["bare"]
        name = piece["name"] or (piece["script"] if formula else None)
        if waiting or (name and (_known(name) or ((whole or calls) and (piece["options"] or not piece["gap"])))):
            opened.append((waiting or [name or ""], len(out)))
            out.append("")
            calls, waiting = calls + 1, []
        elif mark[-1] == "{":
            kept = not (whole or calls or (mark == "{" and _begins_with_call(text, piece.end())))
            opened.append("}" if kept else "")
            out.append(mark if kept else mark[:-1].lstrip("\\"))
        elif mark == "}" and opened:
            closed = opened.pop()
            if isinstance(closed, str):
                out.append(closed)
                continue
            call, start = closed
            call.append("".join(out[start:]))
            del out[start:]
            calls -= 1
            if call[0] not in _SCRIPTS and text.startswith("{", piece.end()):
                waiting = call
            else:
                out.append(_call(*call))
        elif bare and whole:
            # "\mathcal L" in a formula; elsewhere an unknown command is most likely a name: "\ours"
            alone = formula and _known(bare) and not bare.endswith(("frac", "binom", "mod"))
            out.append(_call(bare) if alone else mark.removeprefix("\\"))
        elif mark != "}" or not whole:
            out.append(mark)
    for group in opened:  # of a text cut short
        if not isinstance(group, str):
            out[group[1]] = _call(*group[0], _MARKUP).partition(_MARKUP)[0]
    return "".join(out)


def _begins_with_call(text: str, at: int) -> bool:
    found = _PIECE.match(text, at)
    return bool(found and (found[0][0] == _MARKUP or (found["name"] and _known(found["name"]))))


def _known(name: str) -> bool:
    return name in _OF_TEXT or name in _SETTING or name in _SCRIPTS or _CITES.fullmatch(name) is not None


def _call(name: str, *arguments: str) -> str:
    """What a command prints. Of an unknown one its arguments stay, as words of their own; its name if it has none."""
    shown = arguments[_SETTING.get(name, 0) :]
    if name in _SCRIPTS:
        return _script(name, arguments[0])
    if name.endswith("frac") and len(arguments) > 1:
        return f"{_operand(arguments[0])}/{_operand(arguments[1])}" + "".join(arguments[2:])
    if name == "binom" and len(arguments) > 1:
        return f"({arguments[0]} choose {arguments[1]})" + "".join(arguments[2:])
    if name in _GAPS:
        return "" if arguments and arguments[0].startswith("-") else " "
    if name == "href" and len(arguments) == 1:
        return arguments[0]
    if name == "unicode":
        return "".join(map(_character, shown))
    if name == "sqrt":
        return "√" + _operand("".join(shown))
    if _CITES.fullmatch(name):
        return f"[{', '.join(shown)}]"
    if _known(name):
        return _FORMS.get(name, "{}").format("".join(shown))
    # A single letter is an accent or debris: "\r{ho}".
    return " ".join(shown) if shown and shown[0] and len(name) > 1 else name + "".join(shown)


def _character(number: str) -> str:
    """The character of MathJax's ``\\unicode{x2013}``."""
    found = re.fullmatch(r"x([0-9A-Fa-f]{2,5})|(\d{2,6})", number.strip())
    return chr(int(found[1], 16) if found[1] else int(found[2])) if found else number


@lru_cache(maxsize=1)
def _symbols() -> dict[str, str]:
    """Command -> character, from pylatexenc's table of some 900 names."""
    from pylatexenc.latex2text import get_default_latex_context_db

    table = get_default_latex_context_db()
    known: dict[str, str] = {}
    for category in table.categories():
        for name, macro in table.d[category]["macros"].items():
            text = macro.simplify_repl
            if isinstance(text, str) and not set("%<") & set(text) and name.isalpha() and not _known(name):
                known.setdefault(name, text)
    return known | _SYMBOLS
