"""The demonstration contract in a database of the test's own, where jobs really commit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from beffroi.accounts.models import User
from beffroi.contracts.models import Access, Contract
from beffroi.framework.loading import load_contract_file, load_reference
from beffroi.partners.models import Organisation
from beffroi.server.roles import APPLICATION
from tests.cluster import as_administrator, copy_database
from tests.returns.deliveries.desk import Desk
from tests.returns.reading.rounds import DEMO


@pytest.fixture(scope="session")
def demonstration(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The name of a database with the contract and nothing else, only to be copied."""
    empty = connection.settings_dict["NAME"]
    name = f"{empty}_demo"
    with django_db_blocker.unblock():
        connections.close_all()
        as_administrator(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        copy_database(empty, name)
        connection.settings_dict["NAME"] = name
        load_reference()
        load_contract_file(DEMO / "demo-contract.yaml")
        connections.close_all()
        connection.settings_dict["NAME"] = empty
    yield name
    as_administrator(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def db(demonstration: str, django_db_blocker: Any, settings: Any, tmp_path: Path) -> Iterator[None]:
    """A copy of that database, where transactions really commit; dropped afterwards."""
    assert connection.settings_dict["USER"] == APPLICATION
    settings.FILES_ROOT = tmp_path / "files"
    empty = connection.settings_dict["NAME"]
    name = f"{empty}_desk"
    with django_db_blocker.unblock():
        connections.close_all()
        copy_database(demonstration, name)
        connection.settings_dict["NAME"] = name
        yield
        connections.close_all()
        connection.settings_dict["NAME"] = empty
        as_administrator(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def desk(db: None) -> Desk:
    """Somebody who manages the contract, at their desk, with nothing handed in yet."""
    contract = Contract.objects.get(slug="demo-cper")
    user = User.objects.create_user("equipe@exemple.fr", "x" * 14, full_name="L'équipe")
    Access.objects.create(contract=contract, user=user, level="manager")
    return Desk(contract, user, Organisation.objects.get(slug="cd62"))
