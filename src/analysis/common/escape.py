"""Text of others inside formats of others: nothing in it is markup, a command or a formula there."""

from __future__ import annotations

import re

# What a TeX reader would not give back as it stands, and how it is written. The longer ones first when reading.
_TEX = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "{": r"\{", "}": r"\}",
    "%": r"\%", "&": r"\&", "$": r"\$", "#": r"\#", "_": r"\_", '"': r"\textquotedbl{}",
}  # fmt: skip
_FROM_TEX = {written: plain for plain, written in _TEX.items()}
_TEX_WRITTEN = re.compile("|".join(map(re.escape, sorted(_FROM_TEX, key=len, reverse=True))))
_WEB = re.compile(r"https?://[\w./:~?=+-]+", re.ASCII)
_CONTROL = re.compile(r"_x000D_|[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """``text`` without what no XML file, and so no workbook, can hold: control characters and half surrogates."""
    return _CONTROL.sub("", text)


def to_tex(text: str) -> str:
    """``text`` with TeX's own characters escaped; ``from_tex`` gives it back."""
    return "".join(_TEX.get(c, c) for c in text)


def from_tex(text: str) -> str:
    """The text of what ``to_tex`` wrote."""
    return _TEX_WRITTEN.sub(lambda found: _FROM_TEX[found[0]], text)


def in_tex(text: str) -> str:
    """``text`` as TeX prints it; addresses of plain letters as ``\\url``, so that they may break."""
    parts, at = [], 0
    for found in _WEB.finditer(text):
        parts += [to_tex(text[at : found.start()]), rf"\url{{{found[0]}}}"]
        at = found.end()
    return "".join([*parts, to_tex(text[at:])])


def in_markdown(text: str) -> str:
    """``text`` with nothing that Markdown, or HTML in it, would take for its own; addresses stay as they are."""

    def escaped(part: str) -> str:
        part = part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return re.sub(r"([\\`*_{}\[\]#|~$^])", r"\\\1", part)

    parts, at = [], 0
    for found in _WEB.finditer(text):
        parts += [escaped(text[at : found.start()]), found[0]]
        at = found.end()
    return "".join([*parts, escaped(text[at:])])
