"""``bias-senses``: the command line. Each command is one verb or a few; heavy libraries load when a command runs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence, Sized
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import __version__
from analysis.common.errors import ISSUES, BadInput, Incomplete, ServiceFailed

if TYPE_CHECKING:
    import pandas as pd

    from analysis.inventory.family import Family
    from analysis.study.study import Study

FORMATS = ("ris", "bibtex", "csl-json", "csv")
SERVICES = ("arxiv", "openalex", "hf-papers")
TABLES = (".csv", ".jsonl", ".parquet")
_CLAIMS = {
    "sentences": "what each sentence of an abstract is for: background, objective, method, result, other",
    "entities": "the tasks, methods, materials and metrics that abstracts name",
    "quantities": "the numbers and links that abstracts claim, with what they measure",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0 done, 1 a fault of ours, 2 wrong call or input, 3 a service failed, 130
    interrupted.
    """
    parser = _parser()
    chosen = parser.parse_args(arguments)
    try:
        chosen.run(chosen)
    except BadInput as error:
        return _fail(error, 2)
    except ServiceFailed as error:
        return _fail(error, 3)
    except Incomplete as error:
        return _fail(error, 1)
    except KeyboardInterrupt:
        return _fail("interrupted; what was finished is kept, run the same command to go on", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if os.environ.get("BIAS_SENSES_DEBUG"):
            raise
        where = error.__traceback__
        while where and where.tb_next:
            where = where.tb_next
        place = f"{Path(where.tb_frame.f_code.co_filename).name}:{where.tb_lineno}" if where else "?"
        return _fail(
            f"a fault of ours: {type(error).__name__}: {_one_line(error)} ({place}); run with BIAS_SENSES_DEBUG=1 for "
            f"the whole trace and please report it at {ISSUES}",
            1,
        )
    return 0


def _fail(message: object, code: int) -> int:
    sys.stderr.write(f"bias-senses: {_one_line(message)}\n")
    return code


def _one_line(message: object) -> str:
    return _readable(" ".join(str(message).split()))


def _readable(text: str) -> str:
    """``text`` with the names of files so that any terminal can show them."""
    from analysis.collection.sources import shown

    return shown(text)


def _say(line: str, audit: pd.DataFrame | None = None) -> None:
    """One line, with the records of ``audit`` that could not be read."""
    lost = 0 if audit is None else int((audit["status"] == "unreadable").sum())
    if lost:
        from analysis.common.wording import count_of

        line += f"; {count_of(lost, 'record')} could not be read: load --audit FILE lists them"
    sys.stdout.write(_readable(line) + "\n")


# --- the calls -------------------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bias-senses",
        description="Which senses of an ambiguous word does a collection of papers hold?",
        epilog="Without SOURCES the bundled collection is used: 21 papers that speak of bias.",
    )
    parser.add_argument("--version", action="version", version=f"bias-senses {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    report = _command(commands, "report", "study a collection, run the notebooks, write an HTML report", _report)
    _add_study(report)
    report.add_argument("--out", type=Path, default=Path("reports"), metavar="FOLDER", help="default: reports/")
    report.add_argument(
        "--notebook", type=Path, action="append", metavar="FILE", help="a notebook in place of ours; again for more"
    )
    report.add_argument("--title", help="title of the report")
    report.add_argument("--author", help="who signs it")
    report.add_argument("--template", type=Path, metavar="FOLDER", help="files that override those of our template")
    report.add_argument("--one-file", action="store_true", help="also the whole report as one HTML file")
    report.add_argument("--pdf", action="store_true", help="also as PDF (needs Chromium)")

    senses = _command(commands, "senses", "one row per mention: its sense, confidence, stance and topic", _senses)
    _add_study(senses)
    _add_out(senses)
    evidence = _command(commands, "evidence", "what each paper says of it, to cite or to correct", _evidence)
    _add_study(evidence)
    evidence.add_argument("--out", type=Path, required=True, metavar="FILE", help="xlsx, csv, tex, md or docx")
    mentions = _command(commands, "mentions", "one row per mention of the term", _mentions)
    _add_study(mentions)
    _add_out(mentions)

    for name, about in _CLAIMS.items():
        claims = _command(commands, name, about, _claims)
        claims.set_defaults(table=name)
        _add_sources(claims)
        _add_family(claims)
        claims.add_argument("--all", action="store_true", help="papers that do not mention the term, too")
        _add_out(claims)

    load = _command(commands, "load", "the papers of a collection, cleaned, without duplicates", _load)
    _add_sources(load)
    _add_out(load)
    load.add_argument("--audit", type=Path, metavar="FILE", help="what became of every record read")
    load.add_argument(
        "--duplicates", type=Path, metavar="FILE", help="where merged records are listed; obeyed if it exists"
    )

    evaluate = _command(commands, "evaluate", "how good are the senses, against labels", _evaluate)
    evaluate.add_argument("gold", type=Path, metavar="LABELS.csv", help="paper_id, field, start, end, sense")
    _add_study(evaluate)
    evaluate.add_argument("--out", type=Path, metavar="FILE.json")

    review = _command(commands, "review", "mentions worth a look, as a CSV to fill in", _review)
    _add_study(review)
    _add_out(review)
    review.add_argument("--n", type=int, default=50, help="how many (default 50)")

    export = _command(commands, "export", "papers for a reference manager, tagged with their senses", _export)
    _add_study(export)
    export.add_argument("--sense", help="only papers that use the term in this sense")
    export.add_argument("--format", choices=FORMATS, required=True)
    _add_out(export)

    fetch = _command(commands, "fetch", "papers from a live service", _fetch)
    fetch.add_argument("service", choices=SERVICES)
    fetch.add_argument("query", nargs="?", metavar="QUERY")
    fetch.add_argument("--ids", type=Path, metavar="FILE", help="a file of ids, one a line or a CSV with paper_id")
    fetch.add_argument("--max", type=int, default=None, metavar="N", help="at most this many papers")
    _add_out(fetch)
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    about: str,
    run: Callable[[argparse.Namespace], None],
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=about, description=about[0].upper() + about[1:] + "."
    )
    parser.set_defaults(run=run)
    return parser


