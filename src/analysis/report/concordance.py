"""The concordance: every mention with its sentence, sense and paper, in one page that sorts, searches and filters."""

from __future__ import annotations

import json
import tempfile
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from analysis.common.links import anchor
from analysis.common.readable import readable_html, snippets
from analysis.common.tables import write_table
from analysis.common.wording import probability
from analysis.findings.mixing import mixed_papers
from analysis.report.markers import marker_path
from analysis.report.polish import polish

if TYPE_CHECKING:
    from analysis.report.render import Page
    from analysis.study.study import Study

WITHOUT_SCRIPT = 500  # up to so many mentions all stand in the page as HTML, more are drawn by the script
A_PAGE = 50  # rows at a time, as in mentions.js
PAPER = ("id", "title", "url", "year", "venue", "authors", "mixed")  # what the scripts know of a paper, in this order
COLUMNS = ("mention_id", "paper_id", "field", "start", "end", "surface", "sentence", "sense", "confidence", "runner_up",
           "abstained", "stance", "topic_label", "reviewed", "title", "year", "venue", "url")  # fmt: skip


def concordance_page(study: Study, page: Page, template: Path | None = None) -> str:
    """The page ``mentions.html``. ``template`` may replace ``mentions.html.j2``, ``mentions.js`` and ``page.css``."""
    from analysis.report.render import environment

    data = mention_data(study)
    shown = WITHOUT_SCRIPT if len(data["mentions"]) <= WITHOUT_SCRIPT else A_PAGE
    rows = [_row(mention, data) for mention in data["mentions"][:shown]]
    made = environment(template)
    made.filters["probability"] = probability
    made.filters["readable"] = lambda text: Markup(readable_html(text))  # noqa: S704  # escapes what it is given
    html = made.get_template("mentions.html.j2").render(
        page=page, term=study.term, rows=rows, data=data, total=len(data["mentions"]), json=as_json(data)
    )
    return polish(html)


def mentions_csv(study: Study) -> bytes:
    """The concordance as a CSV table, safe to open in a spreadsheet."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mentions.csv"
        write_table(study.readings[list(COLUMNS)], path)
        return path.read_bytes()


def mention_data(study: Study) -> dict[str, Any]:
    """What the pages' scripts read: senses, stances, papers, topics, and a compact list a mention.

    A mention is [anchor, number of its paper, field, text before it, itself, text after it, number of its sense,
    confidence, number of its stance, number of its topic, state]; the texts together are its sentence. State is
    "checked" (by a person or a label), "unsure" (below the threshold) or "". A paper is ``PAPER``; mixed is 1 if it
    uses the term in two senses or more, else 0. ``tex`` says what is shown for LaTeX.
    """
    readings = study.readings
    looks = study.palette
    senses = looks.order(readings["sense"])
    found = set(readings["stance"]) - {""}
    stances = [*(s for s in study.inventory.stances if s in found), *sorted(found - set(study.inventory.stances))]
    topics = sorted({topic for topic in readings["topic_label"] if topic})
    ordered = {"sense": senses, "stance": stances, "topic": topics}
    numbers = {name: {key: i for i, key in enumerate(keys)} for name, keys in ordered.items()}
    mixed = set(mixed_papers(readings)["paper_id"])
    papers: dict[str, int] = {}
    paper_rows: list[list[Any]] = []
    mentions: list[list[Any]] = []
    for row in readings.to_dict("records"):
        if row["paper_id"] not in papers:
            papers[row["paper_id"]] = len(papers)
            year = int(row["year"]) if isinstance(row["year"], Integral) else None
            paper_rows.append(
                [row["paper_id"], row["title"], safe_url(row["url"]), year, row["venue"], by_line(row["authors"]),
                 int(row["paper_id"] in mixed)]
            )  # fmt: skip
        at, to = row["start"] - row["sentence_start"], row["end"] - row["sentence_start"]
        mentions.append(
            [
                anchor(row["mention_id"]),
                papers[row["paper_id"]],
                row["field"],
                row["sentence"][:at],
                row["sentence"][at:to],
                row["sentence"][to:],
                numbers["sense"][row["sense"]],
                round(float(row["confidence"]), 3),
                numbers["stance"].get(row["stance"], -1),
                numbers["topic"].get(row["topic_label"], -1),
                "checked" if row["reviewed"] else "unsure" if row["abstained"] else "",
            ]
        )
    return {
        "term": study.term,
        "senses": [
            {"id": s, "name": looks[s].name, "colour": looks[s].colour, "path": marker_path(looks[s].marker)}
            for s in senses
        ],
        "stances": stances,
        "topics": topics,
        "papers": paper_rows,
        "mentions": mentions,
        "tex": snippets([*(text for m in mentions for text in m[3:6]), *(paper[1] for paper in paper_rows)]),
    }


def _row(mention: list[Any], data: dict[str, Any]) -> dict[str, Any]:
    paper = data["papers"][mention[1]]
    return {
        "anchor": mention[0],
        "field": mention[2],
        "left": mention[3],
        "keyword": mention[4],
        "right": mention[5],
        "sense_number": mention[6],
        "sense": data["senses"][mention[6]],
        "confidence": mention[7],
        "stance": data["stances"][mention[8]] if mention[8] >= 0 else "",
        "state": mention[10],
        "paper": dict(zip(PAPER, paper, strict=True)),
    }


def as_json(data: Any) -> str:
    """JSON for a ``script`` element: nothing in it can end the element or open a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def safe_url(url: str) -> str:
    """The address if it is one of the web, else ""."""
    return url if url.startswith(("https://", "http://")) else ""


def by_line(authors: list[str]) -> str:
    """Returns "A", "A and B" or "A et al."; "" without authors."""
    if len(authors) > 2:
        return f"{authors[0]} et al."
    return " and ".join(authors)
