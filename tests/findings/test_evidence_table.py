"""The evidence table: what stands in each cell, and that it stands in the paper."""

import pandas as pd
import pytest
from evidence_tables import FAIR, ORDER, PROBLEM, RESULT, Paper, fair_tables, tables
from hypothesis import given
from hypothesis import strategies as st

from analysis.common.names import family_name
from analysis.common.tables import SCHEMAS
from analysis.findings.citation import citations
from analysis.findings.evidence_table import EMPTY, LISTS, SINGLES, evidence


def row_of(found, sense="social", **options):
    table = evidence(**found, order=ORDER, **options)
    return table[table["sense"] == sense].iloc[0]


def words_at(row, place):
    field, _, span = place.partition(":")
    start, _, end = span.partition("-")
    return FAIR.texts[field][int(start) : int(end)]


def assert_verbatim(table, texts):
    """Every cell is cut from the paper: ``texts`` has title and abstract by paper_id."""
    for row in table.to_dict("records"):
        for column in (*SINGLES, *LISTS):
            items = row[column] if column in LISTS else [row[column]] if row[column] else []
            assert len(row[f"{column}_at"]) == len(items), (column, row)
            for item, place in zip(items, row[f"{column}_at"], strict=True):
                field, _, span = place.partition(":")
                start, _, end = map(str, span.partition("-"))
                assert item == texts[row["paper_id"]][field][int(start) : int(end)] != "", (column, place)
        assert len(row["mentions_at"]) == row["mentions"] > 0
        assert len(row["stance_at"]) == bool(row["stance"])


def test_a_row_holds_what_the_abstract_says():
    row = row_of(fair_tables())
    assert row["citation"] == "Luo et al. 2024"
    assert row["title"] == "FairTune: Less Bias"
    assert (row["confidence"], row["mentions"], row["unsure"]) == (0.95, 3, False)
    assert row["kinds"] == ["gender bias"]
    assert row["kinds_name"] == ["gender"]
    assert row["stance"] == "mitigate"
    assert row["has_it"] == ["language models"]
    assert row["has_it_kind"] == ["model"]
    assert row["problem"] == PROBLEM
    assert row["own"] == "FairTune"
    assert row["methods"] == row["methods_name"] == ["BERT"]  # language models are everybody's
    assert row["materials"] == ["WinoBias"]
    assert row["metrics"] == ["accuracy", "F1 score"]
    assert row["result"] == RESULT
    assert row["quantities"] == ["12%", "3.5 points", "0.81"]
    assert row["links"] == row["urls"] == ["https://example.org/fairtune"]
    assert (row["corrected"], row["keep"]) == ([], True)


def test_each_cell_says_where_it_stands():
    row = row_of(fair_tables())
    assert row["own_at"] == ["title:0-8"]
    assert row["quantities_at"] == [f"abstract:{i}-{i + n}" for i, n in ((180, 3), (200, 10), (235, 4))]
    assert [words_at(row, place) for place in row["mentions_at"]] == ["Bias", "bias", "bias"]
    assert_verbatim(evidence(**fair_tables(), order=ORDER), {FAIR.about["paper_id"]: FAIR.texts})


def test_a_sense_without_words_of_its_own_is_unsure_and_takes_what_the_paper_has():
    row = row_of(fair_tables(), "inductive")
    assert (row["unsure"], row["stance"], row["kinds"], row["has_it"]) == (True, "exploit", [], [])
    assert row["problem"] == PROBLEM  # speaks of something amiss
    assert row["result"] == RESULT  # no result sentence has this sense: the first with a number
    assert row["own"] == "FairTune"


@pytest.mark.parametrize(
    ("table", "gone", "empty"),
    [
        ("sentences", {"role": "background"}, ["problem"]),
        ("sentences", {"role": "result"}, ["result"]),
        ("quantities", {"kind": "result"}, ["quantities"]),
        ("quantities", {"kind": "link"}, ["links"]),
        ("own_work", {"surface": "FairTune"}, ["own"]),
        ("kinds", {"sense": "social"}, ["kinds", "has_it"]),
    ],
)
def test_without_what_supports_it_a_cell_is_empty(table, gone, empty):
    found = fair_tables()
    ((column, value),) = gone.items()
    found[table] = found[table][found[table][column] != value]
    row, whole = row_of(found), row_of(fair_tables())
    for cell in (*SINGLES, *LISTS):
        assert bool(len(row[cell])) is (cell not in empty), cell
        assert len(whole[cell])
    assert set(EMPTY) >= {*SINGLES, *LISTS, "stance"}


