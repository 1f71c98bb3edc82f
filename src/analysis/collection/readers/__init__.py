"""The table of formats. A new reader is one file beside this one and one entry here.

Order matters: a format that is recognised by a signature comes before one that is recognised by its looks.
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.collection.readers import bibtex, endnote_tagged, json_records, listing, medline, ris, table, wos, xlsx
from analysis.collection.readers.base import Format, Item
from analysis.collection.sources import Source, is_binary
from analysis.errors import BadInput

FORMATS: tuple[Format, ...] = (
    json_records.FORMAT,
    bibtex.FORMAT,
    ris.FORMAT,
    medline.FORMAT,
    wos.FORMAT,
    endnote_tagged.FORMAT,
    xlsx.FORMAT,
    table.FORMAT,
    listing.FORMAT,
)


def read_source(source: Source) -> Iterator[Item]:
    """The items of a source, read by the first format that recognises it.

    Raises ``BadInput`` when it is empty, binary or of no known format.
    """
    head = source.head
    if not head.data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise BadInput(f"{source.label}: empty file")
    for form in FORMATS:
        if form.recognises(head):
            return iter(form.read(source))
    if is_binary(head.data):
        raise BadInput(f"{source.label}: a binary file of no known format; export it as RIS, BibTeX or CSV")
    known = ", ".join(form.name for form in FORMATS)
    raise BadInput(f"{source.label}: not a format we know ({known}); export it as RIS, BibTeX or CSV")
