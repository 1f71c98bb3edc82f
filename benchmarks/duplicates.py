"""Precision, recall and growth of ``merge_duplicates``, on a labelled set made from real titles and abstracts.

    python benchmarks/duplicates.py ../shared/corpora/*.jsonl.gz [--seed 1] [--papers 6000]

The set: ``--papers`` papers drawn from the given files (JSON lines with title, abstract, year), a third of them copied
with corruptions as they occur between services (typos, upper case, cut titles, lost DOI, lost or shortened abstract,
other spelling of authors, preprint beside published version), and hard negatives made from others (parts I and II,
another year in the title, one word exchanged, errata, the same title by other authors, editorials). Near-same titles of
truly different papers come with the papers drawn. Authors and DOIs are invented; each record's true work is known.
Precision and recall count pairs of records. Growth: seconds for n, 2n, 4n ... papers of the files.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.collection.blocking import candidate_pairs
from analysis.collection.dedup import merge_duplicates
from analysis.collection.identity import identify
from analysis.common.tables import make_table

SURNAMES = (
    "Smith Müller Zhang Wang García Kim Nguyen Rossi Okafor Silva Johansson Novák Kowalski Haddad Tanaka Sato Dubois "
    "Martin O'Brien Jensen Li Chen Liu Singh Patel Kumar Ivanov Popescu Horvat Yılmaz"
).split()
GIVEN = "Anna Ben Carla Deepak Elena Farid Grace Hiro Ines Jun Kofi Lena Marco Nadia Olga Pedro Qing Rosa Sven".split()
SWAPS = {
    "supervised": "unsupervised", "learning": "unlearning", "language": "vision", "image": "video", "text": "speech",
    "graph": "tabular", "training": "inference", "large": "small", "online": "offline", "3d": "2d", "robust": "fragile",
    "multi": "single", "deep": "shallow", "generation": "detection", "reasoning": "planning", "diffusion": "flow",
}  # fmt: skip


def read_papers(paths: Iterable[Path]) -> list[dict[str, Any]]:
    rows = []
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows += [json.loads(line) for line in lines]
    titles = Counter(row["title"].lower() for row in rows)
    for row in rows:
        row["year"] = int(float(row["year"] or 0))
    # Twins in the files have no label.
    return [row for row in rows if row["year"] and titles[row["title"].lower()] == 1]


class Labelled:
    """Grows a papers table with the true work of each record beside it."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.rows: list[dict[str, Any]] = []
        self.works: list[str] = []
        self.kinds: list[str] = []

    def add(self, work: str, kind: str, row: dict[str, Any]) -> None:
        """A record of a work; ``kind`` says how it was made."""
        self.rows.append(row | {"paper_id": f"r{len(self.rows)}", "source": kind})
        self.works.append(work)
        self.kinds.append(kind)

    def original(self, paper: dict[str, Any], number: int) -> dict[str, Any]:
        """A paper with invented authors, venue and, mostly, DOI."""
        authors = [f"{self.rng.choice(SURNAMES)}, {self.rng.choice(GIVEN)}" for _ in range(self.rng.randint(1, 5))]
        return {
            "title": paper["title"], "abstract": paper["abstract"], "year": paper["year"],
            "authors": authors if self.rng.random() < 0.7 else [],
            "venue": f"Journal {number % 40}", "doi": f"10.5555/work.{number}" if self.rng.random() < 0.6 else "",
        }  # fmt: skip


def typos(text: str, n: int, rng: random.Random) -> str:
    for _ in range(n):
        k = rng.randrange(1, len(text) - 2)
        if not (text[k].isalpha() and text[k + 1].isalpha()):
            continue
        letter = rng.choice("abcdefghijklmnopqrstuvwxyz")
        text = rng.choice([
            text[:k] + text[k + 1 :],
            text[:k] + letter + text[k:],
            text[:k] + letter + text[k + 1 :],
            text[:k] + text[k + 1] + text[k] + text[k + 2 :],
        ])  # fmt: skip
    return text


