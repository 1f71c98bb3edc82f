"""Without the package of an extra, one line says what needs it and how to add it."""

import sys

import pandas as pd
import pytest

from analysis import BadInput
from analysis.common.extras import extra
from analysis.common.tables import write_table


def test_what_is_missing_is_named_with_the_extra_that_brings_it():
    said = r"^the map needs absent_map, .*pip install 'bias-senses\[lab\]'"
    with pytest.raises(BadInput, match=said), extra("lab", "the map"):
        import absent_map  # noqa: F401


def test_a_word_document_without_its_package_is_refused_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(BadInput, match=r"mine\.docx: a Word document needs docx.*\[docx\]") as refused:
        write_table(pd.DataFrame({"title": ["On bias"]}), tmp_path / "mine.docx")
    assert "\n" not in str(refused.value)
