"""Explanations: the weights of the evidence add up, neighbours are near, nothing of a paper becomes markup."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import BadInput, open_study
from analysis.senses.cues import Cue
from analysis.senses.head import CUE_WEIGHT, SCORE_WEIGHT, WORD_WEIGHT, Features, Head
from analysis.senses.reader import INDUCED, Reading
from analysis.study.explain import (
    Contribution,
    Explanation,
    Neighbour,
    arxiv_url,
    contributions,
    mean_features,
    meanings,
)
from analysis.study.study import Study

SPACE = 3 * 384
WIDE = SPACE + 1  # one column of scores


def one_mention(
    mention: float, sentence: float, title: float, cue: float, words: list[str], said: float = 0
) -> Features:
    vector = np.zeros((1, SPACE), np.float32)
    vector[0, [0, 384, 768]] = mention, sentence, title
    return Features(vector, np.array([[cue]], np.float32), [words], pd.DataFrame({"a": [said]}))


def small_head() -> Head:
    """Two labels that differ by 2, -1, 3 in the first column of mention, sentence, title, 8 in the score, 4 in the
    cue, 6 in a word."""
    weights = np.zeros((WIDE + 2, 2), np.float32)
    weights[[0, 384, 768, SPACE, WIDE, WIDE + 1], 0] = 2, -1, 3, 8, 4, 6
    return Head(("a", "b"), ("near=x",), weights, np.zeros(2, np.float32), temperature=2.0, scored=("a",))


def test_weights_of_the_sources_by_hand() -> None:
    features, mean = one_mention(1, 1, 0, 1, ["near=x", "unknown"], said=-1), np.zeros(WIDE + 2, np.float32)
    weighed, words = contributions(small_head(), features, mean, "a", "b", paper=-0.5)
    # over the temperature of 2: mention 2/2, sentence -1/2, title 0, score -1 x 8 x 0.5 / 2, cue 4 x 2 / 2,
    # word 6 x 0.5 / 2, paper as given
    assert (CUE_WEIGHT, SCORE_WEIGHT, WORD_WEIGHT) == (2, 0.5, 0.5)
    assert [(e.source, e.weight) for e in weighed] == [
        ("cues", 4.0), ("words", 1.5), ("mention", 1.0), ("sentence", -0.5), ("title", 0.0),
        ("scores", -2.0), ("paper", -0.5),
    ]  # fmt: skip
    # absolute weights sum to 9.5
    shares = [4 / 9.5, 1.5 / 9.5, 1 / 9.5, -0.5 / 9.5, 0, -2 / 9.5, -0.5 / 9.5]
    assert [e.share for e in weighed] == pytest.approx(shares)
    assert words == (("near=x", 1.5),)


def test_weights_change_sign_with_the_question() -> None:
    features, mean = one_mention(1, 1, 0, 1, ["near=x"]), np.zeros(WIDE + 2, np.float32)
    there, _ = contributions(small_head(), features, mean, "a", "b")
    back, words = contributions(small_head(), features, mean, "b", "a")
    assert [e.weight for e in back] == [-e.weight for e in there]
    assert words == ()


def test_a_mention_is_compared_with_the_average_one() -> None:
    learned = Features(
        np.vstack([one_mention(1, 0, 0, 0, []).vectors, one_mention(0, 0, 0, 0, []).vectors]),
        np.array([[1], [0]], np.float32),
        [["near=x"], []],
    )
    mean = mean_features(learned, small_head())
    assert mean[[0, WIDE, WIDE + 1]].tolist() == [0.5, 1.0, 0.25]  # a cue counts double, a word half
    np.testing.assert_allclose(mean, learned.matrix(("a",), ("near=x",)).mean(axis=0))
    weighed, _ = contributions(small_head(), one_mention(1, 0, 0, 0, []), mean, "a", "b")
    # mention (1 - 0.5) x 2 / 2, cue (0 - 1) x 4 / 2, word (0 - 0.25) x 6 / 2
    assert {e.source: e.weight for e in weighed if e.weight} == {"mention": 0.5, "cues": -2.0, "words": -0.75}


def test_the_title_is_no_part_of_what_a_mention_means() -> None:
    rows = np.vstack([one_mention(3, 4, 9, 0, []).vectors, one_mention(0, 0, 5, 0, []).vectors])
    assert meanings(rows).shape == (2, 768)
    assert meanings(rows)[0, [0, 384]].tolist() == pytest.approx([0.6, 0.8])
    assert not meanings(rows)[1].any()


@pytest.mark.parametrize(
    ("paper_id", "url"),
    [
        ("2502.10010", "https://arxiv.org/abs/2502.10010"),
        ("0704.0001v2", "https://arxiv.org/abs/0704.0001v2"),
        ("math.GT/0309136", "https://arxiv.org/abs/math.GT/0309136"),
        ("cs/9901001", "https://arxiv.org/abs/cs/9901001"),
        ("robotics-2512.14428", ""),
        ("10.1000/182", ""),
        ('2502.10010"><script>', ""),
    ],
)
def test_only_arxiv_ids_lead_to_arxiv(paper_id: str, url: str) -> None:
    assert arxiv_url(paper_id) == url


def explanation(**changes: object) -> Explanation:
    evil = "<script>alert(1)</script>"
    whole = Explanation(
        mention_id="p#title:0", citation=f"p{evil}", text=f"The [[bias]] {evil} & more", url="", sense="social",
        confidence=0.625, runner_up="data", abstained=False, reviewed=False, taught=False,
        cues=(Cue("social", "modifier", evil),),
        contributions=(Contribution("title", -1.25, -0.5), Contribution("cues", 1.25, 0.5)),
        words=((f"next1={evil}", 0.5),),
        neighbours=(Neighbour(0.91, "data", evil, f"A [[bias]] {evil}", 'mentions.html#"><b>'),),
        examples=(Neighbour(0.8, "social", "inventory", f"[[Bias]] {evil}"),),
        labelled=(Neighbour(0.7, "social", "2502.10010, here", "", "https://arxiv.org/abs/2502.10010"),),
    )  # fmt: skip
    return replace(whole, **changes)  # type: ignore[arg-type]


def test_html_escapes_everything_and_marks_the_mention() -> None:
    html = explanation()._repr_html_()
    assert "<script" not in html
    assert '"><b>' not in html
    assert "The <mark>bias</mark> &lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in html
    assert '<a href="https://arxiv.org/abs/2502.10010">2502.10010, here</a>' in html


def test_the_text_says_it_all() -> None:
    text = repr(explanation())
    assert "p#title:0: social, confidence 0.62, runner-up data." in text  # 0.625 to the even digit
    assert "the paper's title: -50 % (-1.25)" in text
    assert "cues of the inventory: +50 % (+1.25)" in text
    assert "data (0.91) A [[bias]]" in text


def test_doubt_and_review_are_said() -> None:
    assert explanation(abstained=True).verdict.endswith("runner-up data; below the threshold, so it is marked unsure.")
    assert explanation(reviewed=True).verdict == "social: a reviewer or a label says so."


def test_a_head_taught_by_labels_is_no_longer_the_one_explained() -> None:
    assert "What the shipped head weighed for social against data:" in repr(explanation())
    assert "against data, before this study's labels taught it more:" in repr(explanation(taught=True))


def test_what_has_nothing_to_say_is_left_out() -> None:
    text = repr(explanation(contributions=(), words=(), neighbours=(), examples=(), labelled=(), cues=()))
    assert text.count("\n") == 1


# --- a whole study ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("explain")
    papers = [
        ("2501.00001", "Gender stereotypes in translation", "Translations carry gender bias. We reduce this bias."),
        ("2501.00002", "Racial stereotypes in hiring", "We find gender bias and racial bias in hiring decisions."),
        ("imu-1", "Calibration of inertial sensors", "We estimate the gyroscope bias of a drone online."),
    ]
    text = "".join(pd.Series({"id": i, "title": t, "abstract": a}).to_json() + "\n" for i, t, a in papers)
    (folder / "papers.jsonl").write_text(text, "utf-8")
    return open_study(folder / "papers.jsonl", folder=folder / "bias.study")


def test_the_weights_add_up_to_the_odds_of_the_reading(study: Study) -> None:
    """Sum of the sources and of the average mention's margin = log(p(sense) / p(runner-up)), as the head gives them."""
    from analysis.inventory.inventory import load_inventory
    from analysis.senses.assign import read_features, sense_probabilities, shipped_heads
    from analysis.senses.labelled import shipped_training

    head = shipped_heads().sense
    features = read_features(study.mentions, study.vectors, load_inventory(), study.scores)
    probabilities = sense_probabilities(head, head.logits(features), study.mentions["paper_id"].tolist())
    mean = mean_features(shipped_training().features, head)
    for row, read in enumerate(study.senses.itertuples()):
        i, j = head.labels.index(read.sense), head.labels.index(read.runner_up)
        margin = mean @ (head.weights[:, i] - head.weights[:, j]) + head.intercept[i] - head.intercept[j]
        total = sum(e.weight for e in study.explain(read.mention_id).contributions) + margin / head.temperature
        assert total == pytest.approx(np.log(probabilities[row, i] / probabilities[row, j]), abs=1e-3)


