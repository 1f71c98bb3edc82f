"""Which named things stand in the cells."""

import pytest
from evidence_tables import Paper

from analysis.common.tables import make_table
from analysis.findings.name_words import key_of, name_words
from analysis.findings.named import MOST, named_things
from analysis.findings.rows import rows_of
from analysis.findings.spans import Span


def named(abstract, entities=(), results=(), own=(), title="T"):
    """Words of each kind; ``entities`` are (words, kind, confidence), ``results`` (number, what it measures)."""
    paper = Paper("p", title, abstract)

    def span(words, name=""):
        at = paper.place(words)
        return Span(at["field"], at["start"], at["end"], name)

    rows = [{**paper.place(number), "kind": "result", "what": what, "sentence": abstract} for number, what in results]
    found = named_things(
        paper.texts, [(span(words, words), kind, sure) for words, kind, sure in entities],
        rows_of(make_table("quantities", rows)), [span(words) for words in own],
    )  # fmt: skip
    return {kind: [paper.texts[s.field][s.start : s.end] for s in spans] for kind, spans in found.items() if spans}


@pytest.mark.parametrize(
    ("abstract", "entities", "expected"),
    [
        # Proper names at a low confidence, plain nouns at a high one only.
        ("It beats FooNet here.", [("FooNet", "method", 0.3)], {"method": ["FooNet"]}),
        ("It beats kriging here.", [("kriging", "method", 0.5)], {}),
        ("It beats kriging here.", [("kriging", "method", 0.8)], {"method": ["kriging"]}),
        ("A spatial kriging is used.", [("spatial kriging", "method", 0.7)], {"method": ["spatial kriging"]}),
        ("A refiner network is used.", [("refiner network", "method", 0.4)], {"method": ["refiner network"]}),
        # What names everything, or a class of things, is none.
        ("We tune large language models.", [("large language models", "method", 0.9)], {}),
        ("We compare data-driven approaches.", [("data-driven approaches", "method", 0.9)], {}),
        ("We compare FER models.", [("FER models", "method", 0.9)], {}),
        # By the words around a name, unmarked.
        ("We test models such as Foo, Bar and Baz.", [], {"method": ["Foo", "Bar", "Baz"]}),
        ("We use the Foobar dataset.", [], {"material": ["Foobar"]}),
        ("We evaluate on Foo, Bar, and Baz.", [], {"material": ["Foo", "Bar", "Baz"]}),
        ("It is faster than the leading method, Zonda.", [], {"method": ["Zonda"]}),
        ("Then Foo < Bar < Baz holds.", [("Baz", "material", 0.5)], {"material": ["Foo", "Bar", "Baz"]}),
        ("It outperforms FooNet.", [], {"method": ["FooNet"]}),
        ("We met in Paris.", [], {}),
        ("It is new. This is it.", [("This", "method", 0.9)], {}),
        # A well-known name has its own kind, whatever the reader says.
        ("Here, GPT-4 and CIFAR-10 help.", [("GPT-4", "material", 0.9)],
         {"method": ["GPT-4"], "material": ["CIFAR-10"]}),
        # An acronym stands with its long form, once; one of a task does not stand at all.
        ("We propose soft image guidance (SIG). SIG helps.", [("SIG helps", "method", 0.9)],
         {"method": ["soft image guidance (SIG)"]}),
        ("We study face expression recognition (FER). FER is hard.", [("FER is", "method", 0.9)], {}),
        # By means of what, if that is said in several words.
        ("It learns using a neural distance function.", [("neural distance function", "other", 0.3)],
         {"method": ["neural distance function"]}),
        # Nothing of what is released or linked.
        ("The Jupyter notebooks are available at https://x.org/FooNet.", [("Jupyter notebooks", "method", 0.9)], {}),
        # Several in one are none.
        ("The optimizers, kernels win.", [("optimizers, kernels", "method", 0.9)], {}),
    ],
)  # fmt: skip
def test_methods_and_materials(abstract, entities, expected):
    assert named(abstract, entities) == expected


@pytest.mark.parametrize(
    ("abstract", "entities", "results", "expected"),
    [
        ("It has a better F1-score and Hamming Loss.", [], [], ["F1-score", "Hamming Loss"]),
        ("It has 63.9 mAP accuracy.", [], [], ["mAP accuracy"]),
        ("The map shows it.", [], [], []),
        ("The querying cost falls by 5%.", [], [("5%", "querying cost")], ["querying cost"]),
        ("The bias falls by 5%.", [], [("5%", "bias")], []),
        ("It is better in terms of diversity and representation.", [], [], ["diversity", "representation"]),
        ("It is better in terms of performance.", [], [], []),
        ("It has a low model likelihood.", [("model likelihood", "metric", 0.6)], [], []),
        ("It has a low log likelihood.", [("log likelihood", "metric", 0.6)], [], ["log likelihood"]),
        ("It has a low log likelihood.", [("log likelihood", "metric", 0.4)], [], []),
    ],
)  # fmt: skip
def test_metrics(abstract, entities, results, expected):
    assert named(abstract, entities, results).get("metric", []) == expected


def test_the_paper_s_own_name_is_left_out():
    assert named("FooNet beats BarNet. FooNet-2 is next.", [("FooNet", "method", 0.9), ("BarNet", "method", 0.9)],
                 own=["FooNet"]) == {"method": ["BarNet"]}  # fmt: skip


def test_a_title_counts_where_the_abstract_does_not_have_the_name():
    entities = [("FooNet", "method", 0.9), ("Spatial Kriging", "method", 0.9)]
    assert named("It works.", entities, title="FooNet for Spatial Kriging") == {"method": ["FooNet"]}
    assert named("FooNet works.", entities[1:], title="FooNet for Spatial Kriging") == {}
    assert named("", entities, title="FooNet for Spatial Kriging") == {"method": ["FooNet", "Spatial Kriging"]}


def test_a_cell_holds_the_surest_in_their_order():
    letters = "ABCDEFGH"
    entities = [(f"{x}Net", "method", 0.5 + 0.05 * i) for i, x in enumerate(letters)]
    plain = ("spatial kriging", "method", 0.99)
    abstract = " beats ".join([plain[0], *(words for words, _, _ in entities)])
    assert MOST == 6
    assert named(abstract, [plain, *entities]) == {"method": [f"{x}Net" for x in "CDEFGH"]}


def test_keys_and_lists():
    assert key_of("large language models (LLMs)") == "large language model"
    assert key_of("CNNs") == "cnn"
    words = name_words()
    assert words.metric.fullmatch("F1") and not words.metric.fullmatch("map")
    assert not set(words.known) & words.broad
