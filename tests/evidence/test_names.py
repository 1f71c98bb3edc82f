"""If these fail, one model stands in two rows of a table, or two models in one."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.common.errors import BadInput
from analysis.common.tables import make_table
from analysis.evidence.acronyms import find_definitions
from analysis.evidence.names import canonical_names


def _names(surfaces: list[tuple[str, str]], texts: dict[str, str] | None = None) -> list[str]:
    """The names of (paper, surface) pairs; ``texts`` gives the papers' abstracts."""
    papers = {paper: (texts or {}).get(paper, "") for paper, _ in surfaces} | (texts or {})
    return canonical_names(
        make_table("entities", [{"paper_id": paper, "field": "abstract", "surface": s} for paper, s in surfaces]),
        make_table("papers", [{"paper_id": paper, "title": "", "abstract": text} for paper, text in papers.items()]),
    )["name"].tolist()


def _one(*surfaces: str) -> list[str]:
    return _names([("p", surface) for surface in surfaces])


SAME = [
    ("large language models", "Large Language Model"),
    ("GANs", "GAN"),
    ("ResNets", "ResNet"),
    ("fine-tuning", "fine tuning", "finetuning", "Fine-tuning", "fine\u2010tuning"),
    ("data set", "dataset", "datasets"),
    ("the classifier", "our proposed classifier", "proposed classifiers", "a classifier"),
    ("GPT-4", "GPT 4", "GPT4"),
    ("F1 score", "F1-score", "F1 scores"),
    ("measures of bias", "measure of bias"),
    ("analyses", "analysis"),
    ("biases", "bias"),
    ("hypotheses", "hypothesis"),
    ("classes", "class"),
    ("viruses", "virus"),
    ("responses", "response"),
    ("studies", "study"),
    ("lenses", "lens"),
    ("phrases", "phrase"),
    ("boxes", "box"),
    ("\u201cBookCorpus\u201d", "BookCorpus,"),
    ("BERT's", "BERT"),
]
APART = [
    ("BERT", "RoBERTa"),
    ("F1", "F2"),
    ("Llama 2 7B", "Llama 27B"),
    ("GPT-3.5", "GPT-35"),
    ("ADAPT", "adapt"),
    ("C++", "C"),
    ("bias", "bia"),
    ("lens", "len"),
    ("racial bias", "race bias"),
    ("Llama 2", "Llama 3"),
    ("top-1", "top-10"),
]


@pytest.mark.parametrize("surfaces", SAME)
def test_forms_of_one_name_have_one_name(surfaces: tuple[str, ...]) -> None:
    assert len(set(_one(*surfaces))) == 1


@pytest.mark.parametrize("surfaces", APART)
def test_names_that_differ_stay_apart(surfaces: tuple[str, ...]) -> None:
    assert len(set(_one(*surfaces))) == len(surfaces)


def test_the_name_is_the_commonest_form_that_a_paper_wrote() -> None:
    assert _one("the Classifier", "classifiers", "our classifiers", "biases") == ["classifiers"] * 3 + ["biases"]
    assert _one("Data Set", "dataset") == ["Data Set"] * 2  # a tie: the first


def test_an_acronym_is_what_its_paper_defines() -> None:
    surfaces = [("a", "large language models (LLMs)"), ("a", "LLMs"), ("a", "LLM"), ("b", "Large Language Model")]
    texts = {"a": "We study large language models (LLMs).", "b": "A Large Language Model is big."}
    assert _names(surfaces, texts) == ["large language models"] * 4
    assert (
        _names([("a", "RAG (retrieval-augmented generation)"), ("a", "retrieval augmented generation")])
        == ["retrieval-augmented generation"] * 2
    )


def test_a_definition_within_a_phrase_is_no_part_of_the_name() -> None:
    texts = {"a": "We build natural language processing (NLP) systems."}
    surfaces = [("a", "natural language processing (NLP) systems"), ("a", "NLP systems"), ("a", "NLP system")]
    assert len(set(_names(surfaces, texts))) == 1
    surfaces.append(("a", "natural language processing systems"))
    assert set(_names(surfaces, texts)) == {"natural language processing systems"}


