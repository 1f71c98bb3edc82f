"""Literal readings, small enough to count by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from small_readings import make_readings


@pytest.fixture
def readings() -> Callable[..., pd.DataFrame]:
    """``readings(("a", "social"), ("a", "data"), ...)``: one row a mention, as (paper_id, sense) or a mapping."""

    def build(*rows: tuple[str, str] | dict[str, Any]) -> pd.DataFrame:
        return make_readings([r if isinstance(r, dict) else {"paper_id": r[0], "sense": r[1]} for r in rows])

    return build
