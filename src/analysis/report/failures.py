"""Cells that failed: which they were, and the log that keeps their traces, which no page and no terminal shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from analysis.common.errors import ISSUES, Incomplete
from analysis.common.tables import replacing

if TYPE_CHECKING:
    from nbformat import NotebookNode

MEANT = "raises-exception"  # nbclient's tag of cells that show an error


class Failure(NamedTuple):
    """A cell that failed: ``notebook, cell N`` as ``place``, the ``error`` in one line, and its ``trace``."""

    place: str
    error: str
    trace: str


def failures_of(nodes: Sequence[NotebookNode], paths: Sequence[Path]) -> Iterator[Failure]:
    """The failures in executed notebooks, in order; cells are counted from 1, text cells among them."""
    from nbconvert.filters import strip_ansi

    for node, path in zip(nodes, paths, strict=True):
        for number, cell in enumerate(node.cells, 1):
            for output in cell.get("outputs", ()):
                if output.output_type == "error" and MEANT not in cell.metadata.get("tags", ()):
                    trace = strip_ansi("\n".join(output.traceback))
                    error = f"{output.ename}: {first_line(output.evalue)}"
                    yield Failure(f"{path.name}, cell {number}", error, trace)


def raise_failures(failures: Sequence[Failure], log: Path, index: Path) -> None:
    """Keep the traces in ``log`` and raise ``Incomplete``; without failures, remove what an earlier report left there.

    ``index`` is the page that was written all the same.
    """
    if not failures:
        log.unlink(missing_ok=True)
        return
    with replacing(log) as temporary:
        temporary.write_text("\n\n".join(f"{f.place}: {f.error}\n{f.trace}" for f in failures) + "\n", "utf-8")
    more = f" and {len(failures) - 1:,} more" if len(failures) > 1 else ""
    raise Incomplete(
        f"{index} is written, but a part of it failed: {failures[0].place}: {failures[0].error}{more}; "
        f"if the notebook is ours, please report it at {ISSUES} with {log}"
    )


def first_line(message: object) -> str:
    """The first line of a message, for where there is room for one."""
    return (str(message).strip().splitlines() or ["no message"])[0]
