"""What the scripts of the concordance and the map read: mentions and papers by name, written as columns of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from numbers import Integral
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.charts.markers import marker_path
from analysis.common.links import anchor, safe_url
from analysis.common.readable import snippets
from analysis.findings.mixing import mixed_papers
from analysis.inventory.marks import cut_at_mention
from analysis.senses.probable import said_of

if TYPE_CHECKING:
    from analysis.inventory.palette import Palette
    from analysis.study.study import Study


class PaperRow(NamedTuple):
    """A paper; ``mixed`` is 1 if it uses the term in two senses or more, else 0."""

    id: str
    title: str
    url: str
    year: int | None
    venue: str
    authors: str
    mixed: int


class MentionRow(NamedTuple):
    """A mention; paper, sense, stance, topic and parent are positions in the lists of ``PageData``, -1 for none.

    ``left``, ``keyword`` and ``right`` together are its sentence. ``state`` is "checked" (by a person or a label),
    "unsure" (below the threshold) or "". ``above`` is the confidence in the parent where that is said in the
    place of an unsure sense, else 0.
    """

    anchor: str
    paper: int
    field: str
    left: str
    keyword: str
    right: str
    sense: int
    confidence: float
    stance: int
    topic: int
    state: str
    parent: int
    above: float


class PageData(NamedTuple):
    """All that the scripts know of a study.

    ``tex`` maps LaTeX to what is shown for it, ``past`` a stance to its words.
    """

    term: str
    senses: list[dict[str, str]]
    parents: list[dict[str, str]]
    stances: list[str]
    past: dict[str, str]
    topics: list[str]
    papers: list[PaperRow]
    mentions: list[MentionRow]
    tex: dict[str, str]

    def to_json(self) -> str:
        """As JSON for a ``script`` element, papers and mentions as columns, which ``data.js`` makes rows again."""
        papers, mentions = as_columns(PaperRow, self.papers), as_columns(MentionRow, self.mentions)
        return as_json(self._asdict() | {"papers": papers, "mentions": mentions})


def page_data(study: Study) -> PageData:
    """The mentions of a study with their papers, senses, stances and topics."""
    readings = study.readings
    looks = study.palette
    senses = looks.order(readings["sense"])
    found = set(readings["stance"]) - {""}
    stances = [*(s for s in study.inventory.stances if s in found), *sorted(found - set(study.inventory.stances))]
    topics = sorted({topic for topic in readings["topic_label"] if topic})
    parents = [parent for parent in looks.parents if (readings["parent"] == parent).any()]
    ordered = {"sense": senses, "stance": stances, "topic": topics, "parent": parents}
    numbers = {name: {key: i for i, key in enumerate(keys)} for name, keys in ordered.items()}
    mixed = set(mixed_papers(readings, no_sense=looks.no_sense)["paper_id"])
    number_of: dict[str, int] = {}
    papers: list[PaperRow] = []
    mentions: list[MentionRow] = []
    for row in readings.to_dict("records"):
        if row["paper_id"] not in number_of:
            number_of[row["paper_id"]] = len(papers)
            papers.append(_paper(row, is_mixed=row["paper_id"] in mixed))
        left, keyword, right = cut_at_mention(row)
        said = said_of(row)
        mentions.append(
            MentionRow(
                anchor=anchor(row["mention_id"]),
                paper=number_of[row["paper_id"]],
                field=row["field"],
                left=left,
                keyword=keyword,
                right=right,
                sense=numbers["sense"][row["sense"]],
                confidence=round(float(row["confidence"]), 4),
                stance=numbers["stance"].get(row["stance"], -1),
                topic=numbers["topic"].get(row["topic_label"], -1),
                state="checked" if row["reviewed"] else "unsure" if row["abstained"] else "",
                parent=numbers["parent"].get(row["parent"], -1),
                above=round(said.confidence, 4) if said.label in looks.parents else 0,
            )
        )
    shown = looks_of(senses, looks)
    texts = [*(text for m in mentions for text in (m.left, m.keyword, m.right)), *(paper.title for paper in papers)]
    above = [{"id": parent, "name": looks[parent].name} for parent in parents]
    past = dict(looks.past)
    return PageData(study.term, shown, above, stances, past, topics, papers, mentions, snippets(texts))


def looks_of(senses: Iterable[str], palette: Palette) -> list[dict[str, str]]:
    """How a page shows each sense: id, name, colour and the path of its marker."""
    return [
        {"id": s, "name": palette[s].name, "colour": palette[s].colour, "path": marker_path(palette[s].marker)}
        for s in senses
    ]


def _paper(row: dict[Any, Any], *, is_mixed: bool) -> PaperRow:
    year = int(row["year"]) if isinstance(row["year"], Integral) else None
    return PaperRow(
        row["paper_id"], row["title"], safe_url(row["url"]), year, row["venue"], by_line(row["authors"]), int(is_mixed)
    )


def as_columns(kind: Any, rows: Iterable[Any]) -> dict[str, list[Any]]:
    """Rows of a ``NamedTuple`` as columns: name -> values; without rows each column is empty."""
    values = list(zip(*rows, strict=True)) or [()] * len(kind._fields)
    return {name: list(column) for name, column in zip(kind._fields, values, strict=True)}


def coded(columns: dict[str, list[Any]], *names: str) -> dict[str, Any]:
    """The columns with those named as ``of``, their values once each, and ``which``, each row's place among these."""
    made: dict[str, Any] = dict(columns)
    for name in names:
        values = list(dict.fromkeys(columns[name]))
        place = {value: i for i, value in enumerate(values)}
        made[name] = {"of": values, "which": [place[value] for value in columns[name]]}
    return made


def as_json(data: Any) -> str:
    """JSON for a ``script`` element: nothing in it can end the element or open a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def by_line(authors: list[str]) -> str:
    """Returns "A", "A and B" or "A et al."; "" without authors."""
    if len(authors) > 2:
        return f"{authors[0]} et al."
    return " and ".join(authors)
