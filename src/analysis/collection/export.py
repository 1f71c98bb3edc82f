"""Papers and what was found in them, back to where researchers keep their papers."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from analysis.collection.bibliography import ENDINGS as LISTS
from analysis.collection.bibliography import STYLES, check_style, write_references
from analysis.collection.retracted import retractions
from analysis.collection.writers import ENDINGS, WRITERS
from analysis.collection.writers.base import Row, rows_of
from analysis.common.errors import BadInput
from analysis.common.tables import ENDINGS as TABLES
from analysis.common.tables import check_ending, check_table, make_table, replacing, takes_frames, write_table

if TYPE_CHECKING:
    import pandas as pd

FORMATS = (*(ending[1:] for ending in TABLES), *WRITERS, *STYLES)


@takes_frames
def export_papers(
    papers: pd.DataFrame,
    path: str | os.PathLike[str],
    *,
    format: str | None = None,
    mentions: pd.DataFrame | None = None,
    senses: pd.DataFrame | None = None,
    sense: str | None = None,
    keywords: bool = True,
    term: str = "bias",
) -> int:
    """Write papers for a reference manager, as a table or as a reference list; returns how many.

    ``format`` is one of ``FORMATS``, by default that of the path's ending: .ris, .bib, .json, or a table's. A reference
    list (apa, ieee, vancouver) is .md, .txt or .docx by its path's ending, and has no keywords.
    With ``senses`` (the senses table) each paper gets keywords such as "bias: inductive" and "bias stance: mitigate"
    unless ``keywords`` is false; ``sense`` keeps only papers with a mention in that sense. Mentions on which the
    classifier abstained count for neither. ``mentions`` says whose the mentions are where their ids do not. A retracted
    paper gets the keyword "retracted". RIS, BibTeX and CSL JSON carry a note by which ``load_papers`` finds back to all
    columns, the keywords without these additions among them.
    Raises ``BadInput`` for an unknown format or sense, or a place that cannot be written.
    """
    check_table(papers, "papers")
    path = Path(path)
    format = format or _format_of(path)  # noqa: A001
    check_format(format, path)
    if sense is not None and senses is None:
        raise BadInput(f"sense {sense!r}: papers can be chosen by sense only where the senses table is given")
    chosen = make_table("papers", papers)
    found = _findings(senses, mentions, term) if senses is not None else {}
    if sense is not None:
        wanted = f"{term}: {sense}"
        known = {tag for tags in found.values() for tag in tags}
        if wanted not in known:
            there = sorted(tag.removeprefix(f"{term}: ") for tag in known if tag.startswith(f"{term}: "))
            raise BadInput(f"no mention has the sense {sense!r}; there are: {', '.join(there) or 'none'}")
        chosen = chosen[[wanted in found.get(i, ()) for i in chosen["paper_id"]]].reset_index(drop=True)
    if format in STYLES:
        return write_references(chosen, path, format)
    marks = retractions(papers)
    tags = [
        (sorted(found.get(i, ())) if keywords else []) + ([marks[i].strip("[]")] if i in marks else [])
        for i in chosen["paper_id"]
    ]
    rows = list(rows_of(chosen, tags))
    if format in WRITERS:
        text = WRITERS[format](rows)
        with replacing(path) as temporary:
            temporary.write_text(text, "utf-8", newline="\n")
    else:
        _write_table(rows, path, format)
    return len(chosen)


def check_format(format: str, path: Path) -> None:
    """Raise ``BadInput`` for an unknown format, or a reference list that cannot be set or not be written so."""
    if format not in FORMATS:
        raise BadInput(f"format {format!r} is none of {', '.join(FORMATS)}")
    if format in STYLES:
        check_style(format)
        check_ending(path, LISTS)


def _format_of(path: Path) -> str:
    ending = path.suffix.lower()
    if ending in ENDINGS:
        return ENDINGS[ending]
    if ending[1:] in FORMATS:
        return ending[1:]
    raise BadInput(f"{path}: cannot tell the format from the ending {ending!r}; give one of {', '.join(FORMATS)}")


def _findings(senses: pd.DataFrame, mentions: pd.DataFrame | None, term: str) -> dict[str, set[str]]:
    """The tags of each paper, by paper_id."""
    check_table(senses, "senses", needs=("mention_id", "sense", "abstained", "stance"))
    home = dict(zip(mentions["mention_id"], mentions["paper_id"], strict=True)) if mentions is not None else {}
    found: dict[str, set[str]] = defaultdict(set)
    columns = (senses[name] for name in ("mention_id", "sense", "abstained", "stance"))
    for mention_id, sense, abstained, stance in zip(*columns, strict=True):
        if abstained:
            continue
        paper_id = home.get(mention_id) or mention_id.rsplit("#", 1)[0]
        found[paper_id] |= {f"{term}: {sense}"} if sense else set()
        found[paper_id] |= {f"{term} stance: {stance}"} if stance else set()
    return found


def _write_table(rows: list[Row], path: Path, format: str) -> None:
    table = make_table("papers", [row | {"keywords": row["shown"]} for row in rows])
    with replacing(path) as temporary, TemporaryDirectory(dir=temporary.parent) as folder:
        named = Path(folder) / f"{path.stem}.{format}"  # the format may not be that of the path's ending
        write_table(table, named)
        os.replace(named, temporary)
