"""The study: every table of one collection and one term, kept in a folder, made again only where something changed."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.common.errors import BadInput
from analysis.common.scatter import open_cluster
from analysis.common.tables import make_table
from analysis.common.wording import count_of
from analysis.evidence.corrections import FILES as EVIDENCE
from analysis.inventory.inventory import inventory_for, inventory_of
from analysis.senses.probable import at_parents
from analysis.senses.reader import Reading
from analysis.study.cache import Stages, read_stages

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.findings.comparison import Comparison
    from analysis.inventory.inventory import Inventory
    from analysis.inventory.palette import Palette
    from analysis.study.error_model import ErrorModel
    from analysis.study.explain import Explainer, Explanation

REVIEWS = ("reviews.csv",)
TABLES = (
    "papers", "audit", "duplicates", "mentions", "excluded", "vectors", "scores", "senses", "held_out", "topics",
    "corrections", "machine", "drawn",
    "sentences", "entities", "quantities", "own_work",
)  # fmt: skip
_LATER = ("machine", "drawn")  # studies made before there were such tables are read without them
_OF_PAPERS = ("papers", "mentions", "excluded", "sentences", "entities", "quantities", "own_work", "corrections")
Source = str | os.PathLike[str]


@dataclass(frozen=True)
class Study:
    """All tables of one study. ``readings`` joins them: one row per mention with its sense and its paper.

    ``reading`` says who read the senses; ``error_model`` how often that reader is wrong, as far as it is known.
    ``machine`` is what it read before it knew any review, and ``drawn`` lists what review sheets drew at random. One
    ``is_part`` of a study (``only``) or ``is_coarse``, read by parents (``by_parent``).
    """

    term: str
    papers: pd.DataFrame
    audit: pd.DataFrame
    duplicates: pd.DataFrame
    mentions: pd.DataFrame
    excluded: pd.DataFrame
    vectors: np.ndarray
    scores: pd.DataFrame
    senses: pd.DataFrame
    machine: pd.DataFrame
    drawn: pd.DataFrame
    held_out: pd.DataFrame
    topics: pd.DataFrame
    corrections: pd.DataFrame
    sentences: pd.DataFrame
    entities: pd.DataFrame
    quantities: pd.DataFrame
    own_work: pd.DataFrame
    inventory: Inventory
    reading: Reading
    manifest: Mapping[str, Any]
    folder: Path
    is_part: bool = False
    is_coarse: bool = False

    @cached_property
    def named_papers(self) -> pd.DataFrame:
        """The papers as texts name them: the title of a retracted one ends with ``[retracted]``."""
        from analysis.collection.retracted import named

        return named(self.papers)

    @cached_property
    def readings(self) -> pd.DataFrame:
        """One row per mention: the mentions table, its senses, and title, abstract, year, venue, url, authors."""
        columns = ["paper_id", "title", "abstract", "year", "venue", "url", "authors"]
        return self.mentions.merge(self.senses, on="mention_id", validate="1:1").merge(
            self.named_papers[columns], on="paper_id", validate="m:1"
        )

    @cached_property
    def error_model(self) -> ErrorModel:
        """How the reader of this study errs, counted on mentions that it had not learned from."""
        from analysis.study.error_model import error_model_of

        return error_model_of(self.reading, self.held_out, self.inventory, coarse=self.is_coarse)

    @property
    def order(self) -> tuple[str, ...]:
        """Ids of the senses as every table and chart lists them: in the inventory's order, no senses last."""
        return tuple(self.inventory.order)

    @cached_property
    def palette(self) -> Palette:
        """Name, colour and marker of each sense, in that order."""
        from analysis.inventory.palette import palette_of

        return palette_of(self.inventory)

    @cached_property
    def answers(self) -> dict[Any, Any]:
        """What ``analysis.findings`` was asked of this study, and its answers."""
        return {}

    def only(self, paper_ids: Iterable[str]) -> Study:
        """The part of this study with these papers, read as before: two parts of a collection can be compared.

        Topics and their sizes, the audit and the duplicates stay those of the whole. Nothing is written.
        """
        wanted = set(paper_ids)
        tables = {name: getattr(self, name) for name in _OF_PAPERS}
        parts = {name: table[table["paper_id"].isin(wanted)].reset_index(drop=True) for name, table in tables.items()}
        here = self.mentions["paper_id"].isin(wanted).to_numpy()
        scores = self.scores[here].reset_index(drop=True) if len(self.scores) else self.scores
        senses = self.senses[here].reset_index(drop=True)
        ids = set(senses["mention_id"])
        for name in _LATER:
            table = getattr(self, name)
            parts[name] = table[table["mention_id"].isin(ids)].reset_index(drop=True)
        return replace(self, **parts, scores=scores, senses=senses, vectors=self.vectors[here], is_part=True)

    @cached_property
    def by_parent(self) -> Study:
        """The same study with parents in the place of senses, so that each question and chart can be had of them.

        Corrections of the evidence table, which name senses, stay behind. Nothing is written. Raises ``BadInput``
        where the inventory has no parents.
        """
        return replace(
            self,
            inventory=self.inventory.of_parents(),
            senses=at_parents(self.senses, self.inventory),
            machine=self.machine.assign(sense=list(map(self.inventory.parent_of, self.machine["sense"]))),
            topics=self.topics.assign(sense=self.topics["parent"]),
            corrections=self.corrections.iloc[:0],
            is_coarse=True,
        )

    def compare(self, other: Study, *, names: Sequence[str] | None = None) -> Comparison:
        """Set it beside another, or a part (``only``) beside a part: shares, kinds, stances, methods, what is new.

        ``names`` are what the two are called after "in" (default: their folders). Raises ``BadInput`` unless one reader
        read both in the same senses.
        """
        from analysis.findings.comparison import compare_studies

        return compare_studies(self, other, names)

    def explain(self, mention_id: str, k: int = 3) -> Explanation:
        """Why this mention has its sense, with ``k`` neighbours of each kind. Raises ``BadInput`` for an unknown id."""
        return self._explainer.explain(mention_id, k)

    @cached_property
    def _explainer(self) -> Explainer:
        from analysis.study.explain import Explainer

        return Explainer(self)

    @property
    def size(self) -> str:
        """``85 mentions in 21 of 21 papers``: papers with a mention, of all in the collection."""
        using = self.mentions["paper_id"].nunique()
        return f"{count_of(len(self.mentions), 'mention')} in {using:,} of {count_of(len(self.papers), 'paper')}"

    def _repr_html_(self) -> str:
        without = self.senses["sense"].isin(self.inventory.no_sense)
        parts = [
            f"\u201c{self.term}\u201d: {self.size}",
            f"{count_of(self.senses.loc[~without, 'sense'].nunique(), 'sense')} (mentions without one: "
            f"{int(without.sum()):,}) and {count_of(int((self.topics['topic'] >= 0).sum()), 'finer topic')}",
            f"{count_of(int(self.senses['reviewed'].sum()), 'mention')} reviewed",
        ]
        reviewed = self.manifest.get("reviews_report") or {}
        parts += [reviewed["agreement"]["text"]] if reviewed else []
        return f'<p class="study">{escape("; ".join(parts))}. Tables in <code>{escape(self.folder.name)}</code>.</p>'

    def __repr__(self) -> str:
        reviewed = self.manifest.get("reviews_report") or {}
        parts = f". {reviewed['agreement']['text']}" if reviewed else ""
        return f"Study of {self.term!r}: {self.size}, {self.folder}{parts}"


