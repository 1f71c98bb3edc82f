"""The line under the title, and the details at the end: what was read, when, by which versions, with which seed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analysis import __version__
from analysis.common.dates import pinned_date
from analysis.common.wording import count_of

if TYPE_CHECKING:
    from analysis.study.study import Study

Facts = tuple[tuple[str, str], ...]


def report_date(manifest: Mapping[str, Any]) -> str:
    """ISO date of a report: SOURCE_DATE_EPOCH if set, else the manifest's; "" if neither is there."""
    return pinned_date() or str(manifest.get("created") or "")[:10]


def title_line(study: Study) -> str:
    """What a reader needs at a glance: how many papers, the term, the date."""
    parts = [count_of(len(study.papers), "paper"), f"\u201c{study.term}\u201d", report_date(study.manifest)]
    return " \u00b7 ".join(part for part in parts if part)


def details(study: Study) -> Facts:
    """What was read, and by what: (label, value) pairs."""
    manifest = study.manifest
    sources = [_base(entry["source"]) for entry in manifest["inputs"]]
    shown = sources if len(sources) <= 4 else [*sources[:3], f"and {len(sources) - 3} more"]
    with_mention = study.mentions["paper_id"].nunique()
    return tuple(
        (label, value)
        for label, value in (
            ("Collection", ", ".join(shown)),
            ("Papers", f"{len(study.papers):,}, of which {with_mention:,} use the term"),
            ("Term", study.term),
            ("Mentions", f"{len(study.mentions):,}"),
            ("Date", report_date(manifest)),
            ("Made with", f"bias-senses {__version__}, seed {manifest['seed']}"),
        )
        if value
    )


def provenance(study: Study) -> Facts:
    """What it takes to make the report again: versions, hashes of the inputs, parameters; (label, value) pairs."""
    manifest = study.manifest
    inputs = "\n".join(f"{_base(e['source'])}  sha256 {e['sha256']}" for e in manifest["inputs"])
    rows = (
        ("Inputs", inputs),
        ("Parameters", _lines(_parameters(manifest))),
        ("Versions", _lines(manifest["versions"])),
        ("Encoder", manifest["encoder"]),
        ("Encoder in context", manifest["reader"]),
        ("Grammar", manifest["grammar"]),
        ("Topic model", manifest["rung"]),
    )
    return tuple((label, value) for label, value in rows if value)


def _parameters(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What the study was made with besides its sources and its term; files by name or hash."""
    columns = ", ".join(f"{column} = {field}" for column, field in manifest.get("mapping", {}).items())
    return {
        "also": ", ".join(manifest["also"]) or "none",
        "columns": columns or "as named",
        "duplicates": "left apart" if manifest.get("keep_duplicates") else "merged",  # older studies do not say
        "evidence": f"corrected by sha256 {manifest['evidence']}" if manifest["evidence"] else "as read",
        "inventory": _base(manifest["inventory"]),
        "labels": f"sha256 {manifest['labels']}" if manifest["labels"] else "none",
        "reviews": f"sha256 {manifest['reviews']}" if manifest["reviews"] else "none",
        "seed": manifest["seed"],
    }


def _lines(values: Mapping[str, Any]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in sorted(values.items()))


def _base(source: str) -> str:
    """The file's name: where it lay on the machine that made the report is nobody's business."""
    return str(source).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
