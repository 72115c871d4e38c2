"""The search for cycles is resumed, however a reading ends."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from beffroi.returns.reading import UnreadableFile, read_return
from beffroi.returns.reading.collecting import cycles_left_alone
from tests.returns.reading.rounds import return_path


def test_resumed_after_a_reading() -> None:
    read_return(return_path(2023, "mel.xlsx"))
    assert gc.isenabled()


def test_resumed_after_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        read_return(tmp_path / "absent.xlsx")
    assert gc.isenabled()


def test_left_as_it_was() -> None:
    gc.disable()
    try:
        with cycles_left_alone():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
