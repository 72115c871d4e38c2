"""What the tests of the bench share."""

from __future__ import annotations

import pytest

from tests.cluster import OWNER, as_administrator


@pytest.fixture
def db(own_database: str) -> None:
    """A database of the test's own, where the owner may make schemas, as on an instance."""
    as_administrator(f"ALTER DATABASE {own_database} OWNER TO {OWNER}")
