"""The evidence table: what each paper says of its bias, in its own words, and where each cell stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.common.tables import make_table
from analysis.evidence.corrections import as_read
from analysis.findings.citation import citations
from analysis.findings.named import KINDS, named_things
from analysis.findings.rows import rows_of
from analysis.findings.spans import FIELDS, Span, once_each, reading_order
from analysis.findings.stance import told_stances
from analysis.findings.told import problem_in, result_in
from analysis.inventory.inventory import NO_SENSE
from analysis.senses.probable import said_of

if TYPE_CHECKING:
    import pandas as pd

# What is shown for a cell without content.
EMPTY = {
    "kinds": "none named", "stance": "not read", "has_it": "not said", "problem": "not stated", "own": "none named",
    "methods": "none named", "materials": "none named", "metrics": "none named", "result": "not stated",
    "quantities": "none claimed", "links": "none given", "citation": "unknown",
}  # fmt: skip
# Cells that are words of the paper: one stretch, or several.
SINGLES = ("problem", "own", "result")
LISTS = ("kinds", "has_it", "methods", "materials", "metrics", "quantities", "links")
# Beside a cell: what its items are counted as.
NAMES = {
    "kinds": "kinds_name", "has_it": "has_it_kind", "methods": "methods_name", "materials": "materials_name",
    "metrics": "metrics_name", "links": "urls",
}  # fmt: skip


def evidence(
    readings: pd.DataFrame,
    sentences: pd.DataFrame,
    entities: pd.DataFrame,
    quantities: pd.DataFrame,
    kinds: pd.DataFrame,
    own_work: pd.DataFrame,
    *,
    order: Sequence[str],
    telling: Collection[str] = (),
    no_sense: Collection[str] = NO_SENSE,
) -> pd.DataFrame:
    """One row per paper and sense: which bias, what is done about it, with what, and what came of it.

    Senses are those that the paper's mentions were read with, ``no_sense`` left out; ``order`` is the inventory's order
    of them. Rows go by sense, then from the most confident down, then by paper_id. A row's ``confidence`` is the
    highest of its mentions; it is ``unsure`` where all of these are abstained, and has a
    ``parent`` where such ones are sure of a single parent. ``mentions`` counts them. ``stance`` is
    that of most of them, of equally many the more confident, but one of those that are not ``telling`` (the inventory
    gives them no role, as merely to mention it) only where there is no other.

    ``problem`` is a sentence that speaks of something amiss and not of what the authors did (``told.problem_in``):
    rather one that mentions the sense, then one that turns ("However, ..."). ``result`` is a sentence that says what
    was found, not what was released, planned or tried (``told.result_in``): rather one that mentions the sense, then
    one with a result quantity. ``quantities`` are the result quantities in that sentence, then the others. ``own`` is
    the first name that the paper gives its work. ``methods``, ``materials`` and ``metrics`` are at most six each, leave
    that out, and list each thing once: proper names, and plain ones that the reader is sure of, but none for a class of
    things (``named.named_things``). ``has_it`` names who or what has the bias; ``kinds`` may have rows with kind "" for
    mentions that only say that (``kind_names.named_bearers``).

    For each cell X, ``X_at`` says where it stands ("abstract:17-21", 0-based, half-open), item by item, and where
    things go by a common name ``X_name`` says it, item by item (``has_it_kind``: model, data, people or method;
    ``urls``: the addresses of the links). Cells are cut from title and abstract; what is not there is "" or []. A
    stance stands where the mention stands that it is read from. The columns are those of the table ``evidence``.
    """
    read = _by_paper(readings[~readings["sense"].isin(no_sense)])
    first = {paper_id: rows[0] for paper_id, rows in sorted(read.items())}
    cited = citations({paper_id: (row.authors, _year(row.year), row.title) for paper_id, row in first.items()})
    tables = {
        name: _by_paper(table)
        for name, table in (
            ("sentences", sentences), ("entities", entities), ("quantities", quantities), ("kinds", kinds),
            ("own_work", own_work),
        )
    }  # fmt: skip
    rows = []
    for paper_id, mentions in read.items():
        paper = _Paper(first[paper_id], {name: table.get(paper_id, []) for name, table in tables.items()}, telling)
        of_sense: dict[str, list[Any]] = defaultdict(list)
        for mention in mentions:
            of_sense[mention.sense].append(mention)
        for sense, own in of_sense.items():
            row = {"paper_id": paper_id, "citation": cited[paper_id], "title": first[paper_id].title, "sense": sense}
            row |= paper.row(sense, own)
            rows.append(row | {"keep": True, "corrected": [], "as_read": as_read(row)})
    rank = {sense: number for number, sense in enumerate(order)}
    rows.sort(key=lambda r: (rank.get(r["sense"], len(rank)), r["sense"], -r["confidence"], r["paper_id"]))
    return make_table("evidence", rows)


def _by_paper(table: pd.DataFrame) -> dict[str, list[Any]]:
    """The rows of each paper, in their order."""
    grouped: dict[str, list[Any]] = defaultdict(list)
    for row in rows_of(table):
        grouped[row.paper_id].append(row)
    return grouped


def named_in(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """What ``evidence`` names of a kind (method, material or metric), one row each: paper_id, kind, name."""
    import pandas as pd

    rows = zip(table["paper_id"], table[f"{kind}s_name"], strict=True)
    found = dict.fromkeys((paper_id, kind, name) for paper_id, names in rows for name in names)
    return pd.DataFrame(list(found), columns=["paper_id", "kind", "name"])


def _year(value: Any) -> int | None:
    import pandas as pd

    return int(value) if pd.notna(value) else None


class _Paper:
    """One paper, and what was found in it, by table."""

    def __init__(self, paper: Any, found: Mapping[str, list[Any]], telling: Collection[str]) -> None:
        self._telling = telling
        self._texts = {field: getattr(paper, field) for field in FIELDS}
        self._kinds = found["kinds"]
        self._own = [_span(row, row.surface) for row in found["own_work"]]
        self._sentences = sorted(((_span(row), row) for row in found["sentences"]), key=lambda pair: pair[0])
        claimed = sorted(((_span(row, row.url), row) for row in found["quantities"]), key=lambda pair: pair[0])
        results = [(span, row) for span, row in claimed if row.kind == "result"]
        self._results = [span for span, _ in results]
        links = self._distinct([span for span, row in claimed if row.kind == "link"])
        entities = [(_span(row, row.name or row.surface), row.kind, float(row.confidence)) for row in found["entities"]]
        entities.sort(key=lambda entity: reading_order(entity[0]))
        named = named_things(self._texts, entities, [row for _, row in results], self._own)
        self._shared = {
            **self._cell("own", self._own[:1]),
            **self._cell("links", links),
            "urls": [span.name for span in links],
        }
        for kind in KINDS:
            self._shared |= self._cell(f"{kind}s", named[kind], named=f"{kind}s_name")

    def row(self, sense: str, mentions: list[Any]) -> dict[str, Any]:
        """The cells of the row of a sense, which the paper's ``mentions`` have."""
        places = sorted(map(_span, mentions), key=reading_order)
        stance, spoken = _stance(mentions, self._telling)
        kinds = [row for row in self._kinds if row.sense == sense]
        problem = problem_in(self._sentences, places, self._texts)
        result = result_in(self._sentences, places, self._results, self._texts)
        quantities = sorted(self._results, key=lambda span: not (result and result.holds(span)))
        bearers = [Span(r.field, *ends, r.has_it) for r in kinds if (ends := _ends(r.bearer_start, r.bearer_end))]
        return {
            "confidence": max(float(mention.confidence) for mention in mentions),
            "unsure": all(bool(mention.abstained) for mention in mentions),
            "parent": _sure_parent(mentions),
            "mentions": len(mentions),
            "mentions_at": [span.place for span in places],
            "stance": stance,
            "stance_at": [spoken.place] if spoken else [],
            **self._cell("kinds", once_each(_span(r, r.kind) for r in kinds if r.kind), named="kinds_name"),
            **self._cell("has_it", self._distinct(bearers), named="has_it_kind"),
            **self._cell("problem", [problem] if problem else []),
            **self._cell("result", [result] if result else []),
            **self._cell("quantities", quantities),
            **self._shared,
        }

    def _words(self, span: Span) -> str:
        return str(self._texts[span.field][span.start : span.end])

    def _cell(self, column: str, spans: list[Span], *, named: str = "") -> dict[str, Any]:
        """A cell with the words of ``spans``, where they stand and, under ``named``, what they are counted as."""
        words = [self._words(span) for span in spans]
        cell = {
            column: (words or [""])[0] if column in SINGLES else words,
            f"{column}_at": [span.place for span in spans],
        }
        return cell | ({named: [span.name for span in spans]} if named else {})

    def _distinct(self, spans: list[Span]) -> list[Span]:
        """The first span of the same words, as they are read."""
        first: dict[str, Span] = {}
        for span in sorted(spans, key=reading_order):
            first.setdefault(self._words(span).casefold(), span)
        return list(first.values())


def _span(row: Any, name: str = "") -> Span:
    return Span(row.field, int(row.start), int(row.end), name)


def _ends(start: Any, end: Any) -> tuple[int, int] | None:
    """Start and end as a span needs them; None where the text names nobody (NA, or an empty stretch)."""
    import pandas as pd

    return (int(start), int(end)) if pd.notna(start) and pd.notna(end) and 0 <= start < end else None


def _sure_parent(mentions: list[Any]) -> str:
    """The parent that unsure mentions are sure of; "" where one is sure of its sense, or they differ."""
    sure = {said.label for mention in mentions if not (said := said_of(mention._asdict())).unsure}
    return sure.pop() if len(sure) == 1 and all(bool(mention.abstained) for mention in mentions) else ""


def _stance(mentions: list[Any], telling: Collection[str]) -> tuple[str, Span | None]:
    """What is done most, and the mention that says so most clearly; "" and None where no stance was read."""
    told = told_stances(((mention.stance, float(mention.stance_confidence)) for mention in mentions), telling)
    if not told:
        return "", None
    spoken = (mention for mention in mentions if mention.stance == told[0])
    return told[0], _span(min(spoken, key=lambda m: (-float(m.stance_confidence), int(m.start))))
