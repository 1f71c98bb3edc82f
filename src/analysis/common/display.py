"""Whether what is shown goes into a report's page, where the pages that its numbers lead to are beside it."""

from __future__ import annotations

import os

IN_REPORT = "BIAS_SENSES_REPORT"  # set in the kernels in which a report executes its notebooks


def in_report() -> bool:
    """Whether this is the kernel of a report."""
    return bool(os.environ.get(IN_REPORT))


def as_it_is(html: str) -> str:
    """The display of whatever has no study to look its numbers up in."""
    return html
