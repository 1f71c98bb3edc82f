"""Collections to measure on: drawn from a corpus, repeated with fresh ids where it is too small, a paper a line.

Papers are read and written one by one, so that this process stays small (see ``timing``).
"""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from timing import ROOT, package_of, say

CORPUS = ROOT.parent / "shared" / "corpora" / "arxiv_2025_2026.jsonl.gz"
FIELDS = ("title", "abstract", "year", "venue", "url")
TERM = re.compile("bias", re.I)
_STOP = re.compile(r"([.!?])(?=\s|$)")


class Corpus(NamedTuple):
    """A file of papers as JSON lines, how many it has, and how it is called in the results."""

    path: Path
    papers: int
    name: str


def open_corpus(path: Path, folder: Path) -> Corpus:
    """The corpus, or the bundled papers, put into ``folder``, where it is absent."""
    if path.is_file():
        return Corpus(path, sum(1 for _ in _lines(path)), path.name)
    say(f"{path} is absent: the bundled papers, repeated with fresh ids, stand in for it")
    bundled = folder / "bundled.jsonl"
    command = [sys.executable, "-m", "analysis", "load", "--keep-duplicates", "--out", str(bundled)]
    environment = {**os.environ, **package_of(ROOT)}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return Corpus(bundled, sum(1 for _ in _lines(bundled)), "the bundled papers")


def mentioning(corpus: Corpus, folder: Path) -> Corpus:
    """The papers of a corpus that hold the letters of the term, as a corpus of its own."""
    path = folder / "mentioning.jsonl"
    with path.open("w", encoding="utf-8") as out:
        kept = [out.write(line) for line in _lines(corpus.path) if TERM.search(line)]
    return Corpus(path, len(kept), f"{corpus.name}, papers with the term")


def write_sample(corpus: Corpus, count: int, path: Path) -> Path:
    """Write ``count`` papers, evenly spaced through the corpus; beyond its size all of them again and again.

    Papers drawn again have an id of their own, and a number in each sentence: nothing is saved by having read the same
    sentence before.
    """
    with path.open("w", encoding="utf-8") as out:
        for copy, begin in enumerate(range(0, count, corpus.papers)):
            wanted = min(corpus.papers, count - begin)
            lines = (
                line
                for number, line in enumerate(_lines(corpus.path))
                if (number + 1) * wanted // corpus.papers > number * wanted // corpus.papers
            )
            for line in lines:
                out.write(json.dumps(_copied(json.loads(line), copy), ensure_ascii=False) + "\n")
    return path


def _copied(paper: dict[str, Any], copy: int) -> dict[str, Any]:
    made = {"id": str(paper.get("id") or paper["paper_id"]), **{name: paper.get(name) or "" for name in FIELDS}}
    if copy:
        made["id"] += f".{copy}"
        made["title"] = f"{made['title']} {copy}"
        made["abstract"] = _STOP.sub(rf" {copy}\1", made["abstract"])
    return made


def _lines(path: Path) -> Iterator[str]:
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as lines:
        yield from lines
