"""What the page about reviewing tells people to type works as it is written, from top to bottom."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

from worded_study import IDS

from analysis.cli import main
from analysis.common.tables import read_table
from analysis.review import label_many

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "guide" / "review.md").read_text("utf-8")


def test_the_page_runs(_made, worded, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(_made[1].folder, "my.study")
    for name, sense in (("ann", "social"), ("ben", "cognitive")):
        label_many(worded, IDS[:2], sense, reviewer=name, path=f"{name}.csv")
    names: dict[str, object] = {}
    for block in re.findall(r"^```python\n(.*?)^```", PAGE, re.S | re.M):
        exec(block, names)  # as somebody pastes it
    assert read_table("reviews.csv")["tags"].tolist() == ["gender bias"] * 3
    assert "agrees with you on" in capsys.readouterr().out
    assert read_table("settled.csv")["reviewer"].tolist() == ["ann", "ann", "ben", "ben"]
    for line in re.findall(r"^\$ bias-senses (.*)$", PAGE, re.M):
        assert main(shlex.split(line)) == 0
    assert read_table("conflicts.csv")["state"].tolist() == ["conflict", "conflict"]