def shortened(title: str, rng: random.Random) -> str:
    words = title.split()
    before, colon, _ = title.partition(": ")
    if colon and rng.random() < 0.5 and len(before.split()) >= 4:
        return before
    kept = " ".join(words[: max(5, int(len(words) * rng.uniform(0.6, 0.9)))])
    return kept + rng.choice(["", "...", " …"])


def other_spelling(authors: list[str], rng: random.Random) -> list[str]:
    def spell(author: str) -> str:
        family, given = author.split(", ")
        return {0: f"{given} {family}", 1: f"{family} {given[0]}", 2: f"{family}, {given[0]}."}[style]

    style = rng.randrange(3)
    return [spell(author) for author in authors]


def corrupted(row: dict[str, Any], rng: random.Random) -> tuple[str, dict[str, Any]]:
    """A copy as another service would have it, and the name of the main change."""
    row = dict(row)
    kind = rng.choice(["case", "typos", "cut", "no doi", "preprint", "no abstract", "short abstract", "exact"])
    if kind == "case":
        row["title"] = rng.choice([str.upper, str.lower, str.title])(row["title"])
    elif kind == "typos":
        row["title"] = typos(row["title"], rng.randint(1, 3), rng)
    elif kind == "cut":
        row["title"] = shortened(row["title"], rng)
    elif kind == "preprint":
        number = f"{rng.randint(18, 25):02d}{rng.randint(1, 12):02d}.{rng.randint(10000, 29999)}"
        row |= {"venue": "arXiv", "doi": f"10.48550/arXiv.{number}", "year": row["year"] - rng.randint(0, 2)}
        row["url"] = f"https://arxiv.org/abs/{number}v{rng.randint(1, 3)}"
    if kind in ("typos", "cut", "no doi", "no abstract", "short abstract") or rng.random() < 0.5:
        row["doi"] = row["doi"] if kind == "preprint" else ""
    if kind == "no abstract" or (kind in ("case", "typos") and rng.random() < 0.3):
        row["abstract"] = ""
    elif kind == "short abstract":
        row["abstract"] = row["abstract"][: rng.randint(200, 500)] + "..."
    if rng.random() < 0.5:
        row["authors"] = other_spelling(row["authors"], rng)
    if rng.random() < 0.15:
        row["authors"] = []
    return kind, row


def hard_negatives(row: dict[str, Any], stranger: dict[str, Any], rng: random.Random) -> tuple[str, dict[str, Any]]:
    """Another work with nearly the same title; its abstract is another paper's, or absent."""
    other = dict(row) | {"doi": "", "abstract": stranger["abstract"] if rng.random() < 0.6 else ""}
    kind = rng.choice(["part", "year", "word", "erratum", "authors"])
    words = row["title"].split()
    swappable = [k for k, word in enumerate(words) if word.lower() in SWAPS]
    if kind == "word" and not swappable:
        kind = "part"
    if kind == "part":
        other["title"] = row["title"] + ": Part II"
    elif kind == "year":
        other["title"] = row["title"] + " 2021"
        other["year"] = row["year"]
    elif kind == "word":
        k = rng.choice(swappable)
        other["title"] = " ".join([*words[:k], SWAPS[words[k].lower()].title(), *words[k + 1 :]])
    elif kind == "erratum":
        other["title"] = rng.choice(["Erratum to: ", "Correction: ", "Comment on: ", "Reply to "]) + row["title"]
    else:
        other["authors"] = ["Nobody, Else", "Person, Quite Other"]
        other["abstract"] = stranger["abstract"]
    return kind, other


