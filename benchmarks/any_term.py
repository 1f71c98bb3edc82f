"""How well senses of any term are read: induced without labels, from ten labels a sense, from definitions alone.

    python benchmarks/any_term.py [../shared/corpora/arxiv_2025_2026.jsonl.gz] [--split development|test]
                                  [--sets 24] [--mentions 160] [--seed 0]

*Development* sets are those on which methods and constants are chosen, *test* sets share no word with them and are for
reporting only. Two kinds. *Nouns* are sentences written for this project: twelve in the style of encyclopaedias and
news with skewed shares (benchmarks/nouns.yaml, half of them for the test), and ten in the style of abstracts with
balanced shares (tests/data/wsd_nouns.yaml, development), these also as skewed draws of some of their senses.
*Pseudowords* (Gale, Church and Yarowsky 1992), if a corpus is given: words of its papers, all written alike, so that
their contexts must tell them apart; one to six words a set, shares equal or skewed, every other set without titles.
*Uneven* sets have one sense that nearly all mentions have: of each noun the whole of one sense and a little of one or
two others, and pseudowords of shares down to 0.97 and 0.03.

Scores are macro-F1 over the true senses: without labels by the best one-to-one naming, clusters left over counting as
wrong; with labels on the mentions that were not labelled. Each is a mean over sets with its 95 % interval, for which
the sets are drawn again (bootstrap); senses of one noun are not independent, so the interval is, if anything, narrow.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import yaml
from scipy.optimize import linear_sum_assignment
from scipy.special import softmax
from sklearn.metrics import f1_score

from analysis.common.tables import make_table
from analysis.inventory.inventory import inventory_of
from analysis.mentions.find import find_mentions
from analysis.senses.cues import unmark
from analysis.senses.few import read_with_few
from analysis.senses.induce import ALONE, SHARPNESS, SenseClusters
from analysis.vectors.embed import WIDTH, embed_mentions

HERE = Path(__file__).resolve().parent
ABSTRACT_NOUNS, NEWS_NOUNS = HERE.parent / "tests" / "data" / "wsd_nouns.yaml", HERE / "nouns.yaml"
SPLITS = ("development", "test")
WORDS = {
    "development": (
        "galaxy protein theorem traffic speech battery robot privacy radar hospital quantum soil stock turbulence "
        "music tumor satellite compiler student camera gradient dialogue blockchain cache"
    ).split(),
    "test": "court teacher fairness electron graph wind crop lattice game video spin neuron".split(),
}
BLIND = "splorn"  # what every word of a pseudoword is written as
SHARES = {
    1: [(1.0,)],
    2: [(0.5, 0.5), (0.7, 0.3), (0.85, 0.15)],
    3: [(0.34, 0.33, 0.33), (0.5, 0.3, 0.2), (0.7, 0.2, 0.1)],
    4: [(0.25,) * 4, (0.4, 0.3, 0.2, 0.1)],
    5: [(0.2,) * 5, (0.4, 0.25, 0.15, 0.12, 0.08)],
    6: [(1 / 6,) * 6, (0.35, 0.25, 0.15, 0.1, 0.08, 0.07)],
}
UNEVEN_NOUNS = ((1.0, 0.05), (1.0, 0.1), (1.0, 0.25), (1.0, 0.2, 0.08))  # of the mentions of each sense
UNEVEN = [
    (0.96, 0.04), (0.9, 0.1), (0.8, 0.15, 0.05), (0.97, 0.03), (0.7, 0.15, 0.1, 0.05), (0.6, 0.2, 0.1, 0.06, 0.04),
]  # fmt: skip
RAREST = 3  # mentions of a sense, at least
UNEVEN_MENTIONS = 800  # of one word, at most
COUNTS = (2, 3, 4, 2, 3, 5, 2, 3, 1, 2, 6, 4)  # senses of one set after the other
SIZES = (60, 120, 250, 10**6)  # mentions of one set after the other, as far as there are so many
LABELS = 10
RESAMPLES = 2_000


class TestSet(NamedTuple):
    """Mentions of one term, their vectors and true senses; definitions where there are any."""

    term: str
    mentions: pd.DataFrame
    vectors: np.ndarray
    gold: np.ndarray
    definitions: dict[str, str]

    def take(self, rows: np.ndarray) -> TestSet:
        """The set with some of its mentions."""
        mentions = self.mentions.iloc[rows].reset_index(drop=True)
        return self._replace(mentions=mentions, vectors=self.vectors[rows], gold=self.gold[rows])


def nouns(path: Path, split: str) -> Iterator[TestSet]:
    """The nouns of a file that belong to the split; a noun that names none is for development."""
    for term in yaml.safe_load(path.read_text("utf-8"))["terms"]:
        if term.get("split", "development") != split:
            continue
        texts = {
            f"{sense['id']}:{n}": (sense["id"], *unmark(text))
            for sense in term["senses"]
            for n, text in enumerate(sense["sentences"])
        }
        papers = make_table("papers", [{"paper_id": key, "abstract": text} for key, (_, text, _, _) in texts.items()])
        found = find_mentions(papers, term["term"])
        marked = [texts[p][2] == start for p, start in zip(found["paper_id"], found["start"], strict=True)]
        found = found[marked].reset_index(drop=True)
        gold = found["paper_id"].map(lambda p, texts=texts: texts[p][0]).to_numpy()
        told = {sense["id"]: sense["definition"] for sense in term["senses"]}
        yield TestSet(term["term"], found, embed_mentions(found, papers), gold, told)


def skewed(sets: list[TestSet], rng: np.random.Generator) -> Iterator[TestSet]:
    """Some senses of each noun, one of them frequent."""
    for whole in sets:
        for sizes in ((24, 10), (24, 14, 8), (24,)):
            senses = rng.permutation(np.unique(whole.gold))[: len(sizes)]
            drawn = [rng.permutation(np.flatnonzero(whole.gold == s))[:n] for s, n in zip(senses, sizes, strict=False)]
            yield whole.take(np.concatenate(drawn))


def uneven(sets: list[TestSet], rng: np.random.Generator) -> Iterator[TestSet]:
    """Of each noun one sense whole, and a little of others."""
    for whole in sets:
        for shares in UNEVEN_NOUNS:
            senses = rng.permutation(np.unique(whole.gold))[: len(shares)]
            drawn = [rng.permutation(np.flatnonzero(whole.gold == sense)) for sense in senses]
            kept = [own[: max(RAREST, round(len(own) * s))] for own, s in zip(drawn, shares, strict=False)]
            yield whole.take(np.concatenate(kept))


def uneven_pseudowords(pools: list[TestSet], count: int, rng: np.random.Generator) -> Iterator[TestSet]:
    """One word that nearly all mentions are, and a little of others; every other set without titles."""
    for number in range(count):
        shares, size = UNEVEN[number % len(UNEVEN)], (60, 150, 400, 1_000)[number % 4]
        most = [pool for pool in pools if len(pool.gold) >= size * shares[0]] or [
            max(pools, key=lambda pool: len(pool.gold))
        ]
        first = most[rng.integers(len(most))]
        others = [pools[i] for i in rng.permutation(len(pools)) if pools[i] is not first]
        chosen = [first, *others[: len(shares) - 1]]
        size = min(size, *(len(pool.gold) / share for pool, share in zip(chosen, shares, strict=True)))
        yield _together(chosen, [max(RAREST, round(size * share)) for share in shares], number, rng)


def _together(chosen: list[TestSet], sizes: list[int], number: int, rng: np.random.Generator) -> TestSet:
    """So many mentions of each, as of one term."""
    parts = [pool.take(rng.permutation(len(pool.gold))[:n]) for pool, n in zip(chosen, sizes, strict=True)]
    vectors = np.vstack([part.vectors for part in parts])
    if number % 2:
        vectors[:, 2 * WIDTH :] = 0
    found = pd.concat([part.mentions for part in parts], ignore_index=True)
    return TestSet(BLIND, found, vectors, np.concatenate([part.gold for part in parts]), {})


def pools_of(corpus: Path, words: list[str], mentions: int) -> list[TestSet]:
    """The mentions of each word that is frequent enough."""
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    random.Random(1).shuffle(records)
    return [pool for word in words if len((pool := _pool(word, records, mentions)).gold) >= 100]


def pseudowords(pools: list[TestSet], count: int, rng: np.random.Generator) -> Iterator[TestSet]:
    """One to six words as senses of one term."""
    for number in range(count):
        k = COUNTS[number % len(COUNTS)]
        shares = SHARES[k][(number // len(COUNTS) + number) % len(SHARES[k])]
        chosen = [pools[i] for i in rng.permutation(len(pools))[:k]]
        size = min(SIZES[number % len(SIZES)], *(len(p.gold) / share for p, share in zip(chosen, shares, strict=True)))
        yield _together(chosen, [max(5, round(size * share)) for share in shares], number, rng)


def _pool(word: str, records: list[dict[str, str]], mentions: int) -> TestSet:
    pattern = re.compile(rf"\b{word}(s?)\b", re.IGNORECASE)
    rows = []
    for record in records:
        if pattern.search(record["abstract"] or ""):
            blind = {c: pattern.sub(rf"{BLIND}\1", record[c]) for c in ("title", "abstract")}
            rows.append({"paper_id": f"{word}:{record['id']}", **blind})
        if len(rows) >= 0.8 * mentions:
            break
    papers = make_table("papers", rows)
    found = find_mentions(papers, BLIND).groupby("paper_id").head(3)
    found = found.sample(frac=1, random_state=0).head(mentions).reset_index(drop=True)
    return TestSet(BLIND, found, embed_mentions(found, papers), np.full(len(found), word), {})


# --- scores ----------------------------------------------------------------------------------------------------------


def best_naming(gold: np.ndarray, found: np.ndarray) -> tuple[float, np.ndarray]:
    """Macro-F1 under the best one-to-one naming of clusters, and which mentions are then right."""
    senses, g = np.unique(gold, return_inverse=True)
    clusters, c = np.unique(found, return_inverse=True)
    both = np.zeros((len(senses), len(clusters)))
    np.add.at(both, (g, c), 1)
    f1 = 2 * both / (both.sum(axis=1, keepdims=True) + both.sum(axis=0, keepdims=True))
    rows, columns = linear_sum_assignment(-f1)
    named = dict(zip(columns, rows, strict=True))
    right = np.array([named.get(cluster) == sense for cluster, sense in zip(c, g, strict=True)])
    return float(f1[rows, columns].sum() / len(senses)), right


def induced(test: TestSet, seed: int) -> dict[str, float]:
    forms, senses = test.mentions["surface"].tolist(), len(np.unique(test.gold))
    free = SenseClusters(forms, seed=seed).fit(test.vectors)
    score, right = best_naming(test.gold, free.labels_)
    found = free.likeness_.shape[1]
    sure = softmax(SHARPNESS * free.likeness_, axis=1).max(axis=1) if found > 1 else np.full(len(forms), ALONE)
    known = free if senses < 2 else SenseClusters(forms, seed=seed, count=senses).fit(test.vectors)
    return {
        "no labels": score, "no labels, number told": best_naming(test.gold, known.labels_)[0],
        "senses too many": found - senses, "confidence": float(sure.mean()), "right": float(right.mean()),
    }  # fmt: skip


def labelled(test: TestSet, rng: np.random.Generator) -> dict[str, float]:
    senses = list(np.unique(test.gold))
    if len(senses) < 2:
        return {}
    mentions = test.mentions.assign(mention_id=[f"{n}" for n in range(len(test.gold))], sense=test.gold)
    drawn = np.concatenate(
        [(own := rng.permutation(np.flatnonzero(test.gold == s)))[: max(1, min(LABELS, len(own) // 2))] for s in senses]
    )
    rest = np.setdiff1d(np.arange(len(test.gold)), drawn)
    bare = inventory_of({"term": test.term, "senses": [{"id": s, "definition": "labelled"} for s in senses]})
    read = read_with_few(mentions, test.vectors, bare, mentions.iloc[drawn])["sense"].to_numpy()
    scores = {"ten labels": f1_score(test.gold[rest], read[rest], average="macro")}
    if test.definitions:
        told = [{"id": s, "definition": test.definitions[s], "name": s.replace("_", " ")} for s in senses]
        alone = read_with_few(mentions, test.vectors, inventory_of({"term": test.term, "senses": told}))
        scores["definitions"] = f1_score(test.gold, alone["sense"], average="macro")
    return scores


def report(kind: str, sets: list[TestSet], rows: list[dict[str, float]], rng: np.random.Generator) -> None:
    table = pd.DataFrame(rows)
    print(f"{kind}: {len(sets)} sets, {sum(len(test.gold) for test in sets):,} mentions")
    for name in table:
        values = table[name].dropna().to_numpy(dtype=float)
        means = rng.choice(values, (RESAMPLES, len(values))).mean(axis=1)
        low, high = np.quantile(means, (0.025, 0.975))
        print(f"  {name:24} {values.mean():6.3f}  [{low:6.3f}, {high:6.3f}]  n = {len(values)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?", type=Path)
    parser.add_argument("--split", choices=SPLITS, default="development")
    parser.add_argument("--sets", type=int, default=24, help="of pseudowords")
    parser.add_argument("--mentions", type=int, default=160, help="of one word of a pseudoword, at most")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    rng = np.random.default_rng(given.seed)
    kinds = {"nouns, news": list(nouns(NEWS_NOUNS, given.split))}
    kinds["nouns, news, uneven"] = list(uneven(kinds["nouns, news"], np.random.default_rng(given.seed)))
    if given.split == "development":
        whole = list(nouns(ABSTRACT_NOUNS, given.split))
        kinds |= {"nouns, abstracts": whole, "nouns, abstracts, skewed": list(skewed(whole, rng))}
    if given.corpus:
        pools = pools_of(given.corpus, WORDS[given.split], UNEVEN_MENTIONS)
        small = [pool.take(np.arange(min(given.mentions, len(pool.gold)))) for pool in pools]
        kinds["pseudowords"] = list(pseudowords(small, given.sets, rng))
        kinds["pseudowords, uneven"] = list(uneven_pseudowords(pools, given.sets, rng))
    for kind, sets in kinds.items():
        began = time.perf_counter()
        rows = [induced(test, given.seed) | labelled(test, rng) for test in sets]
        report(f"{given.split}, {kind}", sets, rows, rng)
        print(f"  {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
