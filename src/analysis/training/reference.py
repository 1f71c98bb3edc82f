"""Counts the words of general abstracts: ``data/reference/abstracts.csv.gz``, against which keyness is measured."""

from __future__ import annotations

import argparse
import gzip
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.common.errors import BadInput
from analysis.common.resources import resource
from analysis.common.tables import replacing
from analysis.common.words import whole_text, word_counts

if TYPE_CHECKING:
    import pandas as pd

LEAST = 3  # abstracts that must hold a word before it is listed


def count_reference(papers: pd.DataFrame, *, least: int = LEAST) -> tuple[pd.DataFrame, pd.Series]:
    """The words in titles and abstracts of ``papers`` that at least ``least`` of them hold, and what was counted.

    Returns word, tokens, papers, and a series with papers, tokens (of all words, also those not listed) and least.
    """
    import pandas as pd

    counts = word_counts(map(whole_text, papers["title"], papers["abstract"])).table
    total = pd.Series({"papers": len(papers), "tokens": int(counts["tokens"].sum()), "least": least})
    return counts[counts["papers"] >= least].reset_index(drop=True), total


def write_reference(counts: pd.DataFrame, total: pd.Series, path: Path) -> None:
    """Write both as a packed CSV table, the totals in a first line after ``#``; the same counts give the same bytes."""
    head = " ".join(f"{name}={value}" for name, value in total.items())
    out = io.StringIO()
    counts.to_csv(out, index=False, lineterminator="\n")
    packed = gzip.compress(f"# {head}\n{out.getvalue()}".encode(), mtime=0)
    with replacing(path) as temporary:
        temporary.write_bytes(packed)


def main() -> None:
    """Entry of ``python -m analysis.training.reference CORPUS...``."""
    from analysis.collection import load_papers

    parser = argparse.ArgumentParser(description="Count the words of general abstracts, as keyness needs them.")
    parser.add_argument("corpora", nargs="+", type=Path, metavar="CORPUS", help="files with titles and abstracts")
    try:
        papers = load_papers(*parser.parse_args().corpora).papers
    except BadInput as error:
        sys.exit(str(error))
    write_reference(*count_reference(papers), resource("data", "reference") / "abstracts.csv.gz")


if __name__ == "__main__":
    main()
