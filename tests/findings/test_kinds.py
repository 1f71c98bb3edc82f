"""Which kind a mention names and who has it, in the paper's words; every span is verbatim."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict

import pytest

from analysis.collection import load_papers
from analysis.common.tables import make_table
from analysis.findings.kind_names import COLUMNS, named_bearers, named_kinds
from analysis.inventory.kind_words import kind_words, plain
from analysis.mentions.find import find_mentions


def kinds_of(*texts, term="bias"):
    """The kinds named in these abstracts, each a paper of its own."""
    papers = make_table("papers", [{"paper_id": f"p{i}", "abstract": text} for i, text in enumerate(texts)])
    mentions = find_mentions(papers, term).assign(sense="social", stance="measure")
    table = named_kinds(mentions, term)
    for row in table.itertuples():
        text = texts[int(row.paper_id[1:])]
        assert text[row.start : row.end] == row.surface
        assert (row.bearer == "") == (row.bearer_start == -1) == (row.has_it == "")
        assert row.bearer == "" or text[row.bearer_start : row.bearer_end] == row.bearer
    return table


def told(*texts, term="bias"):
    return list(kinds_of(*texts, term=term)[["kind", "surface"]].itertuples(index=False, name=None))


def bearers(*texts):
    return list(kinds_of(*texts)[["has_it", "bearer"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We reduce gender biases.", [("gender bias", "gender biases")]),
        ("Severe gender bias was found.", [("gender bias", "gender bias")]),
        ("It adds a relative position bias to scores.", [("relative position bias", "relative position bias")]),
        ("Patterns of sex-biased dispersal are typical.", [("sex bias", "sex-biased")]),
        ("Models are biased against women.", [("bias against women", "biased against women")]),
        ("There is a bias towards the majority class.",
         [("bias toward majority class", "bias towards the majority class")]),
        ("A bias toward head classes and provides limited supervision.",
         [("bias toward head classes", "bias toward head classes")]),
        ("We study bias propagation from pre-training data.",
         [("bias propagation", "bias propagation from pre-training data")]),
        ("It suffers from low-frequency bias.", [("low-frequency bias", "low-frequency bias")]),
        ("We measure publication pressure/bias.", [("publication bias", "publication pressure/bias")]),
    ],
)  # fmt: skip
def test_a_mention_names_its_kind(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The bias is large.", "We found strong bias.", "Such potential biases remain.", "It is an unbiased estimate.",
        "We propose debiasing methods.", "Our robust bias evaluation helps.", "A low risk of bias was found.",
        "In this study different bias is seen.", "Several biased models were compared.",
    ],
)  # fmt: skip
def test_words_of_degree_and_bare_mentions_name_none(text):
    assert told(text) == []


def test_coordinated_kinds_have_each_their_own_span():
    assert told("We study gender and racial biases.") == [
        ("gender bias", "gender and racial biases"), ("racial bias", "racial biases")
    ]  # fmt: skip
    assert told("Age, gender, and racial bias were found.") == [
        ("age bias", "Age, gender, and racial bias"), ("gender bias", "gender, and racial bias"),
        ("racial bias", "racial bias"),
    ]  # fmt: skip


def test_what_is_no_kind_is_not_coordinated():
    assert told("It reduces hallucinations and gender bias.") == [("gender bias", "gender bias")]
    assert told("We see unstable training and substantial estimation bias.") == [("estimation bias", "estimation bias")]


def test_spellings_are_one_kind_and_synonyms_are_a_family():
    table = kinds_of("A pre-training bias.", "The pretraining biases.", "Some pre-training bias.", "Race bias.",
                     "An ethnic bias.", "Behavioural bias.", "A behavioral bias.", "The behavioral bias.")  # fmt: skip
    assert list(table["kind"]) == ["pre-training bias"] * 3 + ["race bias", "ethnic bias"] + ["behavioral bias"] * 3
    assert list(table["family"][3:5]) == ["race and ethnicity"] * 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We study gender bias in large language models.", ("model", "large language models")),
        ("Most LLMs exhibit strong political bias.", ("model", "LLMs")),
        ("This lowers transformers' inherent positional bias.", ("model", "transformers")),
        ("The annotator bias is large.", ("people", "annotator")),
        ("The teacher model tends to be biased toward head classes.", ("model", "teacher model")),
        ("There is demographic bias in the deepfake dataset.", ("data", "deepfake dataset")),
        ("We found selection bias in Europe.", ("", "")),
        ("The language model selection shows gender bias.", ("", "")),
        ("Datasets generated by simple prompts exhibit large gaps, such as regional bias.", ("", "")),
        ("Datasets generated by simple prompts exhibit regional bias.",
         ("data", "Datasets generated by simple prompts")),
        ("LLMs are tested for the social biases they exhibit.", ("model", "LLMs")),
        ("LLMs are used widely and their social bias is known.", ("model", "LLMs")),
        ("We measure social bias and toxicity of language models.", ("model", "language models")),
        ("Social biases inherent in word embeddings are known.", ("model", "word embeddings")),
        ("We compare the spectral bias between different neural networks.", ("model", "different neural networks")),
        ("It uses a refiner network with an inductive bias.", ("model", "refiner network")),
        ("We design evaluation methods to show gender bias.", ("", "")),
    ],
)  # fmt: skip
def test_who_has_it_is_named_as_far_as_the_sentence_says(text, expected):
    assert bearers(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They inherit the systematic biases of an LLM.", [("model", "LLM")]),
        ("Our loss debiases large vision models from it.", [("model", "large vision models")]),
        ("We test biased annotators.", [("people", "annotators")]),
        ("The temperature data are bias corrected.", []),
        ("This bias is large.", []),
        ("We study gender bias in LLMs.", []),  # names its kind: told by named_kinds
    ],
)  # fmt: skip
def test_who_has_a_bias_of_no_kind(text, expected):
    papers = make_table("papers", [{"paper_id": "p", "abstract": text}])
    mentions = find_mentions(papers).assign(sense="social", stance="")
    table = named_bearers(mentions, named_kinds(mentions))
    assert list(table[["has_it", "bearer"]].itertuples(index=False, name=None)) == expected
    assert all(text[row.bearer_start : row.bearer_end] == row.bearer for row in table.itertuples())


def test_without_the_sentence_that_names_it_nothing_is_named():
    assert len(kinds_of("We study texts. Gender bias was found in LLMs.")) == 1
    assert kinds_of("We study texts.").empty


def test_kinds_of_the_bundled_collection():
    """As read in the 21 abstracts; missed is "model biases" in ROBBIE, of which the parser takes "model" for a verb."""
    papers = load_papers().papers
    table = named_kinds(find_mentions(papers).assign(sense="x", stance=""))
    texts = papers.set_index("paper_id")
    assert all(texts.loc[row.paper_id, row.field][row.start : row.end] == row.surface for row in table.itertuples())
    assert dict(table["kind"].value_counts()) == {
        "inductive bias": 19, "social bias": 7, "bias term": 5, "language bias": 4, "gender bias": 3,
        "tokenization bias": 2, "spectral bias": 2, "bias propagation": 2, "architectural inductive bias": 2,
        "box-to-pixel relative position bias": 1, "inference bias": 1, "bias inheritance": 1, "pre-training bias": 1,
        "implicit bias": 1, "regional bias": 1, "hallucination bias": 1, "bias exacerbation": 1,
    }  # fmt: skip
    assert "bias propagation from pre-training data" in set(table["surface"])


def test_another_term_has_kinds_and_no_families_of_its_own():
    table = kinds_of("We use a Gaussian kernel.", "The RBF kernels differ.", "A strong kernel.", term="kernel")
    assert list(table["kind"]) == ["Gaussian kernel", "RBF kernel"]
    assert list(table["family"]) == ["Gaussian kernel", "RBF kernel"]


def test_no_mention_gives_the_columns_and_no_row():
    empty = named_kinds(make_table("mentions", []).assign(sense="", stance=""))
    assert list(empty.columns) == COLUMNS and empty.empty


def test_word_lists_hold_each_word_once():
    words = kind_words("bias")
    assert not words.generic & words.verbs
    assert kind_words("kernel").heads == frozenset()


def test_kinds_labelled_by_hand(data, shared, tmp_path):
    """210 mentions of three corpora: 100 looked at while the rules were made, 50 opened once and then mended by.

    On the last 60, labelled when the rules were done, precision was 28 of 32 and recall 28 of 30 before the words that
    they showed to be missing were added.
    """
    labels = list(csv.DictReader((data / "kinds.csv").read_text("utf-8").splitlines()))
    found = read_labelled(labels, shared, tmp_path)
    hits, named, wanted = 0, 0, 0
    for label in labels:
        own = {plain(kind) for kind in found[label["mention_id"]]}
        true = {plain(kind) for kind in label["kinds"].split("; ") if kind}
        hits, named, wanted = hits + len(own & true), named + len(own), wanted + len(true)
    assert hits / named >= 0.95
    assert hits / wanted >= 0.9


def read_labelled(labels, shared, folder):
    """The kinds that are found for each labelled mention, the papers of a corpus being a collection."""
    found = defaultdict(list)
    for corpus in sorted({label["corpus"] for label in labels}):
        wanted = {label["mention_id"].split("#")[0] for label in labels if label["corpus"] == corpus}
        with gzip.open(shared / "corpora" / f"{corpus}.jsonl.gz", "rt", encoding="utf-8") as lines:
            chosen = [line for line in lines if json.loads(line)["id"] in wanted]
        path = folder / f"{corpus}.jsonl"
        path.write_text("".join(chosen), "utf-8")
        mentions = find_mentions(load_papers(path, keep_duplicates=True).papers).assign(sense="x", stance="")
        for row in named_kinds(mentions).itertuples():
            found[row.mention_id].append(row.kind)
    return found
