"""What ``bias-senses enrich`` writes: the papers, the origins of what was filled, and a line for a person."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.collection.enrich.fill import enrich_papers, undo
from analysis.collection.enrich.match import LIKENESS
from analysis.collection.enrich.origins import origins_of
from analysis.collection.enrich.services import SERVICES
from analysis.collection.retracted import retractions
from analysis.common.tables import write_table
from analysis.common.wording import count_of

if TYPE_CHECKING:
    import pandas as pd


def write_enriched(
    papers: pd.DataFrame, out: Path, *, services: Sequence[str] | None = None, least: float = LIKENESS
) -> tuple[str, str]:
    """Fill gaps of ``papers`` (see ``enrich_papers``) and write them to ``out``, their origins beside it.

    The answers of services are kept in the folder ``<out>.answers``. Returns a line on what was done, and one on the
    services that failed, "" if none did.
    """
    found = enrich_papers(
        papers, out.with_name(out.stem + ".answers"), services=services or tuple(SERVICES), least=least
    )
    write_table(found.papers, out)
    write_table(found.origins, origins_file(out))
    gone = len(retractions(found.papers))
    retracted = f"; {count_of(gone, 'paper')} retracted" if gone else ""
    failures = "; ".join(f"{name}: {reason}" for name, reason in found.failed.items())
    return (
        f"{found}{retracted}: {out}, with their origins in {origins_file(out).name}",
        f"{failures}; what came is in {out}; run the same command again to go on" if failures else "",
    )


def write_undone(papers: pd.DataFrame, out: Path, wanted: str) -> str:
    """Write ``papers`` without what ``wanted`` filled (see ``undo``), and the origins that are left; says how many."""
    left, emptied = undo(papers, wanted)
    write_table(left, out)
    write_table(origins_of(left), origins_file(out))
    return f"{count_of(emptied, 'cell')} emptied: {out}"


def origins_file(out: Path) -> Path:
    """Where the origins of the papers in ``out`` stand."""
    return out.with_name(out.stem + ".origins.csv")
