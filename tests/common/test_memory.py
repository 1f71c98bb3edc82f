"""Memory is given back where the C library can be asked, and nothing happens where it cannot."""

from __future__ import annotations

import ctypes
from types import SimpleNamespace

import pytest

from analysis.common.memory import give_back


def test_the_c_library_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace(malloc_trim=asked.append))
    give_back()
    assert asked == [0]


@pytest.mark.parametrize("library", [lambda name: SimpleNamespace(), lambda name: open(name)], ids=["other", "none"])
def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch, library: object) -> None:
    monkeypatch.setattr(ctypes, "CDLL", library)
    give_back()
