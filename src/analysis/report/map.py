"""The interactive map of the mentions, drawn on a canvas by a small script of ours, and the same map for print.

Plotly's script alone is 4.6 MB, a third of what the whole report in one file may weigh; this page's is 10 kB.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.charts.panels import columns_of
from analysis.common.wording import percent
from analysis.findings.layout import SIDE, mention_layout
from analysis.report.page_data import PageData, as_columns, as_json, page_data
from analysis.report.polish import polish
from analysis.vectors.embed import MADE_OF

if TYPE_CHECKING:
    from analysis.report.page import Page
    from analysis.study.study import Study


class Point(NamedTuple):
    """The place of a mention on the map, from 0 to ``SIDE``."""

    x: int
    y: int


def map_page(study: Study, page: Page, template: Path | None = None) -> str:
    """The page ``map.html``. ``template`` may replace its template, its scripts and ``page.css``."""
    from analysis.report.render import environment

    data = page_data(study)
    points = [Point(int(x), int(y)) for x, y in mention_layout(study)]
    panels = _panels(data, points)
    html = (
        environment(template)
        .get_template("map.html.j2")
        .render(
            page=page,
            term=study.term,
            data=data,
            total=len(points),
            made_of=MADE_OF,
            side=SIDE,
            panels=panels,
            columns=columns_of(len(panels), 5, 4, 6),
            alt=_alt(study.term, data),
            json=data.to_json(),
            points=as_json(as_columns(Point, points)),
        )
    )
    return polish(html, chapter="M")


def _panels(data: PageData, points: list[Point]) -> list[dict[str, Any]]:
    """One small map per sense, the most frequent first: its name, count and points as an SVG path of dots."""
    by_sense: dict[int, list[Point]] = {}
    for mention, point in zip(data.mentions, points, strict=True):
        by_sense.setdefault(mention.sense, []).append(point)
    return [
        {"name": data.senses[i]["name"], "colour": data.senses[i]["colour"], "n": len(own), "dots": _dots(own)}
        for i, own in sorted(by_sense.items(), key=lambda item: (-len(item[1]), item[0]))
    ]


def _dots(points: list[Point]) -> str:
    return "".join(f"M{x} {y}h0" for x, y in points)


def _alt(term: str, data: PageData) -> str:
    counts: dict[str, int] = {}
    for mention in data.mentions:
        name = data.senses[mention.sense]["name"]
        counts[name] = counts.get(name, 0) + 1
    if not counts:
        return f"No mention of “{term}” to show."
    most, n = max(counts.items(), key=lambda item: item[1])
    return (
        f"{len(counts)} small maps of the same {len(data.mentions):,} mentions, one per sense, its own over "
        f"the others in grey. The most frequent sense, {most}, has {n:,} mentions "
        f"({percent(n / len(data.mentions))})."
    )