def test_deleting_the_sentence_from_the_abstract_empties_its_cells():
    """All that was found in the sentence goes with it; what stands behind it moves up."""

    def without(words):
        text = FAIR.texts["abstract"]
        start = text.index(words)
        end = start + len(words)
        shorter = Paper("2502.10010", FAIR.texts["title"], text[:start] + text[end:], ["Yun Luo"], 2024)
        found = fair_tables()
        for name, table in found.items():
            inside = (table["field"] == "abstract") & (table["start"] < end) & (table["end"] > start)
            behind = (table["field"] == "abstract") & (table["start"] >= end)
            moved = table.assign(**{c: table[c] - len(words) * behind for c in ("start", "end")})
            found[name] = moved[~inside]
        found["readings"] = found["readings"].assign(abstract=shorter.texts["abstract"])
        table = evidence(**found, order=ORDER)
        assert_verbatim(table, {"2502.10010": shorter.texts})
        return table[table["sense"] == "social"].iloc[0]

    assert without(PROBLEM)["problem"] == ""
    row = without(RESULT)
    assert (row["result"], row["quantities"]) == ("The F1 score is 0.81.", ["0.81"])
    row = without(RESULT + " The F1 score is 0.81.")
    assert (row["result"], row["quantities"], row["metrics"]) == ("", [], [])


def test_a_result_with_the_sense_and_a_number_goes_before_one_with_either():
    paper = Paper("p", "T", "It is 5 times as fast. Social bias falls. Social bias falls by half. Data bias is 2%.")
    results = ["It is 5 times as fast.", "Social bias falls.", "Social bias falls by half.", "Data bias is 2%."]

    def result(*numbers):
        found = tables(
            [paper.mention("Social bias falls.", "social"), paper.mention("Social bias falls by", "social")],
            [paper.sentence(s, "result", 0.9 - i / 10) for i, s in enumerate(results)],
            quantities=[paper.quantity(n) for n in numbers],
        )
        return row_of(found)["result"]

    assert result("5 times", "half", "2%") == results[2]
    assert result("5 times", "2%") == results[1]  # the sense without a number before a number without the sense


def test_the_problem_is_the_sentence_that_comes_nearest_to_one():
    paper = Paper("p", "T", "However, it is slow. Social bias is known. Social bias remains. We fight a social bias.")
    roles = {"However, it is slow.": "background", "Social bias is known.": "background",
             "Social bias remains.": "objective", "We fight a social bias.": "objective"}  # fmt: skip
    best = ["Social bias remains.", "However, it is slow.", ""]  # what is only known, or done by authors, is none
    while best:
        found = tables(
            [paper.mention(s, "social") for s in ("Social bias is", "Social bias r", "a social bias")],
            [paper.sentence(s, role) for s, role in roles.items()],
        )
        assert row_of(found)["problem"] == best[0]
        roles.pop(best.pop(0), None)


def test_rows_go_by_sense_then_by_confidence_then_by_paper():
    papers = [Paper(i, f"A bias of {i}") for i in "abcd"]
    found = tables(
        [
            papers[0].mention("A bias", "data", 0.9),
            papers[1].mention("A bias", "social", 0.6),
            papers[2].mention("A bias", "social", 0.8),
            papers[3].mention("A bias", "social", 0.8),
            {**papers[0].mention("A bias", "unclear", 0.9), "start": 0, "end": 1},
        ]
    )
    table = evidence(**found, order=ORDER)
    assert list(zip(table["sense"], table["paper_id"], strict=True)) == [
        ("social", "c"), ("social", "d"), ("social", "b"), ("data", "a"),
    ]  # fmt: skip
    assert table["citation"].tolist() == ["A bias of c", "A bias of d", "A bias of b", "A bias of a"]


def test_papers_of_titles_and_no_papers_at_all():
    bare = Paper("1", "Bias")
    row = row_of(tables([bare.mention("Bias", "social")]))
    assert all(not len(row[cell]) for cell in (*SINGLES, *LISTS))
    empty = evidence(**{k: t.iloc[:0] for k, t in fair_tables().items()}, order=ORDER)
    assert list(empty.columns) == list(SCHEMAS["evidence"])
    assert empty.empty


