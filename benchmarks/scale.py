"""What does each stage cost for one paper or mention, and so for a whole catalogue of works?

    python benchmarks/scale.py ../shared/corpora/arxiv_2025_2026.jsonl.gz [--papers 3000] [--read 300] [--seed 0]
                               [--works 280e6] [--share 0.02]

The first table has the rates, measured in one process on papers drawn from the corpus: ``--papers`` of them are loaded,
merged and searched, and ``--read`` of those that mention the term are read closely. Core-milliseconds are the
processor's time over all threads, so that a busy machine changes them little; bytes are those of the stage's tables as
Parquet and in memory. The second table multiplies them: ``--works`` works, of which the ``--share`` mention the term.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.collection import load_papers
from analysis.collection.dedup import merge_duplicates
from analysis.evidence.abstracts import read_apart
from analysis.evidence.own_work import find_own_work
from analysis.evidence.quantities import find_quantities
from analysis.mentions.find import find_mentions, mentioning
from analysis.senses.assign import assign_senses
from analysis.topics.model import SAMPLE, as_nearest
from analysis.vectors.context import read_in_context
from analysis.vectors.embed import SPACE, embed_mentions, unit


class Rate(NamedTuple):
    """What a stage costs for each unit: core-milliseconds, bytes on disk and in memory of what it makes."""

    stage: str
    unit: str
    work: float
    disk: float
    memory: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--papers", type=int, default=3000)
    parser.add_argument("--read", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--works", type=float, default=280e6)
    parser.add_argument("--share", type=float, default=0.02)
    options = parser.parse_args()
    if not options.corpus.is_file():
        sys.exit(f"skipped: {options.corpus} is not there")
    rates, density = measured(options.corpus, options.papers, options.read, options.seed)
    write(f"{'stage':12}{'for each':18}{'core-ms':>10}{'bytes on disk':>15}{'in memory':>12}")
    for rate in rates:
        write(f"{rate.stage:12}{rate.unit:18}{rate.work:10.2f}{rate.disk:15,.0f}{rate.memory:12,.0f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    write(f"{density:.2f} mentions in a paper that mentions the term; this process took {peak:.1f} GB at most")
    plan(rates, density, options.works, options.share)


def measured(corpus: Path, papers: int, read: int, seed: int) -> tuple[list[Rate], float]:
    """The rates of all stages, and how many mentions a paper that has one has."""
    draw = random.Random(seed)
    with gzip.open(corpus, "rt", encoding="utf-8") as stream:
        lines = stream.readlines()
    with tempfile.TemporaryDirectory() as folder:
        some = Path(folder) / "some.jsonl"
        some.write_text("".join(draw.sample(lines, min(papers, len(lines)))), "utf-8")
        using = (line for line in draw.sample(lines, len(lines)) if "bias" in line)
        close = Path(folder) / "close.jsonl"
        close.write_text("".join(itertools.islice(using, 2 * read)), "utf-8")
        del lines
        load_papers(), warm()
        loaded, loading = timed(lambda: load_papers(some, keep_duplicates=True).papers)
        chosen = mentioning(load_papers(close, keep_duplicates=True).papers).head(read)
    rates = [rate("load", "paper", loading, len(loaded), loaded)]
    (merged, _), merging = timed(lambda: merge_duplicates(loaded))
    rates.append(rate("merge", "paper", merging, len(loaded)))
    _, searching = timed(lambda: mentioning(merged))
    rates.append(rate("search", "paper", searching, len(merged)))
    mentions, finding = timed(lambda: find_mentions(chosen))
    n = len(mentions)
    rates.append(rate("mentions", "mention", finding, n, mentions))
    vectors, embedding = timed(lambda: embed_mentions(mentions, chosen))
    rates.append(Rate("vectors", "mention", 1000 * embedding / n, vectors.nbytes / n, vectors.nbytes / n))
    scores, reading = timed(lambda: read_in_context(mentions, chosen))
    rates.append(rate("scores", "mention", reading, n, scores))
    senses, deciding = timed(lambda: assign_senses(mentions, vectors, scores=scores))
    rates.append(rate("senses", "mention", deciding, n, senses))
    known = unit(np.random.default_rng(seed).normal(size=(SAMPLE, SPACE)).astype(np.float32))
    _, voting = timed(lambda: as_nearest(vectors, known, np.zeros(SAMPLE, dtype=np.int64)))
    rates.append(rate("topics", "mention", voting, n))
    (sentences, entities), telling = timed(lambda: read_apart(chosen))
    rates.append(rate("abstracts", "paper with term", telling, len(chosen), sentences, entities))
    claims, counting = timed(lambda: (find_quantities(chosen), find_own_work(chosen)))
    rates.append(rate("claims", "paper with term", counting, len(chosen), *claims))
    return rates, n / len(chosen)


def warm() -> None:
    """Load every model and what is imported on first use."""
    papers = load_papers().papers
    mentions = find_mentions(papers)
    vectors = embed_mentions(mentions, papers)
    assign_senses(mentions, vectors, scores=read_in_context(mentions, papers))
    read_apart(papers), find_quantities(papers), find_own_work(papers), merge_duplicates(papers)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What the work gives, and the processor's seconds that it took."""
    start = time.process_time()
    return work(), time.process_time() - start


def rate(stage: str, unit: str, seconds: float, count: int, *made: pd.DataFrame) -> Rate:
    """The rate of a stage from what it took and made."""
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        disk = 0
        for table in made:
            table.to_parquet(file.name)
            disk += Path(file.name).stat().st_size
    memory = sum(int(table.memory_usage(deep=True, index=False).sum()) for table in made)
    return Rate(stage, unit, 1000 * seconds / count, disk / count, memory / count)


def plan(rates: list[Rate], density: float, works: float, share: float) -> None:
    """Print what so many works cost, if such a share of them mentions the term."""
    units = {"paper": works, "paper with term": works * share, "mention": works * share * density}
    write(f"\n{works:,.0f} works, {units['paper with term']:,.0f} with the term, {units['mention']:,.0f} mentions")
    write(f"{'stage':12}{'core-hours':>12}{'GB on disk':>12}{'GB in memory':>14}")
    for one in rates:
        hours, disk, memory = (units[one.unit] * cost for cost in (one.work / 3.6e6, one.disk / 1e9, one.memory / 1e9))
        write(f"{one.stage:12}{hours:12,.0f}{disk:12,.0f}{memory:14,.0f}")
    write(f"{'all':12}{sum(units[one.unit] * one.work for one in rates) / 3.6e6:12,.0f}")


def write(line: str) -> None:
    """One line of the tables."""
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
