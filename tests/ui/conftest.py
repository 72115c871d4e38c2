"""Pages are asked for with their static files."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(autouse=True, scope="session")
def static_root() -> None:
    """The server of static files wants its directory to exist, be it empty."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
