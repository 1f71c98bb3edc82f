"""If these fail, a reader sees half a sentence as the evidence for a cell, or two as one."""

from __future__ import annotations

import gzip
import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.common.split import split_sentences

# Each text with its sentences divided by "¦".
WHOLE = [
    "We compare parsers, e.g. Stanza and spaCy, i.e. two of them.",
    "Smith et al. (2019) and Lee et al. show this.",
    "See Fig. 2 and Figs. 3-4, Eq. (3), Sec. 4, Ref. 5, Tab. 1 and No. 7.",
    "It is faster vs. Stanza by approx. 3 points, cf. Table 2.",
    "The bound holds if $f(x. Y) < 3. Z$ and \\(a. B\\) agree.",
    "Samples are i.i.d. and the U.S. Department agreed with pro-U.S. stances.",
    "As J. Smith and E. coli show, Dr. Jones was right.",
    "Accuracy rises from 0.5 to 0.75, a gain of 63. 53% at most.",
    "The code (see App. A. It is short.) is public.",
    'They ask "who is biased?" and answer.',
    "We wait ... and then act; nothing splits here: not this.",
    "Records came from ClinicalTrials.gov and torch.nn was used.",
    "1. Splitting is hard",
    "It took 5 mg i.m. injections w.r.t. the rest.",
    "See https://example.org/a.B?c=D. for nothing else",
    "\\texttt{a. B} is one string.",
]
SPLIT = [
    "We work on bias.¦It is old.",
    "Smith et al. found it.¦We do, too.",
    "It is done in the U.S.¦We moved on.",
    "We list cats, dogs, etc.¦Experiments follow.",
    "Two reasons: 1. Scales differ.¦2. Data are few.¦3. Time is short.",
    "We use three steps: a. Pruning, b. Tuning, and 3. Testing.¦It works.",
    "(1) We start.¦(2) We stop.¦(iii) We rest.",
    "It holds that |w| > λ.¦(iii) If not, it fails.",
    "Let $x. y$ be given.¦$k$-means fails.¦\\textbf{We} win.",
    'They call it "language bias."¦We agree.',
    "They call it ``bias.''¦We agree.",
    "They call it “a phoneme. ”¦We agree.",
    "(All of this is known.)¦We add to it.",
    "We test parsers (Stanza, spaCy, etc.).¦Both fail.",
    "Is it biased?¦It is!¦We are sure.",
    "The site is a-b.github.io.¦We host it.",
    "It is at https://example.org/a.b/.¦We host it.",
    "BACKGROUND: Bias is old.¦METHODS: We read.¦RESULTS: Nothing.",
    "BACKGROUND: Bias is old.¦METHODS: We read it all.¦CONCLUSION: Nothing (n = 5).¦The end.",
    "All were randomised.¦DATA SOURCES: MEDLINE.",
    "We studied sales.¦eBay grew.¦k-means failed.¦p-values fell.¦iPhones rose.",
    "It reports scores.¦they are low.",
    "The delay is 2 ms.¦The rate is low in MT.¦Our DR.¦Experiments show it.",
    "First paragraph\n\n¦second paragraph",
    "First line\nof one sentence.¦Another.",
    "We stop...¦However, they go on.",
    "In 2020.¦30 papers came.",
    "It costs $5.¦It earns $10. ",
    "结果很好。¦我们继续。",
    "The answer is no.¦We asked again.",
    "The sample included adults.; ¦METHODS: We asked.",
    "The tool runs.¦(It is fast.)¦We use it.",
    "It starts at 24 h.¦Median was low.",
]
GLUED = [
    "We are done.¦We rest.",
    "We solve PDEs.¦To do so, we rest.",
    "Trials are few.¦PURPOSE: To count.",
    "It is low (n = 5).¦The rest is high.",
]


@pytest.mark.parametrize("text", WHOLE)
def test_a_stop_that_ends_nothing_splits_nothing(text: str) -> None:
    assert split_sentences(text) == [(0, len(text))]


@pytest.mark.parametrize(("marked", "joint"), [(m, " ") for m in SPLIT] + [(m, "") for m in GLUED])
def test_sentences_end_where_a_reader_ends_them(marked: str, joint: str) -> None:
    parts = [part.strip() for part in marked.split("¦")]
    joint = "" if "。" in marked else joint
    text = marked.replace("¦", "" if "\n\n" in marked else joint)
    assert [text[a:b] for a, b in split_sentences(text)] == parts


def test_texts_without_words() -> None:
    assert split_sentences("") == []
    assert split_sentences("  \n ") == []
    assert split_sentences("...") == [(0, 3)]
    assert split_sentences(" We stop. . ") == [(1, 11)]


@given(st.text(alphabet="aB1 .?!()[]{}$\\\n\"'…。;:-", max_size=80))
def test_spans_hold_every_character_in_order(text: str) -> None:
    spans = split_sentences(text)
    assert "".join(text[a:b] for a, b in spans).replace(" ", "").replace("\n", "") == text.replace(" ", "").replace(
        "\n", ""
    )
    assert all(a < b and text[a:b] == text[a:b].strip() for a, b in spans)
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(spans))


def test_time_is_linear_in_the_text() -> None:
    """Texts made to make rules backtrack."""
    for text in ("(" * 50_000, "$" * 50_000, "a." * 50_000, "\\(" * 30_000, ". " * 50_000, "http://" * 10_000):
        split_sentences(text)


def test_sentences_agree_with_those_of_abstracts_split_by_people(shared: Path) -> None:
    """CSAbstruct's own splits hold errors ("ca. | 100"); en_core_web_sm's recogniser reaches 0.984 here."""
    right = ours = theirs = 0
    for line in (shared / "labelled/csabstruct_dev.jsonl").read_text(encoding="utf-8").splitlines():
        sentences = [sentence.strip() for sentence in json.loads(line)["sentences"]]
        text = " ".join(sentences)
        starts = {len(" ".join(sentences[:i])) + 1 for i in range(1, len(sentences))}
        found = {a for a, _ in split_sentences(text)[1:]}
        right, ours, theirs = right + len(starts & found), ours + len(found), theirs + len(starts)
    assert 2 * right / (ours + theirs) >= 0.987


def test_sentences_of_real_abstracts_are_whole(shared: Path) -> None:
    """Few sentences may open with a small letter, leave a bracket open, or hold less than two words."""
    total = odd = 0
    with gzip.open(shared / "corpora/other_fields.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line)["abstract"]
            for a, b in split_sentences(text):
                total += 1
                odd += text[a].islower() or len(text[a:b].split()) < 2
    assert odd <= 0.01 * total
