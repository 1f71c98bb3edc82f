"""What does each stage up to the senses cost, in one run side by side?

    python benchmarks/stages.py ../shared/corpora/arxiv_2025_2026.jsonl.gz [--papers 400] [--seed 0]

Prints mentions a second and the share of the time for finding mentions (spaCy), their vectors (MiniLM), their reading
in context (the tuned encoder) and their senses (cues, words and both heads; asked: 2,000 a second at least, after
encoding). Then how many times as long vectors and reading take as the encoders alone, which are given the same tokens
again on all cores (asked: 1.3 at most), and the most memory that was taken. Models are loaded beforehand. Processor
time is told beside the time on the clock: it is what counts where something else runs on the machine.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from analysis.collection import load_papers
from analysis.common.cores import in_order
from analysis.mentions.find import find_mentions
from analysis.senses.assign import assign_senses
from analysis.vectors import context, embed
from analysis.vectors.context import read_in_context
from analysis.vectors.embed import embed_mentions


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--papers", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if not options.corpus.is_file():
        sys.exit(f"skipped: {options.corpus} is not there")
    papers = load_papers(options.corpus, keep_duplicates=True).papers
    papers = papers[papers["abstract"].str.contains("bias", case=False)]
    papers = papers.sample(min(options.papers, len(papers)), random_state=options.seed).reset_index(drop=True)
    few = papers.head(5)
    known = find_mentions(few)
    assign_senses(known, embed_mentions(known, few), scores=read_in_context(known, few))  # loads every model
    mentions, finding = _timed(lambda: find_mentions(papers))
    vectors, embedding = _timed(lambda: embed_mentions(mentions, papers))
    scores, reading = _timed(lambda: read_in_context(mentions, papers))
    _, deciding = _timed(lambda: assign_senses(mentions, vectors, scores=scores))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # kilobytes on Linux
    stages = {"mentions": finding, "vectors": embedding, "in context": reading, "senses": deciding}
    stages["all"] = Spent(*map(sum, zip(*stages.values(), strict=True)))
    sys.stdout.write(f"{len(mentions):,} mentions of {len(papers):,} papers, at most {memory:.2f} GB\n")
    for name, spent in stages.items():
        sys.stdout.write(
            f"{name:12}{len(mentions) / spent.clock:10,.0f} a second {spent.clock / stages['all'].clock:8.0%} of the "
            f"time {spent.processor:10.1f} s of processors\n"
        )
    given = _given(lambda: (embed_mentions(mentions, papers), read_in_context(mentions, papers)))
    _, bare = _timed(lambda: [None for _ in in_order(lambda call: call[0].run(*call[1:]) and None, given)])
    clock, processor = ((a + b) / c for a, b, c in zip(embedding, reading, bare, strict=True))
    sys.stdout.write(f"vectors and reading: {clock:.2f} times the bare encoders, {processor:.2f} in processor time\n")


class Spent(NamedTuple):
    """Seconds on the clock, and of all processors."""

    clock: float
    processor: float


class _Listening:
    """An encoder's session that keeps what it is given."""

    def __init__(self, session: Any, given: list[Any]) -> None:
        self._session, self._given = session, given

    def run(self, names: list[str], inputs: dict[str, Any]) -> Any:
        self._given.append((self._session, names, inputs))
        return self._session.run(names, inputs)


def _given(work: Callable[[], Any]) -> list[Any]:
    """What the encoders are given when ``work`` is done: sessions with names of outputs and inputs."""
    given: list[Any] = []
    vectors, lower, upper = embed._session(), context._lower(), context._session()
    embed._session = lambda: (_Listening(vectors[0], given), vectors[1])  # type: ignore[assignment]
    context._lower = lambda: _Listening(lower, given)  # type: ignore[assignment]
    context._session = lambda: (_Listening(upper[0], given), *upper[1:])  # type: ignore[assignment]
    work()
    return given


def _timed(work: Callable[[], Any]) -> tuple[Any, Spent]:
    clock, processor = time.perf_counter(), time.process_time()
    made = work()
    return made, Spent(time.perf_counter() - clock, time.process_time() - processor)


if __name__ == "__main__":
    main()
