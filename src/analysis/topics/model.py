"""Mentions and vectors -> topics: finer themes inside and across senses, found by BERTopic on vectors we give it.

A ladder for size: no mention, nothing to do; fewer than LISTED, they are listed; fewer than DENSE, agglomerative (Ward)
clusters inside BERTopic; more, UMAP and HDBSCAN inside BERTopic. Above SAMPLE mentions the model is fitted on a sample
stratified by sense, and the rest take the topic of most of their nearest mentions in the sample.
"""

from __future__ import annotations

import logging
import re
import shutil
import warnings
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from analysis.common.cores import one_thread
from analysis.common.tables import cannot_write, check_table, make_table, takes_frames
from analysis.inventory.inventory import NO_SENSE, Inventory, load_inventory
from analysis.senses.cues import find_cues, word_features
from analysis.topics.name import name_topics
from analysis.topics.nearest import chunks, nearest
from analysis.topics.unexplained import ALIKE, NOVEL_SHARE, Place, is_novel, places, signs_of, unexplained
from analysis.vectors.embed import parts_of, unit

if TYPE_CHECKING:
    import pandas as pd
    from bertopic import BERTopic
    from umap import UMAP

    from analysis.senses.head import Features

UNMODELLED = ("none", "listed")  # how a rung without a topic model begins
LISTED = 12
DENSE = 100
SAMPLE = 20_000
VOTES = 15  # nearest mentions that are asked for a topic, and that UMAP keeps near
OUTLIER = -1
PART_WEIGHTS = (1.0, 0.7, 0.5)  # the mention counts most, then its sentence, then the paper's title
SENSE_WEIGHT = 0.6  # how far two mentions of different senses are pushed apart


class Topics(NamedTuple):
    """The topic of each mention, the table of topics, which rung of the ladder ran, and the BERTopic model if any."""

    mentions: pd.DataFrame
    topics: pd.DataFrame
    rung: str
    model: BERTopic | None


@one_thread()
@takes_frames
def model_topics(
    mentions: pd.DataFrame,
    vectors: np.ndarray,
    senses: pd.DataFrame | None = None,
    *,
    labelled: Features | None = None,
    inventory: Inventory | None = None,
    seed: int = 0,
    no_sense: Collection[str] = NO_SENSE,
) -> Topics:
    """Find topics among mentions.

    ``mentions`` is a mentions table of n rows, ``vectors`` what ``embed_mentions`` made of it; ``senses``,
    if given, is the senses table of the same rows and keeps mentions of different senses apart; ``labelled`` is what a
    head reads of labelled mentions of the known senses, beside which new ones are seen to be new, and ``inventory``
    has the cues of these senses (default: the shipped one for "bias"); ``no_sense`` are the labels that are none.
    Returns ``Topics``:
    ``mentions`` with mention_id, topic (-1: in none), topic_label and novel; ``topics`` with one row per topic. Method:
    BERTopic (Grootendorst 2022), its words by class-based TF-IDF, its names by ``name_topics``. Raises ``BadInput`` if
    a column is missing.
    """
    import pandas as pd

    check_table(mentions, "mentions", needs=("mention_id", "paper_id", "field", "sentence", "lemma"))
    n = len(mentions)
    documents = [
        _without_term(s, surface) for s, surface in zip(mentions["sentence"], mentions["surface"], strict=True)
    ]
    if n < LISTED:
        rung = "none: no mention" if n == 0 else f"listed: fewer than {LISTED} mentions are not clustered"
    elif not _have_words(documents):
        rung = "listed: the sentences hold too few words beside the term to tell topics apart"
    else:
        rung = ""
    if rung:
        found = np.full(n, OUTLIER)
        return Topics(_of_mentions(mentions, found, {}, set()), make_table("topics"), rung, None)
    space, strange = _weighted(vectors), np.zeros(n, dtype=bool)
    here, papers = Place(space), pd.factorize(mentions["paper_id"])[0]  # before senses push mentions apart
    signs, cued, alike = None, None, NOVEL_SHARE
    if senses is not None:
        if labelled is not None and n >= DENSE:  # among few mentions, how dense they lie is an accident
            cued = cued_as_read(mentions, senses, inventory or load_inventory())
            here, signs = signs_beside(labelled, mentions, vectors, senses, cued, seed=seed)
            alike = ALIKE
        strange = unexplained(space, senses, papers, signs, cued, seed=seed, no_sense=no_sense)
        space = _beside_senses(space, senses, strange)
    model, found, rung = _fit(documents, space, senses["sense"] if senses is not None else None, seed)
    found = _by_size(found)
    terms = _terms(documents, found)
    labels = name_topics(mentions, found, terms, _empty_words())
    novel = {t for t in terms if is_novel(here, papers, strange, found == t, alike=alike, seed=seed)}
    table = pd.DataFrame(
        [_topic(t, labels[t], words, senses, t in novel, found == t) for t, words in sorted(terms.items())]
    )
    topics = make_table("topics", table)
    return Topics(_of_mentions(mentions, found, labels, novel), topics, rung, model)


