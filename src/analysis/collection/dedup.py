"""Duplicates: find the records that are one work, keep the best, fill its gaps from the others, and say so.

Identifiers first (DOI, arXiv id, PMID), then similar titles among the candidates of ``blocking``, judged by
``similarity``. The strongest matches are joined first (union-find), and a weaker one that would put two contradictory
records into one group is left out.
"""

from __future__ import annotations

import json
import warnings
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.collection import as_read
from analysis.collection.blocking import candidate_pairs, run_together
from analysis.collection.bulk import in_bulk
from analysis.collection.enrich.cells import inherited
from analysis.collection.extra import extra_of
from analysis.collection.identity import Identity, identify
from analysis.collection.similarity import Match, compare, other_part, title_ratios
from analysis.common.errors import BadInput
from analysis.common.tables import SCHEMAS, check_table, make_table, takes_frames

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

_SIMILAR_ENOUGH = 0.75  # titles less alike than this are not looked at
_NEVER_FILLED = ("paper_id", "source", "record", "language", "as_read")
IDS = ("doi", "arxiv", "pmid")  # of which two records that share one are one work
_DECISIONS = ("", "merge", "split", "keep")


@takes_frames
@in_bulk()
def merge_duplicates(
    papers: pd.DataFrame, corrections: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Merge the records of the same work in a papers table.

    Returns ``(papers, duplicates)``: the surviving papers in their order, gaps filled, and one row for each merged
    record with its survivor, what matched, a score from 0 to 1 (a degree of likeness, not a probability) and the
    columns filled from it. The survivor is the published version rather than the preprint, then the record with an
    abstract, then the fuller, then the earlier.

    ``corrections`` is such a duplicates table, corrected by hand in its column ``decision``: ``split`` (or ``keep``,
    keep both) says that ``paper_id`` and ``survivor`` are two works, ``merge`` that they are one. Split pairs come back
    as rows of the new table, so that it can be corrected again; only rows without ``split`` were merged.

    Raises ``BadInput`` for an unknown decision, a lacking column or contradictory decisions.
    """
    check_table(papers, "papers")
    joined, parted = _decisions(corrections, papers)
    return _merged(papers, identify(papers), joined, parted)


def merge_found(
    papers: pd.DataFrame, likely: Likely, corrections: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """``merge_duplicates`` where the records that may be one are known (``analysis.collection.across`` finds them).

    Only these are looked at, so that what it costs grows with the duplicates alone; the result is the same.
    """
    import numpy as np
    import pandas as pd

    joined, parted = _decisions(corrections, papers)
    by_hand = np.array([*joined, *parted], dtype=np.int64)
    rows = np.unique(np.concatenate([likely.sharing, likely.pairs.ravel(), by_hand.ravel()]))
    if not len(rows):
        return papers, make_table("duplicates")
    some = papers.iloc[rows].reset_index(drop=True)
    here = likely._replace(sharing=rows.searchsorted(likely.sharing), pairs=rows.searchsorted(likely.pairs))
    joined, parted = ([(int(a), int(b)) for a, b in map(rows.searchsorted, known)] for known in (joined, parted))
    kept, duplicates = _merged(some, identify(some), joined, parted, here)
    place = pd.Index(papers["paper_id"])
    untouched = np.delete(np.arange(len(papers)), rows)
    order = np.argsort(np.concatenate([untouched, place.get_indexer(kept["paper_id"])]))
    whole = pd.concat([papers.iloc[untouched], kept], ignore_index=True).iloc[order].reset_index(drop=True)
    return make_table("papers", whole), duplicates


def same_works(papers: pd.DataFrame, joined: list[tuple[int, int]]) -> list[int]:
    """The number of the work that each row of a papers table is a record of; rows of one work have one number.

    ``joined`` are pairs of positions known to be one work.
    """
    groups = _grouped(identify(papers), joined, [])
    return [groups.find(i) for i in range(len(papers))]


class Likely(NamedTuple):
    """Records that may be one: positions of those that share an identifier with another, pairs of positions whose texts
    are similar enough, int64 (pairs, 2), and how similar the titles of each pair are, float (pairs,).
    """

    sharing: np.ndarray
    pairs: np.ndarray
    ratios: np.ndarray


def _grouped(
    records: list[Identity],
    joined: list[tuple[int, int]],
    parted: list[tuple[int, int]],
    likely: Likely | None = None,
) -> _Groups:
    groups = _Groups(records, parted)
    for i, j in joined:
        groups.join(i, j, Match("by hand", 1.0), sure=True)
    for i, j, match in _identical_ids(records):
        groups.join(i, j, match, sure=True)
    pairs, ratios = similar_titles(records) if likely is None else (likely.pairs, likely.ratios)
    for i, j, match in _matches(records, pairs, ratios):
        groups.join(i, j, match)
    return groups


def _decisions(
    corrections: pd.DataFrame | None, papers: pd.DataFrame
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Pairs to join and pairs to keep apart, as positions in the papers table."""
    if corrections is None or not len(corrections):
        return [], []
    position = {paper_id: i for i, paper_id in enumerate(papers["paper_id"])}
    check_table(corrections, "duplicates", needs=("paper_id", "survivor", "decision"))
    joined: list[tuple[int, int]] = []
    parted: list[tuple[int, int]] = []
    strangers = 0
    rows = zip(corrections["paper_id"], corrections["survivor"], corrections["decision"], strict=True)
    for row, (paper_id, survivor, decision) in enumerate(rows, start=2):
        decision = str(decision).strip().lower()
        if decision not in _DECISIONS:
            raise BadInput(f"duplicates, row {row}: the decision {decision!r} is none of merge, split, keep or empty")
        if not decision:
            continue
        if paper_id not in position or survivor not in position:
            strangers += 1
            continue
        (joined if decision == "merge" else parted).append((position[paper_id], position[survivor]))
    if strangers:
        warnings.warn(f"{strangers} decisions in the duplicates table are about papers that are not here", stacklevel=3)
    return joined, parted


# --- matching --------------------------------------------------------------------------------------------------------


def _identical_ids(records: list[Identity]) -> list[tuple[int, int, Match]]:
    from rapidfuzz import fuzz

    found = []
    for name in IDS:
        first: dict[str, list[int]] = defaultdict(list)
        for i, record in enumerate(records):
            value = getattr(record, name)
            if not value:
                continue
            # A book may lend its DOI to all its chapters, a paper in two parts to both: a wholly different title by a
            # wholly different author is another work, and so is another part.
            for other in first[value][:5]:
                if not _lent(records[other], record, fuzz.token_set_ratio):
                    found.append((other, i, Match(name, 1.0)))
                    break
            else:
                first[value].append(i)
    return found


def _lent(a: Identity, b: Identity, likeness: Any) -> bool:
    """Whether two works share an identifier that belongs to one of them, or to what holds both."""
    if other_part(a.title, b.title):
        return True
    if not (a.title and b.title and a.surnames and b.surnames) or likeness(a.title, b.title) >= 60:
        return False
    return not set().union(*a.authors) & set().union(*b.authors)


def similar_titles(records: list[Identity]) -> tuple[np.ndarray, np.ndarray]:
    """Candidate pairs that are worth comparing whole, int64 (pairs, 2), and the likeness of their titles (pairs,)."""
    titles = [run_together(record.title) for record in records]
    by_title, by_abstract = candidate_pairs(records)
    return near_pairs(titles, by_title, by_abstract)


def near_pairs(titles: list[str], by_title: np.ndarray, by_abstract: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of candidate pairs those whose titles are alike enough, and how much they are.

    Titles unlike each other are worth a look only where the abstracts begin or end alike.
    """
    import numpy as np

    pairs, ratios = [], []
    for some, enough in ((by_title, _SIMILAR_ENOUGH), (by_abstract, 0.0)):
        found = title_ratios(titles, some, enough)
        near = found >= enough
        pairs.append(some[near])
        ratios.append(found[near])
    return np.concatenate(pairs), np.concatenate(ratios)


def _matches(records: list[Identity], pairs: np.ndarray, ratios: np.ndarray) -> list[tuple[int, int, Match]]:
    """Those pairs that match, the strongest first."""
    found: dict[tuple[int, int], Match] = {}
    for (i, j), ratio in zip(pairs.tolist(), ratios.tolist(), strict=True):
        match = compare(records[i], records[j], ratio)
        if match:
            found[i, j] = match
    return [(i, j, found[i, j]) for i, j in sorted(found, key=lambda pair: (-found[pair].score, pair))]


@dataclass
class _Group:
    members: list[int]
    dois: set[str]
    pmids: set[str]
    years: tuple[int, ...]  # the first and the last
    apart: set[int] = field(default_factory=set)  # records that the user keeps out


class _Groups:
    """Union-find that refuses to join contradictory groups and remembers by what each record came in."""

    def __init__(self, records: list[Identity], parted: list[tuple[int, int]]) -> None:
        self._parent = list(range(len(records)))
        self._groups = {
            i: _Group(
                [i],
                {r.version_of_record} - {""},
                {r.pmid} - {""} if not r.preprint else set(),
                (r.year,) if r.year is not None else (),
            )
            for i, r in enumerate(records)
        }
        self.edges: dict[int, list[tuple[int, Match]]] = defaultdict(list)
        for i, j in parted:
            self._groups[i].apart.add(j)
            self._groups[j].apart.add(i)

    def find(self, i: int) -> int:
        while self._parent[i] != i:
            self._parent[i] = self._parent[self._parent[i]]
            i = self._parent[i]
        return i

    def join(self, i: int, j: int, match: Match, *, sure: bool = False) -> None:
        a, b = self.find(i), self.find(j)
        if a == b:
            return
        one, other = self._groups[a], self._groups[b]
        if len(one.members) < len(other.members):
            a, b, one, other = b, a, other, one
        if one.apart.intersection(other.members) or (not sure and _contradictory(one, other)):
            return
        self._parent[b] = a
        one.members += other.members
        one.dois |= other.dois
        one.pmids |= other.pmids
        one.years = _span(one, other)
        one.apart |= other.apart
        del self._groups[b]
        self.edges[i].append((j, match))
        self.edges[j].append((i, match))

    def __iter__(self) -> Any:
        return (sorted(group.members) for group in self._groups.values() if len(group.members) > 1)


def _contradictory(one: _Group, other: _Group) -> bool:
    if (one.dois and other.dois and one.dois.isdisjoint(other.dois)) or (
        one.pmids and other.pmids and one.pmids.isdisjoint(other.pmids)
    ):
        return True
    years = _span(one, other)
    return bool(years) and years[-1] - years[0] > 2


def _span(one: _Group, other: _Group) -> tuple[int, ...]:
    years = sorted(one.years + other.years)
    return (years[0], years[-1]) if years else ()


# --- merging ---------------------------------------------------------------------------------------------------------


def _merged(
    papers: pd.DataFrame,
    records: list[Identity],
    joined: list[tuple[int, int]],
    parted: list[tuple[int, int]],
    likely: Likely | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    groups = _grouped(records, joined, parted, likely)
    ids = papers["paper_id"].tolist()
    by_hand = {frozenset(pair) for pair in joined}
    changed: dict[int, dict[str, Any]] = {}
    rows: dict[int, dict[str, Any]] = {}
    for members in groups:
        table = {i: papers.iloc[i].to_dict() for i in members}
        best, *others = sorted(members, key=lambda i: _worth(i, records[i], table[i]))
        changed[best] = dict(table[best])
        links = _links(groups, best)
        for i in others:
            match = links[i]
            rows[i] = {
                "paper_id": ids[i], "survivor": ids[best], "matched_by": match.by, "score": match.score,
                "filled": _fill(changed[best], table[i], records[best], records[i]),
                "decision": "merge" if frozenset((i, best)) in by_hand else "",
            }  # fmt: skip
    split = [
        {"paper_id": ids[i], "survivor": ids[j], "matched_by": "by hand", "score": 0.0, "decision": "split"}
        for i, j in parted
    ]
    duplicates = make_table("duplicates", [rows[i] for i in sorted(rows)] + split)
    columns = {c: papers[c].tolist() for c in SCHEMAS["papers"]}
    for i, record in changed.items():
        for column, values in columns.items():
            values[i] = record[column]
    kept = [i for i in range(len(papers)) if i not in rows]
    return make_table("papers", _frame({c: [values[i] for i in kept] for c, values in columns.items()})), duplicates


def _frame(columns: dict[str, list[Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({name: pd.Series(values, dtype="object") for name, values in columns.items()})


def _worth(i: int, record: Identity, row: dict[str, Any]) -> tuple[Any, ...]:
    """Sorts the record to keep first."""
    filled = sum(_present(row[column]) for column in SCHEMAS["papers"] if column != "as_read")
    return (not record.title, record.preprint, not record.abstract, record.cut, -filled, i)


def _fill(best: dict[str, Any], other: dict[str, Any], mine: Identity, theirs: Identity) -> list[str]:
    """Fill the empty columns of ``best`` from ``other``, in place; returns their names."""
    filled = []
    for column in SCHEMAS["papers"]:
        if column in _NEVER_FILLED or column == "extra":
            continue
        if not _present(best[column]) and _present(other[column]):
            best[column] = other[column]
            filled.append(column)
            if column in as_read.TEXTS:
                best["as_read"] = as_read.filled(best["as_read"], column)
    extra, more = extra_of(best["extra"]), extra_of(other["extra"])
    more.pop("enriched", None)
    ids = (("arxiv", mine.arxiv, theirs.arxiv), ("pmid", mine.pmid, theirs.pmid))
    more |= {name: new for name, known, new in ids if new and not known}
    new = {key: value for key, value in more.items() if key not in extra} | inherited(best, other, filled)
    if new:
        best["extra"] = json.dumps(extra | new, ensure_ascii=False)
        filled.append("extra")
    return filled


def _present(value: Any) -> bool:
    import pandas as pd

    if isinstance(value, (str, list)):
        return bool(value)
    return not pd.isna(value)


def _links(groups: _Groups, survivor: int) -> dict[int, Match]:
    """What links each record of a group to its survivor: the weakest match on the way between them."""
    links = {survivor: Match("", 1.0)}
    waiting = [survivor]
    while waiting:
        i = waiting.pop()
        for j, match in groups.edges[i]:
            if j not in links:
                links[j] = match if match.score <= links[i].score else links[i]
                waiting.append(j)
    return links