def open_study(
    sources: Source | Iterable[Source] = (),
    *,
    term: str = "bias",
    also: Iterable[str] = (),
    mapping: Mapping[str, str] | None = None,
    inventory: Source | None = None,
    labels: Source | None = None,
    reviews: Source | None = None,
    evidence: Source | None = None,
    folder: Source | None = None,
    seed: int = 0,
    keep_duplicates: bool = False,
    scheduler: str | None = None,
) -> Study:
    """Run what is not yet done for these sources and this term, and return every table.

    ``sources`` are files, folders or globs (none: the bundled collection). ``mapping`` names a table's unknown columns:
    {"Summary": "abstract"}. ``inventory`` is a YAML file, the name of a worked example (such as "attention"), or "none"
    to induce senses, the default for a term other than that of the shipped inventory. ``labels`` is a CSV of labelled
    mentions, ``reviews`` a reviews.csv (default: the one beside the study folder, if there is one), ``evidence`` an
    evidence table that a person corrected (default: evidence.csv or evidence.xlsx there). ``folder`` keeps the tables
    (default: ``<term>.study`` here). ``scheduler`` is a Dask cluster that does the work: ``local`` for a worker on each
    core, or the address of a scheduler; the result is the same. A stage runs again only if its code, parameters or
    input changed. Raises ``BadInput`` for anything that cannot be used.
    """
    from analysis.inventory.family import normal_term
    from analysis.study import steps

    term = normal_term(term)
    name, chosen = inventory_for(term, inventory)
    folder = Path(folder) if folder is not None else Path(f"{_slug(term)}.study")
    given = [sources] if isinstance(sources, str | os.PathLike) else list(sources)
    reviewed, corrected = _beside(folder, reviews, REVIEWS), _beside(folder, evidence, EVIDENCE)
    with Stages(folder, term=term, seed=seed) as stages, open_cluster(scheduler) as cluster:
        papers = steps.papers(stages, given, mapping=mapping, keep_duplicates=keep_duplicates, cluster=cluster)
        mentions = steps.mentions(stages, papers, term, tuple(also), chosen, cluster)
        vectors = steps.vectors(stages, mentions, papers, cluster)
        scores = steps.scores(stages, mentions, papers, cluster)
        senses = steps.senses(
            stages, mentions, vectors, scores, papers, inventory=name, labels=labels, reviews=reviewed, seed=seed
        )
        drawn = steps.drawn(stages, mentions, reviews=reviewed, seed=seed)
        named = steps.names(stages, senses)
        topics = steps.topics(stages, mentions, vectors, senses, seed=seed)
        abstracts = steps.abstracts(stages, mentions, papers, cluster)
        claims = steps.claims(stages, mentions, papers, cluster)
        corrections = steps.corrections(stages, papers, mentions, topics, senses["inventory"], corrected)
        made = papers | mentions | vectors | scores | senses | named | drawn | topics | abstracts | claims | corrections
        return _study(folder, stages.finish(), made)