def signs_beside(
    labelled: Features,
    mentions: pd.DataFrame,
    vectors: np.ndarray,
    senses: pd.DataFrame,
    cued: np.ndarray,
    *,
    seed: int = 0,
) -> tuple[Place, np.ndarray]:
    """Where mentions lie beside labelled ones, and the signs that no known sense explains them (``signs_of``).

    ``cued`` is what ``cued_as_read`` gives; the other arguments are those of ``model_topics``.
    """
    import pandas as pd

    here, known = places(_weighted(vectors), word_features(mentions), _weighted(labelled.vectors), labelled.words)
    confidence, papers = senses["confidence"].to_numpy(dtype=float), pd.factorize(mentions["paper_id"])[0]
    return here, signs_of(here, known, confidence, cued, papers, seed=seed)


def cued_as_read(mentions: pd.DataFrame, senses: pd.DataFrame, inventory: Inventory) -> np.ndarray:
    """Whether a cue of the sense that was read stands at each of n mentions, bool (n,)."""
    read = zip(find_cues(mentions, inventory), senses["sense"], strict=True)
    return np.array([any(cue.sense == sense for cue in cues) for cues, sense in read], dtype=bool)


def _weighted(vectors: np.ndarray) -> np.ndarray:
    """The vectors' parts, weighted: float32, unit rows."""
    parts = parts_of(vectors) * np.array(PART_WEIGHTS, np.float32)[:, None]
    return np.asarray(unit(parts.reshape(len(vectors), -1)), dtype=np.float32)


def _beside_senses(space: np.ndarray, senses: pd.DataFrame, strange: np.ndarray) -> np.ndarray:
    """The weighted vectors beside the sense as far as it is sure: float32, unit rows.

    What is unexplained stands together, as if that were a sense.
    """
    names = sorted(set(senses["sense"]))
    sure = np.zeros((len(senses), len(names) + 1), np.float32)
    sure[np.arange(len(senses)), [names.index(s) for s in senses["sense"]]] = senses["confidence"]
    sure[strange] = np.eye(len(names) + 1)[-1]
    return np.asarray(unit(np.hstack([space, SENSE_WEIGHT * sure])), dtype=np.float32)


def _fit(
    documents: list[str], space: np.ndarray, senses: pd.Series | None, seed: int
) -> tuple[BERTopic, np.ndarray, str]:
    from bertopic import BERTopic
    from bertopic.dimensionality import BaseDimensionalityReduction

    common: dict[str, Any] = {"embedding_model": None, "vectorizer_model": _vectorizer(), "verbose": False}
    if len(documents) < DENSE:
        from sklearn.cluster import AgglomerativeClustering

        count = _best_count(space)
        model = BERTopic(
            umap_model=BaseDimensionalityReduction(), hdbscan_model=AgglomerativeClustering(count), **common
        )
        model.fit(documents, embeddings=space)
        return model, np.asarray(model.topics_), f"agglomerative: Ward clusters, their number ({count}) by silhouette"
    from hdbscan import HDBSCAN

    smallest = max(8, min(len(documents), SAMPLE) // 150)
    drawn, known = np.arange(len(documents)), space
    if many := len(documents) > SAMPLE:
        drawn = stratified_sample(senses, len(documents), SAMPLE, least=2 * smallest, seed=seed)
        known = space[drawn]
    model = BERTopic(
        umap_model=_reducer(known, seed),
        hdbscan_model=HDBSCAN(min_cluster_size=smallest, metric="euclidean", prediction_data=False),
        **common,
    )
    rung = f"UMAP and HDBSCAN: topics of at least {smallest} mentions"
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "precomputed_knn", UserWarning)  # it could not place further mentions
        model.fit([documents[i] for i in drawn], embeddings=known)
    if not many:
        return model, np.asarray(model.topics_), rung
    found = as_nearest(space, known, np.asarray(model.topics_))
    found[drawn] = model.topics_
    return model, found, f"{rung}, fitted on {len(drawn):,} of them"


