"""What each command of ``bias-senses`` does with its options: one verb or a few, loaded when it runs."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sized
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.common.errors import BadInput, ServiceFailed

if TYPE_CHECKING:
    import pandas as pd

    from analysis.common.scatter import Cluster
    from analysis.inventory.family import Family
    from analysis.study.study import Study


def _source_options(chosen: argparse.Namespace) -> dict[str, Any]:
    """What the options of ``_add_sources`` say to ``load_papers`` and to ``open_study``."""
    return {"keep_duplicates": chosen.keep_duplicates, "mapping": _mapping(chosen.map)}


def _study_options(chosen: argparse.Namespace, out: Path) -> dict[str, Any]:
    """What the options of ``_add_study`` say to ``open_study``; the study lies beside the output."""
    names = ("term", "also", "inventory", "labels", "reviews", "evidence", "seed")
    return {
        **{name: getattr(chosen, name) for name in names},
        **_source_options(chosen),
        "scheduler": chosen.scheduler,
        "folder": chosen.study or out.with_name(out.stem + ".study"),
    }


def _open(chosen: argparse.Namespace) -> Study:
    """The study of a call; it says so in one line when the term is nowhere."""
    from analysis.study.study import open_study

    study = open_study(chosen.sources, **_study_options(chosen, chosen.out))
    if study.mentions.empty:
        _say(f"no mention of {study.term!r} in {len(study.papers):,} papers")
    return study


@contextmanager
def _held(chosen: argparse.Namespace) -> Iterator[Study]:
    """The study of a call, which no other run changes until the block ends."""
    from analysis.common.locks import locked
    from analysis.study.cache import MANIFEST, read_manifest

    study = _open(chosen)
    with locked(study.folder):
        yield study if read_manifest(study.folder / MANIFEST) == study.manifest else _open(chosen)


def report(chosen: argparse.Namespace) -> None:
    """Study a collection, run the notebooks, write the pages."""
    _check_writable(chosen.out, chosen.out)
    from analysis.common.progress import timed
    from analysis.report import render_report

    with _held(chosen) as study, timed("report"):
        index = render_report(
            study,
            chosen.out,
            notebooks=chosen.notebook,
            title=chosen.title,
            author=chosen.author,
            template=chosen.template,
            one_file=chosen.one_file,
            pdf=chosen.pdf,
            sources=[source if "://" in source else os.path.abspath(source) for source in chosen.sources],
            term=study.term,
        )
    _say(f"{study.size}: {index}", study.audit)


def compare(chosen: argparse.Namespace) -> None:
    """Two sides, as a report of their own."""
    from analysis.findings.sides import check_division
    from analysis.study.cache import MANIFEST

    studies = [(Path(source) / MANIFEST).is_file() for source in chosen.sources]
    check_division(chosen.sources, studies, chosen.by)
    _check_writable(chosen.out, chosen.out)
    from analysis.common.progress import timed
    from analysis.findings import compare_sides
    from analysis.report import render_comparison
    from analysis.study.study import read_study

    sides = chosen.by or ["study" if any(studies) else "source", *chosen.sources]
    with nullcontext(read_study(chosen.sources[0])) if any(studies) else _held(chosen) as study, timed("report"):
        comparison = compare_sides(study, sides)
        index = render_comparison(comparison, study, sides, chosen.out, title=chosen.title, sources=chosen.sources)
    _say(f"{comparison.size}: {index}", study.audit)


def senses(chosen: argparse.Namespace) -> None:
    """One row per mention with its sense."""
    _check_table_file(chosen.out)
    from analysis.common.tables import write_table

    study = _open(chosen)
    places = ["mention_id", "paper_id", "field", "start", "end", "raw_start", "raw_end", "surface", "sentence"]
    rows = study.senses.merge(study.mentions[places], on="mention_id", validate="1:1")
    _write(write_table, rows, chosen.out, study.audit)


def evidence(chosen: argparse.Namespace) -> None:
    """The evidence table, to cite or to correct."""
    from analysis.common.tables import check_ending
    from analysis.report.evidence_files import ENDINGS

    check_ending(chosen.out, ENDINGS)
    _check_writable(chosen.out, chosen.out.parent)
    from analysis import findings
    from analysis.collection.writers.bibtex import citation_keys
    from analysis.common.wording import count_of, listed
    from analysis.evidence.corrections import check_replaceable
    from analysis.report.evidence_files import write_evidence

    study = _open(chosen)
    lost = study.manifest["evidence_report"].get("lost", [])
    check_replaceable(chosen.out, honoured=study.manifest["evidence"], lost=lost)
    table = findings.evidence(study, dropped=True)
    kept = table[table["keep"]]
    papers = kept["paper_id"].nunique()
    count = write_evidence(
        table,
        chosen.out,
        names={sense: look.name for sense, look in {**study.palette.parents, **study.palette}.items()},
        keys=dict(zip(study.papers["paper_id"], citation_keys(study.papers["paper_id"]), strict=True)),
        title=f"What {count_of(papers, 'paper')} {'says' if papers == 1 else 'say'} of {study.term}",
    )
    told = {"corrected cell": int(kept["corrected"].map(len).sum()), "dropped row": len(table) - len(kept)}
    line = [f"{count_of(count, 'row')}: {chosen.out}", *(count_of(n, what) for what, n in told.items() if n)]
    if lost:
        rows = listed([f"row {row['row']}" for row in lost], most=3)
        line.append(f"what was corrected in {rows} has no row any more")
    _say("; ".join(line), study.audit)


def mentions(chosen: argparse.Namespace) -> None:
    """One row per mention."""
    _check_table_file(chosen.out)
    from analysis.collection import load_papers
    from analysis.common.scatter import joined, open_cluster, over
    from analysis.common.tables import write_table
    from analysis.mentions.find import find_mentions

    with open_cluster(chosen.scheduler) as cluster:
        papers, audit, _ = load_papers(*chosen.sources, **_source_options(chosen), cluster=cluster)
        found = joined(over(cluster, partial(find_mentions, term=_family(chosen)), papers))
    if found.empty:
        _say(f"no mention of {chosen.term!r} in {len(papers):,} papers")
    _write(write_table, found, chosen.out, audit)


def claims(chosen: argparse.Namespace) -> None:
    """Sentences, entities or quantities."""
    _check_table_file(chosen.out)
    from analysis import evidence
    from analysis.collection import load_papers
    from analysis.common.scatter import joined, open_cluster, over
    from analysis.common.tables import write_table
    from analysis.evidence.entities import find_entities_apart
    from analysis.evidence.names import canonical_names
    from analysis.mentions.find import mentioning

    verbs = {
        "sentences": evidence.read_sentences,
        "entities": find_entities_apart,
        "quantities": evidence.find_quantities,
    }
    with open_cluster(chosen.scheduler) as cluster:
        papers, audit, _ = load_papers(*chosen.sources, **_source_options(chosen), cluster=cluster)
        read = papers if chosen.all else mentioning(papers, _family(chosen))
        if read.empty:
            _say(f"no mention of {chosen.term!r} in {len(papers):,} papers")
        found = joined(over(cluster, verbs[chosen.table], read))
    _write(write_table, canonical_names(found, read) if chosen.table == "entities" else found, chosen.out, audit)


def _family(chosen: argparse.Namespace) -> Family:
    """The forms that count as mentions, as the options of ``_add_family`` say."""
    from analysis.inventory.inventory import family_of, inventory_for

    _, inventory = inventory_for(chosen.term, chosen.inventory)
    return family_of(chosen.term, also=chosen.also, inventory=inventory)


def load(chosen: argparse.Namespace) -> None:
    """Papers, their audit and their duplicates."""
    if chosen.mentioning is not None:
        _load_mentioning(chosen)
        return
    for path in (chosen.out, chosen.audit, chosen.duplicates):
        if path is not None:
            _check_table_file(path, read_again=path is chosen.duplicates)
    from analysis.collection import load_papers
    from analysis.common.scatter import open_cluster
    from analysis.common.tables import read_table, write_table

    corrections = None
    if chosen.duplicates is not None and chosen.duplicates.is_file():
        corrections = read_table(chosen.duplicates, "duplicates")
    with open_cluster(chosen.scheduler) as cluster:
        found = load_papers(*chosen.sources, **_source_options(chosen), duplicates=corrections, cluster=cluster)
    write_table(found.papers, chosen.out)
    if chosen.audit is not None:
        write_table(found.audit, chosen.audit)
    if chosen.duplicates is not None:
        write_table(found.duplicates, chosen.duplicates)
    counts = found.audit["status"].value_counts()
    _say(", ".join(f"{counts[status]:,} {status}" for status in sorted(counts.index)) + f": {chosen.out}")


def _load_mentioning(chosen: argparse.Namespace) -> None:
    """The papers that mention a term, read and written a part at a time."""
    if chosen.duplicates is not None:
        raise BadInput("--duplicates: duplicates are not merged with --mentioning; load what was kept again for that")
    if chosen.audit is not None:
        _check_table_file(chosen.audit)
    from analysis.common.scatter import joined, open_cluster
    from analysis.common.tables import make_table, write_parts, write_table
    from analysis.mentions.scan import scan_papers

    counts, audits = Counter[str](), [make_table("audit")]

    def papers(cluster: Cluster | None) -> Iterator[pd.DataFrame]:
        options = {"term": chosen.mentioning, "mapping": _mapping(chosen.map), "cluster": cluster}
        for part in scan_papers(*chosen.sources, **options):
            counts.update(part.audit["status"])
            counts["without the term"] += part.without
            if chosen.audit is not None:
                audits.append(part.audit)
            yield part.papers

    with open_cluster(chosen.scheduler) as cluster:
        write_parts("papers", papers(cluster), chosen.out)
    if chosen.audit is not None:
        without = {"status": "without the term", "reason": f"{counts['without the term']:,} records"}
        write_table(joined([*audits, make_table("audit", [without])]), chosen.audit)
    _say(", ".join(f"{counts[status]:,} {status}" for status in sorted(counts)) + f": {chosen.out}")


def enrich(chosen: argparse.Namespace) -> None:
    """Papers with their gaps filled, or what was filled emptied again."""
    _check_table_file(chosen.out)
    if any(os.path.realpath(source) == os.path.realpath(chosen.out) for source in chosen.sources):
        raise BadInput(f"--out {chosen.out}: is one of the sources; choose another name")
    if chosen.mailto:
        os.environ["BIAS_SENSES_MAILTO"] = chosen.mailto
    from analysis.collection import load_papers
    from analysis.collection.enrich.files import write_enriched, write_undone
    from analysis.common.scatter import open_cluster

    with open_cluster(chosen.scheduler) as cluster:
        papers, audit, _ = load_papers(*chosen.sources, **_source_options(chosen), cluster=cluster)
    if chosen.undo:
        _say(write_undone(papers, chosen.out, chosen.undo), audit)
        return
    line, failed = write_enriched(papers, chosen.out, services=chosen.service, least=chosen.likeness)
    _say(line, audit)
    if failed:
        raise ServiceFailed(failed)


def _mapping(pairs: list[str]) -> dict[str, str] | None:
    for pair in pairs:
        if "=" not in pair:
            raise BadInput(f"--map {pair}: write COLUMN=FIELD, such as --map Summary=abstract")
    return {pair.rpartition("=")[0]: pair.rpartition("=")[2] for pair in pairs} or None


def evaluate(chosen: argparse.Namespace) -> None:
    """How good the senses are, against labels."""
    from analysis.evaluation import evaluate_labels

    options = _study_options(chosen, chosen.out or Path(chosen.gold.name))
    result = evaluate_labels(chosen.gold, chosen.sources, **options)
    _say(result.to_text())
    if chosen.out is not None:
        result.save(chosen.out)


def review(chosen: argparse.Namespace) -> None:
    """A sheet to fill in, or two people's reviews side by side."""
    _check_table_file(chosen.out, read_again=True)
    if chosen.compare:
        _compare_reviews(chosen)
        return
    from analysis.common.wording import count_of
    from analysis.review.sheet import draw_reviews, write_reviews
    from analysis.senses.sampled import DRAWN, RANDOM
    from analysis.study.sample import record_drawn

    study = _open(chosen)
    sheet = draw_reviews(study, n=chosen.n, seed=chosen.seed, at_random=chosen.random)
    _write(write_reviews, sheet, chosen.out, study.audit)
    at_random = sheet.loc[sheet["part"] == RANDOM, "mention_id"].tolist()
    if at_random:
        record_drawn(study, at_random, seed=chosen.seed)
        _say(
            f"{len(at_random):,} of {count_of(len(sheet), 'mention')} drawn at random, which stand first: answer all "
            f"of these, from the top (recorded in {study.folder.parent / DRAWN})"
        )


