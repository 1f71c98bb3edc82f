"""Which spellings are mentions of the term, and which only hold its letters."""

from __future__ import annotations

import pytest

from analysis import BadInput
from analysis.family import Family, inflections
from analysis.mentions import family_of

BIAS = family_of("bias")


def found(text: str, family: Family = BIAS) -> list[tuple[int, str]]:
    return [(match.start(), match.group()) for match in family.find(text)]


@pytest.mark.parametrize(
    "word",
    ["bias", "biases", "biased", "biasing", "biassed", "biassing", "biassedly", "biasedness", "debias", "de-bias",
     "debiasing", "de-biasing", "debiased", "unbiased", "un-biased", "unbiasedness", "Bias", "BIAS", "De-Biased",
     "de\u2011biased", "de\u2010biasing"],
)  # fmt: skip
def test_a_member_of_the_family_is_one_whole_mention(word: str) -> None:
    assert found(f"the {word} of it") == [(4, word)]


@pytest.mark.parametrize(
    ("text", "start", "surface"),
    [
        ("A Bias-Alleviating loss", 2, "Bias"),
        ("gender-biased words", 7, "biased"),
        ("self-debiasing works", 5, "debiasing"),
        ("position bias (BoxRPB)", 9, "bias"),
        ("the bias's size", 4, "bias"),
        ("the so-called “bias” here", 15, "bias"),
        ("'biases'", 1, "biases"),
        ("bias.", 0, "bias"),
        ("bias/variance", 0, "bias"),
        ("(un)biased", 4, "biased"),
        ("anti-bias", 5, "bias"),
        ("non-biased", 4, "biased"),
        ("😀bias", 1, "bias"),
        ("naïve bias", 6, "bias"),
    ],
)
def test_compounds_quotes_and_possessives_keep_the_family_part(text: str, start: int, surface: str) -> None:
    assert found(text) == [(start, surface)]


@pytest.mark.parametrize(
    "word", ["Tobias", "symbiosis", "WinoBias", "HolisticBiasR", "BiasNet", "bias_term", "bias2", "phobias", "Zambias"]
)
def test_words_that_hold_the_letters_are_no_mentions(word: str) -> None:
    assert found(f"the {word} of it") == []


def test_every_excluded_word_has_a_place_and_a_reason() -> None:
    text = "Tobias met HolisticBiasR, bias_term, unbias and overbiasing; bias-free phobias."
    assert list(BIAS.find_excluded(text)) == [
        (0, 6, "Tobias", "given name"),
        (11, 24, "HolisticBiasR", "part of a name"),
        (26, 35, "bias_term", "part of an identifier"),
        (48, 59, "overbiasing", "a longer word that contains the letters"),
        (71, 78, "phobias", "plural of phobia"),
    ]


@pytest.mark.parametrize(
    ("text", "start", "surface", "lemma"),
    [
        (r"an \underline{D}ebiasing loss", 3, r"\underline{D}ebiasing", "debias"),
        (r"\underline{Deb}iased", 0, r"\underline{Deb}iased", "debias"),
        (r"Progressive ${D}$ebiasing for", 12, r"${D}$ebiasing", "debias"),
        (r"a $\textbf{D}$e-biased pair", 2, r"$\textbf{D}$e-biased", "debias"),
        (r"{DE}biasing", 0, r"{DE}biasing", "debias"),
        (r"({B}ias-{L}inked)", 1, r"{B}ias", "bias"),
        (r"\textbf{Bias-Aware} \textit{x}", 8, "Bias", "bias"),  # the whole word is marked, so it stands by itself
        (r"$\varepsilon$-biased", 14, "biased", "bias"),
        (r"\emph{bias}", 6, "bias", "bias"),
    ],
)
def test_markup_inside_a_word_is_part_of_the_mention(text: str, start: int, surface: str, lemma: str) -> None:
    assert found(text) == [(start, surface)]
    assert BIAS.lemma(next(BIAS.find(text))) == lemma
    assert list(BIAS.find_excluded(text)) == []


def test_a_prefix_is_part_of_the_lemma() -> None:
    lemmas = [BIAS.lemma(m) for m in BIAS.find("Biases, de-biasing and Unbiased; gender-biased")]
    assert lemmas == ["bias", "debias", "unbias", "bias"]


@pytest.mark.parametrize("word", ["de-\nbiased", "Un- \r\n  biased", "de\u2010\nbiasing"])
def test_a_prefix_may_stand_at_the_end_of_a_line(word: str) -> None:
    assert found(f"it is {word} now") == [(6, word)]
    assert BIAS.lemma(next(BIAS.find(word))) in ("debias", "unbias")


def test_a_prefix_without_hyphen_or_two_lines_above_is_another_word() -> None:
    assert found("de\nbiased, de- biased, de-\n\nbiased") == [(3, "biased"), (15, "biased"), (28, "biased")]


def test_inflections_follow_english_spelling() -> None:
    assert {"attention", "attentions"} <= inflections("attention")
    assert {"study", "studies", "studied", "studying"} <= inflections("study")
    assert {"measure", "measures", "measured", "measuring"} <= inflections("measure")
    assert {"plan", "plans", "planned", "planning"} <= inflections("plan")
    assert "studys" not in inflections("study")
    assert "measureing" not in inflections("measure")


def test_another_term_has_no_prefixes_and_takes_irregular_forms() -> None:
    mouse = Family("mouse", also=("mice",))
    assert found("Mice, a mouse and demouse", mouse) == [(0, "Mice"), (8, "mouse")]


def test_a_phrase_is_found_across_blanks_line_ends_and_hyphens() -> None:
    phrase = family_of("language  model")
    assert [s for _, s in found("Language models: a language\nmodel, language-model use", phrase)] == [
        "Language models", "language\nmodel", "language-model",
    ]  # fmt: skip


def test_a_term_without_a_letter_is_refused() -> None:
    with pytest.raises(BadInput, match="no letter"):
        Family("--")


def test_regular_expression_signs_in_a_term_stand_for_themselves() -> None:
    assert found("Use c++ or c.", Family("c++")) == [(4, "c++")]
