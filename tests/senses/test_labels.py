"""Labels: read from a file, and found again among the mentions of a study."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from analysis import BadInput
from analysis.common.tables import make_table
from analysis.senses.labels import align_labels, read_labels

HEADER = "paper_id,field,start,end,sense,surface\n"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "labels.csv"
    path.write_text(text, "utf-8")
    return path


def test_what_is_read(tmp_path: Path) -> None:
    labels = read_labels(written(tmp_path, HEADER + " 2502.10010 ,title,7,11, social ,bias\n1,title,0,4,,bias\n"))
    assert labels.to_dict("records") == [
        {
            "paper_id": "2502.10010", "field": "title", "start": 7, "end": 11, "surface": "bias", "sense": "social",
            "stance": "", "confidence": "", "probabilities": "",
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("paper_id,start\n1,2\n", "lacks the columns field, end, sense"),
        (HEADER + "1,title,0,4,a,\n1,title,x,4,a,\n", "line 3: start is 'x', not a number"),
        (HEADER + "1,title,0,4,a,\n1,title,0,4,b,\n", "1 title 0 has two senses; keep one"),
        (HEADER + "1,title,0,4,,\n", "no row has a sense"),
        (HEADER, "no row has a sense"),
    ],
)
def test_a_faulty_file_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInput, match=re.escape(said)):
        read_labels(written(tmp_path, text))


def test_the_same_label_twice_counts_once(tmp_path: Path) -> None:
    assert len(read_labels(written(tmp_path, HEADER + "1,title,0,4,a,\n1,title,0,4,a,\n"))) == 1


def mentions(*rows: tuple[str, str, int, str]) -> pd.DataFrame:
    return make_table(
        "mentions",
        [{"mention_id": f"{p}#{f}:{s}", "paper_id": p, "field": f, "start": s, "surface": w} for p, f, s, w in rows],
    )


def labels(*rows: tuple[str, str, int, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["paper_id", "field", "start", "surface", "sense"])


def test_a_label_belongs_to_the_mention_at_its_place() -> None:
    found = align_labels(labels(("1", "title", 5, "Bias", "a")), mentions(("1", "title", 5, "bias")))
    assert found.labels["mention_id"].tolist() == ["1#title:5"]
    assert found.lost.empty


def test_where_the_text_moved_the_nearest_mention_of_that_surface_is_taken() -> None:
    found = align_labels(
        labels(("1", "abstract", 20, "bias", "a")),
        mentions(("1", "abstract", 2, "bias"), ("1", "abstract", 19, "biased"), ("1", "abstract", 30, "bias")),
    )
    assert found.labels["mention_id"].tolist() == ["1#abstract:30"]


def test_a_mention_takes_one_label_and_an_exact_one_first() -> None:
    found = align_labels(
        labels(("1", "abstract", 12, "bias", "moved"), ("1", "abstract", 10, "bias", "exact")),
        mentions(("1", "abstract", 10, "bias"), ("1", "abstract", 90, "bias")),
    )
    mention_of = dict(zip(found.labels["sense"], found.labels["mention_id"], strict=True))
    assert mention_of == {"exact": "1#abstract:10", "moved": "1#abstract:90"}


def test_a_label_without_surface_is_taken_at_its_word() -> None:
    found = align_labels(labels(("1", "title", 5, "", "a")), mentions(("1", "title", 5, "biased")))
    assert found.labels["mention_id"].tolist() == ["1#title:5"]


def test_what_cannot_be_aligned_is_reported_with_a_reason() -> None:
    found = align_labels(
        labels(("9", "title", 0, "bias", "a"), ("1", "title", 0, "bias", "a"), ("1", "abstract", 3, "biased", "a")),
        mentions(("1", "abstract", 3, "bias")),
    )
    assert found.labels.empty
    assert found.lost["reason"].tolist() == [
        "no mention in a paper of that id",
        "no mention in its title",
        "no mention of that surface is left in that field",
    ]
