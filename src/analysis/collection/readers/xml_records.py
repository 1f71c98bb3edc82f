"""The engine under the XML formats: record elements one by one, and what can be saved of a broken file.

External entities, DTDs and the network are never touched, and a document that declares entities of its own is refused:
no bibliography needs them, and entity bombs do.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from analysis.collection.readers.base import Item, Unreadable
from analysis.common.errors import BadInput

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)(\w+;)?")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:[0-8]|1[124-9]|2\\d|3[01]);")
_OPTIONS: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}

_LONGEST_FAULT = 300  # characters: the parser quotes names of any length

Convert = Callable[[Any], Item]


def has_root(head: Head, *names: str) -> bool:
    """Whether the text is XML whose first element, prolog aside, is one of ``names``."""
    if not head.text.startswith("<"):
        return False
    found = re.search(r"<([A-Za-z_][\w.:-]*)", without_comments(head.text[:20_000]))
    return bool(found) and found[1].rpartition(":")[2] in names  # type: ignore[index]


def read_elements(source: Source, tags: tuple[str, ...], convert: Convert) -> Iterator[Item]:
    """An item for each element called one of ``tags`` (any namespace), in order.

    When the document is not well-formed, the elements behind the fault are parsed one by one, those that cannot be
    are unreadable. Raises ``BadInput`` for a document that declares entities.
    """
    from lxml import etree

    if b"<!ENTITY" in source.head.data or "<!ENTITY" in source.head.text:
        raise BadInput(f"{source.label}: declares XML entities of its own; refused, for no export of papers needs them")
    done = 0
    try:
        with source.open() as stream:
            for _, element in etree.iterparse(stream, tag=[f"{{*}}{tag}" for tag in tags], **_OPTIONS):
                yield convert(element)
                done += 1
                element.clear()
    except etree.XMLSyntaxError:
        yield from _salvage(source.text(), tags, convert, done)


def _salvage(text: str, tags: tuple[str, ...], convert: Convert, done: int) -> Iterator[Item]:
    """The records behind the fault, each parsed for itself inside the document's own first tag."""
    from lxml import etree

    names = "|".join(tags)
    starts = [found.start() for found in re.finditer(rf"<(?:\w+:)?(?:{names})[\s>]", text)]
    opening = re.search(r"<(?![?!])([\w.:-]++)[^<>]*+>", text)
    if opening is None or opening.start() in starts:
        before, after = "<root>", "</root>"
    else:
        before, after = opening[0], f"</{opening[1]}>"
    closing = re.compile(rf"</(?:\w+:)?(?:{names})\s*>")
    parser = etree.XMLParser(**_OPTIONS)
    for start, end in list(pairwise([*starts, len(text)]))[done:]:
        closed = closing.search(text, start, end)
        piece = text[start : closed.end() if closed else end]
        try:
            tree = etree.fromstring((before + _mended(piece) + after).encode(), parser)
            yield convert(tree[0])
        except (etree.XMLSyntaxError, IndexError) as error:
            fault = " ".join(str(error).split())[:_LONGEST_FAULT]  # it may quote lines of the document
            yield Unreadable(piece.strip(), f"not well-formed XML ({fault})")


def _mended(piece: str) -> str:
    """HTML's named entities, stray ampersands and control characters, which XML does not have, made harmless."""

    def entity(found: re.Match[str]) -> str:
        character = html.unescape(found[0]) if found[1] else found[0]
        return html.escape(character) if character != found[0] else "&amp;" + (found[1] or "")

    return _ENTITY.sub(entity, _CONTROL.sub(" ", piece))


def html_page(source: Source) -> Any:
    """The root element of a source in HTML. Raises ``BadInput`` where nothing is left of it."""
    from lxml import etree, html

    # As bytes: what the page says of its own encoding no longer holds.
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        return html.document_fromstring(source.text().encode("utf-8", "replace"), parser=parser)
    except etree.LxmlError as error:
        raise BadInput(f"{source.label}: not a page of HTML ({' '.join(str(error).split())})") from error


def without_comments(text: str) -> str:
    """The text without its comments; one that never ends is none."""
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        parts.append(text[at:start])
        at = end + 3
    return "".join([*parts, text[at:]])


# --- what converters use ---------------------------------------------------------------------------------------------


def text_of(element: Any, path: str = "") -> str:
    """All text inside the element (or inside the first at ``path``), line breaks of pretty-printing closed up."""
    found = element if not path or element is None else element.find(path)
    return "" if found is None else " ".join("".join(found.itertext()).split())


def texts_of(element: Any, path: str) -> list[str]:
    """The texts of all elements at ``path`` that have any."""
    return [text for found in element.iterfind(path) if (text := text_of(found))]


def raw_of(element: Any) -> str:
    """The element as it stands in the file."""
    from lxml import etree

    return str(etree.tostring(element, encoding="unicode"))
