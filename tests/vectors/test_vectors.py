"""Vectors: the same text gives the same vector, whatever it was encoded with; long sentences keep their mention."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import pytest

from analysis import BadInput
from analysis.vectors import embed as vectors
from analysis.vectors.embed import MAX_TOKENS, WIDTH, embed_mentions, embed_texts, encode, unit


def table(*rows: tuple[str, str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Mentions (paper, sentence, the word mentioned) and their papers, whose titles are "Title of <id>"."""
    mentions = pd.DataFrame(
        [(p, s, 7, 7 + s.index(w), 7 + s.index(w) + len(w)) for p, s, w in rows],
        columns=["paper_id", "sentence", "sentence_start", "start", "end"],
    )
    ids = list(dict.fromkeys(p for p, _, _ in rows))
    return mentions, pd.DataFrame({"paper_id": ids, "title": [f"Title of {i}" if i else "" for i in ids]})


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(unit(a) @ unit(b))


def test_parts_are_unit_vectors_of_mention_sentence_and_title() -> None:
    found = embed_mentions(*table(("p", "Gender bias is found in hiring.", "bias")))
    assert (found.shape, found.dtype) == ((1, 3 * WIDTH), np.float32)
    parts = found.reshape(3, WIDTH)
    np.testing.assert_allclose(np.linalg.norm(parts, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(parts[1:], embed_texts(["Gender bias is found in hiring.", "Title of p"]), atol=1e-5)


def test_sentences_are_what_minilm_makes_of_them() -> None:
    """Reference: a paraphrase is nearer than a sentence on something else, as the model was trained for."""
    one, alike, other = embed_texts(["A man is eating food.", "A man eats a meal.", "The gyroscope drifts."])
    assert cosine(one, alike) > 0.6 > 0.3 > cosine(one, other)


def test_two_mentions_of_one_sentence_share_it_and_differ_themselves() -> None:
    sentence = "The bias of the scale and the biases of people differ."
    found = embed_mentions(*table(("p", sentence, "bias"), ("p", sentence, "biases"))).reshape(2, 3, WIDTH)
    np.testing.assert_array_equal(found[0, 1:], found[1, 1:])
    assert cosine(found[0, 0], found[1, 0]) < 0.99


def test_each_sentence_and_title_is_encoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def counting(texts: Sequence[str], keep: Sequence[int] | None = None) -> Iterator[tuple]:
        seen.extend(texts)
        return encode(texts, keep)

    monkeypatch.setattr(vectors, "encode", counting)
    sentence = "The bias and the biases."
    embed_mentions(*table(("p", sentence, "bias"), ("p", sentence, "biases"), ("q", sentence, "bias")))
    assert sorted(seen) == [sentence, "Title of p", "Title of q"]


def test_company_does_not_change_a_vector() -> None:
    own = ("p", "We correct the bias of a gyroscope.", "bias")
    others = [(f"q{i}", "Another bias " + "and so on " * i + "ends.", "bias") for i in range(25)]
    alone = embed_mentions(*table(own))[0]
    together = embed_mentions(*table(*others[:12], own, *others[12:]))[12]
    np.testing.assert_allclose(together, alone, atol=1e-5)


@pytest.mark.parametrize("before", [0, 150, 600])
def test_a_long_sentence_is_read_around_its_mention(before: int) -> None:
    long = "tree " * before + "gender bias " + "tree " * (600 - before)
    found = embed_mentions(*table(("p", long, "bias")))[0, :WIDTH]
    short = embed_mentions(*table(("p", "tree tree gender bias tree tree", "bias")))[0, :WIDTH]
    assert cosine(found, short) > 0.6  # had the mention been cut off, its part would be that of a row of trees
    assert cosine(found, embed_texts(["tree " * 100])[0]) < 0.5
    (_, states, _) = next(iter(encode([long], [long.index("bias")])))
    assert len(states) == MAX_TOKENS - 2


def test_an_empty_title_is_a_zero_vector() -> None:
    mentions, papers = table(("", "The bias.", "bias"))
    parts = embed_mentions(mentions, papers).reshape(3, WIDTH)
    assert papers["title"].tolist() == [""]
    assert not parts[2].any()
    assert np.isfinite(parts).all()


def test_offsets_are_code_points_also_beyond_the_basic_plane() -> None:
    plain = embed_mentions(*table(("p", "xx the bias here", "bias")))[0, :WIDTH]
    astral = embed_mentions(*table(("p", "😀😀 the bias here", "bias")))[0, :WIDTH]
    wrong = embed_mentions(*table(("p", "😀😀 the bias here", "here")))[0, :WIDTH]
    assert cosine(plain, astral) > cosine(plain, wrong)
    assert cosine(plain, astral) > 0.7


def test_no_mentions_no_rows() -> None:
    mentions, papers = table(("p", "The bias.", "bias"))
    assert embed_mentions(mentions.iloc[:0], papers).shape == (0, 3 * WIDTH)
    assert embed_texts([]).shape == (0, WIDTH)


def test_a_missing_column_and_an_unknown_paper_are_refused() -> None:
    mentions, papers = table(("p", "The bias.", "bias"))
    with pytest.raises(BadInput, match="sentence_start"):
        embed_mentions(mentions.drop(columns="sentence_start"), papers)
    with pytest.raises(KeyError):
        embed_mentions(mentions, papers.assign(paper_id="q"))


def test_unit_leaves_nought_alone() -> None:
    assert unit(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist() == [[0.6, 0.8], [0.0, 0.0]]
