"""What the tests of reviews share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.returns.reviews.desk import Desk, make_desk


@pytest.fixture
def desk(db: None, settings, tmp_path: Path) -> Desk:  # type: ignore[no-untyped-def]
    settings.FILES_ROOT = tmp_path / "files"
    return make_desk()
