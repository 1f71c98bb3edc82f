"""Which sentence states the problem, and which the result."""

import pytest
from evidence_tables import Paper

from analysis.common.tables import make_table
from analysis.findings.rows import rows_of
from analysis.findings.spans import Span
from analysis.findings.told import problem_in, result_in


def told(verb, sentences, *more):
    """The sentence that is chosen of those that have these roles, no mention being in any."""
    paper = Paper("p", "T", " ".join(sentences))
    rows = rows_of(make_table("sentences", [paper.sentence(text, role) for text, role in sentences.items()]))
    spans = [(Span(row.field, row.start, row.end), row) for row in rows]
    found = verb(spans, [], *more, paper.texts)
    return paper.texts["abstract"][found.start : found.end] if found else ""


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        ({"We show that models fail.": "background"}, ""),
        ({"This paper presents a remedy for harmful models.": "objective"}, ""),
        ({"Models are widely used.": "background"}, ""),
        ({"Models are unreliable.": "background", "However, tests are few.": "background"}, "However, tests are few."),
        ({"We must know the limitations of models.": "objective"}, "We must know the limitations of models."),
        ({"However, it is slow.": "method", "We propose X.": "method"}, "However, it is slow."),
        ({"We propose X.": "method", "However, it is slow.": "method"}, ""),
        ({"Models are unreliable.": "result"}, ""),
    ],
)
def test_a_problem_is_amiss_and_not_what_the_authors_did(sentences, expected):
    assert told(problem_in, sentences) == expected


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        ({"We release the data.": "result"}, ""),
        ({"The code is available at x.org.": "result"}, ""),
        ({"In future, it may improve models.": "result"}, ""),
        ({"We evaluate it on many tasks.": "result", "It outperforms others.": "result"}, "It outperforms others."),
        ({"We evaluate it on many tasks.": "result"}, ""),
        ({"We evaluate it on many tasks and find that it fails.": "result"},
         "We evaluate it on many tasks and find that it fails."),
        ({"The map is new.": "result", "Errors are reduced.": "result"}, "Errors are reduced."),
        ({"It could be extended to improve maps.": "result", "Errors fell.": "result"}, "Errors fell."),
        ({"We show that it is safe.": "method"}, "We show that it is safe."),
        ({"It is safe.": "method"}, ""),
    ],
)  # fmt: skip
def test_a_result_is_what_was_found(sentences, expected):
    assert told(result_in, sentences, []) == expected


def test_a_number_makes_a_result_of_any_sentence():
    text = "We release a model of 81% accuracy."
    assert told(result_in, {text: "other"}, [Span("abstract", 22, 25)]) == text