def _add_out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")


def _add_sources(parser: argparse.ArgumentParser) -> None:
    """SOURCES, and how they are read."""
    parser.add_argument("sources", nargs="*", metavar="SOURCES", help="files, folders, globs (default: bundled)")
    parser.add_argument(
        "--map", action="append", default=[], metavar="COLUMN=FIELD", help="a table's column, e.g. Summary=abstract"
    )
    parser.add_argument("--keep-duplicates", action="store_true", help="leave all records apart")


def _add_family(parser: argparse.ArgumentParser) -> None:
    """What a mention is."""
    parser.add_argument("--term", default="bias", help="the ambiguous word (default: bias)")
    parser.add_argument("--also", nargs="+", default=[], metavar="FORM", help="more irregular forms of the term")
    parser.add_argument("--inventory", metavar="FILE|none", help="the senses of the term; none: find them")


def _add_study(parser: argparse.ArgumentParser) -> None:
    """SOURCES and the options that every command with a study shares."""
    _add_sources(parser)
    _add_family(parser)
    parser.add_argument("--labels", type=Path, metavar="LABELS.csv", help="mentions whose sense you know")
    parser.add_argument(
        "--reviews", type=Path, metavar="FILE", help="decisions (default: reviews.csv beside the study)"
    )
    parser.add_argument(
        "--evidence",
        type=Path,
        metavar="FILE",
        help="a corrected table (default: evidence.csv or .xlsx beside the study)",
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--study", type=Path, metavar="FOLDER", help="the study (default: beside the output)")


# --- the commands ----------------------------------------------------------------------------------------------------


def _source_options(chosen: argparse.Namespace) -> dict[str, Any]:
    """What the options of ``_add_sources`` say to ``load_papers`` and to ``open_study``."""
    return {"keep_duplicates": chosen.keep_duplicates, "mapping": _mapping(chosen.map)}


def _study_options(chosen: argparse.Namespace, out: Path) -> dict[str, Any]:
    """What the options of ``_add_study`` say to ``open_study``; the study lies beside the output."""
    names = ("term", "also", "inventory", "labels", "reviews", "evidence", "seed")
    return {
        **{name: getattr(chosen, name) for name in names},
        **_source_options(chosen),
        "folder": chosen.study or out.with_name(out.stem + ".study"),
    }


def _open(chosen: argparse.Namespace) -> Study:
    """The study of a call; it says so in one line when the term is nowhere."""
    from analysis.study.study import open_study

    study = open_study(chosen.sources, **_study_options(chosen, chosen.out))
    if study.mentions.empty:
        _say(f"no mention of {study.term!r} in {len(study.papers):,} papers")
    return study


def _report(chosen: argparse.Namespace) -> None:
    _check_writable(chosen.out, chosen.out)
    from analysis.common.progress import timed
    from analysis.report import render_report

    study = _open(chosen)
    with timed("report"):
        index = render_report(
            study,
            chosen.out,
            notebooks=chosen.notebook,
            title=chosen.title,
            author=chosen.author,
            template=chosen.template,
            one_file=chosen.one_file,
            pdf=chosen.pdf,
            sources=[os.path.abspath(source) for source in chosen.sources],
            term=study.term,
        )
    _say(f"{study.size}: {index}", study.audit)


def _senses(chosen: argparse.Namespace) -> None:
    _check_table_file(chosen.out)
    from analysis.common.tables import write_table

    study = _open(chosen)
    places = ["mention_id", "paper_id", "field", "start", "end", "raw_start", "raw_end", "surface", "sentence"]
    rows = study.senses.merge(study.mentions[places], on="mention_id", validate="1:1")
    _write(write_table, rows, chosen.out, study.audit)


def _evidence(chosen: argparse.Namespace) -> None:
    from analysis.report.evidence_files import check_ending

    check_ending(chosen.out)
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
        names={sense: look.name for sense, look in study.palette.items()},
        keys=dict(zip(study.papers["paper_id"], citation_keys(study.papers["paper_id"]), strict=True)),
        title=f"What {count_of(papers, 'paper')} {'says' if papers == 1 else 'say'} of {study.term}",
    )
    told = {"corrected cell": int(kept["corrected"].map(len).sum()), "dropped row": len(table) - len(kept)}
    line = [f"{count_of(count, 'row')}: {chosen.out}", *(count_of(n, what) for what, n in told.items() if n)]
    if lost:
        rows = listed([f"row {row['row']}" for row in lost], most=3)
        line.append(f"what was corrected in {rows} has no row any more")
    _say("; ".join(line), study.audit)


