"""The command where little is as usual: another locale, odd names of folders, no home, no terminal, no streams."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pandas as pd
import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.skipif(os.name == "nt", reason="these surroundings are POSIX's")

ODD = "a b#c%20d%ü'😀"  # what addresses and shells take for something else, and what ASCII lacks
READ_ONLY = "/proc" if sys.platform == "linux" else "/"  # on Linux not even root can make a file there
NOWHERE = "/dev/null/home"  # cannot be made, not even by root
TEXTS = ["We study the inductive bias of trees. Größe – “naïve”.", "Gender bias in word embeddings is measured here."]
READ = ["inductive", "social"]
# Warnings that are laid to our modules are errors; those of other packages are theirs.
STRICT = (
    "import warnings; warnings.filterwarnings('error', module=r'analysis(\\.|$)'); import sys; "
    "from analysis.cli import main; sys.exit(main())"
)


def run(*arguments: object, cwd: Path | str | None = None, strict: bool = True, **surroundings: str | None):
    """Run the real command; ``surroundings`` are environment variables, None takes one away."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    given = {name: value for name, value in (kept | surroundings).items() if value is not None}
    start = ["-c", STRICT] if strict else ["-m", "analysis"]
    return subprocess.run(
        [sys.executable, *start, *map(str, arguments)],
        cwd=cwd, env=given, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False, timeout=600,
    )  # fmt: skip


def write_papers(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [{"id": str(n), "title": f"Paper {n}", "abstract": text, "year": 2020} for n, text in enumerate(TEXTS)]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def all_read(done: subprocess.CompletedProcess[str], out: Path) -> None:
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(out)
    assert table["sense"].tolist() == READ
    assert table["sentence"].tolist() == [TEXTS[0].split(" Gr")[0], TEXTS[1]]


def test_everything_odd_at_once(tmp_path: Path) -> None:
    papers, out = write_papers(tmp_path / ODD / f"{ODD}.jsonl"), tmp_path / ODD / "out" / f"{ODD}.csv"
    done = run(
        "senses", papers, "--out", out, cwd=READ_ONLY, LC_ALL="C", HOME=NOWHERE, COLUMNS="20", PYTHONWARNINGS="error"
    )
    all_read(done, out)
    assert str(out) in done.stdout


@pytest.mark.parametrize(
    "surroundings",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LANG": "C"},
        {"HOME": None},
        {"HOME": NOWHERE, "XDG_CACHE_HOME": None},
        {"COLUMNS": "20", "TERM": "dumb"},
        {"PYTHONWARNINGS": "error"},
    ],
    ids=lambda given: " ".join(given),
)
def test_papers_load_in(surroundings: dict[str, str | None], tmp_path: Path) -> None:
    papers = write_papers(tmp_path / "papers.jsonl")
    done = run("load", papers, "--out", tmp_path / "out.csv", **surroundings)
    assert done.returncode == 0, done.stderr
    assert pd.read_csv(tmp_path / "out.csv")["abstract"].tolist() == TEXTS


def test_where_python_takes_names_for_ascii_it_is_told_what_to_set(tmp_path: Path) -> None:
    papers = write_papers(tmp_path / "papers.jsonl")
    ascii_alone = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = run("load", papers, "--out", tmp_path / "ü.csv", **ascii_alone)
    if sys.platform == "darwin":  # where names are UTF-8 in any locale
        assert done.returncode == 0
        return
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "PYTHONUTF8=1" in done.stderr


@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "0<&- 1>&- 2>&-"])
def test_without_streams(closed: str, tmp_path: Path) -> None:
    papers = write_papers(tmp_path / "papers.jsonl")
    call = f'exec "$0" -m analysis load "$1" --out "$2" {closed}'
    done = subprocess.run(["sh", "-c", call, sys.executable, papers, tmp_path / "out.csv"], check=False)
    assert done.returncode == 0
    assert pd.read_csv(tmp_path / "out.csv")["abstract"].tolist() == TEXTS


@pytest.mark.parametrize("columns", ["20", "0", "a few"])
def test_help_in_a_narrow_window(columns: str) -> None:
    for command in ([], ["report"]):
        done = run(*command, "--help", COLUMNS=columns)
        assert done.returncode == 0 and "Traceback" not in done.stderr
        assert "".join("--help show this help message and exit".split()) in "".join(done.stdout.split()).replace(
            ",", ""
        )
    if columns == "20":
        # Options that cannot be folded stand out.
        longer = [line.strip() for line in done.stdout.splitlines() if len(line) > 20]
        assert all(line.startswith(("usage:", "positional arguments:", "[", "-")) for line in longer), (
            longer
        )  # options that cannot be folded


@pytest.mark.skipif(READ_ONLY == "/" and os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_working_folder_that_cannot_be_written(tmp_path: Path) -> None:
    papers, out = write_papers(tmp_path / "papers.jsonl"), tmp_path / "out.csv"
    assert run("load", papers, "--out", out, cwd=READ_ONLY).returncode == 0
    done = run("load", papers, "--out", "out.csv", cwd=READ_ONLY)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "out.csv: cannot be written" in done.stderr


@pytest.mark.long
def test_a_report_where_everything_is_odd(tmp_path: Path) -> None:
    papers, out = write_papers(tmp_path / ODD / f"{ODD}.jsonl"), tmp_path / ODD / f"reports {ODD}"
    odd = {"LC_ALL": "C", "HOME": NOWHERE, "COLUMNS": "20", "PYTHONWARNINGS": "default", "MPLCONFIGDIR": None}
    odd["BIAS_SENSES_CACHE"] = str(tmp_path / ODD / "kept")
    done = run("report", papers, "--out", out, "--one-file", cwd=READ_ONLY, strict=False, **odd)
    assert done.returncode == 0, done.stderr
    # A warning of ours has a path of ours, in what is said and in the pages alike.
    assert not re.search(r"analysis/\S+\.py:\d+: \w*Warning", done.stderr), done.stderr
    pages = sorted(out.glob("*.html"))
    assert {"index.html", "mentions.html", "evidence.html"} <= {page.name for page in pages}
    led = 0
    for page in pages:
        soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
        assert not soup.select(".failed, pre.warning"), page.name
        for element in soup.select("[href], [src]"):
            address = urlsplit(str(element.get("href") or element.get("src")))
            if address.scheme in ("http", "https", "data", "mailto"):
                continue
            assert not address.scheme and not address.path.startswith("/"), (page.name, address)
            assert not address.path or (out / unquote(address.path)).is_file(), (page.name, address)
            led += bool(address.path)
    assert led > len(pages)
    verified = run("verify", out, cwd=READ_ONLY, LC_ALL="C")
    assert verified.returncode == 0, verified.stdout + verified.stderr
