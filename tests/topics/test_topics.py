"""Topics: each rung of the ladder gives a place to every mention, and planted themes are found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from analysis import model_topics
from analysis.common.errors import BadInput
from analysis.common.tables import SCHEMAS, make_table
from analysis.inventory.inventory import OTHER
from analysis.topics.model import OUTLIER, Topics, as_nearest, save_model, stratified_sample
from analysis.topics.name import name_topics
from analysis.topics.unexplained import Place, is_novel
from analysis.vectors.embed import WIDTH, unit

THEMES = {
    "pay": "The wage bias against women in hiring and promotion",
    "sky": "The telescope bias of dim galaxies in photometric surveys",
    "pill": "The publication bias of small trials about tablets",
}


def planted(n: int, *, spread: float = 0.25, seed: int = 5) -> tuple[pd.DataFrame, np.ndarray, list[str]]:
    """``n`` mentions of three themes in turn, with vectors scattered around three directions."""
    rng = np.random.default_rng(seed)
    centres = dict(zip(THEMES, unit(rng.normal(size=(3, 3 * WIDTH))), strict=True))
    themes = [list(THEMES)[i % 3] for i in range(n)]
    rows = [
        {"mention_id": f"p{i}#abstract:0", "paper_id": f"p{i}", "field": "abstract", "surface": "bias", "lemma": "bias",
         "modifier": THEMES[theme].split()[1], "sentence": f"{THEMES[theme]}, as study {i} found."}
        for i, theme in enumerate(themes)
    ]  # fmt: skip
    noise = unit(rng.normal(size=(n, 3 * WIDTH))) if n else np.zeros((0, 3 * WIDTH))
    vectors = np.array([centres[t] for t in themes]).reshape(n, 3 * WIDTH) + spread * noise
    return make_table("mentions", rows), vectors.astype(np.float32), themes


def senses(mentions: pd.DataFrame, names: list[str], **columns: object) -> pd.DataFrame:
    table = {"mention_id": mentions["mention_id"], "sense": names, "confidence": 0.9, **columns}
    return make_table("senses", pd.DataFrame(table))


def check(found: Topics, mentions: pd.DataFrame) -> None:
    """What holds on every rung: one row per mention in order, counts that add up, topics numbered by size."""
    assert found.mentions["mention_id"].tolist() == mentions["mention_id"].tolist()
    assert list(found.topics.columns) == list(SCHEMAS["topics"])
    counts = found.mentions["topic"].value_counts().to_dict()
    outliers = counts.pop(OUTLIER, 0)
    assert found.topics.set_index("topic")["n"].to_dict() == counts
    assert sum(counts.values()) + outliers == len(mentions)
    assert found.topics["topic"].tolist() == list(range(len(counts)))
    assert found.topics["n"].is_monotonic_decreasing
    labels = found.topics.set_index("topic")["label"].to_dict() | {OUTLIER: ""}
    assert found.mentions["topic_label"].tolist() == [labels[t] for t in found.mentions["topic"]]


@pytest.mark.parametrize(("n", "rung"), [(0, "none: no mention"), (5, "listed: fewer than 12 mentions")])
def test_none_and_a_few_are_not_clustered(n: int, rung: str) -> None:
    mentions, vectors, _ = planted(n)
    found = model_topics(mentions, vectors, senses(mentions, ["social"] * n))
    check(found, mentions)
    assert found.rung.startswith(rung)
    assert (found.mentions["topic"] == OUTLIER).all()
    assert len(found.topics) == 0
    assert found.model is None


def test_some_dozens_are_clustered_agglomeratively() -> None:
    mentions, vectors, themes = planted(50)
    found = model_topics(mentions, vectors)
    check(found, mentions)
    assert found.rung.startswith("agglomerative: Ward clusters, their number (3)")
    assert pd.crosstab(pd.Series(themes), found.mentions["topic"]).to_numpy().astype(bool).sum() == 3
    words = {theme: " ".join(found.topics["terms"][found.mentions["topic"][i]]) for i, theme in enumerate(THEMES)}
    assert "telescope" in words["sky"] and "tablets" in words["pill"] and "wage" in words["pay"]
    assert not any("bias" in term.split() for terms in found.topics["terms"] for term in terms)


def test_more_are_clustered_by_density_and_outliers_keep_a_place() -> None:
    mentions, vectors, themes = planted(150)
    lone = unit(np.random.default_rng(9).normal(size=(1, 3 * WIDTH))).astype(np.float32)
    vectors[149] = lone
    found = model_topics(mentions, vectors, seed=3)
    check(found, mentions)
    assert found.rung.startswith("UMAP and HDBSCAN: topics of at least 8 mentions")
    kept = ((found.mentions["topic"] != OUTLIER) & (found.mentions.index != 149)).to_numpy()
    table = pd.crosstab(pd.Series(themes)[kept], found.mentions["topic"][kept])
    assert kept.sum() >= 120
    assert (table.to_numpy().astype(bool).sum(axis=0) == 1).all()  # no topic mixes two themes


def test_the_same_seed_gives_the_same_topics() -> None:
    mentions, vectors, _ = planted(110)
    one, two = (model_topics(mentions, vectors, seed=1) for _ in range(2))
    pd.testing.assert_frame_equal(one.mentions, two.mentions)
    pd.testing.assert_frame_equal(one.topics, two.topics)


def test_a_topic_belongs_to_the_sense_of_its_mentions_and_may_be_novel() -> None:
    mentions, vectors, themes = planted(30)
    read = {"pay": "social", "sky": OTHER, "pill": "data"}
    given = senses(mentions, [read[t] for t in themes], abstained=[t == "sky" for t in themes])
    found = model_topics(mentions, vectors, given)
    check(found, mentions)
    topics = found.topics.set_index("sense")
    assert topics["novel"].to_dict() == {"social": False, OTHER: True, "data": False}
    assert topics.loc[OTHER, "proposed_name"] == "telescope bias in photometric surveys"
    assert topics.loc["social", "proposed_name"] == ""
    assert found.mentions["novel"].tolist() == [t == "sky" for t in themes]


@pytest.mark.parametrize(("label", "no_sense"), [("unclear", ("other", "unclear")), ("other", ("unclear",))])
def test_what_is_unclear_or_a_sense_called_other_points_to_no_new_sense(label: str, no_sense: tuple[str, ...]) -> None:
    mentions, vectors, themes = planted(30)
    given = senses(mentions, [{"pay": "social", "sky": label, "pill": "data"}[t] for t in themes])
    assert not model_topics(mentions, vectors, given, no_sense=no_sense).topics["novel"].any()


def test_a_topic_has_the_parent_that_its_mentions_are_surest_of() -> None:
    mentions, vectors, themes = planted(30)
    above = {"pay": "people", "sky": "nature", "pill": "measurement"}
    given = senses(mentions, ["social"] * len(mentions), parent=[above[t] for t in themes], parent_confidence=0.9)
    assert set(model_topics(mentions, vectors, given).topics["parent"]) == set(above.values())


@pytest.mark.parametrize("sentence", ["Bias", "the bias", "", "Bias in law", "Bias in tax law"])
def test_sentences_that_say_nothing_else_are_no_crash(sentence: str) -> None:
    mentions, vectors, _ = planted(15)
    found = model_topics(mentions.assign(sentence=sentence), vectors)
    check(found, mentions)


def test_equal_vectors_are_no_crash() -> None:
    mentions, vectors, _ = planted(15)
    check(model_topics(mentions, np.repeat(vectors[:1], 15, axis=0)), mentions)


def test_the_model_is_kept_without_pickles_and_replaced_whole(tmp_path: Path) -> None:
    mentions, vectors, _ = planted(15)
    folder = tmp_path / "topic_model"
    save_model(model_topics(mentions, vectors).model, folder)
    assert {p.suffix for p in folder.iterdir()} <= {".json", ".safetensors"}
    (folder / "stale.json").write_text("{}")
    save_model(model_topics(mentions, vectors).model, folder)
    assert not (folder / "stale.json").exists()
    save_model(None, folder)
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_the_disk_has_no_room_for_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from safetensors import SafetensorError

    mentions, vectors, _ = planted(15)
    model = model_topics(mentions, vectors).model
    assert model is not None

    def full(*_: object, **__: object) -> None:
        raise SafetensorError("No space left on device")

    monkeypatch.setattr(model, "save", full)
    with pytest.raises(BadInput, match=r"topic_model: cannot be written .*No space left"):
        save_model(model, tmp_path / "topic_model")


def test_a_topic_without_words_has_no_label_and_others_keep_theirs() -> None:
    from analysis.topics.model import _terms

    assert _terms(["", "the", "telescope"], np.array([0, 0, OUTLIER])) == {0: []}
    assert _terms(["", "telescope galaxy"], np.array([0, 1])) == {0: [], 1: ["galaxy", "telescope"]}


def test_a_name_is_a_noun_phrase_that_papers_share() -> None:
    sentences = {
        0: ["We reduce gender bias in large language models.", "Large language models show a strong gender bias."],
        1: ["A bias term helps neural networks.", "Deep neural networks need a bias term."],
        2: ["Nothing is shared by this bias.", "The biased sample differs."],
    }
    rows = [
        {"mention_id": f"p{topic}{i}#abstract:0", "paper_id": f"p{topic}{i}", "field": "abstract", "surface": "bias",
         "lemma": "bias", "sentence": sentence} for topic, own in sentences.items() for i, sentence in enumerate(own)
    ]  # fmt: skip
    terms = {0: ["gender"], 1: ["neural"], 2: ["sample", "shared"]}
    names = name_topics(
        make_table("mentions", rows), np.array([0, 0, 1, 1, 2, 2]), terms, frozenset({"large", "strong"})
    )
    # "strong" and "large" name nothing; papers of the last topic share no phrase, so its words stand for one
    assert names == {0: "gender bias in language models", 1: "bias term in neural networks", 2: "bias: sample, shared"}


def test_no_two_topics_have_one_name() -> None:
    rows = [{"mention_id": f"{p}#abstract:0", "paper_id": p, "field": "abstract", "lemma": "bias", "surface": "bias",
             "sentence": "We see social bias."} for p in "abcd"]  # fmt: skip
    names = name_topics(make_table("mentions", rows), np.array([0, 0, 1, 1]), {0: ["x"], 1: ["y"]}, frozenset())
    assert names == {0: "social bias", 1: "bias: y"}


def test_a_leftover_of_doubtful_mentions_is_not_novel() -> None:
    """Four unexplained mentions of four papers: in a place of their own they may be new, amid others they are not."""
    explained = [1] * 4 + [2] * 4 + [3] * 4 + [4] * 4
    apart, amid = (np.eye(5)[[*own, *explained]] for own in ([0, 0, 0, 0], [1, 2, 3, 4]))
    papers, members = np.arange(20), np.arange(20) < 4
    assert is_novel(Place(apart), papers, members, members)
    assert not is_novel(Place(amid), papers, members, members)
    assert not is_novel(Place(apart), papers, np.arange(20) < 1, members)  # three of four are explained
    assert not is_novel(Place(apart), np.array([0, 0, 1, 1, *range(2, 18)]), members, members)  # two papers alone
    partly = np.vstack([apart[:2], amid[2:]])  # two of four have each other nearest, two lie amid other topics
    assert is_novel(Place(partly), papers, members, members, alike=0.5)
    assert not is_novel(Place(partly), papers, members, members, alike=0.6)


def test_a_sample_has_its_share_of_each_sense_and_enough_of_a_rare_one() -> None:
    senses = pd.Series(["social"] * 900 + ["data"] * 80 + ["tracer"] * 20)
    drawn = stratified_sample(senses, 1000, 500, least=15, seed=3)
    counts = senses.iloc[drawn].value_counts().to_dict()
    assert counts == {"social": 450, "data": 40, "tracer": 15}  # half of each; of the last it would have been ten
    assert (np.diff(drawn) > 0).all()
    assert len(stratified_sample(None, 40, 10, least=2)) == 10


def test_the_rest_takes_the_topic_of_most_of_its_nearest_and_may_be_in_none() -> None:
    angle = np.deg2rad(np.concatenate([np.linspace(-5, 5, 20), np.linspace(85, 95, 20), np.linspace(175, 185, 20)]))
    known = np.column_stack([np.cos(angle), np.sin(angle)]).astype(np.float32)
    topics = np.repeat([0, 1, -1], 20)
    rest = np.array([[1, 0.02], [0.02, 1], [-1, 0.02]], dtype=np.float32)
    assert as_nearest(rest, known, topics).tolist() == [0, 1, -1]
    mostly = topics.copy()
    mostly[9:11] = 1  # the two nearest to the first are of another topic
    assert as_nearest(rest[:1], known, mostly).tolist() == [0]


def test_what_topics_are_made_of_is_the_same_on_any_number_of_threads() -> None:
    mentions, vectors, themes = planted(150, spread=2.0)
    reduced = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            model = model_topics(mentions, vectors, senses(mentions, themes)).model
        assert model is not None
        reduced.append(model.umap_model.embedding_)
    assert (reduced[0] == reduced[1]).all()