def labelled_set(papers: list[dict[str, Any]], n: int, seed: int) -> Labelled:
    rng = random.Random(seed)
    labelled = Labelled(rng)
    drawn = rng.sample(papers, n)
    for number, paper in enumerate(drawn):
        row = labelled.original(paper, number)
        labelled.add(f"work {number}", "original", row)
        fate = rng.random()
        if fate < 1 / 3:
            for _ in range(rng.choice([1, 1, 1, 2])):
                kind, copy = corrupted(row, rng)
                labelled.add(f"work {number}", kind, copy)
        elif fate < 1 / 2:
            kind, other = hard_negatives(row, drawn[number - 1], rng)
            labelled.add(f"other than {number}", f"not: {kind}", other)
    for number in range(n // 100):
        title = rng.choice(["Editorial", "Introduction", "Foreword", "Book reviews", "Editorial: special issue"])
        row = {"title": title, "abstract": "", "year": 2015 + number % 4, "authors": ["Smith, Anna"], "venue": "J"}
        labelled.add(f"generic {number}", "not: generic", row)
    return labelled


def pairs_of(groups: Iterable[list[int]]) -> set[tuple[int, int]]:
    return {(i, j) for group in groups for i in group for j in group if i < j}


def grouped(labels: Iterable[str]) -> list[list[int]]:
    members: dict[str, list[int]] = {}
    for i, label in enumerate(labels):
        members.setdefault(label, []).append(i)
    return list(members.values())


def measure(labelled: Labelled, show: int) -> None:
    papers = make_table("papers", labelled.rows)
    started = time.perf_counter()
    _, duplicates = merge_duplicates(papers)
    seconds = time.perf_counter() - started
    survivor = dict(zip(duplicates["paper_id"], duplicates["survivor"], strict=True))
    true = pairs_of(grouped(labelled.works))
    found = pairs_of(grouped(survivor.get(i, i) for i in papers["paper_id"]))
    write(f"{len(papers)} records, {len(true)} true pairs, {len(found)} found, {seconds:.1f} s")
    write(f"precision {len(true & found) / len(found):.4f}   recall {len(true & found) / len(true):.4f}")
    for name, wrong in (("missed", true - found), ("wrongly merged", found - true)):
        kinds = Counter(" / ".join(sorted({labelled.kinds[i], labelled.kinds[j]})) for i, j in wrong)
        write(f"{name}: " + (", ".join(f"{kind} {count}" for kind, count in kinds.most_common()) or "none"))
        for i, j in sorted(wrong)[:show]:
            for k in (i, j):
                r = labelled.rows[k]
                write(f"    {labelled.kinds[k]:15} {r['year']} {r['authors'][:1]} {len(r['abstract']):5} {r['title']}")


def growth(papers: list[dict[str, Any]], seed: int) -> None:
    """Prints the time for an eighth, a quarter, half and all of the papers, and how it grows when n doubles.

    The time is the processor's, the best of three, and as that still grows with what no longer fits its cache, the
    pairs looked at are told as well. The last line compares the ends, where a single doubling's noise weighs least.
    """
    shuffled = random.Random(seed).sample(papers, len(papers))
    before, first, smallest = 0.0, 0.0, len(papers) // 8
    for share in (8, 4, 2, 1):
        part = shuffled[: len(shuffled) // share]
        rows = [{"paper_id": str(i), **{k: r[k] for k in ("title", "abstract", "year")}} for i, r in enumerate(part)]
        table = make_table("papers", pd.DataFrame(rows))
        seconds = min(_processor_time(table) for _ in range(3))
        by_title, by_abstract = candidate_pairs(identify(table))
        line = f"n = {len(part):6}   {seconds:6.1f} s   {1e6 * seconds / len(part):6.1f} µs"
        line += f" and {len(by_title) / len(part):.1f} + {len(by_abstract) / len(part):.3f} pairs a paper"
        if before:
            expected = 2 * math.log(len(part)) / math.log(len(part) / 2)
            line += f"   {seconds / before:.2f} times that of n/2 (n log n: {expected:.2f})"
        write(line)
        before, first = seconds, first or seconds
    expected = len(papers) * math.log(len(papers)) / (smallest * math.log(smallest))
    write(
        f"{len(papers) / smallest:.0f} times the papers: {before / first:.2f} times the time (n log n: {expected:.2f})"
    )


def _processor_time(table: pd.DataFrame) -> float:
    started = time.process_time()
    merge_duplicates(table)
    return time.process_time() - started


def write(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, help="gzipped JSON lines with title, abstract, year")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--papers", type=int, default=6000)
    parser.add_argument("--show", type=int, default=0, help="print so many of the pairs in error")
    parser.add_argument("--no-growth", action="store_true")
    options = parser.parse_args()
    papers = read_papers(options.files)
    measure(labelled_set(papers, options.papers, options.seed), options.show)
    if not options.no_growth:
        growth(papers, options.seed)


if __name__ == "__main__":
    main()
