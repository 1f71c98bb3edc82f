"""``bias-senses``: the command line. Each command is one verb or a few; heavy libraries load when a command runs."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path

from analysis import __version__, commands
from analysis.common.errors import ISSUES, BadInput, Incomplete, ServiceFailed
from analysis.common.interrupts import INTERRUPTED, NOTICE, ends_when_interrupted
from analysis.common.unneeded import left_out

_FULL = (errno.ENOSPC, errno.EDQUOT)  # no room on the disk, or none left for this user
FORMATS = ("ris", "bibtex", "csl-json", "csv", "xlsx", "apa", "ieee", "vancouver")
SERVICES = ("arxiv", "openalex", "hf-papers")
ENRICHING = ("openalex", "crossref", "arxiv", "europe-pmc")
_CLAIMS = {
    "sentences": "what each sentence of an abstract is for: background, objective, method, result, other",
    "entities": "the tasks, methods, materials and metrics that abstracts name",
    "quantities": "the numbers and links that abstracts claim, with what they measure",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0 done, 1 a fault of ours, 2 wrong call or input, 3 a service failed, 130
    interrupted.
    """
    _open_streams()
    parser = _parser()
    chosen = parser.parse_args(arguments)
    try:
        with nullcontext() if arguments else ends_when_interrupted(), left_out():
            chosen.run(chosen)
    except BadInput as error:
        return _fail(error, 2)
    except ServiceFailed as error:
        return _fail(error, 3)
    except Incomplete as error:
        return _fail(error, 1)
    except KeyboardInterrupt:
        return _fail(NOTICE, INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _FULL:
            return _fail(f"{error.filename or 'a file'}: cannot be written ({error.strerror}); make room and go on", 2)
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


def _open_streams() -> None:
    """Something to read from and to write to where the command was started without, as by a scheduler (``>&-``).

    In this order each takes the number that it should have: else the next file that is opened would get it, and with it
    whatever a library writes there.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))


def _fail(message: object, code: int) -> int:
    sys.stderr.write(f"bias-senses: {_one_line(message)}\n")
    return code


def _one_line(message: object) -> str:
    from analysis.collection.sources import shown

    return shown(" ".join(str(message).split()))


# --- the calls -------------------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bias-senses",
        description="Which senses of an ambiguous word does a collection of papers hold?",
        epilog="Without SOURCES the bundled collection is used: 21 papers that speak of bias.",
    )
    parser.add_argument("--version", action="version", version=f"bias-senses {__version__}")
    parsers = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    report = _command(parsers, "report", "study a collection, run the notebooks, write an HTML report", commands.report)
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

    compare = _command(parsers, "compare", "two collections, venues or spans of years side by side", commands.compare)
    _add_study(compare, sources="two files, folders or quoted globs, or two studies; with --by one collection")
    compare.add_argument(
        "--by",
        nargs=3,
        metavar=("COLUMN", "ONE", "TWO"),
        help="divide one collection by year (2018-2020 2021-), venue or subject (words in it)",
    )
    compare.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the report is written")
    compare.add_argument("--title", help="title of the report")

    senses = _command(
        parsers, "senses", "one row per mention: its sense, confidence, stance and topic", commands.senses
    )
    _add_study(senses)
    _add_out(senses)
    evidence = _command(parsers, "evidence", "what each paper says of it, to cite or to correct", commands.evidence)
    _add_study(evidence)
    evidence.add_argument("--out", type=Path, required=True, metavar="FILE", help="xlsx, csv, tex, md or docx")
    mentions = _command(parsers, "mentions", "one row per mention of the term", commands.mentions)
    _add_study(mentions)
    _add_out(mentions)

    for name, about in _CLAIMS.items():
        claims = _command(parsers, name, about, commands.claims)
        claims.set_defaults(table=name)
        _add_sources(claims)
        _add_family(claims)
        claims.add_argument("--all", action="store_true", help="papers that do not mention the term, too")
        _add_out(claims)

    load = _command(parsers, "load", "the papers of a collection, cleaned, without duplicates", commands.load)
    _add_sources(load)
    _add_out(load)
    load.add_argument(
        "--mentioning",
        metavar="TERM",
        help="only papers that mention it, with duplicates, of files of any size (.parquet)",
    )
    load.add_argument("--audit", type=Path, metavar="FILE", help="what became of every record read")
    load.add_argument(
        "--duplicates", type=Path, metavar="FILE", help="where merged records are listed; obeyed if it exists"
    )

    enrich = _command(parsers, "enrich", "fill gaps from OpenAlex, Crossref, arXiv and Europe PMC", commands.enrich)
    _add_sources(enrich)
    _add_out(enrich)
    enrich.add_argument(
        "--service", action="append", choices=ENRICHING, help="only this one; again (default: all, in this order)"
    )
    enrich.add_argument("--likeness", type=float, default=0.95, help="of two titles, to match (default: 0.95)")
    enrich.add_argument("--mailto", help="your e-mail address, for the services (or BIAS_SENSES_MAILTO)")
    enrich.add_argument("--undo", choices=("all", "guesses", *ENRICHING), help="empty what was filled; ask nobody")

    evaluate = _command(parsers, "evaluate", "how good are the senses, against labels", commands.evaluate)
    evaluate.add_argument("gold", type=Path, metavar="LABELS.csv", help="paper_id, field, start, end, sense")
    _add_study(evaluate)
    evaluate.add_argument("--out", type=Path, metavar="FILE.json")

    review = _command(parsers, "review", "mentions worth a look, as a CSV to fill in", commands.review)
    _add_study(review)
    _add_out(review)
    review.add_argument("--n", type=int, default=50, help="how many (default 50)")
    review.add_argument("--random", type=int, metavar="N", help="how many of them at random (default: four in ten)")
    review.add_argument(
        "--compare", type=Path, nargs="+", metavar="FILE", help="instead: two people's reviews side by side"
    )

    export = _command(
        parsers, "export", "papers for a reference manager, with their senses; reference lists", commands.export
    )
    _add_study(export)
    export.add_argument("--sense", help="only papers that use the term in this sense")
    export.add_argument("--format", choices=FORMATS, required=True)
    _add_out(export)

    verify = _command(parsers, "verify", "are the files of a study or a report as they were made", commands.verify)
    verify.add_argument("folder", type=Path, metavar="FOLDER", help="a report, or a study")

    fetch = _command(parsers, "fetch", "papers from a live service", commands.fetch)
    fetch.add_argument("service", choices=SERVICES)
    fetch.add_argument("query", nargs="?", metavar="QUERY")
    fetch.add_argument("--ids", type=Path, metavar="FILE", help="a file of ids, one a line or a CSV with paper_id")
    fetch.add_argument("--max", type=int, default=None, metavar="N", help="at most this many papers")
    _add_out(fetch)
    return parser


def _command(
    parsers: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    about: str,
    run: Callable[[argparse.Namespace], None],
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = parsers.add_parser(
        name, help=about, description=about[0].upper() + about[1:] + "."
    )
    parser.set_defaults(run=run)
    return parser


def _add_out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="its format is told by its ending")


def _add_sources(parser: argparse.ArgumentParser, *, sources: str = "files, folders, globs (default: bundled)") -> None:
    """SOURCES, and how they are read."""
    parser.add_argument("sources", nargs="*", metavar="SOURCES", help=sources)
    parser.add_argument(
        "--map", action="append", default=[], metavar="COLUMN=FIELD", help="a table's column, e.g. Summary=abstract"
    )
    parser.add_argument("--keep-duplicates", action="store_true", help="leave all records apart")
    parser.add_argument(
        "--scheduler", metavar="local|tcp://...", help="do the work on a Dask cluster (local: a worker on each core)"
    )


def _add_family(parser: argparse.ArgumentParser) -> None:
    """What a mention is."""
    parser.add_argument("--term", default="bias", help="the ambiguous word (default: bias)")
    parser.add_argument("--also", nargs="+", default=[], metavar="FORM", help="more irregular forms of the term")
    parser.add_argument("--inventory", metavar="FILE|NAME|none", help="the senses of the term; none: find them")


def _add_study(parser: argparse.ArgumentParser, **options: str) -> None:
    """SOURCES and the options that every command with a study shares; ``options`` are ``_add_sources``'s."""
    _add_sources(parser, **options)
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


if __name__ == "__main__":
    sys.exit(main())
