"""What does each stage up to the senses cost, in one run side by side?

    python benchmarks/stages.py ../shared/corpora/arxiv_2025_2026.jsonl.gz [--papers 400] [--seed 0]

Prints mentions a second and the share of the time for finding mentions (spaCy), their vectors (MiniLM), their reading
in context (the tuned encoder) and their senses (cues, words and both heads; asked: 2,000 a second at least, after
encoding). One thread a library, models loaded beforehand.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis.collection import load_papers
from analysis.mentions.find import find_mentions
from analysis.senses.assign import assign_senses
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
    total = finding + embedding + reading + deciding
    sys.stdout.write(f"{len(mentions):,} mentions of {len(papers):,} papers\n")
    for name, seconds in (
        ("mentions", finding), ("vectors", embedding), ("in context", reading), ("senses", deciding), ("all", total)
    ):  # fmt: skip
        sys.stdout.write(f"{name:12}{len(mentions) / seconds:10,.0f} a second {seconds / total:8.0%} of the time\n")


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    return work(), time.perf_counter() - start


if __name__ == "__main__":
    main()
