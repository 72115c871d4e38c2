"""French alphabetical order without depending on the database's collations."""

from __future__ import annotations

import unicodedata


def sort_key(name: str) -> str:
    """``Étrœungt`` sorts as ``etroeungt``."""
    letters = unicodedata.normalize("NFKD", name.lower().replace("œ", "oe").replace("æ", "ae"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