def _compare_reviews(chosen: argparse.Namespace) -> None:
    from analysis.inventory.inventory import Inventory, inventory_for
    from analysis.review.compare import compare_reviews, write_comparison

    if len(chosen.compare) > 2:
        raise BadInput("review --compare: give two files, or one that both people wrote")
    _, inventory = inventory_for(chosen.term, chosen.inventory)
    compared = compare_reviews(*chosen.compare, inventory=inventory or Inventory(chosen.term, ()))
    write_comparison(compared, chosen.out, tuple(chosen.compare))
    _say(f"{compared}: {chosen.out}")


def export(chosen: argparse.Namespace) -> None:
    """Papers for a reference manager, or a reference list."""
    from analysis.collection.export import check_format, export_papers
    from analysis.common.wording import count_of

    check_format(chosen.format, chosen.out)
    _check_writable(chosen.out, chosen.out.parent)
    study = _open(chosen)
    count = export_papers(
        study.papers,
        chosen.out,
        format=chosen.format,
        mentions=study.mentions,
        senses=study.senses,
        sense=chosen.sense,
        term=study.term,
    )
    _say(f"{count_of(count, 'paper')}: {chosen.out}", study.audit)


def verify(chosen: argparse.Namespace) -> None:
    """Whether the files of a study or a report are those that its manifest names."""
    from analysis.common.wording import count_of
    from analysis.report.verify import verify_folder

    checked, differ = verify_folder(chosen.folder)
    for name, how in differ.items():
        _say(f"{how}: {name}")
    if differ:
        raise BadInput(f"{chosen.folder}: {count_of(len(differ), 'file')} not as the manifest says; make it again")
    _say(f"{chosen.folder}: {count_of(checked, 'file')} as the manifest says")


