"""Where each mention lies on the map: t-SNE of the vectors, the same places on a screen and in print."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from analysis.common.cores import one_thread
from analysis.common.kept import keep, read_kept

if TYPE_CHECKING:
    import pandas as pd

    from analysis.study.study import Study


MAP = "map"  # the name under which places are kept
SIDE = 1000  # units of the maps' coordinates, from 0 to SIDE
MANY = 2000  # mentions that are placed by t-SNE itself
LIKE = 5  # placed mentions that show each other one its place


def mention_layout(study: Study) -> np.ndarray:
    """Place of each mention on the map, an int array (n, 2) from 0 to ``SIDE``; kept in the study folder.

    A part of a study (``Study.only``) is placed anew, and its places are not kept.
    """
    if study.is_part:
        return layout(study.vectors, seed=int(study.manifest["seed"]))
    path, key = study.folder / f"{MAP}.npy", study.manifest["stages"]["vectors"]["key"][:16]
    if content := read_kept(path, key):
        return np.asarray(np.load(BytesIO(content), allow_pickle=False))
    placed = layout(study.vectors, seed=int(study.manifest["seed"]))
    np.save(written := BytesIO(), placed, allow_pickle=False)
    keep(path, key, written.getvalue())
    return placed


def placed(readings: pd.DataFrame, places: np.ndarray) -> pd.DataFrame:
    """Readings with their place on the map: mention_id, sense, confidence, x, y. ``places`` has shape (n, 2)."""
    return readings[["mention_id", "sense", "confidence"]].reset_index(drop=True).assign(x=places[:, 0], y=places[:, 1])


def topic_places(readings: pd.DataFrame, places: np.ndarray) -> pd.DataFrame:
    """Where on the map the label of each topic stands: topic, label, n, x, y; topics with most mentions first.

    A label stands at the mention of the topic that is nearest to the median of their places, so that it never lies
    between two clusters. Mentions without a topic have none. ``places`` has shape (n, 2).
    """
    import pandas as pd

    rows = []
    inside = readings.reset_index(drop=True).query("topic >= 0 and topic_label != ''")
    for topic, own in inside.groupby("topic"):
        label = own["topic_label"].iloc[0]
        spots = places[own.index]
        x, y = spots[((spots - np.median(spots, axis=0)) ** 2).sum(axis=1).argmin()]
        rows.append((topic, label, len(own), int(x), int(y)))
    found = pd.DataFrame(rows, columns=["topic", "label", "n", "x", "y"])
    return found.sort_values(["n", "topic"], ascending=[False, True], ignore_index=True)


@one_thread()  # scikit-learn's t-SNE takes every core, whatever its n_jobs
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
    model = TSNE(perplexity=min(30.0, (n - 1) / 3), init="pca", random_state=seed)
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
