"""What the ledger's tests share."""

from __future__ import annotations

import pytest


@pytest.fixture
def db(own_database: str) -> None:
    """A database of the test's own: pytest-django's would put all of it in one transaction."""
