"""What every test may count on: real PostgreSQL, the application's own role."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.utils.translation import override

from beffroi.server.migrating import owner_connection
from beffroi.server.roles import APPLICATION, grant_application_rights
from tests.cluster import OWNER, as_administrator, copy_database


def _connect_as(role: str, base: str | None = None) -> None:
    connections.close_all()
    connection.settings_dict["USER"] = role
    if base:
        connection.settings_dict["NAME"] = base


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Tests run as the application's role, which owns nothing; the owner cleans up."""
    with django_db_blocker.unblock():
        with owner_connection() as owner:
            grant_application_rights(owner)
        _connect_as(APPLICATION)
    yield
    with django_db_blocker.unblock():
        _connect_as(OWNER)
    # A browser's last request may still hold a connection: it must not keep the database alive.
    name = connection.settings_dict["NAME"]
    as_administrator(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    as_administrator(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    )


@pytest.fixture(autouse=True, scope="session")
def static_root() -> None:
    """The server of static files wants its directory to exist, be it empty."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def french() -> Iterator[None]:
    """The language a page was read in is forgotten before and after."""
    with override("fr"):
        yield


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A database of the test's own, for real parallel transactions; dropped afterwards."""
    template = connection.settings_dict["NAME"]
    name = f"{template}_own"
    with django_db_blocker.unblock():
        connections.close_all()
        copy_database(template, name)
        _connect_as(APPLICATION, name)
        yield name
        _connect_as(APPLICATION, template)
        as_administrator(f"DROP DATABASE {name} WITH (FORCE)")
