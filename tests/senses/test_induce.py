"""Induced senses: what a user with no inventory gets, from no mention to many."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from analysis.common.tables import make_table
from analysis.inventory.family import Family
from analysis.inventory.inventory import inventory_of
from analysis.senses.induce import SAMPLE, SenseClusters, _joined, induce_senses
from analysis.senses.neighbours import smoothed, views
from analysis.vectors.embed import WIDTH, unit

FAMILY = Family("bank")
WORDS = {
    "river": "water flood shore mud",
    "money": "loan deposit credit interest",
    "data": "records samples query index",
}


def mentions_of(kinds: list[str]):
    rows = []
    for number, kind in enumerate(kinds):
        words = WORDS[kind].split()
        text = f"The bank near {words[number % 4]} and {words[(number + 1) % 4]} is number {number}."
        rows.append(
            {"mention_id": f"p{number}#abstract:4", "paper_id": f"p{number}", "field": "abstract", "start": 4, "end": 8,
             "surface": "bank", "lemma": "bank", "sentence": text, "sentence_start": 0}
        )  # fmt: skip
    return make_table("mentions", rows)


def vectors_of(kinds: list[str], seed: int = 0, noise: float = 0.6) -> np.ndarray:
    """Vectors around one centre a kind, in each of the three parts."""
    rng = np.random.default_rng(seed)
    centres = {kind: unit(np.random.default_rng(i).normal(size=(3, WIDTH))) for i, kind in enumerate(WORDS)}
    parts = [unit(centres[k] + noise * unit(rng.normal(size=(3, WIDTH)))) for k in kinds]
    return np.array(parts, dtype=np.float32).reshape(len(kinds), 3 * WIDTH)


def test_well_separated_senses_are_found_each_with_its_own_words():
    kinds = ["river"] * 50 + ["money"] * 30 + ["data"] * 20
    induced = induce_senses(mentions_of(kinds), vectors_of(kinds), FAMILY)
    inventory = inventory_of(induced.inventory)
    assert inventory.ids == ("sense-1", "sense-2", "sense-3")  # the largest first
    assert induced.read["sense"].tolist() == ["sense-1"] * 50 + ["sense-2"] * 30 + ["sense-3"] * 20
    for sense, kind in zip(inventory.senses, WORDS, strict=True):
        own = set(WORDS[kind].split())
        others = {word for other, words in WORDS.items() if other != kind for word in words.split()}
        named = set(sense.name.replace(",", "").split())
        assert named & own and not named & others
        assert len(sense.examples) == 5 and all("[[bank]]" in example for example in sense.examples)
        assert not any("bank" in term for term in sense.cues["context"])
    assert set(induced.read["stance"]) == {""} and not induced.read["reviewed"].any()


def test_one_sense_is_a_possible_answer():
    kinds = ["river"] * 80
    induced = induce_senses(mentions_of(kinds), vectors_of(kinds, noise=1.0), FAMILY)
    assert set(induced.read["sense"]) == {"sense-1"} and set(induced.read["runner_up"]) == {""}


@pytest.mark.parametrize("count", [0, 1, 5, 11])
def test_a_few_mentions_are_one_sense_never_a_crash(count):
    kinds = (["river", "money", "data"] * 4)[:count]
    induced = induce_senses(mentions_of(kinds), vectors_of(kinds), FAMILY)
    assert len(induced.read) == count
    assert inventory_of(induced.inventory).ids == (("sense-1",) if count else ())


def test_copies_of_few_mentions_are_no_more_evidence_than_the_few():
    kinds = ["river", "money"] * 40
    induced = induce_senses(mentions_of(kinds), np.tile(vectors_of(kinds[:2]), (40, 1)), FAMILY)
    assert set(induced.read["sense"]) == {"sense-1"}


def test_sentences_without_a_word_beside_the_term_are_still_read():
    mentions = mentions_of(["river"] * 20).assign(sentence="bank", start=0, end=4)
    induced = induce_senses(mentions, vectors_of(["river"] * 20), FAMILY)
    assert len(induced.read) == 20 and induced.inventory["senses"][0]["name"] == "sense 1"


def test_mentions_beyond_the_sample_join_the_nearest_sense():
    kinds = ["river", "money"] * (SAMPLE // 2 + 100)
    clusters = SenseClusters(["bank"] * len(kinds)).fit(vectors_of(kinds))
    labels = np.array(clusters.labels_)
    assert len(set(labels[::2])) == 1 and len(set(labels[1::2])) == 1 and labels[0] != labels[1]


def test_the_same_seed_gives_the_same_senses():
    kinds = ["river"] * 40 + ["money"] * 40
    first, second = (induce_senses(mentions_of(kinds), vectors_of(kinds), FAMILY, seed=3) for _ in range(2))
    assert first.inventory == second.inventory and first.read.equals(second.read)


def test_the_form_of_a_mention_is_taken_out_of_its_vector():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(200, 3 * WIDTH)).astype(np.float32)
    vectors[:100, 0] += 40  # all plurals lie far off in one direction
    mention = views(vectors, ["banks"] * 100 + ["bank"] * 100)[0]
    assert abs(mention[:100, 0].mean() - mention[100:, 0].mean()) < 0.15


def test_a_frequent_sense_that_was_cut_in_two_is_joined_again():
    # By hand: two halves of one sense, all linked, and a third cluster linked only within. Links between the halves are
    # as many as chance puts there (ratio above the bound), links to the third are none.
    graph = np.zeros((60, 60))
    graph[:40, :40] = 1
    graph[40:, 40:] = 1
    labels = np.repeat([0, 1, 2], 20)
    joined = _joined(csr_matrix(graph), graph.sum(axis=1), labels)
    assert joined.tolist() == [0] * 40 + [1] * 20


def test_smoothing_brings_mentions_of_one_sense_together():
    kinds = ["river"] * 30 + ["money"] * 30
    vectors = vectors_of(kinds, noise=1.5)
    plain, smooth = np.hstack(views(vectors, ["bank"] * 60)), smoothed(vectors, ["bank"] * 60)
    assert smooth.shape == plain.shape

    def inside(space):
        """Variance within the senses, of all variance."""
        return sum(space[rows].var(axis=0).sum() for rows in (slice(30), slice(30, 60))) / 2 / space.var(axis=0).sum()

    assert inside(smooth) < inside(plain)
    assert smoothed(vectors[:1], ["bank"]).shape[0] == 1
