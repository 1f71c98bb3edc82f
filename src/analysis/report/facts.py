"""The title block: what was read, when, by which versions, with which seed; enough to make the report again."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from analysis import __version__
from analysis.errors import BadInput

if TYPE_CHECKING:
    from analysis.study import Study

Facts = tuple[tuple[str, str], ...]


def report_date(manifest: Mapping[str, Any]) -> str:
    """ISO date of a report: SOURCE_DATE_EPOCH if set, else the manifest's; "" if neither is there."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch:
        if not epoch.isdigit():
            raise BadInput(f"SOURCE_DATE_EPOCH is {epoch!r}; it must be a whole number of seconds since 1970")
        return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
    return str(manifest.get("created") or "")[:10]


def title_block(study: Study) -> Facts:
    """What a reader needs at a glance: (label, value) pairs."""
    manifest = study.manifest
    sources = [_base(entry["source"]) for entry in manifest.get("inputs", ())]
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
            ("Made with", f"bias-senses {__version__}, seed {manifest.get('seed', 0)}"),
        )
        if value
    )


def provenance(study: Study) -> Facts:
    """What it takes to make the report again: versions, hashes of the inputs, parameters; (label, value) pairs."""
    manifest = study.manifest
    inputs = "\n".join(f"{_base(e['source'])}  sha256 {e['sha256']}" for e in manifest.get("inputs", ()))
    rows = (
        ("Inputs", inputs),
        ("Parameters", _pairs(manifest.get("parameters", {}))),
        ("Versions", _pairs(manifest.get("versions", {}))),
        ("Encoder", _text(manifest.get("encoder", ""))),
        ("Encoder in context", _text(manifest.get("reader", ""))),
        ("Grammar", _text(manifest.get("grammar", ""))),
        ("Topic model", _text(manifest.get("rung", ""))),
    )
    return tuple((label, value) for label, value in rows if value)


def _pairs(values: Mapping[str, Any]) -> str:
    return "\n".join(f"{name}: {_text(value)}" for name, value in sorted(values.items()))


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} {_text(v)}" for k, v in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(map(_text, value)) or "none"
    return "none" if value is None else str(value)


def _base(source: str) -> str:
    """The file's name: where it lay on the machine that made the report is nobody's business."""
    return str(source).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
