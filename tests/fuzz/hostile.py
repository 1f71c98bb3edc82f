"""Hostile texts and files: what goes into them, the files that are mangled, and how.

Every strategy shrinks to something short: texts are lists of pieces, and a mangled file is a seed and a list of edits.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import strategies as st

EXPORTS = Path(__file__).parents[1] / "data" / "collection"

# --- texts -----------------------------------------------------------------------------------------------------------

PIECES = (
    "bias", "Bias", "debiased", "de-", "biases", "BIAS.", "bias term", "We show that inductive bias helps. ", " ", "\n",
    # scripts that run from the right, and marks that turn the direction
    "הטיה", "انحياز", "\u202e", "\u2066", "\u200f",
    # what takes no room, or joins: zero-width characters, soft hyphens, combining marks, variation selectors
    "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "e\u0301", "\u0301" * 40, "\ufe0f",
    # beyond the first plane: emoji of several code points, flags, letters of mathematics
    "👩‍👩‍👧", "🇩🇪", "𝐛𝐢𝐚𝐬", "🏴\U000e0067\U000e007f",
    # letters that grow or shrink when their case or form changes; wide, and without spaces
    "İ", "ß", "ﬃ", "ǅ", "ﷺ", "偏见", "ア\uff9e", "ก็",
    # what has no place in a text: controls, halves of pairs, private and unassigned code points, odd line ends
    "\x00", "\x1b[2J", "\x7f", "\x85", "\ud83d", "\udfff", "\ue000", "\uffff", "\U0010ffff", "\r", "\u2028", "\x0b",
    # markup of others
    "\\textbf{", "\\'{e}", "$x_{1}$", "$", "\\", "{", "}", "\\cite{", "<b>", "</", "<!--", "&amp;", "&#0;",
    "&#x110000;",
    "&bomb;", "]]>", "<![CDATA[", "<script>", "```", "](javascript:", "@article{", "TY  - ", "ER  - ", "%", "#",
    # what tables, numbers and dates stumble over
    "=cmd|' /C calc'!A0", "+1", "\t", "'", '"', '""', ",", ";", "|", "nan", "NULL", "1e999", "-0", "9" * 40, "2020",
    "0000-00-00", "10.1000/x", "https://", "arXiv:2101.00001", "(", ")", "[", "]", ".", "...", "e.g.", "?!", "-", "—",
    'bias-senses-record:{"title":5}', "bias-senses-record:%7B%22extra%22:[[]],%22authors%22:7%7D", "../../etc/passwd",
)  # fmt: skip


def texts(longest: int = 12) -> st.SearchStrategy[str]:
    """Texts of up to ``longest`` pieces, some of them repeated many times."""
    piece = st.one_of(st.sampled_from(PIECES), st.sampled_from(PIECES), st.text(max_size=6))
    repeated = st.builds(lambda text, times: text * times, piece, st.sampled_from((1, 1, 1, 2, 30, 400)))
    return st.lists(repeated, max_size=longest).map("".join)


# --- whole files of every format, each record with the same text everywhere -------------------------------------------


def _xml(before: str, record: str, after: str) -> Callable[[list[str]], bytes]:
    def write(found: list[str]) -> bytes:
        return (before + "".join(record.replace("TEXT", escape(_printable(text))) for text in found) + after).encode()

    return write


def _lines(record: str, before: str = "", after: str = "") -> Callable[[list[str]], bytes]:
    def write(found: list[str]) -> bytes:
        return (before + "".join(record.replace("TEXT", _on_a_line(text)) for text in found) + after).encode()

    return write


def _table(delimiter: str) -> Callable[[list[str]], bytes]:
    def write(found: list[str]) -> bytes:
        rows = io.StringIO()
        writer = csv.writer(rows, delimiter=delimiter)
        writer.writerow(["title", "abstract", "authors", "year"])
        writer.writerows([["A title", text, text, text] for text in map(_writable, found)])
        return rows.getvalue().encode()

    return write


def _printable(text: str) -> str:
    """The text without what XML cannot hold."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c < "\ufffe"))


def _objects(found: list[str]) -> list[dict[str, Any]]:
    return [
        {"title": "A title", "abstract": text, "authors": [text], "year": text, "more": {text: text}} for text in found
    ]


def _workbook(found: list[str]) -> bytes:
    from openpyxl import Workbook

    book, made = Workbook(), io.BytesIO()
    for row in (["title", "abstract", "year"], *(["A title", _printable(text)[:30_000], 2020] for text in found)):
        book.active.append([("'" + cell if str(cell)[:1] == "=" else cell) for cell in row])
    book.save(made)
    return made.getvalue()


def _parquet(found: list[str]) -> bytes:
    import pyarrow
    import pyarrow.parquet

    made = io.BytesIO()
    rows = [{"title": "A title", "abstract": _writable(text), "authors": [_writable(text)]} for text in found]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), made)
    return made.getvalue()


