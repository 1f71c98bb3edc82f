"""What loading changes in the interpreter is as it was afterwards."""

from __future__ import annotations

import gc

import pytest

from analysis.collection.bulk import in_bulk


@pytest.mark.parametrize("collecting", [True, False])
def test_the_interpreter_is_as_before_even_after_an_error(collecting: bool) -> None:
    try:
        gc.enable() if collecting else gc.disable()
        with pytest.raises(ValueError, match="bad"), in_bulk():
            assert not gc.isenabled()
            raise ValueError("bad")
        assert gc.isenabled() is collecting
    finally:
        gc.enable()
