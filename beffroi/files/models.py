"""Content-addressed files: what a partner sent, kept as it came."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class StoredFile(models.Model):
    """One content, known by its sha256; the name is the one it first came under."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField("taille (octets)")
    name = models.CharField("nom", max_length=255)
    received_at = models.DateTimeField("reçu le", db_default=Now())

    class Meta:
        ordering = ["received_at", "sha256"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="files_sha256_is_hex",
                violation_error_message="L'empreinte d'un fichier a 64 chiffres hexadécimaux.",
            ),
            models.CheckConstraint(
                condition=Q(size__gt=0),
                name="files_not_empty",
                violation_error_message="Un fichier vide n'est pas gardé.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