def _writable(text: str) -> str:
    """The text without what no file of text holds: halves of surrogate pairs, and zero bytes."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def _on_a_line(text: str) -> str:
    return " ".join(_writable(text).split())


def _own(found: list[str]) -> bytes:
    names = "paper_id,title,abstract,authors,year,venue,doi,url,keywords,subjects,language,source,record,extra,as_read"
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(names.split(","))
    writer.writerows(
        [[f"p{n}", "A title", text, text, "2020", text, "", "", text, "", "en", "x", text, text, '{"abstract": "a"}']
         for n, text in enumerate(map(_writable, found))]
    )  # fmt: skip
    return rows.getvalue().encode()


def _no_braces(text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, '{}"@\\')))


def _tame(text: str) -> str:
    """The text without the beginning of a record of another format at the beginning of its line."""
    return f"A text: {_no_braces(text)}"


# By the name of the file, how it is written. Each writer keeps the rules of its format, so no record may go missing.
FORMATS: dict[str, Callable[[list[str]], bytes]] = {
    "x.csv": _table(","),
    "x.tsv": _table("\t"),
    "own.csv": _own,
    "x.jsonl": lambda found: "\n".join(map(json.dumps, _objects(found))).encode(),
    "x.json": lambda found: json.dumps({"results": _objects(found)}).encode(),
    "x.ris": _lines("TY  - JOUR\nTI  - A title\nAB  - TEXT\nAU  - TEXT\nPY  - TEXT\nER  - \n\n"),
    "x.nbib": _lines("PMID- 1\nTI  - A title\nAB  - TEXT\nFAU - TEXT\n\n"),
    "x.ciw": _lines("PT J\nTI A title\nAB TEXT\nAU TEXT\nER\n\n", "FN Clarivate\nVR 1.0\n", "EF\n"),
    "x.enw": _lines("%0 Journal Article\n%T A title\n%X TEXT\n%A TEXT\n\n"),
    "x.bib": lambda found: _lines("@article{k, title={A title}, abstract={TEXT}, author={TEXT}}\n")(
        list(map(_no_braces, found))
    ),
    "endnote.xml": _xml(
        "<xml><records>",
        "<record><titles><title>A title</title></titles><abstract>TEXT</abstract></record>",
        "</records></xml>",
    ),
    "pubmed.xml": _xml(
        "<PubmedArticleSet>",
        "<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>A title</ArticleTitle><Abstract>"
        "<AbstractText>TEXT</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>",
        "</PubmedArticleSet>",
    ),
    "arxiv.atom": _xml(
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        "<entry><id>http://arxiv.org/abs/2101.00001</id><title>A title</title><summary>TEXT</summary></entry>",
        "</feed>",
    ),
    "acl.xml": _xml(
        "<collection id='D19'><volume id='5'><meta><year>2019</year></meta>",
        "<paper id='1'><title>A title</title><abstract>TEXT</abstract></paper>",
        "</volume></collection>",
    ),
    "jats.xml": _xml(
        "<articles>",
        "<article><front><article-meta><title-group><article-title>A title</article-title></title-group>"
        "<abstract><p>TEXT</p></abstract></article-meta></front></article>",
        "</articles>",
    ),
    "mods.xml": _xml(
        "<modsCollection>",
        "<mods><titleInfo><title>A title</title></titleInfo><abstract>TEXT</abstract></mods>",
        "</modsCollection>",
    ),
    "ebsco.xml": _xml(
        "<records>",
        "<rec><header><controlInfo><artinfo><tig><atl>A title</atl></tig><ab>TEXT</ab></artinfo></controlInfo></header>"
        "</rec>",
        "</records>",
    ),
    "table.html": _xml(
        "<html><table><tr><th>title</th><th>abstract</th></tr>",
        "<tr><td>A title</td><td>TEXT</td></tr>",
        "</table></html>",
    ),
    "cochrane.txt": lambda found: "".join(
        f"Record #{n} of {len(found)}\nID: CN-{n}\nTI: A title\nAB: {_on_a_line(text)}\n\n"
        for n, text in enumerate(found, 1)
    ).encode(),
    "ovid.txt": lambda found: "".join(
        f"<{n}>\nAccession Number\n  {n}\nTitle\n  A title\nAbstract\n  {_on_a_line(text)}\n\n"
        for n, text in enumerate(map(_tame, found), 1)
    ).encode(),
    "x.parquet": _parquet,
    "x.xlsx": _workbook,
}  # fmt: skip

# Written for reading, not for machines: which lines are records is a guess, so these are only mangled.
MORE = {
    "references.md": b"- Doe A, Roe B (2020) A title of bias. Journal of Bias 3(1): 1-9.\n" * 4,
    "listing.txt": b"Trending papers in your email inbox\n\nA title\n\n" + b"We show that bias matters. " * 12 + b"\n",
    "papers.html": b"<!DOCTYPE html><html><article><a href='/papers/2101.00001'>A title</a><p>An abstract.</p>"
    b"</article><div data-props='{\"papers\": [{\"paper\": {\"id\": \"2101.00002\", \"title\": \"B\", "
    b"\"summary\": \"x\"}}]}'></div></html>",
    "pubmed.txt": b"1. J Bias. 2020;1:1.\n\nA title.\n\nPMID: 123\n",
}  # fmt: skip


def zipped(name: str, content: bytes) -> bytes:
    """A zip archive with one member."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), content)
    return made.getvalue()


