"""What a constraint of the database means, in the words its model gives it."""

from __future__ import annotations

from django.apps import apps
from django.db import DatabaseError


def sentence_of(error: DatabaseError) -> str:
    """The French sentence of the constraint that refused a write; empty when there is none."""
    diagnostic = getattr(error.__cause__, "diag", None)
    name = getattr(diagnostic, "constraint_name", None)
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if name and constraint.name == name:
                return str(constraint.get_violation_error_message())
    return ""
