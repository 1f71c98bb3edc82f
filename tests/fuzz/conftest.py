"""Says how many inputs were tried, at the end of a run."""

from __future__ import annotations

import sys
from collections import Counter

import pytest

if sys.platform == "win32":  # has neither the clock nor the count of memory that bound an input
    collect_ignore_glob = ["*"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Only `make fuzz` shows it, which names this folder."""
    tried: Counter[str] = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, value in report.user_properties:
                if name == "inputs" and report.when == "call":
                    tried[outcome] += value
    if tried:
        terminalreporter.write_line(
            f"{sum(tried.values()):,} inputs tried, {tried['failed']:,} of them in failed tests"
        )
