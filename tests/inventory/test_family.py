"""Which spellings are mentions of the term, and which only hold its letters."""

from __future__ import annotations

import pytest

from analysis import BadInput
from analysis.inventory.family import Family, inflections
from analysis.inventory.inventory import family_of

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


@pytest.mark.parametrize("sign", [*"-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-\n", " ", "\n", ""])
def test_a_hyphen_in_a_term_is_every_hyphen_a_blank_or_nothing(sign: str) -> None:
    for term in ("p-value", "P\u2013Value"):
        assert found(f"the p{sign}value of it", family_of(term)) == [(4, f"p{sign}value")]
        assert found(f"their P{sign}values", family_of(term)) == [(6, f"P{sign}values")]
    if sign:
        assert found(f"a language{sign}model", family_of("language model")) == [(2, f"language{sign}model")]


def test_a_hyphen_in_a_term_joins_no_parts_of_other_words() -> None:
    family = family_of("p-value")
    assert found("the top value, mvp-value, p, value, p -value, p-valuer and languagemodel", family) == []
    assert found("languagemodel", family_of("language model")) == []
    assert [word for _, _, word, _ in family.find_excluded("the top value, pvaluer")] == ["pvaluer"]


def test_a_term_and_its_forms_are_composed_as_texts_are() -> None:
    cafe = Family("cafe\u0301  noir", also=("cafe\u0301tiers",))
    assert (cafe.term, cafe.also) == ("caf\u00e9 noir", ("caf\u00e9tiers",))
    assert found("Caf\u00e9 noir, caf\u00e9tiers", cafe) == [(0, "Caf\u00e9 noir"), (11, "caf\u00e9tiers")]


@pytest.mark.parametrize(
    ("name", "word", "reason"),
    [
        ("https://x.org/bias", "bias", "part of a URL"),
        ("HTTP://x.org/a?q=de-bias&b=1", "bias", "part of a URL"),
        ("ftp://x.org/HolisticBias.zip", "HolisticBias", "part of a URL"),
        ("www.bias.info", "bias", "part of a URL"),
        ("github.com/who/Gender-Bias", "Bias", "part of a URL"),
        ("debias.github.io", "debias", "part of a URL"),
        ("doi:10.1234/bias.2020", "bias", "part of a DOI"),
        ("10.1234/s1(bias)", "bias", "part of a DOI"),
        ("bias@x.org", "bias", "part of an e-mail address"),
        ("Ann.Tobias@bias.ac.uk", "Tobias", "part of an e-mail address"),
        ("bias.py", "bias", "part of a file name"),
        ("data/bias-terms/words.csv", "bias", "part of a file name"),
        ("C:\\x\\debias.tar.gz", "debias", "part of a file name"),
        ("bias_term.json", "bias_term", "part of a file name"),
    ],
)
def test_letters_in_a_name_for_machines_are_excluded_with_that_reason(name: str, word: str, reason: str) -> None:
    text = f"We see ({name}), bias."
    assert found(text) == [(text.rindex("bias"), "bias")]
    start, end, surface, why = next(iter(BIAS.find_excluded(text)))
    assert (text[start:end], surface, why) == (word, word, reason)


@pytest.mark.parametrize(
    "text",
    ["It has bias.The rest is new", "bias/variance", "and/or bias.It", "bias@10", "a model.bias", "(bias).Py",
     "10.5 bias", "bias: https://x.org", "x.py bias", "see a@x.org.Bias",
     "bias,x.csv", "1.bias", "bias-free.And", "Node.js-bias"],
)  # fmt: skip
def test_a_missing_blank_or_a_slash_makes_no_name_for_machines(text: str) -> None:
    assert [surface.lower() for _, surface in found(text)] == ["bias"]


def test_a_term_without_a_letter_is_refused() -> None:
    with pytest.raises(BadInput, match="no letter"):
        Family("--")


def test_regular_expression_signs_in_a_term_stand_for_themselves() -> None:
    assert found("Use c++ or c.", Family("c++")) == [(4, "c++")]