@cache
def seeds() -> dict[str, bytes]:
    """Sound files to mangle, by name: the hand-written exports, one of every format, and archives."""
    found = {path.name: path.read_bytes() for path in sorted(EXPORTS.iterdir())}
    found |= {f"made {name}": write(["We study bias.", "Bias & <more>"]) for name, write in FORMATS.items()} | MORE
    found["x.ris.gz"] = gzip.compress(found["vendors.ris"], mtime=0)
    found["x.zip"] = zipped("folder/x.bib", found["zotero.bib"])
    found["nested.zip"] = zipped("inner.zip", found["x.zip"])
    return found


# --- mangling --------------------------------------------------------------------------------------------------------

OPENERS = (b"[", b'{"a":', b"{", b"<a>", b"(", b'"', b"\\{", b"@a{", b"<record>", b"<!--", b"$")
TOKENS = (
    b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>", b"<?xml version='1.0' encoding='hex'?>", b"&e;",
    b"% Encoding: base64\n", b"% Encoding: utf-7\n", b'"extra": 1,', b'"title": [[{}]],', b'"year": 1e999,', b"null",
    b"NaN",
    b'"abstract": {"bias": [0, "a", -1]}', b"id='x'", b"xmlns='x'", b"\n", b"\r", b"\0", b"\xff\xfe", b"\xfe\xff",
    b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", b"\x80\x81\xe9", b"\x1f\x8b", b"PK\x03\x04", b"PAR1", b",", b";", b"=",
    b"}", b"]", b"/>", b"</", b"-", b" - ", b"title", b"abstract", b"paper_id", b"TI  - ", b"@comment{",
    b"crossref = {k},",
    b"bias-senses-record:%7B%22title%22:5%7D", b"bias-senses-record:%7B%22paper_id%22:[1],%22extra%22:%22[%22%7D",
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-16", "utf-16-be", "utf-32", "cp1252", "cp1251", "shift_jis", "utf-7")

PLACE = st.integers(0, 1000)
PAYLOAD = st.one_of(
    st.sampled_from(TOKENS),
    st.binary(max_size=8),
    texts(4).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.builds(lambda opener, times: opener * times, st.sampled_from(OPENERS), st.sampled_from((1, 3, 60, 300, 1200))),
)
EDIT = st.one_of(
    st.tuples(st.just("put"), PLACE, PAYLOAD),
    st.tuples(st.just("over"), PLACE, PAYLOAD),
    st.tuples(st.just("cut"), PLACE, st.integers(1, 200)),
    st.tuples(st.just("double"), PLACE, st.integers(1, 300)),
    st.tuples(st.just("flip"), PLACE, st.integers(0, 255)),
    st.tuples(st.just("end"), PLACE, st.none()),
    st.tuples(st.just("splice"), PLACE, st.sampled_from(sorted(seeds()))),
    st.tuples(st.just("as"), PLACE, st.sampled_from(ENCODINGS)),
    st.tuples(st.just("pack"), PLACE, st.sampled_from(("gz", "zip"))),
)  # fmt: skip
EDITS = st.lists(EDIT, min_size=1, max_size=5)


def mangled(content: bytes, edits: list[tuple[str, int, Any]]) -> bytes:
    """``content`` after ``edits``: (kind, place in thousandths of its length, what)."""
    for kind, place, what in edits:
        at = place * len(content) // 1000
        if kind == "put":
            content = content[:at] + what + content[at:]
        elif kind == "over":
            content = content[:at] + what + content[at + len(what) :]
        elif kind == "cut":
            content = content[:at] + content[at + what :]
        elif kind == "double":
            content = content[: at + what] + content[at:]
        elif kind == "flip":
            content = content[:at] + bytes(byte ^ what for byte in content[at : at + 1]) + content[at + 1 :]
        elif kind == "end":
            content = content[:at]
        elif kind == "splice":
            content = content[:at] + seeds()[what]
        elif kind == "as":
            content = content.decode("utf-8", "replace").encode(what, "replace")
        else:
            content = gzip.compress(content, 1, mtime=0) if what == "gz" else zipped("x", content)
    return content