def _reducer(space: np.ndarray, seed: int) -> UMAP:
    """UMAP to five dimensions, with the nearest neighbours given: to compile its own search takes half a minute."""
    from umap import UMAP

    near, likeness = nearest(lambda rows: space[rows] @ space.T, len(space), VOTES)  # as UMAP has it, with itself
    return UMAP(
        n_neighbors=VOTES, n_components=5, min_dist=0.0, metric="cosine", random_state=seed, n_jobs=1,
        precomputed_knn=(near.astype(np.int32), np.maximum(1 - likeness, 0)),
    )  # fmt: skip


def _best_count(space: np.ndarray) -> int:
    """Number of Ward clusters with the best mean silhouette (Rousseeuw 1987)."""
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.metrics import silhouette_score

    most = max(2, round(len(space) ** 0.5))  # the usual rule of thumb for the number of clusters
    scores = {k: silhouette_score(space, AgglomerativeClustering(k).fit_predict(space)) for k in range(2, most + 1)}
    return max(scores, key=lambda k: (scores[k], -k))


def stratified_sample(strata: pd.Series | None, n: int, size: int, *, least: int, seed: int = 0) -> np.ndarray:
    """About ``size`` of n rows, sorted: of each stratum its share, and ``least`` (or all) where that would be fewer.

    So a rare sense is in the sample in a number that can be a topic. Without ``strata`` all rows are one.
    """
    import pandas as pd

    rng = np.random.default_rng(seed)
    codes = np.zeros(n, dtype=int) if strata is None else pd.factorize(strata, sort=True)[0]
    drawn = []
    for code in range(codes.max(initial=0) + 1):
        rows = np.flatnonzero(codes == code)
        wanted = min(len(rows), max(least, round(size * len(rows) / n)))
        drawn.append(rng.choice(rows, wanted, replace=False))
    return np.sort(np.concatenate(drawn))


def as_nearest(space: np.ndarray, known: np.ndarray, topics: np.ndarray) -> np.ndarray:
    """For each row the topic (or none) that most of its ``VOTES`` nearest known rows have; the nearest's on a tie."""
    near, _ = nearest(lambda rows: space[rows] @ known.T, len(space), VOTES)
    found = np.empty(len(space), dtype=np.int64)
    for rows in chunks(len(space)):
        voted = topics[near[rows]]
        counts = (voted[:, :, None] == voted[:, None, :]).sum(axis=2)
        found[rows] = voted[np.arange(len(voted)), counts.argmax(axis=1)]
    return found


def _by_size(found: np.ndarray) -> np.ndarray:
    """Number topics from the largest (0) down, ties by first appearance; outliers stay -1."""
    names, first, counts = np.unique(found, return_index=True, return_counts=True)
    order = sorted((i for i in range(len(names)) if names[i] != OUTLIER), key=lambda i: (-counts[i], first[i]))
    rename = {names[i]: rank for rank, i in enumerate(order)} | {OUTLIER: OUTLIER}
    return np.array([rename[t] for t in found])


_WORD = r"(?u)\b[^\W\d_][\w'-]+\b"


# What every abstract says whatever it is about: no topic should be named by it.
BOILERPLATE = frozenset("""
able achieve achieves additional additionally address addresses aim aims analysis analyze analyzing apply approach
approaches art available based best better broad called carefully case cases challenge challenges common commonly
comparison comprehensive conduct consider considered consistent contrast contribution contributions critical current
define demonstrate demonstrated demonstrates demonstrating despite develop developed developing different directly
easily effect effective effectively effectiveness effects efficient empirical enable enables ensure especially
evaluate evaluating evidence examine existing experiment experimental experiments explore exploring
extensive extent findings finally focus framework fundamental furthermore future general generally given greater
help high highlight highly identify impact important improve improved improvement improvements improves improving
include includes including increase increasing increasingly individual insight insights instead introduce introduced
introduces introducing investigate issue issues key known lack large lead leading leads leverage leveraging likely
limited low main major make makes making manner method methods mitigate mitigating mitigation moreover multiple
nature need new notably novel number observe obtain outperform outperforms overall paper particular particularly
perform performance performs popular possible potential potentially powerful present presents previous primarily
prior problem problems produce promising propose proposed proposes provide provided provides providing recent
recently reduce reduced reduces reducing related relative reliable remain remains report require required requires
requiring research researchers reserved respectively result resulting results reveal reveals rich robust role setting
settings shown shows significant significantly similar simple simply single small specific standard state strong studied
studies study substantial substantially suffer suggest suggests systematic systematically technique techniques
test traditional type types typically understanding unified use used useful uses using valuable various vital
wide widely work works yield yields
""".split())  # fmt: skip


