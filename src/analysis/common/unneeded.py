"""Packages that others import where they are installed, and that no command needs: importing them takes long."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

UNNEEDED = (
    "plotly",  # for charts of BERTopic's own, which import UMAP and numba, too; we draw others
    "rfc3987_syntax",  # for jsonschema to check addresses; it compiles 38 grammars, and notebooks have no such field
)


@contextmanager
def left_out() -> Iterator[None]:
    """Within the block these packages count as not installed, unless they are imported already.

    It is for a process of our own: in a session of the user's, BERTopic would go without its charts.
    """
    absent = [name for name in UNNEEDED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None is how Python marks what is not there
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