def _mentions(chosen: argparse.Namespace) -> None:
    _check_table_file(chosen.out)
    from analysis.collection import load_papers
    from analysis.common.tables import write_table
    from analysis.mentions.find import find_mentions

    papers, audit, _ = load_papers(*chosen.sources, **_source_options(chosen))
    found = find_mentions(papers, _family(chosen))
    if found.empty:
        _say(f"no mention of {chosen.term!r} in {len(papers):,} papers")
    _write(write_table, found, chosen.out, audit)


def _claims(chosen: argparse.Namespace) -> None:
    _check_table_file(chosen.out)
    from analysis import evidence
    from analysis.collection import load_papers
    from analysis.common.tables import write_table
    from analysis.mentions.find import mentioning

    papers, audit, _ = load_papers(*chosen.sources, **_source_options(chosen))
    read = papers if chosen.all else mentioning(papers, _family(chosen))
    if read.empty:
        _say(f"no mention of {chosen.term!r} in {len(papers):,} papers")
    verbs = {
        "sentences": evidence.read_sentences,
        "entities": evidence.find_entities,
        "quantities": evidence.find_quantities,
    }
    _write(write_table, verbs[chosen.table](read), chosen.out, audit)


def _family(chosen: argparse.Namespace) -> Family:
    """The forms that count as mentions, as the options of ``_add_family`` say."""
    from analysis.inventory.inventory import family_of, inventory_for

    _, inventory = inventory_for(chosen.term, chosen.inventory)
    return family_of(chosen.term, also=chosen.also, inventory=inventory)


def _load(chosen: argparse.Namespace) -> None:
    for path in (chosen.out, chosen.audit, chosen.duplicates):
        if path is not None:
            _check_table_file(path)
    from analysis.collection import load_papers
    from analysis.common.tables import read_table, write_table

    corrections = None
    if chosen.duplicates is not None and chosen.duplicates.is_file():
        corrections = read_table(chosen.duplicates, "duplicates")
    found = load_papers(*chosen.sources, **_source_options(chosen), duplicates=corrections)
    write_table(found.papers, chosen.out)
    if chosen.audit is not None:
        write_table(found.audit, chosen.audit)
    if chosen.duplicates is not None:
        write_table(found.duplicates, chosen.duplicates)
    counts = found.audit["status"].value_counts()
    _say(", ".join(f"{counts[status]:,} {status}" for status in sorted(counts.index)) + f": {chosen.out}")


def _mapping(pairs: list[str]) -> dict[str, str] | None:
    for pair in pairs:
        if "=" not in pair:
            raise BadInput(f"--map {pair}: write COLUMN=FIELD, such as --map Summary=abstract")
    return {pair.rpartition("=")[0]: pair.rpartition("=")[2] for pair in pairs} or None


def _evaluate(chosen: argparse.Namespace) -> None:
    from analysis.evaluation import evaluate_labels

    options = _study_options(chosen, chosen.out or Path(chosen.gold.name))
    result = evaluate_labels(chosen.gold, chosen.sources, **options)
    _say(result.to_text())
    if chosen.out is not None:
        result.save(chosen.out)


def _review(chosen: argparse.Namespace) -> None:
    _check_table_file(chosen.out)
    from analysis.review.sheet import draw_reviews, write_reviews

    study = _open(chosen)
    _write(write_reviews, draw_reviews(study, n=chosen.n, seed=chosen.seed), chosen.out, study.audit)


def _export(chosen: argparse.Namespace) -> None:
    from analysis.collection.export import export_papers

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
    _say(f"{count:,} papers: {chosen.out}", study.audit)


def _fetch(chosen: argparse.Namespace) -> None:
    from analysis.collection.fetch import fetch_papers

    if (chosen.query is None) == (chosen.ids is None):
        raise BadInput("fetch: give either a QUERY or --ids FILE")
    _say(str(fetch_papers(chosen.service, chosen.out, query=chosen.query, ids=chosen.ids, limit=chosen.max)))


def _write(write: Callable[..., None], frame: Sized, path: Path, audit: pd.DataFrame) -> None:
    write(frame, path)
    _say(f"{len(frame):,} rows: {path}", audit)


def _check_table_file(path: Path) -> None:
    """Refuse a file that could not be written before any work is done."""
    if path.suffix.lower() not in TABLES:
        raise BadInput(f"{path}: cannot tell the format from the ending {path.suffix!r}; use .csv, .jsonl or .parquet")
    _check_writable(path, path.parent)


def _check_writable(path: Path, folder: Path) -> None:
    from analysis.common.tables import check_writable

    check_writable(path, folder)


if __name__ == "__main__":
    sys.exit(main())
