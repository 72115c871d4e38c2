"""``account``: who may sign in, and what is open to them."""

from __future__ import annotations

import argparse
import secrets
from typing import Any

from beffroi.cli.answering import Refused, add_data, add_json, say, site
from beffroi.cli.questions import contract_named

LONGEST_NAME = 150


def add_commands(commands: Any) -> None:
    """Declare the command."""
    account = commands.add_parser("account", help="créer un compte, ou lui ouvrir des contrats")
    account.add_argument("email", metavar="COURRIEL")
    account.add_argument("--name", metavar="NOM", help="nom montré (par défaut : le courriel)")
    account.add_argument("--admin", action="store_true", help="tout lui est ouvert")
    account.add_argument(
        "--access",
        action="append",
        default=[],
        metavar="CONTRAT:DROIT",
        help="reader, manager, ou contributor:ORGANISATION ; peut se répéter",
    )
    account.add_argument("--new-password", action="store_true", help="changer son mot de passe")
    add_data(account)
    add_json(account)
    account.set_defaults(run=run_account)


def run_account(arguments: argparse.Namespace) -> int:
    """Create or update one account; a password made here is printed once, and kept nowhere."""
    with site(arguments):
        from django.db import transaction

        accesses = [_access(text) for text in arguments.access]
        with transaction.atomic():
            user, password = _account(arguments)
            for contract, level, organisation in accesses:
                contract.accesses.update_or_create(
                    user=user, organisation=organisation, defaults={"level": level}
                )
    answer = {"email": user.email, "password": password, "admin": user.is_superuser}
    sentence = f"Compte de {user.email} à jour."
    if password:
        sentence = f"{user.email}  {password}"
    say(answer, as_json=arguments.json, text=sentence)
    return 0


def _account(arguments: argparse.Namespace) -> tuple[Any, str | None]:
    """The account, and its password where one was made."""
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    from beffroi.accounts.actions import ensure_user

    email = arguments.email.strip()
    name = " ".join((arguments.name or "").split())
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Refused(f"Le nom dépasse {LONGEST_NAME} caractères, ou en a d'invisibles.")
    try:
        validate_email(email)
        user = ensure_user(email, name or email[:LONGEST_NAME])
    except ValidationError:
        raise Refused(f"« {email} » n'est pas une adresse électronique.") from None
    made = arguments.new_password or not user.has_usable_password()
    password = secrets.token_urlsafe(12) if made else None
    if password:
        user.set_password(password)
    user.full_name = name or user.full_name
    user.is_superuser = user.is_superuser or arguments.admin
    user.is_staff = user.is_superuser
    user.save()
    return user, password


def _access(text: str) -> tuple[Any, str, Any]:
    """The contract, the right, and the organisation a contributor speaks for."""
    from beffroi.contracts.vocabulary import AccessLevel
    from beffroi.partners.models import Organisation

    slug, _, rest = text.partition(":")
    level, _, partner = rest.partition(":")
    organisation = Organisation.objects.filter(slug=partner).first() if partner else None
    if level not in AccessLevel.values:
        raise Refused(
            f"« {text} » : écrivez CONTRAT:DROIT, le droit étant {', '.join(AccessLevel.values)}."
        )
    if (partner or level == AccessLevel.CONTRIBUTOR) and organisation is None:
        raise Refused(
            f"« {text} » : un contributeur parle pour une organisation connue ; écrivez par "
            "exemple demo-cper:contributor:cd59."
        )
    return contract_named(slug), level, organisation
