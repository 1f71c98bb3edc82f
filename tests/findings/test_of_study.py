"""A study answers questions with what it knows, once, and a part of it answers for itself."""

import numpy as np
import pytest
from any_collection import Kind, study_of

from analysis import findings
from analysis.findings.shares import sense_shares


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return study_of(Kind(12, each=2), tmp_path_factory.mktemp("of") / "any.study")


def test_an_answer_is_worked_out_once_and_is_nobody_elses_to_change(study):
    shares = findings.sense_shares(study)
    expected = sense_shares(study.readings, study.order, confusion=study.error_model.senses)
    assert shares.equals(expected)
    shares["share"] = 0.0
    assert findings.sense_shares(study).equals(expected)
    assert {name for name, *_ in study.answers} == {"sense_shares", "reviewed_shares", "_sample"}


def test_options_are_questions_of_their_own(study):
    terms = findings.candidate_terms(study)
    assert findings.candidate_terms(study, top=1).equals(terms.head(1))
    assert findings.shares_by(study, "venue") is not findings.shares_by(study, "subjects")


def test_lists_do_as_well_as_tuples(study):
    assert findings.concordance(study, sort=["R1"]).equals(findings.concordance(study, sort="R1"))
    assert findings.ngrams(study, [2]).equals(findings.ngrams(study, (2,)))


def test_a_part_holds_what_its_papers_hold_and_keeps_nothing(study):
    findings.mention_map(study)
    kept = {path: path.read_bytes() for path in study.folder.iterdir() if path.is_file()}
    ids = list(study.papers["paper_id"])
    parts = study.only(ids[:5]), study.only(ids[5:])
    assert [len(part.papers) for part in parts] == [5, 7]
    assert [*parts[0].mentions["mention_id"], *parts[1].mentions["mention_id"]] == list(study.mentions["mention_id"])
    assert np.array_equal(np.concatenate([part.vectors for part in parts]), study.vectors)
    assert set(parts[0].readings["paper_id"]) <= set(ids[:5])
    assert len(findings.mention_map(parts[0])) == len(parts[0].mentions)
    assert {path: path.read_bytes() for path in study.folder.iterdir() if path.is_file()} == kept


def test_two_parts_are_compared(study):
    one, two = study.only(study.papers["paper_id"][:6]), study.only(study.papers["paper_id"][6:])
    assert findings.compare_shares(one, two).equals(one.compare(two).shares)


def test_replicates_of_a_part_are_of_its_mentions(study):
    part = study.only(study.papers["paper_id"][:4])
    draws = list(findings.stance_replicates(part, draws=3))
    assert [len(one) for draw in draws for one in draw] == [len(part.mentions)] * 9
    assert findings.estimate([1.0, 2.0, 3.0]).value == 2.0
    assert np.isnan(findings.estimate([])).all()
