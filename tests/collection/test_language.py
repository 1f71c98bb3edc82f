"""Languages: a wrong one would leave a paper out."""

from __future__ import annotations

import pytest

from analysis.collection.language import detect_language, language_at_sight, language_code, read_language

TEXTS = {
    "en": "Biases of language models are measured by prompting them with sentences that name social groups.",
    "de": "Wir untersuchen die Verzerrung von Sprachmodellen und zeigen, dass sie stark von den Daten abhängt.",
    "fr": "Nous étudions les biais des modèles de langue et montrons qu'ils dépendent fortement des données.",
    "es": "En este trabajo estudiamos el sesgo de los modelos de lenguaje y proponemos una forma de medirlo.",
    "pt": "Neste trabalho estudamos o viés dos modelos de linguagem e propomos uma nova forma de o medir.",
    "nl": "Wij onderzoeken of de modellen bevooroordeeld zijn en of dit te maken heeft met de gebruikte data.",
    "zh": "本文研究了大规模语言模型中的偏见问题，并提出了一种新的去偏方法，实验结果表明该方法有效。",
    "ru": "В работе исследуется смещение языковых моделей и предлагается новый способ его измерения.",
}


@pytest.mark.parametrize(("code", "text"), TEXTS.items())
def test_languages_papers_are_written_in(code: str, text: str) -> None:
    assert detect_language(text) == code


def test_short_texts_are_not_judged() -> None:
    assert detect_language("", "Bias in NLP") == ""
    assert detect_language("Attention is all you need.") == ""


def test_what_sources_declare() -> None:
    declared = ["eng", "English", "en-US", "Deutsch", "zho", "English; French", "x", ""]
    assert [language_code(name) for name in declared] == ["en", "en", "en", "de", "zh", "", "", ""]


def test_only_what_is_not_plainly_english_or_too_short_waits_for_the_model() -> None:
    assert language_at_sight("We study the bias of models and show that it is due to the data they were given.") == "en"
    assert language_at_sight("Kurz.", "Zu kurz") == ""
    assert language_at_sight(TEXTS["de"]) is None
    assert read_language(TEXTS["de"]) == "de"
