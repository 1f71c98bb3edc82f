"""Sense cards: all that is known of one sense on one card, with quotes that can be looked up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.inventory.marks import place_in_sentence
from analysis.senses.probable import said_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.evaluation import Evaluation
    from analysis.inventory.inventory import Inventory

QUOTES = 3
CLEAR = 0.9  # confidence from which a reading is no borderline case
HEAD_REDRAWN = "sense head, papers redrawn"  # the method of ``Evaluation.stability`` that a card tells of
LONG = 320  # characters; a shorter sentence makes the better quote


@dataclass(frozen=True)
class Quote:
    """A sentence of a paper, verbatim; ``start`` and ``end`` are the mention's place within it.

    ``parent`` is the parent that is sure where the sense is not, else "".
    """

    mention_id: str
    paper_id: str
    title: str
    url: str
    field: str
    sentence: str
    start: int
    end: int
    confidence: float
    runner_up: str
    reviewed: bool
    parent: str = ""


@dataclass(frozen=True)
class Reliability:
    """How far one sense's readings can be trusted, measured on the labels that ship with the project.

    ``precision`` and ``recall`` are (value, low, high) on held-out mentions, ``labelled`` of which have this sense;
    the sense was found again in ``found`` of ``runs`` trainings on papers drawn anew.
    """

    labelled: int
    precision: tuple[float, float, float]
    recall: tuple[float, float, float]
    found: int
    runs: int


@dataclass(frozen=True)
class Card:
    """One sense: what it means, how common it is, its words, topics, stances, quotes, and what speaks for it.

    ``stances`` and ``topics`` count mentions, ``kinds`` papers, each the commonest first. ``by_vectors``: the typical
    quotes are those nearest to the mean vector, else the most confident ones. ``novel`` holds the labels of those
    topics that may be novel. ``main_stance`` is the first of ``stances`` with its estimated share: (stance, estimate,
    low, high).
    """

    sense: str
    name: str
    definition: str
    papers: int
    of_papers: int
    mentions: int
    of_mentions: int
    share: float
    low: float
    high: float
    collocates: tuple[str, ...]
    topics: tuple[tuple[str, int], ...]
    novel: frozenset[str]
    stances: tuple[tuple[str, int], ...]
    confident: float
    typical: tuple[Quote, ...]
    borderline: Quote | None
    reliability: Reliability | None
    by_vectors: bool = False
    main_stance: tuple[str, float, float, float] | None = None
    kinds: tuple[tuple[str, int], ...] = ()


def sense_cards(
    readings: pd.DataFrame,
    inventory: Inventory,
    shares: pd.DataFrame,
    collocates: pd.DataFrame,
    *,
    vectors: np.ndarray | None = None,
    evaluation: Evaluation | None = None,
    stances: pd.DataFrame | None = None,
    kinds: pd.DataFrame | None = None,
) -> list[Card]:
    """A card for each sense that occurs, in the inventory's order; labels that are no sense are left out.

    ``shares`` and ``collocates`` are the tables of ``sense_shares`` and ``distinguishing_collocates``; ``vectors``
    (one row per reading) make typical quotes typical: see ``typical_quotes``. ``confident`` is the share of the sense's
    mentions that are not unsure. ``evaluation`` is that of the heads that read the mentions;
    without it a card has no ``reliability``. ``stances`` is the table of ``stance_by_sense``, for the ``main_stance``.
    ``kinds`` has sense, kind and papers, one row a kind of the sense ("gender bias").
    """
    by_papers = shares[shares["unit"] == "papers"].set_index("sense")
    names = {sense.id: (sense.name, sense.definition) for sense in inventory.senses}
    found = set(readings["sense"]) - set(inventory.no_sense)
    cards = []
    for sense in [*[s for s in inventory.ids if s in found], *sorted(found - set(inventory.ids))]:
        rows = np.flatnonzero((readings["sense"] == sense).to_numpy())
        own = readings.iloc[rows]
        typical = typical_quotes(own, None if vectors is None else vectors[rows])
        share = by_papers.loc[sense]
        name, definition = names.get(sense, (sense, ""))
        cards.append(
            Card(
                sense, name, definition, int(share["count"]), int(share["of"]), len(own), len(readings),
                float(share["estimate"]), float(share["low"]), float(share["high"]),
                tuple(collocates.loc[(collocates["sense"] == sense) & (collocates["low"] > 0), "word"]),
                _counted(own.loc[own["topic"] >= 0, "topic_label"]), frozenset(own.loc[own["novel"], "topic_label"]),
                _counted(own.loc[own["stance"] != "", "stance"]),
                float((~own["abstained"]).mean()), tuple(typical), borderline_quote(own, typical),
                None if evaluation is None else reliability_of(sense, evaluation),
                vectors is not None,
                None if stances is None else main_stance(sense, stances),
                () if kinds is None else kinds_of(sense, kinds),
            )
        )  # fmt: skip
    return cards


def main_stance(sense: str, stances: pd.DataFrame) -> tuple[str, float, float, float] | None:
    """The stance that most of a sense's mentions were read with, then by name, and its estimated share.

    ``stances`` is the table of ``stance_by_sense``. Returns (stance, estimate, low, high); None without any, or where
    no replicate has a mention of the sense, as when the labels give each another.
    """
    own = stances[stances["sense"] == sense].sort_values(["count", "stance"], ascending=[False, True])
    if own.empty or own["estimate"].isna().any():
        return None
    row = own.iloc[0]
    return str(row["stance"]), float(row["estimate"]), float(row["low"]), float(row["high"])


def kinds_of(sense: str, kinds: pd.DataFrame) -> tuple[tuple[str, int], ...]:
    """The kinds of one sense with the number of papers that name each, commonest first, then by name."""
    own = kinds[kinds["sense"] == sense].sort_values(["papers", "kind"], ascending=[False, True])
    return tuple((str(kind), int(papers)) for kind, papers in own[["kind", "papers"]].to_numpy())


def reliability_of(sense: str, evaluation: Evaluation) -> Reliability | None:
    """What an evaluation says of one sense; None if it did not meet it."""
    measured = evaluation.senses[evaluation.senses["sense"] == sense]
    again = evaluation.stability
    if measured.empty or again.empty:
        return None
    again = again[(again["method"] == HEAD_REDRAWN) & (again["name"] == sense)]
    if again.empty:
        return None
    row = measured.iloc[0]
    precision, recall = (
        (float(row[kind]), float(row[f"{kind}_low"]), float(row[f"{kind}_high"])) for kind in ("precision", "recall")
    )
    return Reliability(int(row["n"]), precision, recall, int(again["found"].iloc[0]), int(again["runs"].iloc[0]))


def typical_quotes(own: pd.DataFrame, vectors: np.ndarray | None = None, *, n: int = QUOTES) -> list[Quote]:
    """At most ``n`` quotes from different papers that show one sense at its clearest.

    ``own`` holds the readings of that sense; the unsure ones are passed over if there are others. The more
    confident half is ranked by closeness (cosine) to the mean of the sense's ``vectors``, or by confidence where there
    are none; whole sentences of readable length go first.
    """
    certain = ~own["abstained"].to_numpy(dtype=bool)
    if certain.any():
        own, vectors = own[certain], None if vectors is None else vectors[certain]
    if vectors is None or not len(own):
        closeness = own["confidence"].to_numpy(dtype=float)
    else:
        centre = vectors.mean(axis=0)
        norms = np.linalg.norm(vectors, axis=1) * max(float(np.linalg.norm(centre)), 1e-12)
        closeness = vectors @ centre / np.where(norms > 0, norms, 1)
    confidence = own["confidence"].to_numpy(dtype=float)
    sure = confidence >= np.median(confidence) if len(own) else confidence
    handy = ((own["sentence"].str.len() <= LONG) & (own["field"] == "abstract")).to_numpy()
    ranking: Any = np.lexsort((own["mention_id"].to_numpy(dtype=str), -closeness, ~handy, ~sure)) if len(own) else []
    quotes: dict[str, Quote] = {}
    for row in ranking:
        quote = as_quote(own.iloc[row])
        quotes.setdefault(quote.paper_id, quote)
        if len(quotes) == n:
            break
    return list(quotes.values())


def borderline_quote(own: pd.DataFrame, typical: Sequence[Quote]) -> Quote | None:
    """The least confident mention of a sense that no one has reviewed and that is not among the typical ones.

    None where even that was read with a confidence of ``CLEAR`` or more.
    """
    taken = {quote.mention_id for quote in typical}
    open_ = ~own["mention_id"].isin(taken) & ~own["reviewed"] & (own["confidence"] < CLEAR)
    rest = own[open_].sort_values(["confidence", "mention_id"])
    return as_quote(rest.iloc[0]) if len(rest) else None


def as_quote(reading: pd.Series) -> Quote:
    """A reading as a quote: its whole sentence, to the character as it stands in the paper."""
    start, end = place_in_sentence(reading)
    return Quote(
        reading["mention_id"], reading["paper_id"], reading["title"], reading["url"], reading["field"],
        reading["sentence"], start, end,
        float(reading["confidence"]), reading["runner_up"], bool(reading["reviewed"]),
        "" if (said := said_of(reading)).label == reading["sense"] else said.label,
    )  # fmt: skip


def _counted(values: pd.Series) -> tuple[tuple[str, int], ...]:
    """Values with their counts, commonest first, then by name."""
    counts = values.value_counts().to_dict()
    return tuple(sorted(((str(v), int(n)) for v, n in counts.items()), key=lambda pair: (-pair[1], pair[0])))
