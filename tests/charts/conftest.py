"""A small collection in three senses over three years, enough for every chart."""

from __future__ import annotations

import pandas as pd
import pytest
from small_readings import make_readings

HOSTILE = '<script>alert(1)</script> & "x" $\\frac{a}$'
WORDS = ("groups", "architectures", "things")


@pytest.fixture(scope="session")
def table() -> pd.DataFrame:
    """30 papers, two mentions each; titles, venues, topics and modifiers try to break out of the page."""
    senses, stances = ("social", "inductive", "unclear"), ("measure", "exploit", "mention")
    return make_readings(
        [
            {
                "paper_id": f"p{i}", "sense": senses[(i + j * (i % 4 == 0)) % 3], "stance": stances[i % 3],
                "year": 2020 + i % 3, "venue": HOSTILE if i % 2 else "Venue", "title": HOSTILE, "modifier": HOSTILE,
                "head": "term", "verb": "reduce", "topic": i % 4, "topic_label": HOSTILE, "url": "javascript:alert(1)",
                "sentence": f"{HOSTILE} social bias of {WORDS[i % 3]}", "sentence_start": 0, "start": len(HOSTILE) + 8,
                "end": len(HOSTILE) + 12, "field": "abstract" if j else "title",
                "abstract": f"{HOSTILE} social bias of {WORDS[i % 3]}", "runner_up": "data",
            }
            for i in range(30)
            for j in range(2)
        ]
    )  # fmt: skip


@pytest.fixture
def readings_over_years() -> pd.DataFrame:
    """One paper of 2019, twelve each of 2024 and 2025."""
    years = [2019, *[2024] * 12, *[2025] * 12]
    return make_readings([{"paper_id": f"p{i}", "sense": "social", "year": year} for i, year in enumerate(years)])
