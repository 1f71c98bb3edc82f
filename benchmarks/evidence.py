"""How many cells of the evidence table are wrong or missing, against a reader's own cells.

    python benchmarks/evidence.py REFERENCE.jsonl [SOURCES ...] [--study FOLDER]

A line of REFERENCE holds, for one paper, what a reader would accept in each cell: ``senses`` (sense, kinds, has_it,
stance), ``own`` and ``own_also``, ``problem``, ``methods``, ``materials`` and ``metrics`` (a star marks what must be
there), ``results`` (best first), ``quantities``, ``links``, and ``may_be_empty``. A cell is *missing* where it is empty
and should not be, or lacks something that must be there; an item is *wrong* where it meets nothing that is accepted.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from analysis import findings, open_study
from analysis.inventory.inventory import NO_SENSE

LISTS = ("kinds", "has_it", "methods", "materials", "metrics", "quantities", "links")
PLACES = ("methods", "materials")  # a name may change places between these


def main() -> None:
    """Print one line per column: cells, missing, items, wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reference", type=Path)
    parser.add_argument("sources", nargs="*")
    parser.add_argument("--study", type=Path, default=Path("evidence.study"))
    parser.add_argument("--show", action="store_true", help="list what is wrong or missing")
    chosen = parser.parse_args()
    study = open_study(chosen.sources, folder=chosen.study)
    table = findings.evidence(study)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for line in chosen.reference.read_text("utf-8").splitlines():
        reference = json.loads(line)
        rows = table[table["paper_id"] == reference["paper_id"]].to_dict("records")
        for column, cells, missing, items, wrong in score(rows, reference):
            for i, n in enumerate((cells, len(missing), items, len(wrong))):
                counts[column][i] += n
            if chosen.show and (missing or wrong):
                print(f"{reference['paper_id'][:40]:42}{column:11} missing {missing} wrong {wrong}")
    print(f"{'column':12}{'cells':>6}{'missing':>9}{'share':>7}{'items':>7}{'wrong':>7}{'share':>7}")
    for column, (cells, missing, items, wrong) in counts.items():
        shares = missing / max(1, cells), wrong / max(1, items)
        print(f"{column:12}{cells:6}{missing:9}{shares[0]:7.2f}{items:7}{wrong:7}{shares[1]:7.2f}")


def score(rows: list[dict[str, Any]], reference: dict[str, Any]) -> list[tuple[str, int, list[str], int, list[str]]]:
    """Per column: cells, what is missing, items, what is wrong. Cells that are a paper's, not a sense's, count once."""
    made = []
    wanted, read = {s["sense"]: s for s in reference["senses"]}, {row["sense"]: row for row in rows}
    absent = [sense for sense in wanted if sense not in read and sense not in NO_SENSE]
    made.append(("sense", len(wanted), absent, len(read), [sense for sense in read if sense not in wanted]))
    empty_is_right = set(reference.get("may_be_empty", ()))
    # Kinds, bearers and stances of a sense that was read as another are compared with what the paper has in all.
    every = {
        "kinds": [kind for s in wanted.values() for kind in s["kinds"]],
        "has_it": [one["words"] for s in wanted.values() for one in s["has_it"]],
        "stance": [s["stance"] for s in wanted.values()],
    }
    for row in rows:
        made += [_list(c, row[c], every[c], empty=c in empty_is_right) for c in ("kinds", "has_it")]
        made.append(("stance", 1, [], 1, [] if row["stance"] in every["stance"] else [row["stance"]]))
    if not rows:
        return made
    first = rows[0]
    own = [name for name in (reference["own"], *reference["own_also"]) if name]
    made.append(_single("own", first["own"], own, must=bool(reference["own"])))
    for column, key in (("problem", "problem"), ("result", "results")):
        accepted = reference[key]
        told = [row[column] for row in rows if row[column]]
        wrong = [text for text in told if not any(_meets(text, one) for one in accepted)]
        lacking = [] if told or not accepted or column in empty_is_right else [accepted[0]]
        made.append((column, 1, lacking, len(told), wrong))
    accepted = [name.rstrip("*") for column in PLACES for name in reference[column]]
    for column in ("methods", "materials", "metrics"):
        must = [name.rstrip("*") for name in reference[column] if name.endswith("*")]
        anywhere = first["methods"] + first["materials"] + first["metrics"] if column in PLACES else first[column]
        lacking = [name for name in must if not any(_meets(name, text) for text in anywhere)]
        fine = accepted if column in PLACES else [name.rstrip("*") for name in reference[column]]
        wrong = [text for text in first[column] if not any(_meets(text, one) for one in fine)]
        made.append((column, len(must), lacking, len(first[column]), wrong))
    for column in ("quantities", "links"):
        accepted = reference[column]
        lacking = [one for one in accepted if not any(_meets(one, text) for text in first[column])]
        wrong = [text for text in first[column] if not any(_meets(text, one) for one in accepted)]
        made.append((column, len(accepted), lacking, len(first[column]), wrong))
    return made


def _list(
    column: str, items: list[str], accepted: list[str], *, empty: bool
) -> tuple[str, int, list[str], int, list[str]]:
    """A cell in which any of the accepted will do."""
    wrong = [text for text in items if not any(_meets(text, one) for one in accepted)]
    lacking = [accepted[0]] if accepted and not items and not empty else []
    return column, 1, lacking, len(items), wrong


def _single(column: str, text: str, accepted: list[str], *, must: bool) -> tuple[str, int, list[str], int, list[str]]:
    wrong = [text] if text and not any(_meets(text, one) for one in accepted) else []
    return column, 1, [accepted[0]] if must and not text else [], int(bool(text)), wrong


def _meets(one: str, other: str) -> bool:
    """Whether one stands in the other, letters alone compared."""
    a, b = ("".join(filter(str.isalnum, text.casefold())) for text in (one, other))
    return bool(a and b) and (a in b or b in a)


if __name__ == "__main__":
    main()
