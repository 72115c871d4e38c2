"""Accounts: one an address, whatever its capitals."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from beffroi.accounts.actions import choose_language, ensure_user
from beffroi.accounts.models import User

pytestmark = pytest.mark.django_db


def test_an_account_is_made_once() -> None:
    made = ensure_user("Camille@Example.org", "Camille Delattre", "un beffroi de briques")
    again = ensure_user("camille@example.org ", "Autre nom", "autre mot de passe")
    assert again == made
    assert made.email == "camille@example.org"
    assert again.full_name == "Camille Delattre"
    assert again.check_password("un beffroi de briques")


def test_two_accounts_never_share_an_address() -> None:
    ensure_user("camille@example.org", "Camille")
    with pytest.raises(ValidationError, match="déjà celle d'un compte"):
        User.objects.create_user("CAMILLE@example.org")
    with pytest.raises(IntegrityError, match="accounts_user_email_once"), transaction.atomic():
        User.objects.bulk_create([User(email="camille@example.org")])
    with pytest.raises(IntegrityError, match="accounts_user_email_lower"), transaction.atomic():
        User.objects.bulk_create([User(email="CAMILLE@example.org")])


def test_an_account_without_password_cannot_sign_in_with_one() -> None:
    assert not ensure_user("camille@example.org", "Camille").has_usable_password()


def test_somebody_is_named_or_else_addressed() -> None:
    assert str(User(email="a@b.fr", full_name="Camille")) == "Camille"
    assert str(User(email="a@b.fr")) == "a@b.fr"


def test_a_language_nobody_speaks_here_is_ignored() -> None:
    user = ensure_user("camille@example.org", "Camille")
    choose_language(user, "nl")
    choose_language(user, "en")
    assert User.objects.get().language == "en"
    user.language = "nl"
    with pytest.raises(ValidationError, match=r"français \(fr\) ou l'anglais"):
        user.validate_constraints()
