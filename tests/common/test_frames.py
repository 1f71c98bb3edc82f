"""An Arrow table or a polars frame is as good as a DataFrame, and what comes back is pandas."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow
import pytest

import analysis
from analysis import (
    collection,
    find_entities,
    find_mentions,
    find_quantities,
    load_papers,
    read_sentences,
    read_table,
    write_table,
)
from analysis.collection import difference, export_papers, filter_papers, union
from analysis.common.tables import as_frame, make_table

ROWS = [
    {
        "paper_id": "2502.10010", "title": "The bias of trees", "abstract": "We cut gender bias by 12%. It works.",
        "authors": ["Doe, Ann", "Roe, R."], "year": 2025, "language": "en", "source": "x.bib",
    },
    {"paper_id": "b", "title": "No year", "abstract": "", "authors": [], "year": None, "source": "x.bib"},
]  # fmt: skip
PAPERS = make_table("papers", ROWS)


def arrow(frame: pd.DataFrame) -> pyarrow.Table:
    return pyarrow.Table.from_pandas(frame, preserve_index=False)


def of_polars(frame: pd.DataFrame) -> object:
    polars = pytest.importorskip("polars")
    return polars.from_arrow(arrow(frame))


class Stream:
    """Nothing but the Arrow PyCapsule interface, with the types that polars has: views of texts, and large lists."""

    def __init__(self, frame: pd.DataFrame) -> None:
        table = arrow(frame)
        types = {"string": pyarrow.string_view(), "large_string": pyarrow.string_view()}
        types["list<element: string>"] = types["list<item: string>"] = pyarrow.large_list(pyarrow.large_string())
        fields = [field.with_type(types.get(str(field.type), field.type)) for field in table.schema]
        # Built, not cast: a view that older versions of Arrow cast from text crashes where a stream of it is read.
        self.table = pyarrow.Table.from_pylist(table.to_pylist(), schema=pyarrow.schema(fields))

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


KINDS = pytest.mark.parametrize("foreign", [arrow, of_polars, Stream, lambda frame: arrow(frame).to_reader()])


def test_every_verb_that_takes_a_frame_takes_others() -> None:
    verbs = {getattr(home, name) for home in (analysis, collection) for name in home.__all__}
    with_frames = [
        verb for verb in verbs if inspect.isfunction(verb)
        and re.search("DataFrame|Papers", str([p.annotation for p in inspect.signature(verb).parameters.values()]))
    ]  # fmt: skip
    assert len(with_frames) > 15
    assert [verb.__name__ for verb in with_frames if not hasattr(verb, "__wrapped__")] == []


@KINDS
def test_a_foreign_table_keeps_ids_lists_and_missing_years(foreign) -> None:
    frame = as_frame(foreign(PAPERS))
    assert isinstance(frame, pd.DataFrame)
    assert frame["paper_id"].tolist() == ["2502.10010", "b"]
    assert frame["authors"].tolist() == [["Doe, Ann", "Roe, R."], []]
    assert (frame["year"][0], frame["year"].isna().tolist()) == (2025, [False, True])
    assert str(frame["title"].dtype) == "str"
    pd.testing.assert_frame_equal(make_table("papers", frame), PAPERS)


def test_categories_and_missing_texts_are_texts_and_nothing_else_is_touched() -> None:
    table = pyarrow.table({"kind": pyarrow.array(["a", None, "a"]).dictionary_encode(), "n": [1.5, None, 2.0]})
    frame = as_frame(table)
    assert frame["kind"].isna().tolist() == [False, True, False] and frame["kind"][2] == "a"
    assert frame["n"].tolist()[::2] == [1.5, 2.0]
    array = np.zeros(2)
    assert as_frame(array) is array and as_frame("bias") == "bias" and as_frame(PAPERS) is PAPERS


@KINDS
@pytest.mark.parametrize("verb", [find_mentions, read_sentences, find_entities, find_quantities])
def test_a_verb_gives_the_same_for_either(foreign, verb) -> None:
    found = verb(foreign(PAPERS))
    assert isinstance(found, pd.DataFrame) and len(found)
    pd.testing.assert_frame_equal(found, verb(PAPERS))


@KINDS
def test_sets_and_files_take_them_too(foreign, tmp_path: Path) -> None:
    assert difference(foreign(PAPERS), foreign(PAPERS.iloc[:1]))["paper_id"].tolist() == ["b"]
    assert filter_papers(foreign(PAPERS), year=2025)["paper_id"].tolist() == ["2502.10010"]
    assert len(union(foreign(PAPERS), PAPERS)) == 2
    write_table(foreign(PAPERS), tmp_path / "papers.csv")
    pd.testing.assert_frame_equal(read_table(tmp_path / "papers.csv", "papers"), PAPERS)
    assert export_papers(papers=foreign(PAPERS), path=tmp_path / "p.ris") == 2
    assert load_papers(tmp_path / "p.ris").papers["paper_id"].tolist() == ["2502.10010", "b"]