def _empty_words() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(ENGLISH_STOP_WORDS | BOILERPLATE)


def _vectorizer() -> Any:
    from sklearn.feature_extraction.text import CountVectorizer

    return CountVectorizer(stop_words=sorted(_empty_words()), token_pattern=_WORD, ngram_range=(1, 2))


def _have_words(documents: list[str]) -> bool:
    """Whether the documents hold at least two different words, which BERTopic's weights need."""
    analyse = _vectorizer().build_analyzer()
    return len({word for document in documents for word in analyse(document)}) > 1


def _terms(documents: list[str], found: np.ndarray, count: int = 10) -> dict[int, list[str]]:
    """Most characteristic words of each topic by c-TF-IDF, a phrase displacing the words it holds."""
    from bertopic.vectorizers import ClassTfidfTransformer

    names = [t for t in np.unique(found) if t != OUTLIER]
    if not names:
        return {}
    vectorizer = _vectorizer()
    pooled = [" . ".join(d for d, t in zip(documents, found, strict=True) if t == name) for name in names]
    if not _have_words(pooled):
        return {int(name): [] for name in names}
    counts = vectorizer.fit_transform(pooled)
    weights = ClassTfidfTransformer(reduce_frequent_words=True).fit_transform(counts).toarray()
    words = vectorizer.get_feature_names_out()
    return {
        int(name): _distinct(words[[i for i in np.argsort(-row, kind="stable")[: 4 * count] if row[i] > 0]], count)
        for name, row in zip(names, weights, strict=True)
    }


def _distinct(words: Any, count: int) -> list[str]:
    kept: list[str] = []
    for word in words:
        parts = set(word.split())
        if not any(parts & set(other.split()) for other in kept):
            kept.append(str(word))
    return kept[:count]


def _without_term(sentence: str, surface: str) -> str:
    """The sentence without the term itself: it is in every document and tells topics nothing apart."""
    return re.sub(rf"(?i)\b\w*{re.escape(surface)}\w*\b", " ", sentence)


def _topic(
    topic: int, name: str, terms: list[str], senses: pd.DataFrame | None, novel: bool, members: np.ndarray
) -> dict[str, Any]:
    sense = parent = ""
    if senses is not None:
        sense = str(senses[members].groupby("sense")["confidence"].sum().sort_index().idxmax())
        parent = str(senses[members].groupby("parent")["parent_confidence"].sum().sort_index().idxmax())
    return {
        "topic": topic, "label": name, "sense": sense, "parent": parent, "n": int(members.sum()), "terms": terms,
        "novel": novel, "proposed_name": name if novel else "",
    }  # fmt: skip


def _of_mentions(mentions: pd.DataFrame, found: np.ndarray, labels: dict[int, str], novel: set[int]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        {
            "mention_id": mentions["mention_id"].to_numpy(),
            "topic": found.astype("int64"),
            "topic_label": pd.Series([labels.get(int(t), "") for t in found], dtype="str"),
            "novel": [int(t) in novel for t in found],
        }
    )


def save_model(model: BERTopic | None, folder: Path) -> None:
    """Keep the topic model as safetensors and JSON in ``folder``, replacing what was there; None leaves no folder.

    Raises ``BadInput`` where it cannot be written.
    """
    from safetensors import SafetensorError

    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    if model is not None:
        logging.getLogger("BERTopic").setLevel(logging.ERROR)  # it warns that no embedding model is saved: none is used
        try:
            model.save(str(fresh), serialization="safetensors", save_ctfidf=True, save_embedding_model=False)
        except (OSError, SafetensorError) as error:  # the latter, too, says that the disk is full
            raise cannot_write(folder, error) from error
    shutil.rmtree(folder, ignore_errors=True)
    if model is not None:
        fresh.rename(folder)
