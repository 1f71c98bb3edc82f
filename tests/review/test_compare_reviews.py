"""Two people's reviews side by side: nobody's row is lost, nobody's name is guessed, agreement is beyond chance."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from small_study import HOSTILE

from analysis import BadInput
from analysis.cli import main
from analysis.common.tables import SCHEMAS, read_table
from analysis.inventory.inventory import Inventory
from analysis.review import compare_reviews
from analysis.review.compare import write_comparison

HEADER = "action,paper_id,field,start,end,surface,sense,to,stance,reviewer,note,tags,sentence\n"


def file(path: Path, *rows: str) -> Path:
    """A reviews file of rows ``paper sense stance reviewer note``, each a mention at 4 of an abstract."""
    lines = []
    for row in rows:
        paper, sense, stance, reviewer, note = (*row.split(" "), "", "", "", "")[:5]
        lines.append(f"label,{paper},abstract,4,8,bias,{sense},,{stance},{reviewer},{note},,the [[bias]]\n")
    path.write_text(HEADER + "".join(lines))
    return path


def test_agreed_conflicts_and_what_one_alone_read(tmp_path):
    a = file(tmp_path / "a.csv", "p1 social", "p2 data mitigate", "p3 skew  ann odd", "p4 social", "p6 unclear")
    b = file(tmp_path / "b.csv", "p1 Social-bias", "p2 data measure", "p3 data", "p5 skew", "p6 unclear")
    a.write_text(a.read_text().replace(",ann,", ",,"))
    found = compare_reviews(a, b)
    assert found.readers == ("a", "b")
    assert found.table[["paper_id", "state", "sense_a", "sense_b"]].values.tolist() == [
        ["p3", "conflict", "skew", "data"],
        ["p2", "conflict in stance", "data", "data"],
        ["p4", "only a", "social", ""],
        ["p5", "only b", "", "skew"],
        ["p1", "agreed", "social", "social"],
        ["p6", "agreed", "unclear", "unclear"],
    ]
    assert list(found.table.columns) == list(SCHEMAS["comparison"])
    assert found.conflicts["paper_id"].tolist() == ["p3", "p2"]
    assert (found.table.loc[0, "note_a"], found.table.loc[0, "sentence"]) == ("odd", "the [[bias]]")
    assert (found.alike.hits, found.alike.n) == (3, 4)
    # a: social, data, skew, unclear; b: social, data, data, unclear; by chance (1 + 2 + 0 + 1) / 16 = 0.25
    assert found.kappa.value == pytest.approx((0.75 - 0.25) / (1 - 0.25))
    assert np.isnan(found.kappa.low)  # four papers
    assert str(found) == (
        "a and b agree on the sense of 3 of 4 mentions: 75%, with a 95% interval from 30% to 95%. Cohen's kappa is "
        "0.67. 1 conflict about the sense. 1 conflict about the stance alone. 1 mention that only a decided. 1 mention "
        "that only b decided."
    )


def test_two_people_in_one_file_and_a_settled_conflict(tmp_path):
    both = file(
        tmp_path / "r.csv", "p1 social  ann", "p1 data  ben", "p2 social  ben", "p1 skew  consensus", "p2 data  ann",
        "p2 skew  ann",
    )  # fmt: skip
    found = compare_reviews(both)
    assert found.readers == ("ann", "ben")
    assert found.table[["paper_id", "sense_a", "sense_b", "settled"]].values.tolist() == [
        ["p1", "social", "data", "skew"],
        ["p2", "skew", "social", ""],  # ann's last word counts
    ]
    assert str(found).endswith("2 conflicts about the sense. 1 conflict settled.")


def test_readers_of_one_name_are_told_apart(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "y").mkdir()
    a = file(tmp_path / "x" / "reviews.csv", "p1 social", "p2 social")
    b = file(tmp_path / "y" / "reviews.csv", "p1 data", "p2 social")
    assert compare_reviews(a, b).readers == ("reviews (1)", "reviews (2)")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (("p1 social  ann",), r"r.csv: 1 reader \(ann\); give the reviews of two people"),
        (("p1 social  ann", "p1 data  ben", "p2 data  cy"), r"3 readers \(ann, ben and cy\)"),
        (("p1  ",), "no decisions"),
    ],
)
def test_two_readers_are_needed(tmp_path, rows, said):
    with pytest.raises(BadInput, match=said):
        compare_reviews(file(tmp_path / "r.csv", *rows))


def test_nothing_in_common_is_said(tmp_path):
    a, b = file(tmp_path / "a.csv", "p1 social"), file(tmp_path / "b.csv", "p2 social")
    assert str(compare_reviews(a, b)) == "a and b decided no mention in common."


def test_a_rename_in_one_file_is_no_conflict(tmp_path):
    a, b = file(tmp_path / "a.csv", "p1 tilt"), file(tmp_path / "b.csv", "p1 skew")
    a.write_text(a.read_text() + "rename,,,,,,skew,tilt,,,,,\n")
    assert compare_reviews(a, b).table["state"].tolist() == ["agreed"]


def test_senses_of_ones_own_need_no_inventory(tmp_path):
    a, b = file(tmp_path / "a.csv", "p1 mine", "p2 mine"), file(tmp_path / "b.csv", "p1 Mine", "p2 yours")
    assert compare_reviews(a, b, inventory=Inventory("word", ())).table["state"].tolist() == ["conflict", "agreed"]


def test_the_command_writes_the_conflicts_and_no_formula(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    a, b = file(Path("a.csv"), "=p1 social  ann"), file(Path("b.csv"), "=p1 data  ben")
    b.write_text(b.read_text().replace(",ben,,", f',ben,"{HOSTILE.replace(chr(34), chr(34) * 2)}",+1'))
    assert main(["review", "--compare", "a.csv", "b.csv", "--out", "conflicts.csv"]) == 0
    assert "1 conflict about the sense" in capsys.readouterr().out
    rows = read_table("conflicts.csv", "comparison")
    assert rows[["paper_id", "sense_a", "sense_b", "note_b"]].values.tolist() == [["=p1", "social", "data", HOSTILE]]
    assert "\n'=p1,abstract," in Path("conflicts.csv").read_text()
    assert main(["review", "--compare", "a.csv", "b.csv", "--out", "conflicts.csv"]) == 0  # made anew

    assert main(["review", "--compare", "a.csv", "b.csv", "--out", "b.csv"]) == 2
    assert main(["review", "--compare", "a.csv", "b.csv", "a.csv", "--out", "c.csv"]) == 2
    said = capsys.readouterr().err
    assert "b.csv: holds reviews; choose another file" in said and "give two files" in said
    assert main(["review", "--compare", "a.csv", "--out", "c.csv"]) == 2
    assert "1 reader (ann)" in capsys.readouterr().err
    file(Path("other.csv"), "p9 social")
    with pytest.raises(BadInput, match=re.escape("other.csv: holds reviews")):
        write_comparison(compare_reviews(a, b), "other.csv")