def test_an_explanation_names_cue_neighbours_and_labels(study: Study) -> None:
    found = study.explain("2501.00001#abstract:26", k=2)
    assert found.text == "Translations carry gender [[bias]]."
    assert found.sense == "social"
    assert Cue("social", "modifier", "gender") in found.cues
    assert sum(abs(e.share) for e in found.contributions) == pytest.approx(1)
    assert len(found.neighbours) == len(found.examples) == len(found.labelled) == 2
    assert all(n.text != found.text for n in found.neighbours)
    for part in (found.neighbours, found.examples, found.labelled):
        assert part[0].similarity >= part[1].similarity
    assert all("[[" in example.text for example in found.examples)
    assert all(not label.text for label in found.labelled)
    assert found.url == "https://arxiv.org/abs/2501.00001"


def test_an_example_of_the_inventory_is_its_own_nearest(study: Study) -> None:
    examples, space = study._explainer._examples
    near = space @ space.T
    assert (near.argmax(axis=1) == np.arange(len(examples))).all()


def test_renamed_senses_keep_what_was_weighed(study: Study) -> None:
    from analysis.common.tables import make_table
    from analysis.senses.reviews import apply_reviews

    rename = make_table("reviews", [{"action": "rename", "sense": "social", "to": "Stereotypes"}])
    senses, inventory, _ = apply_reviews(study.senses, study.mentions, study.inventory, rename)
    renamed = replace(study, senses=senses, inventory=inventory).explain("2501.00001#abstract:26")
    assert renamed.sense == "stereotypes"
    assert renamed.contributions == study.explain("2501.00001#abstract:26").contributions


def test_without_a_trained_head_the_rest_still_explains(study: Study) -> None:
    induced = replace(study, reading=Reading(INDUCED, scores=False), term="tendency")
    found = induced.explain("imu-1#abstract:26")
    assert (found.contributions, found.words, found.labelled) == ((), (), ())
    assert found.neighbours


def test_an_unknown_mention_is_refused(study: Study) -> None:
    with pytest.raises(BadInput, match="no such mention"):
        study.explain("nowhere#title:0")
