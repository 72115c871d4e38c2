"""Making accounts."""

from __future__ import annotations

from beffroi.accounts.models import User


def ensure_user(email: str, *, full_name: str, password: str) -> User:
    """The account of that address, made with this password if it does not exist yet."""
    user = User.objects.filter(email__iexact=email).first()
    return user or User.objects.create_user(email, password, full_name=full_name)
