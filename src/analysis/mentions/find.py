"""Papers -> mentions: every place where a collection uses the term, with the grammar around it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import pairwise, repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.collection.as_read import places_as_read, texts_as_read
from analysis.common.progress import progress
from analysis.common.split import cut_long, split_sentences
from analysis.common.tables import check_table, make_table, takes_frames
from analysis.inventory.family import Family
from analysis.inventory.inventory import family_of
from analysis.mentions.grammar import Asked, read_grammar

if TYPE_CHECKING:
    import re

    import pandas as pd


CONTEXT = 80  # characters of left and right context, about a line of a concordance


@takes_frames
def find_mentions(papers: pd.DataFrame, term: str | Family = "bias", *, also: Iterable[str] = ()) -> pd.DataFrame:
    """Find every mention of the term's word family in titles and abstracts.

    ``papers`` is a papers table (paper_id, title, abstract and, if there, as_read are read). ``term`` is a word or
    phrase, or a ``Family``; for "bias" the prefixes and exceptions of the shipped inventory apply. ``also`` adds
    irregular forms. Returns the mentions table, in the order of the papers and of the text, one row per mention.

    ``start`` and ``end`` are places in the table's text, ``raw_start`` and ``raw_end`` in the paper's own record
    (``source``, ``record``) as its reader gave it, before cleaning; they are <NA> where the mention's letters are not
    there, as in a text that merging filled from another record.

    Raises ``BadInput`` if a column is missing, if the term has no letter, or if spaCy's English model is not installed.
    """
    check_table(papers, "papers", needs=("paper_id", "title", "abstract"))
    family = family_of(term, also=also)
    return make_table("mentions", _rows(list(_mentioning(papers, family)), family))


def find_excluded(papers: pd.DataFrame, term: str | Family = "bias", *, also: Iterable[str] = ()) -> pd.DataFrame:
    """List the words that contain the term's letters without being mentions (Tobias, symbiosis), each with a reason.

    Returns the excluded table, one row per word; raises as ``find_mentions`` does.
    """
    check_table(papers, "papers", needs=("paper_id", "title", "abstract"))
    family = family_of(term, also=also)
    rows = [
        {
            "paper_id": paper_id, "field": fld, "start": start, "end": end, "surface": surface, "reason": reason,
            "context": text[max(0, start - CONTEXT) : end + CONTEXT],
        }
        for paper_id, fld, text, _ in _texts(papers)
        for start, end, surface, reason in family.find_excluded(text)
    ]  # fmt: skip
    return make_table("excluded", rows)


@takes_frames
def mentioning(papers: pd.DataFrame, term: str | Family = "bias", *, also: Iterable[str] = ()) -> pd.DataFrame:
    """The papers whose title or abstract mentions the term: rows of ``papers``, with a fresh index.

    Raises ``BadInput`` as ``find_mentions`` does.
    """
    check_table(papers, "papers", needs=("paper_id", "title", "abstract"))
    family = family_of(term, also=also)
    texts = zip(papers["title"], papers["abstract"], strict=True)
    uses = [any(next(family.find(text), None) for text in pair) for pair in texts]
    return papers[uses].reset_index(drop=True)


class _Text(NamedTuple):
    """A title or abstract with its mentions, each with its place in the record as it was read, if it has one."""

    paper_id: str
    field: str
    text: str
    found: list[tuple[re.Match[str], tuple[int, int] | None]]


class _Sentence(NamedTuple):
    """A sentence that holds mentions: its text, its bounds, and its mentions as the text has them."""

    of: _Text
    start: int
    end: int
    found: list[tuple[re.Match[str], tuple[int, int] | None]]


def _texts(papers: pd.DataFrame) -> Iterator[tuple[str, str, str, str]]:
    """``(paper_id, field, text, as_read)`` of every title and abstract."""
    as_read = papers["as_read"] if "as_read" in papers.columns else repeat("", len(papers))
    columns = (papers["paper_id"], papers["title"], papers["abstract"], as_read)
    for paper_id, title, abstract, other in zip(*columns, strict=True):
        yield paper_id, "title", title, other
        yield paper_id, "abstract", abstract, other


def _mentioning(papers: pd.DataFrame, family: Family) -> Iterator[_Text]:
    for paper_id, fld, text, as_read in _texts(papers):
        if found := list(family.find(text)):
            spans: list[tuple[int, int] | None] = [match.span() for match in found]
            read = texts_as_read(as_read).get(fld)
            places = spans if read is None else places_as_read(text, read, [match.span() for match in found])
            yield _Text(paper_id, fld, text, list(zip(found, places, strict=True)))


def _rows(texts: list[_Text], family: Family) -> Iterator[dict[str, Any]]:
    """Split each text into sentences, parse only those with a mention, each once."""
    sentences = list(_sentences(texts, family))
    asked = [Asked(s.of.text[s.start : s.end], [_within(s, match) for match, _ in s.found]) for s in sentences]
    parsed = progress(read_grammar(asked), "reading mentions", len(sentences))
    for ((paper_id, fld, text, _), offset, _, found), (sentence, _), grammar in zip(
        sentences, asked, parsed, strict=True
    ):
        for (match, place), around in zip(found, grammar, strict=True):
            start, end = match.span()
            raw_start, raw_end = place or (None, None)
            yield {
                "mention_id": f"{paper_id}#{fld}:{start}", "paper_id": paper_id, "field": fld, "start": start,
                "end": end, "raw_start": raw_start, "raw_end": raw_end, "surface": match.group(),
                "lemma": family.lemma(match), "sentence": sentence, "sentence_start": offset,
                "left": text[max(0, start - CONTEXT) : start], "right": text[end : end + CONTEXT],
                **around._asdict(),
            }  # fmt: skip


def _within(sentence: _Sentence, match: re.Match[str]) -> tuple[int, int]:
    return match.start() - sentence.start, match.end() - sentence.start


def _sentences(texts: list[_Text], family: Family) -> Iterator[_Sentence]:
    """Every sentence that holds a mention; a title is one sentence, unless it is too long for any."""
    for of in texts:
        text = of.text
        inner = [start for start, _ in split_sentences(text) if start] if of.field == "abstract" else []
        bounds = cut_long(text, [0, *inner, len(text)])
        left = deque(of.found)
        for a, b in _keep_mentions_whole(bounds, family, text):
            found = []
            while left and left[0][0].start() < b:
                found.append(left.popleft())
            if found:
                lead = len(text[a:b]) - len(text[a:b].lstrip())
                yield _Sentence(of, a + lead, a + len(text[a:b].rstrip()), found)


def _keep_mentions_whole(bounds: list[int], family: Family, text: str) -> list[tuple[int, int]]:
    """Sentence spans from their bounds, without any bound inside a mention (``de-`` | ``biasing``)."""
    inside = {i for match in family.find(text) for i in range(match.start() + 1, match.end())}
    kept = [b for b in bounds if b not in inside]
    return list(pairwise(kept))
