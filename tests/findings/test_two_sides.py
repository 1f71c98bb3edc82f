"""Two sides of a study, or two studies: how they are divided, what is refused, what the sentences say."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs

import pytest
from any_collection import STRANGE, Kind, study_of
from small_readings import make_confusion
from small_study import make_study

from analysis import charts, findings
from analysis.collection import load_papers
from analysis.collection.sets import same_papers
from analysis.common.errors import BadInput
from analysis.common.links import SIDES
from analysis.common.tables import make_table
from analysis.findings.differences import compare_shares
from analysis.findings.sides import _labels, check_division, papers_of_side, side_names, span_name
from analysis.senses.reader import FEW, Reading


def collection(folder, senses, *, years=()):
    """A study with a paper of one mention for each sense, whose words differ by it."""
    words = {"social": "gender", "inductive": "inductive", "unclear": "some"}
    papers, mentions = [], []
    for i, sense in enumerate(senses):
        text = f"We reduce {words[sense]} bias number {i}."
        papers.append(
            {"paper_id": f"p{i}", "title": f"Title {i}", "abstract": text, "year": years[i] if years else None}
        )
        stance = "mitigate" if sense == "social" else "exploit"
        mentions.append((f"p{i}", "abstract", text.index("bias"), text, sense, 0.9, stance))
    study = make_study(folder / "any.study", papers, mentions)
    known = study.mentions.assign(modifier=[words[sense] for sense in senses])
    return replace(study, mentions=known, reading=Reading(FEW, scores=True))  # no error model: the counts tell it all


@pytest.fixture(scope="module")
def apart(tmp_path_factory):
    """Forty papers of 2020, 36 social and 4 inductive; forty of 2021, 6 social, 30 inductive, 4 unclear."""
    senses = ["social"] * 36 + ["inductive"] * 4 + ["social"] * 6 + ["inductive"] * 30 + ["unclear"] * 4
    return collection(tmp_path_factory.mktemp("apart"), senses, years=[2020] * 40 + [2021] * 40)


@pytest.fixture(scope="module")
def comparison(apart):
    return findings.compare_sides(apart, ["year", "2020", "2021"])


def test_the_sentences_say_what_is_commoner_where(comparison):
    first, second, *_, last = findings.answer_comparison(comparison).sentences
    assert first.text.startswith("Social bias is commoner in 2020 than in 2021, by 75 percentage points (95% interval ")
    assert "As read: 2020 36 of 40 papers, 2021 6 of 40 papers." in first.text
    assert second.text.startswith("Inductive bias is commoner in 2021 than in 2020, by 65 percentage points ")
    assert last.text == "40 papers of 2020 use the term, and 40 papers of 2021. No paper is in both."
    assert len(findings.answer_comparison(comparison).sentences) <= 5


def test_a_number_leads_to_its_papers_in_the_concordance_of_its_side(comparison):
    html = " ".join(sentence.html for sentence in findings.answer_comparison(comparison).sentences)
    links = re.findall(r'href="(mentions-\w+\.html)#([^"]*)"[^>]*>(\d+)', html)
    assert links
    for page, place, count in links:
        side, named = comparison.sides[SIDES.index(page)], parse_qs(place.replace("&amp;", "&"))
        own = side.readings
        for name, column in (("sense", "sense"), ("paper", "paper_id")):
            own = own[own[column].isin(named[name])] if name in named else own
        assert own["paper_id"].nunique() == int(count)


def test_kinds_are_spelled_alike_and_one_sided_ones_are_new_or_gone(apart):
    parts = apart.only(apart.papers["paper_id"][:30]), apart.only(apart.papers["paper_id"][46:76])
    found = parts[0].compare(parts[1], names=("old", "young"))
    assert found.kinds["name"].tolist() == ["gender bias", "inductive bias"]
    assert found.kinds["difference"].tolist() == [1.0, -1.0] and found.kinds["clear"].all()
    rows = found.new_and_gone[["what", "name", "papers_one", "papers_two"]].to_numpy().tolist()
    assert rows[:2] == [["sense", "inductive", 0, 30], ["kind", "inductive bias", 0, 30]]
    assert "Only young has inductive bias (30)" in findings.answer_comparison(found).text
    table = charts.new_and_gone(found)
    assert table.heading == "young alone has 2 senses, kinds and methods; old alone has 2 senses, kinds and methods"
    assert table.table["quote"].iloc[0].startswith("\u201cWe reduce inductive bias number ")


def test_few_papers_are_listed(apart):
    ids = apart.papers["paper_id"]
    found = apart.only(ids[:4]).compare(apart.only(ids[38:42]), names=("a", "b"))
    assert found.few and not found.shares["clear"].any()
    told = findings.answer_comparison(found).text
    assert told.startswith(
        "Social bias is the commonest sense in a (4 of 4 papers); inductive bias and social bias are"
    )
    listed = charts.compare_shares(found).table
    assert listed.groupby("side")["paper"].nunique().to_dict() == {"a": 4, "b": 4}
    assert charts.compare_kinds(found).table["papers_one"].tolist()[0] == 4


def test_papers_on_both_sides_are_told_and_differ_in_nothing(apart):
    found = apart.compare(apart, names=("a", "b"))
    assert found.common == {paper: paper for paper in apart.papers["paper_id"]}
    assert (found.shares[["difference", "low", "high"]] == 0).all(axis=None)
    assert "80 papers are in both and count on each side." in findings.answer_comparison(found).text


def test_two_studies_share_works_by_identifier_and_title(tmp_path):
    senses = ["social", "inductive"]
    one, two = (collection(tmp_path / name, senses) for name in "ab")
    other = make_table(
        "papers", two.papers.assign(paper_id=["x", "y"], doi=["", "10.1000/1"], title=["Other", "Title"])
    )
    mine = one.papers.assign(doi=["10.1000/1", ""])
    assert same_papers(other, mine) == {"y": "p0"}
    assert one.compare(two).common == {"p0": "p0", "p1": "p1"}  # the very same records


def test_what_cannot_be_compared_is_refused(apart, tmp_path):
    induced = study_of(Kind(3, senses="induced", stances="none"), tmp_path / "i" / "one.study")
    again = study_of(Kind(3, senses="induced", stances="none"), tmp_path / "j" / "two.study")
    with pytest.raises(BadInput, match=r"found in each by itself.*name the sources instead"):
        induced.compare(again)
    with pytest.raises(BadInput, match="found in each by itself"):
        apart.compare(induced)
    other = study_of(Kind(3, term="c++", stances="none"), tmp_path / "c" / "c.study")
    with pytest.raises(BadInput, match=r"studies of 'bias' and of 'c\+\+'"):
        apart.compare(other)
    with pytest.raises(BadInput, match="two different ones"):
        apart.compare(apart, names=("same", "same"))
    assert findings.compare_sides(induced).shares is not None  # parts of one study were read together


@pytest.mark.parametrize(
    "kind",
    [
        Kind(1),
        Kind(2, mentions="none"),
        Kind(3, mentions="first", years=0),
        Kind(12, senses="induced", stances="none", titles=STRANGE),
        Kind(70, senses="thirteen", stances="none", titles=STRANGE),
        pytest.param(Kind(70, stances="some", titles=STRANGE, reviewed="some"), marks=pytest.mark.long),
    ],
    ids=lambda kind: f"{kind.papers} {kind.senses} {kind.mentions}",
)
def test_any_collection_is_compared_or_says_why_not(kind, tmp_path):
    found = findings.compare_sides(study_of(kind, tmp_path / "any.study"))
    shown = [findings.answer_comparison(found), *(draw(found) for draw in (
        charts.compare_shares, charts.compare_kinds, charts.compare_stances, charts.compare_methods,
        charts.new_and_gone))]  # fmt: skip
    for one in shown:
        bundle = one._repr_mimebundle_()
        bundle = bundle[0] if isinstance(bundle, tuple) else bundle
        assert "nan" not in re.sub(r'src(set)?="[^"]*"', "", bundle["text/html"]).lower().split()
        assert "<script>" not in bundle["text/html"] and "mentions-" not in bundle["text/html"]
    assert 1 <= len(shown[0].sentences) <= 5


def divided():
    papers = make_table("papers", [
        {"paper_id": "a", "year": 2019, "venue": "ACL 2019", "subjects": ["Ethics"]},
        {"paper_id": "b", "year": 2020, "venue": "NeurIPS"},
        {"paper_id": "c", "year": 2022, "venue": ""},
        {"paper_id": "d", "venue": "Findings of ACL"},
    ])  # fmt: skip
    audit = make_table("audit", [
        {"source": "x/one.bib", "paper_id": "a", "status": "kept"},
        {"source": "x/one.bib", "paper_id": "b", "status": "kept"},
        {"source": "y.ris", "paper_id": "a~2", "status": "duplicate"},
        {"source": "y.ris", "paper_id": "c", "status": "kept"},
        {"source": "z.zip::in.bib", "paper_id": "d", "status": "kept"},
    ])  # fmt: skip
    duplicates = make_table("duplicates", [{"paper_id": "a~2", "survivor": "a"}])
    inputs = [{"source": name, "sha256": name} for name in ("x/one.bib", "y.ris", "z.zip::in.bib")]
    inputs.append({"source": "copy.ris", "sha256": "y.ris"})
    return SimpleNamespace(papers=papers, audit=audit, duplicates=duplicates, manifest={"inputs": inputs})


@pytest.mark.parametrize(
    ("by", "value", "ids"),
    [
        ("source", "x", "ab"), ("source", "x/one.bib", "ab"), ("source", "y.ris", "ac"), ("source", "*.zip*", "d"),
        ("source", "z.zip", "d"), ("source", "copy.ris", "ac"), ("year", "2019", "a"), ("year", "2019-2020", "ab"),
        ("year", "2020\u20132022", "bc"), ("year", "-2020", "ab"), ("year", "2020-", "bc"), ("venue", "acl", "ad"),
        ("subject", "ethics", "a"),
    ],
)  # fmt: skip
def test_a_side(by, value, ids):
    assert papers_of_side(divided(), by, value) == list(ids)


def test_the_files_of_a_source_are_those_that_were_read_for_it(tmp_path, monkeypatch):
    """However a path is written: what ``load_papers`` reads for it are the files that its side has."""
    work = tmp_path / "work"
    files = [work / "a.bib", work / "sub" / "b.bib", work / "sub" / "deep" / "c.bib", tmp_path / "other" / "d.bib"]
    for number, file in enumerate(files):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"@article{{k{number}, title={{A title of paper {number}}}, year={{2020}}}}\n", "utf-8")
    monkeypatch.chdir(work)
    given = [".", "./a.bib", "./sub", "sub/", "*.bib", "./*.bib", "sub/*.bib", "**/*.bib", "sub/**", "../other",
             "../*/*.bib", str(work / "sub")]  # fmt: skip
    read = {path: set(load_papers(path).audit["source"]) for path in given}
    inputs = [{"source": source, "sha256": source} for source in sorted(set().union(*read.values()))]
    for path, sources in read.items():
        found, expected = ({Path(source).resolve() for source in each} for each in (_labels(inputs, path), sources))
        assert found == expected, path


@pytest.mark.parametrize(
    ("by", "value", "says"),
    [
        ("source", "nowhere.bib", "not among the sources"),
        ("year", "1990", "their years are 2019 to 2022"),
        ("year", "the nineties", "no span of years"),
        ("year", "-", "no span of years"),
        ("venue", "CHI", "the commonest venues are 'ACL 2019'"),
        ("colour", "red", "year, venue, subject"),
    ],
)
def test_no_side(by, value, says):
    with pytest.raises(BadInput, match=says):
        papers_of_side(divided(), by, value)


def test_a_span_of_years_reads_with_both_ends(apart):
    papers = divided().papers
    spans = {
        "2021-": "2021\u20132022",
        "-2020": "2019\u20132020",
        "2018-2020": "2018\u20132020",
        "2020": "2020",
        "2022-": "2022",
    }
    assert {text: span_name(text, papers) for text in spans} == spans
    assert findings.compare_sides(apart, ["year", "-2020", "2021-"]).names == ("2020", "2021")
    with pytest.raises(BadInput, match="the two sides are the same"):
        findings.compare_sides(apart, ["year", "2021", "2021-"])


def test_a_side_in_which_nothing_is_sure(apart):
    unsure, sure = apart.only(apart.papers["paper_id"][-4:]), apart.only(apart.papers["paper_id"][:4])
    told = findings.answer_comparison(unsure.compare(sure, names=("a", "b"))).text
    assert told.startswith("No sense is sure in a; social bias is the commonest sense in b (4 of 4 papers).")


def test_papers_of_one_title_are_both_behind_it(apart):
    alike = apart.only(apart.papers["paper_id"][:2])
    alike = replace(alike, papers=alike.papers.assign(title="Editorial"))
    table = charts.compare_shares(alike.compare(apart.only(apart.papers["paper_id"][40:44]), names=("a", "b")))
    assert "paper=p0&amp;paper=p1" in table.to_html()


def test_doubt_about_labels_adds_up_whatever_the_order_of_papers(readings):
    """Two sides are read by themselves: what is drawn for one says nothing of what is drawn for the other.

    Both have 40 papers, half of each sense, read by a reader who errs in four of ten. Where the papers stand in one
    order, and where they stand in two, the doubt is the same.
    """
    order = ["a", "b"]
    held = [(label, read) for label in order for read in order for _ in range(6 if label == read else 4)]
    errs = make_confusion([(f"h{i}", *pair) for i, pair in enumerate(held)], order, times=10)
    own = [order[i % 2] for i in range(40)]
    one, two = (readings(*[(f"{side}{i}", sense) for i, sense in enumerate(own)]) for side in "pq")
    turned = readings(*[(f"q{i}", sense) for i, sense in reversed(list(enumerate(own)))])
    found = [compare_shares(one, other, order, confusion=errs).iloc[0] for other in (two, turned)]
    same, apart = (row["high"] - row["low"] for row in found)
    assert same == pytest.approx(apart, rel=0.15)


def test_names_of_sides():
    assert side_names("acl/papers.bib", "iclr.jsonl.gz") == ("papers", "iclr")
    assert side_names("acl/papers.bib", "iclr/papers.bib") == ("acl/papers.bib", "iclr/papers.bib")
    assert side_names("data/20*.bib", "all/") == ("20*.bib", "all")


@pytest.mark.parametrize(
    ("sources", "studies", "by", "says"),
    [
        (["a"], [False], None, "two collections, not 1"),
        (["a", "a"], [False, False], None, "the same"),
        (["a", "b"], [True, False], None, "a study and a source"),
        (["a"], [False], ["venue", "X", "X"], "the same"),
        (["a", "b"], [True, True], ["venue", "X", "Y"], "one collection"),
        ([], [], ["colour", "X", "Y"], "year, venue, subject"),
        ([], [], ["year", "2020", "soon"], "'soon'"),
    ],
)
def test_no_division(sources, studies, by, says):
    with pytest.raises(BadInput, match=says):
        check_division(sources, studies, by)


def test_divisions():
    check_division(["a", "b"], [False, False], None)
    check_division(["a", "b"], [True, True], None)
    check_division([], [], ["year", "2018-2020", "2021-"])
    check_division(["a", "b", "c"], [False] * 3, ["venue", "X", "Y"])
