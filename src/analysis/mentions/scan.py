"""A collection of any size -> its papers that mention the term, a part at a time.

A line of JSON without the term's letters is counted and not read, so that most of a large collection costs no more than
to look through its bytes. What is in memory does not grow with the collection.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.collection.load import Read, bundled, each_once, read_sources
from analysis.collection.readers.columns import checked_mapping
from analysis.collection.readers.json_records import Lines, is_lines, lines_with
from analysis.collection.sources import Source, expand
from analysis.common.cores import cores, in_order, processes
from analysis.common.scatter import joined
from analysis.inventory.family import Family
from analysis.inventory.inventory import family_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.common.scatter import Cluster

LARGE = 1 << 28  # bytes of a file from which on it pays to start processes, which takes some seconds


class Scanned(NamedTuple):
    """A part of a collection: its papers that mention the term and what else became of its records.

    ``papers`` is a papers table, ``audit`` has a row for each of them and for each record that cannot be read, and
    ``without`` counts the records that do not mention the term.
    """

    papers: pd.DataFrame
    audit: pd.DataFrame
    without: int


def scan_papers(
    *sources: str | os.PathLike[str],
    term: str | Family = "bias",
    also: Iterable[str] = (),
    mapping: Mapping[str, str] | None = None,
    cluster: Cluster | None = None,
) -> Iterator[Scanned]:
    """Read the papers that mention the term, of files, folders, globs and addresses as ``load_papers`` takes them.

    Every record is in exactly one part: a row of its audit, or counted in ``without``. Of JSON lines, in UTF-8 and with
    a paper on each, only those are read that hold the letters of the term one after another; other formats are read
    whole, a file at a time. Where only reading would bring the letters together (an escaped letter, a soft hyphen or
    markup within the word, in every mention of a paper) the paper is not found. Duplicates are not merged and ids may
    come again: ``load_papers`` of what was kept does that.

    Raises ``BadInput`` as ``load_papers`` does, but not for a file in which nothing is kept.
    """
    family, known = family_of(term, also=also), checked_mapping(mapping or {})
    for source, same in each_once(expand(*sources) if sources else bundled()):
        source.mapping = known
        if same or not is_lines(source) or not all(stem.isascii() for stem in family.stems):
            yield _kept(read_sources([(source, same)], known), family)
        else:
            read, parts = partial(_of_lines, source.label, known, family), lines_with(source, family.stems)
            if cluster is not None:
                yield from cluster.map(read, parts)
            elif cores() > 1 and source.path and os.path.getsize(source.path) >= LARGE:
                with processes() as pool:
                    yield from in_order(read, parts, pool)
            else:
                yield from map(read, parts)


def _of_lines(label: str, mapping: Mapping[str, str], family: Family, lines: Lines) -> Scanned:
    """What is in a stretch of a file's lines."""
    content = b"\n".join(line for _, line in lines.kept)
    read = read_sources([(Source(label, lambda: io.BytesIO(content), given=False), "")], mapping)
    if len(read.audit) != len(lines.kept) > 1:  # several papers on a line: each of them has its number
        parts = [_of_lines(label, mapping, family, Lines(1, [one])) for one in lines.kept]
        papers, audit = (joined(tables) for tables in ([p.papers for p in parts], [p.audit for p in parts]))
        scanned = Scanned(papers, audit, sum(part.without for part in parts))
    else:
        places = {str(at): str(number) for at, (number, _) in enumerate(lines.kept, 1)}
        one = str(lines.kept[0][0]) if len(lines.kept) == 1 else None
        for table in (read.papers, read.audit):
            table["record"] = table["record"].map(lambda record: one or places.get(record, record))
        scanned = _kept(read, family)
    return scanned._replace(without=scanned.without + lines.number - len(lines.kept))


def _kept(read: Read, family: Family) -> Scanned:
    """Of what was read, the papers that mention the term."""
    texts = zip(read.papers["title"], read.papers["abstract"], strict=True)
    uses = np.array([any(next(family.find(text), None) for text in pair) for pair in texts], bool)
    of = read.audit.index[read.audit["status"] == "kept"]  # one for each paper, in the same order
    audit = read.audit.drop(of[~uses]).reset_index(drop=True)
    return Scanned(read.papers[uses].reset_index(drop=True), audit, int((~uses).sum()))
