"""How texts are cut for the encoder: every sentence is read once, with its neighbours in view."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analysis.evidence.encoder import Window, inputs_of, read_text, split_sentences, windows
from analysis.vectors.batches import CLS, SEP
from analysis.vectors.context import MAX_TOKENS
from analysis.vectors.embed import load_tokenizer


def test_what_fits_is_read_at_once() -> None:
    assert windows([10, 20]) == [Window([(0, 0, 10), (1, 0, 20)], 0, 2)]
    assert windows([0]) == [Window([(0, 0, 0)], 0, 1)]


def test_parts_of_a_long_text_overlap_and_each_sentence_counts_once() -> None:
    # Three sentences of 100 tokens and their ends are 303 tokens and [CLS]; a fourth does not fit in 320.
    pieces = [(i, 0, 100) for i in range(4)]
    assert windows([100] * 4) == [Window(pieces[:3], 0, 2), Window(pieces[1:], 1, 3)]


def test_a_sentence_that_is_too_long_is_read_in_pieces() -> None:
    (first, second) = windows([400])
    assert first.pieces == [(0, 0, 150), (0, 150, 300)]
    assert second.pieces == [(0, 150, 300), (0, 300, 400)]
    assert (first.first, first.end, second.first, second.end) == (0, 1, 0, 2)


@given(st.lists(st.integers(0, 700), min_size=1, max_size=30))
def test_every_piece_counts_exactly_once_and_fits(lengths: list[int]) -> None:
    made = windows(lengths)
    counted = [piece for window in made for piece in window.pieces[window.first : window.end]]
    assert [piece for piece in counted if piece[1] == 0] == [(i, 0, min(n, 150)) for i, n in enumerate(lengths)]
    assert sum(end - first for _, first, end in counted) == sum(lengths)
    assert all(1 + sum(b - a + 1 for _, a, b in window.pieces) <= MAX_TOKENS for window in made)


def test_a_window_is_marked_and_knows_where_its_sentences_stand() -> None:
    encodings = load_tokenizer().encode_batch(["We parse.", "It works well."], add_special_tokens=False)
    inputs = inputs_of(windows([3, 4])[0], encodings)
    assert [inputs.ids[0], *np.array(inputs.ids)[inputs.last]] == [CLS, SEP, SEP]
    assert inputs.last.tolist() == [4, 9]
    np.testing.assert_allclose(inputs.mean.sum(axis=1), 1, rtol=1e-6)
    assert inputs.mean[0].nonzero()[0].tolist() == [1, 2, 3, 4]
    # Relative place, is it the first, is it the last, a third of log 2.
    np.testing.assert_allclose(inputs.place, [[0, 1, 0, np.log(2) / 3], [1, 0, 1, np.log(2) / 3]], rtol=1e-6)


def test_words_are_whole_and_stand_where_the_text_has_them() -> None:
    text = "  Wördpiecing \U0001f600 $x^2$ détecte."
    reading = read_text(text, [(2, len(text))])
    assert [text[a:b] for a, b in reading.words] == [
        "Wördpiecing", "\U0001f600", "$", "x", "^", "2", "$", "détecte", ".",
    ]  # fmt: skip
    assert reading.tags.shape == (9, 11)
    np.testing.assert_array_less(reading.tags, 1e-6)
    assert reading.first_words == [0, 9]


def test_sentences_have_no_blanks_around_and_nothing_is_lost() -> None:
    text = "  First here.\n\nSecond there.  "
    spans = split_sentences(text)
    assert "".join(text[a:b] for a, b in spans).replace(" ", "").replace("\n", "") == "Firsthere.Secondthere."
    assert all(text[a:b] == text[a:b].strip() for a, b in spans)
