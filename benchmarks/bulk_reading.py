"""Does it pay to switch the garbage collector off while many records are read?

    .venv/bin/python benchmarks/bulk_reading.py [--records 15000] [--runs 5]

Loads a made file of gzipped JSON lines with the collector off and on, in turns, each run in a process of its own, and
prints the median times and their ratio. A switch that gains less than 5 % should go.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

CODE = """
import gc, sys, time
import pandas
if sys.argv[2] == "on":
    gc.disable = lambda: None
from analysis.collection import load_papers
start = time.perf_counter()
papers = load_papers(sys.argv[1]).papers
print(time.perf_counter() - start, len(papers))
"""
VARIANTS = ("off", "on")


def write(path: Path, records: int) -> None:
    """Write a file of made papers, each with a title and an abstract of its own."""
    with gzip.open(path, "wt", encoding="utf-8") as out:
        for number in range(records):
            words = " ".join(f"word{(number * 7919 + i * 104729) % 5003}" for i in range(150))
            paper = {"id": f"p{number}", "title": f"Title {number} {words[:60]}", "abstract": words, "year": 2020}
            out.write(json.dumps(paper) + "\n")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=15_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    times: dict[str, list[float]] = {name: [] for name in VARIANTS}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "made.jsonl.gz"
        write(path, options.records)
        for _ in range(options.runs):
            for name in VARIANTS:
                done = subprocess.run(
                    [sys.executable, "-c", CODE, str(path), name], capture_output=True, text=True, check=True
                )
                seconds, rows = done.stdout.split()
                assert int(rows) == options.records
                times[name].append(float(seconds))
    off, on = (statistics.median(times[name]) for name in VARIANTS)
    print(f"collector off {off:.2f} s, on {on:.2f} s: on takes {on / off:.2f} times as long")


if __name__ == "__main__":
    main()
