"""How deep JSON may be nested: whatever follows a value into its depths ends there and nowhere else."""

from __future__ import annotations

from typing import Any

DEEPEST = 50  # no service nests its records as deep as ten


def too_deep(value: Any) -> bool:
    """Whether lists and objects lie in one another more than ``DEEPEST`` deep."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ())
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


def read_json(text: str | bytes) -> Any:
    """The value of a JSON text. Raises ``ValueError`` for what is none, or is nested too deep."""
    import orjson

    value = orjson.loads(text)
    if too_deep(value):
        raise ValueError(f"nested more than {DEEPEST} deep")
    return value
