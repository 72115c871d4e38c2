"""Making accounts and changing what people chose."""

from __future__ import annotations

from beffroi.accounts.models import User


def ensure_user(
    email: str,
    full_name: str,
    password: str | None = None,
    *,
    language: str = "fr",
    is_staff: bool = False,
) -> User:
    """The account of that address, made with this password if it does not exist yet."""
    user = User.objects.filter(email__iexact=email.strip()).first()
    return user or User.objects.create_user(
        email, password, full_name=full_name, language=language, is_staff=is_staff
    )


def choose_language(user: User, language: str) -> None:
    """Remember the language somebody reads in; one that Beffroi does not speak is ignored."""
    if language not in dict(User._meta.get_field("language").flatchoices):
        return
    if user.language != language:
        user.language = language
        user.save(update_fields=["language"])
