"""Who opens the pages of a small world."""

from __future__ import annotations

import pytest
from django.test import Client

from beffroi.accounts.models import User
from beffroi.contracts.models import Access
from tests.worlds import World


@pytest.fixture
def client(world: World) -> Client:
    """Somebody who reads the world's contract, and no other."""
    user = User.objects.create_user("lecteur@exemple.fr", "x" * 12, full_name="Lecteur")
    Access.objects.create(contract=world.contract, user=user, level="reader")
    client = Client()
    client.force_login(user)
    return client
