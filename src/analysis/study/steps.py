"""The stages of a study in their order: what each depends on, and what it makes of what came before."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.common.errors import BadInput
from analysis.common.hashes import file_hash, stream_hash
from analysis.common.resources import resource
from analysis.common.scatter import Cluster, joined, over
from analysis.common.tables import make_table, read_table
from analysis.study.cache import Result, Stages

if TYPE_CHECKING:
    import pandas as pd

    from analysis.inventory.inventory import Inventory

Source = str | os.PathLike[str]
TOPIC_MODEL = "topic_model"  # a folder in the study's


def papers(
    stages: Stages,
    sources: Sequence[Source],
    *,
    mapping: Mapping[str, str] | None,
    keep_duplicates: bool,
    cluster: Cluster | None = None,
) -> Result:
    """Load the collection: papers, audit, duplicates. ``duplicates.csv`` beside the study, if corrected, is obeyed."""
    inputs = _inputs(sources)
    corrections, corrected = _corrections(stages.folder)

    def make() -> Mapping[str, Any]:
        from analysis.collection import load_papers

        loaded = load_papers(
            *sources, mapping=mapping, keep_duplicates=keep_duplicates, duplicates=corrections, cluster=cluster
        )
        records = loaded.audit[loaded.audit["status"] != "not a record"].groupby("source").size()
        counted = [{**i, "records": int(records.get(i["source"], 0))} for i in inputs]
        for before, after in zip_longest(inputs, _inputs(sources)):
            if before != after:
                raise _changed((before or after)["source"])
        return {**loaded._asdict(), "inputs": counted}

    # A file is known by name and content: notebooks, which run elsewhere, name it by another path than the caller.
    known = [(Path(i["source"]).name, i["sha256"]) for i in inputs]
    made = stages.run(
        "papers",
        make,
        code=["collection", "common.escape", "common.latex", "common.tables"],
        parameters={
            "inputs": known, "mapping": mapping or {}, "keep_duplicates": keep_duplicates, "corrections": corrected
        },
    )  # fmt: skip
    stages.note(inputs=made["inputs"], mapping=mapping or {}, keep_duplicates=keep_duplicates)
    return made


def mentions(
    stages: Stages,
    collection: Result,
    term: str,
    also: tuple[str, ...],
    inventory: Inventory | None,
    cluster: Cluster | None = None,
) -> Result:
    """Find the mentions of the term, in the word family of its inventory, and the words that only look like it."""
    from analysis.common.models import spacy_model_version
    from analysis.inventory.inventory import family_of
    from analysis.mentions.find import find_excluded, find_mentions

    family = family_of(term, also=also, inventory=inventory)
    grammar = spacy_model_version()
    stages.note(grammar=grammar, also=list(family.also))

    def make() -> Mapping[str, Any]:
        papers = collection["papers"]
        found = over(cluster, partial(find_mentions, term=family), papers)
        return {"mentions": joined(found), "excluded": find_excluded(papers, family)}

    return stages.run(
        "mentions",
        make,
        code=["mentions", "inventory", "collection.as_read", "common.split", "common.tables"],
        parameters={"family": [family.term, family.prefixes, family.also, dict(family.exceptions)], "grammar": grammar},
        parents=[collection],
    )


def vectors(stages: Stages, mentioned: Result, collection: Result, cluster: Cluster | None = None) -> Result:
    """Encode each mention."""
    from analysis.common.models import find_encoder

    encoder = find_encoder().name
    stages.note(encoder=encoder)

    def make() -> Mapping[str, Any]:
        from analysis.vectors.embed import release_encoder

        papers, mentions = _mentioning(mentioned, collection), mentioned["mentions"]
        embedded = np.concatenate(over(cluster, _embedded, papers, mentions))
        release_encoder()
        return {"vectors": embedded}

    return stages.run(
        "vectors", make, code=["vectors.embed", "vectors.batches"], parameters={"encoder": encoder},
        parents=[mentioned, collection],
    )  # fmt: skip


def scores(stages: Stages, mentioned: Result, collection: Result, cluster: Cluster | None = None) -> Result:
    """Ask the fine-tuned encoder about each mention in context."""
    from analysis.vectors.context import ENCODER, LOWER

    reader = [file_hash(resource(*layers)) for layers in (LOWER, ENCODER)]
    stages.note(reader=f"MiniLM fine-tuned on the shipped labels (int8, sha256 {reader[-1][:12]})")

    def make() -> Mapping[str, Any]:
        papers, mentions = _mentioning(mentioned, collection), mentioned["mentions"]
        parts = over(cluster, _scored, papers, mentions)
        # A part without a mention of the encoder's term has no scores: zeros, which say nothing.
        return {"scores": joined(parts).fillna(0.0)}

    return stages.run(
        "scores", make, code=["vectors", "inventory.family"], parameters={"reader": reader},
        parents=[mentioned, collection],
    )  # fmt: skip


def abstracts(stages: Stages, mentioned: Result, collection: Result, cluster: Cluster | None = None) -> Result:
    """Read the role of each sentence, and what is named, in the papers that mention the term."""
    from analysis.evidence.encoder import READER
    from analysis.vectors.context import LOWER

    reader = [file_hash(resource(*layers)) for layers in (LOWER, READER)]
    stages.note(abstract_reader=f"MiniLM fine-tuned on CSAbstruct and SciERC (int8, sha256 {reader[1][:12]})")

    def make() -> Mapping[str, Any]:
        from analysis.evidence.abstracts import read_apart
        from analysis.evidence.names import canonical_names

        papers = _mentioning(mentioned, collection)
        sentences, entities = map(joined, zip(*over(cluster, read_apart, papers), strict=True))
        return {"sentences": sentences, "entities": canonical_names(entities, papers)}

    return stages.run(
        "abstracts", make, code=["evidence", "vectors", "common.split", "common.tables"], parameters={"reader": reader},
        parents=[mentioned, collection],
    )  # fmt: skip


def claims(stages: Stages, mentioned: Result, collection: Result, cluster: Cluster | None = None) -> Result:
    """Find the numbers and links that those papers claim, and the names that they give their own work."""

    def make() -> Mapping[str, Any]:
        from analysis.evidence.own_work import find_own_work
        from analysis.evidence.quantities import find_quantities

        papers = _mentioning(mentioned, collection)
        return {
            "quantities": joined(over(cluster, find_quantities, papers)),
            "own_work": joined(over(cluster, find_own_work, papers)),
        }

    return stages.run(
        "claims", make, code=["evidence", "common.split", "common.tables"], parents=[mentioned, collection]
    )


def _mentioning(mentioned: Result, collection: Result) -> Any:
    """The papers that mention the term."""
    papers = collection["papers"]
    return papers[papers["paper_id"].isin(mentioned["mentions"]["paper_id"])].reset_index(drop=True)


def _embedded(papers: pd.DataFrame, mentions: pd.DataFrame) -> np.ndarray:
    from analysis.vectors.embed import embed_mentions

    return embed_mentions(mentions, papers)


def _scored(papers: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    from analysis.vectors.context import read_in_context

    return read_in_context(mentions, papers)


def senses(
    stages: Stages,
    mentioned: Result,
    encoded: Result,
    scored: Result,
    collection: Result,
    *,
    inventory: str,
    labels: Source | None,
    reviews: Path | None,
    seed: int,
) -> Result:
    """Assign senses, by whoever the inventory (its name, see ``inventory_for``), labels and reviews ask for."""
    from analysis.inventory.inventory import NONE, SHIPPED
    from analysis.senses.assign import head_paths

    term = stages.about["term"]
    given = {name: Path(path) for name, path in (("labels", labels), ("reviews", reviews)) if path}
    if inventory not in (SHIPPED, NONE):
        given["inventory"] = Path(inventory)
    files = {name: file_hash(path) for name, path in given.items()}
    models = resource("data", "models")
    heads = [*head_paths(models), *head_paths(models, scores=False)]
    stages.note(inventory=inventory, labels=files.get("labels", ""), reviews=files.get("reviews", ""))

    def make() -> Mapping[str, Any]:
        from analysis.senses.reading import read_senses

        read = read_senses(
            mentioned["mentions"], encoded["vectors"], collection["papers"], term=term, inventory=inventory,
            scores=scored["scores"], labels=labels, reviews=reviews, seed=seed,
        )  # fmt: skip
        for name, path in given.items():
            if file_hash(path) != files[name]:
                raise _changed(path)
        return read

    made = stages.run(
        "senses",
        make,
        code=["senses", "inventory", "common.tables"],
        parameters={
            "term": term, "inventory": inventory, "files": files, "seed": seed,
            "shipped": [file_hash(path) for path in (*heads, resource("data", "senses.yaml"))],
        },
        parents=[mentioned, encoded, scored],
    )  # fmt: skip
    stages.note(reading=made["reading"], labels_report=made["labels_report"], reviews_report=made["reviews_report"])
    return made


def drawn(stages: Stages, mentioned: Result, *, reviews: Path | None, seed: int) -> Result:
    """Learn which mentions review sheets drew at random: from the records beside study and reviews, and the reviews."""
    from analysis.senses.sampled import DRAWN, read_drawn

    records = [folder / DRAWN for folder in (stages.folder.parent, *([reviews.parent] if reviews else []))]
    hashes = [file_hash(path) if path.is_file() else "" for path in (*records, *([reviews] if reviews else []))]

    def make() -> Mapping[str, Any]:
        ids = set(mentioned["mentions"]["mention_id"])
        return {"drawn": read_drawn(records, reviews, mention_ids=ids, seed=seed)}

    return stages.run(
        "drawn", make, code=["senses.sampled", "common.tables"], parameters={"files": hashes, "seed": seed},
        parents=[mentioned],
    )  # fmt: skip


def names(stages: Stages, read: Result) -> dict[str, Any]:
    """The names that a language model gives to induced senses, where one is configured: ``names``, or nothing.

    A failure is told in one line, and the senses keep the names that they have.
    """
    from analysis.common.errors import ServiceFailed
    from analysis.common.progress import say
    from analysis.inventory.inventory import inventory_of
    from analysis.senses.ask_names import ask_names, endpoint, unnamed
    from analysis.senses.reader import INDUCED

    server = endpoint() if read["reading"]["by"] == INDUCED else None
    quotes = unnamed(inventory_of(read["inventory"])) if server else {}
    if server is None or not quotes:
        return {}
    log = stages.folder.with_name(f"{stages.folder.stem}.asked.jsonl")

    def make() -> Mapping[str, Any]:
        return {"names": ask_names(stages.about["term"], quotes, server, log)}

    parameters = {"url": server.url, "model": server.model}
    try:
        made = stages.run("names", make, code=["senses.ask_names"], parameters=parameters, parents=[read])
    except (BadInput, ServiceFailed) as failure:
        say(f"the senses keep the names made from their own words ({failure})")
        return {}
    stages.note(named_by={"model": server.model, "quotes": sum(map(len, quotes.values())), "log": log.name})
    return dict(made)


def topics(stages: Stages, mentioned: Result, encoded: Result, read: Result, *, seed: int) -> Result:
    """Find topics and write them into the senses table."""
    from analysis.common.models import spacy_model_version
    from analysis.senses.reader import Reading

    taught = Reading(**read["reading"]).learned_shipped

    def make() -> Mapping[str, Any]:
        from analysis.inventory.inventory import inventory_of
        from analysis.senses.labelled import shipped_training
        from analysis.topics.model import model_topics, save_model

        labelled, inventory = shipped_training().features if taught else None, inventory_of(read["inventory"])
        made = model_topics(mentioned["mentions"], encoded["vectors"], read["read"], labelled=labelled,
                            inventory=inventory, seed=seed, no_sense=inventory.no_sense)  # fmt: skip
        save_model(made.model, stages.fresh / TOPIC_MODEL)
        joined = read["read"].assign(
            topic=made.mentions["topic"].to_numpy(),
            topic_label=made.mentions["topic_label"].to_numpy(),
            novel=made.mentions["novel"].to_numpy(),
        )
        return {"senses": make_table("senses", joined), "topics": made.topics, "rung": made.rung}

    made = stages.run(
        "topics",
        make,
        code=["topics", "common.tables"],
        parameters={
            "seed": seed,
            "labelled": file_hash(resource("data", "annotations", "training.safetensors")) if taught else "",
            "grammar": spacy_model_version(),
        },
        parents=[mentioned, encoded, read],
        folders=[TOPIC_MODEL],
    )
    stages.note(rung=made["rung"])
    return made


def corrections(
    stages: Stages, collection: Result, mentioned: Result, read: Result, inventory: Mapping[str, Any], path: Path | None
) -> Result:
    """Read what a person changed in an evidence table; the manifest notes which of it has no row in this study."""
    from analysis.inventory.inventory import inventory_of

    sha256 = file_hash(path) if path else ""

    def make() -> Mapping[str, Any]:
        from analysis.evidence.corrections import lost_corrections, read_corrections

        if path is None:
            return {"corrections": make_table("corrections"), "evidence_report": {}}
        papers = set(collection["papers"]["paper_id"])
        found = read_corrections(path, paper_ids=papers, inventory=inventory_of(inventory))
        if file_hash(path) != sha256:
            raise _changed(path)
        lost = lost_corrections(found, mentioned["mentions"], read["senses"])
        return {"corrections": found, "evidence_report": {"corrections": len(found), "lost": lost}}

    made = stages.run(
        "corrections",
        make,
        code=["evidence.corrections", "inventory", "common.escape", "common.tables"],
        parameters={"file": sha256},
        parents=[collection, mentioned, read] if path else [],
    )
    stages.note(evidence=sha256, evidence_report=made["evidence_report"])
    return made


def _changed(path: Source) -> BadInput:
    return BadInput(f"{path}: changed while it was read; run the same command again when nothing writes to it any more")


def _corrections(folder: Path) -> tuple[Any, str]:
    """The user's corrected duplicates.csv beside the study, if any, and its hash."""
    path = folder.parent / "duplicates.csv"
    if not path.is_file():
        return None, ""
    sha256, table = file_hash(path), read_table(path, "duplicates")
    if file_hash(path) != sha256:
        raise _changed(path)
    return table, sha256


def _inputs(sources: Sequence[Source]) -> list[dict[str, Any]]:
    """Every file that will be read, with the hash of its content and, where it was fetched, the search it came of."""
    from analysis.collection.fetch import search_of
    from analysis.collection.load import BUNDLED
    from analysis.collection.sources import expand

    if not sources:
        return [{"source": "/".join(BUNDLED), "sha256": file_hash(resource(*BUNDLED))}]
    mentioned: list[dict[str, Any]] = []
    for source in expand(*sources):
        with source.open() as stream:
            mentioned.append({"source": source.label, "sha256": stream_hash(stream)})
        if source.path and (search := search_of(source.path)):
            mentioned[-1]["search"] = search
    return mentioned
