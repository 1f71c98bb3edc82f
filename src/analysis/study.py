"""The study: every table of one collection and one term, kept in a folder, made again only where something changed."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.senses.inventory import UNCLEAR
from analysis.stages import Stages

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.senses.explain import Explainer, Explanation
    from analysis.senses.inventory import Inventory

REVIEWS = "reviews.csv"
Source = str | os.PathLike[str]


@dataclass(frozen=True)
class Study:
    """All tables of one study. ``readings`` joins them: one row a mention with its sense and its paper."""

    term: str
    papers: pd.DataFrame
    audit: pd.DataFrame
    duplicates: pd.DataFrame
    mentions: pd.DataFrame
    excluded: pd.DataFrame
    vectors: np.ndarray
    senses: pd.DataFrame
    topics: pd.DataFrame
    inventory: Inventory
    manifest: Mapping[str, Any]
    folder: Path

    @cached_property
    def readings(self) -> pd.DataFrame:
        """One row a mention: the mentions table, its senses, and title, abstract, year, venue, url, authors."""
        columns = ["paper_id", "title", "abstract", "year", "venue", "url", "authors"]
        return self.mentions.merge(self.senses, on="mention_id", validate="1:1").merge(
            self.papers[columns], on="paper_id", validate="m:1"
        )

    def explain(self, mention_id: str, k: int = 3) -> Explanation:
        """Why this mention has its sense, with ``k`` neighbours of each kind. Raises ``BadInput`` for an unknown id."""
        return self._explainer.explain(mention_id, k)

    @cached_property
    def _explainer(self) -> Explainer:
        from analysis.senses.explain import Explainer

        return Explainer(self)

    @property
    def size(self) -> str:
        """``85 mentions in 21 of 21 papers``: papers with a mention, of all in the collection."""
        using = self.mentions["paper_id"].nunique()
        return f"{len(self.mentions):,} mentions in {using:,} of {len(self.papers):,} papers"

    def _repr_html_(self) -> str:
        unclear = self.senses["sense"] == UNCLEAR
        told = [
            f"\u201c{self.term}\u201d: {self.size}",
            f"{self.senses.loc[~unclear, 'sense'].nunique():,} senses (unclear mentions: {int(unclear.sum()):,}) and "
            f"{int((self.topics['topic'] >= 0).sum()):,} finer topics",
            f"{int(self.senses['reviewed'].sum()):,} mentions reviewed",
        ]
        reviewed = self.manifest.get("reviews_report") or {}
        told += [reviewed["agreement"]["text"]] if reviewed else []
        return f'<p class="study">{escape("; ".join(told))}. Tables in <code>{escape(self.folder.name)}</code>.</p>'

    def __repr__(self) -> str:
        reviewed = self.manifest.get("reviews_report") or {}
        told = f". {reviewed['agreement']['text']}" if reviewed else ""
        return f"Study of {self.term!r}: {self.size}, {self.folder}{told}"


def open_study(
    sources: Source | Iterable[Source] = (),
    *,
    term: str = "bias",
    also: Iterable[str] = (),
    inventory: Source | None = None,
    labels: Source | None = None,
    reviews: Source | None = None,
    folder: Source | None = None,
    seed: int = 0,
    keep_duplicates: bool = False,
) -> Study:
    """Run what is not yet done for these sources and this term, and return every table.

    ``sources`` are files, folders or globs (none: the bundled collection). ``inventory`` is a YAML file, or "none" to
    induce senses, the default for a term other than that of the shipped inventory. ``labels`` is a CSV of labelled
    mentions, ``reviews`` a reviews.csv (default: the one beside the study folder, if there is one). ``folder`` keeps
    the tables (default: ``<term>.study`` here). A stage runs again only if its code, parameters or input changed.
    Raises ``BadInput`` for anything that cannot be used.
    """
    from analysis import steps
    from analysis.family import normal_term
    from analysis.senses.inventory import inventory_of

    term = normal_term(term)
    folder = Path(folder) if folder is not None else Path(f"{_slug(term)}.study")
    given = [sources] if isinstance(sources, str | os.PathLike) else list(sources)
    beside = folder.parent / REVIEWS
    reviewed = Path(reviews) if reviews is not None else beside if beside.is_file() else None
    stages = Stages(folder, term=term, seed=seed)
    papers = steps.papers(stages, given, keep_duplicates=keep_duplicates)
    mentions = steps.mentions(stages, papers, term, tuple(also))
    vectors = steps.vectors(stages, mentions, papers)
    senses = steps.senses(
        stages, mentions, vectors, papers, inventory=inventory, labels=labels, reviews=reviewed, seed=seed
    )
    topics = steps.topics(stages, mentions, vectors, senses, seed=seed)
    manifest = stages.finish()
    return Study(
        term=term,
        papers=papers["papers"],
        audit=papers["audit"],
        duplicates=papers["duplicates"],
        mentions=mentions["mentions"],
        excluded=mentions["excluded"],
        vectors=vectors["vectors"],
        senses=topics["senses"],
        topics=topics["topics"],
        inventory=inventory_of(senses["inventory"]),
        manifest=manifest,
        folder=folder,
    )


def _slug(text: str) -> str:
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-")[:60] or hashlib.sha256(text.encode()).hexdigest()[:12]
