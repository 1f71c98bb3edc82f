"""LaTeX in quotes as people read it: x², not $x^2$, and “so”, not ``so''. The words as they stand in the paper stay
beside, as a tooltip.

Texts are kept to the character, and so are quotes; only what a page shows is made readable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from analysis.common.latex import decode_latex

_GROUP = r"\{(?:[^\W_]|[ -])+\}"  # braces that hold plain text, not {X, Y}
# Quotation marks and dash as LaTeX wants them typed, or nearly so: some open with the marks that should close.
_TYPED = {"``": "\u201c", " ''": " \u201c", "(''": "(\u201c", "''": "\u201d", " -- ": " \u2013 "}
# Dashes between words, also of a text cut at a mention: encoder--decoder, the --variance of bias--variance.
_DASHES = r"(?:(?<![^\W_])[^\W_]++|\A)(?:-{2,3}[^\W_]++)+(?:-{2,3}\Z)?|(?<![^\W_])[^\W_]++-{2,3}\Z"
_MARKS = re.compile(r"[$\\{]|``|''|--")  # a text without any of these has nothing to be made readable
_SNIPPET = re.compile(
    r"(?:\$(?!\s)[^$\n]{1,300}?(?<![\s\\])\$(?!\d)"  # not "$5-$10"
    rf"|\\\([^\n]{{1,300}}?\\\))(?P<after>(?:{_GROUP})*)"
    r"|\\(?:text(?:bf|it|tt|sc|rm|sf|sl|up|superscript|subscript)|emph|underline)\s*\{(?:[^{}]|\{[^{}]*\})*\}"
    r"|\\[%&#_$]"
    # braces in a word, pro{A}ctive; those of a command, an accent or a script are not plain grouping
    rf"|(?<![\w\\^_}}\]])(?<!\\.)[^\W_]*(?:(?:{_GROUP})+[^\W_]+)+"
    r"|(?<![\w\\])\d+(?:\{,\}\d{3})+"
    rf"|{'|'.join(map(re.escape, _TYPED))}|{_DASHES}"
)
_SCRIPT = re.compile(r"([\^_])([-+]?\d+|[-+])(?![\w.])")
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")


def readable_parts(text: str) -> list[tuple[str, str]]:
    """``text`` cut into (shown, verbatim): verbatim is "" for what is shown as it stands.

    The parts' verbatim, or shown where that is "", add up to ``text``. What cannot be made readable is left alone.
    """
    if not _MARKS.search(text):
        return [(text, "")] if text else []
    parts, at = [], 0
    for found in _SNIPPET.finditer(text):
        after = found["after"] or ""
        shown = _shown(found[0].removesuffix(after))
        if not shown:
            continue
        if found.start() > at:
            parts.append((text[at : found.start()], ""))
        parts.append((shown + after.replace("{", "").replace("}", ""), found[0]))
        at = found.end()
    if at < len(text):
        parts.append((text[at:], ""))
    return parts


def _shown(snippet: str) -> str:
    """The snippet as Unicode; "" if it cannot be shown better than it stands."""
    if snippet in _TYPED:
        return _TYPED[snippet]
    if re.fullmatch(_DASHES, snippet):
        return snippet.replace("---", "\u2014").replace("--", "\u2013")
    inner = decode_latex(snippet, whole=True)
    inner = _SCRIPT.sub(lambda f: f[2].translate(_RAISED if f[1] == "^" else _LOWERED), inner)
    return "" if not inner.strip() or "\\" in inner or (inner.count("$") and snippet != "\\$") else inner


def readable(text: str) -> str:
    """``text`` with its LaTeX as Unicode, for places that show plain text."""
    return "".join(shown for shown, _ in readable_parts(text))


def readable_html(text: str) -> str:
    """``text`` as HTML, its LaTeX readable, the verbatim words the tooltip of what stands for them."""
    return "".join(
        f'<span class="tex" title="{escape(verbatim)}">{escape(shown)}</span>' if verbatim else escape(shown)
        for shown, verbatim in readable_parts(text)
    )


def snippets(texts: Iterable[str]) -> dict[str, str]:
    """Verbatim snippet -> what is shown for it, over all texts: what a page's script needs to do the same."""
    return {verbatim: shown for text in texts for shown, verbatim in readable_parts(text) if verbatim}
