"""The table of formats. A new reader is one file beside this one and one entry here.

Order matters: a format that is recognised by a signature comes before one that is recognised by its looks.
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.collection.readers import (
    acl_xml,
    arxiv_atom,
    bibtex,
    ebsco_xml,
    endnote_tagged,
    endnote_xml,
    html_table,
    jats,
    json_records,
    labelled,
    listing,
    medline,
    mods,
    ovid,
    papers_html,
    parquet,
    pubmed_plain,
    pubmed_xml,
    reference_list,
    ris,
    table,
    wos,
    xlsx,
)
from analysis.collection.readers.base import Format, Item
from analysis.collection.sources import Source, is_binary
from analysis.common.errors import BadInput

FORMATS: tuple[Format, ...] = (
    parquet.FORMAT,
    xlsx.FORMAT,
    json_records.FORMAT,
    pubmed_xml.FORMAT,
    ebsco_xml.FORMAT,
    endnote_xml.FORMAT,
    arxiv_atom.FORMAT,
    acl_xml.FORMAT,
    jats.FORMAT,
    mods.FORMAT,
    papers_html.FORMAT,
    html_table.FORMAT,
    bibtex.FORMAT,
    ris.FORMAT,
    medline.FORMAT,
    wos.FORMAT,
    labelled.FORMAT,
    ovid.FORMAT,
    endnote_tagged.FORMAT,
    pubmed_plain.FORMAT,
    table.FORMAT,
    reference_list.FORMAT,
    listing.FORMAT,
)


_NO_FORMAT = (
    "not an export of papers in a format we know; export it as RIS, BibTeX or CSV (a table needs a column named title "
    "or abstract, or a mapping of its columns)"
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
    source.columns += table.first_cells(head.text)
    if is_binary(head.data):
        raise BadInput(f"{source.label}: a binary file of no known format; export it as RIS, BibTeX or CSV")
    raise BadInput(f"{source.label}: {_NO_FORMAT}")
