"""What the README and the table of exports tell people to type works as it is written."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from analysis import open_study
from analysis.cli import _parser, main
from analysis.common.tables import read_table

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
EXPORTS = (ROOT / "docs" / "guide" / "own-papers.md").read_text("utf-8")
IN_BLOCKS = [line[2:] for line in README.splitlines() if line.startswith("$ bias-senses ")]
IN_TABLE = re.findall(r"`(bias-senses [^`]*)` \|$", EXPORTS, re.M)
COMMANDS = [shlex.split(command, comments=True)[1:] for command in (*IN_BLOCKS, *IN_TABLE)]
PYTHON = re.findall(r"^```python\n(.*?)^```", README, re.S | re.M)
RUN = (
    "load",
    "mentions",
    "senses",
    "evidence",
    "sentences",
    "entities",
    "quantities",
    "export",
    "review",
    "evaluate",
)  # the others render pages or ask a service

BIB = """
@article{one, title={Gender bias in hiring}, abstract={We measure gender bias. The bias is large.}, year={2020}}
@article{two, title={Trees}, abstract={The inductive bias of trees is a bias of all learners.}, year={2021}}
@article{three, title={Sensors}, abstract={We correct the bias of a gyroscope.}, year={2022}}
"""
RIS = "TY  - JOUR\nTI  - Bias terms\nAB  - Only the bias term of each layer is tuned.\nER  - \n"


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with the files that the README names, and one study for all commands, so that each is quick."""
    monkeypatch.chdir(tmp_path)
    Path("my.bib").write_text(BIB, "utf-8")
    Path("more.ris").write_text(RIS, "utf-8")
    Path("my.csv").write_text("title,Summary\nHiring,We measure gender bias.\n", "utf-8")
    Path("labels.csv").write_text(
        "paper_id,field,start,end,sense\none,title,7,11,social\ntwo,abstract,14,18,inductive\n", "utf-8"
    )
    for name, sense in (("ann", "social"), ("ben", "data")):
        Path(f"{name}.csv").write_text(f"action,paper_id,field,start,surface,sense\nlabel,one,title,7,bias,{sense}\n")
    return tmp_path


def test_the_readme_has_commands_and_code():
    assert len(IN_BLOCKS) >= 9 and len(IN_TABLE) >= 20 and PYTHON


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_command_line_understands(command):
    _parser().parse_args(command)


def test_commands_write_what_they_say(desk):
    ran = [command for command in COMMANDS if command[0] in RUN]
    assert {command[0] for command in ran} >= set(RUN) - {"mentions"}
    for command in ran:
        with_study = command[0] not in ("load", "evaluate", "sentences", "entities", "quantities")
        shared = ["--study", "shared.study"] if with_study else []
        assert main([*command, *shared]) == 0, command
        if "--out" in command:
            assert Path(command[command.index("--out") + 1]).stat().st_size > 0, command


def test_code_runs(desk):
    for block in PYTHON:
        names = {}
        exec(block, names)  # as somebody pastes it
        assert len(names["senses"]) == len(names["mentions"]) == 6  # three of the first paper, two, one


def test_a_column_of_ones_own_is_read_by_mentions_senses_and_studies(desk):
    mapping = ["--map", "Summary=abstract"]
    assert main(["mentions", "my.csv", *mapping, "--out", "mentions.csv"]) == 0
    assert main(["senses", "my.csv", *mapping, "--out", "senses.csv", "--study", "mapped.study"]) == 0
    for name in ("mentions.csv", "senses.csv"):
        assert read_table(name)[["field", "start"]].to_numpy().tolist() == [["abstract", "18"]]
    study = open_study("my.csv", mapping={"Summary": "abstract"}, folder="mapped.study")
    assert study.papers["abstract"].tolist() == ["We measure gender bias."]
    assert study.manifest["mapping"] == {"Summary": "abstract"}


def test_report_reads_a_column_of_ones_own(desk, monkeypatch):
    studies = []
    monkeypatch.setattr("analysis.report.render_report", lambda study, *_, **__: studies.append(study) or "index.html")
    assert main(["report", "my.csv", "--map", "Summary=abstract"]) == 0
    assert studies[0].papers["abstract"].tolist() == ["We measure gender bias."]
    assert studies[0].mentions["start"].tolist() == [18]


REPORTS = [
    command
    for command in COMMANDS
    if command[0] == "report" and any(option in command for option in ("--labels", "--inventory", "--term"))
]
KERNEL = """
@article{four, title={A kernel for graphs}, abstract={The kernel of the support vector machine compares graphs.}}
@article{five, title={Filters}, abstract={Each convolution slides a kernel of three by three. The kernel is learned.}}
@article{six, title={Attention}, abstract={Attention weighs tokens. The attention of readers is short.}}
"""


@pytest.mark.long
@pytest.mark.parametrize("command", REPORTS, ids=" ".join)
def test_reports_of_another_term_are_written(desk, command):
    Path("my.bib").write_text(BIB + KERNEL, "utf-8")
    Path("some.csv").write_text(
        "paper_id,field,start,end,sense\nsix,title,0,9,model\nsix,abstract,29,38,mind\n", "utf-8"
    )
    Path("data").symlink_to(ROOT / "data")
    assert main(command) == 0
    assert "could not be made" not in Path("reports", "index.html").read_text("utf-8")


@pytest.mark.long
def test_a_notebook_is_rendered_by_hand(tmp_path):
    page = (ROOT / "docs" / "guide" / "notebooks.md").read_text("utf-8")
    line = re.search(r"^\$ (jupyter nbconvert .*?)\n```", page, re.S | re.M)[1]
    scripts = Path(sys.executable).parent
    path = f"{scripts}{os.pathsep}{os.environ['PATH']}"
    Path(tmp_path, "notebooks").symlink_to(ROOT / "notebooks")
    command = f"{line} --output-dir {shlex.quote(str(tmp_path))}"
    subprocess.run(command, shell=True, check=True, cwd=tmp_path, env={**os.environ, "PATH": path})
    page = (tmp_path / "03_senses.html").read_text("utf-8")
    assert 'id="sense-shares"' in page and 'class="input"' not in page


@pytest.mark.parametrize(
    "command",
    [["export", "--format", "csv", "--out", "made.csv"], ["review", "--out", "made.csv"], ["evaluate", "mapped.csv"]],
    ids=lambda command: command[0],
)
def test_a_column_of_ones_own_is_read_by_every_command(desk, command):
    Path("mapped.csv").write_text("paper_id,field,start,end,sense\nhiring,abstract,18,22,social\n", "utf-8")
    assert main([*command, "my.csv", "--map", "Summary=abstract"]) == 0
    assert "--out" not in command or Path("made.csv").stat().st_size > 0