def fetch(chosen: argparse.Namespace) -> None:
    """Papers from a live service."""
    from analysis.collection.fetch import fetch_papers

    if (chosen.query is None) == (chosen.ids is None):
        raise BadInput("fetch: give either a QUERY or --ids FILE")
    _say(str(fetch_papers(chosen.service, chosen.out, query=chosen.query, ids=chosen.ids, limit=chosen.max)))


def _write(write: Callable[..., None], frame: Sized, path: Path, audit: pd.DataFrame) -> None:
    from analysis.common.wording import count_of

    write(frame, path)
    _say(f"{count_of(len(frame), 'row')}: {path}", audit)


def _check_table_file(path: Path, *, read_again: bool = False) -> None:
    """Refuse a file that could not be written, or not ``read_again``, before any work is done."""
    from analysis.common.tables import DATA, ENDINGS, check_ending

    check_ending(path, DATA if read_again else ENDINGS)
    _check_writable(path, path.parent)


def _check_writable(path: Path, folder: Path) -> None:
    from analysis.common.tables import check_writable

    check_writable(path, folder)


def _say(line: str, audit: pd.DataFrame | None = None) -> None:
    """One line that any terminal can show, with the records of ``audit`` that could not be read."""
    from analysis.collection.sources import shown

    lost = 0 if audit is None else int((audit["status"] == "unreadable").sum())
    if lost:
        from analysis.common.wording import count_of

        line += f"; {count_of(lost, 'record')} could not be read: load --audit FILE lists them"
    sys.stdout.write(shown(line) + "\n")