def test_an_acronym_is_what_the_collection_agrees_on() -> None:
    texts = {"a": "We study large language models (LLMs).", "b": "LLMs are big.", "c": "We use LLM agents."}
    surfaces = [("b", "LLMs"), ("a", "large language model"), ("c", "LLM agents"), ("a", "large language model agent")]
    assert _names(surfaces, texts) == [
        "large language models", "large language models", "large language model agent", "large language model agent",
    ]  # fmt: skip


def test_an_acronym_with_two_definitions_stays_each_papers_own() -> None:
    texts = {
        "a": "We use the segment anything model (SAM).",
        "b": "We use sharpness-aware minimization (SAM).",
        "c": "We use SAM.",
    }
    surfaces = [("a", "SAM"), ("b", "SAM"), ("c", "SAM"), ("b", "sharpness aware minimization")]
    assert _names(surfaces, texts) == [
        "segment anything model", "sharpness-aware minimization", "SAM", "sharpness-aware minimization",
    ]  # fmt: skip


def test_one_odd_definition_in_twenty_does_not_undo_an_acronym() -> None:
    texts = {f"p{i}": "We study large language models (LLMs)." for i in range(19)}
    texts |= {"odd": "We use a legal language model (LLM).", "plain": "LLMs are big."}
    assert _names([("plain", "LLMs"), ("odd", "LLM")], texts) == ["large language models", "legal language model"]
    texts.pop("p0")
    assert _names([("plain", "LLMs")], texts) == ["LLMs"]


def test_an_acronym_that_one_of_many_defines_is_that_ones_own() -> None:
    texts = {"own": "We add a sample axis miner (SAM)."} | {f"p{i}": "We use SAM." for i in range(10)}
    surfaces = [(paper, "SAM") for paper in texts]
    assert _names(surfaces, texts) == ["sample axis miner"] + ["SAM"] * 10
    assert _names(surfaces[:-1], texts) == ["sample axis miner"] * 10


def test_rows_stay_as_they_are() -> None:
    rows = [{"paper_id": "p", "field": "title", "start": 4, "end": 8, "surface": "BERT", "kind": "method"}] * 2
    entities = make_table("entities", rows)
    named = canonical_names(entities, make_table("papers", [{"paper_id": "p", "title": "The BERT"}]))
    pd.testing.assert_frame_equal(named.drop(columns="name"), entities.drop(columns="name"))
    assert named["name"].tolist() == ["BERT", "BERT"]
    assert canonical_names(entities.iloc[:0], make_table("papers")).empty
    with pytest.raises(BadInput, match="surface"):
        canonical_names(pd.DataFrame({"paper_id": ["p"]}), make_table("papers"))


def test_surfaces_of_nothing_keep_themselves() -> None:
    assert _one("the", "-", "...", "(") == ["the", "-", "...", "("]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("heat shock protein (HSP)", "HSP", "heat shock protein"),
        (
            "We use Gcn5-related N-acetyltransferase (GNAT).",
            "GNAT",
            "Gcn5-related N-acetyltransferase",
        ),  # from the paper
        ("many support vector machines (SVMs; Vapnik)", "SVMs", "support vector machines"),
        ("COFT (Chain of Fair Thought) works", "COFT", "Chain of Fair Thought"),
        ("the Beyond the Game benchmark (BG-bench)", "BG-bench", "Beyond the Game benchmark"),
    ],
)
def test_acronyms_are_found_with_their_definitions(text: str, short: str, long: str) -> None:
    (found,) = find_definitions(text)
    assert (text[slice(*found.short)], text[slice(*found.long)]) == (short, long)


@pytest.mark.parametrize(
    "text",
    ["We had few adults (n = 5).", "It is low (Table 2).", "LLMs (Llama, Mistral and Qwen) fail.", "Bias (XYZ)."],
)
def test_brackets_that_define_nothing(text: str) -> None:
    assert find_definitions(text) == []
