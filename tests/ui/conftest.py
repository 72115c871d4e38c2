"""Pages are asked for in French, with their static files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override


@pytest.fixture(autouse=True, scope="session")
def static_root() -> None:
    """The server of static files wants its directory to exist, be it empty."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def french() -> Iterator[None]:
    """The language a page was read in is forgotten before and after."""
    with override("fr"):
        yield
