"""What is lost where topics are fitted on a sample and the rest is assigned to them?

    python benchmarks/sampled_topics.py ../shared/corpora/arxiv_2025_2026.jsonl.gz [--papers 2400] [--study FOLDER]

The topics of all mentions in so many papers that mention the term are compared with topics fitted on a half, a quarter
and an eighth of the mentions: the adjusted Rand index (Hubert and Arabie 1985) against the full fit, over all mentions
and over those outside topics in neither, and the share of mentions whose topic has the same sense as theirs in the full
fit. The full fit with another seed says how much of that is chance. Topics are at least as large in each fit as a
hundred and fiftieth of what it is fitted on, as in ``model_topics``.
"""

from __future__ import annotations

import argparse
import gzip
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from analysis import open_study
from analysis.senses.labelled import shipped_training
from analysis.study.study import Study
from analysis.topics import model


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--papers", type=int, default=2400)
    parser.add_argument("--study", type=Path, help="where the study is kept, to ask again")
    options = parser.parse_args()
    if not options.corpus.is_file():
        sys.exit(f"skipped: {options.corpus} is not there")
    with tempfile.TemporaryDirectory() as folder:
        some = Path(folder) / "some.jsonl"
        with gzip.open(options.corpus, "rt", encoding="utf-8") as stream:
            using = [line for line in stream if "bias" in line]
        drawn = random.Random(0).sample(using, min(options.papers, len(using)))
        some.write_text("".join(drawn), "utf-8")
        study = open_study(some, folder=options.study or Path(folder) / "sampled.study")
        compare(study)


def compare(study: Study) -> None:
    """Print a line for each sample."""
    from sklearn.metrics import adjusted_rand_score

    n = len(study.mentions)
    full = fitted(study, n, 0)
    for name, size, seed in (
        ("all, other seed", n, 1), ("half", n // 2, 0), ("a quarter", n // 4, 0), ("an eighth", n // 8, 0)
    ):  # fmt: skip
        topics, senses = fitted(study, size, seed)
        within = (topics >= 0) & (full[0] >= 0)
        whole, inside = (adjusted_rand_score(full[0][rows], topics[rows]) for rows in (slice(None), within))
        sys.stdout.write(
            f"{name:16}{size:7,} of {n:,} mentions: adjusted Rand index {whole:.2f}, within topics {inside:.2f}; "
            f"topics of the same sense {(senses == full[1])[within].mean():.1%}; {len(set(topics)) - 1} topics, "
            f"{(topics < 0).mean():.0%} in none\n"
        )


def fitted(study: Study, size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The topic of each mention, and the sense of that topic."""
    with sampling(size):
        made = model.model_topics(
            study.mentions, study.vectors, study.senses, labelled=shipped_training().features,
            inventory=study.inventory, seed=seed, no_sense=study.inventory.no_sense,
        )  # fmt: skip
    senses = dict(zip(made.topics["topic"], made.topics["sense"], strict=True))
    topics = made.mentions["topic"].to_numpy()
    return topics, np.array([senses.get(topic, "") for topic in topics])


@contextmanager
def sampling(size: int) -> Iterator[None]:
    """As if topics were fitted on so many mentions."""
    usual = model.SAMPLE
    model.SAMPLE = size
    try:
        yield
    finally:
        model.SAMPLE = usual


if __name__ == "__main__":
    main()