def _beside(folder: Path, given: Source | None, names: Sequence[str]) -> Path | None:
    """The file given, else the one of these names that lies beside the study. Raises ``BadInput`` if several do."""
    if given is not None:
        return Path(given)
    there = [path for name in names if (path := folder.parent / name).is_file()]
    if len(there) > 1:
        raise BadInput(f"{there[0]} and {there[1].name}: both may hold corrections; say which with --evidence FILE")
    return there[0] if there else None


def read_study(folder: Source) -> Study:
    """Open a study as it lies in its folder, yours or one that you were sent; nothing runs, nothing is written.

    Raises ``BadInput`` when the folder holds no study, an unfinished one, or a file that its manifest does not know.
    """
    folder = Path(folder)
    manifest, made = read_stages(folder)
    made |= {name: make_table(name) for name in _LATER if name not in made}
    absent = [name for name in (*TABLES, "inventory", "reading") if name not in made]
    if absent:
        raise BadInput(
            f"{folder}: an unfinished study (it lacks {', '.join(absent)}); run the command that makes it again"
        )
    return _study(folder, manifest, made)


def _study(folder: Path, manifest: Mapping[str, Any], made: Mapping[str, Any]) -> Study:
    """The study of a manifest and all that the stages made, by name."""
    return Study(
        term=manifest["term"],
        **{name: made[name] for name in TABLES},
        inventory=inventory_of(_with_names(made["inventory"], made.get("names", ()))),
        reading=Reading(**made["reading"]),
        manifest=manifest,
        folder=folder,
    )


def _with_names(inventory: Mapping[str, Any], names: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """The inventory, as plain data, with names told later; their description precedes what was found of a sense."""
    told = {row["id"]: row for row in names}
    senses = [
        {**s, "name": told[s["id"]]["name"], "definition": f"{told[s['id']]['definition']} {s['definition']}"}
        if s["id"] in told
        else s
        for s in inventory["senses"]
    ]
    return {**inventory, "senses": senses}


def _slug(text: str) -> str:
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-")[:60] or hashlib.sha256(text.encode()).hexdigest()[:12]
