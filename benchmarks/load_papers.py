"""How long does loading 74,437 papers take, measured in what polars needs to read the file?

    python -m venv /tmp/yardstick && /tmp/yardstick/bin/pip install polars
    .venv/bin/python benchmarks/load_papers.py --polars /tmp/yardstick/bin/python [--duplicates]

Prints the times of both, their ratio (asked: at most 10) and our peak memory (asked: at most 1.5 GB). Each side runs
in a process of its own; the best of five is taken. ``--duplicates`` then measures how the time of finding duplicates
grows with the number of papers (asked: no faster than n log n). Needs ../shared/corpora beside the repository; says so
if absent.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpora" / "arxiv_2025_2026.jsonl.gz"

POLARS = """
import gzip, json, sys, time
import polars
start, cpu = time.perf_counter(), time.process_time()
rows = polars.read_ndjson(sys.argv[1]).height
print(json.dumps({"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu, "rows": rows}))
"""

OURS = """
import json, resource, sys, time
import pandas
from analysis.collection import load_papers
start, cpu = time.perf_counter(), time.process_time()
collection = load_papers(sys.argv[1], keep_duplicates=True)
seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": seconds, "cpu": cpu, "rows": len(collection.papers), "bytes": peak}))
"""


def best(python: str, code: str) -> dict[str, float]:
    """The quickest of five runs of a script that prints its figures as JSON."""
    runs = []
    for _ in range(5):
        done = subprocess.run([python, "-c", code, str(CORPUS)], capture_output=True, text=True, check=True)
        runs.append(json.loads(done.stdout))
    return min(runs, key=lambda run: run["seconds"])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--polars", default=sys.executable, help="a Python that has polars (default: this one)")
    parser.add_argument("--duplicates", action="store_true", help="measure the growth of finding duplicates, too")
    options = parser.parse_args()
    if not CORPUS.is_file():
        sys.exit("skipped: the corpus is not beside this repository (../shared/corpora)")
    if subprocess.run([options.polars, "-c", "import polars"], capture_output=True).returncode:
        sys.exit(f"skipped: {options.polars} has no polars; see the docstring for how to get one")
    yardstick, ours = best(options.polars, POLARS), best(sys.executable, OURS)
    assert ours["rows"] == yardstick["rows"], "not the same number of rows"
    print(
        f"polars reads {yardstick['rows']:,.0f} rows in {yardstick['seconds']:.2f} s ({yardstick['cpu']:.2f} s of CPU)"
    )
    print(
        f"load_papers makes the papers and audit tables of them in {ours['seconds']:.2f} s ({ours['cpu']:.2f} s of CPU)"
    )
    ratios = [ours[clock] / yardstick[clock] for clock in ("seconds", "cpu")]
    print(f"ratio {ratios[0]:.1f} (asked: at most 10), in time of the processor {ratios[1]:.1f}")
    print(f"peak memory {ours['bytes'] / 1e9:.2f} GB (asked: at most 1.5)")
    if options.duplicates:
        from duplicates import growth, read_papers

        print("duplicates:")
        growth(read_papers([CORPUS]), seed=1)


if __name__ == "__main__":
    main()
