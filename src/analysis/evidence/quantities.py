"""The numbers and links that papers claim: find_quantities."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from analysis.common.split import split_sentences
from analysis.common.tables import check_table, make_table, takes_frames
from analysis.evidence.amounts import find_amounts
from analysis.evidence.links import find_links
from analysis.evidence.measures import measure

if TYPE_CHECKING:
    import pandas as pd


@takes_frames
def find_quantities(papers: pd.DataFrame) -> pd.DataFrame:
    """Find the amounts and links in titles and abstracts: one row each, in the order of the papers and of the text.

    Returns the quantities table. ``kind`` is result (an outcome), scope (how much was studied), setting (what was
    chosen beforehand) or link. ``value`` is the number with its multiple (``1.2M`` -> 1200000.0), ``value_to`` the end
    of a range; both are NaN where there is none, as for links. ``unit`` is "" for a pure number and a count. ``what``
    is measured or counted, ``of`` what or on what, ``versus`` is what it is compared with: each a stretch of
    ``sentence``, or "". ``url`` is a link as written: nothing is added to an address without a scheme.
    data/annotations/QUANTITIES.md says what counts.

    Raises ``BadInput`` if a column is missing.
    """
    check_table(papers, "papers", needs=("paper_id", "title", "abstract"))
    columns = (papers["paper_id"], papers["title"], papers["abstract"])
    texts = (
        (paper_id, field, text)
        for paper_id, title, abstract in zip(*columns, strict=True)
        for field, text in (("title", title), ("abstract", abstract))
    )
    found = ((of, amounts, links) for of in texts for amounts, links in [_found(of[2])] if amounts or links)
    return make_table("quantities", _rows(found))


def _found(text: str) -> tuple[list[Any], list[Any]]:
    links = find_links(text)
    return find_amounts(text, links), links


def _rows(found: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for (paper_id, field, text), amounts, links in found:
        spans = split_sentences(text) if field == "abstract" else [(0, len(text))]
        starts = [start for start, _ in spans]
        told: dict[tuple[int, int], str] = {}
        rows: list[dict[str, Any]] = []
        for link in links:
            sentence = _cut(text, _around(link.start, link.end, spans, starts), told)
            rows.append({"start": link.start, "end": link.end, "kind": "link", "url": link.url, "sentence": sentence})
        previous, last = None, ((-1, -1), "")
        for number in amounts:
            span = _around(number.start, number.end, spans, starts)
            previous = measure(number, text, *span, previous if (span, number.unit) == last else None)
            last = (span, number.unit)
            rows.append({
                "start": number.start, "end": number.end, "value": number.value, "value_to": number.value_to,
                "unit": number.unit, "sentence": _cut(text, span, told),
                **previous._asdict(),
            })  # fmt: skip
        for row in sorted(rows, key=lambda row: row["start"]):
            yield {"paper_id": paper_id, "field": field, "value": math.nan, "value_to": math.nan, **row}


def _cut(text: str, span: tuple[int, int], told: dict[tuple[int, int], str]) -> str:
    """The stretch of the text, without the space around it; each is cut once, as many numbers may stand in it."""
    if span not in told:
        told[span] = text[slice(*span)].strip()
    return told[span]


def _around(start: int, end: int, spans: list[tuple[int, int]], starts: list[int]) -> tuple[int, int]:
    """The sentence around a span; from the first to the last, where the splitter cut inside it."""
    first = max(bisect_right(starts, start) - 1, 0)
    last = max(bisect_right(starts, end - 1) - 1, first)
    return spans[first][0], spans[last][1]
