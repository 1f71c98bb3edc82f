"""How well the numbers and links that papers claim are found: score_quantities, against labels made by reading."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from analysis.common.errors import BadInput
from analysis.common.resources import resource
from analysis.common.tables import check_table

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("result", "scope", "setting", "link")
NONE = "none"  # the kind in the labels of a paper that has no row
BUNDLED = "bundled"  # the part whose texts ship
_PLACE = ("paper_id", "field", "start", "end", "kind", "value", "value_to", "unit")


def labelled_quantities(part: str) -> pd.DataFrame:
    """The shipped labels of one part, such as bundled, open or sealed; data/annotations/QUANTITIES.md says more.

    Columns: paper_id, field, start, end, kind, value, value_to, unit, part, what, of, versus. A paper without any
    number or link has one row of kind "none". ``what``, ``of`` and ``versus`` are there for the bundled papers alone,
    as the other texts are not shipped.
    """
    labels = _labels()
    return labels[labels["part"] == part].reset_index(drop=True)


def _labels() -> pd.DataFrame:
    import pandas as pd

    text = ["paper_id", "field", "kind", "unit", "part", "what", "of", "versus"]
    labels = pd.read_csv(resource("data", "annotations", "quantities.csv"), dtype=dict.fromkeys(text, "str"))
    labels[text] = labels[text].fillna("")
    return labels


def measure_quantities(files: Sequence[str | os.PathLike[str]]) -> pd.DataFrame:
    """The scores of every part of the shipped labels: part, papers (how many), and the columns of score_quantities.

    ``files`` hold the papers that do not ship: JSON lines with an ``id``, gzipped. Raises ``BadInput`` where a labelled
    paper is in none of them.
    """
    import pandas as pd

    from analysis.collection import load_papers
    from analysis.evidence.quantities import find_quantities

    labels = _labels()
    bundled = load_papers().papers
    papers = pd.concat([bundled, _papers_of(set(labels["paper_id"]) - set(bundled["paper_id"]), files)])
    tables = []
    for part in labels["part"].unique():
        own = labels[labels["part"] == part]
        found = find_quantities(papers[papers["paper_id"].isin(own["paper_id"])])
        scores = score_quantities(found, own if part == BUNDLED else own.drop(columns="what"))
        scores.insert(0, "papers", own["paper_id"].nunique())
        scores.insert(0, "part", part)
        tables.append(scores)
    return pd.concat(tables, ignore_index=True)


def _papers_of(wanted: set[str], files: Sequence[str | os.PathLike[str]]) -> pd.DataFrame:
    """The wanted papers of the files, cleaned as any others."""
    from analysis.collection import load_papers

    with TemporaryDirectory() as folder:
        path = Path(folder) / "papers.jsonl"
        try:
            with path.open("w", encoding="utf-8") as out:
                for file in files:
                    with gzip.open(file, "rt", encoding="utf-8") as lines:
                        out.writelines(line for line in lines if json.loads(line)["id"] in wanted)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadInput(f"papers of the labels: not readable as gzipped JSON lines with an id ({error})") from error
        papers = load_papers(path, keep_duplicates=True).papers if path.stat().st_size else load_papers().papers[:0]
    if missing := len(wanted - set(papers["paper_id"])):
        raise BadInput(f"{missing:,} of {len(wanted):,} labelled papers are in none of the files")
    return papers


def score_quantities(found: pd.DataFrame, gold: pd.DataFrame) -> pd.DataFrame:
    """Score found quantities against labels; papers without a label, which are not read, are left out.

    A found row is right where a label of the same kind overlaps it in the same field, with the same value and value_to
    (to 1e-9, relative); a link where it is the same stretch. A label answers for one found row at most.

    Returns one row per kind and one for all: kind, n (labels), found, right, recall and precision, each with Wilson's
    95 % interval (``_low``, ``_high``); and of the labels whose value was found, whatever its kind, the shares
    kind_right and unit_right, and what_f1, the mean F1 of the words of ``what`` (NaN if the labels have no ``what``).

    Raises ``BadInput`` if a column is missing.
    """
    import numpy as np
    import pandas as pd

    from analysis.statistics.intervals import wilson

    check_table(found, "quantities", needs=(*_PLACE, "what"))
    check_table(gold, "quantities", needs=_PLACE)
    found = found[found["paper_id"].isin(set(gold["paper_id"]))]
    labels = gold[gold["kind"] != NONE].to_dict("records")
    pairs = _pairs(found.to_dict("records"), labels)
    described = any(label.get("what") for label in labels)
    rows = []
    for kind in (*KINDS, "all"):
        of_kind = [pair for pair in pairs if kind in (pair[1]["kind"], "all")]
        right = sum(row["kind"] == label["kind"] for row, label in of_kind)
        told = [(row["what"], label["what"]) for row, label in of_kind if described and label["kind"] != "link"]
        rows.append({
            "kind": kind,
            "n": sum(kind in (label["kind"], "all") for label in labels),
            "found": int(found["kind"].eq(kind).sum()) if kind != "all" else len(found),
            "right": right,
            "kind_right": right / len(of_kind) if of_kind else np.nan,
            "unit_right": _mean(row["unit"].lower() == label["unit"].lower() for row, label in of_kind),
            "what_f1": _mean(_word_f1(*pair) for pair in told),
        })  # fmt: skip
    table = pd.DataFrame(rows)
    for name, out_of in (("recall", table["n"]), ("precision", table["found"])):
        low, high = wilson(table["right"].to_numpy(), out_of.to_numpy())
        table[name] = table["right"] / out_of.where(out_of > 0)
        table[f"{name}_low"], table[f"{name}_high"] = low, high
    return table[
        ["kind", "n", "found", "right", "recall", "recall_low", "recall_high", "precision", "precision_low",
         "precision_high", "kind_right", "unit_right", "what_f1"]
    ]  # fmt: skip


def _pairs(found: list[Any], labels: list[Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Found rows with the labels that have their value, one to one; of several the one of the same kind."""
    at = defaultdict(list)
    for row in found:
        at[row["paper_id"], row["field"]].append(row)
    pairs, taken = [], set()
    for label in labels:
        fits = [
            row
            for row in at[label["paper_id"], label["field"]]
            if id(row) not in taken and row["start"] < label["end"] and row["end"] > label["start"]
            and _same_value(row, label)
        ]  # fmt: skip
        if fits:
            best = max(fits, key=lambda row: row["kind"] == label["kind"])
            taken.add(id(best))
            pairs.append((best, label))
    return pairs


def _same_value(row: dict[str, Any], label: dict[str, Any]) -> bool:
    if "link" in (row["kind"], label["kind"]):
        return row["kind"] == label["kind"] and (row["start"], row["end"]) == (label["start"], label["end"])
    return all(_close(row[name], label[name]) for name in ("value", "value_to"))


def _close(a: float, b: float) -> bool:
    if a != a or b != b:
        return a != a and b != b
    return abs(a - b) <= 1e-9 * abs(b)


def _word_f1(a: str, b: str) -> float:
    """F1 of the words of two phrases; two empty ones agree (Rajpurkar et al. 2016)."""
    one, other = (Counter(re.findall(r"\w+", text.lower())) for text in (a, b))
    if not one or not other:
        return float(one == other)
    return 2 * (one & other).total() / (one.total() + other.total())


def _mean(values: Any) -> float:
    import numpy as np

    listed = list(values)
    return float(np.mean(listed)) if listed else np.nan
