"""The interactive map of the mentions, drawn on a canvas by a small script of ours, and the same map for print.

Plotly's script alone is 4.6 MB, a third of what the whole report in one file may weigh; this page's is 10 kB.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.charts.panels import columns_of
from analysis.report.concordance import as_json, mention_data
from analysis.report.polish import polish
from analysis.tables import replacing
from analysis.vectors import MADE_OF
from analysis.wording import percent

if TYPE_CHECKING:
    from analysis.report.render import Page
    from analysis.study import Study

SIDE = 1000  # units of the maps' coordinates, from 0 to SIDE
MANY = 2000  # mentions that are placed by t-SNE itself
LIKE = 5  # placed mentions that show each other one its place


def map_page(study: Study, page: Page, template: Path | None = None) -> str:
    """The page ``map.html``. ``template`` may replace ``map.html.j2``, ``map.js`` and ``page.css``."""
    from analysis.report.render import environment

    data = mention_data(study)
    points = [[int(x), int(y)] for x, y in mention_layout(study)]
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
            json=as_json(data),
            points=as_json(points),
        )
    )
    return polish(html, chapter="M")


def mention_layout(study: Study) -> np.ndarray:
    """Place of each mention on the map, an int array (n, 2) from 0 to ``SIDE``; kept in the study folder."""
    kept = study.folder / f"map-{study.manifest['stages']['vectors']['key'][:16]}.npy"
    if kept.is_file():
        found = np.load(kept, allow_pickle=False)
        if found.shape == (len(study.vectors), 2):
            return found
    placed = layout(study.vectors, seed=int(study.manifest["seed"]))
    with replacing(kept) as temporary, temporary.open("wb") as handle:
        np.save(handle, placed, allow_pickle=False)
    return placed


def layout(vectors: np.ndarray, *, seed: int = 0) -> np.ndarray:
    """Vectors (n, d) to places (n, 2) from 0 to ``SIDE`` by t-SNE (van der Maaten & Hinton 2008), PCA as its start.

    Beyond ``MANY`` a random sample of so many is placed, and each other mention amid the sampled ones that it is most
    like, as openTSNE adds points to a map (Policar, Strazar & Zupan 2023): t-SNE of 11,000 takes four minutes. Fewer
    than five vectors are set in a row.
    """
    n = len(vectors)
    if n < 5:
        return np.stack([np.linspace(SIDE / 4, 3 * SIDE / 4, n), np.full(n, SIDE / 2)], axis=1).astype(np.int64)
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE
    from sklearn.neighbors import NearestNeighbors

    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    reduced = PCA(min(30, n - 1, unit.shape[1]), random_state=seed).fit_transform(unit)
    rng = np.random.default_rng(seed)
    sample = np.sort(rng.choice(n, MANY, replace=False)) if n > MANY else np.arange(n)
    model = TSNE(perplexity=min(30.0, (n - 1) / 3), init="pca", random_state=seed, n_jobs=1)
    found = np.empty((n, 2))
    found[sample] = model.fit_transform(reduced[sample])
    rest = np.setdiff1d(np.arange(n), sample)
    if len(rest):
        near = NearestNeighbors(n_neighbors=LIKE, n_jobs=1).fit(reduced[sample]).kneighbors(reduced[rest])[1]
        # The median stays within a cluster where a mean falls between two; the noise keeps dots apart.
        noise = rng.normal(0, 0.01 * found[sample].std(), (len(rest), 2))
        found[rest] = np.median(found[sample][near], axis=1) + noise
    low, high = found.min(axis=0), found.max(axis=0)
    return np.rint((found - low) / np.maximum(high - low, 1e-9) * SIDE).astype(np.int64)


def _panels(data: dict[str, Any], points: list[list[int]]) -> list[dict[str, Any]]:
    """One small map a sense, the most frequent first: its name, count and points as an SVG path of dots."""
    by_sense: dict[int, list[list[int]]] = {}
    for mention, point in zip(data["mentions"], points, strict=True):
        by_sense.setdefault(mention[6], []).append(point)
    return [
        {"name": data["senses"][i]["name"], "colour": data["senses"][i]["colour"], "n": len(own), "dots": _dots(own)}
        for i, own in sorted(by_sense.items(), key=lambda item: (-len(item[1]), item[0]))
    ]


def _dots(points: list[list[int]]) -> str:
    return "".join(f"M{x} {y}h0" for x, y in points)


def _alt(term: str, data: dict[str, Any]) -> str:
    counts: dict[str, int] = {}
    for mention in data["mentions"]:
        name = data["senses"][mention[6]]["name"]
        counts[name] = counts.get(name, 0) + 1
    if not counts:
        return f"No mention of “{term}” to show."
    most, n = max(counts.items(), key=lambda item: item[1])
    return (
        f"{len(counts)} small maps of the same {len(data['mentions']):,} mentions, one a sense, its own over "
        f"the others in grey. The most frequent sense, {most}, has {n:,} mentions "
        f"({percent(n / len(data['mentions']))})."
    )
