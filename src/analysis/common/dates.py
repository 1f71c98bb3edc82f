"""The date of what is written: today, or the day that SOURCE_DATE_EPOCH pins so that a run can be repeated."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from analysis.common.errors import BadInput


def pinned_date() -> str:
    """ISO date of SOURCE_DATE_EPOCH, "" if it is not set. Raises ``BadInput`` when it is no number of seconds."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return ""
    if not epoch.isdigit():
        raise BadInput(f"SOURCE_DATE_EPOCH is {epoch!r}; it must be a whole number of seconds since 1970")
    return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()


def today() -> str:
    """ISO date of today (UTC), or the pinned one."""
    return pinned_date() or datetime.now(UTC).date().isoformat()
