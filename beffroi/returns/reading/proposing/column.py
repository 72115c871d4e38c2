"""One column of a table, as it is understood so far."""

from __future__ import annotations

from dataclasses import dataclass, replace

from beffroi.returns.reading.profiles import Profile
from beffroi.returns.reading.proposing.meaning import AMOUNT, Guess


@dataclass(frozen=True, slots=True)
class Column:
    """One column as it is understood so far."""

    at: int
    labels: tuple[str, ...]
    profile: Profile
    guess: Guess

    @property
    def is_amount(self) -> bool:
        """Whether it is taken for money."""
        return self.guess.meaning.startswith(AMOUNT)

    @property
    def role(self) -> str:
        """What it is to the rows: a layout's field, ``funder``, ``text`` or ``other``."""
        guess = self.guess
        if guess.meaning in {"title", "code", "siret", "date", "funder"}:
            return guess.meaning
        if guess.meaning in {"beneficiary", "commune"} or guess.field == "objective":
            return guess.field or ("owner" if guess.meaning == "beneficiary" else "commune_name")
        is_text = guess.meaning == "other" and self.profile.is_text
        return "text" if is_text else "other"

    @property
    def leaf(self) -> str:
        """Its own label."""
        return self.labels[-1] if self.labels else ""

    @property
    def may_be_money(self) -> bool:
        """Whether its numbers have the looks of amounts."""
        profile = self.profile
        if not profile.numbers or profile.is_years or profile.is_sequence or profile.is_code:
            return False
        as_typed = profile.whole + profile.with_cents
        return profile.with_cents >= 0.2 or (profile.median >= 500 and as_typed >= 0.9)

    def may_be_money_in(self, scale: int) -> bool:
        """Whether its numbers may be amounts of a unit of that scale: 12 is one in millions."""
        profile = self.profile
        is_other = profile.is_years or profile.is_sequence or profile.is_code
        return self.may_be_money or (scale > 1 and bool(profile.numbers) and not is_other)

    def means(self, meaning: str, sure: str, doubt: str = "") -> Column:
        """The same column, with another meaning."""
        return replace(self, guess=Guess(meaning, sure, "", doubt))
