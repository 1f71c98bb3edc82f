"""The evidence table as one page: a row per paper and sense, filters, and abstracts as their reader would mark them."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.charts.evidence_rows import doubt_of
from analysis.common.links import anchor, parse_place, safe_url
from analysis.common.readable import snippets
from analysis.findings.evidence_table import EMPTY, LISTS, NAMES, SINGLES
from analysis.findings.rows import rows_of
from analysis.report.page_data import as_columns, as_json, coded, looks_of
from analysis.report.polish import polish
from analysis.senses.probable import said_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.inventory.palette import Palette
    from analysis.report.page import Page
    from analysis.study.study import Study

CELLS = (*SINGLES, *LISTS)


class PaperRow(NamedTuple):
    """A paper with its texts, which every span of the page is cut from."""

    id: str
    citation: str
    title: str
    abstract: str
    url: str


class EvidenceRow(NamedTuple):
    """A row of the evidence table without its cells; paper and sense are positions in the lists of the page.

    ``doubt`` says what is unsure, "" where nothing is.
    """

    paper: int
    sense: int
    confidence: float
    doubt: str
    stance: str


class CellRow(NamedTuple):
    """A span in a cell: the ``row`` and ``column`` it belongs to, its place, and the name that filters know it by, or
    of a link its address.

    ``text`` is only there for a reader's own words, which have no place (``field`` "").
    """

    row: int
    column: str
    field: str
    start: int
    end: int
    name: str
    text: str


class SpanRow(NamedTuple):
    """What is marked in a paper: ``what`` is sentence, entity, quantity, link or mention, ``name`` its role, kind or
    sense (or parent, where that is said), ``note`` the name of an entity where it differs from the text, or where a
    link or a mention leads."""

    paper: int
    field: str
    start: int
    end: int
    what: str
    name: str
    note: str


def evidence_page(study: Study, page: Page, template: Path | None = None) -> str:
    """The page ``evidence.html``. ``template`` may replace its template, its scripts and ``page.css``."""
    from analysis.findings import of_study as findings
    from analysis.report.render import environment

    table = findings.evidence(study)
    senses = study.palette.order(table["sense"])
    number_of = {paper_id: i for i, paper_id in enumerate(dict.fromkeys(table["paper_id"]))}
    papers = _papers(study, table, number_of)
    looks = looks_of(senses, study.palette)
    data = {
        "senses": looks,
        "papers": as_columns(PaperRow, papers),
        "past": study.palette.past,
        "empty": EMPTY,
        "rows": as_columns(EvidenceRow, (_row(row, number_of, senses, study.palette) for row in rows_of(table))),
        "cells": coded(as_columns(CellRow, _cells(table)), "column", "field"),
        "tex": snippets(text for paper in papers for text in (paper.title, paper.abstract)),
    }
    spans = coded(as_columns(SpanRow, _spans(study, number_of)), "field", "what", "name")
    html = (
        environment(template)
        .get_template("evidence.html.j2")
        .render(
            page=page, term=study.term, senses=looks, total=len(table), papers=len(papers),
            stances=[s for s in study.inventory.stances if (table["stance"] == s).any()], past=study.palette.past,
            json=as_json(data), spans=as_json(spans),
        )
    )  # fmt: skip
    return polish(html, chapter="E")


def evidence_csv(study: Study) -> bytes:
    """The evidence table as ``bias-senses evidence`` writes it, ready to be corrected."""
    from analysis.findings import of_study as findings
    from analysis.report.evidence_files import write_evidence

    with TemporaryDirectory() as folder:
        path = Path(folder) / "evidence.csv"
        write_evidence(findings.evidence(study, dropped=True), path)
        return path.read_bytes()


def _papers(study: Study, table: pd.DataFrame, number_of: dict[str, int]) -> list[PaperRow]:
    citation = dict(zip(table["paper_id"], table["citation"], strict=True))
    known = study.named_papers.set_index("paper_id")
    chosen = known.loc[list(number_of)]
    columns = (chosen.index, chosen["title"], chosen["abstract"], chosen["url"])
    return [
        PaperRow(paper_id, citation[paper_id], title, abstract, safe_url(url))
        for paper_id, title, abstract, url in zip(*columns, strict=True)
    ]


def _row(row: Any, number_of: dict[str, int], senses: list[str], palette: Palette) -> EvidenceRow:
    doubt = doubt_of(row.unsure, row.parent, palette)
    return EvidenceRow(
        number_of[row.paper_id], senses.index(row.sense), round(float(row.confidence), 4), doubt, row.stance
    )


def _cells(table: pd.DataFrame) -> list[CellRow]:
    """Every span of the table's cells, row by row."""
    made = []
    for number, row in enumerate(rows_of(table)):
        for column in CELLS:
            value, places = getattr(row, column), getattr(row, f"{column}_at")
            texts = value if column in LISTS else [value] if value else []
            names = getattr(row, NAMES[column]) if column in NAMES else texts
            for text, place, name in zip_longest(texts, places[: len(texts)], names, fillvalue=""):
                field, start, end = parse_place(place)
                made.append(CellRow(number, column, field, start, end, name, "" if field else text))
    return made


def _spans(study: Study, number_of: dict[str, int]) -> list[SpanRow]:
    """All that is marked in the papers of the table."""
    made: list[SpanRow] = []

    def add(table: pd.DataFrame, describe: Any) -> None:
        made.extend(
            SpanRow(number_of[row.paper_id], row.field, row.start, row.end, *describe(row))
            for row in rows_of(table[table["paper_id"].isin(number_of)])
        )

    add(study.sentences, lambda row: ("sentence", row.role, ""))
    add(study.entities, lambda row: ("entity", row.kind, "" if row.name == row.surface else row.name))
    add(
        study.quantities,
        lambda row: ("link", "", safe_url(row.url)) if row.kind == "link" else ("quantity", row.kind, ""),
    )
    add(study.readings, lambda row: ("mention", said_of(row._asdict()).label, anchor(row.mention_id)))
    return made
