"""The concordance: every mention with its sentence, sense and paper, in one page that sorts, searches and filters."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from analysis.common.readable import readable_html
from analysis.common.tables import write_table
from analysis.common.wording import probability
from analysis.report.page_data import MentionRow, PageData, page_data
from analysis.report.polish import polish

if TYPE_CHECKING:
    from analysis.report.page import Page
    from analysis.study.study import Study

WITHOUT_SCRIPT = 500  # up to so many mentions all stand in the page as HTML, more are drawn by the script
A_PAGE = 50  # rows at a time, as in mentions.js
COLUMNS = ("mention_id", "paper_id", "field", "start", "end", "surface", "sentence", "sense", "confidence", "runner_up",
           "abstained", "parent", "parent_confidence", "stance", "topic_label", "reviewed", "title", "year", "venue",
           "url")  # fmt: skip


def concordance_page(study: Study, page: Page, template: Path | None = None) -> str:
    """The page ``mentions.html``. ``template`` may replace its template, its scripts and ``page.css``."""
    from analysis.report.render import environment

    data = page_data(study)
    shown = WITHOUT_SCRIPT if len(data.mentions) <= WITHOUT_SCRIPT else A_PAGE
    rows = [_row(mention, data) for mention in data.mentions[:shown]]
    made = environment(template)
    made.filters["probability"] = probability
    made.filters["readable"] = lambda text: Markup(readable_html(text))  # noqa: S704  # escapes what it is given
    html = made.get_template("mentions.html.j2").render(
        page=page, term=study.term, rows=rows, data=data, total=len(data.mentions), json=data.to_json()
    )
    return polish(html)


def mentions_csv(study: Study) -> bytes:
    """The concordance as a CSV table, safe to open in a spreadsheet."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mentions.csv"
        write_table(study.readings[list(COLUMNS)], path)
        return path.read_bytes()


def _row(mention: MentionRow, data: PageData) -> dict[str, Any]:
    """A mention as the template shows it: numbers as what they stand for."""
    return {
        **mention._asdict(),
        "sense_number": mention.sense,
        "sense": data.senses[mention.sense],
        "said": data.parents[mention.parent]["name"] if mention.above else "",
        "stance": data.stances[mention.stance] if mention.stance >= 0 else "",
        "paper": data.papers[mention.paper],
    }
