"""Python's collector of cycles, while a large workbook is read, or its lines matched."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def cycles_left_alone() -> Iterator[None]:
    """Do not search for cycles meanwhile: a million objects are made, and none among them.

    The search starts over each time objects have grown by a quarter, and takes a third of the
    reading, half of the matching. It is the whole process's, so it is resumed however either ends;
    where they overlap, the first to end resumes it for all.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
