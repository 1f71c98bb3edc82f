"""How much faster is this checkout than another one, in the same run and environment?

    git worktree add /tmp/other COMMIT
    python benchmarks/against.py /tmp/other [--papers 10000] [--report 480] [--only study encoding report]

The same steps are run with the package of each in turns (``PYTHONPATH=CHECKOUT/src``, kernels inherit it):

- study: from a file of papers to senses and topics, by stages;
- encoding: everything that encoders say of mentions, beside bare onnxruntime over the batches that they are given;
- report: of the bundled papers and of papers with the term, divided into the study (only its stages that both have) and
  its notebooks and pages (only those that both have); the stages and pages that only this checkout has come apart.

The ratio is this checkout's best time by the other's: below 1 is faster. The other has to know ``open_study`` and
``render_report``. Results go into benchmarks/results/speed.json, like those of ``bench.py``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from samples import CORPUS, Corpus, mentioning, open_corpus, write_sample
from timing import OURS, ROOT, Run, best, in_turns, keep, measure, rounded, run, say, side

THEIRS = "the other checkout"


class Pair:
    """The two checkouts, the papers, and how often each is run."""

    def __init__(self, other: Path, corpus: Corpus, folder: Path, options: argparse.Namespace) -> None:
        self.checkouts = {OURS: ROOT, THEIRS: other}
        self.corpus, self.folder, self.options = corpus, folder, options
        self.repeated = [] if corpus.path == options.corpus else ["keep"]

    def in_turns(self, script: str, *values: Any) -> dict[str, list[Run]]:
        """The runs of a script with each checkout."""
        sides = [side(name, script, *values, source=path) for name, path in self.checkouts.items()]
        return in_turns(sides, self.options.repeats)


def study(pair: Pair) -> list[dict[str, Any]]:
    """From papers to senses and topics."""
    count = pair.options.papers
    path = write_sample(pair.corpus, count, pair.folder / "papers.jsonl")
    runs = pair.in_turns("study", path, *pair.repeated)
    return [measure("study", f"{count:,} papers", runs, papers=count, stages=stages(runs))]


def encoding(pair: Pair) -> list[dict[str, Any]]:
    """What encoders say of mentions."""
    count = min(200, pair.options.papers)
    path = write_sample(mentioning(pair.corpus, pair.folder), count, pair.folder / "encoded.jsonl")
    found = []
    for name, checkout in pair.checkouts.items():
        kept = pair.folder / "batches"
        kept.mkdir()
        run(side(name, "encode", path, kept, source=checkout))
        sides = [side(name, "encode", path, source=checkout), side("bare onnxruntime", "onnx_bare", kept)]
        runs = in_turns(sides, pair.options.repeats)
        shutil.rmtree(kept)
        found.append((name, runs))
    both = {name: runs[name] for name, runs in found}
    beside = {name: rounded(best(runs[name]).seconds / best(runs["bare onnxruntime"]).seconds) for name, runs in found}
    return [measure("encoding", f"{count} papers with the term", both, beside_bare_onnxruntime=beside)]


def report(pair: Pair) -> list[dict[str, Any]]:
    """The bundled papers as a report, then papers with the term."""
    shared = ",".join(shared_notebooks(list(pair.checkouts.values())))
    count = pair.options.report
    path = write_sample(mentioning(pair.corpus, pair.folder), count, pair.folder / "reported.jsonl")
    found = []
    for source, over, kept in (("-", "the bundled papers", []), (path, f"{count} papers", pair.repeated)):
        runs: dict[str, list[Run]] = {name: [] for name in pair.checkouts}
        for turn in range(pair.options.repeats):
            for name, checkout in list(pair.checkouts.items())[:: 1 if turn % 2 == 0 else -1]:
                say(f"  {name}, {over}, {turn + 1} of {pair.options.repeats}")
                with TemporaryDirectory(dir=pair.folder) as folder:
                    runs[name].append(run(side(name, "report", source, folder, shared, *kept, source=checkout)))
        theirs = set(best(runs[THEIRS]).told["stages"]) | {"scores"}  # the scores were part of the vectors once
        new = {name: _new(one, theirs) for name, one in ((name, best(made)) for name, made in runs.items())}
        pages = {name: [one._replace(seconds=one.told["pages"]) for one in made] for name, made in runs.items()}
        old = {
            name: [one._replace(seconds=one.seconds - _new(one, theirs)) for one in made] for name, made in runs.items()
        }
        found += [
            measure("report", over, old, stages=stages(runs), new_stages=new),
            measure("pages", over, pages, rest={name: rounded(best(made).told["rest"]) for name, made in runs.items()}),
        ]
    return found


def _new(one: Run, known: set[str]) -> float:
    """Seconds of the stages that the other checkout does not have."""
    return rounded(sum(seconds for stage, seconds in one.told["stages"].items() if stage not in known))


def shared_notebooks(checkouts: list[Path]) -> list[str]:
    """The names, without number, of the notebooks of a report that all checkouts have."""
    names = [
        {path.stem.lstrip("0123456789_") for path in (checkout / "notebooks").glob("*.ipynb") if _reported(path)}
        for checkout in checkouts
    ]
    return sorted(set.intersection(*names))


def _reported(path: Path) -> bool:
    return path.stem[0].isdigit() or path.stem == "report"


def stages(runs: dict[str, list[Run]]) -> dict[str, dict[str, float]]:
    """Seconds of each stage in the best run of each side."""
    return {name: {s: rounded(t) for s, t in best(made).told["stages"].items()} for name, made in runs.items()}


PARTS: dict[str, Callable[[Pair], list[dict[str, Any]]]] = {"study": study, "encoding": encoding, "report": report}


def main() -> None:
    """Compare and keep what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("other", type=Path, metavar="CHECKOUT")
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--papers", type=int, default=10_000, help="of the study (default: 10,000)")
    parser.add_argument("--report", type=int, default=480, help="papers with the term in the report (default: 480)")
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    options = parser.parse_args()
    if not (options.other / "src" / "analysis").is_dir():
        sys.exit(f"{options.other}: no checkout of this project (it has no src/analysis)")
    with TemporaryDirectory() as folder:
        corpus = open_corpus(options.corpus, Path(folder))
        pair = Pair(options.other.resolve(), corpus, Path(folder), options)
        for part in options.only:
            say(f"{part}: {PARTS[part].__doc__}")
            found = {"corpus": corpus.name, "measures": PARTS[part](pair)}
            for one in found["measures"]:
                say(f"  {one['what']}, {one['over']}: {one['ratio'][THEIRS]}")
            keep(f"against-{part}", found)


if __name__ == "__main__":
    main()
