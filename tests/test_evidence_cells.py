"""The evidence table of the bundled papers against the cells that a reader wrote down before it was made.

The reader was a language model. The table was mended on these papers, so the bounds only hold what was reached.
"""

import json
import runpy
from collections import Counter
from pathlib import Path

from analysis import findings

ROOT = Path(__file__).resolve().parents[1]
CELLS = ROOT / "tests" / "data" / "evidence" / "bundled_cells.jsonl"
score = runpy.run_path(str(ROOT / "benchmarks" / "evidence.py"))["score"]


def test_cells_are_those_of_a_reader(seed_study):
    table = findings.evidence(seed_study)
    cells, missing, items, wrong = Counter(), Counter(), Counter(), Counter()
    for line in CELLS.read_text("utf-8").splitlines():
        reference = json.loads(line)
        rows = table[table["paper_id"] == reference["paper_id"]].to_dict("records")
        for column, n, lacking, found, amiss in score(rows, reference):
            cells[column] += n
            missing[column] += len(lacking)
            items[column] += found
            wrong[column] += len(amiss)
    for column in ("quantities", "links", "own"):
        assert wrong[column] == 0, column
    assert missing["quantities"] == missing["links"] == 0 < items["quantities"]
    for column in ("kinds", "problem", "result"):
        assert missing[column] + wrong[column] <= 0.15 * cells[column], column
    for column in ("methods", "materials", "metrics", "has_it"):
        assert wrong[column] <= 0.2 * items[column], column
