"""People who sign in, known by their e-mail address."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Now

LANGUAGES = [("fr", "Français"), ("en", "English")]


class UserManager(BaseUserManager["User"]):
    """Makes people; an address is kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Somebody new. Without password they can only set one by e-mail."""
        user = self.model(email=email.strip(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Somebody who may do everything."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in."""

    email = models.EmailField("adresse électronique", max_length=254)
    full_name = models.CharField("nom", max_length=150, blank=True)
    language = models.CharField("langue", max_length=2, choices=LANGUAGES, default="fr")
    is_active = models.BooleanField("actif", default=True)
    is_staff = models.BooleanField("administre le site", default=False)
    date_joined = models.DateTimeField("inscrit le", db_default=Now())

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                name="accounts_user_email_once",
                violation_error_message="Cette adresse est déjà celle d'un compte.",
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="accounts_user_email_lower_case",
                violation_error_message="L'adresse s'écrit en minuscules.",
            ),
            models.CheckConstraint(
                condition=models.Q(language__in=[code for code, _ in LANGUAGES]),
                name="accounts_user_language_known",
                violation_error_message="La langue est le français (fr) ou l'anglais (en).",
            ),
        ]

    def clean(self) -> None:
        """Addresses differ by more than capitals."""
        self.email = self.email.strip().lower()

    def __str__(self) -> str:
        return self.full_name or self.email