def test_citations():
    named = citations(
        {
            "1": (["Yun Luo", "A B", "C D"], 2024, "T"), "2": (["Luo, Yun", "B", "C"], 2024, "U"),
            "3": (["Ann Ames", "Bo Berg"], 2020, ""), "4": (["Ann Ames"], None, "A title of 2020"),
            "5": ([], 2020, "A title of 2020"), "6": ([], None, ""), "7": (["Solo"], 1999, "x"),
            "8": ([], None, "word " * 30),
        }
    )  # fmt: skip
    assert named == {
        "1": "Luo et al. 2024a", "2": "Luo et al. 2024b", "3": "Ames and Berg 2020", "4": "A title of 2020",
        "5": "A title of 2020", "6": "6", "7": "Solo 1999",
        "8": f"{'word ' * 11}word\u2026",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("author", "family"),
    [
        ("Ann Doe", "Doe"), ("Doe, Ann", "Doe"), ("Doe A", "Doe"), ("Doe AB", "Doe"),
        ("van der Doe, Ann", "van der Doe"),
        ("Ann van der Doe", "van der Doe"), ("A. B. Doe", "Doe"), ("Martin Luther King Jr.", "King"),
        ("OpenAI", "OpenAI"),
        ("Van Doe", "Doe"), ("Ann M. Doe", "Doe"), ("", ""), ("Li X", "Li"), ("X Li", "Li"),
    ],
)  # fmt: skip
def test_family_names(author, family):
    assert family_name(author) == family


TEXT = st.text(st.sampled_from("ab \n;|é\U0001f600."), min_size=1, max_size=60)


@st.composite
def any_tables(draw):
    """Spans anywhere in any text."""
    title, abstract = draw(TEXT), draw(TEXT | st.just(""))
    texts = {"title": title, "abstract": abstract}

    def span():
        field = draw(st.sampled_from([f for f in texts if texts[f]]))
        start = draw(st.integers(0, len(texts[field]) - 1))
        end = draw(st.integers(start + 1, len(texts[field])))
        return {"paper_id": "p", "field": field, "start": start, "end": end, "surface": texts[field][start:end]}

    def spans(**choices):
        return [{**span(), **{k: draw(v) for k, v in choices.items()}} for _ in range(draw(st.integers(0, 4)))]

    names, unit = st.sampled_from(["x", "y"]), st.sampled_from([0.2, 0.9])
    about = {"title": title, "abstract": abstract, "authors": [], "year": None}
    mentions = [
        {**about, **m}
        for m in [*spans(sense=st.sampled_from(ORDER), confidence=unit, stance=st.sampled_from(["", "mitigate"])),
                  {**span(), "sense": "social"}]
    ]  # fmt: skip
    kinds = spans(sense=st.sampled_from(ORDER), kind=names, has_it=names)
    for row in kinds:
        row |= {"bearer_start": row["start"], "bearer_end": draw(st.sampled_from([row["end"], -1]))}
    found = tables(
        mentions,
        spans(role=st.sampled_from(["background", "objective", "method", "result", "other"]), confidence=unit),
        spans(kind=st.sampled_from(["task", "method", "material", "metric", "other"]), name=names),
        spans(kind=st.sampled_from(["result", "scope", "setting", "link"]), url=names),
        kinds,
        spans(),
    )
    return found, texts


@given(any_tables())
def test_every_cell_is_cut_from_the_paper_wherever_the_spans_are(drawn):
    found, texts = drawn
    table = evidence(**found, order=ORDER)
    assert_verbatim(table, {"p": texts})
    read = found["readings"]
    assert set(table["sense"]) == set(read["sense"]) - {"unclear"}
    assert table["mentions"].sum() == (read["sense"] != "unclear").sum()
    own = found["own_work"]["surface"].tolist()
    assert not any(name == item for name in own for cell in table["methods"] for item in cell)


def test_rows_of_tables_in_any_order_make_the_same_evidence():
    found = fair_tables()
    turned = {name: table.iloc[::-1] for name, table in found.items()}
    pd.testing.assert_frame_equal(evidence(**turned, order=ORDER), evidence(**found, order=ORDER))
